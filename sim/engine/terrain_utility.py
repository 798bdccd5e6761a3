"""S4-S6, the terrain border: what a fence does to it, and how a stretch looks to people.

A stretch with the fenced share f finds people with chance ``1 - (1 - p0)(1 - f e)`` and takes
``fence_delay_h f`` longer to walk; p0 is the chance without a fence, which a guard sets. Of people
found, the share b is pushed back and walks back as long as they came. People expect of a stretch
the hours of the walk with the fence that they know of, to be found with the chance that follows
from it, and to be pushed back with b of that. Those who are found and not pushed back apply for
asylum (MODEL S6), so being found is no failure of the claim; it ends the plan to go on unseen, and
weighs ``found_cost_eur`` times its chance. Being pushed back weighs ``turned_back_cost_eur`` times
its chance, and the walk back.

People hear of a fence by the bulletin of the day on which it stands; who has not heard goes by the
fence that there was before. Of guards and pushbacks they know what has been announced, from its
beginning to its stated end, on the day on which they would come, as of closures.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.engine.codes import Action
from sim.engine.known_measures import believed_end
from sim.engine.signatures import Columns, Hours, Record, Row


@njit
def chance_of_being_found(segment: Record, unfenced: float, fenced: float) -> float:
    """S6: ``1 - (1 - p0)(1 - f e)`` with the fenced share f and the fence's effect e."""
    return 1.0 - (1.0 - unfenced) * (1.0 - fenced * segment.fence_effect)


@njit
def fenced_share(segment: Record, fence_km: float) -> float:
    """Share of a stretch that so much fence closes."""
    return min(1.0, fence_km / segment.length_km)


@njit
def fence_delay_h(e: Columns, d: Row) -> Hours:
    """How much longer the fence of now makes the walk over stretch ``d``, h."""
    return e.parameters[0].fence_delay_h * e.destinations[d].fenced


@njit
def terrain_outlook(
    e: Columns, d: Row, heard_h: Hours, unfenced: float, pushed_back: float
) -> tuple[Hours, float]:
    """What those who have heard the news up to an hour expect of stretch ``d``.

    Args:
        e: the columns.
        d: the stretch.
        heard_h: up to when they have heard news, h.
        unfenced: the chance of being found without a fence, as they know it.
        pushed_back: the share of people found who are pushed back, as they know it.

    Returns:
        The hours on foot, the way back in part, and the cost of them, of perhaps being found and
        of perhaps being pushed back, EUR.
    """
    parameters = e.parameters[0]
    fenced = known_fenced_share(e, d, heard_h)
    hours = parameters.hike_median_h + parameters.fence_delay_h * fenced
    found = chance_of_being_found(e.destinations[d], unfenced, fenced)
    back = found * pushed_back
    hours *= 1.0 + back
    cost = parameters.value_of_time_eur_per_h * hours + parameters.found_cost_eur * found
    return hours, cost + parameters.turned_back_cost_eur * back


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


@njit
def is_about_guard(measure: Record) -> bool:
    """Whether a measure says how a stretch is guarded, or what becomes of people found there."""
    return measure.kind == Action.GUARD or measure.kind == Action.PUSHBACK


@njit
def known_guard(
    e: Columns, d: Row, heard_h: Hours, now: Hours, ahead_h: Hours, later_h: Hours
) -> tuple[float, float]:
    """What somebody knows who would come to stretch ``d`` so long after now, and later still.

    Returns:
        The chance of being found without a fence, and the share of people found who are pushed
        back: the highest that are known to hold then, or those of the start.
    """
    found, pushed_back = -1.0, -1.0
    for m in range(e.status[0].measures):
        measure = e.measures[m]
        if measure.destination != d or not is_about_guard(measure):
            continue
        begins_h = measure.begins_h - ahead_h - later_h
        ends_h = believed_end(e, measure, heard_h) - ahead_h - later_h
        if measure.announced_h <= heard_h and begins_h <= now < ends_h:
            if measure.kind == Action.GUARD:
                found = max(found, measure.value)
            else:
                pushed_back = max(pushed_back, measure.value)
    stretch = e.destinations[d]
    return (
        found if found >= 0.0 else stretch.bare_detection,
        pushed_back if pushed_back >= 0.0 else stretch.pushback_at_start,
    )


@njit
def stretches_look_so_until(e: Columns, heard_h: Hours, now: Hours) -> Hours:
    """When the first known edge of a guard or of pushbacks comes within reach."""
    until = np.inf
    for m in range(e.status[0].measures):
        measure = e.measures[m]
        if not is_about_guard(measure) or measure.announced_h > heard_h:
            continue
        ahead_h = e.ahead_h[measure.destination]
        if np.isinf(ahead_h):
            continue
        for edge_h in (measure.begins_h, believed_end(e, measure, heard_h)):
            for later_h in (0.0, e.parameters[0].rush_horizon_h):
                reached_h = edge_h - ahead_h - later_h
                if reached_h > now:
                    until = min(until, reached_h)
    return until


@njit
def stretch_looks_other(e: Columns, d: Row, before_h: Hours, heard_h: Hours, now: Hours) -> bool:
    """Whether those who heard more expect something else of stretch ``d``, now or later."""
    if known_guard(e, d, before_h, now, 0.0, 0.0) != known_guard(e, d, heard_h, now, 0.0, 0.0):
        return True
    for m in range(e.status[0].measures):
        measure = e.measures[m]
        if measure.destination != d or not is_about_guard(measure):
            continue
        for edge_h in (
            measure.begins_h,
            believed_end(e, measure, before_h),
            believed_end(e, measure, heard_h),
        ):
            if now < edge_h < np.inf and (
                known_guard(e, d, before_h, edge_h, 0.0, 0.0)
                != known_guard(e, d, heard_h, edge_h, 0.0, 0.0)
            ):
                return True
    return False
