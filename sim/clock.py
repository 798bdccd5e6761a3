"""Calendar time and simulated hours: the only place that turns one into the other.

Inside the model time is a float: hours elapsed since the start of the scenario, in real (UTC)
hours. Outside it is an aware ``datetime``. A local day is the time between two local midnights, so
the day on which summer time ends has 25 hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

ZONE_MISSING = "a time needs its zone, as in 2023-11-18T00:00+02:00"
YEARS = (1900, 2200)  # beyond them calendars and zones are guesses, or cannot be computed with
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MIDNIGHT_MIN = 24 * 60  # minute of the day at which it ends
SECONDS_PER_H, SECONDS_PER_D = 3600.0, 86400.0
Interval = tuple[float, float]
WallSpan = tuple[time, time | None]  # of a local day; None for midnight at its end


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


def require_years(moment: datetime | None, name: str = "") -> None:
    """Refuse a time outside of the years that can be computed with; one without a zone passes.

    Raises:
        ValueError: if it is in another century.
    """
    if moment is not None:
        require_zone(moment.replace(tzinfo=moment.tzinfo or UTC), name)


def require_span(begins: datetime, ends: datetime | None) -> None:
    """Refuse times without a zone, and an end that does not come after the beginning.

    Raises:
        ValueError: saying which.
    """
    require_zone(begins)
    require_zone(ends)
    if ends is not None and ends <= begins:
        raise ValueError(f"ends ({ends}) before it starts ({begins})")


def require_time_zone(name: str) -> None:
    """Refuse a name that is no time zone.

    Raises:
        ValueError: if it is none.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}") from None


@dataclass(frozen=True)
class Clock:
    """The span of a scenario and its local time zone.

    Attributes:
        start: first instant, aware.
        end: last instant, aware, after ``start``.
        zone: IANA name of the zone whose local days are counted.
        transit_zone: IANA name of the zone by whose clock the transit side goes; None where nothing
            is said of it, so that it goes by ``zone``.
    """

    start: datetime
    end: datetime
    zone: str = "Europe/Helsinki"
    transit_zone: str | None = None

    def extended(self, days: int) -> Clock:
        """The same clock with a later end: what is beyond the scenario but may be known in it."""
        return replace(self, end=self.end + timedelta(days=days))

    @cached_property
    def transit(self) -> Clock:
        """The same span by the transit side's clock."""
        return self if self.transit_zone is None else replace(self, zone=self.transit_zone)

    def transit_hours(self, moment: datetime) -> float:
        """Hours to a time that the transit side's conduct names; without an offset, by its clock.

        Raises:
            ValueError: if it has no offset and nothing is said of the transit side's zone.
        """
        if moment.tzinfo is not None:
            return self.hours(moment)
        if self.transit_zone is None:
            raise ValueError(f"{ZONE_MISSING}, or give the scenario a 'transit_timezone'")
        return self.hours(moment.replace(tzinfo=self.transit._zone))

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
        return elapsed.total_seconds() / SECONDS_PER_H

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
        return self._midnights_s[:-1] / SECONDS_PER_H

    @cached_property
    def day_ends_h(self) -> NDArray[np.float64]:
        """Hour at which each local day ends, shape (days,); the last is the scenario's end."""
        ends = self._midnights_s[1:] / SECONDS_PER_H
        ends[-1] = self.duration_h
        return ends

    def daily(self, at: time) -> tuple[float, ...]:
        """The hours at which a wall-clock time occurs within the scenario."""
        return tuple(h for h in self.wall_hours(at) if 0.0 <= h < self.duration_h)

    def wall_hours(self, at: time | None) -> list[float]:
        """The hour of a wall-clock time on each local day; None for the midnight at its end."""
        if at not in self._wall_h:
            self._wall_h[at] = self._hours_of(at)
        return self._wall_h[at]

    def _hours_of(self, at: time | None) -> list[float]:
        if at is None:
            return list(map(float, self._midnights_s[1:] / SECONDS_PER_H))
        passed = timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
        found = (self._midnights_s[:-1] + passed.total_seconds()) / SECONDS_PER_H
        for k in np.flatnonzero(np.diff(self._midnights_s) != SECONDS_PER_D):  # clocks change
            found[k] = self.hours(self.local(self.days[k], at))
        return list(map(float, found))

    @cached_property
    def _wall_h(self) -> dict[time | None, list[float]]:
        """What :meth:`wall_hours` found: crossings and replications ask for the same times."""
        return {}

    @cached_property
    def _midnights_s(self) -> NDArray[np.float64]:
        """Seconds from the start to the midnights around each local day, shape (days + 1,)."""
        midnights = [self.local(day) for day in self.days]
        midnights.append(self.local(self.days[-1] + timedelta(days=1)))
        start = self.start.astimezone(UTC)
        return np.array([(each.astimezone(UTC) - start).total_seconds() for each in midnights])


