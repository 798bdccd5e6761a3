"""The Arctic case against its evidence: counts that add up, dated steps, places, claims."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sim import load_scenario
from sim.engine.codes import Action, PersonState
from sim.hypotheses import GateAction
from sim.hypotheses.transit_side import OpenedGates
from sim.model import BorderModel
from sim.policies.composition import Joined
from sim.policies.timed import Schedule, Step
from sim.scenario.counted_periods import without_overlaps
from sim.scenario.scenario import Scenario
from sim.world.parameter_names import PARAMETER_NAMES
from tests.seeds.tables import confidence, count, day, maybe, source

PROJECT = Path(__file__).parents[2]
SEEDS = PROJECT / "seeds" / "arctic-2015-16"
CASE = PROJECT / "scenarios" / "arctic-2015-16" / "scenario.yaml"
FACTS = (SEEDS / "facts.md").read_text(encoding="utf-8")
ZONES = {"norway": "Europe/Oslo", "finland": "Europe/Helsinki"}
Row = dict[str, str]

# Steps of the evidence that no state's decided policy repeats, and why.
NOT_REPEATED = {
    "ar15-policy-01": "before the scenario: the ways that Storskog has in the base world",
    "ar15-policy-02": "about claims once registered, which are not modelled",
    "ar15-policy-03": "about claims once registered, which are not modelled; its day is not known",
}


def evidence(name: str) -> list[Row]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def known_ids() -> set[str]:
    tables = [evidence(path.name) for path in SEEDS.glob("*.csv") if "observed" not in path.name]
    return {row["id"] for rows in tables for row in rows} | set(
        re.findall(r"^- `(ar15-fact-[a-z]+-\d+)`", FACTS, re.M)
    )


def cited_in(text: str) -> set[str]:
    return {name.rstrip("-") for name in re.findall(r"ar15-[a-z]+-[a-z0-9-]+", text)}


def arrival(identity: str) -> int:
    (row,) = (row for row in evidence("arrivals.csv") if row["id"] == f"ar15-arrival-{identity}")
    return int(row["count"])


@pytest.fixture(scope="module")
def arctic() -> Scenario:
    return load_scenario(CASE)


@pytest.fixture(scope="module")
def steps(arctic: Scenario) -> dict[str, tuple[Step, ...]]:
    """Steps of the decided policy, by state."""
    rule = arctic.policies["historical"].rule
    assert isinstance(rule, Joined)
    found = {}
    for state, part in zip(rule.states, rule.rules, strict=True):
        assert isinstance(part, Schedule)
        found[state] = part.steps
    return found


# ---- the evidence


def test_ids_are_unique_and_what_the_case_cites_exists(arctic: Scenario) -> None:
    every = [
        row["id"]
        for path in SEEDS.glob("*.csv")
        if "observed" not in path.name
        for row in evidence(path.name)
    ]
    assert len(every) == len(set(every))
    for path in (CASE, *(SEEDS / name for name in ("claims.yaml", "facts.md"))):
        assert cited_in(path.read_text(encoding="utf-8")) <= known_ids(), path.name
    assert arctic.warnings == ()


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.csv")), ids=lambda path: path.name)
def test_every_row_has_a_source_and_a_confidence(path: Path) -> None:
    for row in evidence(path.name):
        if "observed" in path.name:
            assert set(row["source"].split(" ; ")) <= known_ids(), row
        elif row.get("basis") == "unknown":
            assert (row["count"], row["confidence"], row["source"]) == ("", "", "not found")
        else:
            assert source(row["source"]), row
            assert confidence(row["confidence"]), row


def test_every_fact_has_a_confidence_and_a_source() -> None:
    lines = [line for line in FACTS.splitlines() if line.startswith("- ")]
    assert lines
    for line in lines:
        assert re.search(r"\((high|medium|low); \S.*\)$", line), line


def test_cells_hold_days_and_counts() -> None:
    for row in evidence("arrivals.csv") + evidence("observed_arrivals.csv"):
        assert day(row["period_start"])
        assert day(row["period_end"])
        assert row["period_start"] <= row["period_end"]
        assert maybe(count)(row["count"]), row


def test_the_finnish_figures_fit_to_the_person() -> None:
    first, *weeks, last_day = map(arrival, ("77", "79", "80", "82", "89"))
    assert first + sum(weeks) + last_day == arrival("90") == 1063
    assert arrival("67") + arrival("90") == arrival("86") == 1757
    assert arrival("65") + arrival("66") == arrival("67") == 694


def compared(scenario: Scenario, place: str, first: str, last: str) -> float:
    """People that charts compare with at a place between two days, none of them counted twice."""
    rows = [
        each
        for each in scenario.observed
        if each.place == place
        and (each.series, each.count is None) == ("arrivals", False)
        and date.fromisoformat(first) <= each.period_start
        and each.period_end <= date.fromisoformat(last)
    ]
    return sum(each.count or 0.0 for each in without_overlaps(rows))


def test_what_is_compared_adds_up_to_the_published_totals(arctic: Scenario) -> None:
    november = compared(arctic, "storskog", "2015-11-02", "2015-11-29")
    assert november == 1113 + 796 + 492 + 314
    before = compared(arctic, "storskog", "2015-10-14", "2015-11-01")
    assert arrival("08") + before + november == arrival("64") == 5473
    assert compared(arctic, "lapland", "2015-10-26", "2016-03-23") == arrival("86") == 1757
    assert compared(arctic, "raja-jooseppi", "2015-10-26", "2015-12-31") == arrival("65") == 478
    assert compared(arctic, "salla", "2015-10-26", "2015-12-31") == arrival("66") == 216
    assert compared(arctic, "storskog", "2015-11-30", "2016-03-06") == 0


# ---- places


def test_places_and_roads_are_those_of_the_evidence(arctic: Scenario) -> None:
    network = arctic.world.network
    rows = {row["crossing"]: row for row in evidence("crossings.csv")}
    rows |= {row["hub"]: row for row in evidence("hubs.csv")}
    for place in network.places:
        row = rows[place.id]
        assert (place.lat, place.lon) == (float(row["lat"]), float(row["lon"])), place.id
    legs = {row["id"]: row for row in evidence("roads.csv")}
    sourced = [road for road in network.roads if road.source.startswith("ar15-")]
    assert len(sourced) == len(network.roads) - 1
    for road in sourced:
        row = legs[road.source.split(";")[0]]
        assert (road.a, road.b) == (row["from"], row["to"])
        assert (road.km, road.hours) == (float(row["km"]), float(row["hours"]))


def test_each_state_has_its_crossings_on_its_own_clock(arctic: Scenario) -> None:
    network = arctic.world.network
    assert {each.id: each.state for each in network.crossings} == {
        "storskog": "norway",
        "raja-jooseppi": "finland",
        "salla": "finland",
    }
    assert {each.id: each.timezone for each in network.states} == ZONES
    assert arctic.world.clock.transit_zone == "Europe/Moscow"


# ---- what the two states decided


def each_step(steps: dict[str, tuple[Step, ...]]) -> Iterator[tuple[str, Step, str]]:
    for state, some in steps.items():
        for step in some:
            yield from ((state, step, name) for name in cited_in(step.source))


def test_every_step_of_the_evidence_is_repeated_or_said_why_not(
    steps: dict[str, tuple[Step, ...]],
) -> None:
    cited = {name for _, _, name in each_step(steps)}
    assert cited | NOT_REPEATED.keys() == {row["id"] for row in evidence("policy_steps.csv")}
    assert not cited & NOT_REPEATED.keys()


def test_steps_take_effect_on_the_day_of_the_evidence(steps: dict[str, tuple[Step, ...]]) -> None:
    rows = {row["id"]: row for row in evidence("policy_steps.csv")}
    for state, step, name in each_step(steps):
        row = rows[name]
        assert row["country"].startswith(state[:2].upper()), name
        assert set(step.crossings) == set(row["crossing"].split(";")), name
        at = step.announced if name == "ar15-policy-06" else step.effective
        local = at.astimezone(ZoneInfo(ZONES[state]))
        assert row["effective_earliest"] <= local.date().isoformat() <= row["effective_latest"]
    (ban, agreement) = steps["finland"]
    assert (ban.action, agreement.action) == (Action.BAN_MODE, Action.CLOSE)
    assert agreement.until == agreement.effective + timedelta(days=180)


# ---- the transit side, and what is claimed


def test_no_hypothesis_has_more_weight_and_each_says_that_it_is_contested(
    arctic: Scenario,
) -> None:
    assert {name: each.weight for name, each in arctic.hypotheses.items()} == {
        "H0": 1.0,
        "H1": 1.0,
        "H2": 1.0,
    }
    assert all(each.source.startswith("contested: ") for each in arctic.hypotheses.values())


def test_gates_are_metered_and_held_on_the_days_of_the_evidence(arctic: Scenario) -> None:
    rows = {row["id"]: row for row in evidence("transit_side_actions.csv")}
    for name in ("H1", "H2"):
        rule = arctic.hypotheses[name].rule
        assert isinstance(rule, OpenedGates)
        for step in rule.steps:
            (cited, *_) = re.findall(r"ar15-transit-\d\d", step.source)
            row = rows[cited]
            if step.action is not GateAction.RESUME:
                on = step.since.date().isoformat()
                assert row["date_earliest"] <= on <= row["date_latest"], cited
            if step.action is GateAction.METER:
                cars = (step.persons_per_d or 0.0) / arrival("61")  # five people in one
                assert 2 <= cars <= 3
        closes = [step.since for step in rule.steps if step.action is GateAction.HOLD]
        assert (rule.closes or closes[-1]).date() == date(2016, 3, 1)


def test_what_a_claim_moves_is_there_under_that_name(arctic: Scenario) -> None:
    for claim in arctic.claims:
        assert claim.disputed_by, claim.id
        for name in claim.moves:
            section, first, *rest = name.split(".")
            if section == "parameters":
                assert first in PARAMETER_NAMES
            elif section == "demand":
                assert hasattr(arctic.world.demand, first)
            else:
                named = arctic.hypotheses[first]
                assert rest == ["weight"] or hasattr(named.rule, rest[0]), name


# ---- a run


@pytest.mark.parametrize("hypothesis", ["H0", "H1", "H2"])
def test_a_run_has_the_size_of_the_case(arctic: Scenario, hypothesis: str) -> None:
    """Order of magnitude only: nothing here is fitted."""
    model = BorderModel(
        arctic.world, arctic.policies["historical"].rule, arctic.hypotheses[hypothesis].rule
    ).run()
    days = arctic.world.clock.days
    closed = days.index(date(2015, 11, 30))
    names = [place.id for place in arctic.world.network.places]
    arrivals = model.engine.entries[:, :, PersonState.BETWEEN_POSTS]
    storskog = arrivals[:, names.index("storskog")]
    assert 1500 < storskog[:closed].sum() < 15000  # observed: about 5,300
    assert storskog[closed + 1 :].sum() == 0
    finland = arrivals.sum() - storskog.sum()
    assert 500 < finland < 9000  # observed: 1,757
    stopped = arrivals[days.index(date(2016, 3, 2)) :].sum()
    assert (stopped == 0) == (hypothesis == "H1"), "H2 leaves a leak, H0 everything"
