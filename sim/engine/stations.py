"""S7: a crossing station: exit gate, admission lanes, registration servers, and their queues.

People who reach the transit side's post pass its gate (chance by document), then wait in line
(EXIT_QUEUE) until the crossing is open to them. Passing the receiving side's gate is what counts as
an arrival. Service is per person, first come first served; a group passes the gate together. Those
who have presented themselves are always received: closing turns back only people still in line.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numba import njit

from sim.engine.accounts import book_suspension, move_group, move_person
from sim.engine.choice import think
from sim.engine.columns import NOBODY, GroupStage, PersonState, QueueRule, ServiceLaw
from sim.engine.demand import excite
from sim.engine.events import EventKind, schedule
from sim.engine.journeys import go_back, join_queue, leave_queue
from sim.engine.measures import ban_in_force, barrier, daily_cap
from sim.randomness import (
    ADMISSION_SERVICE,
    BAN_ENFORCED,
    REGISTRATION_SERVICE,
    TRANSIT_GATE,
    exponential,
    gamma,
    normal,
    uniform,
)

ADMISSION_ENDS: Final = np.int64(EventKind.ADMISSION_ENDS)
REGISTRATION_ENDS: Final = np.int64(EventKind.REGISTRATION_ENDS)
TRAVEL: Final = np.int64(PersonState.TRAVEL)
EXIT_QUEUE: Final = np.int64(PersonState.EXIT_QUEUE)
AT_POSTS: Final = np.int64(PersonState.BETWEEN_POSTS)
ADMISSION_QUEUE: Final = np.int64(PersonState.ADMISSION_QUEUE)
IN_ADMISSION: Final = np.int64(PersonState.IN_ADMISSION)
WAIT_REGISTRATION: Final = np.int64(PersonState.WAIT_REGISTRATION)
IN_REGISTRATION: Final = np.int64(PersonState.IN_REGISTRATION)
REGISTERED: Final = np.int64(PersonState.REGISTERED)
TURNED_BACK: Final = np.int64(PersonState.TURNED_BACK)
QUEUED: Final = np.int64(GroupStage.QUEUED)
BETWEEN_POSTS: Final = np.int64(GroupStage.BETWEEN_POSTS)
HOLD: Final = np.int64(QueueRule.HOLD)
TURN_BACK: Final = np.int64(QueueRule.TURN_BACK)
DETERMINISTIC: Final = np.int64(ServiceLaw.DETERMINISTIC)
EXPONENTIAL: Final = np.int64(ServiceLaw.EXPONENTIAL)
GAMMA: Final = np.int64(ServiceLaw.GAMMA)


@njit
def arrive_at_crossing(e, g, s, now):  # type: ignore[no-untyped-def]
    """A group reaches the transit side's post of station ``s``."""
    group = e.groups[g]
    group.heard_h = now
    group.attempts += 1
    e.status[0].attempts_today += group.people
    _note_first_queueing(e, g, now)
    if not _let_out(e, g, s):
        fail(e, g)
        go_back(e, g, TRAVEL, now)
    elif _banned_mode_enforced(e, g, s):
        turn_back(e, g, now)
    else:
        _stand_before_gate(e, g, s, now)


@njit
def _stand_before_gate(e, g, s, now):  # type: ignore[no-untyped-def]
    """Join the line, and pass at once if the crossing is open to this group."""
    group = e.groups[g]
    rule = barrier(e, s, group.traits)
    move_group(e, g, EXIT_QUEUE, group.place, now)
    join_queue(e, g, s, now)
    group.stage = QUEUED
    group.stamp += 1
    if rule >= 0:
        meet_barrier(e, g, rule, now)
    elif gate_open(e, s):
        _pass_gate(e, g, s, now)
        start_admissions(e, s, now)


@njit
def meet_barrier(e, g, rule, now):  # type: ignore[no-untyped-def]
    """What a closure does with a group in line: hold, reroute or turn back."""
    if rule == TURN_BACK:
        leave_queue(e, g)
        turn_back(e, g, now)
    elif not think(e, g, now, True) and rule != HOLD:
        leave_queue(e, g)
        go_back(e, g, TRAVEL, now)


