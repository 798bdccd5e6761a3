"""Calendar time and simulated hours: the only place that turns one into the other.

Inside the model time is a float: hours elapsed since the start of the scenario, in real (UTC)
hours. Outside it is an aware ``datetime``. A local day is the time between two local midnights, so
the day on which summer time ends has 25 hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import ClassVar
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

ZONE_MISSING = "a time needs its zone, as in 2023-11-18T00:00+02:00"
YEARS = (1900, 2200)  # beyond them calendars and zones are guesses, or cannot be computed with
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
Interval = tuple[float, float]


def require_zone(moment: datetime | None, name: str = "") -> None:
    """Refuse a time without a zone, or outside of the years that can be computed with; None passes.

    Args:
        moment: what is checked.
        name: the key that it is under, if a reader would not know.

    Raises:
        ValueError: if it has no zone, or is in another century.
    """
    where = f"{name}: " if name else ""
    if moment is not None and moment.tzinfo is None:
        raise ValueError(f"{where}{ZONE_MISSING}")
    if moment is not None and not YEARS[0] <= moment.year < YEARS[1]:
        raise ValueError(f"{where}a time must be between {YEARS[0]} and {YEARS[1]}, got {moment}")


def require_span(begins: datetime, ends: datetime | None) -> None:
    """Refuse times without a zone, and an end that does not come after the beginning.

    Raises:
        ValueError: saying which.
    """
    require_zone(begins)
    require_zone(ends)
    if ends is not None and ends <= begins:
        raise ValueError(f"ends ({ends}) before it starts ({begins})")


@dataclass(frozen=True)
class Clock:
    """The span of a scenario and its local time zone.

    Attributes:
        start: first instant, aware.
        end: last instant, aware, after ``start``.
        zone: IANA name of the zone whose local days are counted.
    """

    start: datetime
    end: datetime
    zone: str = "Europe/Helsinki"

    def extended(self, days: int) -> Clock:
        """The same clock with a later end: what is beyond the scenario but may be known in it."""
        return replace(self, end=self.end + timedelta(days=days))

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def duration_h(self) -> float:
        """Length of the scenario in hours."""
        return self.hours(self.end)

    def hours(self, instant: datetime) -> float:
        """Hours from the start of the scenario to an aware instant (negative before it)."""
        elapsed = instant.astimezone(UTC) - self.start.astimezone(UTC)
        return elapsed.total_seconds() / 3600.0

    def instant(self, hours: float) -> datetime:
        """The local instant ``hours`` after the start."""
        moment = self.start.astimezone(UTC) + timedelta(hours=hours)
        return moment.astimezone(self._zone)

    def local(self, day: date, at: time = time(0)) -> datetime:
        """The aware instant of a wall-clock time on a local day."""
        return datetime.combine(day, at, tzinfo=self._zone)

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The local days that the scenario touches, in order."""
        first = self.start.astimezone(self._zone).date()
        last = (self.end.astimezone(self._zone) - timedelta(microseconds=1)).date()
        return tuple(first + timedelta(days=k) for k in range((last - first).days + 1))

    @cached_property
    def day_begins_h(self) -> NDArray[np.float64]:
        """Hour of the midnight at which each local day begins, shape (days,); at most 0 first."""
        return np.array([self.hours(self.local(day)) for day in self.days])

    @cached_property
    def day_ends_h(self) -> NDArray[np.float64]:
        """Hour at which each local day ends, shape (days,); the last is the scenario's end."""
        ends = [self.hours(self.local(day + timedelta(days=1))) for day in self.days]
        ends[-1] = self.duration_h
        return np.array(ends)

    def daily(self, at: time) -> tuple[float, ...]:
        """The hours at which a wall-clock time occurs within the scenario."""
        if at not in self._daily_h:
            hours = (self.hours(self.local(day, at)) for day in self.days)
            self._daily_h[at] = tuple(h for h in hours if 0.0 <= h < self.duration_h)
        return self._daily_h[at]

    @cached_property
    def _daily_h(self) -> dict[time, tuple[float, ...]]:
        """What :meth:`daily` found: every replication asks for the same times."""
        return {}


@dataclass(frozen=True)
class Opening:
    """A stretch of the year with the same opening hours.

    Attributes:
        hours: ``HH:MM-HH:MM`` of the local day, or ``24 h``.
        days: weekdays, as ``Mon-Fri`` or ``Sat,Sun``.
        since: first local day, or None for always.
        until: last local day, or None for always.
        source: where the hours come from.
    """

    hours: str
    days: str = "Mon-Sun"
    since: date | None = None
    until: date | None = None
    source: str = ""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    def __post_init__(self) -> None:
        parse_opening_hours(self.hours)
        parse_weekdays(self.days)
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"opening hours end ({self.until}) before they start ({self.since})")

    def covers(self, day: date) -> bool:
        """Whether these hours hold on a local day."""
        return (
            day.weekday() in parse_weekdays(self.days)
            and (self.since is None or day >= self.since)
            and (self.until is None or day <= self.until)
        )


def parse_opening_hours(text: str) -> tuple[time, time | None]:
    """Opening and closing time of ``HH:MM-HH:MM``; closing is None for midnight (``24:00``)."""
    if text.replace(" ", "") == "24h":
        return time(0), None
    found = re.fullmatch(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})", text)
    if not found:
        raise ValueError(f"opening hours must read 'HH:MM-HH:MM' or '24 h', got {text!r}")
    begin_h, begin_min, end_h, end_min = map(int, found.groups())
    begin = time(begin_h, begin_min)
    if (end_h, end_min) == (24, 0):
        return begin, None
    end = time(end_h, end_min)
    if end <= begin:
        raise ValueError(f"opening hours must end after they begin, got {text!r}")
    return begin, end


def parse_weekdays(text: str) -> frozenset[int]:
    """Weekday numbers (Monday 0) of ``Mon-Fri`` or ``Sat,Sun``."""
    numbers: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise ValueError(f"weekdays must read like 'Mon-Fri' or 'Sat,Sun', got {text!r}")
        begin = WEEKDAYS.index(first)
        end = WEEKDAYS.index(last) if last else begin
        numbers.update((begin + k) % 7 for k in range((end - begin) % 7 + 1))
    return frozenset(numbers)


def opening_intervals(openings: Sequence[Opening], clock: Clock) -> list[Interval]:
    """Open intervals in hours, merged, in order, within the scenario.

    Where several entries cover a day, the last one written holds.
    """
    spans = []
    for day in clock.days:
        for opening in reversed(openings):
            if opening.covers(day):
                spans.append(_span(opening, day, clock))
                break
    return merge_intervals(spans, until=clock.duration_h)


def _span(opening: Opening, day: date, clock: Clock) -> Interval:
    begin, end = parse_opening_hours(opening.hours)
    closes = clock.local(day, end) if end else clock.local(day + timedelta(days=1))
    return clock.hours(clock.local(day, begin)), clock.hours(closes)


def merge_intervals(spans: Iterable[Interval], *, until: float) -> list[Interval]:
    """Union of intervals, clipped to [0, until], in order; touching ones become one."""
    merged: list[Interval] = []
    for begin, end in sorted((max(b, 0.0), min(e, until)) for b, e in spans):
        if begin >= end:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
