"""Policies that need others: neighbours (P13), carriers and the transit state (P14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from annotated_types import MinLen

from sim.clock import require_span
from sim.engine.codes import Action
from sim.policies.orders import Daily, Observation, Once, Order, Terms, policy
from sim.policies.timed import DatedClosure
from sim.world.fields import CrossingId, NeighbourId, OriginId, Record, Share


@policy
@dataclass(frozen=True, kw_only=True)
class NeighbourCoordinated(DatedClosure):
    """Close own crossings, and have neighbours follow by their own rule (P13).

    A neighbour closes its ``lag_h`` after no crossing here takes claims any more, and reopens in
    the same way. Neighbours whose record says ``coordinates`` follow under every policy.

    Attributes:
        neighbours: neighbours that follow under this policy, besides those that always do.
    """

    neighbours: tuple[NeighbourId, ...] = ()

    type: ClassVar[str] = "neighbour-coordinated"
    clock: ClassVar[Once | Daily] = Once()

    def decide(self, observation: Observation) -> list[Order]:
        """The closure, and the word to the neighbours."""
        closure = self.closure(observation.clock)
        if not self.neighbours:
            return [closure]
        word = Terms(action=Action.COORDINATE, neighbours=self.neighbours)
        lead_h = self.announced_before_h
        return [closure, word.dated(observation.clock, self.at, announced_before_h=lead_h)]


@dataclass(frozen=True, kw_only=True)
class Span(Record):
    """What measures have in common that hold from one time to another.

    Attributes:
        since: from when.
        until: until when, or None.
    """

    since: datetime
    until: datetime | None = None

    def __post_init__(self) -> None:
        require_span(self.since, self.until)


@policy
@dataclass(frozen=True, kw_only=True)
class CarrierMeasures(Span):
    """Have carriers and states of origin keep people from setting out (P14).

    Attributes:
        origins: whose people; none means those of all origins.
        share_that_still_sets_out: share of candidates that sets out all the same.
    """

    origins: tuple[OriginId, ...] = ()
    share_that_still_sets_out: Share

    type: ClassVar[str] = "carrier-measures"
    clock: ClassVar[Once | Daily] = Once()

    def decide(self, observation: Observation) -> list[Order]:
        """One order for all of these origins."""
        measures = Terms(
            action=Action.CARRIER_MEASURES,
            origins=self.origins,
            value=self.share_that_still_sets_out,
        )
        return [measures.dated(observation.clock, self.since, self.until)]


@policy
@dataclass(frozen=True, kw_only=True)
class Agreement(Span):
    """Agree with the transit state that its posts check documents again (P14).

    Whether that succeeds is drawn once for a state of the world, the same under every policy that
    tries it.

    Attributes:
        crossings: where checks resume.
        succeeds: chance that there is an agreement at all.
        gate: chance of being let out once checks have resumed; where it is lower already, nothing
            changes.
    """

    crossings: Annotated[tuple[CrossingId, ...], MinLen(1)]
    succeeds: Share
    gate: Share

    type: ClassVar[str] = "agreement"
    clock: ClassVar[Once | Daily] = Once()

    def decide(self, observation: Observation) -> list[Order]:
        """Resumed checks, or nothing where talks fail."""
        if observation.uniform("agreement succeeds") >= self.succeeds:
            return []
        checks = Terms(action=Action.RESUME_CHECKS, crossings=self.crossings, value=self.gate)
        return [checks.dated(observation.clock, self.since, self.until)]
