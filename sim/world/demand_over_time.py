"""S1: demand over time as constant inflows of people by origin: from steps, or from a table.

An inflow is a rate of people of one origin between two times. Steps are divided among the origins
by shares, which may change; a table counts people by period, of an origin or of all together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from sim.clock import Clock, Interval
from sim.world.origins import Demand, Origin


@dataclass(frozen=True, kw_only=True)
class DemandPeriod:
    """People who come in a period by a table of demand: a row of it.

    Attributes:
        origin: id of the origin, or empty for all of them together.
        gateway: id of the hub where they appear, or empty for those of their origin.
        first: first local day.
        last: last local day.
        persons: how many come from its beginning to its end.
        line: its line in the table.
    """

    origin: str
    gateway: str
    first: date
    last: date
    persons: float
    line: int

    def span_h(self, clock: Clock) -> Interval:
        """When it begins and ends, h; perhaps outside the scenario."""
        begins = clock.local(self.first)
        return clock.hours(begins), clock.hours(clock.local(self.last + timedelta(days=1)))

    def overlaps(self, other: DemandPeriod) -> bool:
        """Whether both count people of one origin at one gateway on one day."""
        return (
            self.first <= other.last
            and other.first <= self.last
            and (self.origin == other.origin or not (self.origin and other.origin))
            and (self.gateway == other.gateway or not (self.gateway and other.gateway))
        )


class Shares(NamedTuple):
    """How demand of all origins together is divided for some time.

    Attributes:
        begins_h: from when, h.
        ends_h: to when, h.
        weights: weight of each origin, in their order.
    """

    begins_h: float
    ends_h: float
    weights: tuple[float, ...]


class Inflow(NamedTuple):
    """People of one origin who come at a constant rate for some time.

    Attributes:
        origin: number of the origin.
        gateway: id of the hub where they appear, or empty for those of the origin.
        begins_h: from when, h.
        ends_h: to when, h.
        persons_per_d: rate of what is divided by the share.
        share: weight of the origin in it.
        shares: sum of the weights.
    """

    origin: int
    gateway: str
    begins_h: float
    ends_h: float
    persons_per_d: float
    share: float = 1.0
    shares: float = 1.0

    @property
    def persons(self) -> float:
        """How many people come by it on average."""
        return self.persons_per_d * self.share / self.shares * (self.ends_h - self.begins_h) / 24.0


def shares_over_time(demand: Demand, clock: Clock) -> list[Shares]:
    """The shares of the origins, stretch by stretch, without gaps."""
    given = [
        (clock.hours(step.since), tuple(step.shares.get(each.id, 0.0) for each in demand.origins))
        for step in demand.shares
    ]
    own = [each.share for each in demand.origins]
    known = [share for share in own if share is not None]
    if len(known) == len(own):
        given.insert(0, (-math.inf, tuple(known)))
    elif given:
        given[0] = (-math.inf, given[0][1])
    else:
        given = [(-math.inf, (1.0,) * len(own))]
    ends = [*(since for since, _ in given[1:]), math.inf]
    return [Shares(since, end, w) for (since, w), end in zip(given, ends, strict=True)]


def inflows(demand: Demand, periods: Sequence[DemandPeriod], clock: Clock) -> list[Inflow]:
    """Demand over time within the scenario, by origin and gateway, in order of time.

    Args:
        demand: steps, origins and their shares.
        periods: the rows of its table; none where it has none.
        clock: span and zone.
    """
    shares = shares_over_time(demand, clock)
    numbers = {origin.id: k for k, origin in enumerate(demand.origins)}
    found = [
        inflow
        for begins_h, ends_h, rate in _steps(demand, clock)
        for inflow in _divided(shares, "", begins_h, ends_h, rate)
    ]
    for period in periods:
        begins_h, ends_h = period.span_h(clock)
        rate = 24.0 * period.persons / (ends_h - begins_h)
        inside = max(0.0, begins_h), min(clock.duration_h, ends_h)
        if inside[0] < inside[1] and period.origin:
            found.append(Inflow(numbers[period.origin], period.gateway, *inside, rate))
        elif inside[0] < inside[1]:
            found += _divided(shares, period.gateway, *inside, rate)
    return sorted(found, key=lambda each: (each.origin, each.gateway, each.begins_h))


def _steps(demand: Demand, clock: Clock) -> Iterator[tuple[float, float, float]]:
    """Begin, end (h) and rate of each step, as far as it is within the scenario."""
    starts = [max(0.0, clock.hours(step.since)) for step in demand.steps]
    edges = pairwise([*starts, clock.duration_h])
    for (begins_h, ends_h), step in zip(edges, demand.steps, strict=True):
        if ends_h > begins_h:
            yield begins_h, ends_h, step.persons_per_d


def _divided(
    shares: Sequence[Shares], gateway: str, begins_h: float, ends_h: float, rate: float
) -> Iterator[Inflow]:
    """What the origins have of a rate, cut where their shares change."""
    for stretch in shares:
        since, until = max(begins_h, stretch.begins_h), min(ends_h, stretch.ends_h)
        if since < until:
            total = math.fsum(stretch.weights)
            for number, weight in enumerate(stretch.weights):
                yield Inflow(number, gateway, since, until, rate, weight, total)


def gateways_of(origin: Origin, gateway: str) -> Mapping[str, float]:
    """Where people of an inflow appear, with weights."""
    return {gateway: 1.0} if gateway else origin.gateways
