"""Policies that change capacity: staff and where it works, or a daily cap with warm waiting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf
from typing import Annotated, ClassVar, TypeAlias

from annotated_types import Ge, Interval, MinLen

from sim.clock import require_zone
from sim.engine.codes import Action
from sim.policies.orders import Daily, Observation, Once, Order, Terms, hours_until, policy
from sim.policies.whom import Whom
from sim.units import Unit
from sim.world.fields import MOST, Count, CrossingId, OneOrMore, Record

Change = Annotated[int, Interval(ge=-MOST, le=MOST)]
Changes: TypeAlias = Mapping[Action, Mapping[str, int]]


@dataclass(frozen=True, kw_only=True)
class Delay(Record):
    """What changes of capacity have in common: they take effect some days after the decision.

    Officers are counted as desks are: those on duty at a time. One who works ``shift_h`` hours a
    day staffs a desk round the clock with 24 / shift_h - 1 others; hours on duty are paid.

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
        numbers: Changes,
        *,
        until_h: float = inf,
        announced: bool = True,
    ) -> list[Order]:
        """One order for each kind and crossing, after the delay drawn."""
        share = observation.uniform(f"{self.type} delay")
        delay_d = self.delay_min_d + (self.delay_max_d - self.delay_min_d) * share
        decided_h = observation.clock.hours(self.decided)
        effective_h = decided_h + 24.0 * delay_d
        return [
            Order(
                action=action,
                crossings=(crossing,),
                announced_h=decided_h if announced else effective_h,
                effective_h=effective_h,
                until_h=until_h,
                value=float(number),
            )
            for action, by_crossing in numbers.items()
            for crossing, number in by_crossing.items()
        ]


def _officers(at_all_hours: Mapping[str, int], after_hours: Mapping[str, int]) -> Changes:
    """Changes of officers on duty; outside opening hours as in them where nothing else is said."""
    beyond = {name: number - at_all_hours.get(name, 0) for name, number in after_hours.items()}
    # As many as in them is what comes anyway; no officers at all is an order that says nothing.
    other = {name: more for name, more in beyond.items() if more or name not in at_all_hours}
    return {Action.ADD_OFFICERS: at_all_hours, Action.ADD_OFFICERS_AFTER_HOURS: other}


@policy
@dataclass(frozen=True, kw_only=True)
class Surge(Delay):
    """Keep crossings open and bring more officers, who come some days after the decision.

    Attributes:
        officers: how many more officers are on duty at a time at each crossing, by id.
        officers_after_hours: the same outside opening hours; as many as in them unless given.
        interpreters: how many more interpreters each crossing gets, by id.
    """

    officers: Annotated[Mapping[CrossingId, OneOrMore], MinLen(1)]
    officers_after_hours: Mapping[CrossingId, Count] = field(default_factory=dict)
    interpreters: Mapping[CrossingId, OneOrMore] = field(default_factory=dict)
    delay_min_d: Annotated[float, Ge(0.0), Unit("d")] = 3.0
    delay_max_d: Annotated[float, Ge(0.0), Unit("d")] = 5.0

    type: ClassVar[str] = "surge"
    clock: ClassVar[Once | Daily] = Once()

    def decide(self, observation: Observation) -> list[Order]:
        """Officers and interpreters for each crossing."""
        numbers = {
            **_officers(self.officers, self.officers_after_hours),
            Action.ADD_INTERPRETERS: self.interpreters,
        }
        return self.changes(observation, numbers)


@dataclass(frozen=True, kw_only=True)
class TemporaryDelay(Delay):
    """A change of capacity that may have an end.

    Attributes:
        until: when things are as before again, or None.
    """

    until: datetime | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        require_zone(self.until)
        latest = self.decided + timedelta(days=self.delay_max_d)
        if self.until is not None and self.until <= latest:
            raise ValueError(f"ends ({self.until}) before it may take effect ({latest})")


