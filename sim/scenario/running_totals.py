"""Running totals of arrivals: what was added to them between two readings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TypeAlias

from sim.scenario.csv_tables import Table
from sim.scenario.observed_series import CUMULATIVE
from sim.scenario.observed_sums import ADVICE, DAY, Counted, Key
from sim.scenario.records import Observation

Reading: TypeAlias = tuple[str, str, date | None]  # place, origin, first day of the running total


def added_to_totals(table: Table, counted: Sequence[Counted]) -> list[Counted]:
    """Rows as they are, but for readings of a running total: arrivals since the one before.

    A running total counts from the ``period_start`` of its rows. Readings of a single day (on
    which nothing is said of its beginning) follow the earliest of their place: the first of them is
    a level, and says nothing of any day.
    """
    readings: defaultdict[Reading, list[Counted]] = defaultdict(list)
    starts = {each.first for each in counted if _is_reading(each) and each.first < each.last}
    for each in counted:
        if _is_reading(each):
            begun = each.first if each.first < each.last or each.first in starts else None
            place, _, origin = each.key
            readings[place, origin, begun].append(each)
    added = [each for total, some in readings.items() for each in _added(table, total, some)]
    return [
        *(each for each in counted if not _is_reading(each)),
        *_unless_counted(table, counted, added),
    ]


def from_the_beginning(counted: Iterable[Counted]) -> list[Counted]:
    """The last reading of each total whose beginning is known, as arrivals since then.

    What earlier readings add is checked by itself.
    """
    last: dict[tuple[Key, date], Counted] = {}
    for each in sorted(counted, key=lambda each: each.last):
        if _is_reading(each) and each.first < each.last:
            last[each.key, each.first] = each
    return [
        Counted(each.row, replace(each.observation, series="arrivals")) for each in last.values()
    ]


def _is_reading(each: Counted) -> bool:
    return each.observation.series == CUMULATIVE


def _added(table: Table, total: Reading, readings: Iterable[Counted]) -> Iterator[Counted]:
    """What the first reading and each further one add."""
    known = [each for each in readings if each.least is not None or each.most is not None]
    in_time = sorted(known, key=lambda each: each.last)
    if in_time and total[2] is not None:
        first = in_time[0]
        yield Counted(first.row, replace(first.observation, series="arrivals"))
    for before, after in pairwise(in_time):
        table.attempt(_require_no_fall, before, after)
        yield Counted(after.row, _difference(before, after))


def _require_no_fall(before: Counted, after: Counted) -> None:
    """A running total never falls.

    Raises:
        ScenarioError: this one does.
    """
    if after.most is not None and before.least is not None and after.most < before.least:
        raise after.row.problem(
            f"this running total falls from {before.least:g} (line {before.row.line}) to "
            f"{after.most:g}",
            "correct one of them; a total that starts again has another period_start",
        )


def _difference(before: Counted, after: Counted) -> Observation:
    """Arrivals since the reading before."""
    old, new = before.observation, after.observation
    has_range = any(each is not None for each in (old.low, old.high, new.low, new.high))
    return replace(
        new,
        period_start=before.last + DAY,
        series="arrivals",
        count=_less(new.count, old.count),
        low=_less(after.least, before.most) if has_range else None,
        high=_less(after.most, before.least) if has_range else None,
    )


def _less(people: float | None, fewer: float | None) -> float | None:
    return None if people is None or fewer is None else max(0.0, people - fewer)


def _unless_counted(
    table: Table, counted: Sequence[Counted], added: Iterable[Counted]
) -> Iterator[Counted]:
    """What was added, but where the same period was counted by itself or by another total."""
    seen = {(each.key, each.first, each.last): each for each in counted}
    for each in added:
        name = (each.key, each.first, each.last)
        if name in seen:
            table.attempt(_require_agreement, seen[name], each)
        else:
            seen[name] = each
            yield each


def _require_agreement(known: Counted, added: Counted) -> None:
    """What was added to a total is what was counted.

    Raises:
        ScenarioError: it is not.
    """
    known_ends, ends = (known.least, known.most), (added.least, added.most)
    least = max((each for each in (known_ends[0], ends[0]) if each is not None), default=0.0)
    most = min((each for each in (known_ends[1], ends[1]) if each is not None), default=least)
    if least > most:
        raise added.row.problem(
            f"this running total grows by {_ends(added)} from {added.first} to {added.last}, where "
            f"line {known.row.line} has {_ends(known)}",
            ADVICE,
        )


def _ends(each: Counted) -> str:
    """What a row allows, as ``5``, ``4 to 6`` or ``at most 6``."""
    if each.least is None:
        return f"at most {each.most:g}"
    if each.most is None or each.least == each.most:
        return f"{each.least:g}"
    return f"{each.least:g} to {each.most:g}"
