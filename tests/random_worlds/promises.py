"""What one run must keep, as functions that raise where it does not; gates are beside it.

The number and name that open each message are those of the list of promises.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.engine.codes import BANDS, Cause, GroupStage
from sim.engine.codes import PersonState as State
from sim.engine.person_states import COUNTED_BY_ORIGIN, WITH_ACCESS
from sim.model import BorderModel
from sim.outcomes.exposure_totals import exposure
from sim.outcomes.indicators import INDICATORS
from sim.outcomes.journeys import journeys
from sim.outcomes.rights import CAUSES
from sim.outcomes.run_record import RunRecord
from sim.outcomes.visits import kept_visits
from sim.verification import small_worlds
from tests.random_worlds.gate_promises import (
    check_caps,
    check_closed_is_closed,
    check_order_at_the_gate,
    check_order_of_service,
    check_pace,
)
from tests.random_worlds.run_monitor import RunMonitor

DONE_WITH = (State.REGISTERED, State.TRANSFERRED, State.REFUSED_NO_CLAIM)
STATES_IN_ORDER = ("queued_h", "presented_h", "admitted_h", "registered_h")


def check_run(monitor: RunMonitor) -> None:
    """All that one finished run must keep; promises of single instants were checked on the way."""
    run = monitor.run
    record = RunRecord(run.world, run.parameters, run.engine)
    check_conservation(run)
    check_rows_of_journeys(run)
    check_journeys(record)
    check_closed_is_closed(monitor)
    check_caps(monitor)
    check_order_at_the_gate(monitor)
    check_pace(monitor.run)
    check_terrain(monitor.run)
    check_order_of_service(monitor)
    check_times(run, record)
    check_exposure(run, record)
    check_indicators(record)
    check_everybody_has_one_end(record)
    check_person_hours(run)


# ---- 1


def check_conservation(run: BorderModel) -> None:
    """Everybody is in one state and one group; the counts agree with everybody's row."""
    people, groups, engine = small_worlds.persons(run), small_worlds.groups(run), run.engine
    counted = np.zeros_like(engine.occupancy)
    np.add.at(counted, (people["place"], people["state"]), 1)
    assert np.array_equal(counted, engine.occupancy), "1 conservation: ledger and people differ"
    assert np.array_equal(engine.stock[-1], engine.occupancy), "1 conservation: last day's stock"
    assert (engine.stock >= 0).all(), "1 conservation: a negative count"
    entries = engine.entries.sum(axis=0, dtype=np.int64)
    assert (entries >= engine.occupancy).all(), "1 conservation: more people than ever came"
    of_origins, of_all = engine.entries_by_origin.sum(axis=3), engine.entries
    same = np.array_equal(of_origins, of_all[:, :, list(COUNTED_BY_ORIGIN)])
    assert same, "1 conservation: origins do not add up to everybody"
    assert groups["people"].sum() == len(people), "1 conservation: people and groups differ"
    for number, row in enumerate(groups):
        members = people["group"][row["first_person"] : row["first_person"] + row["people"]]
        assert (members == number).all(), f"1 conservation: group {number} lost a member"


def check_rows_of_journeys(run: BorderModel) -> None:
    """Each row is free or of one group that is not at its end; nobody's stays as it was."""
    engine, groups, people = run.engine, small_worlds.groups(run), small_worlds.persons(run)
    status, rows, stage = engine.status[0], groups["journey"], groups["stage"]
    free = engine.free_journeys[: status["free_journeys"]]
    in_use = np.sort(np.concatenate([rows[rows != 0], free]))
    assert np.array_equal(in_use, np.arange(1, status["journeys"] + 1)), "1 conservation: journeys"
    assert not engine.journeys[:1].view(np.uint8).any(), "1 conservation: a journey of nobody"
    under_way = np.bincount(
        people["group"][~np.isin(people["state"], DONE_WITH)], minlength=len(groups)
    )
    ended = (stage == GroupStage.DONE) | ((stage == GroupStage.BETWEEN_POSTS) & (under_way == 0))
    assert np.array_equal(rows == 0, ended), "1 conservation: a journey that went on or was lost"


