"""The how-to pages: their code runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim import compare, load_scenario
from sim.policies import orders

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs" / "how-to" / "add-a-policy.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry that forgets what the page adds."""
    monkeypatch.setattr(orders, "POLICIES", dict(orders.POLICIES))


@pytest.mark.usefixtures("registry")
def test_the_policy_of_the_page_is_checked_and_compared(tmp_path: Path) -> None:
    (code,) = blocks("python")
    exec(compile(code, str(PAGE), "exec"), {"__name__": "reinforcement"})  # noqa: S102
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
