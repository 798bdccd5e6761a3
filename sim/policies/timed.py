"""Policies that follow a calendar: nothing at all, a list of steps, staged closure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Interval, Len, MinLen

from sim.clock import Clock, require_span, require_zone
from sim.engine.codes import Action, Mode, QueueRule
from sim.policies.orders import (
    Daily,
    Observation,
    Once,
    Order,
    Terms,
    hours_until,
    policy,
    require_effect,
)
from sim.policies.whom import Whom
from sim.units import Unit
from sim.world.network import CrossingId, Record

Crossings = Annotated[tuple[CrossingId, ...], MinLen(1)]
Source = Annotated[str, MinLen(1)]
LeadTime = Annotated[float, Ge(0.0), Unit("h")]


@policy
@dataclass(frozen=True, kw_only=True)
class Open:
    """Every crossing stays open as in the base world."""

    type: ClassVar[str] = "open"
    clock: ClassVar[Once | Daily] = Once()

    def decide(self, observation: Observation) -> list[Order]:
        """No orders."""
        return []


@dataclass(frozen=True, kw_only=True)
class Step(Terms):
    """One dated decision of a schedule.

    Attributes:
        announced: when it was made public.
        effective: when it takes effect.
        until: the end that was stated, or None for none.
        source: where the step is documented.
    """

    announced: datetime
    effective: datetime
    until: datetime | None = None
    source: Source

    def __post_init__(self) -> None:
        for name in ("announced", "effective", "until"):
            require_zone(getattr(self, name), name)
        if self.effective < self.announced and self.action is not Action.BAN_MODE:
            raise ValueError(f"takes effect ({self.effective}) before it is announced")
        if self.until is not None and self.until <= self.effective:
            raise ValueError(f"ends ({self.until}) before it starts ({self.effective})")
        self.check()
        for term in (*fields(Terms), *(each for each in fields(Step) if each.name == "until")):
            given = getattr(self, term.name)
            if term.name != "action" and given != term.default:
                require_effect(self.action, term.name)

    def order(self, clock: Clock) -> Order:
        """This step as an order in hours."""
        return Order(
            **self.terms(),
            announced_h=clock.hours(self.announced),
            effective_h=clock.hours(self.effective),
            until_h=hours_until(clock, self.until),
        )


@policy
@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A list of dated steps, each with its source.

    Attributes:
        steps: the decisions, each with its dates.
    """

    steps: Annotated[tuple[Step, ...], Len(1, 1000)]

    type: ClassVar[str] = "schedule"
    clock: ClassVar[Once | Daily] = Once()

    def decide(self, observation: Observation) -> list[Order]:
        """Every step, at the start."""
        return [step.order(observation.clock) for step in self.steps]


@dataclass(frozen=True, kw_only=True)
class DatedClosure(Record):
    """What policies have in common that close some crossings at one time.

    Attributes:
        crossings: what closes.
        at: when it closes.
        until: when it opens again, or None.
        announced_before_h: lead time of the announcement.
        queue: what happens to people in the queues.
    """

    crossings: Crossings
    at: datetime
    until: datetime | None = None
    announced_before_h: LeadTime = 0.0
    queue: QueueRule = QueueRule.HOLD

    def __post_init__(self) -> None:
        require_span(self.at, self.until)

    def closure(self, clock: Clock, whom: Mapping[str, Any] | None = None) -> Order:
        """The order that closes them, to everybody or to some people."""
        terms = Terms(
            action=Action.CLOSE, crossings=self.crossings, queue=self.queue, **(whom or {})
        )
        return terms.dated(clock, self.at, self.until, announced_before_h=self.announced_before_h)


@policy
@dataclass(frozen=True, kw_only=True)
class Closure(DatedClosure, Whom):
    """Close some crossings at one time; to some people alone, or with asylum kept elsewhere.

    Attributes:
        asylum_at: crossings that are announced as taking claims.
    """

    asylum_at: tuple[CrossingId, ...] = ()

    type: ClassVar[str] = "closure"
    clock: ClassVar[Once | Daily] = Once()

    def __post_init__(self) -> None:
        super().__post_init__()
        if twice := set(self.crossings) & set(self.asylum_at):
            raise ValueError(f"closes and takes claims at the same crossing: {sorted(twice)}")
        self.check_whom()

    def decide(self, observation: Observation) -> list[Order]:
        """The closure, and the word that claims are taken elsewhere."""
        closure = self.closure(observation.clock, self.whom())
        if not self.asylum_at:
            return [closure]
        elsewhere = replace(closure, action=Action.ACCEPT_ASYLUM, crossings=self.asylum_at)
        return [closure, elsewhere]


@policy
@dataclass(frozen=True, kw_only=True)
class Staged:
    """Close group after group of crossings, each with the same lead time.

    Attributes:
        stages: groups of crossings, in the order in which they close.
        first: when the first group closes.
        every_h: time from one stage to the next.
        announced_before_h: lead time of each announcement; 0 is a surprise.
        queue: what happens to people in the queues.
    """

    stages: Annotated[tuple[Crossings, ...], Len(1, 1000)]
    first: datetime
    every_h: Annotated[float, Ge(0.0), Unit("h")]
    announced_before_h: LeadTime = 0.0
    queue: QueueRule = QueueRule.HOLD

    type: ClassVar[str] = "staged"
    clock: ClassVar[Once | Daily] = Once()

    def __post_init__(self) -> None:
        require_zone(self.first)

    def decide(self, observation: Observation) -> list[Order]:
        """One closure a stage."""
        start_h = observation.clock.hours(self.first)
        times = [start_h + k * self.every_h for k in range(len(self.stages))]
        return [
            Order(
                action=Action.CLOSE,
                crossings=crossings,
                announced_h=at_h - self.announced_before_h,
                effective_h=at_h,
                queue=self.queue,
            )
            for crossings, at_h in zip(self.stages, times, strict=True)
        ]


@policy
@dataclass(frozen=True, kw_only=True)
class ModeBan:
    """Forbid a way of crossing, bicycles say.

    Attributes:
        crossings: where.
        mode: what is forbidden.
        since: from when.
        strictness: share of those who come all the same that are turned back.
        announced_before_h: lead time of the announcement.
    """

    crossings: Crossings
    mode: Mode = Mode.BICYCLE
    since: datetime
    strictness: Annotated[float, Interval(ge=0.0, le=1.0)] = 1.0
    announced_before_h: LeadTime = 0.0

    type: ClassVar[str] = "mode-ban"
    clock: ClassVar[Once | Daily] = Once()

    def __post_init__(self) -> None:
        require_zone(self.since)

    def decide(self, observation: Observation) -> list[Order]:
        """One ban."""
        ban = Terms(
            action=Action.BAN_MODE,
            crossings=self.crossings,
            mode=self.mode,
            value=self.strictness,
        )
        lead_h = self.announced_before_h
        return [ban.dated(observation.clock, self.since, announced_before_h=lead_h)]
