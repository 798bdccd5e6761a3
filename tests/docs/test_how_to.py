"""The how-to pages: their code runs as it stands."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from sim import compare, load_scenario, start_model
from sim.policies import orders
from sim.verification import small_worlds

PROJECT = Path(__file__).parents[2]
HOW_TO = PROJECT / "docs" / "how-to"
ADDING = HOW_TO / "add-a-policy.md"
SAVING = HOW_TO / "save-and-continue.md"


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def import_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Import a file as a module, and forget it and what it registers after the test."""
    monkeypatch.setattr(orders, "POLICIES", dict(orders.POLICIES))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, path.stem, module)
    spec.loader.exec_module(module)


def test_the_policy_of_the_page_is_checked_and_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = blocks(ADDING, "python")
    (tmp_path / "reinforcement.py").write_text(code, "utf-8")
    import_file(tmp_path / "reinforcement.py", monkeypatch)
    (text,) = blocks(ADDING, "yaml")
    teaching = PROJECT / "scenarios" / "teaching"
    for name in ("one-crossing.yaml", "two-crossings.yaml"):
        (tmp_path / name).write_text((teaching / name).read_text(encoding="utf-8"), "utf-8")
    (tmp_path / "reinforced.yaml").write_text(text, "utf-8")

    scenario = load_scenario(tmp_path / "reinforced.yaml")
    result = compare(scenario, ["open", "reinforced"], replicates=4, out=tmp_path / "results")

    costs = result.results.indicators.filter(indicator="K1_surge")
    assert costs.filter(policy="open")["value"].to_list() == [0.0] * 4
    assert costs.filter(policy="reinforced")["value"].sum() > 0.0


def test_the_page_names_a_place_that_exists() -> None:
    assert (PROJECT / "sim" / "policies").is_dir()
    assert "`sim/policies/reinforcement.py`" in ADDING.read_text(encoding="utf-8")


def test_what_the_page_saves_and_continues_ends_as_one_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scenarios").symlink_to(PROJECT / "scenarios")
    monkeypatch.chdir(tmp_path)
    save, go_on = blocks(SAVING, "python")
    saved: dict[str, Any] = {}
    continued: dict[str, Any] = {}
    exec(save, saved)  # noqa: S102 - the page's own code
    exec(go_on, continued)  # noqa: S102
    whole = start_model(saved["scenario"], "near-closed", state=3).run()
    assert saved["model"].now_h == 100.0
    assert small_worlds.differing(whole, continued["model"]) == []
    assert small_worlds.differing(whole, saved["model"]) != []
