"""Names of the daily series of people who enter a state, and which of them are there by origin.

Nothing here loads the engine's compiled code: what is counted of the world is checked without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sim.engine.codes import PersonState as State
from sim.engine.person_states import COUNTED_BY_ORIGIN

ENTERED: Final[Mapping[State, str]] = {
    State.BETWEEN_POSTS: "arrivals",
    State.REGISTERED: "registered",
    State.TURNED_BACK: "turned_back",
    State.GREEN_ATTEMPT: "green_border_attempts",
    State.PUSHED_BACK: "pushed_back",
    State.GREEN_UNKNOWN: "green_border_unknown",
    State.DIVERTED: "diverted",
    State.TRANSFERRED: "transferred",
}
# In the order of the engine's counts by origin.
BY_ORIGIN: Final = tuple(ENTERED[state] for state in COUNTED_BY_ORIGIN)
