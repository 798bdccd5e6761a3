"""Paired differences with intervals, and Pareto-best policies.

Runs are paired by state of the world and replicate, which share their random numbers. The 95 %
interval of the mean difference is Student's t over independent pairs: where several replicates
share a state of the world, their mean is one pair, because the state of the world is what varies
independently. Means over different states of the world are compared by Welch's t, its degrees of
freedom rounded down.

Sources: Student (1908), Biometrika 6:1-25; Welch (1947), Biometrika 34:28-35.
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


@dataclass(frozen=True)
class PairedDifference:
    """A policy minus the reference in one indicator.

    Attributes:
        policy: Id of the policy.
        indicator: Id of the indicator.
        differences: One number a paired run, in the order of state of the world and replicate.
        mean: Their mean, NaN where there is no pair.
        low: Lower end of the 95 % interval of the mean; NaN with fewer than two pairs.
        high: Upper end.
        share_worse: Share of runs in which the policy does worse; with no direction, is higher.
    """

    policy: str
    indicator: str
    differences: Floats
    mean: float
    low: float
    high: float
    share_worse: float


def paired_difference(
    indicators: pl.DataFrame, *, policy: str, reference: str, indicator: str, direction: str
) -> PairedDifference:
    """Compare a policy with the reference on the runs that both have."""
    pairs = paired_runs(indicators, policy=policy, reference=reference, indicator=indicator)
    differences = pairs["difference"].to_numpy()
    mean, low, high = mean_interval(independent(pairs))
    worse = differences < 0 if direction == "more" else differences > 0
    share = float(worse.mean()) if len(differences) else math.nan
    return PairedDifference(policy, indicator, differences, mean, low, high, share)


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
    """Mean and 95 % interval by Student's t; the ends are NaN with fewer than two values."""
    if len(values) == 0:
        return math.nan, math.nan, math.nan
    mean = float(values.mean())
    if len(values) < 2:
        return mean, math.nan, math.nan
    half = t_quantile(len(values) - 1) * float(values.std(ddof=1)) / math.sqrt(len(values))
    return mean, mean - half, mean + half


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
    parts = [float(values.var(ddof=1)) / len(values) for values in (ones, others)]
    variance = sum(parts)
    if variance == 0.0:
        return middle, middle, middle
    if not math.isfinite(variance):  # numbers past all measure
        return middle, math.nan, math.nan
    spent = sum(
        (part / variance) ** 2 / (len(values) - 1)
        for part, values in zip(parts, (ones, others), strict=True)
    )
    half = t_quantile(math.floor(1.0 / spent), confidence=confidence) * math.sqrt(variance)
    return middle, middle - half, middle + half


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
