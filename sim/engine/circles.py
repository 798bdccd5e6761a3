"""Whether roads are so cheap against the scale of route choice that people would go in circles.

Part of S5 on its own, without compiled code: a scenario file is checked for it too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WORTH_OF_CIRCLES = 0.9  # the spectral radius at which a scale is too large


def circles_are_worth(weights: NDArray[np.float64]) -> bool:
    """Whether the spectral radius of the legs' weights between hubs reaches 0.9.

    It does not where ``1 - weights / 0.9`` is an M-matrix: elimination meets positive pivots only
    (Berman and Plemmons 1979, "Nonnegative Matrices in the Mathematical Sciences", chapter 6).

    Args:
        weights: ``exp(-cost / m)`` of each leg, shape (hubs, hubs); zero where there is none.
    """
    if len(weights) == 0 or weights.sum(axis=1).max() < WORTH_OF_CIRCLES:
        return False  # no spectral radius is above the largest sum of a row
    matrix = np.eye(len(weights)) - weights / WORTH_OF_CIRCLES
    for k in range(len(matrix)):
        if not matrix[k, k] > 0.0:
            return True
        factors = matrix[k + 1 :, k] / matrix[k, k]
        matrix[k + 1 :, k:] -= factors[:, None] * matrix[k, k:]
    return False


def too_large(scale_eur: float) -> str:
    """What is said of a scale at which circles are worth going."""
    return (
        f"route_scale_eur = {scale_eur:g} is too large for roads this short: going round in "
        "circles would cost next to nothing; choose a smaller one"
    )
