"""How far simulated arrivals can be trusted where people were counted: bias, and coverage.

Counts of nobody say little: a model that sends nobody anywhere has all of them in its bands. So
they are apart from counts of people, and those of crossings that took no claims, and of days before
anybody had been counted anywhere, are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from sim.outcomes.total import TOTAL
from sim.report.analysis.coverage import BANDS, Counts, Observed
from sim.scenario.observed_series import OBSERVED, STOCKS

Days: TypeAlias = npt.NDArray[np.bool_]
SHARE: Final = 0.8  # of the runs in the band that counts are looked for in
ARRIVALS: Final = "arrivals"
FLOWS: Final = tuple(name for name in OBSERVED if name not in STOCKS)


@dataclass(frozen=True)
class Bias:
    """Which way the median run lies of counts, and how far.

    Attributes:
        too_low: counts that are above the median of the runs.
        too_high: counts that are below it.
        counts: how many there are.
        counted: people in all of them.
        modelled: people in the same periods in the median run.
        by_day: whether there is one for each day: all are of a day and of the same place.
    """

    too_low: int
    too_high: int
    counts: int
    counted: float
    modelled: float
    by_day: bool


@dataclass(frozen=True)
class PlaceCounts:
    """Counts of arrivals at a crossing, or at some together.

    Attributes:
        counts: all counts of the place.
        chosen: numbers of the periods that are looked at.
    """

    counts: Counts
    chosen: npt.NDArray[np.intp]

    @property
    def with_people(self) -> npt.NDArray[np.intp]:
        """Periods in which somebody was counted."""
        return np.array([k for k in self.chosen if self.counts.observations[0][k] > 0.0], np.intp)

    @property
    def empty(self) -> npt.NDArray[np.intp]:
        """Periods in which nobody was."""
        return np.array([k for k in self.chosen if self.counts.observations[0][k] <= 0.0], np.intp)

    def inside(self, periods: npt.NDArray[np.intp]) -> int:
        """How many of these counts are in the band of :data:`SHARE` of the runs."""
        low, high = (self.counts.quantile(end)[periods] for end in BANDS[SHARE])
        count = self.counts.observations[0][periods]
        return int(((count >= low) & (count <= high)).sum())

    @property
    def bias(self) -> Bias:
        """Of the counts that are looked at."""
        return _bias([(self.counts, self.chosen)])


def bias_of(observed: Observed) -> Bias | None:
    """Of all arrivals: of the whole border where that was counted, else of single places.

    Of single origins where everybody was counted nowhere; of people registered, turned back or
    found where no arrivals were counted, as where there is no crossing. None without any of these.
    """
    every = [observed.total, *observed.parts, *observed.by_origin]
    counted = [each for each in every if len(each.counted)]
    for series in FLOWS:
        mine = [each for each in counted if each.series == series]
        everybody = [each for each in mine if not each.origin]
        everywhere = [each for each in everybody if each.place == TOTAL]
        if some := everywhere or everybody or mine:
            return _bias([(each, each.counted) for each in some])
    return None


def _bias(some: Sequence[tuple[Counts, npt.NDArray[np.intp]]]) -> Bias:
    low = high = many = 0
    people = 0.0
    modelled = np.zeros(len(some[0][0].runs))
    for counts, periods in some:
        count, middle = counts.observations[0][periods], counts.quantile("q50")[periods]
        low, high = low + int((count > middle).sum()), high + int((count < middle).sum())
        many, people = many + len(periods), people + float(count.sum())
        modelled = modelled + counts.runs[:, periods].sum(axis=1)
    by_day = len(some) == 1 and is_by_day([PlaceCounts(*each) for each in some])
    return Bias(low, high, many, people, float(np.median(modelled)), by_day)


def crossing_days(observed: Observed) -> list[PlaceCounts]:
    """Counts of arrivals at each crossing: of people, and of nobody where somebody could have come.

    From the first day on which anybody was counted anywhere. An area stands as one crossing does,
    but where each of its crossings was counted alone.
    """
    since = _first_day_with_people(observed)
    arrivals = [each for each in observed.parts if each.series == ARRIVALS]
    known = {each.place: _counted_days(each, observed) for each in arrivals}
    found = [
        PlaceCounts(
            part, _chosen(part, is_open, _counted_alone(part.place, observed, known), since)
        )
        for part in arrivals
        if (is_open := observed.is_open.get(part.place)) is not None
    ]
    return [each for each in found if len(each.chosen)]


def is_by_day(places: Sequence[PlaceCounts]) -> bool:
    """Whether every count that is looked at is of a single day."""
    return all(bool((each.counts.lengths_d[each.chosen] == 1).all()) for each in places)


def _first_day_with_people(observed: Observed) -> int:
    """Number of the day of the window from which on people were counted anywhere."""
    arrivals = [each for each in (observed.total, *observed.parts) if each.series == ARRIVALS]
    days = [each.edges[:-1][each.observations[0] > 0.0] for each in arrivals]
    return int(min(np.concatenate(days), default=len(observed.window)))


def _counted_days(counts: Counts, observed: Observed) -> Days:
    """On which days of the window there is a count of a place."""
    days = np.zeros(len(observed.window), dtype=np.bool_)
    for k in counts.counted.tolist():
        days[counts.edges[k] : counts.edges[k + 1]] = True
    return days


def _counted_alone(place: str, observed: Observed, known: Mapping[str, Days]) -> Days:
    """On which days each crossing of an area was counted alone; never, for a crossing."""
    nothing = np.zeros(len(observed.window), dtype=np.bool_)
    members = observed.members.get(place, ())
    counted = (known.get(each, nothing) for each in members)
    return np.logical_and.reduce(list(counted)) if members else nothing


def _chosen(counts: Counts, is_open: Days, by_crossing: Days, since: int) -> npt.NDArray[np.intp]:
    """Numbers of periods with people, and of such without in which somebody could have come."""
    rows = counts.counted
    rows = rows[counts.edges[:-1][rows] >= since]
    spans = list(pairwise(counts.edges.tolist()))
    could = np.array([is_open[a:b].any() for a, b in spans])
    alone = np.array([by_crossing[a:b].all() for a, b in spans])
    came = counts.observations[0] > 0.0
    return np.array([k for k in rows if (came[k] or could[k]) and not alone[k]], np.intp)
