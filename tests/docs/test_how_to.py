"""The how-to pages: their code runs as it stands."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from sim import compare, load_scenario
from sim.policies import orders

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs" / "how-to" / "add-a-policy.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


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
    (code,) = blocks("python")
    (tmp_path / "reinforcement.py").write_text(code, "utf-8")
    import_file(tmp_path / "reinforcement.py", monkeypatch)
    (text,) = blocks("yaml")
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
    assert "`sim/policies/reinforcement.py`" in PAGE.read_text(encoding="utf-8")
