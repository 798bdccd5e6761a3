"""A chain of borders: which crossings are beyond which, and in what order."""

from __future__ import annotations

import networkx as nx
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
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(leads)))
    graph.add_edges_from(np.argwhere(leads[:, : len(leads)])[:, ::-1].tolist())
    try:
        order = list(nx.lexicographical_topological_sort(graph))
    except nx.NetworkXUnfeasible:
        raise ValueError(nx.find_cycle(graph)[0][0]) from None
    return np.array(order, dtype=np.int32)
