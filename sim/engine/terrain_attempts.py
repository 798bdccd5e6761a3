"""S6, attempts on the terrain border, and what becomes of people who are found.

People walk over a stretch outdoors for a lognormal time. At the end they are found with the
stretch's chance, or go on unseen. Of groups that are found the share ``pushback`` is pushed back
without their claim being received: they walk back as long as they came, outdoors, return to the hub
from which they set out, and there wait, try again or give up as everybody does, one failure the
richer (S5, S6). The others are brought to the stretch's crossing and queue for registration there;
where the stretch has none they apply where they are found, at once: no queue inland is modelled.

A stretch that is closed to people stops those who come to it, before they set foot on it, without
receiving a claim; those who are on it go on.
"""

from __future__ import annotations

from sim.arithmetic.compiled import njit
from sim.engine.bulletins import know_past_bulletins, latest_bulletin
from sim.engine.codes import NOBODY, Cause, GroupStage, PersonState
from sim.engine.events import EventKind, schedule
from sim.engine.filters import kind_of
from sim.engine.groups import hike_hours
from sim.engine.journey_rows import give_back_journey
from sim.engine.measures import restricts
from sim.engine.onward import go_on, goes_on
from sim.engine.signatures import Columns, Hours, Row
from sim.engine.stations import bring_to_registration
from sim.engine.terrain_utility import fence_delay_h
from sim.engine.time_statistics import move_group, move_person
from sim.engine.travel import end_journey, go_back_where_from
from sim.randomness import DETECTION, PUSHED_BACK, happens


@njit
def arrive_at_stretch(e: Columns, g: Row, now: Hours) -> None:
    """A group comes to a stretch of terrain border: it sets out on foot, unless it is closed."""
    group = e.groups[g]
    group.attempts += 1
    if _is_closed_to(e, g):
        _note_failure(e, g, now)
        go_back_where_from(e, g, PersonState.TURNED_BACK, now)
        return
    group.stage = GroupStage.HIKING
    move_group(e, g, PersonState.GREEN_ATTEMPT, group.place, now)
    _walk(e, g, now)


@njit
def _is_closed_to(e: Columns, g: Row) -> bool:
    group = e.groups[g]
    if e.destinations[group.destination].closures == 0:
        return False
    for m in range(e.status[0].measures):
        if restricts(e.measures[m], group.destination, kind_of(group)):
            return True
    return False


@njit
def _walk(e: Columns, g: Row, now: Hours) -> None:
    hours = hike_hours(e, g) + fence_delay_h(e, e.groups[g].destination)
    schedule(e, now + hours, EventKind.HIKE_ENDS, g, e.journeys[e.groups[g].journey].stamp)


@njit
def end_walk(e: Columns, g: Row, now: Hours) -> None:
    """S6: at the end of a walk people are found with the stretch's chance, or are back."""
    group = e.groups[g]
    if e.persons[group.first_person].state == PersonState.PUSHED_BACK:
        know_past_bulletins(e, g, now)
        go_back_where_from(e, g, PersonState.TRAVEL, now)
        return
    stretch = e.destinations[group.destination]
    key = e.status[0].key
    found = happens(stretch.detection, key, DETECTION, group.key, group.attempts)
    if found:
        move_group(e, g, PersonState.GREEN_FOUND, group.place, now)
    if found and happens(stretch.pushback, key, PUSHED_BACK, group.key, group.attempts):
        _push_back(e, g, now)
        return
    if stretch.pushback > 0.0:
        e.status[0].passed_today += group.people
    if found:
        _apply(e, g, now)
    else:
        _go_unseen(e, g, now)


@njit
def _go_unseen(e: Columns, g: Row, now: Hours) -> None:
    """A group has passed the stretch and was not found: it goes on to the next border, or away."""
    station = e.destinations[e.groups[g].destination].station
    if station != NOBODY and goes_on(e, g, station):
        move_group(e, g, PersonState.GREEN_UNKNOWN, e.groups[g].place, now)
        go_on(e, g, station, now)
    else:
        end_journey(e, g, PersonState.GREEN_UNKNOWN, now)


@njit
def _push_back(e: Columns, g: Row, now: Hours) -> None:
    """Send a group back over the stretch by which it came, its claim not received."""
    _note_failure(e, g, now)
    move_group(e, g, PersonState.PUSHED_BACK, e.groups[g].place, now)
    _walk(e, g, now)


@njit
def _note_failure(e: Columns, g: Row, now: Hours) -> None:
    """Note that a group came in vain; it sees how things are at the border."""
    group = e.groups[g]
    e.journeys[group.journey].heard_h = latest_bulletin(e, now)
    group.cause = Cause.BARRED
    group.failures += 1
    e.status[0].failures_today += group.people


@njit
def _apply(e: Columns, g: Row, now: Hours) -> None:
    """People who were found apply for asylum: at a crossing, or where they are."""
    group = e.groups[g]
    station = e.destinations[group.destination].station
    if station != NOBODY:
        bring_to_registration(e, g, station, now)
        return
    for p in range(group.first_person, group.first_person + group.people):
        person = e.persons[p]
        person.presented_h = person.admitted_h = person.registered_h = now
        move_person(e, p, PersonState.REGISTERED, group.place, now)
    group.stage = GroupStage.DONE
    give_back_journey(e, g)
