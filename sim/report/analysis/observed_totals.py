"""What was counted, by place and series; over all crossings, as given or as sum of all parts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from sim.outcomes.total import TOTAL
from sim.report.analysis import queries
from sim.report.analysis.place_series import kinds
from sim.scenario.counted_periods import Count, added, over, without_overlaps
from sim.scenario.observed_series import STOCKS, modelled_as

if TYPE_CHECKING:
    from sim.results.store import StoredResults

ByPlace: TypeAlias = Mapping[tuple[str, str], Sequence[Count]]  # by place and series


@dataclass(frozen=True)
class Rate:
    """A count of arrivals over all crossings, as people a day.

    Attributes:
        first: number of its first day.
        last: number of its last day.
        per_day: people a day.
    """

    first: int
    last: int
    per_day: float


def observed_counts(results: StoredResults) -> ByPlace:
    """Counts and ranges that the model has a series for and whose periods are within its days.

    A stock is of the last day of its period.
    """
    found: defaultdict[tuple[str, str], list[Count]] = defaultdict(list)
    known = results.observed.filter(pl.any_horizontal(pl.col("count", "high").is_not_null()))
    first, last = queries.days(results)[0], queries.days(results)[-1]
    for start, end, place, series, *counts in _of_everybody(results, known).iter_rows():
        begins = end if series in STOCKS else start
        if first <= begins and end <= last:
            found[place, series].append(Count(begins, end, *counts))
    return found


def _of_everybody(results: StoredResults, rows: pl.DataFrame) -> pl.DataFrame:
    names = ["period_start", "period_end", "place", "series", *queries.COUNT_COLUMNS]
    known = kinds(results)
    compared = [
        place in known and modelled_as(series, known[place], origin or "") is not None
        for place, series, origin in rows.select("place", "series", "origin").iter_rows()
    ]
    return rows.filter(pl.Series(compared, dtype=pl.Boolean)).select(names)


def not_modelled(results: StoredResults) -> dict[tuple[str, bool], int]:
    """How many counts there are of what the model has no series for: by series, and by origin."""
    known = kinds(results)
    rows = results.observed.filter(pl.any_horizontal(pl.col("count", "high").is_not_null()))
    keys = rows.select("place", "series", "origin").iter_rows()
    return dict(
        Counter(
            (series, bool(origin))
            for place, series, origin in keys
            if modelled_as(series, known[place], origin or "") is None
        )
    )


def observed_totals(results: StoredResults, counts: ByPlace) -> list[Count]:
    """Arrivals over all crossings, of periods that do not overlap, in time order.

    As counted; over periods without a total, the sums of counts in areas and at the crossings
    outside them, where every crossing that people can use is among these. Counts of some crossings
    are no total of all.
    """
    given = list(counts.get((TOTAL, "arrivals"), ()))
    known = {(each.period_start, each.period_end) for each in given}
    summed = [each for each in _sums(results, counts) if _period(each) not in known]
    return without_overlaps([*given, *summed])


def _period(each: Count) -> tuple[date, date]:
    return each.period_start, each.period_end


def _sums(results: StoredResults, counts: ByPlace) -> Iterator[Count]:
    """Sums of parts over every period that one of them was counted over."""
    known = kinds(results)
    arrivals = {
        place: some
        for (place, series), some in counts.items()
        if series == "arrivals" and known[place] in ("crossing", "area")
    }
    areas = {area.id: set(area.crossings) for area in queries.areas(results)}
    usable = _usable_crossings(results)
    largest_first = sorted(arrivals, key=lambda place: -len(areas.get(place, ())))
    for start, end in sorted({_period(each) for some in arrivals.values() for each in some}):
        covered: set[str] = set()
        parts = []
        for place in largest_first:
            members = areas.get(place, {place})
            part = None if members & covered else over(start, end, arrivals[place])
            if part is not None and part.count is not None:
                covered |= members
                parts.append(part)
        whole = added(start, end, parts) if usable <= covered else None
        if whole is not None:
            yield whole


def _usable_crossings(results: StoredResults) -> set[str]:
    """Ids of the crossings that people can use."""
    return {str(each["id"]) for each in results.manifest["places"] if each["kind"] == "crossing"}


def observed_rates(results: StoredResults) -> list[Rate]:
    """Observed arrivals over all crossings as people a day, over periods with a count."""
    index = {d: k for k, d in enumerate(queries.days(results))}
    rates = []
    for each in observed_totals(results, observed_counts(results)):
        if each.count is not None:
            first, last = index[each.period_start], index[each.period_end]
            rates.append(Rate(first, last, each.count / (last - first + 1)))
    return rates
