"""S6: giving up and being removed, for groups that wait in the transit state.

Giving up is a hazard that grows as money runs out: ``omega0 exp(omega1 D(t) + omega2 failures +
omega3 C)`` a day, with depletion ``D(t) = min(1, burn (t - created) / cash)`` and C the cold of the
day on which the group last reconsidered. It is a Gompertz hazard until the money is gone and
constant after, so the time of giving up is drawn by inversion, exactly. Removal by the transit
state is a constant hazard for people without valid papers.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.arithmetic.elementary import exp, expm1, log1p
from sim.engine.signatures import Columns, Hours, Key, Record, Row
from sim.randomness import GIVING_UP, REMOVAL, exponential


@njit
def giving_up_hours(key: Key, parameters: Record, group: Record, cold: float, now: Hours) -> Hours:
    """Hours from now until a group would give up; infinite if never.

    Args:
        key: the replication's key.
        parameters: the row of scalar parameters.
        group: the group's row.
        cold: omega3 times the cold of the day (:func:`cold_of_today`).
        now: time, h.
    """
    if parameters.give_up_rate_per_d <= 0.0:
        return np.inf
    base = parameters.give_up_rate_per_d / 24.0
    base *= exp(parameters.give_up_failures * group.failures + cold)
    draw = exponential(key, GIVING_UP, group.key, group.decisions)
    if parameters.daily_burn_eur <= 0.0:
        return draw / base
    lasts_h = 24.0 * group.cash_eur / parameters.daily_burn_eur
    depletion = min(1.0, (now - group.created_h) / lasts_h)
    growth = parameters.give_up_cash / lasts_h
    return _gompertz_hours(
        draw,
        base * exp(parameters.give_up_cash * depletion),
        growth,
        (1.0 - depletion) * lasts_h,
    )


@njit
def cold_of_today(e: Columns, g: Row) -> float:
    """omega3 times the day's mean wind chill below zero where the group waits, in 10 deg C."""
    omega3, zone = e.parameters[0].give_up_cold, e.climate_zone[e.groups[g].place]
    return 0.1 * omega3 * e.chill_by_day[zone, e.status[0].day] if zone >= 0 else 0.0


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
def removal_hours(key: Key, parameters: Record, group: Record) -> Hours:
    """Hours from now until the transit state would remove a group; infinite if never."""
    rate = parameters.removal_rate_per_d / 24.0
    if rate <= 0.0 or group.valid_documents:
        return np.inf
    return exponential(key, REMOVAL, group.key, group.decisions) / rate
