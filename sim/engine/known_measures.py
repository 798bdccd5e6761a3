"""What somebody knows of a measure who has heard the news up to an hour: when it holds."""

from __future__ import annotations

from numba import njit

from sim.engine.codes import NOBODY
from sim.engine.signatures import Columns, Hours, Record


@njit
def believed_end(e: Columns, measure: Record, heard_h: Hours) -> Hours:
    """When a measure ends as far as somebody knows who has heard news up to ``heard_h``."""
    m = measure.revision
    while m != NOBODY:
        if e.measures[m].announced_h <= heard_h:
            return e.measures[m].ends_h
        m = e.measures[m].revision
    return measure.first_ends_h


@njit
def is_believed_in_force(e: Columns, measure: Record, heard_h: Hours, at_h: Hours) -> bool:
    """Whether somebody who has heard news up to ``heard_h`` expects a measure to hold at a time."""
    known = measure.announced_h <= heard_h
    return known and measure.begins_h <= at_h < believed_end(e, measure, heard_h)
