"""Counts of one place over periods: which to compare where they overlap, and sums over places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeVar

DAY = timedelta(days=1)


class HasPeriod(Protocol):
    """What is of a period."""

    @property
    def period_start(self) -> date:
        """Its first day."""

    @property
    def period_end(self) -> date:
        """Its last day."""


Of = TypeVar("Of", bound=HasPeriod)


@dataclass(frozen=True)
class Count:
    """People over a period, with the range that sources allow; None where unknown."""

    period_start: date
    period_end: date
    count: float | None
    low: float | None
    high: float | None


def period_of(each: HasPeriod) -> tuple[date, date]:
    """Its first and its last day."""
    return each.period_start, each.period_end


def length_d(each: HasPeriod) -> int:
    """How many days a period has."""
    return (each.period_end - each.period_start).days + 1


def usual_length_d(counts: Iterable[HasPeriod]) -> int:
    """The most frequent length, the shortest of those; 1 without counts."""
    return usual_length(map(length_d, counts))


def usual_length(lengths_d: Iterable[int]) -> int:
    """The most frequent of some lengths, the shortest of those; 1 if there are none."""
    times = Counter(lengths_d)
    return min(times, key=lambda days: (-times[days], days), default=1)


def without_overlaps(counts: Sequence[Of]) -> list[Of]:
    """Counts that do not overlap, in time order: of the usual length first, then the shortest.

    A week beside counts of some of its days would count people twice.
    """
    usual = usual_length_d(counts)
    taken: set[date] = set()
    chosen: list[Of] = []
    for each in sorted(counts, key=lambda c: (length_d(c) != usual, length_d(c), c.period_start)):
        days = _days(each)
        if taken.isdisjoint(days):
            taken.update(days)
            chosen.append(each)
    return sorted(chosen, key=lambda each: each.period_start)


def side_by_side(counts: Sequence[Of]) -> list[Of]:
    """Those left out by :func:`without_overlaps` whose periods perhaps end a day too late.

    They share some days with one that is chosen and is as long, or one day with one that is neither
    more than twice nor less than half as long. Weeks beside months tell the same in another way.
    """
    chosen_on = {day: each for each in without_overlaps(counts) for day in _days(each)}
    return [
        each for each in counts if any(_beside(each, chosen_on.get(day)) for day in period_of(each))
    ]


def _beside(one: HasPeriod, other: HasPeriod | None) -> bool:
    if other is None:
        return False
    first, second = sorted((period_of(one), period_of(other)))
    shorter, longer = sorted((length_d(one), length_d(other)))
    overlap = first[0] < second[0] <= first[1] < second[1]
    by_a_day = first[1] == second[0] and longer <= 2 * shorter
    return overlap and (by_a_day or longer == shorter)


def _days(each: HasPeriod) -> set[date]:
    return {each.period_start + k * DAY for k in range(length_d(each))}


def over(start: date, end: date, counts: Iterable[Count]) -> Count | None:
    """What is known of a period: its own count, else the sum of those that fill it; or None."""
    inside = [c for c in counts if start <= c.period_start and c.period_end <= end]
    own = [each for each in inside if period_of(each) == (start, end)]
    if own:
        return own[0]
    pieces = without_overlaps([each for each in inside if each.count is not None])
    day = start
    for each in pieces:
        if each.period_start != day:
            return None
        day = each.period_end + DAY
    return added(start, end, pieces) if day == end + DAY else None


def added(start: date, end: date, parts: Sequence[Count]) -> Count | None:
    """The sum of counts; a range only where one of them has a range; None if one is unknown."""
    counts = [each.count for each in parts if each.count is not None]
    if len(counts) < len(parts):
        return None
    low = _bound([each.low for each in parts], counts)
    high = _bound([each.high for each in parts], counts)
    return Count(start, end, sum(counts), low, high)


def _bound(ends: Sequence[float | None], counts: Sequence[float]) -> float | None:
    """The sum of one end of the ranges, with the count for those without a range."""
    if all(end is None for end in ends):
        return None
    return sum(count if end is None else end for end, count in zip(ends, counts, strict=True))
