"""Whether the model could have produced the counts at all.

A run of the bank that is taken for the truth has neighbours among the others; so have the real
counts. If these are farther from their neighbours than 95 of 100 such pseudo-truths are from
theirs, the model does not reproduce the counts, however well its parameters are chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.calibration.coverage_check import truths_of
from sim.calibration.distance import Yardstick, yardstick
from sim.calibration.prior import Floats

NEIGHBOURS: Final = 5  # whose mean distance counts: a single one is chance
PERCENTILE: Final = 0.95


@dataclass(frozen=True)
class Misfit:
    """How far the counts are from their nearest runs, and pseudo-truths from theirs.

    Attributes:
        observed: distance of the counts.
        pseudo: distances of pseudo-truths, shape (truths,).
    """

    observed: float
    pseudo: Floats

    @property
    def percentile(self) -> float:
        """Share of the pseudo-truths that are nearer to their neighbours than the counts are."""
        return float((self.pseudo < self.observed).mean())

    @property
    def fails(self) -> bool:
        """Whether the model does not reproduce the counts."""
        return self.percentile > PERCENTILE


def misfit(found: Floats, observed: Yardstick) -> Misfit:
    """The misfit test.

    Args:
        found: roots of the bank's counts, shape (runs, cells).
        observed: the same of what was observed.
    """
    own = [_to_neighbours(found, found[row], row) for row in truths_of(len(found))]
    return Misfit(_mean_of_least(observed.distances(found)), np.array(own))


def _to_neighbours(found: Floats, truth: Floats, row: int) -> float:
    distances = Yardstick(truth, truth, np.ones(len(truth))).distances(found)
    distances[row] = np.inf
    return _mean_of_least(distances)


def _mean_of_least(distances: Floats) -> float:
    least = np.sort(distances)[: min(NEIGHBOURS, len(distances) - 1)]
    return float(sum(least.tolist())) / len(least)


def outside_bands(people: Floats, low: Floats, high: Floats) -> list[tuple[int, float, float]]:
    """Counts beyond the 90 % interval of what particles have in their place, farthest first.

    Args:
        people: reported counts of particles, shape (particles, cells).
        low: least that was observed, shape (cells,).
        high: most.

    Returns:
        Number of the count, and the ends of the interval.
    """
    ordered = np.sort(people, axis=0)
    last = len(ordered) - 1
    floor, ceiling = ordered[int(0.05 * last)], ordered[-1 - int(0.05 * last)]
    ends = [yardstick(each, each).low for each in (low, high, floor, ceiling)]
    beyond = np.maximum(ends[2] - ends[1], ends[0] - ends[3])
    rows = np.argsort(-beyond, kind="stable").tolist()
    return [(k, float(floor[k]), float(ceiling[k])) for k in rows if beyond[k] > 0.0]