@njit
def fail(e, g):  # type: ignore[no-untyped-def]
    """Note that a group came in vain."""
    e.groups[g].failures += 1
    e.status[0].failures_today += e.groups[g].people


@njit
def turn_back(e, g, now):  # type: ignore[no-untyped-def]
    """Send a group back without its claim being received."""
    fail(e, g)
    go_back(e, g, TURNED_BACK, now)


@njit
def _note_first_queueing(e, g, now):  # type: ignore[no-untyped-def]
    group = e.groups[g]
    for p in range(group.first_person, group.first_person + group.people):
        if np.isnan(e.persons[p].queued_h):
            e.persons[p].queued_h = now


@njit
def _let_out(e, g, s):  # type: ignore[no-untyped-def]
    """Whether the transit side's post lets the group pass (S7 stage 0)."""
    group = e.groups[g]
    chance = e.stations[s].gate
    if not group.valid_documents:
        chance *= e.parameters[0].expired_document_gate
    return uniform(e.status[0].key, TRANSIT_GATE, group.key, group.attempts) < chance


@njit
def _banned_mode_enforced(e, g, s):  # type: ignore[no-untyped-def]
    group = e.groups[g]
    strictness = ban_in_force(e, s, group.mode)
    if strictness <= 0.0:
        return False
    return uniform(e.status[0].key, BAN_ENFORCED, group.key, group.attempts) < strictness


@njit
def gate_open(e, s):  # type: ignore[no-untyped-def]
    """Whether anybody may pass the receiving side's gate now, closures for some left aside."""
    return e.stations[s].open_by_hours and not e.stations[s].suspended


@njit
def release_queue(e, s, now):  # type: ignore[no-untyped-def]
    """Let pass, in order of arrival, whoever may pass now."""
    g = e.stations[s].exit_first
    while g != NOBODY and gate_open(e, s):
        following = e.groups[g].next_in_queue
        if barrier(e, s, e.groups[g].traits) < 0:
            _pass_gate(e, g, s, now)
        g = following
    start_admissions(e, s, now)


@njit
def _pass_gate(e, g, s, now):  # type: ignore[no-untyped-def]
    """A group presents itself on the receiving side."""
    leave_queue(e, g)
    group = e.groups[g]
    group.stage = BETWEEN_POSTS
    group.stamp += 1
    for p in range(group.first_person, group.first_person + group.people):
        e.persons[p].presented_h = now
        move_person(e, p, AT_POSTS, group.place, now)
        move_person(e, p, ADMISSION_QUEUE, group.place, now)
        _append_admission(e, s, p)
    excite(e, g, now)
    _suspend_if_full(e, s, now)


@njit
def _people_between_posts(e, s):  # type: ignore[no-untyped-def]
    place = e.stations[s].place
    return e.occupancy[place, ADMISSION_QUEUE] + e.occupancy[place, IN_ADMISSION]


@njit
def _suspend_if_full(e, s, now):  # type: ignore[no-untyped-def]
    station = e.stations[s]
    if not station.suspended and _people_between_posts(e, s) >= station.suspend_above:
        book_suspension(e, s, now)
        station.suspended = 1


@njit
def _resume_if_cleared(e, s, now):  # type: ignore[no-untyped-def]
    station = e.stations[s]
    if station.suspended and _people_between_posts(e, s) <= station.suspend_below:
        book_suspension(e, s, now)
        station.suspended = 0
        release_queue(e, s, now)


@njit
def _append_admission(e, s, p):  # type: ignore[no-untyped-def]
    station = e.stations[s]
    e.persons[p].next_in_queue = NOBODY
    if station.admission_last == NOBODY:
        station.admission_first = p
    else:
        e.persons[station.admission_last].next_in_queue = p
    station.admission_last = p


@njit
def _append_registration(e, s, p):  # type: ignore[no-untyped-def]
    station = e.stations[s]
    e.persons[p].next_in_queue = NOBODY
    if station.registration_last == NOBODY:
        station.registration_first = p
    else:
        e.persons[station.registration_last].next_in_queue = p
    station.registration_last = p


