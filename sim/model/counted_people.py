"""S1: people who were counted in a table of demand, just as many in each period, at random times.

Given how many come in a period, the times of a Poisson process are independent and uniform over it:
what is kept of chance is when people come, with whom, and, where a count is of all origins
together, from where. The last group of a period is as large as is left of its count.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.randomness import DEMAND_INTERVAL, GROUP_SIZE, name_key, uniform
from sim.world.demand_over_time import DemandPeriod, Shares, shares_over_time
from sim.world.world import World

TIME, ORIGIN = 0, 1  # indices of the draws of a group


class CountedGroup(NamedTuple):
    """A group that comes for certain.

    Attributes:
        key: its random key.
        at_h: when, h.
        persons: how many people.
        origin: number of their origin.
        gateway: id of the hub where they appear, or empty for those of the origin.
    """

    key: int
    at_h: float
    persons: int
    origin: int
    gateway: str


def counted_groups(world: World, size_cdf: NDArray[np.float64], key: int) -> Iterator[CountedGroup]:
    """Every group of the periods of a table, as far as it comes within the scenario.

    Args:
        world: has the table.
        size_cdf: cumulative chances of group sizes 1, 2, ..., shape (sizes,).
        key: the replication's random key.
    """
    shares = shares_over_time(world.demand, world.clock)
    sizes = size_cdf.tolist()
    for period in world.demand_periods:
        for group in _groups_of(world, period, shares, sizes, np.uint64(key)):
            if 0.0 <= group.at_h < world.clock.duration_h:
                yield group


def _groups_of(
    world: World,
    period: DemandPeriod,
    shares: Sequence[Shares],
    sizes: Sequence[float],
    key: np.uint64,
) -> Iterator[CountedGroup]:
    begins_h, ends_h = period.span_h(world.clock)
    first = name_key(f"counted {period.origin} {period.gateway} {period.first} {period.last}")
    numbers = {origin.id: k for k, origin in enumerate(world.demand.origins)}
    left, index = round(period.persons), 0
    while left > 0:
        group_key = np.uint64((first + index) % 2**64)
        at_h = begins_h + (ends_h - begins_h) * _draw(key, group_key, TIME)
        persons = min(left, _size(sizes, uniform(key, GROUP_SIZE, group_key, 0)))
        if period.origin:
            origin = numbers[period.origin]
        else:
            origin = _origin_at(shares, at_h, _draw(key, group_key, ORIGIN))
        yield CountedGroup(int(group_key), at_h, persons, origin, period.gateway)
        left, index = left - persons, index + 1


def _draw(key: np.uint64, group_key: np.uint64, index: int) -> float:
    return float(uniform(key, DEMAND_INTERVAL, group_key, index))


def _size(sizes: Sequence[float], u: float) -> int:
    """The size of a group, drawn as the engine draws it."""
    return min(bisect_left(sizes, u), len(sizes) - 1) + 1


def _origin_at(shares: Sequence[Shares], at_h: float, u: float) -> int:
    """The number of an origin, drawn by the shares that hold at a time."""
    weights = next(each.weights for each in shares if at_h < each.ends_h)
    total, running = math.fsum(weights), 0.0
    for number, weight in enumerate(weights):
        running += weight / total
        if u < running and weight > 0.0:
            return number
    return max(range(len(weights)), key=lambda k: weights[k])
