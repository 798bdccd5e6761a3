"""What is known on the day from which a forecast begins: counts up to it, the roads, the path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.forecasting.policy_path import PolicyPath
from sim.scenario.scenario import Scenario
from sim.study.observed_cells import Cell
from sim.world.routing import find_routes

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Past:
    """What a baseline sees: counts up to the origin, and the policy path of all days.

    Attributes:
        counts: people a day, shape (days up to the origin, crossings); nan where not counted.
        path: which crossings are open when, later days included.
        until: number of the last day that is forecast.
        gateway_h: mean time by road from where people appear, shape (crossings,), h.
        between_h: time by road from one crossing to another, shape (crossings, crossings), h.
        seed: seed of the random numbers.
        samples: how many samples are drawn.
    """

    counts: Floats
    path: PolicyPath
    until: int
    gateway_h: Floats
    between_h: Floats
    seed: int
    samples: int

    @property
    def origin(self) -> int:
        """Number of the last day that counts are known of."""
        return len(self.counts) - 1

    @property
    def ahead(self) -> range:
        """Numbers of the days that are forecast."""
        return range(self.origin + 1, self.until + 1)

    @cached_property
    def used(self) -> NDArray[np.bool_]:
        """Which counts are of a day on which the crossing was open, shape as ``counts``."""
        return self.path.is_open[: len(self.counts)] & ~np.isnan(self.counts)

    def series(self, crossing: int) -> list[float]:
        """Counts of a crossing on days on which it was open, in order of time."""
        mine = self.used[:, crossing]
        return [float(each) for each in self.counts[mine, crossing]]

    @cached_property
    def totals(self) -> list[tuple[int, float]]:
        """Days on which some crossing was open and counted, with the people of all of them."""
        known = np.where(self.used, self.counts, 0.0)
        return [
            (int(day), float(known[day].sum())) for day in np.flatnonzero(self.used.any(axis=1))
        ]


def past_of(
    scenario: Scenario,
    path: PolicyPath,
    cells: Sequence[Cell],
    *,
    origin: int,
    until: int,
    seed: int,
    samples: int,
) -> Past:
    """What is known at the end of day ``origin``; counts of any later day are left out."""
    known = [each for each in cells if each.series == "arrivals" and each.last <= origin]
    gateway_h, between_h = road_hours(scenario)
    return Past(
        counts=daily_counts(known, path, origin),
        path=path,
        until=until,
        gateway_h=gateway_h,
        between_h=between_h,
        seed=seed,
        samples=samples,
    )


class Counted(Protocol):
    """People counted together: at some crossings, all if none are named, on some days."""

    @property
    def first(self) -> int:
        """Number of the first day."""

    @property
    def last(self) -> int:
        """Number of the last day."""

    @property
    def crossings(self) -> tuple[int, ...]:
        """Numbers of the crossings; empty for the whole border."""

    @property
    def people(self) -> float:
        """How many came."""


def daily_counts(counted: Sequence[Counted], path: PolicyPath, last: int) -> Floats:
    """Counts by day and crossing, shape (last + 1, crossings); nan where nothing is known.

    What an area, the whole border or several days have beyond what is known of their parts is
    spread evenly over those that were open and are not known; of the smallest counts first.

    Args:
        counted: the counts.
        path: which crossings are open when.
        last: number of the last day.
    """
    crossings = path.open_h.shape[1]
    counts = np.full((last + 1, crossings), np.nan)
    for each in sorted(counted, key=lambda each: _size(each, crossings)):
        _fill(counts, path, each, each.crossings or tuple(range(crossings)))
    return counts


def _size(counted: Counted, crossings: int) -> int:
    """How many crossing-days it is of."""
    return (counted.last - counted.first + 1) * (len(counted.crossings) or crossings)


def _fill(counts: Floats, path: PolicyPath, cell: Counted, crossings: Sequence[int]) -> None:
    within = np.ix_(range(cell.first, cell.last + 1), list(crossings))
    block = counts[within]
    unknown, is_open = np.isnan(block), path.is_open[within]
    if not unknown.any():
        return
    rest = max(cell.people - float(block[~unknown].sum()), 0.0)
    takers = unknown & is_open if (unknown & is_open).any() else unknown
    block[unknown] = 0.0
    block[takers] = rest / int(takers.sum())
    counts[within] = block


def road_hours(scenario: Scenario) -> tuple[Floats, Floats]:
    """Mean time from gateways to each crossing, and from each crossing to each other, h.

    The mean is over the gateways from which there is a way; infinite where there is none.
    """
    network = scenario.world.network
    hours = find_routes(network).hours[: len(network.crossings), : len(network.hubs)]
    weights = _gateway_weights(scenario)
    gateway_h = np.array([_mean_hours(row, weights) for row in hours])
    between_h = np.array([[float((one + other).min()) for other in hours] for one in hours])
    return gateway_h, between_h


def _gateway_weights(scenario: Scenario) -> Floats:
    """Weight of each hub as a gateway, shape (hubs,); all alike where demand names none.

    Each origin and each stock counts once: how many people come of it is part of what is uncertain.
    """
    network, demand = scenario.world.network, scenario.world.demand
    weights = np.zeros(len(network.hubs))
    named = [each.gateways for each in demand.origins] + [each.gateways for each in demand.stocks]
    for gateways in named:
        total = sum(gateways.values())
        for hub, weight in gateways.items():
            weights[network.number[hub]] += weight / total
    return weights if weights.any() else np.ones(len(weights))


def _mean_hours(hours: Floats, weights: Floats) -> float:
    there = np.isfinite(hours) & (weights > 0.0)
    if not there.any():
        return inf
    return float((hours[there] * weights[there]).sum()) / float(weights[there].sum())
