"""S4-S5: perceived cost, and the choice among crossings, waiting and other ways.

A group that waits thinks again at random times (rate r, Calvo) and then chooses by a multinomial
logit with P(k) = exp(V_k) / sum exp(V). What it believes is constant between news and the known
beginnings and ends of measures, so the time until it leaves is exponential with rate r * P(leave):
the reviews that change nothing need not be simulated, and the law is the same.

Deadline rush: V_now is the logsum of all ways out as believed now, V_later the same looked at
``rush_horizon_h`` ahead. Waiting loses ln(rho), rho = exp((V_now - V_later) / theta), between 1 and
``rush_limit``.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numba import njit

from sim.engine.accounts import move_group
from sim.engine.beliefs import believed_end
from sim.engine.columns import DestinationKind, GroupStage, MeasureKind, PersonState
from sim.engine.events import EventKind, schedule
from sim.engine.journeys import leave_queue, set_out, settle
from sim.randomness import ALTERNATIVE, REVIEW_STAY, REVIEW_TIME, exponential, gumbel, uniform

CROSSING: Final = int(DestinationKind.CROSSING)
SEGMENT: Final = int(DestinationKind.SEGMENT)
CLOSED: Final = int(MeasureKind.CLOSED)
NO_ASYLUM: Final = int(MeasureKind.NO_ASYLUM)
ASSURED: Final = int(MeasureKind.ASSURED)
MODE_BAN: Final = int(MeasureKind.MODE_BAN)
REVIEW: Final = int(EventKind.REVIEW)
WAITING: Final = int(GroupStage.WAITING)
QUEUED: Final = int(GroupStage.QUEUED)
STAGING: Final = int(PersonState.STAGING)

# Columns of ``believed``.
SHUT: Final = 0
IS_ASSURED: Final = 1
FIRST_MODE: Final = 2
# Order of Mode in sim.world.network: what can be had at the border, and what it costs.
BICYCLE: Final = 1
CAR: Final = 2
FOOT: Final = 0
ALTERNATIVES_PER_DECISION: Final = 256


@njit(cache=True)
def trip_hours(e, d, place):  # type: ignore[no-untyped-def]
    """Time from a place to destination ``d``, with the lifts before a crossing, h."""
    hours = e.route_hours[d, place] * e.parameters[0].travel_time_factor
    if hours > 0.0 and e.destinations[d].kind == CROSSING:
        hours += e.parameters[0].staging_h
    return hours


@njit(cache=True)
def _believe(e, g, now):  # type: ignore[no-untyped-def]
    """Fill ``believed`` from the measures that group ``g`` knows of.

    Returns the time up to which these beliefs stay as they are.
    """
    group = e.groups[g]
    horizon = e.parameters[0].rush_horizon_h
    e.believed[:] = 0.0
    constant_until = np.inf
    for m in range(e.status[0].measures):
        measure = e.measures[m]
        if measure.announced_h > group.heard_h or measure.kind > MODE_BAN:
            continue
        if measure.exempt & group.flags:
            continue
        end = believed_end(measure, group.heard_h)
        ahead = trip_hours(e, measure.station, group.place)
        if np.isinf(ahead):
            continue
        for row in range(2):
            at = now + ahead + row * horizon
            if measure.begins_h <= at < end:
                _take_in(e, row, measure)
            for edge in (measure.begins_h, end):
                if edge - ahead - row * horizon > now:
                    constant_until = min(constant_until, edge - ahead - row * horizon)
    return constant_until


@njit(cache=True)
def _take_in(e, row, measure):  # type: ignore[no-untyped-def]
    if measure.kind == CLOSED or measure.kind == NO_ASYLUM:
        e.believed[row, measure.station, SHUT] = 1.0
    elif measure.kind == ASSURED:
        e.believed[row, measure.station, IS_ASSURED] = 1.0
    elif measure.kind == MODE_BAN:
        strictness = e.believed[row, measure.station, FIRST_MODE + measure.mode]
        e.believed[row, measure.station, FIRST_MODE + measure.mode] = max(
            strictness, measure.value
        )


@njit(cache=True)
def cheapest_mode(e, s, row):  # type: ignore[no-untyped-def]
    """The mode that costs least at station ``s`` as believed, and its cost; (-1, inf) if none."""
    parameters = e.parameters[0]
    best, least = -1, np.inf
    for mode in (FOOT, BICYCLE, CAR):
        if not e.stations[s].modes & (1 << mode):
            continue
        cost = e.believed[row, s, FIRST_MODE + mode] * parameters.turned_back_cost_eur
        if mode == BICYCLE:
            cost += parameters.bicycle_eur
        elif mode == CAR:
            cost += parameters.vehicle_eur
        if cost < least:
            best, least = mode, cost
    return best, least


@njit(cache=True)
def _crossing_utility(e, g, s, row):  # type: ignore[no-untyped-def]
    """S4 for a crossing: ``constant - C / s`` with C in EUR; minus infinity where shut."""
    if e.believed[row, s, SHUT] > 0.0:
        return -np.inf
    parameters = e.parameters[0]
    group = e.groups[g]
    _, mode_eur = cheapest_mode(e, s, row)
    hours = trip_hours(e, s, group.place)
    if np.isinf(mode_eur) or np.isinf(hours):
        return -np.inf
    weight = (parameters.cash_median_eur / group.cash_eur) ** parameters.income_elasticity
    price = parameters.transport_eur_per_km * e.route_km[s, group.place] + mode_eur
    success = 1.0 if e.believed[row, s, IS_ASSURED] > 0.0 else e.stations[s].known
    turned_back = group.failures / (1.0 + group.failures)
    cost = (
        parameters.value_of_time_eur_per_h * (hours + e.stations[s].opening_wait_h)
        + price * weight
        + parameters.turned_back_cost_eur * turned_back
        - parameters.success_value_eur * success
    )
    return parameters.station_constant - cost / parameters.utility_scale_eur


@njit(cache=True)
def _other_utility(e, g, d):  # type: ignore[no-untyped-def]
    """S4 for another country or the terrain border."""
    parameters = e.parameters[0]
    group = e.groups[g]
    hours = trip_hours(e, d, group.place)
    if np.isinf(hours):
        return -np.inf
    weight = (parameters.cash_median_eur / group.cash_eur) ** parameters.income_elasticity
    price = parameters.transport_eur_per_km * e.route_km[d, group.place]
    constant = parameters.other_country_constant
    if e.destinations[d].kind == SEGMENT:
        constant = parameters.green_constant
        hours += parameters.hike_median_h
        price += parameters.green_price_eur
    cost = parameters.value_of_time_eur_per_h * hours + price * weight
    return constant - cost / parameters.utility_scale_eur


@njit(cache=True)
def appraise(e, g, now):  # type: ignore[no-untyped-def]
    """Fill ``utility`` for group ``g``; returns the time up to which it stays as it is."""
    constant_until = _believe(e, g, now)
    destinations = len(e.destinations)
    for d in range(destinations):
        if e.destinations[d].kind == CROSSING:
            e.utility[0, d] = _crossing_utility(e, g, d, 0)
            e.utility[1, d] = _crossing_utility(e, g, d, 1)
        else:
            e.utility[0, d] = _other_utility(e, g, d)
            e.utility[1, d] = e.utility[0, d]
    e.utility[0, destinations] = e.parameters[0].settle_constant
    e.utility[1, destinations] = e.parameters[0].settle_constant
    return constant_until


@njit(cache=True)
def logsum(utility):  # type: ignore[no-untyped-def]
    """``ln sum exp(V)``, safe for large and for all minus-infinite V."""
    highest = np.max(utility)
    if np.isinf(highest):
        return highest
    total = 0.0
    for value in utility:
        total += math.exp(value - highest)
    return highest + math.log(total)


@njit(cache=True)
def leaving_probability(e):  # type: ignore[no-untyped-def]
    """P(leave) at a review, from ``utility``: waiting has utility -ln(rho)."""
    parameters = e.parameters[0]
    now, later = logsum(e.utility[0]), logsum(e.utility[1])
    if np.isinf(now):
        return 0.0
    rush = math.log(parameters.rush_limit)
    if not np.isinf(later):
        rush = min(rush, max(0.0, (now - later) / parameters.rush_scale))
    return 1.0 / (1.0 + math.exp(-rush - now)) if now + rush > -700.0 else 0.0


@njit(cache=True)
def draw_alternative(e, g):  # type: ignore[no-untyped-def]
    """The chosen way: argmax of V + Gumbel, keyed by (group, alternative, decision)."""
    group = e.groups[g]
    best, highest = -1, -np.inf
    for k in range(e.utility.shape[1]):
        if e.utility[0, k] > -np.inf:
            index = group.decisions * ALTERNATIVES_PER_DECISION + k
            value = e.utility[0, k] + gumbel(e.status[0].key, ALTERNATIVE, group.key, index)
            if value > highest:
                best, highest = k, value
    return best


@njit(cache=True)
def think(e, g, now, at_once):  # type: ignore[no-untyped-def]
    """Let a group that waits think again; with ``at_once`` it may leave this very moment.

    Returns whether it left.
    """
    group = e.groups[g]
    group.stamp += 1
    group.decisions += 1
    e.status[0].decisions += 1
    constant_until = appraise(e, g, now)
    group.decided_h = now
    leaving = leaving_probability(e)
    key = e.status[0].key
    if at_once and uniform(key, REVIEW_STAY, group.key, group.decisions) < leaving:
        _leave(e, g, now)
        return True
    rate = e.parameters[0].review_rate_per_h * leaving
    leaves_h = np.inf
    if rate > 0.0:
        leaves_h = now + exponential(key, REVIEW_TIME, group.key, group.decisions) / rate
    group.departs = 1 if leaves_h < constant_until else 0
    next_h = min(leaves_h, constant_until)
    if not np.isinf(next_h):
        schedule(e, next_h, REVIEW, g, group.stamp)
    return False


@njit(cache=True)
def review(e, g, now):  # type: ignore[no-untyped-def]
    """The event of a planned review: leave if that was drawn, else think again."""
    if e.groups[g].departs:
        appraise(e, g, now)
        e.groups[g].decided_h = now
        _leave(e, g, now)
    else:
        think(e, g, now, False)


@njit(cache=True)
def _leave(e, g, now):  # type: ignore[no-untyped-def]
    chosen = draw_alternative(e, g)
    if e.groups[g].stage == QUEUED:
        leave_queue(e, g)
    _begin(e, g, chosen, now)


@njit(cache=True)
def _begin(e, g, chosen, now):  # type: ignore[no-untyped-def]
    if chosen == len(e.destinations):
        settle(e, g, now)
        return
    if e.destinations[chosen].kind == CROSSING:
        e.groups[g].mode, _ = cheapest_mode(e, chosen, 0)
    set_out(e, g, chosen, now)


@njit(cache=True)
def reconsider_on_the_way(e, g, now):  # type: ignore[no-untyped-def]
    """At a hub on the way with fresh news: keep to the plan or take another (inertia, S5)."""
    group = e.groups[g]
    destination = group.destination
    appraise(e, g, now)
    if np.isinf(e.utility[0, destination]):
        wait_here(e, g, now)
        think(e, g, now, True)
        return
    group.decided_h = now
    group.decisions += 1
    e.status[0].decisions += 1
    e.utility[0, destination] += e.parameters[0].inertia
    _begin(e, g, draw_alternative(e, g), now)


@njit(cache=True)
def wait_here(e, g, now):  # type: ignore[no-untyped-def]
    """Stop at the hub where the group is."""
    move_group(e, g, STAGING, e.groups[g].place, now)
    e.groups[g].stage = WAITING
