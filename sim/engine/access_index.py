"""R5: effective access, the share of people who want to cross and can reach an open crossing.

A person has access if some crossing bars nobody with the traits of the group they are with, can be
reached within ``access_reach_h`` and costs at most ``access_price_eur`` for the way and the
cheapest mode that is not banned there. Opening hours are left aside. Where nobody waits the towns
where people first appear count instead, each once.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

from sim.engine.columns import TRAITS, GroupStage
from sim.engine.handle import columns_of
from sim.engine.measures import PASSABLE_MODES, ban_in_force, barrier
from sim.engine.outlook import BICYCLE, CAR, FOOT, trip_hours

WAITING: Final = np.int64(GroupStage.WAITING)
TRAVELLING: Final = np.int64(GroupStage.TRAVELLING)
QUEUED: Final = np.int64(GroupStage.QUEUED)
RETURNING: Final = np.int64(GroupStage.RETURNING)


@njit(cache=True, nogil=True)
def index_if(handle, barred):  # type: ignore[no-untyped-def]
    """For actors: the index that there would be if just these were barred, 0 to 1."""
    return access_index(columns_of(handle), barred)


@njit(cache=True, nogil=True)
def barred_at_present(handle):  # type: ignore[no-untyped-def]
    """For actors: which crossing bars whom now, shape (stations, traits)."""
    return barred_now(columns_of(handle))


@njit
def access_index(e, barred):  # type: ignore[no-untyped-def]
    """Share of people in the transit state who want to cross and have access.

    Args:
        e: the columns.
        barred: whether a station bars groups with these traits, shape (stations, 8).
    """
    stock, reached = access_counts(e, barred)
    if stock > 0:
        return reached / stock
    table = _access_by_place(e, barred)
    with_access = 0
    for k in range(len(e.gateways)):
        with_access += table[e.gateways[k].place, 0]
    return with_access / len(e.gateways)


@njit
def access_counts(e, barred):  # type: ignore[no-untyped-def]
    """People who want to cross, and how many of them have access."""
    table = _access_by_place(e, barred)
    stock, reached = 0, 0
    for g in range(e.status[0].groups):
        group = e.groups[g]
        stage = group.stage
        if stage == WAITING or stage == TRAVELLING or stage == QUEUED or stage == RETURNING:
            stock += group.people
            if table[group.place, group.traits]:
                reached += group.people
    return stock, reached


@njit
def barred_now(e):  # type: ignore[no-untyped-def]
    """Whether a station bars groups with these traits now, shape (stations, 8)."""
    barred = np.zeros((len(e.stations), TRAITS), dtype=np.bool_)
    for s in range(len(e.stations)):
        for traits in range(TRAITS):
            barred[s, traits] = barrier(e, s, traits) >= 0
    return barred


@njit
def book_access(e):  # type: ignore[no-untyped-def]
    """Note for the present day who wants to cross and who of them has access."""
    day = e.status[0].day
    e.access_stock[day], e.access_reached[day] = access_counts(e, barred_now(e))


@njit
def _access_by_place(e, barred):  # type: ignore[no-untyped-def]
    """Whether there is access from a place for groups with given traits, shape (places, 8)."""
    table = np.zeros((e.route_hours.shape[1], TRAITS), dtype=np.bool_)
    for s in range(len(e.stations)):
        mode_eur = _cheapest_passable(e, s)
        if np.isinf(mode_eur):
            continue
        for place in range(table.shape[0]):
            if _within_reach(e, s, place, mode_eur):
                for traits in range(TRAITS):
                    if not barred[s, traits]:
                        table[place, traits] = True
    return table


@njit
def _within_reach(e, s, place, mode_eur):  # type: ignore[no-untyped-def]
    parameters = e.parameters[0]
    price_eur = parameters.transport_eur_per_km * e.route_km[s, place] + mode_eur
    reached_h = trip_hours(e, s, place)
    return reached_h <= parameters.access_reach_h and price_eur <= parameters.access_price_eur


@njit
def _cheapest_passable(e, s):  # type: ignore[no-untyped-def]
    """What the cheapest mode costs that may cross at station ``s`` now, EUR; infinite if none."""
    parameters, station = e.parameters[0], e.stations[s]
    least = np.inf
    if station.modes & PASSABLE_MODES == 0:
        return least
    for mode in (FOOT, BICYCLE, CAR):
        if station.modes & (1 << mode) and ban_in_force(e, s, mode) < 1.0:
            cost = 0.0
            if mode == BICYCLE:
                cost = parameters.bicycle_eur
            elif mode == CAR:
                cost = parameters.vehicle_eur
            least = min(least, cost)
    return least
