"""Every promise of the model, as functions of a run or two that raise where it is not kept.

The number and name that open each message are those of the list of promises.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.engine.codes import BANDS, Action, AgeClass, Cause, Mode, QueueDiscipline
from sim.engine.codes import PersonState as State
from sim.engine.person_states import COUNTED_BY_ORIGIN, WITH_ACCESS
from sim.model import BorderModel
from sim.outcomes.exposure_totals import exposure
from sim.outcomes.indicators import INDICATORS
from sim.outcomes.journeys import journeys
from sim.outcomes.rights import CAUSES
from sim.outcomes.run_record import RunRecord
from sim.outcomes.visits import kept_visits
from sim.policies import Daily, Observation, Once, Order
from sim.verification import small_worlds
from sim.world.network import Crossing
from sim.world.parameter_names import PARAMETER_NAMES, parameter_facts
from sim.world.parameters import Parameters
from tests.random_worlds.run_monitor import RunMonitor

STATES_IN_ORDER = ("queued_h", "presented_h", "admitted_h", "registered_h")


def check_run(monitor: RunMonitor) -> None:
    """All that one finished run must keep; promises of single instants were checked on the way."""
    run = monitor.run
    record = RunRecord(run.world, run.parameters, run.engine)
    check_conservation(run)
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


# ---- 3


def presented(monitor: RunMonitor) -> Iterator[tuple[int, float, Any]]:
    """Each group that passed a gate: (station, hour, row); people found elsewhere left out."""
    run = monitor.run
    engine = run.engine
    for visit in kept_visits(engine):
        if not np.isnan(visit["queued_h"]) and not np.isnan(visit["presented_h"]):
            group = engine.groups[engine.persons["group"][visit["person"]]]
            yield int(visit["station"]), float(visit["presented_h"]), group
    people, groups = small_worlds.persons(run), small_worlds.groups(run)
    for row in groups:
        person = people[row["first_person"]]
        if 0 <= row["destination"] < len(run.engine.stations) and person["presented_h"] >= 0.0:
            yield int(row["destination"]), float(person["presented_h"]), row


def check_closed_is_closed(monitor: RunMonitor) -> None:
    """Nobody passes a gate that is closed by hours or to whom any reason in force applies."""
    for station, hour, group in presented(monitor):
        restrictive = [
            rule for rule in monitor.rules if rule.restricts(station, group) and rule.in_force(hour)
        ]
        # What is decided at an instant comes after the events of that instant.
        late = [rule for rule in restrictive if rule.made_h == hour and rule.begins_h == hour]
        assert len(restrictive) == len(late), (
            f"3 closed is closed: somebody passed gate {station} at hour {hour} "
            f"against {restrictive}"
        )
        new_hours = any(
            rule.kind == Action.SET_HOURS and rule.made_h == hour for rule in monitor.rules
        )
        assert monitor.is_open(station, hour) or new_hours, (
            f"3 closed is closed: somebody passed gate {station} at hour {hour}, out of hours"
        )


def check_caps(monitor: RunMonitor) -> None:
    """Under a cap in force nobody more is admitted, or comes, on a day than it says."""
    people, groups = small_worlds.persons(monitor.run), small_worlds.groups(monitor.run)
    rows = groups[people["group"]]
    ends_h = monitor.run.engine.day_ends_h
    for number, leader in enumerate(monitor.rules):
        if leader.kind not in (Action.METER, Action.CAP_ARRIVALS) or leader.pool not in (
            -1,
            number,
        ):
            continue
        shared = [rule for rule in monitor.rules if rule.pool == number] or [leader]
        is_meter = leader.kind == Action.METER
        at_h = monitor.admission_begun_h if is_meter else people["presented_h"]
        counted = np.array(
            [
                any(r.destination == row["destination"] and r.concerns(row) for r in shared)
                for row in rows
            ],
            dtype=bool,
        )
        counted &= (at_h >= 0.0) & ~np.isin(at_h, ends_h)
        hours = np.sort(at_h[counted])
        for day, so_far in enumerate(np.split(hours, np.searchsorted(hours, ends_h[:-1]))):
            late = np.flatnonzero((so_far > leader.begins_h) & (so_far < leader.ends_h))
            assert not len(late) or late[-1] + 1 <= leader.value, (
                f"2 capacity: {late[-1] + 1} people on day {day} under a cap of {leader.value}"
            )


# ---- 4


def check_order_at_the_gate(monitor: RunMonitor) -> None:
    """Of groups to whom the same measures and limits apply nobody passes one who came earlier."""
    run = monitor.run
    people, groups = small_worlds.persons(run), small_worlds.groups(run)
    queues: dict[tuple[int, ...], list[tuple[float, float]]] = {}
    for row in groups:
        if not 0 <= row["destination"] < len(run.engine.stations):
            continue
        first = people[row["first_person"]]
        waits = first["state"] == State.EXIT_QUEUE
        if waits or first["presented_h"] >= 0.0:
            passed_h = math.inf if waits else float(first["presented_h"])
            key = _alike(monitor, row)
            queues.setdefault(key, []).append((float(row["arrived_h"]), passed_h))
    for (station, *_), queue in queues.items():
        passed = [hour for _, hour in sorted(queue)]
        assert passed == sorted(passed), f"4 order of service: overtaken at gate {station}"


def _alike(monitor: RunMonitor, row: Any) -> tuple[int, ...]:
    """What groups have in common between which no order and no cap makes a difference."""
    station = int(row["destination"])
    caps = any(
        rule.kind == Action.CAP_ARRIVALS and rule.destination == station for rule in monitor.rules
    )
    kind = (int(row[name]) for name in ("traits", "valid_documents", "origin"))
    return (station, *kind, int(row["people"]) if caps else 0)


def check_pace(run: BorderModel) -> None:
    """While the transit side meters everybody at a gate, no more pass than it has let go on.

    A group goes whole: the last one may exceed the batch, and so may a group of before.
    """
    people, groups = small_worlds.persons(run), small_worlds.groups(run)
    if run.engine.gate_limit_origins.any():
        return  # others go beside them, at paces of their own
    first = people[groups["first_person"]]
    largest = int(groups["people"].max(initial=1))
    for limit in run.engine.gate_limits:
        releases_h = run.engine.release_h[limit["first_release"] : limit["last_release"]]
        releases_h = releases_h[releases_h < limit["ends_h"]]
        passed_h = first["presented_h"]
        under = (groups["destination"] == limit["station"]) & (passed_h >= limit["begins_h"])
        under &= passed_h < limit["ends_h"]
        for hour in np.unique(passed_h[under]):
            passed = int(groups["people"][under & (passed_h <= hour)].sum())
            let_go = int(limit["batch"]) * int((releases_h <= hour).sum())
            assert passed < let_go + largest, (
                f"2 capacity: {passed} people passed by hour {hour} of {let_go} whom the transit "
                "side let go on"
            )


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


def check_order_of_service(monitor: RunMonitor) -> None:
    """At the lanes and in each queue for the interview, by person."""
    run = monitor.run
    people, groups = small_worlds.persons(run), small_worlds.groups(run)
    destination = groups["destination"][people["group"]]
    for s, crossing in enumerate(run.world.network.crossings):
        here = people["place"] == run.world.network.number[crossing.id]
        came = here & ~np.isnan(people["presented_h"])
        by_gate = came & (destination == s)
        for alike in _under_the_same_meters(monitor, s, groups[people["group"]]):
            who = by_gate & alike
            _check_first_come(
                people["presented_h"][who], monitor.admission_begun_h[who], f"lanes of {s}"
            )
        admitted = came & ~np.isnan(people["admitted_h"])
        admitted &= people["state"] != State.REFUSED_NO_CLAIM
        _check_interviews(monitor, np.flatnonzero(admitted), crossing)


def _under_the_same_meters(
    monitor: RunMonitor, s: int, rows: NDArray[Any]
) -> Iterator[NDArray[np.bool_]]:
    """People by what the meters of a crossing that concern some alone make of them."""
    meters = [
        rule
        for rule in monitor.rules
        if rule.kind == Action.METER and rule.destination == s and (rule.is_filtered or rule.exempt)
    ]
    concerned = np.zeros((len(rows), len(meters)), dtype=bool)
    for column, rule in zip(concerned.T, meters, strict=True):
        column[:] = [rule.concerns(row) for row in rows]
    for pattern in np.unique(concerned, axis=0):
        yield (concerned == pattern).all(axis=1)


def _check_interviews(monitor: RunMonitor, members: NDArray[np.int64], crossing: Crossing) -> None:
    people, discipline = small_worlds.persons(monitor.run), crossing.registration.discipline
    joined_h = people["admitted_h"].copy()
    if discipline is QueueDiscipline.FAMILY_TOGETHER:
        sheltered = _size_of_group(monitor.run) <= (crossing.shelter_places or np.inf)
        joined_h = np.where(sheltered, _last_of_group(monitor.run), joined_h)
    queues: dict[tuple[bool, bool], list[int]] = {}
    for p in members:
        if math.isnan(joined_h[p]):
            continue  # others of the group are not admitted yet
        person = people[p]
        urgent = discipline is QueueDiscipline.VULNERABLE_FIRST and (
            person["vulnerable"] != 0 or person["age_class"] != AgeClass.ADULT
        )
        needs = monitor.needs_interpreter(int(person["group"]))
        queues.setdefault((needs, bool(urgent)), []).append(int(p))
    begun_h = np.where(np.isnan(monitor.interview_begun_h), np.inf, monitor.interview_begun_h)
    for queue in queues.values():
        _check_first_come(joined_h[queue], begun_h[queue], "interviews")
    for needs in (False, True):
        urgent, others = queues.get((needs, True), []), queues.get((needs, False), [])
        for p in urgent:
            before = (begun_h[others] > joined_h[p]) & (begun_h[others] < begun_h[p])
            assert not before.any(), "4 order of service: somebody went before an urgent person"


def _size_of_group(run: BorderModel) -> NDArray[np.int32]:
    """How many stay together with everybody; more than the shelter holds are heard one by one."""
    return np.asarray(small_worlds.groups(run)["people"][small_worlds.persons(run)["group"]])


def _last_of_group(run: BorderModel) -> NDArray[np.float64]:
    """When the last of everybody's group was admitted; nan where somebody is not yet."""
    people, groups = small_worlds.persons(run), small_worlds.groups(run)
    last_h = [
        people["admitted_h"][row["first_person"] : row["first_person"] + row["people"]].max()
        for row in groups
    ]
    return np.array(last_h)[people["group"]]


