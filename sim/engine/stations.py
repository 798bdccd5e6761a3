"""S7, stages 1 to 3 on the receiving side: admission lanes, then registration, then transport.

Those who have passed the gate are between the posts. While the station's shelter has room, people
move up to the lanes; when it is full they wait between the posts: nobody is ever lost. People found
on the terrain border have been checked there and need no lane: they wait outdoors before the
station until there is room, in one order with those between the posts, by when they presented
themselves. After admission comes the interview, which needs an officer and, for most, an
interpreter as well (two resources at once). Registered people leave by minibuses on a timetable
where there are any.

Service is per person. Those who have presented themselves are always received: a closure meets only
people before the gate (:mod:`sim.engine.exit_gate`).
"""

from __future__ import annotations

import math
from typing import Final

from sim.arithmetic.compiled import njit
from sim.engine.beliefs import report_success
from sim.engine.caps import admit_next, begin_counting, next_for_admission
from sim.engine.codes import NOBODY, GroupStage, PersonState
from sim.engine.events import EventKind, schedule
from sim.engine.journey_rows import give_back_journey
from sim.engine.occupancy import people_in, people_in_any
from sim.engine.onward import goes_on, leave_if_all_done
from sim.engine.queues import dequeue, enqueue, head
from sim.engine.registration import (
    needs_interpreter,
    start_registrations,
    wait_for_registration,
)
from sim.engine.signatures import Columns, Hours, Row
from sim.engine.staff_hours import update_staff_hours
from sim.engine.stage_service import service_of
from sim.engine.stages import (
    ADMISSION,
    SHELTER,
    SHELTERED,
    TERRAIN,
    TRANSPORT,
    first_queue,
)
from sim.engine.time_statistics import move_person
from sim.engine.travellers import LEAVES_LANE, begin_lane, join_lanes, traveller_is_next

# The queues of single people, by their numbers at a station.
POSTS: Final = first_queue(SHELTER)
OUTSIDE: Final = first_queue(TERRAIN)
LANES: Final = first_queue(ADMISSION)
MINIBUSES: Final = first_queue(TRANSPORT)

_begin_admission = service_of(ADMISSION)


@njit
def receive(e: Columns, g: Row, s: Row, now: Hours) -> None:
    """A group presents itself on the receiving side and is between the posts."""
    _wait_for_shelter(e, g, s, PersonState.BETWEEN_POSTS, POSTS, now)


@njit
def _wait_for_shelter(e: Columns, g: Row, s: Row, state: int, queue: int, now: Hours) -> None:
    """The people of a group present themselves, and wait until there is room inside."""
    group = e.groups[g]
    e.journeys[group.journey].unregistered = group.people
    for p in range(group.first_person, group.first_person + group.people):
        e.persons[p].presented_h = now
        move_person(e, p, state, group.place, now)
        enqueue(e, s, queue, p)
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
    """Let people in as far as there is shelter: from between the posts, and found elsewhere."""
    station = e.stations[s]
    room = station.shelter_places - _people_sheltered(e, s)
    queue = _next_to_move_up(e, s)
    while room > 0 and queue != NOBODY:
        p = dequeue(e, s, queue)
        if queue == POSTS:
            move_person(e, p, PersonState.ADMISSION_QUEUE, station.place, now)
            enqueue(e, s, LANES, p)
        else:
            e.persons[p].admitted_h = now
            wait_for_registration(e, s, p, now)
        room -= 1
        queue = _next_to_move_up(e, s)


@njit
def _next_to_move_up(e: Columns, s: Row) -> int:
    """The queue for shelter whose head presented themselves first; NOBODY if both are empty."""
    at_posts, found = head(e, s, POSTS), head(e, s, OUTSIDE)
    if found == NOBODY:
        return POSTS if at_posts != NOBODY else NOBODY
    if at_posts == NOBODY:
        return OUTSIDE
    came_first = (e.persons[found].presented_h, found) < (e.persons[at_posts].presented_h, at_posts)
    return OUTSIDE if came_first else POSTS


