"""R12: how unequally a burden falls on people."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.run_record import RunRecord

LEAST_PEOPLE: Final = 5  # a mean of fewer says more of chance than of the class


def gini(values: NDArray[np.float64]) -> float:
    """Gini coefficient, ``sum_i (2 i - n - 1) x_i / (n sum x)`` over values in order.

    0 where all are zero, nan where nobody counts.
    """
    if not len(values):
        return math.nan
    total = float(values.sum())
    if total <= 0.0:
        return 0.0
    n = len(values)
    weighted = np.sort(values)
    weighted *= np.arange(1.0 - n, n, 2.0)  # 2 i - n - 1, exactly
    # Equal values may come out a rounding below zero.
    return max(0.0, float(weighted.sum()) / (n * total))


def percentile_ratio(values: NDArray[np.float64]) -> float:
    """95th percentile over the median; nan where the median is zero or nobody counts."""
    if not len(values):
        return math.nan
    high, middle = np.quantile(values, (0.95, 0.5))
    return float(high / middle) if middle > 0.0 else math.nan


def worst_tenth(values: NDArray[np.float64]) -> float:
    """Mean of the highest tenth of the values, at least one; nan if there are none."""
    if not len(values):
        return math.nan
    many = max(1, round(0.1 * len(values)))
    return float(np.sort(values)[-many:].mean())


def class_gap(run: RunRecord, values: NDArray[np.float64]) -> float:
    """Highest less lowest mean over the classes of people in which enough count; nan if none.

    Args:
        run: the run.
        values: shape (persons,), nan for those who do not count.
    """
    counted = ~np.isnan(values)
    means = [
        float(values[members & counted].mean())
        for members in run.class_members
        if np.count_nonzero(members & counted) >= LEAST_PEOPLE
    ]
    return max(means) - min(means) if means else math.nan
