"""How far simulated counts are from observed ones.

On the scale of Anscombe's root (1948, Biometrika 35:246), ``2 sqrt(x + 3/8)``, on which a Poisson
count of any size has a standard deviation of about 1. A count of which only bounds are known is at
no distance between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from sim.calibration.prior import Floats

THREE_EIGHTHS: Final = 0.375
NORMAL_MAD: Final = 1.4826  # standard deviations of a normal distribution in a median deviation
LEAST_SPREAD: Final = 1.0  # that of a Poisson count


def roots(people: Floats) -> Floats:
    """Anscombe's roots of counts."""
    return 2.0 * np.sqrt(people + THREE_EIGHTHS)


class Yardstick(NamedTuple):
    """What simulated numbers are measured against.

    Attributes:
        low: roots of the least that was observed, shape (numbers,).
        high: roots of the most.
        scale: what counts as 1, shape (numbers,).
    """

    low: Floats
    high: Floats
    scale: Floats

    def distances(self, found: Floats, known: Sequence[int] | None = None) -> Floats:
        """Root mean square of what roots lack to the observed ones, shape (runs,).

        Args:
            found: roots, shape (runs, numbers).
            known: the numbers that are known, in order, as if the others lacked nothing: never more
                than the distance of all, rounding included; all if None.
        """
        total = np.zeros(len(found))
        for k in range(len(self.low)) if known is None else known:
            low, high, scale = self.low[k], self.high[k], self.scale[k]
            gap = np.maximum(0.0, np.maximum(low - found[:, k], found[:, k] - high)) / scale
            total += gap * gap
        return np.sqrt(total / max(1, len(self.low)))


def yardstick(low: Floats, high: Floats, scale: Floats | None = None) -> Yardstick:
    """A yardstick for roots of counts between these bounds; one root is 1 if no scale is given."""
    return Yardstick(roots(low), roots(high), np.ones(len(low)) if scale is None else scale)


def robust_spread(found: Floats) -> Floats:
    """Median absolute deviation of each column, as a standard deviation; at least a Poisson's."""
    middle = np.median(found, axis=0)
    return np.maximum(LEAST_SPREAD, NORMAL_MAD * np.median(np.abs(found - middle), axis=0))


def weighed_spread(found: Floats, weights: Floats) -> Floats:
    """What counts as 1 in each column: its spread, and more of it the less the column weighs.

    Args:
        found: shape (runs, numbers).
        weights: of squared distances, shape (numbers,); only their ratios matter.
    """
    share = weights / (float(sum(weights.tolist())) / len(weights))
    return robust_spread(found) / np.sqrt(share)
