"""Whether the method finds what it should, by leaving out runs of the bank one at a time.

Each of some runs of the bank is taken for the truth, and its nearest neighbours in the bank for the
posterior: no run is made for it. The true value should lie anywhere among the neighbours' with the
same chance (Prangle et al. 2014, Aust. N. Z. J. Stat. 56:309; Talts et al. 2018, arXiv 1804.06788).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import Final

import numpy as np

from sim.calibration.distance import Yardstick
from sim.calibration.prior import Floats
from sim.calibration.regression_adjustment import adjusted
from sim.calibration.sampler import Simulated, nearest

TRUTHS: Final = 200
NEIGHBOURS: Final = 0.02  # share of the bank
LEAST_NEIGHBOURS: Final = 39
NEIGHBOURS_A_SLOPE: Final = 20  # fewer, and a regression fits noise
WITHIN: Final = 0.9
PASSES: Final = (0.85, 0.95)
BINS: Final = 10
# 99 % point of chi squared with 9 degrees of freedom.
MOST_CHI_SQUARED: Final = 21.666


@dataclass(frozen=True)
class Coverage:
    """What leaving out found of one uncertainty.

    Attributes:
        share: of the truths that lie within the 90 % interval.
        chi_squared: of their ranks in ten bins, against even ones.
    """

    share: float
    chi_squared: float

    @property
    def passes(self) -> bool:
        """Whether as many are covered as should be, and ranks are even (at the 1 % level)."""
        return PASSES[0] <= self.share <= PASSES[1] and self.chi_squared <= MOST_CHI_SQUARED


def leave_one_out(
    bank: Simulated, free: tuple[int, ...], scale: Floats, *, adjust: bool = False
) -> tuple[Coverage, ...]:
    """Coverage of each free coordinate.

    Args:
        bank: draws from the prior.
        free: numbers of the coordinates.
        scale: what counts as 1 in each summary, shape (summaries,).
        adjust: whether neighbours are moved to the truth by regression, as particles are.
    """
    truths = truths_of(len(bank.distances))
    ranks = np.array([_ranks(bank, free, scale, row, adjust=adjust) for row in truths])
    return tuple(_coverage(column) for column in ranks.T)


def truths_of(size: int) -> list[int]:
    """Rows of a bank that are taken for the truth: spread evenly over it, which is in no order."""
    count = min(TRUTHS, size)
    return [size * k // count for k in range(count)]


def _ranks(
    bank: Simulated, free: tuple[int, ...], scale: Floats, row: int, *, adjust: bool
) -> list[float]:
    """The share of the neighbours of a run that lie below it, by free coordinate."""
    truth = bank.summaries[row]
    distances = Yardstick(truth, truth, scale).distances(bank.summaries)
    distances[row] = np.inf
    least = NEIGHBOURS_A_SLOPE * len(truth) if adjust else LEAST_NEIGHBOURS
    count = max(least, int(NEIGHBOURS * len(distances)))
    count -= (count + 1) % (2 * BINS)  # whole ranks fit into bins, and into the 90 % between
    rows = nearest(distances, min(count, len(distances) - 1))
    positions, weights = bank.points.positions[rows], np.ones(len(rows))
    if adjust:
        near = bank.take(rows)._replace(distances=distances[rows])
        positions, weights = adjusted(near, free, truth)
    own, total = bank.points.positions[row], fsum(weights.tolist())
    below = [fsum(weights[positions[:, k] < own[k]].tolist()) for k in free]
    return [(each + 0.5 * total / len(rows)) / (total + total / len(rows)) for each in below]


def _coverage(ranks: Floats) -> Coverage:
    outside = (1.0 - WITHIN) / 2.0
    inside = (ranks >= outside) & (ranks <= 1.0 - outside)
    bins = np.bincount(np.minimum((ranks * BINS).astype(np.int64), BINS - 1), minlength=BINS)
    expected = len(ranks) / BINS
    gaps = [float(each) - expected for each in bins.tolist()]
    chi = sum(gap * gap / expected for gap in gaps)
    return Coverage(float(inside.mean()), chi)
