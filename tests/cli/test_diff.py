"""``rajasim diff`` as people use it: tables, JSON, a file, and exit statuses."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import sim
from sim.cli.exit_status import BAD_INPUT, DONE, FAILED, run_command

SCENARIOS = Path(__file__).parents[2] / "scenarios"
TWO_CROSSINGS = SCENARIOS / "teaching" / "two-crossings.yaml"
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Results of a scenario, and of the same with fewer officers."""
    folder = tmp_path_factory.mktemp("folders")
    for name, officers in (("a", 3), ("b", 1)):
        settings = [f"crossings.gate.registration.servers={officers}"]
        scenario = sim.load_scenario(TWO_CROSSINGS, assignments=settings)
        sim.compare(scenario, ["open", "near-closed"], replicates=2, out=folder / name)
    return folder / "a", folder / "b"


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    monkeypatch.delenv("COLUMNS", raising=False)

    def give(*arguments: object) -> tuple[int, str, str]:
        status = run_command(["diff", *map(str, arguments)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return give


def test_identical_folders_have_no_difference(
    say: Say, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    shutil.copytree(folders[0], tmp_path / "copy")
    status, out, err = say(folders[0], tmp_path / "copy", "--expect-same")
    assert status == DONE
    assert "No difference" in out
    assert not err


def test_a_difference_is_a_table_and_no_error(say: Say, folders: tuple[Path, Path]) -> None:
    status, out, _ = say(*folders)
    assert status == DONE
    assert "crossings.gate.registration.servers" in out
    assert "difference [95 %]" in out
    assert max(map(len, out.splitlines())) <= 100


def test_a_difference_is_an_error_where_none_is_expected(
    say: Say, folders: tuple[Path, Path]
) -> None:
    status, out, err = say(*folders, "--expect-same")
    assert status == FAILED
    assert "A and B differ" in out
    assert "differ; without --expect-same" in err


def test_json_is_all_that_is_printed_and_a_file_has_the_comparisons(
    say: Say, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    status, out, _ = say(*folders, "--json", "--out", tmp_path / "compared.csv")
    assert status == DONE
    record = json.loads(out)
    assert record["pairing"]["paired"]
    rows = pl.read_csv(tmp_path / "compared.csv")
    assert rows.height == len(record["results"])
    assert {"mean_a", "mean_b", "difference", "low", "high", "word"} <= set(rows.columns)


def test_folders_that_hold_no_results_are_refused_with_what_to_do(
    say: Say, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    status, _, err = say(folders[0], tmp_path)
    assert status == BAD_INPUT
    assert "is not a results folder; name the folder that" in err

    damaged = tmp_path / "damaged"
    shutil.copytree(folders[0], damaged)
    (damaged / "ledger.csv").write_text("cut short")
    status, _, err = say(damaged, folders[1])
    assert status == BAD_INPUT
    assert "ledger.csv" in err
    assert "run the command again" in err
