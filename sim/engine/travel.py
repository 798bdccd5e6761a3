"""Travel on the road graph, leg by leg, and the ways that end a journey (S5, multi-leg)."""

from __future__ import annotations

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.causes import cause_of_end
from sim.engine.codes import NOBODY, DestinationKind, GroupStage, PersonState
from sim.engine.events import EventKind, schedule
from sim.engine.journey_rows import give_back_journey
from sim.engine.route_choice import next_leg
from sim.engine.signatures import Columns, Hours, Record, Row
from sim.engine.time_statistics import move_group
from sim.randomness import CHECKPOINT, happens


@njit
def set_out(e: Columns, g: Row, d: Row, now: Hours) -> None:
    """Begin or go on with the journey to destination ``d``: the next leg."""
    group = e.groups[g]
    journey = e.journeys[group.journey]
    group.destination = d
    if group.first_destination == NOBODY:
        group.first_destination = d
    group.stage = GroupStage.TRAVELLING
    journey.stamp += 1
    move_group(e, g, PersonState.TRAVEL, group.place, now)
    here = group.place
    there = next_leg(e, g, d, here)
    journey.next_place = there
    if there < 0:
        schedule(e, now, EventKind.ARRIVAL, g, journey.stamp)
        return
    _travel_leg(e, g, here, there)
    hours = e.leg_hours[here, there] * e.parameters[0].travel_time_factor
    arrives_h = now + hours
    destination = e.destinations[d]
    if there == destination.place and destination.kind == DestinationKind.CROSSING:
        staging_h = e.parameters[0].staging_h if hours > 0.0 else 0.0
        arrives_h = _timed_arrival(e, d, arrives_h + staging_h, e.parameters[0].arrive_ahead_h)
    elif there == destination.place and destination.kind == DestinationKind.NEIGHBOUR:
        arrives_h = _timed_arrival(e, d, arrives_h, 0.0)
    schedule(e, arrives_h, EventKind.ARRIVAL, g, journey.stamp)


@njit
def _travel_leg(e: Columns, g: Row, here: Row, there: Row) -> None:
    """Record the way, who is on it, and its price."""
    km = e.leg_km[here, there]
    e.leg_people[e.status[0].day, e.leg_number[here, there]] += e.groups[g].people
    e.groups[g].travelled_km += km
    pay(e, g, e.parameters[0].transport_eur_per_km * km)


@njit
def _timed_arrival(e: Columns, d: Row, arrives_h: Hours, ahead_h: Hours) -> Hours:
    """People know opening hours: they come at most ``ahead_h`` before a crossing opens."""
    destination = e.destinations[d]
    low, high = destination.first_opening, destination.last_opening
    while low < high:
        middle = (low + high) >> 1
        if e.openings[middle].closes_h > arrives_h:
            high = middle
        else:
            low = middle + 1
    if low == destination.last_opening:
        return arrives_h
    return max(arrives_h, e.openings[low].opens_h - ahead_h)


@njit
def pay(e: Columns, g: Row, eur_per_person: float) -> None:
    """Record what every member of a group pays."""
    e.groups[g].spent_eur += eur_per_person * e.groups[g].people


@njit
def stopped_at_checkpoint(e: Columns, g: Row) -> bool:
    """Whether a group without valid papers is stopped on the leg that it has just travelled."""
    group = e.groups[g]
    journey = e.journeys[group.journey]
    if group.valid_documents or journey.next_place < 0:
        return False
    chance = e.leg_checkpoint[group.place, journey.next_place]
    return happens(chance, e.status[0].key, CHECKPOINT, group.key, journey.legs)


@njit
def next_stop(e: Columns, g: Row) -> bool:
    """Move the group's position along its leg; returns whether it is at its destination."""
    group = e.groups[g]
    there = e.journeys[group.journey].next_place
    if there >= 0:
        group.place = there
    at_end = group.place == e.destinations[group.destination].place
    if not at_end:
        group.hub = group.place
    return at_end


@njit
def go_back(e: Columns, g: Row, state: int, now: Hours) -> None:
    """Travel from a crossing back to the nearest hub, in the given state."""
    _go_back_to(e, g, e.nearest_hub[e.groups[g].destination], state, now)


@njit
def go_back_where_from(e: Columns, g: Row, state: int, now: Hours) -> None:
    """Travel from a stretch of terrain border back to the hub where the group set out for it."""
    group = e.groups[g]
    is_joined = e.leg_number[group.place, group.hub] >= 0
    hub = int(np.int64(group.hub)) if is_joined else int(e.nearest_hub[group.destination])
    _go_back_to(e, g, hub, state, now)


@njit
def _go_back_to(e: Columns, g: Row, hub: Row, state: int, now: Hours) -> None:
    group = e.groups[g]
    journey = e.journeys[group.journey]
    group.stage = GroupStage.RETURNING
    journey.stamp += 1
    move_group(e, g, state, group.place, now)
    _travel_leg(e, g, group.place, hub)
    hours = e.leg_hours[group.place, hub] * e.parameters[0].travel_time_factor
    group.hub = hub
    schedule(e, now + hours, EventKind.ARRIVAL, g, journey.stamp)


@njit
def end_journey(e: Columns, g: Row, state: int, now: Hours) -> None:
    """The group leaves the model's concern in a final state, where it is."""
    group = e.groups[g]
    group.cause = cause_of_end(e, g, state, now)
    group.stage = GroupStage.DONE
    give_back_journey(e, g)
    move_group(e, g, state, group.place, now)


@njit
def settle(e: Columns, g: Row, now: Hours) -> None:
    """Stay in the transit state for good."""
    end_journey(e, g, PersonState.SETTLED_TRANSIT, now)


@njit
def join_queue(e: Columns, g: Row, s: Row, now: Hours) -> None:
    """Join the end of the queue before the exit gate of station ``s``."""
    station = e.stations[s]
    journey = _journey_of(e, g)
    journey.previous_in_queue = station.exit_last
    journey.next_in_queue = NOBODY
    if station.exit_last == NOBODY:
        station.exit_first = g
    else:
        _journey_of(e, station.exit_last).next_in_queue = g
    station.exit_last = g


@njit
def leave_queue(e: Columns, g: Row) -> None:
    """Step out of the queue before the exit gate."""
    group = e.groups[g]
    journey = e.journeys[group.journey]
    station = e.stations[e.destinations[group.destination].station]
    if journey.previous_in_queue == NOBODY:
        station.exit_first = journey.next_in_queue
    else:
        _journey_of(e, journey.previous_in_queue).next_in_queue = journey.next_in_queue
    if journey.next_in_queue == NOBODY:
        station.exit_last = journey.previous_in_queue
    else:
        _journey_of(e, journey.next_in_queue).previous_in_queue = journey.previous_in_queue
    journey.next_in_queue = NOBODY
    journey.previous_in_queue = NOBODY


@njit
def _journey_of(e: Columns, g: Row) -> Record:
    return e.journeys[e.groups[g].journey]
