"""The page on borders in a chain: its file is a scenario, its hours are those of the model."""

from __future__ import annotations

import re
from math import isnan, nan
from pathlib import Path
from typing import Any

import pytest
from numpy.testing import assert_array_equal

from sim import load_scenario
from sim.errors import ScenarioError
from sim.outcomes.by_state import BY_STATE, STATE_HEADLINE
from sim.outcomes.indicators import INDICATORS
from sim.policies.composition import ByState

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "borders-in-a-chain.md"
TEXT = PAGE.read_text(encoding="utf-8")


def block(language: str) -> str:
    """The one block of a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    return str(found)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The page's scenario, saved under its name."""
    (tmp_path / "worked.yaml").write_text(block("yaml"), "utf-8")
    return tmp_path / "worked.yaml"


def hours(cell: str) -> tuple[float, float]:
    """The hours of two people in a cell of the table: ``1.5 / 2``, ``3`` or a dash for never."""
    first, _, second = cell.strip().partition(" / ")
    if first == "–":
        return nan, nan
    return float(first), float(second or first)


def test_the_file_of_the_page_is_a_scenario_without_warnings(file: Path) -> None:
    scenario = load_scenario(file)
    assert list(scenario.warnings) == []
    assert [each.id for each in scenario.world.network.states] == ["upland", "lowland"]
    assert scenario.policies["each-its-own"].rule.type == ByState.type


def test_the_hours_of_the_page_are_those_of_the_model(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table by hand against what the page's own code finds."""
    monkeypatch.chdir(file.parent)
    found: dict[str, Any] = {}
    exec(block("python"), found)  # noqa: S102 - the page's own code
    rows = re.findall(r"^\| (?:at|admitted|registered|leave|it opens).*$", TEXT, re.MULTILINE)
    cells = [row.strip("| ").split("|") for row in rows]
    assert len(cells) == 8
    for column, policy in ((1, "open"), (2, "waves")):
        by_hand = [hours(each[column]) for each in cells]
        assert_array_equal(found["by_policy"][policy], by_hand)
        assert any(isnan(first) for first, _ in by_hand) == (policy == "waves")


def test_a_way_back_is_refused_with_the_line_of_the_crossing(file: Path) -> None:
    road = "  - {a: between, b: town, km: 60, hours: 1, source: made up}\n"
    file.write_text(block("yaml").replace("\ndemand:", f"{road}\ndemand:"), "utf-8")
    with pytest.raises(ScenarioError, match="from this town a way leads back to 'first'"):
        load_scenario(file)


def test_what_the_page_says_is_only_for_the_route_is_not_by_state() -> None:
    (said,) = re.findall(r"\*\*Only for the route\*\*(.*?)\n- ", TEXT, re.DOTALL)
    named = re.findall(r"\b[RKOQ]\d*\b", said)
    assert {"R4", "R5", "R9", "K7", "O9", "Q"} <= set(named)
    for code in named:
        pattern = re.compile(rf"{code}(?!\d)|{code}\d" if code == "Q" else rf"{code}(?!\d)")
        assert any(map(pattern.match, INDICATORS)), code
        assert not any(map(pattern.match, BY_STATE)), code


def test_the_table_of_states_has_rights_order_and_cost() -> None:
    assert set(STATE_HEADLINE) <= set(BY_STATE)
    families = {INDICATORS[name].family.value for name in STATE_HEADLINE}
    assert families == {"rights", "security", "cost"}