def check_journeys(record: RunRecord) -> None:
    """Journeys and classes sum to everybody; every leg that was travelled was counted once."""
    found, engine = journeys(record), record.engine
    ends = np.bincount(found.state, weights=found.people, minlength=len(record.people_by_state))
    if engine.status["chain"][0]:  # whoever was registered and went on is reported as registered
        assert ends.sum() == record.people_by_state.sum(), "1 conservation: journeys and ledger"
    else:
        assert np.array_equal(ends, record.people_by_state), "1 conservation: journeys and ledger"
    groups, legs = engine.groups[: int(engine.status["groups"][0])], record.world.routes.legs
    km = (engine.leg_people * record.world.routes.leg_km[legs[:, 0], legs[:, 1]]).sum()
    travelled_km = (groups["people"] * groups["travelled_km"].astype(np.float64)).sum()
    assert np.isclose(km, travelled_km, rtol=1e-4, atol=1e-3), "1 conservation: legs and kilometres"
    by_sex = exposure(record).classes[:2].sum()
    assert np.isclose(by_sex, record.exposed_h.sum(), rtol=1e-6), "1 conservation: hours of classes"
    in_use = engine.person_hours[:, :, State.IN_REGISTRATION].sum()
    assert in_use <= engine.officer_h.sum() + 1e-6, "2 capacity: more interviews than officers"


def check_terrain(run: BorderModel) -> None:
    """Every attempt is found, unknown or still under way; who was pushed back was found."""
    network = run.world.network
    for segment in network.segments:
        entries = run.engine.entries[:, network.number[segment.id]].sum(axis=0, dtype=np.int64)
        here = run.engine.occupancy[network.number[segment.id]]
        attempts, found = entries[State.GREEN_ATTEMPT], entries[State.GREEN_FOUND]
        ended = found + entries[State.GREEN_UNKNOWN]
        assert attempts == ended + here[State.GREEN_ATTEMPT], "1 conservation: attempts"
        applied = entries[State.REGISTERED] if segment.crossing is None else found
        assert entries[State.PUSHED_BACK] + applied >= found, "1 conservation: people found"
        assert entries[State.PUSHED_BACK] <= found, "1 conservation: people pushed back"
        if segment.crossing is None:
            assert applied + entries[State.PUSHED_BACK] == found, "1 conservation: claims there"


# ---- 9


def check_times(run: BorderModel, record: RunRecord) -> None:
    """Everybody's timestamps are in order, and no wait is below 0."""
    people = small_worlds.persons(run)
    last_h = small_worlds.groups(run)["created_h"][people["group"]].copy()
    assert (last_h >= 0.0).all(), "9 order of time: somebody came before the start"
    for name in STATES_IN_ORDER:
        hours = people[name]
        assert not (hours < last_h).any(), f"9 order of time: {name} comes too early"
        last_h = np.fmax(last_h, hours)
    assert (last_h <= run.clock.duration_h).all(), "9 order of time: after the end"
    for waits in (record.registration_wait_h, record.longest_border_wait_h()):
        assert np.isfinite(waits).all(), "9 order of time: a wait without end"
        assert (waits >= 0.0).all(), "9 order of time: a wait below 0"
    check_visits(run)


def check_visits(run: BorderModel) -> None:
    """Visits are in order of time, and over before the next border."""
    people, visits = small_worlds.persons(run), kept_visits(run.engine)
    last_h = np.full(len(people), -np.inf)
    for visit in visits:
        times = [visit[name] for name in (*STATES_IN_ORDER, "left_h") if not np.isnan(visit[name])]
        assert times == sorted(times), f"9 order of time: a visit {visit}"
        assert times[0] >= last_h[visit["person"]], "9 order of time: at two borders at once"
        last_h[visit["person"]] = visit["left_h"]
    for name in STATES_IN_ORDER:
        assert not (people[name] < last_h).any(), "9 order of time: a border before the last"


