"""S6, the terrain border: how a stretch is guarded now, and whether claims are taken there.

While a guard is in force its chance of being found holds in the place of the stretch's own, while
pushbacks are in force their share in the place of that of the start; of several in force the
highest. A guard may find fewer people than before, and pushbacks may be ended.
"""

from __future__ import annotations

from numba import njit

from sim.engine.codes import Action, DestinationKind
from sim.engine.signatures import Columns, Record, Row
from sim.engine.terrain_utility import chance_of_being_found, fenced_share


@njit
def build_fence(stretch: Record, fence_km: float) -> None:
    """From now on a stretch has so much fence."""
    stretch.fenced = fenced_share(stretch, fence_km)
    stretch.detection = chance_of_being_found(stretch, stretch.guarded, stretch.fenced)


@njit
def set_guard(e: Columns, d: Row) -> None:
    """Guard stretch ``d`` and push people back there as the measures in force say."""
    stretch = e.destinations[d]
    stretch.guarded = _highest(e, d, Action.GUARD, stretch.bare_detection)
    stretch.pushback = _highest(e, d, Action.PUSHBACK, stretch.pushback_at_start)
    stretch.detection = chance_of_being_found(stretch, stretch.guarded, stretch.fenced)


@njit
def _highest(e: Columns, d: Row, kind: int, otherwise: float) -> float:
    """The highest value of the measures of a kind in force at stretch ``d``."""
    highest = -1.0
    for m in range(e.status[0].measures):
        measure = e.measures[m]
        if measure.in_force and measure.kind == kind and measure.destination == d:
            highest = max(highest, measure.value)
    return highest if highest >= 0.0 else otherwise


@njit
def claims_taken_on_terrain(e: Columns) -> bool:
    """Whether at some stretch people may cross and some of those found may apply."""
    for d in range(len(e.destinations)):
        stretch = e.destinations[d]
        if (
            stretch.kind == DestinationKind.SEGMENT
            and stretch.closures == 0
            and stretch.pushback < 1.0
        ):
            return True
    return False
