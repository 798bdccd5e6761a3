"""``rajasim init``: a folder to start from."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command_line import Say


def test_init_gives_a_scenario_that_checks_clean_and_runs(say: Say, tmp_path: Path) -> None:
    status, out, _ = say("init", "mine")
    assert status == 0
    assert "rajasim compare mine/scenario.yaml" in out
    names = {path.name for path in (tmp_path / "mine").iterdir()}
    assert names == {"README.md", "scenario.yaml", "scenario.schema.json"}
    assert say("check", "mine/scenario.yaml")[0] == 0
    assert say("compare", "mine/scenario.yaml", "--replicates", 2, "--no-report")[0] == 0


def test_init_takes_an_empty_folder_and_refuses_any_other(say: Say, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    assert say("init", "mine")[0] == 0
    before = (tmp_path / "mine" / "scenario.yaml").read_bytes()
    status, _, err = say("init", "mine")
    assert status == 2
    assert "not empty" in err
    assert (tmp_path / "mine" / "scenario.yaml").read_bytes() == before
    assert say("init", "mine/README.md")[0] == 2
