"""Convergence: how the 95 % interval of a mean narrows as runs are added.

The mean is that of the paired difference to the reference, or with one policy only of its value;
replicates of one state of the world count as one run. Half-widths shrink as 1/sqrt(n).
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

if TYPE_CHECKING:
    from sim.results.store import StoredResults

MOST_POINTS = 40  # of a curve


@dataclass(frozen=True)
class Curve:
    """Half-widths of one policy's 95 % interval over the first ``runs`` runs.

    Attributes:
        policy: Id of the policy.
        mean: Mean over all runs, in the indicator's unit: of the paired difference, or of the
            value with one policy only.
        runs: Numbers of independent runs.
        half: Half-width of the interval with so many, in the indicator's unit, one for each of
            ``runs``.
    """

    policy: str
    mean: float
    runs: list[int]
    half: Floats

    @property
    def clear(self) -> bool:
        """Whether the interval of all runs leaves zero out."""
        return abs(self.mean) > float(self.half[-1])

    @property
    def needed(self) -> int:
        """Runs with which the interval would leave zero out, if the mean stayed as it is."""
        return math.ceil(self.runs[-1] * (float(self.half[-1]) / abs(self.mean)) ** 2)


def curves_of(results: StoredResults, indicator: str) -> list[Curve]:
    """Every other policy's paired difference, or the mean of the only policy; none without runs."""
    reference, *others = queries.policies(results)
    curves = []
    for policy in others or [reference]:
        values = independent(_differences(results, indicator, policy, reference))
        if len(values) < 2:
            continue
        steps = np.geomspace(2, len(values), MOST_POINTS).round().astype(int)
        runs = sorted({int(n) for n in steps})
        ends = [mean_interval(values[:n]) for n in runs]
        half = np.array([(high - low) / 2 for _, low, high in ends])
        curves.append(Curve(policy, ends[-1][0], runs, half))
    return curves


def _differences(results: StoredResults, name: str, policy: str, reference: str) -> pl.DataFrame:
    """State of the world, replicate and difference to the reference; of the reference its value."""
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
