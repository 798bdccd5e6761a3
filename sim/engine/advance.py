"""The loop: take the earliest event, do it, until a given time. No Python runs inside.

1. closing of a crossing's day; 2. measures that begin; 3. registrations, admissions and checks at
the exit gate that end, minibuses that leave; 4. patience that ends; 5. the end of the day; 6.
opening; 7. measures that end; 8. bulletins, and who hears them; 9. new groups and those who follow
others; 10. arrivals; 11. walks that end; 12. talks between people; 13. groups that reconsider;
14. people whom the transit side lets go on; 15. travellers with papers at the lanes.
This is the order for events of the same instant; else time alone decides.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.access_index import record_access
from sim.engine.beliefs import begin_beliefs
from sim.engine.bulletins import hear, know_past_bulletins, latest_bulletin, spread_bulletin
from sim.engine.choice import (
    reconsider,
    reconsider_if_changed,
    reconsider_on_the_way,
    set_out_for,
    take_planned_step,
    wait_here,
)
from sim.engine.codes import NOBODY, Action, DestinationKind, GroupStage, PersonState
from sim.engine.contacts import expect_contact, hear_before_coming, make_contact, talk_again
from sim.engine.demand import create_follower, create_next, publicise_failure, start_streams
from sim.engine.dispatch import dispatcher
from sim.engine.events import ENTITY_BITS, EventKind, pop, schedule
from sim.engine.exit_gate import (
    arrive_at_crossing,
    meet_restriction,
    release_queue,
    renege,
    resume_if_cleared,
)
from sim.engine.filters import kind_of
from sim.engine.gate_releases import release_people, start_releases
from sim.engine.handle import columns_of
from sim.engine.measures import (
    begin_measure,
    end_measure,
    restriction,
    restricts,
    schedule_measures,
    set_gate,
)
from sim.engine.neighbour_arrivals import arrive_at_neighbour
from sim.engine.signatures import Columns, Hours, Packed, Record, Row
from sim.engine.staff_hours import update_staff_hours
from sim.engine.stages import STAGE_EVENTS
from sim.engine.stations import (
    begin_day,
    end_admission,
    end_registration,
    leave_by_transport,
    meet_traveller,
    serve,
)
from sim.engine.steering import steered_to
from sim.engine.terrain_attempts import arrive_at_stretch, end_walk
from sim.engine.time_statistics import (
    audit,
    close_day,
    totals_agree,
    update_suspended_hours,
)
from sim.engine.travel import end_journey, next_stop, set_out, stopped_at_checkpoint
from sim.engine.travellers import expect_traveller
from sim.engine.waiting import begin_wait

REACHED: Final = 0
NEEDS_ROOM: Final = 1
LOST_PEOPLE: Final = 2
SPARE_EVENTS: Final = 64
# By kind: whether it may schedule an event for every group, and for every person.
_FOR_ALL = {
    EventKind.DAY_ENDS,
    EventKind.BULLETIN,
    EventKind.OPENING,
    EventKind.CLOSING,
    EventKind.MEASURE_BEGINS,
    EventKind.MEASURE_ENDS,
    EventKind.RELEASE,
}
_FOR_EVERY_PERSON = _FOR_ALL | STAGE_EVENTS
EVENT_PER_GROUP: Final = np.array([kind in _FOR_ALL for kind in EventKind])
EVENT_PER_PERSON: Final = np.array([kind in _FOR_EVERY_PERSON for kind in EventKind])


@njit(cache=True, nogil=True)
def begin(handle: Packed) -> None:
    """Schedule what is known at the start: days, opening hours, streams, the first measures."""
    e = columns_of(handle)
    schedule(e, e.day_ends_h[0], EventKind.DAY_ENDS, 0, 0)
    for s in range(len(e.stations)):
        _schedule_opening(e, s)
        expect_traveller(e, s)
    start_streams(e)
    schedule_measures(e, 0)
    start_releases(e)


@njit(cache=True, nogil=True)
def schedule_measures_from(handle: Packed, first: Row) -> None:
    """Schedule what measures that were added later will do."""
    schedule_measures(columns_of(handle), first)


@njit(cache=True, nogil=True)
def set_transit_level(handle: Packed, level: float) -> None:
    """From now on the transit side facilitates at this level (S10); 1 is what it set out with."""
    e = columns_of(handle)
    e.status[0].transit_level = level
    for s in range(len(e.stations)):
        set_gate(e, s)


@njit(cache=True, nogil=True)
def follow_calendar(handle: Packed, s: Row, now: Hours) -> None:
    """Station ``s`` has a new calendar: pass over events of the old one and go by the new."""
    e = columns_of(handle)
    station = e.stations[s]
    station.calendar += 1
    next_up = e.openings[station.next_opening]
    has_next = station.next_opening < e.destinations[s].last_opening
    opens_now = has_next and next_up.opens_h <= now
    if opens_now and station.open_by_hours:
        station.next_opening += 1
        _schedule_closing(e, s, next_up.closes_h)
    elif opens_now:
        schedule(e, now, EventKind.OPENING, s, station.calendar)
    elif station.open_by_hours:
        schedule(e, now, EventKind.CLOSING, s, station.calendar)
    else:
        _schedule_opening(e, s)


@njit
def _end_admission(e: Columns, p: Row, now: Hours) -> None:
    resume_if_cleared(e, end_admission(e, p, now), now)


@njit
def _begin_measure(e: Columns, m: Row, now: Hours) -> None:
    """A measure begins; at a station of ours it meets those who are there."""
    begin_measure(e, m, now)
    measure = e.measures[m]
    if not _is_at_station(e, m):
        return
    if measure.kind == Action.CLOSE or measure.kind == Action.NO_ASYLUM:
        _restrict_queue(e, measure.destination, m, now)
    serve(e, measure.destination, now)


@njit
def _end_measure(e: Columns, m: Row, now: Hours) -> None:
    """A measure ends; at a station of ours people may pass again."""
    ended = end_measure(e, m, now)
    if not _is_at_station(e, m):
        return
    s = e.measures[m].destination
    if ended:
        release_queue(e, s, now)
    serve(e, s, now)


@njit
def _is_at_station(e: Columns, m: Row) -> bool:
    """Whether a measure is about a station of ours, not a fence, a neighbour or an origin."""
    return 0 <= e.measures[m].destination < len(e.stations)


@njit
def _restrict_queue(e: Columns, s: Row, m: Row, now: Hours) -> None:
    """A closure meets those in the queue whom no other held there as strictly; they see it."""
    g = e.stations[s].exit_first
    while g != NOBODY:
        journey = e.journeys[e.groups[g].journey]
        following = journey.next_in_queue
        if restricts(e.measures[m], s, kind_of(e.groups[g])) and _is_stricter(e, s, m, g):
            journey.heard_h = latest_bulletin(e, now)
            meet_restriction(e, g, e.measures[m].queue_rule, now)
        g = following


@njit
def _is_stricter(e: Columns, s: Row, m: Row, g: Row) -> bool:
    """Whether measure ``m`` does more with group ``g`` than the others that restrict it here."""
    for other in range(e.status[0].measures):
        if (
            other != m
            and restricts(e.measures[other], s, kind_of(e.groups[g]))
            and e.measures[other].queue_rule >= e.measures[m].queue_rule
        ):
            return False
    return True


@njit
def _welcome(e: Columns, g: Row, now: Hours) -> None:
    """A new group looks around; -1 is a group that did not set out."""
    if g == NOBODY:
        return
    begin_beliefs(e, g, now)
    hear_before_coming(e, g, now)
    know_past_bulletins(e, g, now)
    expect_contact(e, g, now)
    begin_wait(e, g, now)
    d = steered_to(e, g)
    if d == NOBODY or not set_out_for(e, g, d, now):
        reconsider(e, g, now, True)


@njit
def _meet(e: Columns, g: Row, now: Hours) -> None:
    """Two groups talk, or one with its facilitator; those who learned something reconsider."""
    learned, other = make_contact(e, g, now)
    if learned:
        _reconsider_if_free(e, g, now)
    if other != NOBODY:
        _reconsider_if_free(e, other, now)


@njit
def _reconsider_if_free(e: Columns, g: Row, now: Hours) -> None:
    if _may_reconsider(e, g):
        reconsider(e, g, now, True)


@njit
def _may_reconsider(e: Columns, g: Row) -> bool:
    return e.groups[g].stage == GroupStage.WAITING or _held(e, g)


@njit
def _hear_news(e: Columns, g: Row, b: Row, now: Hours) -> None:
    if hear(e, g, b) and _may_reconsider(e, g):
        reconsider_if_changed(e, g, now, True)


@njit
def _held(e: Columns, g: Row) -> bool:
    """Whether a group queues at a crossing that is closed to it."""
    group = e.groups[g]
    is_queued = group.stage == GroupStage.QUEUED
    return is_queued and restriction(e, group.destination, kind_of(group)) >= 0


@njit
def _reconsider_as_planned(e: Columns, g: Row, stamp: int, now: Hours) -> None:
    if _may_reconsider(e, g) and stamp == e.journeys[e.groups[g].journey].stamp:
        take_planned_step(e, g, now)


@njit
def _arrive(e: Columns, g: Row, now: Hours) -> None:
    group = e.groups[g]
    if group.stage == GroupStage.RETURNING or group.stage == GroupStage.GOING_ON:
        goes_on_at_once = group.stage == GroupStage.GOING_ON
        group.place = group.hub
        wait_here(e, g, now)
        talk_again(e, g, now)
        reconsider(e, g, now, goes_on_at_once)
    elif stopped_at_checkpoint(e, g):
        end_journey(e, g, PersonState.REMOVED_BY_TRANSIT, now)
    elif not next_stop(e, g):
        if group.fresh:
            reconsider_on_the_way(e, g, now)
        else:
            set_out(e, g, group.destination, now)
    else:
        _arrive_at_end(e, g, now)


@njit
def _arrive_at_end(e: Columns, g: Row, now: Hours) -> None:
    group = e.groups[g]
    destination = e.destinations[group.destination]
    if destination.kind == DestinationKind.CROSSING:
        arrive_at_crossing(e, g, destination.station, now)
    elif destination.kind == DestinationKind.NEIGHBOUR:
        arrive_at_neighbour(e, g, now)
    else:
        arrive_at_stretch(e, g, now)


@njit
def _schedule_opening(e: Columns, s: Row) -> None:
    station = e.stations[s]
    if station.next_opening < e.destinations[s].last_opening:
        opens_h = e.openings[station.next_opening].opens_h
        if opens_h < e.day_ends_h[len(e.day_ends_h) - 1]:
            schedule(e, opens_h, EventKind.OPENING, s, station.calendar)


@njit
def _schedule_closing(e: Columns, s: Row, closes_h: Hours) -> None:
    if closes_h < e.day_ends_h[len(e.day_ends_h) - 1]:
        schedule(e, closes_h, EventKind.CLOSING, s, e.stations[s].calendar)


@njit
def _open(e: Columns, s: Row, calendar: int, now: Hours) -> None:
    """Open a station's day, unless the calendar that says so has been replaced."""
    station = e.stations[s]
    if station.calendar != calendar:
        return
    update_suspended_hours(e, s, now)
    update_staff_hours(e, s, now)
    station.open_by_hours = 1
    closes_h = e.openings[station.next_opening].closes_h
    station.next_opening += 1
    _schedule_closing(e, s, closes_h)
    release_queue(e, s, now)
    serve(e, s, now)