def _check_first_come(
    came_h: NDArray[np.float64], served_h: NDArray[np.float64], where: str
) -> None:
    served_h = np.where(np.isnan(served_h), np.inf, served_h)
    order = np.lexsort((served_h, came_h))
    in_order = served_h[order]
    assert (in_order[1:] >= in_order[:-1]).all(), f"4 order of service: overtaken at the {where}"


# ---- 5, 6


def check_same_bytes(one: BorderModel, other: BorderModel, how: str) -> None:
    """Two runs left the same behind."""
    assert small_worlds.differing(one, other) == [], f"5 same bytes: {how}"


def check_orders_nothing(opened: BorderModel, nothing: BorderModel) -> None:
    """A policy that orders nothing is the same as none."""
    assert small_worlds.differing(opened, nothing) == [], "6 null policy: it makes a difference"


@dataclass(frozen=True)
class AnnouncesNothing:
    """Every noon it announces orders that change nothing, at every crossing.

    Attributes:
        ahead_h: how long before they take effect.
    """

    ahead_h: float

    type: ClassVar[str] = "announces-nothing"
    clock: ClassVar[Once | Daily] = Daily()

    def decide(self, observation: Observation) -> list[Order]:
        when: dict[str, Any] = {
            "announced_h": observation.now_h,
            "effective_h": observation.now_h + self.ahead_h,
        }
        here: dict[str, Any] = {"crossings": observation.crossings, **when}
        return [
            Order(action=Action.ADD_OFFICERS, value=0, **here),
            Order(action=Action.ADD_LANES, value=0, **here),
            Order(action=Action.ADD_INTERPRETERS, value=0, **here),
            Order(action=Action.BAN_MODE, mode=Mode.RAIL, value=1.0, **here),
            Order(action=Action.BAN_MODE, mode=Mode.CAR, value=0.0, **here),
            Order(action=Action.METER, value=1e9, **here),
            Order(action=Action.CARRIER_MEASURES, value=1.0, **when),
        ]


