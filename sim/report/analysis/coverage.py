"""Coverage: observed counts of arrivals against the bands of the reference's runs, day by day.

The counts that came with the scenario were known when the model was set up, so that coverage shows
how the model fits and tests no forecast.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.outcomes.total import TOTAL
from sim.report.analysis import queries
from sim.report.analysis.observed_totals import observed_totals
from sim.report.analysis.queries import Floats
from sim.results.tables.daily_summary import QUANTILES

if TYPE_CHECKING:
    from datetime import date

    from sim.results.store import StoredResults

# Share of the runs in a band, and the quantiles at its ends; the widest first.
BANDS = {0.95: ("q025", "q975"), 0.8: ("q10", "q90"), 0.5: ("q25", "q75")}


@dataclass(frozen=True)
class Counts:
    """Counts at one crossing, in an area, or over all, on the days of the observed window.

    Attributes:
        place: Id of the crossing or the area, or ``total``.
        name: What it is called.
        observations: best, low and high, in people a day, shape (3, day); NaN where unknown.
        runs: Simulated arrivals, in people a day, shape (run, day).
    """

    place: str
    name: str
    observations: Floats
    runs: Floats

    @property
    def counted(self) -> npt.NDArray[np.intp]:
        """Indices of the days with a count, not only a range."""
        return np.flatnonzero(np.isfinite(self.observations[0]))

    def quantile(self, name: str) -> Floats:
        """A quantile of the runs (a key of ``QUANTILES``), in people a day, shape (day,)."""
        return np.asarray(np.quantile(self.runs, QUANTILES[name], axis=0))

    def inside(self, share: float) -> int:
        """On how many days the count is in the band that holds this share of the runs."""
        low, high = BANDS[share]
        best = self.observations[0]
        return int(((best >= self.quantile(low)) & (best <= self.quantile(high))).sum())

    def below(self) -> Floats:
        """Share of runs below the count, ties counting half, shape (day,); NaN without a count."""
        best = self.observations[0]
        share = (self.runs < best).mean(axis=0) + 0.5 * (self.runs == best).mean(axis=0)
        return np.where(np.isfinite(best), share, np.nan)


@dataclass(frozen=True)
class Observed:
    """What was observed, beside the reference's runs.

    Attributes:
        window: The days from the first to the last with a count or a range.
        total: Counts over all crossings.
        parts: Counts at each crossing that has any, north first, then in areas.
    """

    window: list[date]
    total: Counts
    parts: list[Counts]


def observed(results: StoredResults) -> Observed | None:
    """What was observed on days of the period; None where nothing was."""
    rows = results.observed.filter(pl.any_horizontal("best", "high").is_not_null())
    days = [d for d in queries.days(results) if d in set(rows["date"].to_list())]
    if not days:
        return None
    first, last = (queries.days(results).index(d) for d in (days[0], days[-1]))
    window = queries.days(results)[first : last + 1]
    reference = queries.policies(results)[0]
    total = queries.daily_totals(results, "arrivals")[reference][:, first : last + 1]
    each = queries.daily_by_crossing(results, "arrivals")[reference][:, :, first : last + 1]
    everywhere = Counts(TOTAL, TOTAL, _observations(observed_totals(results), window), total)
    parts = [
        Counts(name, label, _observations(mine, window), each[:, members].sum(axis=1))
        for name, label, members in _parts(results)
        for mine in [rows.filter(crossing=name)]
        if not mine.drop_nulls("best").is_empty()
    ]
    return Observed(window, everywhere, parts)


def _parts(results: StoredResults) -> Iterator[tuple[str, str, list[int]]]:
    """Id, name and members (numbers among the crossings) of what may have counts of its own."""
    number = {place.id: k for k, place in enumerate(queries.crossings(results))}
    yield from ((place.id, place.name, [k]) for k, place in enumerate(queries.crossings(results)))
    for area in queries.areas(results):
        yield area.id, area.name, [number[each] for each in area.crossings if each in number]


def _observations(rows: pl.DataFrame, window: Sequence[date]) -> Floats:
    """best, low and high by day of the window, shape (3, day)."""
    index = {d: k for k, d in enumerate(window)}
    observations = np.full((len(queries.COUNT_COLUMNS), len(window)), np.nan)
    for day, *cells in rows.select("date", *queries.COUNT_COLUMNS).iter_rows():
        if day in index:
            observations[:, index[day]] = [np.nan if cell is None else cell for cell in cells]
    return observations
