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

    Plain sums and no products of matrices: these would depend on the machine in the last digit. One
    indicator after another: values of a million people for all of them would be the most memory
    that a run takes.

    Args:
        run: the run.
        indicators: those with ``of_people``.
    """
    found = [_of_classes(run, each.of_people(run)) for each in indicators if each.of_people]
    people, sums = (np.array(each) for each in zip(*found, strict=True))
    means = np.array([[each.statistic is Statistic.MEAN] for each in indicators])
    shared = np.where(means, sums / np.maximum(people, 1), sums)
    return ByClass(people, np.where(people > 0, shared, np.nan))


def _of_classes(
    run: RunRecord, values: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Of each class, how many have a value and what these add up to, each of shape (classes,)."""
    counted = ~np.isnan(values)
    filled = np.where(counted, values, 0.0)
    people = [np.count_nonzero(counted & who) for who in run.class_members]
    return np.array(people), np.array([_added_in_order(filled[who]) for who in run.class_members])


def _added_in_order(values: NDArray[np.float64]) -> float:
    """The sum, one person after another: numpy's own adds in an order that follows the layout."""
    return 0.0 + float(values.cumsum()[-1]) if len(values) else 0.0  # and no minus zero
