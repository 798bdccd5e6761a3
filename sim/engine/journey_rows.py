"""Rows of the table of journeys: a group has one until it is at its end, then another may have it.

Results read nothing of them, and at most times few groups are under way: so a run takes memory for
those, and the rows at hand are those that were touched last. The first row is nobody's and is never
written; groups at their end have it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.codes import NOBODY
from sim.engine.signatures import Columns, Row

NOBODYS: Final = 0  # the row of groups at their end


@njit
def begin_journey(e: Columns, g: Row) -> None:
    """Give group ``g`` a row in which nothing has happened yet."""
    e.groups[g].journey = _free_row(e)
    e.journeys[e.groups[g].journey] = e.journeys[NOBODYS]
    journey = e.journeys[e.groups[g].journey]
    journey.heard_h = -np.inf
    journey.next_in_queue = journey.previous_in_queue = NOBODY


@njit
def copy_journey(e: Columns, g: Row, of: Row) -> None:
    """Give group ``g`` a row of its own that says what that of another group says."""
    e.groups[g].journey = _free_row(e)
    e.journeys[e.groups[g].journey] = e.journeys[e.groups[of].journey]


@njit
def give_back_journey(e: Columns, g: Row) -> None:
    """Group ``g`` is at its end: nothing that was planned for it happens."""
    status, group = e.status[0], e.groups[g]
    e.free_journeys[status.free_journeys] = group.journey
    status.free_journeys += 1
    group.journey = NOBODYS


@njit
def _free_row(e: Columns) -> Row:
    """A row that no group has: the last given back, or a new one."""
    status = e.status[0]
    if status.free_journeys > 0:
        status.free_journeys -= 1
        return e.free_journeys[status.free_journeys]
    status.journeys += 1
    return status.journeys
