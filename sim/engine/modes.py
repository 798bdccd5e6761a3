"""Modes in which people pass a crossing, and what they cost."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.codes import PEOPLES_MODES, Mode
from sim.engine.measures import ban_in_force
from sim.engine.signatures import Columns, Record, Row

HARDLY_A_WAY: Final = 0.5  # expert guess: a ban that turns back more than this share leaves no way


@njit
def mode_price_eur(parameters: Record, mode: int) -> float:
    """What a person pays to be able to cross in a mode, EUR."""
    if mode == Mode.BICYCLE:
        return parameters.bicycle_eur
    return parameters.vehicle_eur if mode == Mode.CAR else 0.0


@njit
def cheapest_mode_eur(e: Columns, s: Row, owned: int, mind_bans: bool) -> float:
    """What the cheapest mode costs that may cross at station ``s``, EUR; infinite if none.

    Args:
        e: the columns.
        s: the station.
        owned: a mode that costs nothing more.
        mind_bans: whether modes in which most are turned back do not count.
    """
    least = np.inf
    for mode in PEOPLES_MODES:
        allowed = e.stations[s].modes & (1 << mode) != 0
        if allowed and not (mind_bans and ban_in_force(e, s, mode) > HARDLY_A_WAY):
            least = min(least, 0.0 if mode == owned else mode_price_eur(e.parameters[0], mode))
    return least
