"""Paired differences with intervals, and Pareto-best policies.

Runs are paired by state of the world and replicate, which share their random numbers. Where
several replicates share a state of the world, their mean is one pair, because the state of the
world is what varies independently. The 95 % interval of the mean of independent pairs is that of
Student's t, widened where differences are skewed to hold that of Hall's t, in which their skewness
is taken out; ``benchmarks/coverage.md`` shows how often it covers. Means over different states of
the world are compared by Welch's t, its degrees of freedom rounded down.

Sources: Student (1908), Biometrika 6:1-25; Welch (1947), Biometrika 34:28-35; Hall (1992), "On the
removal of skewness by transformation", J. R. Stat. Soc. B 54:221-228; Holm (1979), Scand. J. Stat.
6:65-70; Fisher (1930), "Moments and product moments of sampling distributions", Proc. London Math.
Soc. s2-30:199-238.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
LEAST_FOR_SKEWNESS = 10  # values: the skewness of fewer says nothing


@dataclass(frozen=True)
class PairedDifference:
    """A policy minus the reference in one indicator.

    Attributes:
        policy: Id of the policy.
        indicator: Id of the indicator.
        differences: One number a paired run, in the order of state of the world and replicate.
        mean: Mean over states of the world, NaN where there is no pair.
        low: Lower end of the 95 % interval of the mean; NaN with fewer than two pairs.
        high: Upper end.
        chance: Probability of a mean so far from zero where there is no difference (two-sided p);
            NaN with fewer than two pairs.
        median: Median over states of the world; NaN where there is no pair.
        share_better: Share of states of the world in which the policy does better; with no
            direction, is lower. Of runs where there is one state of the world only.
        share_worse: Share in which it does worse; with no direction, is higher.
    """

    policy: str
    indicator: str
    differences: Floats
    mean: float
    low: float
    high: float
    chance: float
    median: float
    share_better: float
    share_worse: float


def paired_difference(
    indicators: pl.DataFrame, *, policy: str, reference: str, indicator: str, direction: str
) -> PairedDifference:
    """Compare a policy with the reference on the runs that both have."""
    pairs = paired_runs(indicators, policy=policy, reference=reference, indicator=indicator)
    differences = pairs["difference"].to_numpy()
    apart = independent(pairs)
    signs = np.sign(apart) * (-1.0 if direction == "more" else 1.0)
    known = len(apart) > 0
    return PairedDifference(
        policy,
        indicator,
        differences,
        *mean_interval(apart),
        chance=chance_of_mean(apart),
        median=float(np.median(apart)) if known else math.nan,
        share_better=float((signs < 0).mean()) if known else math.nan,
        share_worse=float((signs > 0).mean()) if known else math.nan,
    )


def unpaired_difference(
    ones: pl.DataFrame, others: pl.DataFrame, *, policy: str, indicator: str
) -> PairedDifference:
    """The same for runs in different states of the world: Welch's t, and no state does better.

    Args:
        ones: ``state_of_world``, ``replicate`` and ``difference``: the values of what is compared.
        others: the same of the reference.
        policy: Id of the policy.
        indicator: Id of the indicator.
    """
    mine, theirs = independent(ones), independent(others)
    known = len(mine) > 0 and len(theirs) > 0
    return PairedDifference(
        policy,
        indicator,
        np.empty(0),
        *contrast_interval(mine, theirs),
        chance=chance_of_contrast(mine, theirs),
        median=float(np.median(mine) - np.median(theirs)) if known else math.nan,
        share_better=math.nan,
        share_worse=math.nan,
    )


def paired_runs(
    indicators: pl.DataFrame, *, policy: str, reference: str, indicator: str
) -> pl.DataFrame:
    """state, replicate and difference of every run that both policies have a value for."""
    run = ["state_of_world", "replicate"]
    rows = indicators.filter(indicator=indicator).drop_nulls("value")
    ours = rows.filter(policy=policy).select(*run, "value")
    theirs = rows.filter(policy=reference).select(*run, base="value")
    joined = ours.join(theirs, on=run, how="inner").sort(run)
    return joined.select(*run, difference=pl.col("value") - pl.col("base"))


def independent(pairs: pl.DataFrame) -> Floats:
    """The differences that vary independently: one a state, or one a replicate in one state."""
    if pairs["state_of_world"].n_unique() < 2:
        return pairs["difference"].to_numpy()
    return by_state(pairs)["difference"].to_numpy()


def by_state(pairs: pl.DataFrame) -> pl.DataFrame:
    """Each state of the world and its mean difference, in order of state of the world."""
    return pairs.group_by("state_of_world").agg(pl.col("difference").mean()).sort("state_of_world")


def mean_interval(values: Floats) -> tuple[float, float, float]:
    """Mean and 95 % interval, by Student's and Hall's t; ends are NaN with fewer than two values.

    The interval holds zero just where :func:`chance_of_mean` is 5 % or more.
    """
    mean, *student = student_interval(values)
    _, *hall = hall_interval(values)
    return mean, min(student[0], hall[0]), max(student[1], hall[1])


def student_interval(values: Floats) -> tuple[float, float, float]:
    """Mean and 95 % interval by Student's t alone."""
    return _t_interval(values, skewed=False)


