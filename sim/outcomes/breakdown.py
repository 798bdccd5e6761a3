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

    Args:
        run: the run.
        indicators: those with ``of_people``.
    """
    values = np.array([each.of_people(run) for each in indicators if each.of_people])
    counted = ~np.isnan(values)
    members = run.class_members.astype(np.float64)
    people = counted.astype(np.float64) @ members.T
    sums = np.where(counted, values, 0.0) @ members.T
    means = np.array([[each.statistic is Statistic.MEAN] for each in indicators])
    shared = np.where(means, sums / np.maximum(people, 1.0), sums)
    return ByClass(people.astype(np.int64), np.where(people > 0.0, shared, np.nan))
