"""S7, stages 1 to 3: admission lanes, registration, transport, on the receiving side.

Whoever has passed the gate stands between the posts. While the station's shelter has room, people
move up to the lanes; when it is full they wait between the posts: nobody is ever lost. After
admission comes the interview, which needs an officer and, for most, an interpreter as well
(two resources at once). Registered people leave by minibuses on a timetable where there are any.

Service is per person. Those who have presented themselves are always received: a closure meets only
people before the gate (:mod:`sim.engine.exit_gate`).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numba import njit

from sim.engine.codes import NOBODY, AgeClass, Discipline, GroupStage, PersonState
from sim.engine.events import EventKind, schedule
from sim.engine.groups import is_minor
from sim.engine.measures import daily_cap
from sim.engine.occupancy import people_in, people_in_any
from sim.engine.queues import dequeue, enqueue, head
from sim.engine.service import registration_servers
from sim.engine.signatures import Columns, Hours, Row
from sim.engine.stage_service import service_of
from sim.engine.stages import (
    ADMISSION,
    REGISTRATION,
    SHELTER,
    SHELTERED,
    TRANSPORT,
    first_queue,
)
from sim.engine.time_statistics import move_person, update_interview_hours
from sim.randomness import (
    GROUP_CLAIMS,
    GROUP_INTERPRETER,
    uniform,
)

# The queues of single people, by their numbers at a station.
POSTS: Final = first_queue(SHELTER)
LANES: Final = first_queue(ADMISSION)
INTERVIEWS: Final = first_queue(REGISTRATION)  # four: 2 * urgent + needs_interpreter
MINIBUSES: Final = first_queue(TRANSPORT)

_begin_admission = service_of(ADMISSION)
_begin_registration = service_of(REGISTRATION)


@njit
def receive(e: Columns, g: Row, s: Row, now: Hours) -> None:
    """A group presents itself on the receiving side and stands between the posts."""
    group = e.groups[g]
    for p in range(group.first_person, group.first_person + group.people):
        e.persons[p].presented_h = now
        move_person(e, p, PersonState.BETWEEN_POSTS, group.place, now)
        enqueue(e, s, POSTS, p)
    move_up(e, s, now)


@njit
def people_between_posts(e: Columns, s: Row) -> int:
    """People past the gate and not yet admitted."""
    place = e.stations[s].place
    people = people_in(e, place, PersonState.BETWEEN_POSTS)
    people += people_in(e, place, PersonState.ADMISSION_QUEUE)
    return people + people_in(e, place, PersonState.IN_ADMISSION)


@njit
def _people_sheltered(e: Columns, s: Row) -> int:
    """People who have a place behind the posts, or are sure of one."""
    station = e.stations[s]
    people = people_in_any(e, station.place, SHELTERED)
    if station.seats > 0:
        people += people_in(e, station.place, PersonState.REGISTERED)
    return people


@njit
def move_up(e: Columns, s: Row, now: Hours) -> None:
    """Let people between the posts stand in line for the lanes, as far as there is shelter."""
    station = e.stations[s]
    room = station.shelter_places - _people_sheltered(e, s)
    while room > 0 and head(e, s, POSTS) != NOBODY:
        p = dequeue(e, s, POSTS)
        move_person(e, p, PersonState.ADMISSION_QUEUE, station.place, now)
        enqueue(e, s, LANES, p)
        room -= 1


@njit
def start_admissions(e: Columns, s: Row, now: Hours) -> None:
    """Fill free lanes from the line before them."""
    station = e.stations[s]
    if not (station.open_by_hours or station.work_after_closing):
        return
    mean_h = station.admission_mean_h * e.parameters[0].admission_time_factor
    cap = daily_cap(e, s)
    while (
        head(e, s, LANES) != NOBODY
        and station.admission_busy < station.lanes
        and station.admitted_today + 1 <= cap
    ):
        station.admitted_today += 1
        _begin_admission(e, s, dequeue(e, s, LANES), mean_h, now)


@njit
def end_admission(e: Columns, p: Row, now: Hours) -> Row:
    """A person has been admitted and waits for the interview, or asks for nothing and is refused.

    Returns the station.
    """
    person = e.persons[p]
    s = e.station_at[person.place]
    person.admitted_h = now
    e.stations[s].admission_busy -= 1
    if _claims_asylum(e, p):
        move_person(e, p, PersonState.WAIT_REGISTRATION, person.place, now)
        _join_registration(e, s, p)
        start_registrations(e, s, now)
    else:
        move_person(e, p, PersonState.REFUSED_NO_CLAIM, person.place, now)
        move_up(e, s, now)
    start_admissions(e, s, now)
    return s


@njit
def _claims_asylum(e: Columns, p: Row) -> bool:
    share = e.parameters[0].claim_share
    if share >= 1.0:
        return True
    key = e.groups[e.persons[p].group].key
    return uniform(e.status[0].key, GROUP_CLAIMS, key, 0) < share


@njit
def _join_registration(e: Columns, s: Row, p: Row) -> None:
    """Stand in line for the interview; families that stay together gather first."""
    if not _gathers(e, s, p):
        enqueue(e, s, _registration_queue(e, s, p), p)
    elif _family_is_complete(e, p):
        group = e.groups[e.persons[p].group]
        for member in range(group.first_person, group.first_person + group.people):
            enqueue(e, s, _registration_queue(e, s, member), member)


@njit
def _gathers(e: Columns, s: Row, p: Row) -> bool:
    """Whether this person's group is heard together; one that the shelter cannot hold is not.

    It would gather for ever: some of it could not be admitted before others are registered.
    """
    people = e.groups[e.persons[p].group].people
    station = e.stations[s]
    return station.discipline == Discipline.FAMILY_TOGETHER and people <= station.shelter_places


@njit
def _family_is_complete(e: Columns, p: Row) -> bool:
    """Whether everybody of this person's group waits for the interview."""
    group = e.groups[e.persons[p].group]
    for member in range(group.first_person, group.first_person + group.people):
        if e.persons[member].state != PersonState.WAIT_REGISTRATION:
            return False
    return True


