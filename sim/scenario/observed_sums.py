"""Whether counts fit each other: weeks and their days, areas and crossings, everybody and origins.

A sum is neither less than its parts nor, where all of them are known, more. What a place's parts
come to over a period is bounded by every row within the period: the most that rows which do not
overlap add up to, and the least that rows which fill the period do.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf
from typing import TypeAlias

from sim.errors import quoted
from sim.scenario.csv_tables import Row, Table
from sim.scenario.observed_series import CountedPlaces
from sim.scenario.records import Observation

Key: TypeAlias = tuple[str, str, str]  # place, series, origin
DAY = timedelta(days=1)
ADVICE = "correct one of them, or give the range that the sources allow as low and high"
MOST_NAMED = 8  # parts in a message


@dataclass(frozen=True)
class Counted:
    """A count of the table.

    Attributes:
        row: The row as it was read, with its line.
        observation: What it says.
    """

    row: Row
    observation: Observation

    @property
    def key(self) -> Key:
        """What was counted where."""
        return self.observation.place, self.observation.series, self.observation.origin

    @property
    def first(self) -> date:
        """First day that the count is of."""
        return self.observation.period_start

    @property
    def last(self) -> date:
        """Last day of it."""
        return self.observation.period_end

    @property
    def least(self) -> float | None:
        """The least that the row allows."""
        known = (self.observation.low, self.observation.count)
        return next((each for each in known if each is not None), None)

    @property
    def most(self) -> float | None:
        """The most that it allows."""
        known = (self.observation.high, self.observation.count)
        return next((each for each in known if each is not None), None)


@dataclass(frozen=True)
class _Bound:
    """What people of some place come to over a period: at least, or at most.

    Attributes:
        people: how many.
        row: the row that was added last, if any.
        before: what it was added to.
    """

    people: float
    row: Counted | None = None
    before: tuple[_Bound, ...] = ()

    def rows(self) -> list[Counted]:
        """The rows that it adds up, by their lines."""
        found: list[Counted] = []
        left = [self]
        while left:
            each = left.pop()
            left += each.before
            found += [each.row] if each.row is not None else []
        return sorted(found, key=lambda row: row.row.line)


_NOBODY, _UNKNOWN = _Bound(0.0), _Bound(inf)


def check_sums(table: Table, counted: Sequence[Counted], places: CountedPlaces) -> None:
    """Note every row that contradicts what others say of its parts."""
    sums = _Sums(counted, places)
    for whole in counted:
        for least, most in sums.of_parts(whole):
            table.attempt(_compare, whole, least, most)


class _Sums:
    """Bounds on sums of rows."""

    def __init__(self, counted: Iterable[Counted], places: CountedPlaces) -> None:
        rows: defaultdict[Key, list[Counted]] = defaultdict(list)
        for each in counted:
            rows[each.key].append(each)
        self.rows = {
            key: sorted(some, key=lambda each: (each.first, each.last))
            for key, some in rows.items()
        }
        self.firsts = {key: [each.first for each in some] for key, some in self.rows.items()}
        self.places = places

    def of_parts(self, whole: Counted) -> Iterator[tuple[_Bound, _Bound]]:
        """What its shorter periods, its places and its origins come to."""
        place, series, origin = whole.key
        shorter = [row for row in self._within(whole.key, whole) if not _same(row, whole)]
        yield _most_disjoint(shorter), _least_filling(shorter, whole)
        if names := self.places.parts(place):
            keys = [(name, series, origin) for name in names]
            yield (
                _sum(self._least(key, whole) for key in keys),
                _sum(self._most(key, whole) for key in keys),
            )
        if not origin:
            of_origins = [(place, series, name) for name in self.places.origins]
            yield (
                _sum(_most_disjoint(self._within(key, whole)) for key in of_origins),
                _sum(_least_filling(self._within(key, whole), whole) for key in of_origins)
                if of_origins
                else _UNKNOWN,
            )

    def _within(self, key: Key, whole: Counted) -> list[Counted]:
        """Rows of a key within a period, by their first day."""
        rows, firsts = self.rows.get(key, []), self.firsts.get(key, [])
        begin, end = bisect_left(firsts, whole.first), bisect_right(firsts, whole.last)
        return [row for row in rows[begin:end] if row.last <= whole.last]

    def _least(self, key: Key, whole: Counted) -> _Bound:
        """At least so many by a place's own rows, or by those of its parts."""
        place, series, origin = key
        own = _most_disjoint(self._within(key, whole))
        parts = self.places.parts(place)
        below = _sum(self._least((name, series, origin), whole) for name in parts)
        return max(own, below, key=lambda bound: bound.people)

    def _most(self, key: Key, whole: Counted) -> _Bound:
        """At most so many."""
        place, series, origin = key
        own = _least_filling(self._within(key, whole), whole)
        parts = self.places.parts(place)
        if not parts:
            return own
        below = _sum(self._most((name, series, origin), whole) for name in parts)
        return min(own, below, key=lambda bound: bound.people)


def _same(one: Counted, other: Counted) -> bool:
    return (one.first, one.last) == (other.first, other.last)


def _sum(bounds: Iterable[_Bound]) -> _Bound:
    parts = tuple(bounds)
    return _Bound(sum(each.people for each in parts), None, parts)


def _most_disjoint(rows: Sequence[Counted]) -> _Bound:
    """The most that rows which do not overlap come to at the least."""
    lasts, reached = [date.min], [_NOBODY]  # by the last day of a row, the most up to it
    for row in sorted(rows, key=lambda each: each.last):
        if row.least is not None:
            base = reached[max(0, bisect_left(lasts, row.first) - 1)]
            own = _Bound(base.people + row.least, row, (base,))
            lasts.append(row.last)
            reached.append(max(reached[-1], own, key=lambda bound: bound.people))
    return reached[-1]


def _least_filling(rows: Sequence[Counted], whole: Counted) -> _Bound:
    """The least that rows which fill the period day by day come to at the most."""
    filled = {whole.first: _NOBODY}
    for row in sorted(rows, key=lambda each: (each.first, each.last)):
        before = filled.get(row.first)
        if before is not None and row.most is not None:
            end = row.last + DAY
            own = _Bound(before.people + row.most, row, (before,))
            filled[end] = min(own, filled.get(end, _UNKNOWN), key=lambda bound: bound.people)
    return filled.get(whole.last + DAY, _UNKNOWN)


def _compare(whole: Counted, least: _Bound, most: _Bound) -> None:
    """Compare a sum with its parts.

    Raises:
        ScenarioError: it is less than those that are known, or more than all of them.
    """
    place, when = quoted(whole.observation.place), _when(whole)
    if whole.most is not None and whole.most < least.people:
        raise whole.row.problem(
            f"{place} is at most {whole.most:g} {when}, its parts at least {least.people:g}: "
            f"{_named(least.rows())}",
            ADVICE,
        )
    if whole.least is not None and whole.least > most.people:
        raise whole.row.problem(
            f"{place} is at least {whole.least:g} {when}, its parts together at most "
            f"{most.people:g}: {_named(most.rows())}",
            ADVICE,
        )


def _when(whole: Counted) -> str:
    return "on that day" if whole.first == whole.last else "in that period"


def _named(rows: Sequence[Counted]) -> str:
    """Rows by place, origin and line."""
    names = [
        f"{' '.join(filter(None, (each.key[0], each.key[2])))} (line {each.row.line})"
        for each in rows[:MOST_NAMED]
    ]
    more = len(rows) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
