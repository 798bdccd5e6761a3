"""Routing on the road graph: costs in, shortest times and next steps out (S5, multi-leg travel)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from sim.world.network import Network, Onward


@dataclass(frozen=True)
class Routes:
    """Shortest ways from every place to every destination.

    Attributes:
        hours: travel time, shape (destinations, places), h; infinite where there is no way.
        km: road length of that way, same shape.
        risk: chance that people without valid papers are stopped on that way, same shape.
        next_place: number of the next place on the way, same shape; -1 at the end or without a way.
        leg_hours: time of the leg from a place to its neighbour, shape (places, places), h;
            infinite where there is no road. People may go back on a one-way road.
        leg_km: its length, same shape, km.
        leg_checkpoint: chance of being stopped on it without valid papers, same shape.
        onward: whether the leg leads toward a border (one-way roads), same shape.
        legs: the two places of every leg, in both directions, shape (legs, 2).
        leg_number: row of ``legs`` for each pair of places, shape (places, places); -1 for none.
        nearest_hub: for each destination, the number of the hub nearest by road, shape
            (destinations,).
    """

    hours: NDArray[np.float64]
    km: NDArray[np.float64]
    risk: NDArray[np.float64]
    next_place: NDArray[np.int32]
    leg_hours: NDArray[np.float64]
    leg_km: NDArray[np.float64]
    leg_checkpoint: NDArray[np.float64]
    onward: NDArray[np.bool_]
    legs: NDArray[np.int32]
    leg_number: NDArray[np.int32]
    nearest_hub: NDArray[np.int32]


def road_graph(network: Network) -> nx.DiGraph:
    """The places and legs of a network; parallel roads keep the faster one.

    Only hubs may be passed through: a crossing, neighbour or segment ends a journey.
    """
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(network.places)))
    for leg in network.legs:
        i, j = network.number[leg.start], network.number[leg.end]
        if not graph.has_edge(i, j) or leg.hours < graph[i][j]["hours"]:
            graph.add_edge(i, j, hours=leg.hours, km=leg.km, checkpoint=leg.checkpoint)
    return graph


def roads_through(network: Network) -> Iterator[tuple[str, str]]:
    """Crossings and other ends by which a hub hangs that no road reaches otherwise.

    Such a road would lead people through a place at which journeys end.

    Yields:
        The id of the end and that of the hub behind it.
    """
    hubs = [hub.id for hub in network.hubs]
    graph = nx.Graph()
    graph.add_nodes_from(hubs)
    known = set(hubs)
    graph.add_edges_from(
        (leg.start, leg.end) for leg in network.legs if {leg.start, leg.end} <= known
    )
    part = {hub: k for k, hubs in enumerate(nx.connected_components(graph)) for hub in hubs}
    first: dict[str, int] = {}
    for leg in network.legs:
        for end, hub in ((leg.start, leg.end), (leg.end, leg.start)):
            if end not in known and hub in known and first.setdefault(end, part[hub]) != part[hub]:
                yield end, hub


def crossing_between(network: Network, sources: Iterable[int], place: str) -> str | None:
    """What nobody passes on the way from some places to another, if that is the only way there.

    Returns:
        Id of a crossing or the like that the shortest way leads through; None where there is none.
    """
    graph = road_graph(network).reverse(copy=False)
    ways = nx.single_source_shortest_path(graph, network.number[place])
    for source in sorted(sources):
        for step in ways.get(source, [])[-2:0:-1]:
            if step >= len(network.hubs):
                return str(network.places[step].id)
    return None


def find_routes(network: Network) -> Routes:
    """All shortest ways by travel time (Dijkstra), ties by the smaller place number."""
    graph = road_graph(network)
    places, hubs = len(network.places), len(network.hubs)
    shape = (places - hubs, places)
    hours, km, safe = np.full(shape, np.inf), np.full(shape, np.inf), np.ones(shape)
    next_place = np.full(shape, -1, dtype=np.int32)
    nearest_hub = np.full(len(hours), -1, dtype=np.int32)
    for row, end in enumerate(range(hubs, places)):
        ways = _Ways(graph, end, hours[row], km[row], safe[row], next_place[row])
        ways.fill_through(range(hubs))
        ways.reach_from_other_ends(range(hubs))
        nearest_hub[row] = _nearest_hub(graph, end, hubs)
    leg_hours = _legs(graph, places, "hours", np.inf, back=True)
    leg_km = _legs(graph, places, "km", 0.0, back=True)
    for i, j, onward in _legs_onward(network):
        leg_hours[i, j], leg_km[i, j] = onward.hours, onward.km
    legs, leg_number = _numbered(leg_hours)
    return Routes(
        hours,
        km,
        1.0 - safe,
        next_place,
        leg_hours,
        leg_km,
        _legs(graph, places, "checkpoint", 0.0, back=False),
        np.isfinite(_legs(graph, places, "hours", np.inf, back=False)),
        legs,
        leg_number,
        nearest_hub,
    )


def _legs_onward(network: Network) -> Iterator[tuple[int, int, Onward]]:
    """Legs from crossings to the towns behind them: part of no way to a border."""
    for crossing in network.crossings:
        if crossing.onward is not None:
            yield network.number[crossing.id], network.number[crossing.onward.hub], crossing.onward


def _numbered(leg_hours: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The two places of every leg, and the number of the leg for each pair of places."""
    legs = np.argwhere(np.isfinite(leg_hours)).astype(np.int32)
    leg_number = np.full(leg_hours.shape, -1, dtype=np.int32)
    leg_number[legs[:, 0], legs[:, 1]] = np.arange(len(legs))
    return legs, leg_number


