"""Scores of samples against what was counted: pure functions, small is better but for coverage.

Sources: Gneiting and Raftery 2007 (JASA 102:359), CRPS, energy and Brier score; Ferro 2014 (QJRMS
140:1917), fair forms, which do not reward an ensemble for its size; Bosse et al. 2023 (PLoS Comput.
Biol. 19:e1011393), scores of ``log(1 + x)``; Bracher et al. 2021 (PLoS Comput. Biol. 17:e1008618),
the weighted interval score and its levels; Czado, Gneiting and Held 2009 (Biometrics 65:1254), the
randomised PIT of counts; Hyndman and Koehler 2006 (Int. J. Forecasting 22:679), MASE.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import fsum, nan
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic.elementary import log1p
from sim.study.learning import LEAST_MEMBERS, fair_crps

Floats: TypeAlias = NDArray[np.float64]
# Of the central intervals: 98, 95, 90, 80 ... 10 %, as forecast hubs ask for them.
ALPHAS: Final = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
COVERED: Final = (0.5, 0.8, 0.9)  # shares of central intervals


def log_crps(samples: Floats, observed: float) -> float:
    """Fair CRPS of ``log(1 + x)``: relative errors, so that busy days do not outweigh all others.

    Args:
        samples: shape (members,), persons.
        observed: persons.
    """
    values, numbers = np.unique(samples, return_inverse=True)
    logs = np.array([log1p(float(value)) for value in values])
    return fair_crps(logs[numbers], float(log1p(float(observed))))


def interval_score(samples: Floats, observed: float, alpha: float) -> float:
    """Width of the central ``1 - alpha`` interval, and ``2 / alpha`` times the miss.

    Args:
        samples: shape (members,).
        observed: what came.
        alpha: share outside.
    """
    low, high = (float(each) for each in np.quantile(samples, (alpha / 2.0, 1.0 - alpha / 2.0)))
    miss = max(low - observed, 0.0) + max(observed - high, 0.0)
    return high - low + 2.0 / alpha * miss


def weighted_interval_score(
    samples: Floats, observed: float, alphas: Sequence[float] = ALPHAS
) -> float:
    """WIS: interval scores weighted by ``alpha / 2``, and half the error of the median.

    Args:
        samples: shape (members,).
        observed: what came.
        alphas: shares outside the central intervals; as they fill (0, 1) evenly, WIS becomes CRPS.
    """
    parts = [alpha / 2.0 * interval_score(samples, observed, alpha) for alpha in alphas]
    return (0.5 * median_error(samples, observed) + fsum(parts)) / (len(alphas) + 0.5)


def median_error(samples: Floats, observed: float) -> float:
    """Absolute error of the median."""
    return abs(float(np.median(samples)) - observed)


def covers(samples: Floats, observed: float, share: float) -> bool:
    """Whether the central interval of this share holds what came, its ends included."""
    rest = (1.0 - share) / 2.0
    low, high = np.quantile(samples, (rest, 1.0 - rest))
    return bool(low <= observed <= high)


def width(samples: Floats, share: float) -> float:
    """Width of the central interval of this share."""
    rest = (1.0 - share) / 2.0
    low, high = np.quantile(samples, (rest, 1.0 - rest))
    return float(high - low)


def pit(samples: Floats, observed: float, u: float) -> float:
    """Share of samples below what came and, of those that equal it, the share ``u``.

    Uniform where forecasts are calibrated, if ``u`` is a uniform draw; 1/2 gives the mid-PIT.
    """
    below = float((samples < observed).sum())
    same = float((samples == observed).sum())
    return (below + u * same) / len(samples)


def energy_score(samples: Floats, observed: Floats) -> float:
    """Fair energy score of a vector: mean distance to what came, less half that among members.

    Args:
        samples: shape (members, parts).
        observed: shape (parts,).

    Raises:
        ValueError: if there are fewer than :data:`LEAST_MEMBERS` members.
    """
    members = len(samples)
    if members < LEAST_MEMBERS:
        raise ValueError(f"a fair score needs {LEAST_MEMBERS} members or more, not {members}")
    error = np.sqrt(_squares(samples - observed)).sum() / members
    among = fsum(float(np.sqrt(_squares(samples - each)).sum()) for each in samples)
    return float(error) - among / (2.0 * members * (members - 1))


def _squares(differences: Floats) -> Floats:
    """Sums of squares, shape (members,); part by part, in the order of the parts."""
    total = np.zeros(len(differences))
    for part in differences.T:
        total += part * part
    return total


def brier(chance: float, happened: bool) -> float:
    """Squared distance of a chance from what happened: 1 or 0."""
    gap = chance - float(happened)
    return gap * gap


def naive_error(series: Sequence[Sequence[float]]) -> float:
    """MASE's scale: mean absolute difference of a count and the one before; nan without any.

    Args:
        series: counts of each place in order of time.
    """
    steps = [abs(later - before) for each in series for before, later in pairwise(each)]
    return fsum(steps) / len(steps) if steps else nan