def hall_interval(values: Floats) -> tuple[float, float, float]:
    """Mean and 95 % interval by Hall's t alone."""
    return _t_interval(values, skewed=True)


def _t_interval(values: Floats, *, skewed: bool) -> tuple[float, float, float]:
    """Ends are NaN with fewer than two values, and the mean with none."""
    if len(values) == 0:
        return math.nan, math.nan, math.nan
    mean = math.fsum(values) / len(values)
    if len(values) < 2:
        return mean, math.nan, math.nan
    error, bend = _error_and_bend(values, mean)
    t = t_quantile(len(values) - 1)
    ends = (_unbent(t, bend), _unbent(-t, bend)) if skewed else (t, -t)
    return mean, mean - ends[0] * error, mean - ends[1] * error


def chance_of_mean(values: Floats) -> float:
    """Two-sided p of no difference, the larger of Student's and Hall's; NaN of fewer than two."""
    if len(values) < 2:
        return math.nan
    mean = math.fsum(values) / len(values)
    error, bend = _error_and_bend(values, mean)
    if not math.isfinite(error):
        return math.nan
    if error == 0.0:
        return 1.0 if mean == 0.0 else 0.0
    t = mean / error
    return max(_two_sided(t, len(values) - 1), _two_sided(_bent(t, bend), len(values) - 1))


def _error_and_bend(values: Floats, mean: float) -> tuple[float, float]:
    """Standard error of the mean, and the skewness of values over the root of their number."""
    n = len(values)
    apart = [float(value) - mean for value in values]
    spread = math.sqrt(math.fsum(d * d for d in apart) / (n - 1))
    error = spread / math.sqrt(n)
    if n < LEAST_FOR_SKEWNESS or spread == 0.0 or not math.isfinite(spread):
        return error, 0.0
    return error, skewness([d / spread for d in apart]) / math.sqrt(n)


def skewness(standardised: Sequence[float]) -> float:
    """Skewness of what values were drawn from, of at least three.

    That of a sample is too small, the more so the more its population is skewed: few values are of
    the long tail. Its bias is taken out to first order in 1/n for values of a gamma distribution:
    by Fisher's covariances of k-statistics it is g3 (15/8 (g4 + 2) - 9) - 3/2 g5 over n, where the
    standardised cumulants are g4 = 3/2 g3^2 and g5 = 3 g3^3; that is -g3 (21/4 + 27/16 g3^2) / n.

    Args:
        standardised: values from which their mean was taken, in standard deviations of them.
    """
    n = len(standardised)
    found = math.fsum(d**3 for d in standardised) * n / ((n - 1) * (n - 2))
    return found * (1.0 + (21.0 / 4.0 + 27.0 / 16.0 * found**2) / n)


