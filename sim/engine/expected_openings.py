"""S3-S4: what people expect of opening hours on the day on which they would come.

The calendar is known as it is then (:mod:`sim.engine.opening_hours`); nobody looks at where the
scenario ends.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.signatures import Columns, Hours, Record, Row

# A moment at the end of a day belongs to the next, however the sum that led to it was rounded.
TOLERANCE_H: Final = 1e-6


@njit
def expected_day(e: Columns, d: Row, at_h: Hours) -> Record:
    """What is expected of destination ``d`` on the local day of a time: a row of opening days."""
    days = e.opening_days[d]
    last = len(days) - 1
    k = min(max(int(at_h / 24.0), 0), last)
    while k < last and days[k + 1].begins_h <= at_h + TOLERANCE_H:
        k += 1
    while k > 0 and days[k].begins_h > at_h + TOLERANCE_H:
        k -= 1
    return days[k]


@njit
def counts_as_shut(e: Columns, d: Row, at_h: Hours) -> bool:
    """Whether nothing opens at destination ``d`` for long after a time."""
    if d >= len(e.opening_days):  # a stretch of terrain border
        return False
    return expected_day(e, d, at_h).shut_from_h <= at_h + TOLERANCE_H


@njit
def opening_wait_h(e: Columns, d: Row, at_h: Hours) -> Hours:
    """Mean wait for opening of those who come to destination ``d`` about a time; inf if shut."""
    if d >= len(e.opening_days):
        return 0.0
    return np.inf if counts_as_shut(e, d, at_h) else expected_day(e, d, at_h).wait_h


@njit
def expectation_holds_until_h(e: Columns, d: Row, at_h: Hours) -> Hours:
    """Up to when what is expected at a time stays as it is, h; later than that time."""
    if d >= len(e.opening_days):
        return np.inf
    day = expected_day(e, d, at_h)
    if day.holds_until_h > at_h + TOLERANCE_H:
        return day.holds_until_h
    return day.begins_h + 24.0 if day.begins_h + 24.0 > at_h + TOLERANCE_H else np.inf