def check_announces_nothing(plain: BorderModel, announced: BorderModel) -> None:
    """Orders that change nothing, announced every day, differ from none by nothing.

    But for when groups would look again, at the edge of a ban of nothing, and find what they knew:
    such a look may stand before the step that they would take next.
    """
    unlike = set(small_worlds.differing(plain, announced))
    looks_again = ("appraisal_until_h", "stamp", "heard_h", "fresh", "next_step")
    unlike -= {f"groups.{name}" for name in looks_again}
    assert unlike == set(), "6 null policy: news of it matters"


def in_chunks(run: BorderModel, sizes_h: Sequence[float]) -> BorderModel:
    """Run to the end in chunks of these sizes, over and over."""
    end_h = run.clock.duration_h
    for size_h in itertools.cycle(sizes_h):
        run.advance_to(min(run.now_h + size_h, end_h))
        if run.now_h >= end_h:
            return run
    raise AssertionError("no chunks")


# ---- 7

DRAWN = ("cash_eur", "gear", "valid_documents", "origin", "first_hub")
DRAWN_WHOLE = ("people", "traits")


def check_one_more_group(before: BorderModel, after: BorderModel) -> None:
    """One more group changes nobody's draws.

    Who comes at all may depend on others where people follow others, are afraid of failure, or the
    transit side answers; who goes with whom, where groups part. When somebody comes depends on
    others only for those who follow.
    """
    mine, theirs = (
        {int(row["key"]): row for row in small_worlds.groups(run)} for run in (before, after)
    )
    parameters = before.parameters
    alone = (
        parameters.branching == 0.0
        and parameters.failure_weight == 0.0
        and before.transit.response is None
    )
    never_parts = parameters.splitting == 0.0 and parameters.forced_separation == 0.0
    if alone and never_parts:
        assert mine.keys() <= theirs.keys(), "7 common random numbers: somebody did not come"
        assert len(theirs) == len(mine) + 1, "7 common random numbers: somebody else came"
    names = [*DRAWN, *(DRAWN_WHOLE if never_parts else ()), *(("created_h",) if alone else ())]
    for key in mine.keys() & theirs.keys():
        for name in names:
            assert mine[key][name] == theirs[key][name], (
                f"7 common random numbers: {name} of another group has changed"
            )


# ---- 8

MONEY = tuple(name for name in PARAMETER_NAMES if "EUR" in parameter_facts(name)["unit"])
IN_EUROS = ("groups.cash_eur", "groups.spent_eur")


def in_another_currency(parameters: Parameters, factor: float) -> Parameters:
    """All amounts of money as so many times the number."""
    return replace(parameters, **{name: factor * getattr(parameters, name) for name in MONEY})


def check_currency(one: BorderModel, other: BorderModel, factor: float) -> None:
    """Money in another unit changes amounts of money and nothing else; exact for powers of two."""
    mine, theirs = small_worlds.results(one), small_worlds.results(other)
    for name, column in mine.items():
        expected = column * column.dtype.type(factor) if name in IN_EUROS else column
        assert expected.tobytes() == theirs[name].tobytes(), f"8 units: {name} is not the same"


def check_renamed(one: BorderModel, other: BorderModel) -> None:
    """Other names of places, policies and hypotheses, and keys in another order, are no change."""
    assert small_worlds.differing(one, other) == [], "8 labels: names or the order of keys matter"


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
