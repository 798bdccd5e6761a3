"""Why people who want to claim asylum have no access: what holds them, one cause each.

In this order, when a journey ends and, of those still on their way, at the end of the run:

- past the transit side's gate: they wait;
- in the queue before it: barred while an order closes the crossing to them, where its calendar has
  no opening for long, or if a cap on arrivals is less than their group; stopped while the transit
  side holds them back; else they wait;
- removed by the transit state: stopped by it;
- in town, on the road, or having given up there: barred while an order or the end of its calendar
  closes the crossing that they head for, or else the nearest that ever takes claims; else by how
  their last attempt failed:
  barred (turned back, pushed back, or met a closure), stopped (not let out by the transit side's
  post), waiting (turned away from the queue or left it), other (turned back by a neighbouring
  state); else, of those who never came to a post, out of means if their money no longer pays the
  way to any crossing open to them (barred if it would but for a mode in which more than half are
  turned back);
- else those who gave up have given up waiting, and for the others it is another cause: they are
  still on their way, chose to stay, or are on the terrain.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.caps import never_fits
from sim.engine.codes import NOBODY, Action, Cause, GroupStage, PersonState
from sim.engine.expected_openings import counts_as_shut
from sim.engine.filters import kind_of
from sim.engine.gate_limits import is_released
from sim.engine.handle import columns_of
from sim.engine.measures import PASSABLE_MODES, restriction
from sim.engine.modes import cheapest_mode_eur
from sim.engine.signatures import Columns, Hours, Packed, Record, Row


@njit(cache=True, nogil=True)
def note_causes(handle: Packed) -> None:
    """Note what holds the groups whose journeys have not ended, at the end of a run."""
    e = columns_of(handle)
    for g in range(e.status[0].groups):
        if e.groups[g].stage != GroupStage.DONE:
            e.groups[g].cause = _cause_now(e, g, Cause.OTHER, e.status[0].now_h)


@njit
def cause_of_end(e: Columns, g: Row, state: int, now: Hours) -> int:
    """What keeps a group from access whose journey ends now in a state; none if nothing does."""
    if state == PersonState.REMOVED_BY_TRANSIT:
        return Cause.STOPPED
    if state == PersonState.RETURNED:
        return _cause_now(e, g, Cause.WAITING, now)
    if state == PersonState.SETTLED_TRANSIT:
        return _cause_now(e, g, Cause.OTHER, now)
    return Cause.NONE


@njit
def _cause_now(e: Columns, g: Row, otherwise: int, now: Hours) -> int:
    group = e.groups[g]
    if group.stage == GroupStage.BETWEEN_POSTS:
        return Cause.WAITING
    if group.stage == GroupStage.GOING_ON:
        return Cause.OTHER
    if group.stage == GroupStage.HIKING:
        is_back = e.persons[group.first_person].state == PersonState.PUSHED_BACK
        return Cause.BARRED if is_back else Cause.OTHER
    if group.stage == GroupStage.QUEUED:
        return cause_in_queue(e, g, now)
    return _cause_on_the_way(e, g, otherwise, now)


@njit
def cause_in_queue(e: Columns, g: Row, now: Hours) -> int:
    """What holds a group in the queue before a crossing's gate."""
    group = e.groups[g]
    if _is_closed_to(e, g, group.destination, now) or never_fits(e, group.destination, g):
        return Cause.BARRED
    return Cause.WAITING if is_released(e, g, group.destination, now) else Cause.STOPPED


@njit
def _cause_on_the_way(e: Columns, g: Row, otherwise: int, now: Hours) -> int:
    group = e.groups[g]
    s, takes_claims = _heads_for(e, g)
    if s == NOBODY:
        return Cause.OTHER if group.cause == Cause.NONE else int(np.int64(group.cause))
    if not takes_claims or _is_closed_to(e, g, s, now):
        return Cause.BARRED
    if group.cause != Cause.NONE:
        return int(np.int64(group.cause))  # as wide as the codes that the others return
    left_eur = _money_left_eur(e.parameters[0], group, now)
    if left_eur >= _least_price_eur(e, g, now, True):
        return otherwise
    return Cause.BARRED if left_eur >= _least_price_eur(e, g, now, False) else Cause.MEANS


@njit
def _is_closed_to(e: Columns, g: Row, s: Row, now: Hours) -> bool:
    """Whether an order, or a calendar without an opening for long, closes a crossing to a group."""
    return restriction(e, s, kind_of(e.groups[g])) >= 0 or counts_as_shut(e, s, now)


@njit
def _heads_for(e: Columns, g: Row) -> tuple[Row, bool]:
    """The crossing that a group travels to, or the nearest, and whether it ever takes claims.

    One that does is preferred to nearer ones that do not; of two as near, the first of the scenario
    file. -1 where no crossing can be reached.
    """
    group = e.groups[g]
    if group.stage == GroupStage.TRAVELLING and group.destination < len(e.stations):
        return group.destination, True
    best, claims, least_h = NOBODY, False, np.inf
    for s in range(len(e.stations)):
        hours = e.route_hours[s, group.place]
        if e.stations[s].modes & PASSABLE_MODES == 0 or np.isinf(hours):
            continue
        takes = _ever_takes_claims(e, s)
        if (takes and not claims) or (takes == claims and hours < least_h):
            best, claims, least_h = s, takes, hours
    return best, claims


@njit
def _ever_takes_claims(e: Columns, s: Row) -> bool:
    """Whether a crossing takes claims while no order is in force."""
    if e.stations[s].asylum_restrictions == 0:
        return True
    for m in range(e.status[0].measures):
        measure = e.measures[m]
        from_the_start = measure.in_force and measure.announced_h == -np.inf
        if from_the_start and measure.destination == s and measure.kind == Action.NO_ASYLUM:
            return False
    return True


@njit
def _money_left_eur(parameters: Record, group: Record, now: Hours) -> float:
    """What a person of a group has left after living costs and what was paid, EUR."""
    burnt_eur = parameters.daily_burn_eur * (now - group.created_h) / 24.0
    return group.cash_eur - burnt_eur - group.spent_eur / group.people


@njit
def _least_price_eur(e: Columns, g: Row, now: Hours, mind_bans: bool) -> float:
    """The cheapest way from where a group is to a crossing that is open to it, EUR a person."""
    group, least = e.groups[g], np.inf
    for s in range(len(e.stations)):
        if not _is_closed_to(e, g, s, now):
            mode_eur = cheapest_mode_eur(e, s, group.mode, mind_bans)
            road_eur = e.parameters[0].transport_eur_per_km * e.route_km[s, group.place]
            least = min(least, road_eur + mode_eur)
    return least
