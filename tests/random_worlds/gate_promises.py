"""Promises about gates, lanes and interviews: closed is closed, capacity, and order of service.

The number and name that open each message are those of the list of promises.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import Action, AgeClass, QueueDiscipline
from sim.engine.codes import PersonState as State
from sim.model import BorderModel
from sim.outcomes.visits import kept_visits
from sim.verification import small_worlds
from sim.world.network import Crossing
from tests.random_worlds.run_monitor import RunMonitor

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
