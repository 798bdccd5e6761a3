"""Intervals and tests that verification needs, from SciPy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit
from scipy.stats import binomtest, ks_1samp, uniform

REPLICATES = 25
CONFIDENCE = 0.99
FEWEST = 10


@dataclass(frozen=True)
class Interval:
    """A 99 % confidence interval of a mean, from independent replicates."""

    mean: float
    half_width: float

    def __contains__(self, exact: object) -> bool:
        return isinstance(exact, float) and abs(exact - self.mean) <= self.half_width

    def __str__(self) -> str:
        return f"{self.mean:.6f} +- {self.half_width:.6f} (99 %)"


def t_quantile(degrees: int) -> float:
    """Two-sided 99 % quantile of Student's t."""
    return float(stdtrit(degrees, 0.5 + CONFIDENCE / 2.0))


def interval_of_mean(values: Sequence[float]) -> Interval:
    """Student's interval of the mean of independent values.

    Raises:
        ValueError: if there are too few values for means to be taken as normal.
    """
    count = len(values)
    if count < FEWEST:
        raise ValueError(f"at least {FEWEST} replicates expected, got {count}")
    spread = float(np.std(values, ddof=1)) / math.sqrt(count)
    return Interval(float(np.mean(values)), t_quantile(count - 1) * spread)


def interval_of_share(
    count: int, of: int, *, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Wilson's score interval of a probability (Wilson 1927)."""
    interval = binomtest(count, of).proportion_ci(confidence, method="wilson")
    return float(interval.low), float(interval.high)


def kolmogorov_smirnov_p(values: NDArray[np.float64]) -> float:
    """P-value that a sample is uniform between 0 and 1."""
    return float(ks_1samp(values, uniform.cdf).pvalue)


def is_exponential(values: NDArray[np.float64], mean: float) -> float:
    """Kolmogorov-Smirnov p-value of "exponential with this mean"."""
    return kolmogorov_smirnov_p(1.0 - np.exp(-values / mean))
