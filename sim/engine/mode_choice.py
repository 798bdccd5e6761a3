"""S4: the mode in which people pass a crossing: on foot, by bicycle or in a car.

A mode that is believed banned with strictness b succeeds with 1 - b of the chance q of one that is
not, and costs b times what being turned back costs:
``U_m = B q (1 - b_m) - (p_m w + b_m c) / s``, with the worth B of success, the price p of what the
group does not have yet and its weight w. A mode that is not allowed, or that the group cannot pay
for, has no utility (minus infinity): those who can pay for no other have no way. The crossing's
part of the utility is the logsum of its modes, ``theta ln sum exp(U_m / theta)`` with theta
``mode_nest`` times that of the crossings, so that nothing jumps as prices pass each other; the mode
is drawn from the same logit, by tastes that each group keeps.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic.compiled import njit
from sim.arithmetic.elementary import exp, log
from sim.engine.codes import MODES, NOBODY, PEOPLES_MODES
from sim.engine.modes import mode_price_eur
from sim.engine.signatures import Columns, Floats, Purse, Record, Row
from sim.engine.travel import pay
from sim.randomness import ALTERNATIVE_MODE, gumbel


@njit
def mode_utility(
    parameters: Record,
    group: Record,
    mode: int,
    ban: float,
    success: float,
    purse: Purse,
) -> float:
    """Utility of passing in one mode (U_m).

    Args:
        parameters: the row of scalar parameters.
        group: the group's row.
        mode: the mode.
        ban: how strictly it is believed banned, 0 to 1.
        success: B q, in units of utility.
        purse: how much a price weighs, and the money left a person, EUR.
    """
    weight, left_eur = purse
    price_eur = 0.0 if group.mode == mode else mode_price_eur(parameters, mode)
    if ban >= 1.0 or price_eur > max(left_eur, 0.0):
        return -np.inf
    cost_eur = price_eur * weight + ban * parameters.turned_back_cost_eur
    return success * (1.0 - ban) - cost_eur / parameters.utility_scale_eur


@njit
def modes_value(
    e: Columns, g: Row, modes: int, bans: Floats, success: float, purse: Purse
) -> float:
    """The logsum of the modes that a crossing allows; minus infinity where there is none.

    Args:
        e: the columns.
        g: the group's row.
        modes: flags of the modes that the crossing has.
        bans: how strictly each is believed banned, shape (modes of people,).
        success: B q, in units of utility.
        purse: as for :func:`mode_utility`.
    """
    parameters, group = e.parameters[0], e.groups[g]
    scale = parameters.mode_nest * parameters.station_nest
    highest, total = -np.inf, 0.0
    for mode in PEOPLES_MODES:
        if not modes & (1 << mode):
            continue
        value = mode_utility(parameters, group, mode, bans[mode], success, purse)
        if value > highest:
            total = 1.0 + total * exp((highest - value) / scale)
            highest = value
        elif value > -np.inf:
            total += exp((value - highest) / scale)
    return highest + scale * log(total) if total > 1.0 else highest


@njit
def draw_mode(e: Columns, g: Row, s: Row, bans: Floats, success: float, purse: Purse) -> int:
    """The mode in which group ``g`` would pass station ``s``, or -1 if it has none."""
    parameters, group = e.parameters[0], e.groups[g]
    scale = parameters.mode_nest * parameters.station_nest
    chosen, highest = NOBODY, -np.inf
    for mode in PEOPLES_MODES:
        if not e.stations[s].modes & (1 << mode):
            continue
        value = mode_utility(parameters, group, mode, bans[mode], success, purse)
        if value > -np.inf and e.stations[s].modes == 1 << mode:
            return mode
        if value > -np.inf:
            index = MODES * e.tastes[s] + mode
            taste = gumbel(e.status[0].key, ALTERNATIVE_MODE, group.key, index)
            if value / scale + taste > highest:
                chosen, highest = mode, value / scale + taste
    return chosen


@njit
def buy_mode(e: Columns, g: Row, mode: int) -> None:
    """Go on in this mode, and pay for what the group has not got."""
    if mode != e.groups[g].mode:
        pay(e, g, mode_price_eur(e.parameters[0], mode))
        e.groups[g].mode = mode
