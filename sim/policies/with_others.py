"""Policies that need others: neighbours (P13), carriers and the transit state (P14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Annotated, ClassVar

from annotated_types import Ge, Interval, MinLen

from sim.clock import require_span
from sim.policies.orders import Action, Daily, Observation, Once, Order, Queue, policy
from sim.units import Unit
from sim.world.network import CrossingId, NeighbourId, OriginId

_FORBID: dict[str, str] = {"extra": "forbid"}
Share = Annotated[float, Interval(ge=0.0, le=1.0)]


@policy
@dataclass(frozen=True, kw_only=True)
class NeighbourCoordinated:
    """Close own crossings, and have neighbours follow by their own rule (P13).

    A neighbour closes its ``lag_h`` after no crossing here takes claims any more, and reopens in
    the same way. Neighbours whose record says ``coordinates`` follow under every policy.

    Attributes:
        crossings: own crossings that close.
        at: when they close.
        until: when they open again, or None.
        neighbours: neighbours that follow under this policy, besides those that always do.
        announced_before_h: lead time of the announcement.
        queue: what happens to people in line.
    """

    crossings: Annotated[tuple[CrossingId, ...], MinLen(1)]
    at: datetime
    until: datetime | None = None
    neighbours: tuple[NeighbourId, ...] = ()
    announced_before_h: Annotated[float, Ge(0.0), Unit("h")] = 0.0
    queue: Queue = Queue.HOLD

    type: ClassVar[str] = "neighbour-coordinated"
    clock: ClassVar[Once | Daily] = Once()
    __pydantic_config__: ClassVar = _FORBID

    def __post_init__(self) -> None:
        require_span(self.at, self.until)

    def decide(self, observation: Observation) -> list[Order]:
        """The closure, and the word to the neighbours."""
        at_h = observation.clock.hours(self.at)
        announced_h = at_h - self.announced_before_h
        closure = Order(
            action=Action.CLOSE,
            crossings=self.crossings,
            announced_h=announced_h,
            effective_h=at_h,
            until_h=inf if self.until is None else observation.clock.hours(self.until),
            queue=self.queue,
        )
        if not self.neighbours:
            return [closure]
        word = Order(
            action=Action.COORDINATE,
            neighbours=self.neighbours,
            announced_h=announced_h,
            effective_h=at_h,
        )
        return [closure, word]


@policy
@dataclass(frozen=True, kw_only=True)
class CarrierMeasures:
    """Have carriers and states of origin keep people from setting out (P14).

    Attributes:
        origins: whose people; none means those of all origins.
        share_that_still_sets_out: share of candidates that sets out all the same.
        since: from when.
        until: until when, or None.
    """

    origins: tuple[OriginId, ...] = ()
    share_that_still_sets_out: Share
    since: datetime
    until: datetime | None = None

    type: ClassVar[str] = "carrier-measures"
    clock: ClassVar[Once | Daily] = Once()
    __pydantic_config__: ClassVar = _FORBID

    def __post_init__(self) -> None:
        require_span(self.since, self.until)

    def decide(self, observation: Observation) -> list[Order]:
        """One order for all of these origins."""
        since_h = observation.clock.hours(self.since)
        return [
            Order(
                action=Action.CARRIER_MEASURES,
                origins=self.origins,
                announced_h=since_h,
                effective_h=since_h,
                until_h=inf if self.until is None else observation.clock.hours(self.until),
                value=self.share_that_still_sets_out,
            )
        ]


@policy
@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Agree with the transit state that its posts check documents again (P14).

    Whether that succeeds is the luck of a state, the same under every policy that tries it.

    Attributes:
        crossings: where checks resume.
        since: from when.
        until: until when, or None.
        succeeds: chance that there is an agreement at all.
        gate: chance of being let out once checks have resumed; where it is lower already, nothing
            changes.
    """

    crossings: Annotated[tuple[CrossingId, ...], MinLen(1)]
    since: datetime
    until: datetime | None = None
    succeeds: Share
    gate: Share

    type: ClassVar[str] = "agreement"
    clock: ClassVar[Once | Daily] = Once()
    __pydantic_config__: ClassVar = _FORBID

    def __post_init__(self) -> None:
        require_span(self.since, self.until)

    def decide(self, observation: Observation) -> list[Order]:
        """Resumed checks, or nothing in states of the world where talks fail."""
        if observation.uniform("agreement succeeds") >= self.succeeds:
            return []
        since_h = observation.clock.hours(self.since)
        return [
            Order(
                action=Action.RESUME_CHECKS,
                crossings=self.crossings,
                announced_h=since_h,
                effective_h=since_h,
                until_h=inf if self.until is None else observation.clock.hours(self.until),
                value=self.gate,
            )
        ]
