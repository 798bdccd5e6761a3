"""Policies that change capacity: more officers, or a daily cap with warm waiting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from annotated_types import Ge, Gt, MinLen

from sim.policies.orders import Action, Daily, Observation, Once, Order, policy
from sim.units import Unit
from sim.world.network import CrossingId

_FORBID: dict[str, str] = {"extra": "forbid"}


@policy
@dataclass(frozen=True, kw_only=True)
class Surge:
    """Keep crossings open and bring more officers, who come some days after the decision.

    Attributes:
        decided: when they are asked for.
        officers: how many more officers each crossing gets, by id.
        delay_min_d: shortest delay, days.
        delay_max_d: longest delay, days; the delay of a world is uniform between the two.
    """

    decided: datetime
    officers: Annotated[Mapping[CrossingId, Annotated[int, Gt(0)]], MinLen(1)]
    delay_min_d: Annotated[float, Ge(0.0), Unit("d")] = 3.0
    delay_max_d: Annotated[float, Ge(0.0), Unit("d")] = 5.0

    type: ClassVar[str] = "surge"
    clock: ClassVar[Once | Daily] = Once()
    __pydantic_config__: ClassVar = _FORBID

    def __post_init__(self) -> None:
        if self.decided.tzinfo is None:
            raise ValueError("a time needs its zone, as in 2023-11-18T00:00+02:00")
        if self.delay_max_d < self.delay_min_d:
            raise ValueError("delay_max_d must not be less than delay_min_d")

    def decide(self, seen: Observation) -> list[Order]:
        """Officers for each crossing, after this world's delay."""
        decided_h = seen.clock.hours(self.decided)
        span = self.delay_max_d - self.delay_min_d
        delay_h = 24.0 * (self.delay_min_d + span * seen.luck("surge delay"))
        return [
            Order(
                action=Action.ADD_OFFICERS,
                crossings=(crossing,),
                announced_h=decided_h,
                effective_h=decided_h + delay_h,
                value=float(number),
            )
            for crossing, number in self.officers.items()
        ]


@policy
@dataclass(frozen=True, kw_only=True)
class CapWithWarmWaiting:
    """Admit at most so many people a day, and keep those who wait in the warm.

    Attributes:
        crossings: where.
        since: from when.
        persons_per_d: cap of each crossing.
        warm_places: heated places that each crossing gets.
    """

    crossings: Annotated[tuple[CrossingId, ...], MinLen(1)]
    since: datetime
    persons_per_d: Annotated[int, Gt(0)]
    warm_places: Annotated[int, Ge(0)]

    type: ClassVar[str] = "cap-with-warm-waiting"
    clock: ClassVar[Once | Daily] = Once()
    __pydantic_config__: ClassVar = _FORBID

    def __post_init__(self) -> None:
        if self.since.tzinfo is None:
            raise ValueError("a time needs its zone, as in 2023-11-18T00:00+02:00")

    def decide(self, seen: Observation) -> list[Order]:
        """One meter a crossing."""
        at_h = seen.clock.hours(self.since)
        return [
            Order(
                action=Action.METER,
                crossings=self.crossings,
                announced_h=at_h,
                effective_h=at_h,
                value=float(self.persons_per_d),
                warm_places=self.warm_places,
            )
        ]