@policy
@dataclass(frozen=True, kw_only=True)
class Staffing(TemporaryDelay):
    """Change officers, interpreters and lanes by crossing; below 0 takes them away.

    Attributes:
        officers: change of officers on duty at a time, by crossing.
        officers_after_hours: the same outside opening hours; as in them unless given.
        interpreters: change of interpreters, by crossing.
        lanes: change of lanes at the gate, by crossing.
    """

    officers: Mapping[CrossingId, Change] = field(default_factory=dict)
    officers_after_hours: Mapping[CrossingId, Change] = field(default_factory=dict)
    interpreters: Mapping[CrossingId, Change] = field(default_factory=dict)
    lanes: Mapping[CrossingId, Change] = field(default_factory=dict)

    type: ClassVar[str] = "staffing"
    clock: ClassVar[Once | Daily] = Once()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.officers or self.officers_after_hours or self.interpreters or self.lanes):
            raise ValueError("staffing changes nothing: give officers, interpreters or lanes")

    def decide(self, observation: Observation) -> list[Order]:
        """A change for each crossing and kind."""
        numbers = {
            **_officers(self.officers, self.officers_after_hours),
            Action.ADD_INTERPRETERS: self.interpreters,
            Action.ADD_LANES: self.lanes,
        }
        until_h = hours_until(observation.clock, self.until)
        return self.changes(observation, numbers, until_h=until_h)


@policy
@dataclass(frozen=True, kw_only=True)
class Reassign(TemporaryDelay):
    """Move officers and interpreters from some crossings, closed ones say, to another.

    Once the delay is over they are on duty where they go and not where they were. Where the opening
    hours of the two differ, so do the hours that are worked and paid.

    Attributes:
        to: where they go. Example: ``far``.
        officers: how many leave each crossing, by id: officers on duty at a time.
        officers_after_hours: the same outside opening hours; as many as in them unless given.
            Example: ``{near: 0}``.
        interpreters: how many interpreters leave each crossing, by id.
        announced: whether it is made public when it is decided, or as it takes effect.
    """

    to: CrossingId
    officers: Annotated[Mapping[CrossingId, OneOrMore], MinLen(1)]
    officers_after_hours: Mapping[CrossingId, Count] = field(default_factory=dict)
    interpreters: Mapping[CrossingId, OneOrMore] = field(default_factory=dict)
    announced: bool = True

    type: ClassVar[str] = "reassign"
    clock: ClassVar[Once | Daily] = Once()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.to in {*self.officers, *self.officers_after_hours, *self.interpreters}:
            raise ValueError(f"moves people from {self.to!r} to where they are already")
        if stray := set(self.officers_after_hours) - set(self.officers):
            raise ValueError(f"officers_after_hours without officers: {', '.join(sorted(stray))}")

    def decide(self, observation: Observation) -> list[Order]:
        """As many fewer where they were as there are more where they go."""
        numbers = {
            **_officers(self.officers, self.officers_after_hours),
            Action.ADD_INTERPRETERS: self.interpreters,
        }
        moves = {kind: self._moved(leaving) for kind, leaving in numbers.items()}
        until_h = hours_until(observation.clock, self.until)
        return self.changes(observation, moves, until_h=until_h, announced=self.announced)

    def _moved(self, leaving: Mapping[str, int]) -> Mapping[str, int]:
        """Changes by crossing, where so many leave each."""
        if not leaving:
            return {}
        return {**{name: -many for name, many in leaving.items()}, self.to: sum(leaving.values())}


@policy
@dataclass(frozen=True, kw_only=True)
class CapWithWarmWaiting(Whom):
    """Admit at most so many people a day, and keep those who wait in the warm.

    Attributes:
        crossings: where.
        since: from when.
        persons_per_d: cap of each crossing, or of all together, a whole number a day: ``140/week``
            is 20.
        warm_places: heated places that each crossing gets.
        joint: whether it is one cap for all these crossings together, shared in order of time.
    """

    crossings: Annotated[tuple[CrossingId, ...], MinLen(1)]
    since: datetime
    persons_per_d: Annotated[OneOrMore, Unit("persons/d")]
    warm_places: Count
    joint: bool = False

    type: ClassVar[str] = "cap-with-warm-waiting"
    clock: ClassVar[Once | Daily] = Once()

    def __post_init__(self) -> None:
        require_zone(self.since)
        self.check_whom()

    def decide(self, observation: Observation) -> list[Order]:
        """One meter for all of them, or one that they share."""
        meter = Terms(
            action=Action.METER,
            crossings=self.crossings,
            value=float(self.persons_per_d),
            warm_places=self.warm_places,
            joint=self.joint,
            **self.whom(),
        )
        return [meter.dated(observation.clock, self.since)]
