"""S4-S6, the terrain border: what a fence does to it, and how a stretch looks to people.

A stretch with the fenced share f finds people with chance ``1 - (1 - p0)(1 - f e)`` and takes
``fence_delay_h f`` longer to walk. People expect of it the hours of the walk with the fence that
they know of, and to be found with the chance that follows from it. Those who are found apply for
asylum (MODEL S6), so being found is no failure of the claim; it ends the plan to go on unseen, and
weighs ``found_cost_eur`` times the chance. People hear of a fence by the bulletin of the day on
which it stands; who has not heard goes by the fence that there was before.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.engine.codes import Action
from sim.engine.signatures import Columns, Hours, Record, Row


@njit
def chance_of_being_found(segment: Record, fenced: float) -> float:
    """S6: ``1 - (1 - p0)(1 - f e)`` with the fenced share f and the fence's effect e."""
    return 1.0 - (1.0 - segment.bare_detection) * (1.0 - fenced * segment.fence_effect)


@njit
def fenced_share(segment: Record, fence_km: float) -> float:
    """Share of a stretch that so much fence closes."""
    return min(1.0, fence_km / segment.length_km)


@njit
def fence_delay_h(e: Columns, d: Row) -> Hours:
    """How much longer the fence of now makes the walk over stretch ``d``, h."""
    return e.parameters[0].fence_delay_h * e.destinations[d].fenced


@njit
def terrain_outlook(e: Columns, d: Row, heard_h: Hours) -> tuple[Hours, float]:
    """What those who have heard the news up to an hour expect of stretch ``d``.

    Returns:
        The hours of the walk, and the cost of them and of perhaps being found, EUR.
    """
    parameters = e.parameters[0]
    fenced = known_fenced_share(e, d, heard_h)
    hours = parameters.hike_median_h + parameters.fence_delay_h * fenced
    found = chance_of_being_found(e.destinations[d], fenced)
    cost = parameters.value_of_time_eur_per_h * hours + parameters.found_cost_eur * found
    return hours, cost


@njit
def known_fenced_share(e: Columns, d: Row, heard_h: Hours) -> float:
    """The fenced share by the newest news of a fence; a fence is made public when it stands."""
    fenced, newest_h = e.destinations[d].fenced_at_start, -np.inf
    for m in range(e.status[0].measures):
        measure = e.measures[m]
        if (
            measure.kind == Action.BUILD_FENCE
            and measure.destination == d
            and measure.announced_h <= heard_h
            and measure.begins_h >= newest_h
        ):
            newest_h = measure.begins_h
            fenced = fenced_share(e.destinations[d], measure.value)
    return fenced
