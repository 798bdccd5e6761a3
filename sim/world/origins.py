"""Who sets out, from where and when (S1): records of origins, demand, stocks and given groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Annotated

from annotated_types import Ge, Interval, MinLen

from sim.clock import require_zone
from sim.units import Unit
from sim.world.network import Record

Source = Annotated[str, MinLen(1)]
Weight = Annotated[float, Interval(gt=0.0, le=1e9)]
Gateways = Annotated[Mapping[str, Weight], MinLen(1)]


@dataclass(frozen=True, kw_only=True)
class Origin(Record):
    """Where people come from, coarsely.

    Attributes:
        share: its share of demand, relative to the other origins. Example: ``1``.
        gateways: hubs where its people first appear, with relative weights. Example:
            ``{town: 1}``.
    """

    id: Annotated[str, MinLen(1)]
    name: Annotated[str, MinLen(1)]
    share: Weight
    gateways: Gateways
    source: Source


@dataclass(frozen=True, kw_only=True)
class DemandStep(Record):
    """From ``since`` on, this many people a day come to want to cross, all origins together.

    Attributes:
        since: from when on, until the next step.
        persons_per_d: people a day, on average. Example: ``40``.
    """

    since: datetime
    persons_per_d: Annotated[float, Ge(0.0), Unit("persons/d")]
    source: Source

    def __post_init__(self) -> None:
        require_zone(self.since)


@dataclass(frozen=True, kw_only=True)
class Stock(Record):
    """People who are already in the area and want to cross from ``at`` on.

    Attributes:
        at: when they begin to want to cross.
        persons: how many they are. Example: ``300``.
        gateways: hubs where they are, with relative weights. Example: ``{town: 1}``.
    """

    at: datetime
    persons: Annotated[int, Interval(ge=0, le=1_000_000_000)]
    gateways: Gateways
    source: Source

    def __post_init__(self) -> None:
        require_zone(self.at)


@dataclass(frozen=True, kw_only=True)
class GivenGroup(Record):
    """One group, given by hand (for teaching and tests).

    Attributes:
        at: when it appears.
        persons: people in it. Example: ``4``.
        hub: id of the hub where it appears. Example: ``town``.
    """

    id: Annotated[str, MinLen(1)]
    at: datetime
    persons: Annotated[int, Interval(gt=0, le=10_000)]
    hub: str

    def __post_init__(self) -> None:
        require_zone(self.at)


@dataclass(frozen=True, kw_only=True)
class Demand(Record):
    """All sources of groups.

    Attributes:
        steps: piecewise constant demand, in order of time, one at a time.
        origins: shares of it; one is needed where there are steps.
        stocks: people who are already there.
        groups: groups given by hand.
        group_size: one size for all groups, or None for the mixture of S2.
    """

    steps: tuple[DemandStep, ...] = ()
    origins: tuple[Origin, ...] = ()
    stocks: tuple[Stock, ...] = ()
    groups: tuple[GivenGroup, ...] = ()
    group_size: Annotated[int, Interval(gt=0, le=1000)] | None = None

    def __post_init__(self) -> None:
        if self.steps and not self.origins:
            raise ValueError("demand over time needs at least one origin")
        times = [step.since for step in self.steps]
        if times != sorted(times):
            raise ValueError("the steps of demand must be in order of time")
        for step, following in pairwise(self.steps):
            if step.since == following.since:
                raise ValueError(
                    f"two steps of demand at {step.since}, with {step.persons_per_d:g} and "
                    f"{following.persons_per_d:g} people a day: the second would replace the "
                    "first; keep one, with their sum if both are meant"
                )

    def gateway_hubs(self) -> tuple[tuple[tuple[str | int, ...], str], ...]:
        """Every hub that is named, with its key path."""
        named: list[tuple[tuple[str | int, ...], str]] = []
        for k, origin in enumerate(self.origins):
            named += [(("origins", k, "gateways", hub), hub) for hub in origin.gateways]
        for k, stock in enumerate(self.stocks):
            named += [(("stocks", k, "gateways", hub), hub) for hub in stock.gateways]
        named += [(("groups", k, "hub"), group.hub) for k, group in enumerate(self.groups)]
        return tuple(named)
