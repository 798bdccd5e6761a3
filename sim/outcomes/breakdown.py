"""Indicators of people, broken down by class of person."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic.sums import added_by_class
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

    One indicator after another: values of a million people for all of them would be the most memory
    that a run takes.

    Args:
        run: the run.
        indicators: those with ``of_people``.
    """
    members = np.ascontiguousarray(run.class_members.T)
    found = [added_by_class(each.of_people(run), members) for each in indicators if each.of_people]
    people, sums = (np.array(each) for each in zip(*found, strict=True))
    means = np.array([[each.statistic is Statistic.MEAN] for each in indicators])
    shared = np.where(means, sums / np.maximum(people, 1), sums)
    return ByClass(people, np.where(people > 0, shared, np.nan))
