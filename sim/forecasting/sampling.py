"""Counts drawn by name: a negative binomial as a Poisson whose mean has a gamma factor.

Every draw is named by forecaster, day, sample and crossing, and belongs to no run of the model.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.randomness import gamma, name_key, poisson, replicate_key, uniform

Floats: TypeAlias = NDArray[np.float64]
# Purposes of draws under keys of their own (:func:`forecaster_key`), which no run and no state of
# the world has.
FRAILTY: Final = np.int64(1)
NUMBER: Final = np.int64(2)
CHOICE: Final = np.int64(3)
MOST_AT_ONCE: Final = 500.0  # mean of a Poisson draw by inversion; exp(-700) is the least number


def forecaster_key(seed: int, name: str) -> np.uint64:
    """The key of all draws of a forecaster."""
    return np.uint64(replicate_key(seed, name_key(f"forecast {name}")))


def draw_counts(
    key: np.uint64, day: int, means: Floats, shape: float, *, shared: bool = False
) -> Floats:
    """Negative binomial counts of one day.

    Args:
        key: of the forecaster.
        day: number of the day.
        means: shape (samples, crossings), persons; nobody comes where it is 0.
        shape: k: the variance is ``mean + mean² / k``.
        shared: whether all crossings of a sample have one gamma factor: a busy day is busy
            everywhere, and their sum is negative binomial of the same shape.
    """
    counts = np.zeros(means.shape)
    for sample, crossing in zip(*(each.tolist() for each in np.nonzero(means)), strict=True):
        index = sample * means.shape[1] + crossing
        factor = _frailty(key, day, index - crossing if shared else index, shape)
        counts[sample, crossing] = draw_poisson(key, day, index, means[sample, crossing] * factor)
    return counts


def _frailty(key: np.uint64, day: int, index: int, shape: float) -> float:
    return float(gamma(key, FRAILTY, np.uint64(day), np.uint64(index), shape)) / shape


def draw_poisson(key: np.uint64, day: int, index: int, mean: float) -> int:
    """A Poisson count of any mean."""
    number, part = 0, 0
    while mean > 0.0:
        now = min(mean, MOST_AT_ONCE)
        entity = np.uint64(day + (part << 32))
        number += int(poisson(key, NUMBER, entity, np.uint64(index), now))
        mean, part = mean - now, part + 1
    return number


def draw_uniforms(key: np.uint64, entity: int, number: int) -> Floats:
    """Uniform draws in (0, 1), shape (number,)."""
    who = np.uint64(entity)
    return np.array([uniform(key, CHOICE, who, np.uint64(k)) for k in range(number)])
