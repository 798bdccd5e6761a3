"""Policies that change capacity: staff, or a daily cap with warm waiting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf
from typing import Annotated, ClassVar

from annotated_types import Ge, Interval, MinLen

from sim.clock import require_zone
from sim.policies.orders import Action, Daily, Observation, Once, Order, policy
from sim.units import Unit
from sim.world.network import MOST, Count, CrossingId, OneOrMore

Change = Annotated[int, Interval(ge=-MOST, le=MOST)]

_FORBID: dict[str, str] = {"extra": "forbid"}


@policy
@dataclass(frozen=True, kw_only=True)
class Surge:
    """Keep crossings open and bring more officers, who come some days after the decision.

    Attributes:
        decided: when they are asked for.
        officers: how many more officers each crossing gets, by id.
        interpreters: how many more interpreters each crossing gets, by id.
        delay_min_d: shortest delay, days.
        delay_max_d: longest delay, days; the delay of a state is uniform between the two.
    """

    decided: datetime
    officers: Annotated[Mapping[CrossingId, OneOrMore], MinLen(1)]
    interpreters: Mapping[CrossingId, OneOrMore] = field(default_factory=dict)
    delay_min_d: Annotated[float, Ge(0.0), Unit("d")] = 3.0
    delay_max_d: Annotated[float, Ge(0.0), Unit("d")] = 5.0

    type: ClassVar[str] = "surge"
    clock: ClassVar[Once | Daily] = Once()
    __pydantic_config__: ClassVar = _FORBID

    def __post_init__(self) -> None:
        require_zone(self.decided)
        _check_delay(self.delay_min_d, self.delay_max_d)

    def decide(self, observation: Observation) -> list[Order]:
        """Officers and interpreters for each crossing, after this state of the world's delay."""
        decided_h = observation.clock.hours(self.decided)
        delay_h = _delay_h(observation, "surge delay", self.delay_min_d, self.delay_max_d)
        numbers = {
            Action.ADD_OFFICERS: self.officers,
            Action.ADD_INTERPRETERS: self.interpreters,
        }
        return _additions(numbers, decided_h, decided_h + delay_h)


@policy
@dataclass(frozen=True, kw_only=True)
class Staffing:
    """Change officers, interpreters and lanes by crossing; below 0 takes them away.

    Attributes:
        decided: when it is decided and announced.
        until: when things are as before again, or None.
        officers: change of officers, by crossing.
        interpreters: change of interpreters, by crossing.
        lanes: change of lanes at the gate, by crossing.
        delay_min_d: shortest time from the decision until it takes effect, days.
        delay_max_d: longest such time; that of a state of the world is uniform between the two.
    """

    decided: datetime
    until: datetime | None = None
    officers: Mapping[CrossingId, Change] = field(default_factory=dict)
    interpreters: Mapping[CrossingId, Change] = field(default_factory=dict)
    lanes: Mapping[CrossingId, Change] = field(default_factory=dict)
    delay_min_d: Annotated[float, Ge(0.0), Unit("d")] = 0.0
    delay_max_d: Annotated[float, Ge(0.0), Unit("d")] = 0.0

    type: ClassVar[str] = "staffing"
    clock: ClassVar[Once | Daily] = Once()
    __pydantic_config__: ClassVar = _FORBID

    def __post_init__(self) -> None:
        require_zone(self.decided)
        require_zone(self.until)
        _check_delay(self.delay_min_d, self.delay_max_d)
        if not (self.officers or self.interpreters or self.lanes):
            raise ValueError("staffing changes nothing: give officers, interpreters or lanes")
        latest = self.decided + timedelta(days=self.delay_max_d)
        if self.until is not None and self.until <= latest:
            raise ValueError(f"ends ({self.until}) before it may take effect ({latest})")

    def decide(self, observation: Observation) -> list[Order]:
        """A change for each crossing and kind, after this state of the world's delay."""
        decided_h = observation.clock.hours(self.decided)
        delay_h = _delay_h(observation, "staffing delay", self.delay_min_d, self.delay_max_d)
        until_h = inf if self.until is None else observation.clock.hours(self.until)
        numbers = {
            Action.ADD_OFFICERS: self.officers,
            Action.ADD_INTERPRETERS: self.interpreters,
            Action.ADD_LANES: self.lanes,
        }
        return _additions(numbers, decided_h, decided_h + delay_h, until_h)


def _check_delay(shortest_d: float, longest_d: float) -> None:
    if longest_d < shortest_d:
        raise ValueError("delay_max_d must not be less than delay_min_d")


def _delay_h(observation: Observation, name: str, shortest_d: float, longest_d: float) -> float:
    """This state of the world's delay, uniform between the two, h."""
    return 24.0 * (shortest_d + (longest_d - shortest_d) * observation.uniform(name))


def _additions(
    numbers: Mapping[Action, Mapping[str, int]],
    announced_h: float,
    effective_h: float,
    until_h: float = inf,
) -> list[Order]:
    """One order for each kind and crossing."""
    return [
        Order(
            action=action,
            crossings=(crossing,),
            announced_h=announced_h,
            effective_h=effective_h,
            until_h=until_h,
            value=float(number),
        )
        for action, by_crossing in numbers.items()
        for crossing, number in by_crossing.items()
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
    persons_per_d: OneOrMore
    warm_places: Count

    type: ClassVar[str] = "cap-with-warm-waiting"
    clock: ClassVar[Once | Daily] = Once()
    __pydantic_config__: ClassVar = _FORBID

    def __post_init__(self) -> None:
        require_zone(self.since)

    def decide(self, observation: Observation) -> list[Order]:
        """One meter a crossing."""
        at_h = observation.clock.hours(self.since)
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