def check_exposure(run: BorderModel, record: RunRecord) -> None:
    """Hours outdoors of people are those of places, and finite."""
    hours, places = record.exposed_h, run.engine.outdoor_h
    assert np.isfinite(hours).all(), "9 exposure: not finite"
    assert (hours >= 0.0).all(), "9 exposure: below 0"
    assert (places >= 0.0).all(), "9 exposure: below 0 at a place"
    by_band = hours.sum(axis=0) if len(hours) else np.zeros(BANDS)
    # People's hours are kept in single precision, each to about a thousandth.
    assert by_band == pytest.approx(
        record.outdoor_h_by_band, rel=1e-4, abs=0.01 + 1e-3 * len(hours)
    ), "9 exposure: people and places differ"


# ---- 10


def check_indicators(record: RunRecord) -> None:
    """Every indicator is a number, or missing where nobody counts; shares are 0 to 1 (or 100 %)."""
    for name, indicator in INDICATORS.items():
        value = indicator.compute(record)
        if math.isnan(value):
            if indicator.needs in record.not_modelled:
                continue
            assert name in MAY_BE_MISSING, f"10 indicators: {name} is missing"
            continue
        assert math.isfinite(value), f"10 indicators: {name} is {value}"
        most = {"%": 100.0, "1": 1.0, "0 or 1": 1.0}.get(indicator.unit, math.inf)
        if name in LOADS:
            most = math.inf
        assert 0.0 <= value <= most * (1.0 + 1e-9), f"10 indicators: {name} is {value}"


# Means, shares and quantiles: of nobody they have no value.
MAY_BE_MISSING = (
    *("O6", "Q2", "Q3", "K2", "R1_mean", "R1_p95", "R1_max", "R1_post", "R5", "R11"),
    *("R4_24h", "R4_72h", "R4_72h_presented", "R4_72h_set_out"),
    *("R12_ratio", "R12_gini", "R12_worst", "R12_gap", "R14_wait"),
)
# Interviews that go on after closing are hours of work when nobody is at work by the timetable.
LOADS = ("O6",)


def check_everybody_has_one_end(record: RunRecord) -> None:
    """All who would claim are registered or elsewhere, or without access for one cause."""
    values = {name: INDICATORS[name].compute(record) for name in (*CAUSES, *WHOLE)}
    assert min(values.values()) >= 0.0, f"10 indicators: more came than would claim: {values}"
    by_cause = sum(values[name] for name in CAUSES)
    assert values["R4_without_access"] == by_cause, f"10 indicators: causes do not sum: {values}"
    reached = np.isin(record.persons["state"], WITH_ACCESS) | ~np.isnan(
        record.persons["registered_h"]
    )
    reached &= record.wants_to_claim
    assert values["R4_intended"] == by_cause + reached.sum(), (
        f"10 indicators: somebody is in no end or in two: {values}"
    )
    causes = record.causes
    assert ((causes != Cause.NONE) == record.without_access).all(), "10 indicators: causes"
    assert values["R4_set_out"] == record.without_access.sum(), "10 indicators: R4_set_out"


WHOLE = ("R4_intended", "R4_without_access", "R4_set_out")

# ---- 11


def check_person_hours(run: BorderModel) -> None:
    """Hours in all states together are everybody's time in the model."""
    people, hours = small_worlds.persons(run), run.engine.person_hours
    assert np.isfinite(hours).all(), "11 accounting: not finite"
    assert (hours >= -1e-9).all(), "11 accounting: hours below 0"
    lives_h = run.clock.duration_h - small_worlds.groups(run)["created_h"][people["group"]]
    assert float(hours.sum()) == pytest.approx(math.fsum(lives_h), rel=1e-9, abs=1e-9), (
        "11 accounting: person-hours are not everybody's time"
    )
