"""Policies about the border itself: its opening hours, and fences (P12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from annotated_types import Ge, Len, MinLen

from sim.clock import require_hours, require_span, require_zone
from sim.engine.codes import Action
from sim.policies.orders import Daily, Observation, Once, Order, Terms, policy
from sim.units import Unit
from sim.world.fields import CrossingId, Kilometres, Record, SegmentId


@policy
@dataclass(frozen=True, kw_only=True)
class OpeningHours:
    """Open some crossings at other hours, longer or shorter.

    Attributes:
        crossings: where.
        hours: hours of every local day, as ``08:00-20:00``, ``08:00-12:00, 13:00-17:00`` or
            ``24 h``.
        since: from when.
        until: when the old hours hold again, or None.
        announced_before_h: lead time of the announcement; the new hours are known from then on.
    """

    crossings: Annotated[tuple[CrossingId, ...], MinLen(1)]
    hours: str
    since: datetime
    until: datetime | None = None
    announced_before_h: Annotated[float, Ge(0.0), Unit("h")] = 0.0

    type: ClassVar[str] = "opening-hours"
    clock: ClassVar[Once | Daily] = Once()

    def __post_init__(self) -> None:
        require_span(self.since, self.until)
        require_hours(self.hours)

    def decide(self, observation: Observation) -> list[Order]:
        """One order for all of them."""
        terms = Terms(action=Action.SET_HOURS, crossings=self.crossings, hours=self.hours)
        lead_h = self.announced_before_h
        return [terms.dated(observation.clock, self.since, self.until, announced_before_h=lead_h)]


@dataclass(frozen=True, kw_only=True)
class FencePart(Record):
    """A stretch of fence.

    Attributes:
        segment: where.
        km: length of the fence on this segment from then on, km.
        ready: when it is finished.
    """

    segment: SegmentId
    km: Kilometres
    ready: datetime

    def __post_init__(self) -> None:
        require_zone(self.ready)


@policy
@dataclass(frozen=True, kw_only=True)
class Fence:
    """Build a fence, segment by segment; who crosses the terrain border there is found more often.

    Attributes:
        parts: the stretches, each with the day when it is ready.
    """

    parts: Annotated[tuple[FencePart, ...], Len(1, 1000)]

    type: ClassVar[str] = "fence"
    clock: ClassVar[Once | Daily] = Once()

    def decide(self, observation: Observation) -> list[Order]:
        """One order a stretch; people learn of a fence at the fence."""
        return [
            Terms(action=Action.BUILD_FENCE, segments=(part.segment,), value=part.km).dated(
                observation.clock, part.ready
            )
            for part in self.parts
        ]
