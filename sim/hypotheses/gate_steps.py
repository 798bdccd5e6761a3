"""S10: dated steps of what the transit side does at its own gates, as a hypothesis says.

A step opens a gate or closes it again (people are let out with some chance, or documents are
checked), or says how fast people in the queue before it go on: not at all (``hold``), so many a day
or so many at a time (``meter``), or freely again (``resume``). Each has its source; they describe
what was reported, and are never searched or optimised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from math import ceil, inf
from typing import Annotated, Final

from annotated_types import Ge, Gt, Interval, MinLen

from sim import clock as calendar
from sim.clock import Clock, parse_opening_hours, require_years
from sim.engine.codes import Code
from sim.units import Unit
from sim.world.fields import CrossingId, Hours, OriginId, Record, Share

Source = Annotated[str, MinLen(1)]
SHORTEST_H: Final = 1.0 / 60.0  # between two releases: a minute is as exact as anybody reports


class GateAction(Code):
    """What a step of the transit side does."""

    OPEN = 0, "open"
    CLOSE = 1, "close"
    HOLD = 2, "hold"
    METER = 3, "meter"
    RESUME = 4, "resume"


# The keys that each action uses, besides when, where and its source.
USES: Final[Mapping[GateAction, frozenset[str]]] = {
    GateAction.OPEN: frozenset({"chance"}),
    GateAction.CLOSE: frozenset(),
    GateAction.HOLD: frozenset({"origins"}),
    GateAction.METER: frozenset({"origins", "persons_per_d", "every_h", "batch", "hours"}),
    GateAction.RESUME: frozenset({"origins"}),
}
OPTIONAL: Final = frozenset().union(*USES.values())
OF_PACE: Final = OPTIONAL - {"origins"}


@dataclass(frozen=True)
class Pace:
    """How people are let go on: so many at a time, at these moments.

    Attributes:
        batch: people who are let go on at a time.
        persons_per_d: people on each of the transit side's local days, spread evenly over its
            hours; None where ``every_h`` says when.
        every_h: hours between two releases; infinite for none at all.
        days: the hours of each local day in which people are let go on, h.
    """

    batch: int = 1
    persons_per_d: float | None = None
    every_h: float = inf
    days: tuple[tuple[calendar.Interval, ...], ...] = ()

    @property
    def person_h(self) -> float:
        """Mean time for one person, h; infinite where nobody is let go on."""
        if self.persons_per_d is not None:
            return 24.0 / self.persons_per_d
        hours = sum(end - begin for day in self.days for begin, end in day)
        share = hours / (24.0 * len(self.days)) if self.days else 0.0
        return self.every_h / self.batch / share if share > 0.0 else inf

    def releases_h(self, begins_h: float, ends_h: float) -> Iterator[float]:
        """The moments in a stretch of time, the first as it begins, within the hours."""
        if self.persons_per_d is not None:
            yield from self._spread_over_days(begins_h, ends_h)
        elif self.every_h < inf:
            yield from self._every(begins_h, ends_h)

    def _every(self, begins_h: float, ends_h: float) -> Iterator[float]:
        for begin, end in self._spans(begins_h, ends_h):
            first = max(0, ceil((begin - begins_h) / self.every_h - 1e-9))
            for k in range(first, ceil((end - begins_h) / self.every_h - 1e-9)):
                yield begins_h + k * self.every_h

    def _spans(self, begins_h: float, ends_h: float) -> Iterator[calendar.Interval]:
        spans = [span for day in self.days for span in day]
        yield from (
            (max(a, begins_h), min(b, ends_h))
            for a, b in calendar.merge_intervals(spans, until=ends_h)
            if b > begins_h
        )

    def _spread_over_days(self, begins_h: float, ends_h: float) -> Iterator[float]:
        """Whenever one more batch of the people of the days so far is full, from nobody on."""
        passed, released = 0.0, 0
        for day in self.days:
            per_h = (self.persons_per_d or 0.0) / (sum(b - a for a, b in day) or inf)
            for a, b in day:
                begin, end = max(a, begins_h), min(b, ends_h)
                while begin < end and per_h > 0.0:
                    at_h = begin + max(0.0, self.batch * released - passed) / per_h
                    if at_h >= end - 1e-9:
                        break
                    yield at_h
                    released += 1
                passed += max(0.0, end - begin) * per_h


@dataclass(frozen=True)
class GateLimit:
    """From ``since_h`` on, people go on at this pace, until the next limit for the same people.

    Attributes:
        crossings: ids; none for all crossings.
        origins: ids; none for everybody whom no other limit names.
        since_h: from when, h.
        pace: how fast; None for freely.
    """

    crossings: tuple[str, ...]
    origins: frozenset[str]
    since_h: float
    pace: Pace | None


@dataclass(frozen=True, kw_only=True)
class GateStep(Record):
    """What the transit side does at its gates from a time on, until another step there.

    Attributes:
        action: ``open`` (people are let out), ``close`` (documents are checked again), ``hold``
            (nobody in the queue goes on), ``meter`` (so many go on), ``resume`` (freely again).
        since: from when; without an offset, by the transit side's clock (``transit_timezone``).
        delay_h: how long after that it is taken, where only the earliest time is known.
        crossings: where; none for all crossings.
        origins: whom ``hold``, ``meter`` and ``resume`` are about; none for everybody whom no step
            in force names, so that a ``resume`` for people who were held by name names them too.
        chance: chance of being let out with valid papers, under ``open``.
        persons_per_d: people that go on in a local day of the transit side, under ``meter``, spread
            evenly over ``hours``; or give ``every_h``.
        every_h: hours between two releases, from ``since`` on, those outside ``hours`` left out.
        batch: people who go on at a time, under ``meter``; a group goes whole, and the people by
            which it exceeds the batch are taken off the next ones.
        hours: hours of the transit side's local day in which people go on, as ``08:00-20:00``.
        source: where the step is documented.
    """

    action: GateAction
    since: datetime
    delay_h: Hours = 0.0
    crossings: tuple[CrossingId, ...] = ()
    origins: tuple[OriginId, ...] = ()
    chance: Share = 1.0
    persons_per_d: Annotated[float, Ge(0.0), Unit("persons/d")] | None = None
    every_h: Annotated[float, Gt(0.0), Unit("h")] | None = None
    batch: Annotated[int, Interval(ge=1, le=10_000)] = 1
    hours: str = "24 h"
    source: Source

    def __post_init__(self) -> None:
        require_years(self.since, "since")
        for each in fields(self):
            given = getattr(self, each.name) != each.default
            if each.name in OPTIONAL - USES[self.action] and given:
                raise ValueError(f"{each.name!r} has no effect on {str(self.action)!r}")
        if not parse_opening_hours(self.hours):
            raise ValueError("hours of 'closed' are the action 'hold'")
        if self.action is GateAction.METER:
            self._check_pace()

    def _check_pace(self) -> None:
        if (self.persons_per_d is None) == (self.every_h is None):
            raise ValueError("'meter' needs either 'persons_per_d' or 'every_h'")
        every_h = self.every_h
        if every_h is None:
            hours = self._hours_a_day
            every_h = hours * self.batch / self.persons_per_d if self.persons_per_d else inf
        if every_h < SHORTEST_H:
            raise ValueError("that is more than one release a minute: give a larger 'batch'")

    @property
    def _hours_a_day(self) -> float:
        spans = parse_opening_hours(self.hours)
        minutes = [
            (60 * end.hour + end.minute if end else calendar.MIDNIGHT_MIN)
            - (60 * begin.hour + begin.minute)
            for begin, end in spans
        ]
        return sum(minutes) / 60.0

    def limit(self, clock: Clock) -> GateLimit | None:
        """The limit from this step on; None where it is about being let out at all."""
        if self.action in (GateAction.OPEN, GateAction.CLOSE):
            return None
        pace = self._pace(clock)
        return GateLimit(self.crossings, frozenset(self.origins), self.since_h(clock), pace)

    def since_h(self, clock: Clock) -> float:
        """When it is taken, h."""
        return max(0.0, clock.transit_hours(self.since) + self.delay_h)

    def _pace(self, clock: Clock) -> Pace | None:
        if self.action is GateAction.RESUME:
            return None
        if self.action is GateAction.HOLD or self.persons_per_d == 0.0:
            return Pace()
        days = calendar.hours_of_days(self.hours, clock.transit)
        return Pace(self.batch, self.persons_per_d, self.every_h or inf, days)
