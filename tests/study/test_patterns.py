"""Patterns: each formula by hand, and each pattern on the mean of enough states of the world."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from sim import load_scenario
from sim.engine.codes import PersonState as State
from sim.errors import InputError
from sim.outcomes.access import Access, AccessSpan
from sim.outcomes.run_record import RunRecord
from sim.scenario.records import CountedPeople, Expected
from sim.scenario.scenario import Scenario
from sim.study.episode import Episode, Sample, find_episode
from sim.study.expected import shown
from sim.study.explanations import EXPLANATIONS, Explanation, reach_without
from sim.study.options import StudyOptions
from sim.study.pattern_page import PATTERN_COLUMNS, PatternStudy, as_page
from sim.study.patterns import (
    PATTERNS,
    Finding,
    Found,
    Pattern,
    _finding,
    _observed_arrivals,
    burst,
    clumping,
    collapse,
    diversion,
    find_patterns,
    green_when_closed,
    green_while_open,
    lag_further_north,
    lag_to_the_next,
    registered_after_closing,
    rush,
    substitution,
    suspended_hours,
)
from sim.world.origins import Demand
from tests.effort import FULL, effort

PROJECT = Path(__file__).parents[2]
FINLAND = PROJECT / "scenarios" / "finland-2023" / "base.yaml"
TEACHING = PROJECT / "scenarios" / "teaching" / "two-crossings.yaml"
PAGE = PROJECT / "docs" / "model" / "patterns.md"
STATES = effort(80, 120)
SEED = 31  # not the scenario's, and none by which its values were chosen
REACH_STATES = effort(30, 60)  # of which one in eight shows both, whatever is switched off


@pytest.fixture(scope="module")
def finland() -> Scenario:
    return load_scenario(FINLAND)


def study(scenario: Scenario, states: int) -> StudyOptions:
    return StudyOptions(scenario, (scenario.reference,), SEED, replicates=states)


@pytest.fixture(scope="module")
def found(finland: Scenario) -> Found:
    return find_patterns(study(finland, STATES))


@pytest.fixture(scope="module")
def findings(found: Found) -> dict[str, Finding]:
    return {each.pattern.id: each for each in found.findings}


# The mean lag to one further north is half a day, below its band (1 to 3.5 d), as
# docs/model/patterns.md says: the prior knows of states in which people had heard of Salla before,
# without which too few come there at all. Nine in ten states are from 0 to 3 days.
NOT_SHOWN = {"b2": "no"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(each, marks=pytest.mark.xfail(each.id in NOT_SHOWN, reason="not shown"))
        for each in PATTERNS
    ],
    ids=lambda pattern: pattern.id,
)
def test_the_pattern_passes(findings: dict[str, Finding], pattern: Pattern) -> None:
    """The mean is in the band, at another seed than that of the page.

    States of the world differ by so much that so few have an interval wider than some bands
    leave room for; that all of it is in the band the committed page says of 400 (below).
    """
    found = findings[pattern.id]
    assert found.passes or found.is_at_the_edge, (pattern.name, found.interval)
    assert 0.0 < found.half_width < found.mean
    assert found.state_low < found.mean < found.state_high


# Each of them in ``make fuzz``; on every change none, and the one that queues come of.
TRIED = EXPLANATIONS if FULL else [e for e in EXPLANATIONS if e.name in ("none", "capacity")]


@pytest.mark.slow
@pytest.mark.parametrize("explanation", TRIED, ids=lambda each: each.name)
def test_substitution_and_collapse_are_reached_without(
    finland: Scenario, explanation: Explanation
) -> None:
    """Whichever explanation is switched off, some states of the world show one after the other."""
    reach = reach_without(explanation, study(finland, REACH_STATES))
    assert 0.0 < reach.both <= min(reach.substitution, reach.collapse) < 1.0
    assert REACH_STATES / 2 < reach.states < REACH_STATES, "few people come where papers are asked"


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
    assert lag_to_the_next(nobody, EPISODE) == (0.0, 0.0), "states without anybody do not count"


def sample(persons: dict[str, list[float]] | None = None, **tables: Any) -> Sample:
    """A finished run of ten days and three crossings, as far as a formula looks at it."""
    columns = {name: np.array(values) for name, values in (persons or {}).items()}
    arrivals = tables.pop("arrivals", np.zeros((10, 3)))
    engine = SimpleNamespace(day_ends_h=24.0 * np.arange(1, 11), **tables)
    record = SimpleNamespace(persons=columns, engine=engine, daily_arrivals=arrivals)
    return Sample(cast(RunRecord, record), EPISODE)


def test_clumping_is_one_of_variance_over_mean_by_hour() -> None:
    """48 hours between the closures; twelve people in one hour, or one an hour in twelve."""
    together = sample({"presented_h": [80.5] * 12 + [10.0, 130.0, np.nan]})
    above, below = clumping(together)
    assert below == pytest.approx(12 / 48)
    assert above == pytest.approx(12**2 / 48 - (12 / 48) ** 2)
    above, below = clumping(sample({"presented_h": [72.5 + hour for hour in range(12)]}))
    assert above / below == pytest.approx(1.0 - 12 / 48)


def test_interviews_after_closing_are_distinguished_from_those_within_hours() -> None:
    """Crossing 1 is open from 8 to 18 on the days between; crossing 0 is closed by then."""
    openings = np.array(
        [(80.0, 90.0), (104.0, 114.0)], dtype=[("opens_h", "f8"), ("closes_h", "f8")]
    )
    destinations = np.array(
        [(0, 0), (0, 2), (0, 0)], dtype=[("first_opening", "i8"), ("last_opening", "i8")]
    )
    when = [81.0, 91.0, 103.0, 110.0, 116.0, 85.0, 60.0, np.nan]
    place = [6, 6, 6, 6, 6, 5, 6, 6]
    run = sample(
        {"registered_h": when},
        openings=openings,
        destinations=destinations,
        station_at=np.array([-1, -1, -1, -1, -1, 0, 1]),
    )
    run.record.persons["place"] = np.array(place)
    assert registered_after_closing(run) == (100.0 * 3, 5.0)


def test_hours_of_suspension_are_of_crossings_open_between() -> None:
    hours = np.zeros((10, 3))
    hours[2:6] = 5.0, 1.0, 0.5
    assert suspended_hours(sample(suspended_h=hours)) == (3.0, 4.0)


def test_a_burst_is_the_first_day_against_the_last_open_ones() -> None:
    arrivals = np.zeros((10, 3))
    arrivals[5, 2], arrivals[8, 1] = 4, 20
    assert burst(sample(arrivals=arrivals)) == (20.0, 4.0)


def test_terrain_border_attempts_are_of_arrivals_then_of_people_waiting() -> None:
    """100 wait on each day up to the last open one and 10 after; 1 tries a day, all along."""
    arrivals = np.zeros((10, 3))
    arrivals[:6, 0] = 10
    entries = np.zeros((10, 4, len(State)), dtype=np.int64)
    entries[:, 2, State.GREEN_ATTEMPT] = 1
    entries[3, 3, State.DIVERTED] = 5
    entries[7, 3, State.DIVERTED] = 7
    stock = np.zeros((10, 4, len(State)), dtype=np.int64)
    stock[:6, 0, State.GATEWAY] = 60
    stock[:6, 1, State.STAGING] = 40
    stock[6:, 0, State.GATEWAY] = 10
    stock[:, 0, State.REGISTERED] = 1000
    run = sample(arrivals=arrivals, entries=entries, stock=stock)
    assert green_while_open(run) == (600.0, 60.0)
    assert green_when_closed(run) == pytest.approx((0.1, 0.01))
    assert diversion(run) == (500.0, 50.0)


@pytest.mark.parametrize(
    ("mean", "half_width", "verdict"),
    [
        (1.5, 0.4, "yes"),
        (1.5, 0.6, "at the edge"),
        (1.1, 0.2, "at the edge"),
        (2.1, 0.2, "no"),
        (0.9, 0.2, "no"),
    ],
)
def test_a_pattern_passes_if_its_whole_interval_is_in_the_band(
    finland: Scenario, mean: float, half_width: float, verdict: str
) -> None:
    pattern = Pattern("x", "a ratio", "x", 1.0, 2.0, lambda run: (0.0, 0.0))
    found = Finding(pattern, mean, half_width, 0.5, 3.0, 4.0)
    tables = PatternStudy(finland, 1, 2, 2, (found,), (), ())
    assert tables.pattern_rows[0][-1] == verdict
    assert found.passes == (verdict == "yes")
    assert "lower than what was counted in: x; higher in: none" in tables.about_observed
    assert "miss what was counted in: x." in tables.about_observed


def test_no_interval_goes_below_nothing() -> None:
    pattern = Pattern("x", "a lag", "d", 0.0, 1.0, lambda run: (0.0, 0.0))
    assert Finding(pattern, 0.1, 0.2, 0.0, 1.0, 0.0).passes


def test_means_are_sums_over_sums_with_the_jackknifes_interval() -> None:
    """Where all denominators are 1 the mean is the mean, and its error that of any mean."""
    pattern = Pattern("x", "a ratio", "x", 0.0, 9.0, lambda run: (0.0, 0.0))
    values = np.array([1.0, 2.0, 4.0, 9.0])
    found = _finding(pattern, np.column_stack((values, np.ones(4))), None, EPISODE)
    assert found.mean == pytest.approx(4.0)
    assert found.half_width == pytest.approx(1.96 * values.std(ddof=1) / 2.0)
    found = _finding(pattern, np.array([[1.0, 1.0], [8.0, 2.0], [0.0, 0.0]]), None, EPISODE)
    assert found.mean == pytest.approx(3.0), "not the mean of 1 and 4"
    assert (found.state_low, found.state_high) == pytest.approx((1.15, 3.85))


def test_formulas_of_observed_counts_fill_up_from_totals(finland: Scenario) -> None:
    """Of 17 November only totals are known in the south-east: 220 less those known elsewhere."""
    counted = _observed_arrivals(finland)
    assert counted is not None
    days = finland.world.clock.days
    friday = counted[[str(day) for day in days].index("2023-11-17")]
    assert friday.sum() == 220.0
    assert friday[finland.world.network.crossing_number["vartius"]] == 5.0
    assert np.isnan(counted[[str(day) for day in days].index("2023-11-24")]).all()
    assert _observed_arrivals(replace(finland, observed=())) is None


def test_states_of_the_world_without_people_are_refused_in_words(finland: Scenario) -> None:
    empty = replace(
        finland,
        world=replace(finland.world, demand=Demand()),
        hypotheses={"H1": finland.hypotheses["H1"]},
        responses={},
    )
    with pytest.raises(InputError, match="people came in 0 of 3 states of the world"):
        find_patterns(study(empty, 3))
    with pytest.raises(InputError, match="people came in none of 3 states of the world"):
        reach_without(EXPLANATIONS[0], study(empty, 3))


def test_a_scenario_without_an_episode_is_refused() -> None:
    with pytest.raises(InputError, match="patterns need a policy that closes"):
        find_patterns(study(load_scenario(TEACHING), 2))


def test_the_committed_page_is_of_the_present_scenario(finland: Scenario, found: Found) -> None:
    """Its states are more, so its figures differ; its rows, bands and scenario do not."""
    page = PAGE.read_text(encoding="utf-8")
    assert f"digest `{finland.digest}`" in page, "run make patterns"
    ours = PatternStudy(finland, finland.seed, STATES, 0, found.findings, found.shown, ())
    drawn = [PATTERN_COLUMNS.index(name) for name in ("mean [95 %]", "single states", "passes")]
    rows = [line[2:-2].split(" | ") for line in page.splitlines() if line.startswith("| ")]
    for row in ours.pattern_rows:
        committed = next(cells for cells in rows if cells[0] == row[0])
        assert committed[-1] == NOT_SHOWN.get(row[0], "yes")
        assert [c for k, c in enumerate(committed) if k not in drawn] == [
            c for k, c in enumerate(row) if k not in drawn
        ]
    for explanation in EXPLANATIONS:
        assert sum(cells[0] == explanation.name for cells in rows) == 1
    assert as_page(ours).startswith("# Patterns")


# What was seen ------------------------------------------------------------------------------------


def test_the_prior_can_show_what_was_seen(found: Found) -> None:
    """Each count lies among the middle 90 % of states, and 300 wait before Salla in one of twenty.

    The committed page says so of 400 states; of these few a value at the edge may miss it, so that
    here one in fifty must reach what was counted.
    """
    assert {each.expected.id for each in found.shown} >= {
        "niirala-last-day",
        "salla",
        "before-salla",
        "rush",
        "second-rush",
    }
    for each in found.shown:
        assert each.reach >= 0.02, each.expected.id
        assert each.low <= each.expected.observed, each.expected.id
    page = PAGE.read_text(encoding="utf-8").split("## What was seen")[1].split("##")[0]
    rows = [line for line in page.splitlines() if line.startswith("| ")][2:]
    assert len(rows) == len(found.shown)
    assert all(line.endswith("| yes |") for line in rows)


def test_values_of_what_was_seen_are_means_a_day(finland: Scenario) -> None:
    by_id = {each.id: each for each in finland.expected}
    assert by_id["salla"].observed == pytest.approx((35 + 41 + 51 + 58) / 4)
    assert by_id["salla-share"].observed == pytest.approx(185 / (51 + 61 + 75 + 92))
    assert by_id["rush"].observed == pytest.approx(220 / 44)
    assert by_id["before-salla"].observed == 400.0


@pytest.mark.parametrize(
    ("values", "at_least", "passes"),
    [
        ([0.0, 1.0, 2.0, 3.0], None, True),
        ([5.0, 6.0, 7.0, 8.0], None, False),
        ([0.0] * 19 + [9.0], 9.0, True),
        ([0.0] * 39 + [9.0], 9.0, False),
        ([float("nan"), 2.0], None, True),
    ],
)
def test_a_state_must_have_what_was_seen(
    values: list[float], at_least: float | None, *, passes: bool
) -> None:
    people = CountedPeople("arrivals", (), date(2024, 3, 1), date(2024, 3, 1))
    expected = Expected("x", "x", people, None, 2.0, at_least, 0.05, "made up")
    assert shown(expected, values).passes == passes


def test_nobody_to_divide_by_is_no_value() -> None:
    people = CountedPeople("arrivals", (), date(2024, 3, 1), date(2024, 3, 1))
    expected = Expected("x", "x", people, people, 2.0, None, 0.05, "made up")
    assert shown(expected, [float("nan")]).states == 0
    assert not shown(expected, [float("nan")]).passes
