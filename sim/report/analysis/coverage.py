"""Coverage: observed counts against the bands of the reference's runs, period by period.

The model's days are added up to the periods that were counted before anything is compared. The
counts that came with the scenario were known when the model was set up, so that coverage shows how
the model fits and tests no forecast.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.outcomes.total import TOTAL
from sim.report.analysis import queries
from sim.report.analysis.observed_totals import (
    Counted,
    Everywhere,
    not_modelled,
    observed_counts,
    observed_totals,
)
from sim.report.analysis.once import once
from sim.report.analysis.place_series import daily_at, kinds, origin_names, place_names
from sim.report.analysis.queries import Floats
from sim.results.tables.daily_summary import QUANTILES
from sim.scenario.counted_periods import Count, usual_length_d, without_overlaps
from sim.scenario.observed_series import OBSERVED, modelled_as
from sim.text.catalogue import translate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sim.results.store import StoredResults

CROSSINGS = ("crossing", "rail")
OPEN = queries.STATES.index("open")
# Share of the runs in a band, and the quantiles at its ends; the widest first.
BANDS = {0.95: ("q025", "q975"), 0.8: ("q10", "q90"), 0.5: ("q25", "q75")}


@dataclass(frozen=True)
class Counts:
    """Counts of a series at one place, or over all, over periods that fill the observed window.

    Attributes:
        place: Id of the place, or ``total``.
        series: What was counted.
        name: What the place is called, with the origin where it is of one.
        edges: Numbers of the days of the window on which periods begin, and of the one after the
            last, shape (periods + 1,).
        observations: count, low and high, in people, shape (3, periods); NaN where unknown.
        runs: Simulated people, shape (run, periods).
        origin: Id of the origin whose people were counted; everybody was if empty.
    """

    place: str
    series: str
    name: str
    edges: npt.NDArray[np.intp]
    observations: Floats
    runs: Floats
    origin: str = ""

    @property
    def lengths_d(self) -> npt.NDArray[np.intp]:
        """Days of each period, shape (periods,)."""
        return np.diff(self.edges)

    @property
    def middles(self) -> Floats:
        """The middle of each period, in days of the window, shape (periods,)."""
        return np.asarray(0.5 * (self.edges[:-1] + self.edges[1:] - 1), dtype=np.float64)

    def per_day(self, people: Floats) -> Floats:
        """People of each period as people a day, shape (..., periods); a stock is of one day."""
        return people / self.lengths_d

    @property
    def counted(self) -> npt.NDArray[np.intp]:
        """Indices of the periods with a count, not only a range."""
        return np.flatnonzero(np.isfinite(self.observations[0]))

    def quantile(self, name: str) -> Floats:
        """A quantile of the runs (a key of ``QUANTILES``), in people, shape (periods,)."""
        return np.asarray(np.quantile(self.runs, QUANTILES[name], axis=0))

    def inside(self, share: float) -> int:
        """In how many periods the count is in the band that holds this share of the runs."""
        low, high = BANDS[share]
        count = self.observations[0]
        return int(((count >= self.quantile(low)) & (count <= self.quantile(high))).sum())

    def below(self) -> Floats:
        """Share of runs below the count, ties half, shape (periods,); NaN without a count."""
        count = self.observations[0]
        share = (self.runs < count).mean(axis=0) + 0.5 * (self.runs == count).mean(axis=0)
        return np.where(np.isfinite(count), share, np.nan)


@dataclass(frozen=True)
class Observed:
    """What was observed, beside the reference's runs.

    Attributes:
        window: The days from the first to the last with a count or a range.
        total: Arrivals over all crossings.
        parts: Arrivals at each place that has counts, crossings first, north to south, then
            areas; then other series. Of everybody.
        by_origin: The same of people of one origin, who are in ``parts`` or ``total`` too where
            everybody was counted.
        left_out: How many counts there are of what the model has no series for, by series and
            whether they are of one origin.
        is_open: Whether a crossing, or any of an area, took claims at noon in any run of the
            reference, by its id, shape (days of the window,).
        members: Ids of the crossings of each area, by its id.
    """

    window: list[date]
    total: Counts
    parts: list[Counts]
    by_origin: list[Counts] = field(default_factory=list)
    left_out: Mapping[tuple[str, bool], int] = field(default_factory=dict)
    is_open: Mapping[str, npt.NDArray[np.bool_]] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def panels(self) -> list[Counts]:
        """Everything that was counted but for the total of arrivals, those by origin last."""
        return [*self.parts, *self.by_origin]


@once
def observed(results: StoredResults) -> Observed | None:
    """What was observed within the period; None where nothing was that can be compared."""
    counts = observed_counts(results)
    if not counts:
        return None
    every = [each for some in counts.values() for each in some]
    index = {d: k for k, d in enumerate(queries.days(results))}
    first = index[min(each.period_start for each in every)]
    last = index[max(each.period_end for each in every)]
    window = queries.days(results)[first : last + 1]
    total = _counts(
        results, window, Counted(TOTAL, "arrivals"), TOTAL, observed_totals(results, counts)
    )
    parts = [
        _counts(results, window, what, name, without_overlaps(counts[what]))
        for what, name in _parts(results, counts)
        if any(each.count is not None for each in counts[what])
    ]
    everybody = [each for each in parts if not each.origin]
    by_origin = [each for each in parts if each.origin]
    members = {area.id: area.crossings for area in queries.areas(results)}
    is_open = _open_days(results, first, last)
    for area, crossings in members.items():
        is_open[area] = np.logical_or.reduce([is_open[each] for each in crossings])
    return Observed(window, total, everybody, by_origin, not_modelled(results), is_open, members)


def _open_days(results: StoredResults, first: int, last: int) -> dict[str, npt.NDArray[np.bool_]]:
    """By crossing; one that no policy does anything about has no rows of access, and is open."""
    shares = queries.access_shares(results, queries.policies(results)[0])[:, :, first : last + 1]
    some = (shares[OPEN] > 0.0) | (shares.sum(axis=0) == 0.0)
    always = np.ones(last + 1 - first, dtype=np.bool_)
    is_open = {
        str(place["id"]): always
        for place in results.manifest["places"]
        if place["kind"] in CROSSINGS
    }
    named = (place.id for place in queries.crossings(results))
    return is_open | dict(zip(named, some, strict=True))


def _parts(results: StoredResults, counts: Everywhere) -> Iterator[tuple[Counted, str]]:
    """What was counted, but for the total of arrivals, and what its place is called."""
    names = {place.id: place.name for place in queries.crossings(results)}
    names |= {area.id: area.name for area in queries.areas(results)}
    names |= {each: each for each in kinds(results) if each not in names}
    names |= place_names(results) | {TOTAL: translate("All crossings")}
    origins = {"": "", **origin_names(results)}
    for series in OBSERVED:
        for place, name in names.items():
            for origin, people in origins.items():
                what = Counted(place, series, origin)
                if what in counts and what != Counted(TOTAL, "arrivals"):
                    yield what, f"{name}: {people}" if people else name


def _counts(
    results: StoredResults,
    window: Sequence[date],
    what: Counted,
    name: str,
    counts: Sequence[Count],
) -> Counts:
    """Counts that do not overlap, with the runs added up to their periods."""
    days = _daily(results, what, window)
    edges = _edges(window, counts)
    runs = np.stack([days[:, a:b].sum(axis=1) for a, b in pairwise(edges)], 1)
    observations = np.full((len(queries.COUNT_COLUMNS), len(edges) - 1), np.nan)
    for each in counts:
        at = int(np.searchsorted(edges, (each.period_start - window[0]).days))
        cells = (each.count, each.low, each.high)
        observations[:, at] = [np.nan if cell is None else cell for cell in cells]
    return Counts(what.place, what.series, name, edges, observations, runs, what.origin)


def _edges(window: Sequence[date], counts: Sequence[Count]) -> npt.NDArray[np.intp]:
    """Where periods begin; days without a count are in periods of the usual length."""
    usual = usual_length_d(counts)
    edges, at = [], 0
    for each in counts:
        first, last = ((d - window[0]).days for d in (each.period_start, each.period_end))
        edges += [*range(at, first, usual), first]
        at = last + 1
    return np.array([*edges, *range(at, len(window), usual), len(window)], dtype=np.intp)


def _daily(results: StoredResults, what: Counted, window: Sequence[date]) -> Floats:
    """The reference's runs by day of the window, shape (run, day)."""
    name = modelled_as(what.series, kinds(results)[what.place], what.origin)
    if name is None:
        raise KeyError(what)
    members = {area.id: area.crossings for area in queries.areas(results)}
    places = None if what.place == TOTAL else members.get(what.place, (what.place,))
    first = queries.days(results).index(window[0])
    runs = daily_at(results, queries.policies(results)[0], name, places, what.origin)
    return runs[:, first : first + len(window)]
