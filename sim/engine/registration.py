"""S7, the interview: it needs an officer and, for most, an interpreter as well.

Who is next follows from the station's discipline. What becomes of people after it, and who can move
up then, is in :mod:`sim.engine.stations`.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.codes import NOBODY, AgeClass, PersonState, QueueDiscipline
from sim.engine.groups import is_minor
from sim.engine.queues import dequeue, enqueue, head
from sim.engine.service import registration_servers
from sim.engine.signatures import Columns, Hours, Row
from sim.engine.staff_hours import update_staff_hours
from sim.engine.stage_service import service_of
from sim.engine.stages import REGISTRATION, first_queue
from sim.engine.time_statistics import move_person
from sim.randomness import GROUP_INTERPRETER, happens

INTERVIEWS: Final = first_queue(REGISTRATION)  # four: 2 * urgent + needs_interpreter

_begin_registration = service_of(REGISTRATION)


@njit
def wait_for_registration(e: Columns, s: Row, p: Row, now: Hours) -> None:
    """A person goes on to the interview, and it begins if somebody is free."""
    move_person(e, p, PersonState.WAIT_REGISTRATION, e.persons[p].place, now)
    _join_registration(e, s, p)
    start_registrations(e, s, now)


@njit
def _join_registration(e: Columns, s: Row, p: Row) -> None:
    """Join the queue for the interview; families that stay together gather first."""
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
    return (
        station.discipline == QueueDiscipline.FAMILY_TOGETHER and people <= station.shelter_places
    )


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
    urgent = e.stations[s].discipline == QueueDiscipline.VULNERABLE_FIRST and _goes_first(e, p)
    return INTERVIEWS + (2 if urgent else 0) + (1 if needs_interpreter(e, p) else 0)


@njit
def _goes_first(e: Columns, p: Row) -> bool:
    person = e.persons[p]
    return person.vulnerable != 0 or person.age_class != AgeClass.ADULT


@njit
def needs_interpreter(e: Columns, p: Row) -> bool:
    """Whether a person's interview needs an interpreter; the same for the whole group."""
    share = e.parameters[0].interpreter_share
    key = e.groups[e.persons[p].group].key
    return happens(share, e.status[0].key, GROUP_INTERPRETER, key, 0)


@njit
def start_registrations(e: Columns, s: Row, now: Hours) -> None:
    """Begin interviews while there are an officer and, where needed, an interpreter."""
    station = e.stations[s]
    servers = registration_servers(station)
    while station.registration_busy < servers:
        queue = _next_queue(e, s)
        if queue == NOBODY:
            return
        update_staff_hours(e, s, now)
        p = dequeue(e, s, queue)
        if (queue - INTERVIEWS) % 2 == 1:
            station.interpreters_busy += 1
        _begin_registration(e, s, p, _mean_interview_h(e, s, p), now)


@njit
def _next_queue(e: Columns, s: Row) -> int:
    """The queue whose head is next: urgent before others, then who joined first."""
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
    """When a person joined the queue: when admitted, or when the last of a family was."""
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
