"""Sums of classes of people, one person after another.

numpy adds in an order that follows the layout, and so do products of matrices; both then depend on
the machine in the last digit.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic.compiled import njit

Floats: TypeAlias = NDArray[np.float64]
Counts: TypeAlias = NDArray[np.int64]


@njit(cache=True)
def added_by_class(values: Floats, members: NDArray[np.bool_]) -> tuple[Counts, Floats]:
    """Of each class, how many people have a value (not nan), and what these add up to.

    All classes at a time: a sum waits for its last addition, twelve do not wait for each other.

    Args:
        values: of each person, shape (persons,).
        members: who belongs to which class, shape (persons, classes).

    Returns:
        Both of shape (classes,); a sum of nobody is 0.
    """
    classes = members.shape[1]
    people, sums = np.zeros(classes, dtype=np.int64), np.zeros(classes)
    for p in range(len(values)):
        value = values[p]
        if np.isnan(value):
            continue
        for k in range(classes):
            belongs = members[p, k]
            people[k] += belongs
            sums[k] += value if belongs else 0.0
    return people, sums
