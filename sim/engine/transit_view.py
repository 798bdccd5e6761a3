"""What the transit side can see of the border when it decides (S10)."""

from __future__ import annotations

from typing import Final

from sim.arithmetic.compiled import njit
from sim.engine.handle import columns_of
from sim.engine.measures import is_restricted
from sim.engine.occupancy import people_in_any
from sim.engine.person_states import IN_TRANSIT_STATE
from sim.engine.signatures import Floats, Packed

_STATES: Final = tuple(map(int, IN_TRANSIT_STATE))


@njit(cache=True, nogil=True)
def transit_view(handle: Packed, capacity: Floats) -> tuple[float, int]:
    """The share of capacity at crossings that take claims from everybody, and people on its side.

    Args:
        handle: the engine's.
        capacity: each crossing's share of what can be registered at a time, shape (stations,).
    """
    e = columns_of(handle)
    open_share = 0.0
    for s in range(len(e.stations)):
        if not is_restricted(e.stations[s]):
            open_share += capacity[s]
    people = 0
    for place in range(len(e.zone)):
        people += people_in_any(e, place, _STATES)
    return open_share, people