def _bent(t: float, bend: float) -> float:
    """Hall's transformation of a t, which takes the skewness of a sample out of it."""
    return t + bend * t**2 / 3.0 + bend**2 * t**3 / 27.0 + bend / 6.0


def _unbent(t: float, bend: float) -> float:
    """Its inverse."""
    if abs(bend) < 1e-9:  # where the cube root has no digits left
        return t
    return 3.0 / bend * (math.cbrt(1.0 + bend * (t - bend / 6.0)) - 1.0)


def _two_sided(t: float, freedom: int) -> float:
    from scipy.special import stdtr  # takes a tenth of a second: loaded with the first interval

    return 2.0 * float(stdtr(freedom, -abs(t)))


def holm(chances: Sequence[float], *, level: float = 0.05) -> list[bool]:
    """Which of many tests are clear when the chance of any false one is to stay below a level.

    Args:
        chances: their p; one that is NaN is no test.
        level: that chance.
    """
    order = sorted((p, k) for k, p in enumerate(chances) if not math.isnan(p))
    clear = [False] * len(chances)
    for rank, (p, k) in enumerate(order):
        if p > level / (len(order) - rank):
            break
        clear[k] = True
    return clear


def contrast_interval(
    ones: Floats, others: Floats, *, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Mean of ones minus mean of others and its interval by Welch's t.

    The ends are NaN where either has fewer than two values, the mean where either has none.
    """
    if not (len(ones) and len(others)):
        return math.nan, math.nan, math.nan
    middle = float(ones.mean() - others.mean())
    if min(len(ones), len(others)) < 2:
        return middle, math.nan, math.nan
    variance, freedom = _welch(ones, others)
    if variance == 0.0:
        return middle, middle, middle
    if not math.isfinite(variance):  # numbers past all measure
        return middle, math.nan, math.nan
    half = t_quantile(freedom, confidence=confidence) * math.sqrt(variance)
    return middle, middle - half, middle + half


def chance_of_contrast(ones: Floats, others: Floats) -> float:
    """Two-sided p of no difference by Welch's t; NaN where either has fewer than two values."""
    if min(len(ones), len(others)) < 2:
        return math.nan
    middle = float(ones.mean() - others.mean())
    variance, freedom = _welch(ones, others)
    if not math.isfinite(variance):
        return math.nan
    if variance == 0.0:
        return 1.0 if middle == 0.0 else 0.0
    return _two_sided(middle / math.sqrt(variance), freedom)


def _welch(ones: Floats, others: Floats) -> tuple[float, int]:
    """Variance of the difference of two means, and its degrees of freedom, rounded down."""
    parts = [float(values.var(ddof=1)) / len(values) for values in (ones, others)]
    variance = sum(parts)
    if variance == 0.0 or not math.isfinite(variance):
        return variance, 0
    spent = sum(
        (part / variance) ** 2 / (len(values) - 1)
        for part, values in zip(parts, (ones, others), strict=True)
    )
    return variance, math.floor(1.0 / spent)


@cache
def t_quantile(freedom: int, *, confidence: float = 0.95) -> float:
    """The value that the size of Student's t stays below with this probability."""
    from scipy.special import stdtrit  # takes a tenth of a second: loaded with the first interval

    return float(stdtrit(freedom, (1.0 + confidence) / 2.0))


def pareto_best(points: Sequence[tuple[float, float]]) -> list[bool]:
    """Which points no other point beats: less is better on both axes, ties do not beat."""
    return [
        not any(
            x <= px and y <= py and (x < px or y < py) for k, (x, y) in enumerate(points) if k != j
        )
        for j, (px, py) in enumerate(points)
    ]
