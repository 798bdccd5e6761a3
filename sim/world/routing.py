"""Routing on the road graph: costs in, shortest times and next steps out (S5, multi-leg travel)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.world.leg import Leg
from sim.world.network import Network, Onward

Roads: TypeAlias = dict[int, dict[int, Leg]]
"""For each place, the places that a road leads to, each with the leg there."""


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


def roads_of(network: Network) -> Roads:
    """The places and legs of a network; parallel roads keep the faster one.

    Only hubs may be passed through: a crossing, neighbour or segment ends a journey.
    """
    roads: Roads = {number: {} for number in range(len(network.places))}
    for leg in network.legs:
        from_here, end = roads[network.number[leg.start]], network.number[leg.end]
        if end not in from_here or leg.hours < from_here[end].hours:
            from_here[end] = leg
    return roads


def _reversed(roads: Roads) -> Roads:
    """The same legs, by where they lead to."""
    back: Roads = {place: {} for place in roads}
    for start, legs in roads.items():
        for end, leg in legs.items():
            back[end][start] = leg
    return back


def roads_through(network: Network) -> Iterator[tuple[str, str]]:
    """Crossings and other ends by which a hub hangs that no road reaches otherwise.

    Such a road would lead people through a place at which journeys end.

    Yields:
        The id of the end and that of the hub behind it.
    """
    part = _connected_hubs(network)
    first: dict[str, str] = {}
    for leg in network.legs:
        for end, hub in ((leg.start, leg.end), (leg.end, leg.start)):
            if end not in part and hub in part and first.setdefault(end, part[hub]) != part[hub]:
                yield end, hub


def _connected_hubs(network: Network) -> dict[str, str]:
    """For each hub the first of those that are connected with it by roads between hubs."""
    near: dict[str, list[str]] = {hub.id: [] for hub in network.hubs}
    for leg in network.legs:
        if leg.start in near and leg.end in near:
            near[leg.start].append(leg.end)
            near[leg.end].append(leg.start)
    part: dict[str, str] = {}
    for hub in near:
        waiting = [] if hub in part else [hub]
        while waiting:
            if (found := waiting.pop()) not in part:
                part[found] = hub
                waiting += near[found]
    return part


def crossing_between(network: Network, sources: Iterable[int], place: str) -> str | None:
    """What nobody passes on the way from some places to another, if that is the only way there.

    Returns:
        Id of a crossing or the like that the shortest way leads through; None where there is none.
    """
    onward = _fewest_legs(_reversed(roads_of(network)), network.number[place])
    for source in sorted(sources):
        step = onward.get(source)
        while step is not None:
            if step >= len(network.hubs) and onward[step] is not None:
                return str(network.places[step].id)
            step = onward[step]
    return None


def _fewest_legs(back: Roads, end: int) -> dict[int, int | None]:
    """The next place on a way of fewest legs to an end, from each place that has one."""
    onward: dict[int, int | None] = {end: None}
    level = [end]
    while level:
        found: list[int] = []
        for place in level:
            new = [before for before in back[place] if before not in onward]
            onward |= dict.fromkeys(new, place)
            found += new
        level = found
    return onward


def _distances(back: Mapping[int, Mapping[int, Leg]], end: int, hubs: range) -> dict[int, float]:
    """Travel time to an end from each place that has a way there through hubs (Dijkstra), h."""
    known: dict[int, float] = {}
    nearest = [(0.0, end)]
    while nearest:
        hours, place = heappop(nearest)
        if place in known:
            continue
        known[place] = hours
        for before, leg in back[place].items():
            if before in hubs and before not in known:
                heappush(nearest, (hours + leg.hours, before))
    return known


def find_routes(network: Network) -> Routes:
    """All shortest ways by travel time (Dijkstra), ties by the smaller place number."""
    roads = roads_of(network)
    back = _reversed(roads)
    places, hubs = len(network.places), len(network.hubs)
    shape = (places - hubs, places)
    hours, km, safe = np.full(shape, np.inf), np.full(shape, np.inf), np.ones(shape)
    next_place = np.full(shape, -1, dtype=np.int32)
    nearest_hub = np.full(len(hours), -1, dtype=np.int32)
    for row, end in enumerate(range(hubs, places)):
        ways = _Ways(roads, back, end, hours[row], km[row], safe[row], next_place[row])
        ways.fill_through(range(hubs))
        ways.reach_from_other_ends(range(hubs))
        nearest_hub[row] = _nearest_hub(back[end], hubs)
    leg_hours = _legs(roads, "hours", np.inf, back=True)
    leg_km = _legs(roads, "km", 0.0, back=True)
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
        _legs(roads, "checkpoint", 0.0, back=False),
        np.isfinite(_legs(roads, "hours", np.inf, back=False)),
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

    roads: Roads
    back: Roads
    end: int
    hours: NDArray[np.float64]
    km: NDArray[np.float64]
    safe: NDArray[np.float64]
    next_place: NDArray[np.int32]

    def fill_through(self, hubs: range) -> None:
        """Shortest ways from all hubs, in order of distance."""
        distances = _distances(self.back, self.end, hubs)
        self.hours[self.end] = self.km[self.end] = 0.0
        for place in sorted(distances, key=lambda p: (distances[p], p)):
            if place != self.end:
                known = [k for k in self.roads[place] if k in distances]
                self._step(place, [k for k in known if not np.isinf(self.hours[k])])

    def reach_from_other_ends(self, hubs: range) -> None:
        """People at another crossing go by way of the hub that serves this best."""
        for place in self.roads:
            if place not in hubs and np.isinf(self.hours[place]):
                self._step(place, [k for k in self.roads[place] if self._leads_on(k, hubs)])

    def _leads_on(self, place: int, hubs: range) -> bool:
        """Whether people may go on from here to the end: from a hub, or where it is the end."""
        return place == self.end or (place in hubs and bool(self.next_place[place] >= 0))

    def _step(self, place: int, steps: list[int]) -> None:
        if not steps:
            return
        legs = self.roads[place]
        step = min(steps, key=lambda k: (self.hours[k] + legs[k].hours, k))
        self.hours[place] = self.hours[step] + legs[step].hours
        self.km[place] = self.km[step] + legs[step].km
        self.safe[place] = self.safe[step] * (1.0 - legs[step].checkpoint)
        self.next_place[place] = step


def _nearest_hub(legs: Mapping[int, Leg], hubs: int) -> int:
    """The hub with the shortest of the legs that lead to an end; -1 for none."""
    near = [(leg.hours, place) for place, leg in legs.items() if place < hubs]
    return min(near)[1] if near else -1


def _legs(roads: Roads, name: str, missing: float, *, back: bool) -> NDArray[np.float64]:
    legs = np.full((len(roads), len(roads)), missing)
    known = [(i, j, getattr(leg, name)) for i, ways in roads.items() for j, leg in ways.items()]
    if back:
        for i, j, value in known:
            legs[j, i] = value
    for i, j, value in known:
        legs[i, j] = value
    return legs
