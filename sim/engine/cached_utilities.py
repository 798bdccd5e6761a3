"""S3-S4: how the ways out look from a place to those who have heard the same news.

Perceived cost of crossing j in EUR:
``C_j = v_T (T_j + W_j) + P_j w + b p_turned_back - B p_success``, with travel time T, mean wait for
opening W, price P, weight w = (median cash / own cash)^elasticity, own failures, and the believed
chance of success. Utility is ``constant - C / s``. A crossing that is believed closed at the time
of arrival, or shut by its calendar, has utility minus infinity.

Many groups share a place, the news and the orders that concern them, so these utilities are
cached; the price (w - 1 times more), the modes that a group can pay for (:mod:`sim.engine.
mode_choice`), what it believes of success and waits, and its failures are its own. They hold until
the next known beginning or end of a measure that changes something, or the next change of opening
hours; their signature says whether they are what they were.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.beliefs import known_success
from sim.engine.codes import PEOPLES_MODES, TRAITS, Action, DestinationKind
from sim.engine.expected_openings import expectation_holds_until_h, opening_wait_h
from sim.engine.filters import appears_as, concerns
from sim.engine.known_measures import believed_end
from sim.engine.onward import fill_prospects, look_ahead
from sim.engine.row_types import CACHE_SLOTS
from sim.engine.signatures import Columns, Floats, Hours, Record, Row
from sim.engine.terrain_utility import known_guard, stretches_look_so_until, terrain_outlook

# Columns of ``believed``.
CLOSED: Final = 0
IS_ASSURED: Final = 1
OPENING_WAIT: Final = 2
FIRST_MODE: Final = 3
FOUND: Final = FIRST_MODE + len(PEOPLES_MODES)
PUSHED_BACK: Final = FOUND + 1
BELIEVED: Final = PUSHED_BACK + 1
_MULTIPLIER_A: Final = np.uint64(0xD2511F53)
_MULTIPLIER_B: Final = np.uint64(0xCD9E8D57)
_MASK: Final = np.uint64(0xFFFFFFFF)
_SHIFT: Final = np.uint64(32)


@njit
def trip_hours(e: Columns, d: Row, place: Row) -> Hours:
    """Time from a place to destination ``d``, with the lifts before a crossing, h."""
    hours = e.route_hours[d, place] * e.parameters[0].travel_time_factor
    if hours > 0.0 and e.destinations[d].kind == DestinationKind.CROSSING:
        hours += e.parameters[0].staging_h
    return hours


@njit
def find_cached_utilities(e: Columns, group: Record, now: Hours) -> Row:
    """The slot of the utilities as they look to a group; evaluated if they are not there."""
    place, heard_h, kind = group.place, e.journeys[group.journey].heard_h, appears_as(e, group)
    news = int(64.0 * heard_h) if heard_h > -np.inf else -1
    slot = ((int(place) * TRAITS + int(kind)) * 37 + news * 101) % CACHE_SLOTS
    cached = e.utility_cache[slot]
    if (
        cached.until_h > now >= cached.from_h
        and cached.heard_h == heard_h
        and cached.place == place
        and cached.kind == kind
    ):
        return slot
    cached.place, cached.kind = place, kind
    cached.heard_h, cached.from_h = heard_h, now
    for d in range(len(e.destinations)):
        e.ahead_h[d] = trip_hours(e, d, place)
    if e.status[0].chain:
        look_ahead(e)
    known = _gather_known(e, heard_h, kind, now)
    cached.differs = _believe(e, known, heard_h, now)
    cached.until_h = min(
        _constant_until(e, known, heard_h, now), _openings_hold_until(e, place, now)
    )
    cached.until_h = min(cached.until_h, stretches_look_so_until(e, heard_h, now))
    if e.parameters[0].cold_cost_eur > 0.0:
        cached.until_h = min(cached.until_h, _weather_holds_until(e, now))
    for row in range(2):
        _evaluate_ways(e, slot, row, place)
        believed = e.believed[row]
        if e.status[0].chain:
            fill_prospects(
                e, believed[:, CLOSED], believed[:, OPENING_WAIT], e.cached_prospect[slot, row]
            )
    cached.cold = _any_positive(e.cached_cold[slot])
    cached.bans = _any_positive(e.cached_bans[slot])
    cached.signature = _signature(e, slot, 2 if cached.differs else 1)
    return slot


@njit
def _any_positive(values: Floats) -> bool:
    for value in values.flat:  # noqa: SIM110 - compiled code has no generator
        if value > 0.0:
            return True
    return False


@njit
def _signature(e: Columns, slot: Row, rows: int) -> np.uint64:
    """A number that is the same while all these utilities are the same to the last bit."""
    word = _MULTIPLIER_A
    for row in range(rows):
        word = _mixed_in(word, e.cached_base[slot, row])
        word = _mixed_in(word, e.cached_price[slot, row])
        word = _mixed_in(word, e.cached_cold[slot, row])
        word = _mixed_in(word, e.cached_assured[slot, row])
        if e.status[0].chain:
            word = _mixed_in(word, e.cached_prospect[slot, row])
        for s in range(len(e.stations)):
            word = _mixed_in(word, e.cached_bans[slot, row, s])
    return word


@njit
def _mixed_in(word: np.uint64, values: Floats) -> np.uint64:
    """Take the bits of some numbers into a signature: a round of Philox for each."""
    low, high = word & _MASK, word >> _SHIFT
    for value in values:
        bits = np.float64(value).view(np.uint64)
        a = _MULTIPLIER_A * (low ^ (bits & _MASK))
        b = _MULTIPLIER_B * (high ^ (bits >> _SHIFT))
        low, high = (b >> _SHIFT) ^ (a & _MASK), (a >> _SHIFT) ^ (b & _MASK)
    return (high << _SHIFT) | low


@njit
def _gather_known(e: Columns, heard_h: Hours, kind: int, now: Hours) -> int:
    """Note in ``known`` the measures that are known, not over, and apply; returns how many."""
    count = 0
    for m in range(e.status[0].measures):
        measure = e.measures[m]
        if (
            believed_end(e, measure, heard_h) > now
            and measure.announced_h <= heard_h
            and measure.kind <= Action.BAN_MODE
            and concerns(measure, kind)
            and not np.isinf(e.ahead_h[measure.destination])
        ):
            e.known[count] = m
            count += 1
    return count


@njit
def _believe(e: Columns, known: int, heard_h: Hours, now: Hours) -> bool:
    """Fill ``believed`` for arriving when setting out now, and beyond the rush horizon.

    Returns:
        Whether the two differ.
    """
    e.believed[:] = 0.0
    horizon = e.parameters[0].rush_horizon_h
    for row in range(2):
        for d in range(len(e.destinations)):
            arrives_h = now + row * horizon + e.ahead_h[d]
            e.believed[row, d, OPENING_WAIT] = _wait_on_arrival(e, d, arrives_h)
            if e.destinations[d].kind == DestinationKind.SEGMENT:
                found, pushed_back = known_guard(e, d, heard_h, now, e.ahead_h[d], row * horizon)
                e.believed[row, d, FOUND] = found
                e.believed[row, d, PUSHED_BACK] = pushed_back
    for k in range(known):
        measure = e.measures[e.known[k]]
        end = believed_end(e, measure, heard_h)
        ahead = e.ahead_h[measure.destination]
        # In the very terms of _constant_until: else rounding can part the two.
        soon = measure.begins_h - ahead <= now < end - ahead
        later = measure.begins_h - ahead - horizon <= now < end - ahead - horizon
        if soon:
            _take_in(e, 0, measure)
        if later:
            _take_in(e, 1, measure)
    return _are_apart(e.believed[0], e.believed[1])


@njit
def _are_apart(now: Floats, later: Floats) -> bool:
    """Whether anything that is believed differs between the two."""
    for d in range(now.shape[0]):
        for column in range(now.shape[1]):
            if now[d, column] != later[d, column]:
                return True
    return False


@njit
def _wait_on_arrival(e: Columns, d: Row, arrives_h: Hours) -> Hours:
    return np.inf if np.isinf(arrives_h) else opening_wait_h(e, d, arrives_h)


@njit
def _take_in(e: Columns, row: Row, measure: Record) -> None:
    believed = e.believed[row, measure.destination]
    if measure.kind == Action.CLOSE or measure.kind == Action.NO_ASYLUM:
        believed[CLOSED] = 1.0
    elif measure.kind == Action.ACCEPT_ASYLUM:
        believed[IS_ASSURED] = 1.0
    elif measure.mode < len(PEOPLES_MODES):
        strictness = believed[FIRST_MODE + measure.mode]
        believed[FIRST_MODE + measure.mode] = max(strictness, measure.value)


@njit
def _constant_until(e: Columns, known: int, heard_h: Hours, now: Hours) -> Hours:
    """When the first known edge of a measure comes within reach that changes something."""
    horizon = e.parameters[0].rush_horizon_h
    until = np.inf
    for k in range(known):
        m = e.known[k]
        measure = e.measures[m]
        ahead = e.ahead_h[measure.destination]
        for edge in (measure.begins_h, believed_end(e, measure, heard_h)):
            if edge - ahead <= now or edge - ahead - horizon >= until:
                continue
            if _edge_is_covered(e, known, m, edge, heard_h):
                continue
            when = edge - ahead if edge - ahead - horizon <= now else edge - ahead - horizon
            until = min(until, when)
    return until


@njit
def _edge_is_covered(e: Columns, known: int, m: Row, edge: Hours, heard_h: Hours) -> bool:
    """Whether another known closure spans an edge of closure ``m``, so that it changes nothing."""
    measure = e.measures[m]
    if measure.kind != Action.CLOSE and measure.kind != Action.NO_ASYLUM:
        return False
    for k in range(known):
        other = e.measures[e.known[k]]
        if (
            e.known[k] != m
            and other.destination == measure.destination
            and (other.kind == Action.CLOSE or other.kind == Action.NO_ASYLUM)
            and other.begins_h < edge < believed_end(e, other, heard_h)
        ):
            return True
    return False


@njit
def _openings_hold_until(e: Columns, place: Row, now: Hours) -> Hours:
    """Up to when what is expected of opening hours stays as it is, now and at the horizon."""
    horizon = e.parameters[0].rush_horizon_h
    until = np.inf
    for d in range(len(e.opening_days)):
        if not np.isinf(e.route_hours[d, place]):
            for ahead_h in (e.ahead_h[d], e.ahead_h[d] + horizon):
                until = min(until, expectation_holds_until_h(e, d, now + ahead_h) - ahead_h)
    return until


@njit
def _weather_holds_until(e: Columns, now: Hours) -> Hours:
    """The end of the last day that is as cold as today in every zone."""
    day = e.status[0].day
    for later in range(day, len(e.day_ends_h) - 1):
        for zone in range(len(e.risk_by_day)):
            if e.risk_by_day[zone, later + 1] != e.risk_by_day[zone, day]:
                return e.day_ends_h[later]
    return np.inf


@njit
def _expected_cold(e: Columns, d: Row, hours: Hours) -> float:
    """Weighted hours in the cold that so many hours outdoors at a destination mean today."""
    zone = e.climate_zone[e.destinations[d].place]
    if zone < 0 or e.parameters[0].cold_cost_eur <= 0.0:
        return 0.0
    return hours * e.risk_by_day[zone, e.status[0].day]


@njit
def _evaluate_ways(e: Columns, slot: Row, row: Row, place: Row) -> None:
    """Write the cached utilities for one row of ``believed``."""
    for d in range(len(e.destinations)):
        if e.destinations[d].kind == DestinationKind.CROSSING:
            _evaluate_crossing(e, slot, row, d, place)
        else:
            _evaluate_other(e, slot, row, d, place)
    last = len(e.destinations)
    e.cached_base[slot, row, last] = e.parameters[0].settle_constant
    e.cached_price[slot, row, last] = 0.0
    e.cached_cold[slot, row, last] = 0.0


@njit
def _evaluate_crossing(e: Columns, slot: Row, row: Row, s: Row, place: Row) -> None:
    """A crossing, but for the chance of success, the modes and the queue there."""
    parameters, believed = e.parameters[0], e.believed[row, s]
    waiting_h = believed[OPENING_WAIT]
    e.cached_price[slot, row, s] = 0.0
    e.cached_cold[slot, row, s] = 0.0
    e.cached_base[slot, row, s] = -np.inf
    e.cached_assured[slot, row, s] = 0.0
    for mode in PEOPLES_MODES:
        e.cached_bans[slot, row, s, mode] = believed[FIRST_MODE + mode]
    if believed[CLOSED] > 0.0 or np.isinf(e.route_hours[s, place]) or np.isinf(waiting_h):
        return
    outdoors_h = min(waiting_h, parameters.arrive_ahead_h)
    e.cached_cold[slot, row, s] = _expected_cold(e, s, outdoors_h)
    e.cached_assured[slot, row, s] = believed[IS_ASSURED]
    worth = parameters.success_value_eur / parameters.utility_scale_eur
    chance = known_success(parameters, e.stations[s], believed[IS_ASSURED] > 0.0)
    e.cached_worth[slot, row, s] = worth * chance
    if e.ahead_h[s] > 0.0:
        waiting_h += parameters.staging_h
    cost = e.route_cost[s, place] + parameters.value_of_time_eur_per_h * waiting_h
    price = parameters.transport_eur_per_km * e.route_km[s, place]
    e.cached_base[slot, row, s] = parameters.station_constant - cost / parameters.utility_scale_eur
    e.cached_price[slot, row, s] = price / parameters.utility_scale_eur


@njit
def _evaluate_other(e: Columns, slot: Row, row: Row, d: Row, place: Row) -> None:
    """Another country, or the terrain border."""
    parameters = e.parameters[0]
    e.cached_price[slot, row, d] = 0.0
    e.cached_cold[slot, row, d] = 0.0
    e.cached_base[slot, row, d] = -np.inf
    wait_h = e.believed[row, d, OPENING_WAIT]
    is_far = np.isinf(e.route_hours[d, place])
    if is_far or e.believed[row, d, CLOSED] > 0.0 or np.isinf(wait_h):
        return
    price = parameters.transport_eur_per_km * e.route_km[d, place]
    cost = e.route_cost[d, place] + parameters.value_of_time_eur_per_h * wait_h
    constant = parameters.other_country_constant
    if e.destinations[d].kind == DestinationKind.SEGMENT:
        constant = parameters.green_constant
        believed, heard_h = e.believed[row, d], e.utility_cache[slot].heard_h
        walk_h, outlook_eur = terrain_outlook(e, d, heard_h, believed[FOUND], believed[PUSHED_BACK])
        e.cached_cold[slot, row, d] = _expected_cold(e, d, walk_h)
        price += parameters.green_price_eur
        cost += parameters.green_price_eur + outlook_eur
    e.cached_base[slot, row, d] = constant - cost / parameters.utility_scale_eur
    e.cached_price[slot, row, d] = price / parameters.utility_scale_eur
