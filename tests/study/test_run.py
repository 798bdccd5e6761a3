"""A comparison that was finished before is taken as it is, and only that very one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim import compare, load_scenario
from sim.policies.timed import Open
from sim.scenario import TEMPLATE
from sim.scenario.scenario import Scenario

FINISHED = "resuming: all 3 states of the world are finished, in "
Again = Callable[..., list[str]]


@pytest.fixture
def scenario() -> Scenario:
    return load_scenario(TEMPLATE / "scenario.yaml")


@pytest.fixture
def again(scenario: Scenario, tmp_path: Path) -> Again:
    """Compares once, and then in another way in the same folder; gives what the second reports."""

    def give(changed: Scenario | None = None, **options: Any) -> list[str]:
        reported: list[str] = []
        chosen: dict[str, Any] = {"policies": ["open", "near-closed"], "replicates": 3, **options}
        compare(changed or scenario, out=tmp_path / "out", notice=reported.append, **chosen)
        return [each for each in reported if each.startswith("resuming")]

    assert give() == []
    return give


def test_the_same_comparison_is_not_run_again(again: Again, tmp_path: Path) -> None:
    before = (tmp_path / "out" / "manifest.json").read_bytes()
    assert again(workers=2) == [f"{FINISHED}{tmp_path / 'out'}"]
    assert (tmp_path / "out" / "manifest.json").read_bytes() == before


@pytest.mark.parametrize(
    "options",
    [
        {"seed": 99},
        {"replicates": 4},
        {"runs_per_state": 3},
        {"policies": ["open"]},
        {"reference": "near-closed"},
        {"central": True},
        {"hypothesis": "checks"},
    ],
    ids=lambda options: next(iter(options)),
)
def test_another_one_is(again: Again, options: dict[str, Any]) -> None:
    assert again(**options) == []


def test_a_policy_changed_in_a_program_makes_another_one(again: Again, scenario: Scenario) -> None:
    """The digest of the scenario's files does not know of it."""
    policy = replace(scenario.policies["near-closed"], rule=Open())
    changed = replace(scenario, policies={**scenario.policies, "near-closed": policy})
    assert again(changed) == []


def test_other_words_are_written_again(again: Again, scenario: Scenario, tmp_path: Path) -> None:
    """They move no number, and are in the results."""
    changed = replace(scenario, translations={"fi": {scenario.title: "Raja"}})
    assert again(changed) == []
    assert "Raja" in (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8")


def test_damaged_results_are_made_again(again: Again, tmp_path: Path) -> None:
    content = (tmp_path / "out" / "indicators.csv").read_bytes()
    (tmp_path / "out" / "indicators.csv").write_bytes(content[:-1])
    assert again() == []
    assert (tmp_path / "out" / "indicators.csv").read_bytes() == content
