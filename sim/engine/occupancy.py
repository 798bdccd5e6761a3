"""How many people are in a state at a place now.

The one place where compiled code makes a number of a member of ``PersonState``: numba takes members
of an ``IntEnum`` as an index only from 0.67 on.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit
def people_in(e, place, state):  # type: ignore[no-untyped-def]
    """People in a state at a place now."""
    return e.occupancy[place, np.int64(state)]


@njit
def people_in_any(e, place, states):  # type: ignore[no-untyped-def]
    """People in any of some states, a tuple of numbers, at a place now."""
    people = 0
    for state in states:
        people += e.occupancy[place, state]
    return people