@njit
def _registration_queue(e: Columns, s: Row, p: Row) -> int:
    urgent = e.stations[s].discipline == Discipline.VULNERABLE_FIRST and _goes_first(e, p)
    return INTERVIEWS + (2 if urgent else 0) + (1 if _needs_interpreter(e, p) else 0)


@njit
def _goes_first(e: Columns, p: Row) -> bool:
    person = e.persons[p]
    return person.vulnerable != 0 or person.age_class != AgeClass.ADULT


@njit
def _needs_interpreter(e: Columns, p: Row) -> bool:
    share = e.parameters[0].interpreter_share
    key = e.groups[e.persons[p].group].key
    return share >= 1.0 or uniform(e.status[0].key, GROUP_INTERPRETER, key, 0) < share


@njit
def start_registrations(e: Columns, s: Row, now: Hours) -> None:
    """Begin interviews while there are an officer and, where needed, an interpreter."""
    station = e.stations[s]
    servers = registration_servers(station)
    update_interview_hours(e, s, now)
    while station.registration_busy < servers:
        queue = _next_queue(e, s)
        if queue == NOBODY:
            return
        p = dequeue(e, s, queue)
        if (queue - INTERVIEWS) % 2 == 1:
            station.interpreters_busy += 1
        _begin_registration(e, s, p, _mean_interview_h(e, s, p), now)


@njit
def _next_queue(e: Columns, s: Row) -> int:
    """The line whose first person is next: urgent before others, then who joined first."""
    interpreter_free = e.stations[s].interpreters_busy < e.stations[s].interpreters
    for urgent in (2, 0):
        without = head(e, s, INTERVIEWS + urgent)
        helped = head(e, s, INTERVIEWS + urgent + 1) if interpreter_free else NOBODY
        if helped != NOBODY and (without == NOBODY or _joined_first(e, s, helped, without)):
            return INTERVIEWS + urgent + 1
        if without != NOBODY:
            return INTERVIEWS + urgent
    return NOBODY


