"""S10: where an organised group is brought. A fixed descriptive rule; nothing is searched.

With the chance ``steering`` of its stream a group sets out at once for the crossing that is open to
it and nearest by hours from where it is; ties by the crossing's number. All others choose as
everybody does.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.cached_utilities import trip_hours
from sim.engine.codes import NOBODY
from sim.engine.filters import kind_of
from sim.engine.measures import PASSABLE_MODES, restriction
from sim.engine.signatures import Columns, Row
from sim.randomness import STEERING, happens


@njit
def steered_to(e: Columns, g: Row) -> Row:
    """The crossing to which a new group is brought, or -1 if it chooses for itself."""
    group = e.groups[g]
    share = e.streams[group.stream].steering
    if not happens(share, e.status[0].key, STEERING, group.key, 0):
        return NOBODY
    return nearest_open(e, group.place, kind_of(group))


@njit
def nearest_open(e: Columns, place: Row, kind: int) -> Row:
    """The crossing open to people of a kind that is the fewest hours away, or -1 if there is none.

    Opening hours are left aside: people are brought there in time for the next opening.
    """
    nearest, least_h = NOBODY, np.inf
    for s in range(len(e.stations)):
        if e.stations[s].modes & PASSABLE_MODES and restriction(e, s, kind) < 0:
            hours = trip_hours(e, s, place)
            if hours < least_h:
                nearest, least_h = s, hours
    return nearest
