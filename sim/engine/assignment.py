"""As many people as places allow: a maximum flow from kinds of people to crossings.

Each kind of people can reach some crossings, each crossing has so many places. People are assigned
kind by kind; where no place is left in reach, others who have an alternative make room (augmenting
paths by breadth-first search: Edmonds and Karp, 1972, Journal of the ACM 19:248-264). The total is
the most that any assignment serves, so it never grows when a place or a way is taken away.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic.compiled import njit
from sim.engine.codes import NOBODY
from sim.engine.signatures import Column, Floats, Row


@njit
def most_served(demand: Floats, reaches: NDArray[np.bool_], places: Floats) -> float:
    """How many people can be served at most.

    Args:
        demand: people by kind, shape (kinds,).
        reaches: whether a kind can reach a crossing, shape (kinds, crossings).
        places: people that a crossing can serve, shape (crossings,); may be infinite.
    """
    served = np.zeros(reaches.shape)
    left = places.copy()
    total = 0.0
    for kind in range(len(demand)):
        waiting = demand[kind]
        while waiting > 0.0 and _has_places(left):
            s = _free_place(kind, reaches, left)
            if s != NOBODY:
                people = min(waiting, left[s])
                left[s] -= people
                served[kind, s] += people
            else:
                people = _make_room(kind, waiting, reaches, served, left)
                if people <= 0.0:
                    break
            waiting -= people
            total += people
    return total


@njit
def _has_places(left: Floats) -> bool:
    """Whether any crossing has places left: else nobody needs to look for room."""
    most = 0.0
    for places in left:
        most = max(most, places)
    return most > 0.0


@njit
def _free_place(kind: Row, reaches: NDArray[np.bool_], left: Floats) -> Row:
    """The first crossing in reach of a kind with places left, or -1: the shortest way of all."""
    for s in range(len(left)):
        if reaches[kind, s] and left[s] > 0.0:
            return s
    return NOBODY


@njit
def _make_room(
    kind: Row, waiting: float, reaches: NDArray[np.bool_], served: Floats, left: Floats
) -> float:
    """Serve some more of a kind along the shortest chain of moves; returns how many."""
    moved = np.full(len(left), NOBODY)
    came_from = np.full(len(left), NOBODY)
    end = _find_place(kind, reaches, served, left, moved, came_from)
    if end == NOBODY:
        return 0.0
    people, s = min(waiting, left[end]), end
    while came_from[s] != NOBODY:
        people = min(people, served[moved[s], came_from[s]])
        s = came_from[s]
    left[end] -= people
    s = end
    while s != NOBODY:
        served[moved[s], s] += people
        if came_from[s] != NOBODY:
            served[moved[s], came_from[s]] -= people
        s = came_from[s]
    return people


@njit
def _find_place(
    kind: Row,
    reaches: NDArray[np.bool_],
    served: Floats,
    left: Floats,
    moved: Column,
    came_from: Column,
) -> Row:
    """A crossing with places left that is fewest moves away, or -1.

    Notes for each crossing met which kind would come to it (``moved``), and from which crossing
    (``came_from``; -1 for the kind that still waits).
    """
    queue = np.empty(len(left), dtype=np.int64)
    queued = _meet(kind, NOBODY, reaches, moved, came_from, queue, 0)
    first = 0
    while first < queued:
        s = queue[first]
        first += 1
        if left[s] > 0.0:
            return s
        for other in range(len(served)):
            if served[other, s] > 0.0:
                queued = _meet(other, s, reaches, moved, came_from, queue, queued)
    return NOBODY


@njit
def _meet(
    kind: Row,
    origin: Row,
    reaches: NDArray[np.bool_],
    moved: Column,
    came_from: Column,
    queue: Column,
    queued: int,
) -> int:
    """Queue the crossings in reach of a kind that were not met before; returns how many queue."""
    for s in range(reaches.shape[1]):
        if reaches[kind, s] and moved[s] == NOBODY:
            moved[s], came_from[s] = kind, origin
            queue[queued] = s
            queued += 1
    return queued