@njit
def start_admissions(e, s, now):  # type: ignore[no-untyped-def]
    """Fill free lanes from the line between the posts."""
    station = e.stations[s]
    if not (station.open_by_hours or station.work_after_closing):
        return
    mean_h = station.admission_mean_h * e.parameters[0].admission_time_factor
    cap = daily_cap(e, s)
    while (
        station.admission_first != NOBODY
        and station.admission_busy < station.lanes
        and station.admitted_today < cap
    ):
        station.admitted_today += 1
        p = station.admission_first
        station.admission_first = e.persons[p].next_in_queue
        if station.admission_first == NOBODY:
            station.admission_last = NOBODY
        station.admission_busy += 1
        move_person(e, p, IN_ADMISSION, station.place, now)
        unit = _unit_service(e, p, ADMISSION_SERVICE, station.admission_law, station.admission_cv)
        schedule(e, now + mean_h * unit, ADMISSION_ENDS, p, 0)


@njit
def end_admission(e, p, now):  # type: ignore[no-untyped-def]
    """A person has been admitted and waits for registration."""
    person = e.persons[p]
    s = e.station_at[person.place]
    person.admitted_h = now
    e.stations[s].admission_busy -= 1
    move_person(e, p, WAIT_REGISTRATION, person.place, now)
    _append_registration(e, s, p)
    start_registrations(e, s, now)
    start_admissions(e, s, now)
    _resume_if_cleared(e, s, now)


@njit
def registration_servers(station):  # type: ignore[no-untyped-def]
    """Interviews that may run at a time now; seconded officers work whenever there are people."""
    base = station.servers_open if station.open_by_hours else station.servers_after_hours
    return max(0, base + station.extra_servers)


@njit
def start_registrations(e, s, now):  # type: ignore[no-untyped-def]
    """Fill free registration servers."""
    station = e.stations[s]
    servers = registration_servers(station)
    mean_h = station.registration_mean_h * e.parameters[0].registration_time_factor
    while station.registration_first != NOBODY and station.registration_busy < servers:
        p = station.registration_first
        station.registration_first = e.persons[p].next_in_queue
        if station.registration_first == NOBODY:
            station.registration_last = NOBODY
        station.registration_busy += 1
        move_person(e, p, IN_REGISTRATION, station.place, now)
        unit = _unit_service(
            e, p, REGISTRATION_SERVICE, station.registration_law, station.registration_cv
        )
        schedule(e, now + mean_h * unit, REGISTRATION_ENDS, p, 0)


@njit
def end_registration(e, p, now):  # type: ignore[no-untyped-def]
    """A person's claim is registered."""
    person = e.persons[p]
    s = e.station_at[person.place]
    person.registered_h = now
    e.stations[s].registration_busy -= 1
    move_person(e, p, REGISTERED, person.place, now)
    start_registrations(e, s, now)


@njit
def bring_to_registration(e, g, s, now):  # type: ignore[no-untyped-def]
    """People found on the terrain border are brought to a station and apply there."""
    group = e.groups[g]
    group.stage = BETWEEN_POSTS
    for p in range(group.first_person, group.first_person + group.people):
        e.persons[p].presented_h = now
        e.persons[p].admitted_h = now
        move_person(e, p, WAIT_REGISTRATION, e.stations[s].place, now)
        _append_registration(e, s, p)
    group.place = e.stations[s].place
    start_registrations(e, s, now)


@njit
def begin_day(e, now):  # type: ignore[no-untyped-def]
    """With a new day the daily caps begin anew."""
    for s in range(len(e.stations)):
        e.stations[s].admitted_today = 0
        if e.stations[s].metered:
            start_admissions(e, s, now)


@njit
def _unit_service(e, p, purpose, law, cv):  # type: ignore[no-untyped-def]
    """A service time with mean 1, belonging to the person."""
    group = e.groups[e.persons[p].group]
    member = p - group.first_person
    key = e.status[0].key
    if law == DETERMINISTIC:
        return 1.0
    if law == EXPONENTIAL:
        return exponential(key, purpose, group.key, member)
    if cv <= 0.0:
        return 1.0
    if law == GAMMA:
        shape = 1.0 / (cv * cv)
        return gamma(key, purpose, group.key, member, shape) / shape
    variance = math.log(1.0 + cv * cv)
    return math.exp(math.sqrt(variance) * normal(key, purpose, group.key, member) - 0.5 * variance)
