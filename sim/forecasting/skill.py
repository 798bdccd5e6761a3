"""Skill against baselines: 1 less the ratio of mean CRPS, with a bootstrap over days.

Days are drawn with all their counts, since those of one day go together (Politis and Romano 1994,
JASA 89:1303, of resampling what depends on each other together).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import fsum, isnan, nan
from random import Random
from typing import Final, NamedTuple

import numpy as np

from sim.forecasting.baselines import BASELINES
from sim.forecasting.evaluation import Evaluated
from sim.forecasting.targets import Target
from sim.study.learning import fair_crps

RESAMPLES: Final = 2000
LOW, HIGH = 0.025, 0.975
BEST: Final = "best of B0-B5, B7"
MODEL: Final = "model"


class Scored(NamedTuple):
    """The CRPS of every forecaster on one count.

    Attributes:
        day: number of the count's first day, with which it is resampled.
        ahead: how many days after the origin its last day is.
        crps: by forecaster, persons.
    """

    day: int
    ahead: int
    crps: Mapping[str, float]


class Skill(NamedTuple):
    """A row of ``skill.csv``.

    Attributes:
        days_ahead: how far ahead, d; empty for all together.
        baseline: against whom.
        counts: over how many counts.
        crps: mean CRPS of the model, persons.
        crps_baseline: that of the baseline.
        skill: 1 less the ratio.
        low: 2.5 % quantile of resampled skill.
        high: 97.5 % quantile.
    """

    days_ahead: int | None
    baseline: str
    counts: int
    crps: float
    crps_baseline: float
    skill: float
    low: float
    high: float


def scored(forecasts: Sequence[Evaluated], targets: Sequence[Target]) -> list[Scored]:
    """CRPS of forecasts from one origin on open counts."""
    return [
        Scored(
            each.first,
            each.last - forecasts[0].origin,
            {one.name: fair_crps(*one.pair(each)) for one in forecasts},
        )
        for each in targets
        if each.is_open
    ]


def skills(counts: Sequence[Scored], *, seed: int, ahead: int | None = None) -> list[Skill]:
    """Skill of the model against each baseline, and against the best that it has to beat.

    Args:
        counts: what was scored.
        seed: of the bootstrap.
        ahead: only counts so many days ahead; all if None.
    """
    chosen = [each for each in counts if ahead is None or each.ahead == ahead]
    if not chosen:
        return []
    names = [each.id for each in BASELINES]
    rows = [_skill(chosen, name, name, seed=seed, ahead=ahead) for name in names]
    best = min((each.id for each in BASELINES if each.simple), key=lambda n: _mean(chosen, n))
    return [*rows, _skill(chosen, best, f"{BEST}: {best}", seed=seed, ahead=ahead)]


def _mean(counts: Sequence[Scored], name: str) -> float:
    return fsum(each.crps[name] for each in counts) / len(counts)


def _skill(
    counts: Sequence[Scored], name: str, label: str, *, seed: int, ahead: int | None
) -> Skill:
    ours, theirs = _mean(counts, MODEL), _mean(counts, name)
    low, high = _interval(counts, name, seed)
    return Skill(ahead, label, len(counts), ours, theirs, _ratio(ours, theirs), low, high)


def _ratio(ours: float, theirs: float) -> float:
    return 1.0 - ours / theirs if theirs > 0.0 else nan


def _interval(counts: Sequence[Scored], name: str, seed: int) -> tuple[float, float]:
    """Quantiles of skill over resampled days; nan where there is one day alone."""
    ours, theirs = _by_day(counts, MODEL), _by_day(counts, name)
    if len(ours) < 2:
        return nan, nan
    draw = Random(seed).random  # noqa: S311 - its numbers are the same in every version
    found = []
    for _ in range(RESAMPLES):
        days = [int(draw() * len(ours)) for _ in ours]
        found.append(_ratio(fsum(ours[k] for k in days), fsum(theirs[k] for k in days)))
    known = [each for each in found if not isnan(each)]
    low, high = np.quantile(known, (LOW, HIGH)) if known else (nan, nan)
    return float(low), float(high)


def _by_day(counts: Sequence[Scored], name: str) -> list[float]:
    """Sums of CRPS by day, in order of days."""
    days: defaultdict[int, float] = defaultdict(float)
    for each in counts:
        days[each.day] += each.crps[name]
    return [days[day] for day in sorted(days)]
