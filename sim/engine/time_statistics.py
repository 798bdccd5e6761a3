"""Time-weighted statistics: the one place where people change state, and what is counted of it.

Nothing here changes what happens next. Entries, stocks and person-hours by day, place and state are
updated when people move, and some entries by origin too; outdoor hours
(:mod:`sim.engine.cold_exposure`), suspended hours and hours on duty (:mod:`sim.engine.staff_hours`)
alongside. Integrals are exact: a cell is updated whenever it changes and at the end of each day, so
Little's law holds on every path.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.codes import NOBODY, STATES, PersonState
from sim.engine.cold_exposure import enter_exposure, leave_exposure, update_outdoor_hours
from sim.engine.occupancy import people_in
from sim.engine.person_states import NOT_COUNTED, ORIGIN_COUNTS
from sim.engine.signatures import Columns, Hours, Row
from sim.engine.staff_hours import update_staff_hours
from sim.engine.stages import AUDITED, QUEUES


@njit
def move_person(e: Columns, p: Row, state: int, place: Row, now: Hours) -> None:
    """Move person ``p`` from the state and place where they are to another."""
    person = e.persons[p]
    leave_exposure(e, p, person.place, person.state, now)
    _leave_cell(e, person.place, person.state, now)
    enter_exposure(e, p, place, state, now)
    _enter_cell(e, p, place, np.int64(state), now)
    person.state = state
    person.place = place


@njit
def place_new_person(e: Columns, p: Row, state: int, place: Row, now: Hours) -> None:
    """Enter a newly created person into the statistics."""
    e.persons[p].state = state
    e.persons[p].place = place
    enter_exposure(e, p, place, state, now)
    _enter_cell(e, p, place, np.int64(state), now)


@njit
def move_group(e: Columns, g: Row, state: int, place: Row, now: Hours) -> None:
    """Move every member of group ``g``."""
    first = e.groups[g].first_person
    for p in range(first, first + e.groups[g].people):
        move_person(e, p, state, place, now)


@njit
def _leave_cell(e: Columns, place: Row, state: int, now: Hours) -> None:
    _update_cell(e, place, state, now)
    e.occupancy[place, state] -= 1


@njit
def _enter_cell(e: Columns, p: Row, place: Row, state: int, now: Hours) -> None:
    _update_cell(e, place, state, now)
    e.occupancy[place, state] += 1
    day = e.status[0].day
    e.entries[day, place, state] += 1
    count = ORIGIN_COUNTS[state]
    if count != NOT_COUNTED:
        origin = e.groups[e.persons[p].group].origin  # the first cell is that of no origin, -1
        e.entries_by_origin[day, place, count, origin + 1] += 1


@njit
def _update_cell(e: Columns, place: Row, state: int, now: Hours) -> None:
    people = e.occupancy[place, state]
    if people != 0:
        hours = now - e.changed_h[place, state]
        e.person_hours[e.status[0].day, place, state] += people * hours
    e.changed_h[place, state] = now


@njit
def update_suspended_hours(e: Columns, s: Row, now: Hours) -> None:
    """Record hours of suspended traffic at a station up to now (only while it is open)."""
    station = e.stations[s]
    if station.suspended and station.open_by_hours and station.closures == 0:
        e.suspended_h[e.status[0].day, s] += now - e.suspended_since_h[s]
    e.suspended_since_h[s] = now


@njit
def close_day(e: Columns, now: Hours) -> None:
    """Record everything up to the end of a day, note the stocks, and turn the page."""
    day = e.status[0].day
    for place in range(len(e.zone)):
        if e.zone[place] >= 0:
            update_outdoor_hours(e, place, now)
        for state in range(STATES):
            if e.occupancy[place, state] != 0:
                _update_cell(e, place, state, now)
                e.stock[day, place, state] = e.occupancy[place, state]
    for s in range(len(e.stations)):
        update_suspended_hours(e, s, now)
        update_staff_hours(e, s, now)
    if day + 1 < len(e.day_ends_h):
        e.status[0].day = day + 1


@njit
def audit(e: Columns) -> bool:
    """Whether every person is in exactly one state and every queue holds whom it should.

    Counts people from their own rows and compares with the statistics; slow, for tests.
    """
    counted = np.zeros_like(e.occupancy)
    for p in range(e.status[0].persons):
        counted[e.persons[p].place, e.persons[p].state] += 1
    for place in range(counted.shape[0]):
        for state in range(counted.shape[1]):
            if counted[place, state] != e.occupancy[place, state]:
                return False
    return _queues_agree(e)


@njit
def _queues_agree(e: Columns) -> bool:
    for s in range(len(e.stations)):
        place = e.stations[s].place
        if _people_before_gate(e, s) != people_in(e, place, PersonState.EXIT_QUEUE):
            return False
        for state, first, end, holds_all in AUDITED:
            waiting = 0
            for queue in range(first, end):
                waiting += _people_in_queue(e, s, queue)
            people = people_in(e, place, state)
            if waiting > people or (holds_all and waiting < people):
                return False
    return True


@njit
def _people_before_gate(e: Columns, s: Row) -> int:
    people = 0
    g = e.stations[s].exit_first
    while g != NOBODY:
        people += e.groups[g].people
        g = e.journeys[e.groups[g].journey].next_in_queue
    return people


@njit
def _people_in_queue(e: Columns, s: Row, queue: int) -> int:
    people = 0
    p = e.queues[s * QUEUES + queue].first
    while p != NOBODY:
        people += 1
        p = e.persons[p].next_in_queue
    return people


@njit
def totals_agree(e: Columns) -> bool:
    """Whether the people in all cells are as many as were created and no cell is negative."""
    total = 0
    for place in range(e.occupancy.shape[0]):
        for state in range(STATES):
            if e.occupancy[place, state] < 0:
                return False
            total += e.occupancy[place, state]
    return total == e.status[0].persons
