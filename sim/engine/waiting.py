"""S5-S6: what ends a wait: setting out, giving up, or being removed, whichever is first.

With each wait a group draws how much of three hazards it takes to end it, each an exponential with
mean 1, and spends them at the rates of the moment. So the times are right for rates that change,
and an appraisal that changes nothing moves nothing. The rate of setting out is r P(leave)
(:mod:`sim.engine.choice`), those of giving up and of removal are in :mod:`sim.engine.leaving`.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.codes import NextStep
from sim.engine.events import EventKind, schedule
from sim.engine.leaving import (
    cold_of_today,
    giving_up_hours,
    giving_up_rate,
    giving_up_spent,
    removal_rate,
)
from sim.engine.signatures import Columns, Hours, Row
from sim.randomness import GIVING_UP, RECONSIDER_TIME, REMOVAL, exponential


@njit
def begin_wait(e: Columns, g: Row, now: Hours) -> None:
    """A new wait of group ``g``; nothing is spent before it appraises.

    Many leave this very moment: what it takes to end the wait is drawn when some of it is spent, or
    is planned for.
    """
    wait = e.journeys[e.groups[g].journey]
    wait.waits += 1
    wait.since_h = now
    wait.until_leaving = np.nan
    wait.leaving_per_h = 0.0
    wait.giving_up_per_h = 0.0


@njit
def _draw_once(e: Columns, g: Row) -> None:
    """Draw what it takes to end the wait of group ``g``; what cannot happen is not drawn."""
    key, group, parameters = e.status[0].key, e.groups[g], e.parameters[0]
    wait = e.journeys[group.journey]
    if not np.isnan(wait.until_leaving):
        return
    wait.until_leaving = exponential(key, RECONSIDER_TIME, group.key, wait.waits)
    wait.until_giving_up = wait.until_removal = 0.0
    if parameters.give_up_rate_per_d > 0.0:
        wait.until_giving_up = exponential(key, GIVING_UP, group.key, wait.waits)
    if removal_rate(parameters, group) > 0.0:
        wait.until_removal = exponential(key, REMOVAL, group.key, wait.waits)


@njit
def spend_wait(e: Columns, g: Row, now: Hours) -> None:
    """Take off what has been spent since the rates were last set; new ones hold from now on."""
    parameters, group = e.parameters[0], e.groups[g]
    wait = e.journeys[group.journey]
    hours = now - wait.since_h
    if hours > 0.0:
        _draw_once(e, g)
        wait.until_leaving -= wait.leaving_per_h * hours
        wait.until_giving_up -= giving_up_spent(parameters, group, wait, hours)
        wait.until_removal -= removal_rate(parameters, group) * hours
        wait.since_h = now


@njit
def set_hazards(e: Columns, g: Row, leaving_per_h: float) -> None:
    """Set the rates that hold from now on, as :func:`spend_wait` left it."""
    group = e.groups[g]
    wait = e.journeys[group.journey]
    wait.leaving_per_h = leaving_per_h
    wait.giving_up_per_h = giving_up_rate(e.parameters[0], group, cold_of_today(e, g))


@njit
def plan(e: Columns, g: Row, reconsiders_h: Hours) -> None:
    """Schedule whichever comes first: reconsidering, setting out, giving up, being removed."""
    parameters, group = e.parameters[0], e.groups[g]
    wait = e.journeys[group.journey]
    _draw_once(e, g)
    wait.stamp += 1
    wait.appraisal_until_h = reconsiders_h
    wait.next_step, next_h = NextStep.RECONSIDER, reconsiders_h
    leaves_h = wait.since_h + _hours_left(wait.until_leaving, wait.leaving_per_h)
    if leaves_h < next_h:
        wait.next_step, next_h = NextStep.LEAVE, leaves_h
    gives_up_h = wait.since_h + giving_up_hours(parameters, group, wait)
    if gives_up_h < next_h:
        wait.next_step, next_h = NextStep.GIVE_UP, gives_up_h
    removed_h = wait.since_h + _hours_left(wait.until_removal, removal_rate(parameters, group))
    if removed_h < next_h:
        wait.next_step, next_h = NextStep.BE_REMOVED, removed_h
    if not np.isinf(next_h):
        schedule(e, next_h, EventKind.RECONSIDERATION, g, wait.stamp)


@njit
def _hours_left(left: float, per_h: float) -> Hours:
    return max(left, 0.0) / per_h if per_h > 0.0 else np.inf
