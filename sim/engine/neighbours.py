"""S11: arrival at a crossing of another state, which may be shut or may refuse to hear a claim."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

from sim.engine.columns import PersonState
from sim.engine.exit_gate import turn_back
from sim.engine.journeys import end_journey
from sim.randomness import NEIGHBOUR_REFUSES, uniform

DIVERTED: Final = np.int64(PersonState.DIVERTED)


@njit
def arrive_at_neighbour(e, g, now):  # type: ignore[no-untyped-def]
    """A group reaches another state's crossing: received there, or sent back unheard.

    Those who are sent back are booked at the neighbour's place, so that they can be told from
    people whom the receiving state turned back.
    """
    group = e.groups[g]
    group.heard_h = now
    group.attempts += 1
    e.status[0].attempts_today += group.people
    if _received(e, g):
        end_journey(e, g, DIVERTED, now)
    else:
        turn_back(e, g, now)


@njit
def _received(e, g):  # type: ignore[no-untyped-def]
    """Whether the neighbour is open and hears the group."""
    group = e.groups[g]
    neighbour = e.destinations[group.destination]
    if neighbour.closures > 0:
        return False
    if neighbour.refusal <= 0.0:
        return True
    u = uniform(e.status[0].key, NEIGHBOUR_REFUSES, group.key, group.attempts)
    return u >= neighbour.refusal
