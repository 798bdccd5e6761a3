"""S3-S4: what people expect of opening hours on the day on which they would come.

The calendar is known as it is then (:mod:`sim.engine.opening_hours`); nobody looks at where the
scenario ends.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.signatures import Columns, Hours, Record, Row, Table

# A moment at the end of a day belongs to the next, however the sum that led to it was rounded.
TOLERANCE_H: Final = 1e-6


@njit
def expected_day(e: Columns, d: Row, at_h: Hours) -> Record:
    """What is expected of crossing or neighbour ``d`` on the local day of a time: a row."""
    days = e.opening_days[d]
    return days[_day_of(days, at_h)]


@njit
def _day_of(days: Table, at_h: Hours) -> Row:
    last = len(days) - 1
    k = min(max(int(at_h / 24.0), 0), last)
    while k < last and days[k + 1].begins_h <= at_h + TOLERANCE_H:
        k += 1
    while k > 0 and days[k].begins_h > at_h + TOLERANCE_H:
        k -= 1
    return k


@njit
def counts_as_shut(e: Columns, d: Row, at_h: Hours) -> bool:
    """Whether nothing opens at crossing or neighbour ``d`` for long after a time."""
    return expected_day(e, d, at_h).shut_from_h <= at_h + TOLERANCE_H


@njit
def opening_wait_h(e: Columns, d: Row, at_h: Hours) -> Hours:
    """Mean wait for opening of those who come to destination ``d`` about a time; inf if shut."""
    if d >= len(e.opening_days):  # a stretch of terrain border
        return 0.0
    return np.inf if counts_as_shut(e, d, at_h) else expected_day(e, d, at_h).wait_h


@njit
def expectation_holds_until_h(e: Columns, d: Row, at_h: Hours) -> Hours:
    """Up to when what is expected of crossing or neighbour ``d`` stays as it is; after that time.

    A day has 23 or 25 hours where clocks change; after the last nothing changes any more.
    """
    days = e.opening_days[d]
    k = _day_of(days, at_h)
    if days[k].holds_until_h > at_h + TOLERANCE_H:
        return days[k].holds_until_h
    return days[k + 1].begins_h if k + 1 < len(days) else np.inf
