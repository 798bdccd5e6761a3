"""Borders in a chain: who is let through goes on, and what lies beyond enters choice.

A crossing may lead on to a town on its far side. A group there is waved through, with the
crossing's share in force when it comes, or its claim is registered first, and then a share goes
on, by origin. It goes when the last of it is done, with what it knows, believes and owns, and faces
the next border from that town as it faced this one: what was in vain before counts no more. What it
lived through at the border that it leaves is kept as visits. People who pass the terrain border
unseen, or are heard after they were found there, go on like those of the crossing that the stretch
belongs to.

Nobody succeeds at a border beyond which no way leads on: the chance of success at a crossing counts
for those who would go on only as far as the best crossing beyond it is believed open when they
would come there, and so on to the last border (:func:`fill_prospects`). So a closure is felt
upstream as soon as people have heard of it, and downstream when nobody comes any more.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.codes import NOBODY, Action, Cause, DestinationKind, GroupStage, PersonState
from sim.engine.events import EventKind, schedule
from sim.engine.signatures import Columns, Floats, Hours, Row
from sim.engine.time_statistics import move_group
from sim.randomness import GOES_ON, WAVED_THROUGH, happens


@njit
def set_waved_share(e: Columns, s: Row) -> None:
    """The share that station ``s`` waves through: as last decided of what is in force, or its own.

    Decisions are in force in the order of their rows.
    """
    share = e.stations[s].waved_share_at_start
    for m in range(e.status[0].measures):
        measure = e.measures[m]
        if measure.in_force and measure.kind == Action.WAVE_THROUGH and measure.destination == s:
            share = measure.value
    e.stations[s].waved_share = share


@njit
def decide_passage(e: Columns, g: Row, s: Row) -> None:
    """Whether a group that passes the gate of station ``s`` will be waved through; all of it is.

    It is as the practice is when the group comes: an order that changes it while some of the group
    are admitted and others wait parts nobody.
    """
    station, group = e.stations[s], e.groups[g]
    share = station.waved_share if station.onward_place != NOBODY else 0.0
    group.waved = happens(share, e.status[0].key, WAVED_THROUGH, group.key, s)


@njit
def goes_on(e: Columns, g: Row, s: Row) -> bool:
    """Whether a group that is registered at station ``s`` goes on to the next border."""
    if e.stations[s].onward_place == NOBODY:
        return False
    share = e.onward_share[s, e.groups[g].origin + 1]  # the first column is that of no origin, -1
    return happens(share, e.status[0].key, GOES_ON, e.groups[g].key, s)


@njit
def leave_if_all_done(e: Columns, g: Row, s: Row, now: Hours) -> None:
    """Let a group go on once everybody in it is registered or let through."""
    group = e.groups[g]
    for p in range(group.first_person, group.first_person + group.people):
        state = e.persons[p].state
        if state != PersonState.LET_THROUGH and state != PersonState.REGISTERED:
            return
    go_on(e, g, s, now)


@njit
def go_on(e: Columns, g: Row, s: Row, now: Hours) -> None:
    """Set out from the border of station ``s`` to the town behind it, with a clean slate."""
    group, journey, station = e.groups[g], e.journeys[e.groups[g].journey], e.stations[s]
    _keep_visits(e, g, s, now)
    group.borders += 1
    group.failures = 0
    group.cause = Cause.NONE
    group.stage = GroupStage.GOING_ON
    journey.stamp += 1
    leg = e.leg_number[station.place, station.onward_place]
    e.leg_people[e.status[0].day, leg] += group.people
    move_group(e, g, PersonState.TRAVEL, group.place, now)
    group.travelled_km += station.onward_km
    group.spent_eur += e.parameters[0].transport_eur_per_km * station.onward_km * group.people
    group.hub = station.onward_place
    hours = station.onward_h * e.parameters[0].travel_time_factor
    schedule(e, now + hours, EventKind.ARRIVAL, g, journey.stamp)


@njit
def _keep_visits(e: Columns, g: Row, s: Row, now: Hours) -> None:
    """Keep what each of a group lived through at this border, and begin again."""
    group = e.groups[g]
    for p in range(group.first_person, group.first_person + group.people):
        person = e.persons[p]
        visit = e.visits[e.status[0].visits]
        e.status[0].visits += 1
        visit.person, visit.station, visit.left_as, visit.left_h = p, s, person.state, now
        visit.queued_h, visit.presented_h = person.queued_h, person.presented_h
        visit.admitted_h, visit.registered_h = person.admitted_h, person.registered_h
        person.queued_h = person.presented_h = np.nan
        person.admitted_h = person.registered_h = np.nan


@njit
def look_ahead(e: Columns) -> None:
    """Fill ``ahead_h`` for what is beyond the crossings within reach, if all goes well, h."""
    factor = e.parameters[0].travel_time_factor
    for k in range(len(e.chain_order) - 1, -1, -1):
        s = e.chain_order[k]
        station = e.stations[s]
        if station.onward_place == NOBODY or np.isinf(e.ahead_h[s]):
            continue
        for d in range(len(e.destinations)):
            if e.leads_to[s, d]:
                hours = station.onward_h + e.route_hours[d, station.onward_place]
                e.ahead_h[d] = min(e.ahead_h[d], e.ahead_h[s] + hours * factor)


@njit
def fill_prospects(e: Columns, closed: Floats, opening_wait_h: Floats, prospects: Floats) -> None:
    """How far people who go on from each crossing can hope to get, 0 to 1.

    Args:
        e: the columns.
        closed: whether each destination is believed closed, shape (destinations,).
        opening_wait_h: the wait for its opening, same shape; infinite where none is known.
        prospects: filled, shape (stations,): 1 where nobody goes on; else the best of the ways
            beyond, each less what those lose who want to go on from there in turn.
    """
    for s in e.chain_order:
        prospects[s] = 1.0
        if e.stations[s].onward_place == NOBODY:
            continue
        prospects[s] = 0.0
        for d in range(len(e.destinations)):
            if e.leads_to[s, d] and closed[d] == 0.0 and not np.isinf(opening_wait_h[d]):
                beyond = 1.0
                if e.destinations[d].kind == DestinationKind.CROSSING:
                    beyond = share_that_gets_on(e, d, NOBODY, prospects[d])
                prospects[s] = max(prospects[s], beyond)


@njit
def share_that_gets_on(e: Columns, s: Row, origin: Row, prospect: float) -> float:
    """What success at station ``s`` is worth: all of it to those who stay, less to the others."""
    return 1.0 - _share_going_on(e, s, origin) * (1.0 - prospect)


@njit
def _share_going_on(e: Columns, s: Row, origin: Row) -> float:
    """Share of people let through at station ``s`` who go on, as it waved them through at first."""
    waved = e.stations[s].waved_share_at_start
    return waved + (1.0 - waved) * e.onward_share[s, origin + 1]


@njit
def leads_through(e: Columns, is_open: np.ndarray) -> bool:
    """Whether an open crossing of a first border leads on as far as its people want to go.

    Args:
        e: the columns.
        is_open: whether each crossing lets people in, shape (stations,); changed.
    """
    found = False
    for s in e.chain_order:  # those beyond come first
        if e.stations[s].onward_place != NOBODY and _share_going_on(e, s, NOBODY) >= 1.0:
            beyond = False
            for d in range(len(e.destinations)):
                is_crossing = e.destinations[d].kind == DestinationKind.CROSSING
                beyond |= e.leads_to[s, d] and (is_open[d] if is_crossing else True)
            is_open[s] &= beyond
        found |= is_open[s] and e.stations[s].first_border
    return found
