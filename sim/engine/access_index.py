"""R5: effective access, the share of people who want to cross and can reach an open crossing.

A person has access if some crossing is closed to nobody with the traits of the group they are with,
can be reached within ``access_reach_h`` and costs at most ``access_price_eur`` for the way and the
cheapest mode that is not banned there. Opening hours are left aside. Where nobody waits the towns
where people first appear count instead, each once.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.engine.cached_utilities import trip_hours
from sim.engine.codes import TRAITS, GroupStage, Mode
from sim.engine.handle import columns_of
from sim.engine.measures import PASSABLE_MODES, ban_in_force, restricts
from sim.engine.signatures import Columns, Packed, Row

UNKNOWN: Final = -1


@njit(cache=True, nogil=True)
def index_if(handle: Packed, closed_to: NDArray[np.bool_]) -> float:
    """For actors: the index, 0 to 1, if crossings were closed just to these groups."""
    return access_index(columns_of(handle), closed_to)


@njit(cache=True, nogil=True)
def closed_to_at_present(handle: Packed) -> NDArray[np.bool_]:
    """For actors: which crossing is closed to whom now, shape (stations, traits)."""
    return closed_to_now(columns_of(handle))


@njit
def access_index(e: Columns, closed_to: NDArray[np.bool_]) -> float:
    """Share of people in the transit state who want to cross and have access.

    Args:
        e: the columns.
        closed_to: whether a station is closed to groups with these traits, shape (stations, 8).
    """
    stock, reached = access_counts(e, closed_to)
    if stock > 0:
        return reached / stock
    with_access = 0
    for k in range(len(e.gateways)):
        with_access += _has_access(e, closed_to, e.gateways[k].place, 0)
    return with_access / len(e.gateways)


@njit
def access_counts(e: Columns, closed_to: NDArray[np.bool_]) -> tuple[int, int]:
    """People who want to cross, and how many of them have access."""
    table = np.full((e.route_hours.shape[1], TRAITS), UNKNOWN, dtype=np.int8)
    stock, reached = 0, 0
    for g in range(e.status[0].groups):
        group = e.groups[g]
        if _wants_to_cross(group.stage):
            place, traits = group.place, group.traits
            if table[place, traits] == UNKNOWN:
                table[place, traits] = _has_access(e, closed_to, place, traits)
            stock += group.people
            reached += group.people * table[place, traits]
    return stock, reached


@njit
def _wants_to_cross(stage: int) -> bool:
    return (
        stage == GroupStage.WAITING
        or stage == GroupStage.TRAVELLING
        or stage == GroupStage.QUEUED
        or stage == GroupStage.RETURNING
    )


@njit
def closed_to_now(e: Columns) -> NDArray[np.bool_]:
    """Whether a station is closed to groups with these traits now, shape (stations, 8)."""
    closed_to = np.zeros((len(e.stations), TRAITS), dtype=np.bool_)
    for m in range(e.status[0].measures):
        s = e.measures[m].destination
        if e.measures[m].in_force and 0 <= s < len(e.stations):
            for traits in range(TRAITS):
                if restricts(e.measures[m], s, traits):
                    closed_to[s, traits] = True
    return closed_to


@njit
def record_access(e: Columns) -> None:
    """Note for the present day who wants to cross and who of them has access."""
    day = e.status[0].day
    e.access_stock[day], e.access_reached[day] = access_counts(e, closed_to_now(e))


@njit
def _has_access(e: Columns, closed_to: NDArray[np.bool_], place: Row, traits: int) -> bool:
    """Whether groups with given traits can reach, from a place, a crossing that lets them in."""
    for s in range(len(e.stations)):
        if closed_to[s, traits]:
            continue
        if _within_reach(e, s, place):
            return True
    return False


@njit
def _within_reach(e: Columns, s: Row, place: Row) -> bool:
    parameters = e.parameters[0]
    if trip_hours(e, s, place) > parameters.access_reach_h:
        return False
    price_eur = parameters.transport_eur_per_km * e.route_km[s, place] + _cheapest_passable(e, s)
    return price_eur <= parameters.access_price_eur


@njit
def _cheapest_passable(e: Columns, s: Row) -> float:
    """What the cheapest mode costs that may cross at station ``s`` now, EUR; infinite if none."""
    parameters, station = e.parameters[0], e.stations[s]
    least = np.inf
    if station.modes & PASSABLE_MODES == 0:
        return least
    for mode in (Mode.FOOT, Mode.BICYCLE, Mode.CAR):
        if station.modes & (1 << mode) and ban_in_force(e, s, mode) < 1.0:
            cost = 0.0
            if mode == Mode.BICYCLE:
                cost = parameters.bicycle_eur
            elif mode == Mode.CAR:
                cost = parameters.vehicle_eur
            least = min(least, cost)
    return least
