"""The little statistics that verification needs, with their sources."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

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
    """Two-sided 99 % quantile of Student's t.

    By its expansion about the normal quantile (Abramowitz and Stegun 1964, 26.7.5), which is right
    to four digits from nine degrees of freedom on.
    """
    z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2.0)
    terms = (
        z,
        (z**3 + z) / 4.0,
        (5.0 * z**5 + 16.0 * z**3 + 3.0 * z) / 96.0,
        (3.0 * z**7 + 19.0 * z**5 + 17.0 * z**3 - 15.0 * z) / 384.0,
        (79.0 * z**9 + 776.0 * z**7 + 1482.0 * z**5 - 1920.0 * z**3 - 945.0 * z) / 92160.0,
    )
    return math.fsum(term / degrees**k for k, term in enumerate(terms))


def interval_of_mean(values: Sequence[float]) -> Interval:
    """Student's interval of the mean of independent values.

    Raises:
        ValueError: if there are too few values for the quantile to be right.
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
    z = NormalDist().inv_cdf(0.5 + confidence / 2.0)
    share, spread = count / of, z * z / of
    centre = (share + spread / 2.0) / (1.0 + spread)
    half = z / (1.0 + spread) * math.sqrt(share * (1.0 - share) / of + spread / (4.0 * of))
    return centre - half, centre + half


def kolmogorov_smirnov_p(uniform: NDArray[np.float64]) -> float:
    """P-value that a sample follows the law whose distribution function took it to ``uniform``.

    Kolmogorov's limit law with Stephens' (1970) correction for finite samples.

    """
    n = len(uniform)
    u = np.sort(uniform)
    steps = np.arange(n + 1) / n
    distance = max(float(np.max(steps[1:] - u)), float(np.max(u - steps[:-1])))
    scaled = distance * (math.sqrt(n) + 0.12 + 0.11 / math.sqrt(n))
    terms = ((-1) ** (k - 1) * math.exp(-2.0 * (k * scaled) ** 2) for k in range(1, 101))
    return min(1.0, max(0.0, 2.0 * math.fsum(terms)))


def is_exponential(values: NDArray[np.float64], mean: float) -> float:
    """Kolmogorov-Smirnov p-value of "exponential with this mean"."""
    return kolmogorov_smirnov_p(1.0 - np.exp(-values / mean))
