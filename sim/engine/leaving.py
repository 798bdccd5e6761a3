"""S6: giving up and being removed, for groups that wait in the transit state.

Giving up is a hazard that grows as money runs out: ``omega0 exp(omega1 D(t) + omega2 failures +
omega3 C)`` a day, with depletion ``D(t) = min(1, burn (t - created) / cash)`` and C the cold of the
day on which the group last appraised its ways. It is a Gompertz hazard until the money is gone and
constant after, so its integral and the time at which it reaches a number are exact. Removal by the
transit state is a constant hazard for people without valid papers.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic.compiled import njit
from sim.arithmetic.elementary import exp, expm1, log1p
from sim.engine.signatures import Columns, Hours, Record, Row


@njit
def giving_up_rate(parameters: Record, group: Record, cold: float) -> float:
    """The hazard with full pockets, 1/h; ``cold`` is :func:`cold_of_today`."""
    per_h = parameters.give_up_rate_per_d / 24.0
    if per_h <= 0.0:
        return 0.0
    return per_h * exp(parameters.give_up_failures * group.failures + cold)


@njit
def cold_of_today(e: Columns, g: Row) -> float:
    """omega3 times the day's mean wind chill below zero where the group waits, in 10 deg C."""
    omega3, zone = e.parameters[0].give_up_cold, e.climate_zone[e.groups[g].place]
    return 0.1 * omega3 * e.chill_by_day[zone, e.status[0].day] if zone >= 0 else 0.0


@njit
def _as_money_runs_out(
    parameters: Record, group: Record, wait: Record
) -> tuple[float, float, Hours]:
    """The hazard when the rates were last set (1/h), its growth (1/h), and for how long it grows.

    Exponential growth at a rate of ``omega1`` over the time that the money lasts.
    """
    hazard = wait.giving_up_per_h
    if parameters.daily_burn_eur <= 0.0:
        return hazard, 0.0, 0.0
    lasts_h = 24.0 * group.cash_eur / parameters.daily_burn_eur
    depletion = min(1.0, (wait.since_h - group.created_h) / lasts_h)
    grown = hazard * exp(parameters.give_up_cash * depletion)
    return grown, parameters.give_up_cash / lasts_h, (1.0 - depletion) * lasts_h


@njit
def giving_up_hours(parameters: Record, group: Record, wait: Record) -> Hours:
    """Hours until a group would give up, from when its rates were last set; infinite if never."""
    if wait.giving_up_per_h <= 0.0:
        return np.inf
    hazard, growth, growing_h = _as_money_runs_out(parameters, group, wait)
    return _gompertz_hours(max(wait.until_giving_up, 0.0), hazard, growth, growing_h)


@njit
def giving_up_spent(parameters: Record, group: Record, wait: Record, hours: Hours) -> float:
    """The integral of the hazard over the hours since the rates were last set."""
    if wait.giving_up_per_h <= 0.0:
        return 0.0
    hazard, growth, growing_h = _as_money_runs_out(parameters, group, wait)
    if growth <= 0.0 or growing_h <= 0.0:
        return hazard * hours
    while_growing = hazard / growth * expm1(growth * min(hours, growing_h))
    after_h = max(0.0, hours - growing_h)
    return while_growing + hazard * exp(growth * growing_h) * after_h


@njit
def _gompertz_hours(draw: float, hazard: float, growth: float, growing_h: Hours) -> Hours:
    """When the integral of a hazard reaches ``draw``.

    The hazard is ``hazard exp(growth t)`` for ``growing_h`` hours and constant after that.
    """
    if growth <= 0.0:
        return draw / hazard
    while_growing = hazard / growth * expm1(growth * growing_h)
    if draw <= while_growing:
        return log1p(draw * growth / hazard) / growth
    return growing_h + (draw - while_growing) / (hazard * exp(growth * growing_h))


@njit
def removal_rate(parameters: Record, group: Record) -> float:
    """The rate at which the transit state removes a group, 1/h; none once it is past a border."""
    is_safe = group.valid_documents or group.borders > 0
    return 0.0 if is_safe else parameters.removal_rate_per_d / 24.0