@dataclass(frozen=True)
class _Ways:
    """Rows of one destination, filled in place."""

    graph: nx.DiGraph
    end: int
    hours: NDArray[np.float64]
    km: NDArray[np.float64]
    safe: NDArray[np.float64]
    next_place: NDArray[np.int32]

    def fill_through(self, hubs: range) -> None:
        """Shortest ways from all hubs, in order of distance."""
        passable = self.graph.subgraph([*hubs, self.end]).reverse(copy=False)
        distances = nx.single_source_dijkstra_path_length(passable, self.end, weight="hours")
        self.hours[self.end] = self.km[self.end] = 0.0
        for place in sorted(distances, key=lambda p: (distances[p], p)):
            if place != self.end:
                known = [k for k in self.graph[place] if k in distances]
                self._step(place, [k for k in known if not np.isinf(self.hours[k])])

    def reach_from_other_ends(self, hubs: range) -> None:
        """People at another crossing go by way of the hub that serves this best."""
        for place in self.graph:
            if place not in hubs and np.isinf(self.hours[place]):
                self._step(place, [k for k in self.graph[place] if self._leads_on(k, hubs)])

    def _leads_on(self, place: int, hubs: range) -> bool:
        """Whether people may go on from here to the end: from a hub, or where it is the end."""
        return place == self.end or (place in hubs and bool(self.next_place[place] >= 0))

    def _step(self, place: int, steps: list[int]) -> None:
        if not steps:
            return
        legs = self.graph[place]
        step = min(steps, key=lambda k: (self.hours[k] + legs[k]["hours"], k))
        self.hours[place] = self.hours[step] + legs[step]["hours"]
        self.km[place] = self.km[step] + legs[step]["km"]
        self.safe[place] = self.safe[step] * (1.0 - legs[step]["checkpoint"])
        self.next_place[place] = step


def _nearest_hub(graph: nx.DiGraph, end: int, hubs: int) -> int:
    near = [(hours, place) for place, _, hours in graph.in_edges(end, "hours") if place < hubs]
    return min(near)[1] if near else -1


def _legs(
    graph: nx.DiGraph, places: int, name: str, missing: float, *, back: bool
) -> NDArray[np.float64]:
    legs = np.full((places, places), missing)
    if back:
        for i, j, value in graph.edges(data=name):
            legs[j, i] = value
    for i, j, value in graph.edges(data=name):
        legs[i, j] = value
    return legs
