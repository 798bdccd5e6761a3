"""Where the sampler goes next from where its particles are.

A free coordinate moves by a share of the difference between two other particles (ter Braak 2006,
Stat. Comput. 16:239) and a little more, so that steps have the shape and the size of the swarm; it
is reflected at 0 and 1. Coordinates that are not free are drawn again, and so is, now and then, the
pair of rules. All of it leaves the prior as it is, so that a proposal is accepted if, and only if,
the model comes close enough there (Metropolis-Hastings with a ratio of 0 or 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, sqrt
from typing import Final

import numpy as np

from sim.calibration.prior import Floats, Points, Prior
from sim.randomness import CALIBRATION_JITTER, CALIBRATION_MOVE, normal, uniform

DIFFERENCE: Final = 2.38  # over the root of twice the dimension, for normal targets
JITTER: Final = 0.02  # standard deviation, as a share of the unit interval
REDRAWN: Final = 0.3  # how often the pair of rules is drawn again
FIRST, SECOND, RULES = range(3)  # which of a proposal's draws


@dataclass(frozen=True)
class Kernel:
    """How proposals are made.

    Attributes:
        prior: what particles are points of.
        free: numbers of the coordinates that move.
        factor: how far, as a multiple of the usual.
    """

    prior: Prior
    free: tuple[int, ...]
    factor: float = 1.0

    def propose(self, swarm: Points, first: int) -> Points:
        """A proposal for each particle.

        Args:
            swarm: the particles.
            first: number of the first proposal; those of the others follow.
        """
        numbers = range(first, first + len(swarm.numbers))
        drawn = self.prior.draw(numbers)
        for row, number in enumerate(numbers):
            if self._uniform(number, RULES) >= REDRAWN:
                drawn.pairs[row] = swarm.pairs[row]
            moved = self._moved(swarm.positions, row, number)
            drawn.positions[row, list(self.free)] = moved
        return drawn

    def _moved(self, positions: Floats, row: int, number: int) -> list[float]:
        """Free coordinates of a proposal."""
        one, other = (
            positions[int(self._uniform(number, which) * len(positions))]
            for which in (FIRST, SECOND)
        )
        stretch = self.factor * DIFFERENCE / sqrt(2.0 * max(1, len(self.free)))
        return [
            reflected(
                float(positions[row, k])
                + stretch * float(one[k] - other[k])
                + self.factor * JITTER * self._normal(number, k)
            )
            for k in self.free
        ]

    def _uniform(self, number: int, index: int) -> float:
        return float(uniform(self.prior.key, CALIBRATION_MOVE, np.uint64(number), index))

    def _normal(self, number: int, index: int) -> float:
        return float(normal(self.prior.key, CALIBRATION_JITTER, np.uint64(number), index))


def reflected(x: float) -> float:
    """A number folded at 0 and 1 into the unit interval."""
    rest = x - 2.0 * floor(x / 2.0)
    return 2.0 - rest if rest > 1.0 else rest


def adapted(factor: float, acceptance: float) -> float:
    """The next factor: smaller steps where few proposals are accepted, larger where many are."""
    wanted = factor * (0.8 if acceptance < 0.15 else 1.25 if acceptance > 0.3 else 1.0)
    return min(2.0, max(0.1, wanted))


def chosen_rows(weights: Sequence[float] | Floats, count: int, start: float) -> list[int]:
    """Systematic resampling (Kitagawa 1996): rows in proportion to their weights.

    Args:
        weights: of the rows, at least one above zero.
        count: how many rows are wanted.
        start: a uniform draw.
    """
    total = float(np.cumsum(weights)[-1])
    rows: list[int] = []
    running = 0.0
    for row, weight in enumerate(weights):
        running += float(weight) / total
        while len(rows) < count and (len(rows) + start) / count < running:
            rows.append(row)
    last = max(np.flatnonzero(np.asarray(weights)).tolist())
    return rows + [last] * (count - len(rows))
