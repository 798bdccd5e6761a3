"""A forecast summed over each phase: how many people come before crossings change again.

A phase sum is what can be checked where counts of single days are missing or late, and what says
whether an interval is too wide to be of use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import nan
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.forecasting.hindcast import ALL, Hindcast
from sim.forecasting.policy_path import Phase
from sim.outcomes.total import TOTAL

Floats: TypeAlias = NDArray[np.float64]
ONE_AND_ALL: Final = 2  # places of a phase in which one crossing is open
LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)


class PhaseSum(NamedTuple):
    """A row of ``forecast_by_phase.csv``.

    Attributes:
        phase: first and last day.
        place: id of a crossing that is open in it, or ``total`` for all crossings.
        hypothesis: of which samples; ``all`` for all of them.
        samples: how many these are.
        mean: people, on average.
        q05: quantiles of people: 5 %.
        q25: 25 %.
        q50: the median.
        q75: 75 %.
        q95: 95 %.
        width: width of the central 90 % over the median, 1; nan where the median is nobody.
    """

    phase: str
    place: str
    hypothesis: str
    samples: int
    mean: float
    q05: float
    q25: float
    q50: float
    q75: float
    q95: float
    width: float


def by_phase(hindcast: Hindcast) -> pl.DataFrame:
    """Sums of the model's samples by phase, place and hypothesis."""
    rows = phase_sums_of(hindcast, hindcast.people)
    return pl.DataFrame(rows, schema=list(PhaseSum._fields), orient="row")


def phase_sums_of(hindcast: Hindcast, people: Floats) -> list[PhaseSum]:
    """Sums of samples by phase, place and hypothesis.

    Args:
        hindcast: whose days and hypotheses the samples have.
        people: samples, of the model or of a baseline, shape (samples, days ahead, crossings).
    """
    held = np.array(hindcast.ensemble.hypotheses)
    names = sorted(set(hindcast.ensemble.hypotheses))
    groups = [(ALL, np.full(len(held), fill_value=True)), *((each, held == each) for each in names)]
    return [
        PhaseSum(phase.name, place, name, int(mine.sum()), *_summary(sums[mine]))
        for phase in phases_of(hindcast)
        for place, sums in _sums(hindcast, people, phase)
        for name, mine in groups
    ]


def without_repeats(rows: Sequence[PhaseSum]) -> list[PhaseSum]:
    """Sums without those of all crossings where a single one is open."""
    alone = Counter((each.phase, each.hypothesis) for each in rows)
    return [x for x in rows if x.place != TOTAL or alone[x.phase, x.hypothesis] != ONE_AND_ALL]


def phases_of(hindcast: Hindcast) -> list[Phase]:
    """The phases of the days that are forecast."""
    past = hindcast.past
    return past.path.phases(past.origin + 1, past.until)


def open_places(hindcast: Hindcast, phase: Phase) -> list[int]:
    """Numbers of the crossings that take claims at some time of a phase."""
    is_open = hindcast.past.path.is_open[phase.first : phase.last + 1]
    return [int(each) for each in np.flatnonzero(is_open.any(axis=0))]


def _sums(hindcast: Hindcast, people: Floats, phase: Phase) -> Iterator[tuple[str, Floats]]:
    """Sums over a phase, shape (samples,): of each open crossing, and of all crossings."""
    first = hindcast.past.origin + 1
    within = people[:, phase.first - first : phase.last + 1 - first]
    for crossing in open_places(hindcast, phase):
        yield hindcast.crossings[crossing], np.asarray(within[:, :, crossing].sum(axis=1))
    yield TOTAL, np.asarray(within.sum(axis=(1, 2)))


def _summary(sums: Floats) -> tuple[float, ...]:
    quantiles = [round(float(each), 6) for each in np.quantile(sums, LEVELS)]
    low, middle, high = quantiles[0], quantiles[2], quantiles[-1]
    width = round((high - low) / middle, 6) if middle > 0.0 else nan
    return round(float(sums.mean()), 6), *quantiles, width
