"""A chain of borders: which crossings are beyond which, and in what order."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from sim.world.network import Network
from sim.world.routing import Routes


def leads_to(network: Network, routes: Routes) -> NDArray[np.bool_]:
    """Which crossings and neighbours are reached from the town behind a crossing.

    Returns:
        Whether a destination is, shape (crossings, destinations); no stretch of terrain is: nobody
        counts on passing there.
    """
    posts = len(network.crossings) + len(network.neighbours)
    table = np.zeros((len(network.crossings), len(network.destinations)), dtype=np.bool_)
    for s, crossing in enumerate(network.crossings):
        if crossing.onward is not None:
            hub = network.number[crossing.onward.hub]
            table[s, :posts] = np.isfinite(routes.hours[:posts, hub])
    return table


def chain_order(leads: NDArray[np.bool_]) -> NDArray[np.int32]:
    """The crossings, those beyond others first; equal ones by number, shape (crossings,).

    Raises:
        ValueError: if people who go on would come back to a crossing; with its number.
    """
    number = len(leads)
    beyond = [set(np.flatnonzero(row[:number]).tolist()) for row in leads]
    before = [[s for s in range(number) if d in beyond[s]] for d in range(number)]
    ready = [s for s in range(number) if not beyond[s]]
    heapify(ready)
    order: list[int] = []
    while ready:
        order.append(heappop(ready))
        for s in before[order[-1]]:
            beyond[s].remove(order[-1])
            if not beyond[s]:
                heappush(ready, s)
    if len(order) < number:
        raise ValueError(_in_a_circle(beyond))
    return np.array(order, dtype=np.int32)


def _in_a_circle(beyond: list[set[int]]) -> int:
    """One of the crossings that people would come back to."""
    passed: set[int] = set()
    here = next(s for s, others in enumerate(beyond) if others)
    while here not in passed:
        passed.add(here)
        here = min(beyond[here])
    return here
