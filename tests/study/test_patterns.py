"""Patterns: each formula by hand, and each pattern on the mean of enough worlds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim import load_scenario
from sim.errors import InputError
from sim.outcomes.access import Access, AccessSpan
from sim.scenario.scenario import Scenario
from sim.study.episode import Episode, find_episode
from sim.study.explanations import EXPLANATIONS, Explanation, reach_without
from sim.study.pattern_page import PATTERN_COLUMNS, PatternStudy, as_page
from sim.study.patterns import (
    PATTERNS,
    Finding,
    Pattern,
    collapse,
    find_patterns,
    lag_further_north,
    lag_to_the_next,
    rush,
    substitution,
)

PROJECT = Path(__file__).parents[2]
FINLAND = PROJECT / "scenarios" / "finland-2023" / "base.yaml"
TEACHING = PROJECT / "scenarios" / "teaching" / "two-crossings.yaml"
PAGE = PROJECT / "docs" / "model" / "patterns.md"
WORLDS = 200
REACH_WORLDS = 300


@pytest.fixture(scope="module")
def finland() -> Scenario:
    return load_scenario(FINLAND)


@pytest.fixture(scope="module")
def findings(finland: Scenario) -> dict[str, Finding]:
    return {each.pattern.id: each for each in find_patterns(finland, WORLDS)}


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.id)
def test_the_pattern_is_seen(findings: dict[str, Finding], pattern: Pattern) -> None:
    """Over so many worlds, as the scenario draws them at its own seed."""
    found = findings[pattern.id]
    assert pattern.low <= found.mean <= pattern.high, pattern.name
    assert found.is_seen
    assert 0.0 < found.half_width < found.mean


@pytest.mark.parametrize("explanation", EXPLANATIONS, ids=lambda each: each.name)
def test_substitution_and_collapse_are_reached_without(
    finland: Scenario, explanation: Explanation
) -> None:
    """Whichever explanation is switched off, some worlds show each of the two."""
    reach = reach_without(explanation, finland, REACH_WORLDS)
    assert reach.substitution > 0.0
    assert reach.collapse > 0.0
    assert reach.both <= min(reach.substitution, reach.collapse)


def test_every_pattern_of_the_model_is_among_them() -> None:
    assert sorted({pattern.id[0] for pattern in PATTERNS}) == list("abcdefgh")


def test_switching_off_changes_the_scenario_and_nothing_else(finland: Scenario) -> None:
    for explanation in EXPLANATIONS[1:]:
        without = explanation.without(finland)
        assert without != finland, explanation.name
        assert without.policies == finland.policies
        assert without.world.demand == finland.world.demand
        drawn = {each.parameter for each in without.uncertainties}
        changed = {
            name
            for name in vars(finland.world.parameters)
            if getattr(without.world.parameters, name) != getattr(finland.world.parameters, name)
        }
        assert not drawn & changed, "what is switched off is not drawn again"


# By hand ------------------------------------------------------------------------------------------

SPANS = (
    AccessSpan(0, 0.0, 72.0, Access.OPEN),
    AccessSpan(0, 72.0, 240.0, Access.CLOSED),
    AccessSpan(1, 0.0, 120.0, Access.OPEN),
    AccessSpan(1, 120.0, 192.0, Access.CLOSED),
    AccessSpan(1, 192.0, 240.0, Access.OPEN),
    AccessSpan(2, 0.0, 144.0, Access.OPEN),
    AccessSpan(2, 144.0, 240.0, Access.NO_ASYLUM),
)
EPISODE = Episode(
    last_day=2,
    closed=(0,),
    open_after=(1, 2),
    second_last_day=4,
    open_at_last=(2,),
    none_open=6,
    reopening=8,
    reopened=(1,),
)


def days_of(spans: tuple[AccessSpan, ...]) -> Episode:
    return find_episode(spans, 10, [24.0 * day for day in range(10)])


def test_an_episode_is_read_off_what_was_open_at_noon() -> None:
    assert days_of(SPANS) == EPISODE
    assert EPISODE.before == slice(0, 2)
    assert EPISODE.between == slice(3, 5)
    assert EPISODE.after == slice(5, 6)


def test_without_two_closures_and_a_reopening_there_is_no_episode() -> None:
    never_shut = tuple(replace(span, access=Access.OPEN) for span in SPANS)
    for spans in (never_shut, SPANS[:4], (*SPANS[:4], SPANS[5])):
        with pytest.raises(InputError, match="closes crossings twice, then all"):
            days_of(spans)


def test_formulas() -> None:
    """Ten days, three crossings; the first closes after day 2, the second after day 4."""
    arrivals = np.zeros((10, 3))
    arrivals[:3, 0] = 10, 14, 70
    arrivals[3:5, 1] = 0, 9
    arrivals[4, 2] = 3
    arrivals[5, 2] = 2
    assert rush(arrivals, EPISODE) == (70.0, 14.0)
    assert substitution(arrivals, EPISODE) == (6.0, 12.0), "the rush is left out"
    assert collapse(arrivals, EPISODE) == (2.0, 6.0)
    assert lag_to_the_next(arrivals, EPISODE) == (1.0, 1.0)
    assert lag_further_north(arrivals, EPISODE) == (1.0, 1.0)
    nobody = np.zeros((10, 3))
    assert lag_to_the_next(nobody, EPISODE) == (0.0, 0.0), "worlds without anybody do not count"


def test_a_scenario_without_an_episode_is_refused() -> None:
    with pytest.raises(InputError, match="patterns need a policy that closes"):
        find_patterns(load_scenario(TEACHING), 2)


def test_the_committed_page_is_of_the_present_scenario(
    finland: Scenario, findings: dict[str, Finding]
) -> None:
    """Its worlds are more, so its figures differ; its rows, bands and scenario do not."""
    page = PAGE.read_text(encoding="utf-8")
    assert f"digest `{finland.digest}`" in page, "run make patterns"
    study = PatternStudy(finland, finland.seed, WORLDS, 0, tuple(findings.values()), ())
    value, seen = PATTERN_COLUMNS.index("worlds [95 %]"), PATTERN_COLUMNS.index("seen")
    rows = [line[2:-2].split(" | ") for line in page.splitlines() if line.startswith("| ")]
    for row in study.pattern_rows:
        stands = next(cells for cells in rows if cells[0] == row[0])
        assert stands[seen] == "yes"
        assert [c for k, c in enumerate(stands) if k != value] == [
            c for k, c in enumerate(row) if k != value
        ]
    assert as_page(study).startswith("# Patterns")
