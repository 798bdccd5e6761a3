"""What a leg of a journey costs people, before they choose among ways (S5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.world.parameters import Parameters
from sim.world.routing import Routes


def leg_costs(routes: Routes, parameters: Parameters) -> NDArray[np.float64]:
    """Perceived cost of each leg: its time and its price at median means.

    Returns:
        Shape (places, places), EUR; infinite where no leg leads toward a border.
    """
    per_h = parameters.value_of_time_eur_per_h * parameters.travel_time_factor
    time_eur = per_h * np.where(routes.onward, routes.leg_hours, 0.0)
    price_eur = parameters.transport_eur_per_km * routes.leg_km
    return np.where(routes.onward, time_eur + price_eur, np.inf)
