"""Indicators of people, broken down by class of person."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.indicator import Indicator, Statistic
from sim.outcomes.run_record import RunRecord


class ByClass(NamedTuple):
    """Indicators of people broken down.

    Attributes:
        people: who counts, shape (indicators, classes).
        values: the indicator of them, same shape; nan where nobody counts.
    """

    people: NDArray[np.int64]
    values: NDArray[np.float64]


def break_down(run: RunRecord, indicators: tuple[Indicator, ...]) -> ByClass:
    """Every indicator of people for every class.

    Plain sums and no products of matrices: these would depend on the machine in the last digit.

    Args:
        run: the run.
        indicators: those with ``of_people``.
    """
    values = np.array([each.of_people(run) for each in indicators if each.of_people])
    counted = ~np.isnan(values)
    filled = np.where(counted, values, 0.0)
    people = np.array([counted[:, who].sum(axis=1) for who in run.class_members]).T
    sums = np.array([filled[:, who].sum(axis=1) for who in run.class_members]).T
    means = np.array([[each.statistic is Statistic.MEAN] for each in indicators])
    shared = np.where(means, sums / np.maximum(people, 1), sums)
    return ByClass(people, np.where(people > 0, shared, np.nan))
