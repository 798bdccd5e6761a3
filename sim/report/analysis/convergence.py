"""Convergence: how the 95 % interval of a mean narrows as states of the world are added.

The mean is that of the paired difference from the reference, or with one policy only of its value;
it is taken over states of the world, each with the mean of its runs. Half-widths shrink with the
root of n.
Where states of the world have several runs, the variance between them (what is unknown) and within
them (chance) says whether more states or more runs in each would help.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.queries import Floats
from sim.report.analysis.statistics import independent, mean_interval, paired_runs
from sim.results.tables.variance_table import VarianceSplit, split_variance

if TYPE_CHECKING:
    from sim.results.store import StoredResults

MOST_POINTS = 40  # of a curve


@dataclass(frozen=True)
class Curve:
    """Half-widths of one policy's 95 % interval over the first ``runs`` states of the world.

    Attributes:
        policy: Id of the policy.
        mean: Mean over all runs, in the indicator's unit: of the paired difference, or of the
            value with one policy only.
        runs: Numbers of independent means: of states of the world, or of runs where there is one
            state of the world only.
        half: Half-width of the interval with so many, in the indicator's unit, one for each of
            ``runs``.
        interval: Ends of the interval with all of them, as every table has it; it may reach
            further to one side than to the other.
        split: Variance between and within states of the world; None where nothing is known of it.
    """

    policy: str
    mean: float
    runs: list[int]
    half: Floats
    interval: tuple[float, float]
    split: VarianceSplit | None = None

    @property
    def chance(self) -> float | None:
        """Share of chance in the variance of one run; None where it cannot be told."""
        split = self.split
        if split is None or split.between is None or split.within is None:
            return None
        total = split.between + split.within
        return split.within / total if total > 0.0 else None

    @property
    def narrowed_by_runs(self) -> float | None:
        """By which share twice the runs in each state of the world would narrow the interval.

        Twice the states of the world narrow it by 1 - 1/sqrt(2), at the same cost.
        """
        split = self.split
        if split is None or self.chance is None:
            return None
        between, chance = split.between or 0.0, (split.within or 0.0) / split.runs
        return 1.0 - math.sqrt((between + chance / 2.0) / (between + chance))

    @property
    def clear(self) -> bool:
        """Whether the interval of all runs leaves zero out."""
        low, high = self.interval
        return low > 0.0 or high < 0.0

    @property
    def needed(self) -> int:
        """Means with which the interval would leave zero out, if their mean stayed as it is."""
        low, high = self.interval
        towards_zero = self.mean - low if self.mean > 0.0 else high - self.mean
        return math.ceil(self.runs[-1] * (towards_zero / abs(self.mean)) ** 2)


def curves_of(results: StoredResults, indicator: str) -> list[Curve]:
    """Every other policy's paired difference, or the mean of the only policy; none without runs."""
    reference, *others = queries.policies(results)
    curves = []
    for policy in others or [reference]:
        pairs = _differences(results, indicator, policy, reference)
        values = independent(pairs)
        if len(values) < 2:
            continue
        steps = np.geomspace(2, len(values), MOST_POINTS).round().astype(int)
        runs = sorted({int(n) for n in steps})
        ends = [mean_interval(values[:n]) for n in runs]
        half = np.array([(high - low) / 2 for _, low, high in ends])
        mean, low, high = ends[-1]
        split = split_variance(_groups(pairs))
        curves.append(Curve(policy, mean, runs, half, (low, high), split))
    return curves


def _groups(pairs: pl.DataFrame) -> list[list[float]]:
    """The differences of each state of the world."""
    groups = pairs.group_by("state_of_world", maintain_order=True).agg("difference")
    return groups["difference"].to_list()


def _differences(results: StoredResults, name: str, policy: str, reference: str) -> pl.DataFrame:
    """State of the world, replicate, difference from the reference; of the reference its value."""
    if policy != reference:
        return paired_runs(results.indicators, policy=policy, reference=reference, indicator=name)
    rows = results.indicators.filter(policy=policy, indicator=name).drop_nulls("value")
    return rows.sort("state_of_world", "replicate").select(
        "state_of_world", "replicate", difference="value"
    )


def smallest_unclear(results: StoredResults, curves: Sequence[Curve]) -> Curve | None:
    """The smallest difference that is not clear yet, if there are differences at all."""
    if len(queries.policies(results)) < 2:
        return None
    open_ones = [curve for curve in curves if curve.mean and not curve.clear]
    return min(open_ones, key=lambda curve: abs(curve.mean), default=None)


def widest(curves: Sequence[Curve]) -> Curve:
    """The curve with the widest interval."""
    return max(curves, key=lambda curve: float(curve.half[-1]))
