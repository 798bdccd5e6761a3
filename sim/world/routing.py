"""Routing on the road graph: costs in, shortest times and next steps out (S5, multi-leg travel)."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from sim.world.network import Network


@dataclass(frozen=True)
class Routes:
    """Shortest ways from every place to every destination.

    Attributes:
        hours: travel time, shape (destinations, places), h; infinite where there is no way.
        km: road length of that way, same shape.
        next_place: number of the next place on the way, same shape; -1 at the end or without a way.
        leg_hours: time of the leg from a place to its neighbour, shape (places, places), h.
        nearest_hub: for each destination, the number of the hub nearest by road, shape
        (destinations,).
    """

    hours: NDArray[np.float64]
    km: NDArray[np.float64]
    next_place: NDArray[np.int32]
    leg_hours: NDArray[np.float64]
    nearest_hub: NDArray[np.int32]


def road_graph(network: Network) -> nx.Graph:
    """The places and legs of a network; parallel roads keep the faster one.

    Only hubs may be passed through: a crossing, neighbour or segment ends a journey.
    """
    graph = nx.Graph()
    graph.add_nodes_from(range(len(network.places)))
    for a, b, km, hours in network.legs:
        i, j = network.number[a], network.number[b]
        if not graph.has_edge(i, j) or hours < graph[i][j]["hours"]:
            graph.add_edge(i, j, hours=hours, km=km)
    return graph


def find_routes(network: Network) -> Routes:
    """All shortest ways by travel time (Dijkstra), ties by the smaller place number."""
    graph = road_graph(network)
    places, hubs = len(network.places), len(network.hubs)
    ends = range(hubs, places)
    shape = (len(ends), places)
    hours, km = np.full(shape, np.inf), np.full(shape, np.inf)
    next_place = np.full(shape, -1, dtype=np.int32)
    nearest_hub = np.full(len(ends), -1, dtype=np.int32)
    for row, end in enumerate(ends):
        passable = graph.subgraph([*range(hubs), end])
        _fill_from(passable, end, hours[row], km[row], next_place[row])
        _reach_from_other_ends(graph, end, hours[row], km[row], next_place[row])
        nearest_hub[row] = _nearest_hub(graph, end, hubs)
    return Routes(hours, km, next_place, _leg_hours(graph, places), nearest_hub)


def _fill_from(
    graph: nx.Graph,
    end: int,
    hours: NDArray[np.float64],
    km: NDArray[np.float64],
    next_place: NDArray[np.int32],
) -> None:
    distances = nx.single_source_dijkstra_path_length(graph, end, weight="hours")
    hours[end] = km[end] = 0.0
    for place in sorted(distances, key=lambda p: (distances[p], p)):
        if place == end:
            continue
        step = min(
            (near for near in graph[place] if near in distances and not np.isinf(hours[near])),
            key=lambda near: (distances[near] + graph[place][near]["hours"], near),
        )
        hours[place] = distances[place]
        km[place] = km[step] + graph[place][step]["km"]
        next_place[place] = step


def _reach_from_other_ends(
    graph: nx.Graph,
    end: int,
    hours: NDArray[np.float64],
    km: NDArray[np.float64],
    next_place: NDArray[np.int32],
) -> None:
    """Whoever stands at another crossing goes by way of the hub that serves this best."""
    for place in graph:
        if not np.isinf(hours[place]):
            continue
        steps = [near for near in graph[place] if next_place[near] >= 0]
        if steps:
            step = min(steps, key=lambda near: (hours[near] + graph[place][near]["hours"], near))
            hours[place] = hours[step] + graph[place][step]["hours"]
            km[place] = km[step] + graph[place][step]["km"]
            next_place[place] = step


def _nearest_hub(graph: nx.Graph, end: int, hubs: int) -> int:
    near = [place for place in graph[end] if place < hubs]
    return min(near, key=lambda place: (graph[end][place]["hours"], place)) if near else -1


def _leg_hours(graph: nx.Graph, places: int) -> NDArray[np.float64]:
    legs = np.full((places, places), np.inf)
    for i, j, hours in graph.edges(data="hours"):
        legs[i, j] = legs[j, i] = hours
    return legs