@njit
def _close(e: Columns, s: Row, calendar: int, now: Hours) -> None:
    """Close a station's day, unless the calendar that says so has been replaced."""
    if e.stations[s].calendar != calendar:
        return
    update_suspended_hours(e, s, now)
    update_staff_hours(e, s, now)
    e.stations[s].open_by_hours = 0
    _schedule_opening(e, s)
    serve(e, s, now)


@njit
def _end_day(e: Columns, day: Row, now: Hours) -> None:
    record_access(e)
    close_day(e, now)
    publicise_failure(e)
    if day + 1 < len(e.day_ends_h):
        begin_day(e, now)
        for s in range(len(e.stations)):
            if e.stations[s].arrival_caps:
                release_queue(e, s, now)
        schedule(e, e.day_ends_h[day + 1], EventKind.DAY_ENDS, day + 1, 0)


@njit
def _create_next(e: Columns, i: Row, now: Hours) -> None:
    _welcome(e, create_next(e, i, now), now)


@njit
def _create_follower(e: Columns, g: Row, child: Row, now: Hours) -> None:
    _welcome(e, create_follower(e, g, child, now), now)


_do = dispatcher(
    {
        EventKind.RECONSIDERATION: _reconsider_as_planned,
        EventKind.ARRIVAL: _arrive,
        EventKind.NEWS_HEARD: _hear_news,
        EventKind.CONTACT: _meet,
        EventKind.GROUP_CREATED: _create_next,
        EventKind.OFFSPRING: _create_follower,
        EventKind.HIKE_ENDS: end_walk,
        EventKind.RELEASE: release_people,
        EventKind.ADMISSION_ENDS: _end_admission,
        EventKind.REGISTRATION_ENDS: end_registration,
        EventKind.PATIENCE_ENDS: renege,
        EventKind.EXIT_CHECK_ENDS: release_queue,
        EventKind.TRANSPORT_LEAVES: leave_by_transport,
        EventKind.OPENING: _open,
        EventKind.CLOSING: _close,
        EventKind.DAY_ENDS: _end_day,
        EventKind.MEASURE_BEGINS: _begin_measure,
        EventKind.MEASURE_ENDS: _end_measure,
        EventKind.BULLETIN: spread_bulletin,
        EventKind.TRAVELLER: meet_traveller,
    }
)