@dataclass(frozen=True)
class Opening:
    """A stretch of the year with the same opening hours.

    Attributes:
        hours: ``HH:MM-HH:MM`` of the local day; several with commas between, as around a lunch
            break; ``24 h``; or ``closed``, for a holiday say. Example: ``08:00-20:00``.
        days: weekdays, as ``Mon-Fri`` or ``Sat,Sun``. Example: ``Mon-Fri``.
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

    @property
    def stretch(self) -> tuple[date | None, date | None]:
        """First and last day; entries with the same are openings of the same days."""
        return self.since, self.until

    def covers(self, day: date) -> bool:
        """Whether these hours hold on a local day."""
        return (
            day.weekday() in parse_weekdays(self.days)
            and (self.since is None or day >= self.since)
            and (self.until is None or day <= self.until)
        )


@lru_cache(maxsize=1024)
def parse_opening_hours(text: str) -> tuple[WallSpan, ...]:
    """Opening and closing times of ``08:00-12:00, 13:00-17:00``, in order; none for ``closed``.

    Raises:
        ValueError: saying what is wrong, and how to write what was probably meant.
    """
    if text.strip() == "closed":
        return ()
    if text.replace(" ", "") == "24h":
        return ((time(0), None),)
    spans = sorted(map(_wall_span, text.split(",")), key=_begin)
    for (begin, end), (following, _) in pairwise(spans):
        if end is None or following < end:
            raise ValueError(f"opening hours {text!r} overlap: {begin:%H:%M} and {following:%H:%M}")
    return tuple(spans)


def require_hours(text: str) -> None:
    """Refuse hours of a decision that are none: a decision to close is another one.

    Raises:
        ValueError: saying what to write.
    """
    if not parse_opening_hours(text):
        raise ValueError("a crossing is closed by a closure, not by hours of 'closed'")


def _wall_span(text: str) -> WallSpan:
    found = re.fullmatch(r"\s*(\d{2}):(\d{2})\s*[-–]\s*(\d{2}):(\d{2})\s*", text)
    if not found:
        raise ValueError(
            "opening hours must read 'HH:MM-HH:MM', several with commas between, '24 h' or "
            f"'closed', got {text!r}"
        )
    begin_h, begin_min, end_h, end_min = map(int, found.groups())
    if max(begin_min, end_min) > 59 or begin_h > 23:
        raise ValueError(f"opening hours must be times of a day, from 00:00 to 24:00, got {text!r}")
    begin, end_min_of_day = time(begin_h, begin_min), 60 * end_h + end_min
    if end_min_of_day == MIDNIGHT_MIN:
        return begin, None
    if end_min_of_day > MIDNIGHT_MIN or end_min_of_day <= 60 * begin_h + begin_min:
        raise ValueError(_past_midnight(text, begin, end_min_of_day))
    return begin, time(end_h, end_min)


def _past_midnight(text: str, begin: time, end_min: int) -> str:
    """Why hours that end on the next day are refused, and how to write them."""
    clipped = end_min % MIDNIGHT_MIN
    after = f"00:00-{clipped // 60:02d}:{clipped % 60:02d}"
    advice = f"hours past midnight are two openings, '{after}, {begin:%H:%M}-24:00'"
    if end_min > MIDNIGHT_MIN + 60 * begin.hour + begin.minute or after.endswith("00:00"):
        advice = "a day has at most 24:00, and '24 h' is all of it"
    return f"opening hours must end after they begin, on the same day, got {text!r}; {advice}"


def _begin(span: WallSpan) -> time:
    return span[0]


@lru_cache(maxsize=1024)
def parse_weekdays(text: str) -> frozenset[int]:
    """Weekday numbers (Monday 0) of ``Mon-Fri`` or ``Sat,Sun``."""
    numbers: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise ValueError(
                f"weekdays must read like 'Mon-Fri' or 'Sat,Sun', got {text!r}; the hours of a "
                "holiday are an entry with its day as 'since' and 'until', after the usual ones"
            )
        begin = WEEKDAYS.index(first)
        end = WEEKDAYS.index(last) if last else begin
        numbers.update((begin + k) % 7 for k in range((end - begin) % 7 + 1))
    return frozenset(numbers)


def opening_intervals(openings: Sequence[Opening], clock: Clock) -> list[Interval]:
    """Open intervals in hours, merged, in order, within the scenario.

    On a day the last entry written that covers it holds, together with every other one that covers
    it and has the same ``since`` and ``until``: those are several openings of one day.
    """
    spans = [
        (clock.wall_hours(begin)[k], clock.wall_hours(end)[k])
        for k, day in enumerate(clock.days)
        for opening in in_force(openings, day)
        for begin, end in parse_opening_hours(opening.hours)
    ]
    return merge_intervals(spans, until=clock.duration_h)


@lru_cache(maxsize=64)  # every state of the world asks for the same
def hours_of_days(hours: str, clock: Clock) -> tuple[tuple[Interval, ...], ...]:
    """The same hours on every local day, h; the first and last day are not cut at the period."""
    spans = parse_opening_hours(hours)
    return tuple(
        tuple((clock.wall_hours(begin)[k], clock.wall_hours(end)[k]) for begin, end in spans)
        for k in range(len(clock.days))
    )


def in_force(openings: Sequence[Opening], day: date) -> list[Opening]:
    """The entries that hold on a local day, in the order of the file; none where it is closed."""
    covering = [each for each in openings if each.covers(day)]
    return [each for each in covering if each.stretch == covering[-1].stretch]


def overlapping(openings: Sequence[Opening]) -> Iterator[tuple[int, str]]:
    """Entries for the same days that say different things of the same hours.

    Yields:
        The number of the later entry, and what is wrong.
    """
    for k, one in enumerate(openings):
        for other in openings[:k]:
            if one.stretch == other.stretch and overlap(one, other):
                yield (
                    k,
                    f"the hours {other.hours!r} and {one.hours!r} overlap on the same days; name "
                    "the days of each, or give the one that replaces the other 'since' or 'until'",
                )


def overlap(one: Opening, other: Opening) -> bool:
    """Whether two entries have an hour of a weekday in common, or one closes what the other opens.

    What only meets, as 08:00-12:00 and 12:00-17:00, does not overlap.
    """
    if not parse_weekdays(one.days) & parse_weekdays(other.days):
        return False
    spans = [*parse_opening_hours(one.hours), *parse_opening_hours(other.hours)]
    one_is_closed = "closed" in (one.hours.strip(), other.hours.strip())
    ordered = sorted(spans, key=_begin)
    return one_is_closed or any(a[1] is None or b[0] < a[1] for a, b in pairwise(ordered))


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