@njit
def serve(e: Columns, s: Row, now: Hours) -> None:
    """Begin whatever can begin now; tried after every change of hours, staff, caps or room."""
    move_up(e, s, now)
    start_admissions(e, s, now)
    start_registrations(e, s, now)


@njit
def start_admissions(e: Columns, s: Row, now: Hours) -> None:
    """Fill free lanes from the queue before them."""
    station = e.stations[s]
    if not (station.open_by_hours or station.work_after_closing):
        return
    mean_h = station.admission_mean_h * e.parameters[0].admission_time_factor
    while station.admission_busy + station.travellers_in_lanes < station.lanes:
        p, before = next_for_admission(e, s, LANES)
        if traveller_is_next(e, s, p):
            update_staff_hours(e, s, now)
            begin_lane(e, s, now)
            continue
        if p == NOBODY:
            return
        update_staff_hours(e, s, now)
        admit_next(e, s, LANES, p, before)
        _begin_admission(e, s, p, mean_h, now)


@njit
def meet_traveller(e: Columns, s: Row, stamp: int, now: Hours) -> None:
    """A traveller with papers comes to the lanes, or leaves one."""
    if stamp == LEAVES_LANE:
        update_staff_hours(e, s, now)
        e.stations[s].travellers_in_lanes -= 1
    elif not join_lanes(e, s):
        return
    start_admissions(e, s, now)


@njit
def end_admission(e: Columns, p: Row, now: Hours) -> Row:
    """A person has been admitted and waits for the interview, or asks for nothing and is refused.

    Returns the station.
    """
    person = e.persons[p]
    s = e.station_at[person.place]
    person.admitted_h = now
    update_staff_hours(e, s, now)
    e.stations[s].admission_busy -= 1
    if e.groups[person.group].waved:
        move_person(e, p, PersonState.LET_THROUGH, person.place, now)
        report_success(e, person.group, now)
        leave_if_all_done(e, person.group, s, now)
        move_up(e, s, now)
    elif e.groups[person.group].claims:
        wait_for_registration(e, s, p, now)
    else:
        move_person(e, p, PersonState.REFUSED_NO_CLAIM, person.place, now)
        if report_success(e, person.group, now):
            give_back_journey(e, person.group)
        move_up(e, s, now)
    start_admissions(e, s, now)
    return s


@njit
def end_registration(e: Columns, p: Row, now: Hours) -> None:
    """A person's claim is registered."""
    person = e.persons[p]
    s = e.station_at[person.place]
    station = e.stations[s]
    person.registered_h = now
    update_staff_hours(e, s, now)
    station.registration_busy -= 1
    if needs_interpreter(e, p):
        station.interpreters_busy -= 1
    move_person(e, p, PersonState.REGISTERED, person.place, now)
    is_last = report_success(e, person.group, now)
    if goes_on(e, person.group, s):
        leave_if_all_done(e, person.group, s, now)
    else:
        if is_last:
            give_back_journey(e, person.group)
        if station.seats > 0:
            enqueue(e, s, MINIBUSES, p)
            _expect_transport(e, s, now)
    serve(e, s, now)


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
    serve(e, s, now)


@njit
def bring_to_registration(e: Columns, g: Row, s: Row, now: Hours) -> None:
    """People found on the terrain border are brought to a station and apply there.

    They go in as there is shelter, like everybody else; until then they wait outdoors before it.
    """
    group = e.groups[g]
    group.stage = GroupStage.BETWEEN_POSTS
    group.waved = 0
    group.place = e.stations[s].place
    _wait_for_shelter(e, g, s, PersonState.GREEN_FOUND, OUTSIDE, now)


@njit
def begin_day(e: Columns, now: Hours) -> None:
    """With a new day the daily caps begin again."""
    for s in range(len(e.stations)):
        begin_counting(e, s)
    for s in range(len(e.stations)):
        if e.stations[s].metered:
            start_admissions(e, s, now)
