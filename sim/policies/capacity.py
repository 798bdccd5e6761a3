"""Policies that change capacity: staff, or a daily cap with warm waiting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf
from typing import Annotated, ClassVar

from annotated_types import Ge, Interval, MinLen

from sim.clock import require_zone
from sim.engine.codes import Action
from sim.policies.orders import Daily, Observation, Once, Order, Terms, hours_until, policy
from sim.units import Unit
from sim.world.network import MOST, Count, CrossingId, OneOrMore, Record

Change = Annotated[int, Interval(ge=-MOST, le=MOST)]


@dataclass(frozen=True, kw_only=True)
class Delay(Record):
    """What changes of capacity have in common: they take effect some days after the decision.

    Attributes:
        decided: when it is decided and announced.
        delay_min_d: shortest time from the decision until it takes effect, days.
        delay_max_d: longest such time; that of a state of the world is uniform between the two.
    """

    decided: datetime
    delay_min_d: Annotated[float, Ge(0.0), Unit("d")] = 0.0
    delay_max_d: Annotated[float, Ge(0.0), Unit("d")] = 0.0

    type: ClassVar[str]

    def __post_init__(self) -> None:
        require_zone(self.decided)
        if self.delay_max_d < self.delay_min_d:
            raise ValueError("delay_max_d must not be less than delay_min_d")

    def changes(
        self,
        observation: Observation,
        numbers: Mapping[Action, Mapping[str, int]],
        until_h: float = inf,
    ) -> list[Order]:
        """One order for each kind and crossing, after the delay drawn."""
        share = observation.uniform(f"{self.type} delay")
        delay_d = self.delay_min_d + (self.delay_max_d - self.delay_min_d) * share
        decided_h = observation.clock.hours(self.decided)
        return [
            Order(
                action=action,
                crossings=(crossing,),
                announced_h=decided_h,
                effective_h=decided_h + 24.0 * delay_d,
                until_h=until_h,
                value=float(number),
            )
            for action, by_crossing in numbers.items()
            for crossing, number in by_crossing.items()
        ]


@policy
@dataclass(frozen=True, kw_only=True)
class Surge(Delay):
    """Keep crossings open and bring more officers, who come some days after the decision.

    Attributes:
        officers: how many more officers each crossing gets, by id.
        interpreters: how many more interpreters each crossing gets, by id.
    """

    officers: Annotated[Mapping[CrossingId, OneOrMore], MinLen(1)]
    interpreters: Mapping[CrossingId, OneOrMore] = field(default_factory=dict)
    delay_min_d: Annotated[float, Ge(0.0), Unit("d")] = 3.0
    delay_max_d: Annotated[float, Ge(0.0), Unit("d")] = 5.0

    type: ClassVar[str] = "surge"
    clock: ClassVar[Once | Daily] = Once()

    def decide(self, observation: Observation) -> list[Order]:
        """Officers and interpreters for each crossing."""
        numbers = {
            Action.ADD_OFFICERS: self.officers,
            Action.ADD_INTERPRETERS: self.interpreters,
        }
        return self.changes(observation, numbers)


@policy
@dataclass(frozen=True, kw_only=True)
class Staffing(Delay):
    """Change officers, interpreters and lanes by crossing; below 0 takes them away.

    Attributes:
        until: when things are as before again, or None.
        officers: change of officers, by crossing.
        interpreters: change of interpreters, by crossing.
        lanes: change of lanes at the gate, by crossing.
    """

    until: datetime | None = None
    officers: Mapping[CrossingId, Change] = field(default_factory=dict)
    interpreters: Mapping[CrossingId, Change] = field(default_factory=dict)
    lanes: Mapping[CrossingId, Change] = field(default_factory=dict)

    type: ClassVar[str] = "staffing"
    clock: ClassVar[Once | Daily] = Once()

    def __post_init__(self) -> None:
        super().__post_init__()
        require_zone(self.until)
        if not (self.officers or self.interpreters or self.lanes):
            raise ValueError("staffing changes nothing: give officers, interpreters or lanes")
        latest = self.decided + timedelta(days=self.delay_max_d)
        if self.until is not None and self.until <= latest:
            raise ValueError(f"ends ({self.until}) before it may take effect ({latest})")

    def decide(self, observation: Observation) -> list[Order]:
        """A change for each crossing and kind."""
        numbers = {
            Action.ADD_OFFICERS: self.officers,
            Action.ADD_INTERPRETERS: self.interpreters,
            Action.ADD_LANES: self.lanes,
        }
        return self.changes(observation, numbers, hours_until(observation.clock, self.until))


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

    def __post_init__(self) -> None:
        require_zone(self.since)

    def decide(self, observation: Observation) -> list[Order]:
        """One meter for all of them."""
        meter = Terms(
            action=Action.METER,
            crossings=self.crossings,
            value=float(self.persons_per_d),
            warm_places=self.warm_places,
        )
        return [meter.dated(observation.clock, self.since)]