@njit
def _joined_first(e: Columns, s: Row, p: Row, other: Row) -> bool:
    return (_joined_h(e, s, p), p) < (_joined_h(e, s, other), other)


@njit
def _joined_h(e: Columns, s: Row, p: Row) -> Hours:
    """When a person joined the line: when admitted, or when the last of a family was."""
    if not _gathers(e, s, p):
        return e.persons[p].admitted_h
    group = e.groups[e.persons[p].group]
    last_h = -np.inf
    for member in range(group.first_person, group.first_person + group.people):
        last_h = max(last_h, e.persons[member].admitted_h)
    return last_h


@njit
def _mean_interview_h(e: Columns, s: Row, p: Row) -> Hours:
    parameters = e.parameters[0]
    mean_h = e.stations[s].registration_mean_h
    if is_minor(e.persons[p]):
        mean_h += parameters.minor_interview_min / 60.0
    return mean_h * parameters.registration_time_factor


@njit
def end_registration(e: Columns, p: Row, now: Hours) -> None:
    """A person's claim is registered."""
    person = e.persons[p]
    s = e.station_at[person.place]
    station = e.stations[s]
    person.registered_h = now
    update_interview_hours(e, s, now)
    station.registration_busy -= 1
    if _needs_interpreter(e, p):
        station.interpreters_busy -= 1
    move_person(e, p, PersonState.REGISTERED, person.place, now)
    if station.seats > 0:
        enqueue(e, s, MINIBUSES, p)
        _expect_transport(e, s, now)
    move_up(e, s, now)
    start_admissions(e, s, now)
    start_registrations(e, s, now)


@njit
def _expect_transport(e: Columns, s: Row, now: Hours) -> None:
    """Somebody waits for the next minibus of the timetable."""
    station = e.stations[s]
    if not station.transport_due:
        station.transport_due = 1
        trip = math.floor(now / station.headway_h) + 1.0
        if station.headway_h * trip <= now:  # a quotient just below a whole number: this trip left
            trip += 1.0
        next_h = station.headway_h * trip
        schedule(e, next_h, EventKind.TRANSPORT_LEAVES, s, 0)


@njit
def leave_by_transport(e: Columns, s: Row, now: Hours) -> None:
    """A minibus takes as many as have a seat, in order of registration."""
    station = e.stations[s]
    station.transport_due = 0
    seats = station.seats
    while seats > 0 and head(e, s, MINIBUSES) != NOBODY:
        move_person(e, dequeue(e, s, MINIBUSES), PersonState.TRANSFERRED, station.place, now)
        seats -= 1
    if head(e, s, MINIBUSES) != NOBODY:
        _expect_transport(e, s, now)
    move_up(e, s, now)
    start_admissions(e, s, now)


@njit
def bring_to_registration(e: Columns, g: Row, s: Row, now: Hours) -> None:
    """People found on the terrain border are brought to a station and apply there."""
    group = e.groups[g]
    group.stage = GroupStage.BETWEEN_POSTS
    for p in range(group.first_person, group.first_person + group.people):
        e.persons[p].presented_h = now
        e.persons[p].admitted_h = now
        move_person(e, p, PersonState.WAIT_REGISTRATION, e.stations[s].place, now)
        _join_registration(e, s, p)
    group.place = e.stations[s].place
    start_registrations(e, s, now)


@njit
def begin_day(e: Columns, now: Hours) -> None:
    """With a new day the daily caps begin anew."""
    for s in range(len(e.stations)):
        e.stations[s].admitted_today = 0
        if e.stations[s].metered:
            start_admissions(e, s, now)
