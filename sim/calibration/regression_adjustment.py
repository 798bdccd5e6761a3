"""Particles as they would be at the observed summaries, by local-linear regression.

Beaumont, Zhang and Balding 2002 (Genetics 162:2025): each free coordinate is regressed on the
summaries, with Epanechnikov weights by distance, and moved to where the regression has it at the
observed ones. Coordinates are regressed as logits, so that they stay within the prior's range.
"""

from __future__ import annotations

from math import fsum
from typing import NamedTuple

import numpy as np

from sim.arithmetic.elementary import exp, log
from sim.calibration.prior import Floats
from sim.calibration.sampler import Simulated

NEARLY_EDGE = 1e-6
RIDGE = 1e-6  # of the mean square of a summary: summaries that are constant move nothing


def adjusted(swarm: Simulated, free: tuple[int, ...], observed: Floats) -> tuple[Floats, Floats]:
    """Positions of particles moved to the observed summaries, and their weights.

    Args:
        swarm: the particles.
        free: numbers of the coordinates that are moved.
        observed: the observed summaries, on the scale of those of particles.

    Returns:
        Positions, shape (particles, uncertainties), and weights, shape (particles,).
    """
    weights = _epanechnikov(swarm.distances)
    gaps = swarm.summaries - observed
    regression = _Regression.of(gaps, weights)
    positions = swarm.points.positions.copy()
    for k in free:
        moved = np.array([_logit(float(u)) for u in positions[:, k]])
        for column, slope in zip(gaps.T, regression.slopes(moved), strict=True):
            moved -= slope * column
        positions[:, k] = [_share(float(each)) for each in moved]
    return positions, weights


def _epanechnikov(distances: Floats) -> Floats:
    """Weights that fall with the square of the distance; none is nothing."""
    widest = float(distances.max()) * (1.0 + NEARLY_EDGE)
    if widest == 0.0:
        return np.ones(len(distances))
    share = distances / widest
    return 1.0 - share * share


def _logit(u: float) -> float:
    inside = min(1.0 - NEARLY_EDGE, max(NEARLY_EDGE, u))
    return float(log(inside / (1.0 - inside)))


def _share(logit: float) -> float:
    return 1.0 / (1.0 + float(exp(-logit)))


class _Regression(NamedTuple):
    """Weighted least squares on the same columns for several targets.

    Attributes:
        columns: of the design, with its weights in them; the constant first.
        matrix: sums of their products.
    """

    columns: list[Floats]
    matrix: list[list[float]]

    @classmethod
    def of(cls, gaps: Floats, weights: Floats) -> _Regression:
        """The regression on the columns of ``gaps``."""
        columns = [np.ones(len(weights)), *gaps.T]
        weighed = [weights * each for each in columns]
        matrix = [[fsum((a * b).tolist()) for b in columns] for a in weighed]
        for k in range(1, len(columns)):
            matrix[k][k] += RIDGE * (matrix[k][k] + matrix[0][0])
        return cls(weighed, matrix)

    def slopes(self, values: Floats) -> list[float]:
        """Slope of each column but the constant."""
        return solved(self.matrix, [fsum((a * values).tolist()) for a in self.columns])[1:]


def solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a small symmetric positive definite system, by Gaussian elimination."""
    rows = [[*row, b] for row, b in zip(matrix, right, strict=True)]
    size = len(rows)
    for k in range(size):
        for below in range(k + 1, size):
            factor = rows[below][k] / rows[k][k]
            rows[below] = [x - factor * y for x, y in zip(rows[below], rows[k], strict=True)]
    solution = [0.0] * size
    for k in reversed(range(size)):
        known = fsum(rows[k][j] * solution[j] for j in range(k + 1, size))
        solution[k] = (rows[k][size] - known) / rows[k][k]
    return solution
