"""B4: how many come in all, split among open crossings by a multinomial logit.

McFadden 1974 (in Zarembka, Frontiers in Econometrics). Utility falls with road hours from where
people appear and rises with the hours that a crossing is open that day; there is no queue and no
stock. Both weights are those of greatest likelihood on past splits, on a grid.
"""

from __future__ import annotations

from itertools import product
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic.elementary import exp, log
from sim.forecasting.past import Past
from sim.forecasting.sampling import draw_counts, forecaster_key
from sim.study.learning import PERSISTENCE_K

Floats: TypeAlias = NDArray[np.float64]
PER_ROAD_H: Final = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3)  # utility lost by an hour of road
PER_OPEN_H: Final = (0.0, 0.05, 0.1, 0.2, 0.4)  # and won by an hour of opening
DAYS: Final = 3  # over which the total is averaged


def forecast_by_split(past: Past) -> Floats:
    """B4: the mean total of three days, split by utility; one gamma factor for all crossings.

    Returns:
        Samples, shape (samples, days ahead, crossings).
    """
    weights = fitted_weights(past)
    latest = [people for _, people in past.totals[-DAYS:]]
    total = sum(latest) / len(latest) if latest else 0.0
    key = forecaster_key(past.seed, "B4")
    days = []
    for day in past.ahead:
        means = total * split(past, day, *weights)
        alike = np.tile(means, (past.samples, 1))
        days.append(draw_counts(key, day, alike, PERSISTENCE_K, shared=True))
    return np.stack(days, axis=1)


def fitted_weights(past: Past) -> tuple[float, float]:
    """Weights of road and opening hours of greatest likelihood; the first of the grid of equals."""
    grid = list(product(PER_ROAD_H, PER_OPEN_H))
    return max(grid, key=lambda weights: _log_likelihood(past, *weights))


def split(past: Past, day: int, per_road_h: float, per_open_h: float) -> Floats:
    """Share of each crossing on a day, shape (crossings,); zeros where none is open."""
    open_h = past.path.open_h[day]
    there = (open_h > 0.0) & np.isfinite(past.gateway_h)
    if not there.any():
        return np.zeros(len(open_h))
    road_h = np.where(there, past.gateway_h, 0.0)
    utility = np.where(there, per_open_h * open_h - per_road_h * road_h, -np.inf)
    highest = float(utility[there].max())
    odds = np.array([exp(each - highest) if each > -np.inf else 0.0 for each in utility.tolist()])
    return odds / float(odds.sum())


def _log_likelihood(past: Past, per_road_h: float, per_open_h: float) -> float:
    """Multinomial log-likelihood of past splits, less what does not depend on the weights."""
    total = 0.0
    for day, _ in past.totals:
        shares = split(past, day, per_road_h, per_open_h)
        for crossing in np.flatnonzero(past.used[day] & (past.counts[day] > 0.0)).tolist():
            share = float(shares[crossing])
            total += float(past.counts[day, crossing]) * (log(share) if share > 0.0 else -700.0)
    return total