@njit(cache=True, nogil=True)
def advance(handle: Packed, until_h: Hours) -> int:
    """Do every event up to and including ``until_h``.

    Returns:
        REACHED, NEEDS_ROOM (call again with larger tables) or LOST_PEOPLE (audit failed).
    """
    e = columns_of(handle)
    status = e.status[0]
    while status.heap > 0 and e.heap[0].at_h <= until_h:
        if _short_of_room(e):
            return NEEDS_ROOM
        now, kind, entity, stamp = pop(e)
        status.now_h = now
        status.events += 1
        _do(e, kind, entity, stamp, now)
        if status.audit and not totals_agree(e):
            return LOST_PEOPLE
    status.now_h = until_h
    if status.audit and not audit(e):
        return LOST_PEOPLE
    return REACHED


def most_events(status: Record) -> int:
    """Events that there can be after the next one, whatever it is (see ``_short_of_room``)."""
    new_events = SPARE_EVENTS + 2 * status["largest_group"] + status["bulletins"]
    new_events += status["travellers_waiting"]
    pending = status["heap"] + status["later"]
    return int(pending + new_events + status["groups"] + status["persons"])


@njit
def _short_of_room(e: Columns) -> bool:
    """Whether the next event might not find room for what it creates."""
    status = e.status[0]
    if status.groups + 1 > len(e.groups):
        return True
    if status.persons + status.largest_group > len(e.persons):
        return True
    if status.chain and status.visits + status.largest_group > len(e.visits):
        return True
    new_events = SPARE_EVENTS + 2 * status.largest_group + status.bulletins
    new_events += status.travellers_waiting
    kind = e.heap[0].rank >> ENTITY_BITS
    if EVENT_PER_GROUP[kind]:
        new_events += status.groups
    if EVENT_PER_PERSON[kind]:
        new_events += status.persons
    return status.heap + status.later + new_events > len(e.heap)
