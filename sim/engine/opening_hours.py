"""Calendars of open hours: for crossings, and for neighbours' crossings after them.

People know the calendar as it is then, and nothing of where the scenario ends: the tables go on
:data:`BEYOND_D` days after it. What they expect of a destination is written by local day: the mean
wait for opening of somebody who comes at an even time in the seven days from that day on, and from
when nothing opens within :data:`LOOK_AHEAD_D` days, so that it counts as shut.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np

from sim.clock import Clock, Interval
from sim.engine.row_types import OPENING, OPENING_DAY
from sim.engine.signatures import Table

LOOK_AHEAD_D: Final = 28  # expert guess: what opens later than that is no place to go to now
WINDOW_D: Final = 7  # calendars repeat by the week
BEYOND_D: Final = LOOK_AHEAD_D + WINDOW_D + 30  # the longest journeys take less than the rest
_DAY_MIN: Final = 24 * 60
_NEVER: Final = 10**12


def opening_table(
    calendars: Sequence[Sequence[Interval]],
) -> tuple[Table, list[tuple[int, int]]]:
    """Open stretches in one table, and where each calendar's begin and end in it."""
    rows = [span for spans in calendars for span in spans]
    ends = np.cumsum([len(spans) for spans in calendars], dtype=int).tolist()
    bounds = list(pairwise([0, *ends]))
    return np.array(rows or [(np.inf, np.inf)], dtype=OPENING), bounds


def fill_bounds(destinations: Table, bounds: Sequence[tuple[int, int]]) -> None:
    """Write where each destination's open stretches are."""
    for row, (first, last) in zip(destinations, bounds, strict=False):
        row["first_opening"], row["last_opening"] = first, last


def opening_days(calendars: Sequence[Sequence[Interval]], clock: Clock) -> Table:
    """What people expect of each calendar by the day on which they come.

    Args:
        calendars: open stretches in order, h, known up to :data:`BEYOND_D` days after the end.
        clock: the scenario's clock.

    Returns:
        Rows of :data:`OPENING_DAY`, shape (calendars, days); the days go on after the end.
    """
    rows = [_days_of_one(tuple(spans), clock) for spans in calendars]
    return np.array(rows) if rows else np.zeros((0, 1), dtype=OPENING_DAY)


def shut_spans(spans: Sequence[Interval]) -> list[Interval]:
    """When nothing opens within :data:`LOOK_AHEAD_D` days, h; from the last opening on without end.

    Args:
        spans: open stretches in order, h.
    """
    closes = [-np.inf, *(end for _, end in spans)]
    opens = [*(begin - LOOK_AHEAD_D * 24.0 for begin, _ in spans), np.inf]
    return [(begin, end) for begin, end in zip(closes, opens, strict=True) if begin < end]


@lru_cache(maxsize=512)
def _days_of_one(spans: tuple[Interval, ...], clock: Clock) -> Table:
    """Those of one calendar; runs of a study meet the same ones again and again."""
    begins_h = clock.extended(BEYOND_D - LOOK_AHEAD_D - WINDOW_D).day_begins_h
    gaps = _Gaps(spans)
    expected = [gaps.expected(_minutes(hour)) for hour in begins_h]
    rows = np.zeros(len(begins_h), dtype=OPENING_DAY)
    rows["begins_h"] = begins_h
    rows["wait_h"], rows["shut_from_h"] = zip(*expected, strict=True)
    rows["holds_until_h"] = _holding(rows)
    return rows


def _minutes(hours: float) -> int:
    """Whole minutes: sums of them are exact, so that like weeks give equal numbers."""
    return round(60.0 * hours)


class _Gaps:
    """The closed stretches of a calendar in whole minutes; the last has no end."""

    def __init__(self, spans: Sequence[Interval]) -> None:
        self._closes = [-_NEVER, *(_minutes(end) for _, end in spans)]
        self._opens = [*(_minutes(begin) for begin, _ in spans), _NEVER]

    def expected(self, begins: int) -> tuple[float, float]:
        """Mean wait of somebody who comes in the seven days from here, shut times left out, h.

        Also from when on the day that begins here it is shut, h; infinite where it is not.
        """
        ends = begins + WINDOW_D * _DAY_MIN
        waited, shut, shut_from = 0, 0, np.inf
        for k in range(bisect_right(self._opens, begins), len(self._opens)):
            closes, opens = self._closes[k], self._opens[k]
            if closes >= ends:
                break
            shut_until = max(closes, opens - LOOK_AHEAD_D * _DAY_MIN)
            first_shut = max(closes, begins)
            if first_shut < shut_until:
                shut += min(shut_until, ends) - first_shut
                if first_shut < begins + _DAY_MIN:
                    shut_from = min(shut_from, first_shut / 60.0)
            first, last = max(shut_until, begins), min(opens, ends)
            if first < last:
                waited += (last - first) * (2 * opens - first - last)
        counted = ends - begins - shut
        return (waited / (2.0 * counted) / 60.0 if counted else np.inf), shut_from


def _holding(rows: Table) -> list[float]:
    """Up to when what is expected stays as it is at the beginning of each day, h."""
    shut = rows["shut_from_h"] <= rows["begins_h"]
    holds: list[float] = []
    until = np.inf
    for k in range(len(rows) - 1, -1, -1):
        row = rows[k]
        if k + 1 < len(rows):
            after = rows[k + 1]
            if row["wait_h"] != after["wait_h"] or shut[k] != shut[k + 1]:
                until = float(after["begins_h"])
        if not shut[k] and np.isfinite(row["shut_from_h"]):
            until = float(row["shut_from_h"])
        holds.append(until)
    return holds[::-1]
