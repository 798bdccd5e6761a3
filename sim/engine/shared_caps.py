"""R5 under caps that several crossings share, or that concern only some people.

Such a cap limits how many of the kinds that it concerns are served at its crossings together. By
the cuts of a flow, at most ``sum of the caps of Q + most served where those of Q serve nobody`` are
served, for every set Q of caps; the least of these is exact where caps are nested (a joint cap for
everybody, a cap on people of one origin at all crossings in reach), else a bound from above.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic.compiled import njit
from sim.engine.assignment import most_served
from sim.engine.codes import NOBODY, Action
from sim.engine.filters import concerns, concerns_everybody
from sim.engine.signatures import Columns, Floats, Record, Row

MOST_CAPS: Final = 6  # beyond so many sets of caps are too many to try: the first ones count
DAY_H: Final = 24.0


class SharedCaps(NamedTuple):
    """Caps in force.

    Attributes:
        covers: kinds of people and crossings that a cap is about, shape (caps, kinds, crossings).
        allowed: people who may come, or be admitted, under it in the hours looked at, (caps,).
        left: the same less those who are past the gate and not yet admitted, (caps,).
    """

    covers: NDArray[np.bool_]
    allowed: Floats
    left: Floats


@njit
def shared_caps(e: Columns, between: NDArray[np.int64], hours: float) -> SharedCaps:
    """The caps in force that are not of one crossing and for everybody.

    Args:
        e: the columns.
        between: people past the gate and not yet admitted, shape (stations,).
        hours: for how long people are served.
    """
    many = 0
    for m in range(e.status[0].measures):
        many += _leads(e, m)
    many = min(many, MOST_CAPS)
    covers = np.zeros((many, e.status[0].kinds, len(e.stations)), dtype=np.bool_)
    allowed, left = np.zeros(many), np.zeros(many)
    number = 0
    for m in range(e.status[0].measures):
        if number < many and _leads(e, m):
            allowed[number] = e.measures[m].value * hours / DAY_H
            left[number] = max(0.0, allowed[number] - _cover(e, m, covers[number], between))
            number += 1
    return SharedCaps(covers, allowed, left)


@njit
def _leads(e: Columns, m: Row) -> bool:
    """Whether a row of the measures is a cap in force, the first of those that share it."""
    measure = e.measures[m]
    if not measure.in_force or not _is_cap(measure):
        return False
    if measure.pool == NOBODY:
        return not concerns_everybody(measure)
    return measure.pool == m


@njit
def _is_cap(measure: Record) -> bool:
    return measure.kind == Action.METER or measure.kind == Action.CAP_ARRIVALS


@njit
def _cover(e: Columns, first: Row, covers: NDArray[np.bool_], between: NDArray[np.int64]) -> int:
    """Note what a cap is about; returns who has taken some of it already: all are in the queue.

    Those who are past the gate count for a meter on everybody alone: of others is not told apart
    who is in the queue for a lane.
    """
    taken, m = 0, first
    pool = e.measures[first].pool
    while m < e.status[0].measures and (m == first or e.measures[m].pool == pool):
        measure = e.measures[m]
        for kind in range(len(covers)):
            if concerns(measure, kind):
                covers[kind, measure.destination] = True
        if measure.kind == Action.METER and concerns_everybody(measure):
            taken += between[measure.destination]
        m += 1
        if pool == NOBODY:
            break
    return taken


@njit
def most_served_under(
    demand: Floats,
    kinds: NDArray[np.int64],
    reaches: NDArray[np.bool_],
    places: Floats,
    covers: NDArray[np.bool_],
    limits: Floats,
) -> float:
    """How many people can be served at most (:func:`~sim.engine.assignment.most_served`).

    Args:
        demand: people by row, shape (rows,).
        kinds: the kind of the people of each row, shape (rows,).
        reaches: whether they can reach a crossing, shape (rows, crossings).
        places: people that a crossing can serve, shape (crossings,).
        covers: as in :class:`SharedCaps`.
        limits: people whom each cap lets in, shape (caps,).
    """
    least = most_served(demand, reaches, places)
    for chosen in range(1, 1 << len(limits)):
        total, left = 0.0, reaches.copy()
        for cap in range(len(limits)):
            if chosen >> cap & 1:
                total += limits[cap]
                _take_away(left, kinds, covers[cap])
        if total < least:
            least = min(least, total + most_served(demand, left, places))
    return least


@njit
def _take_away(
    left: NDArray[np.bool_], kinds: NDArray[np.int64], covered: NDArray[np.bool_]
) -> None:
    """Of what the people of each row can reach, take what a cap covers for their kind."""
    for row in range(len(kinds)):
        for s in range(left.shape[1]):
            left[row, s] = left[row, s] and not covered[kinds[row], s]
