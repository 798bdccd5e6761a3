"""How many people are in a state at a place now.

Numba compares and assigns members of an ``IntEnum``, but the oldest version that is supported takes
none as an index. So a ``PersonState`` becomes an index only here and in three conversions, in
``time_statistics`` and ``cold_exposure``.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.signatures import Columns, Row


@njit
def people_in(e: Columns, place: Row, state: int) -> int:
    """People in a state at a place now."""
    return e.occupancy[place, np.int64(state)]


@njit
def people_in_any(e: Columns, place: Row, states: tuple[int, ...]) -> int:
    """People in any of some states, a tuple of numbers, at a place now."""
    people = 0
    for state in states:
        people += e.occupancy[place, state]
    return people
