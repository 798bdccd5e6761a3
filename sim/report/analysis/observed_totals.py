"""What was counted, by place, series and origin; over all crossings, as given or as sum of all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import polars as pl

from sim.outcomes.total import TOTAL
from sim.report.analysis import queries
from sim.report.analysis.place_series import kinds
from sim.scenario.counted_periods import Count, added, over, period_of, without_overlaps
from sim.scenario.observed_series import modelled_as

if TYPE_CHECKING:
    from sim.results.store import StoredResults


class Counted(NamedTuple):
    """What was counted.

    Attributes:
        place: id of the place, of an area, or ``total``.
        series: a key of :data:`~sim.scenario.observed_series.OBSERVED`.
        origin: id of the origin whose people were counted; everybody was if empty.
    """

    place: str
    series: str
    origin: str = ""


Everywhere: TypeAlias = Mapping[Counted, Sequence[Count]]


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


def observed_counts(results: StoredResults) -> Everywhere:
    """Counts and ranges that the model has a series for and whose periods are within its days."""
    found: defaultdict[Counted, list[Count]] = defaultdict(list)
    known = results.observed.filter(pl.any_horizontal(pl.col("count", "high").is_not_null()))
    first, last = queries.days(results)[0], queries.days(results)[-1]
    for start, end, place, series, origin, *counts in _modelled(results, known).iter_rows():
        if first <= start and end <= last:
            found[Counted(place, series, origin or "")].append(Count(start, end, *counts))
    return found


def _modelled(results: StoredResults, rows: pl.DataFrame) -> pl.DataFrame:
    names = ["period_start", "period_end", "place", "series", "origin", *queries.COUNT_COLUMNS]
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


def observed_totals(results: StoredResults, counts: Everywhere) -> list[Count]:
    """Arrivals over all crossings, of periods that do not overlap, in time order.

    As counted; over periods without a total, the sums of counts in areas and at the crossings
    outside them, where every crossing that people can use is among these. Counts of some crossings
    are no total of all.
    """
    given = list(counts.get(Counted(TOTAL, "arrivals"), ()))
    known = {period_of(each) for each in given}
    summed = [each for each in _sums(results, counts) if period_of(each) not in known]
    return without_overlaps([*given, *summed])


def _sums(results: StoredResults, counts: Everywhere) -> Iterator[Count]:
    """Sums of parts over every period that one of them was counted over."""
    known = kinds(results)
    arrivals = {
        what.place: some
        for what, some in counts.items()
        if what == Counted(what.place, "arrivals") and known[what.place] in ("crossing", "area")
    }
    areas = {area.id: set(area.crossings) for area in queries.areas(results)}
    usable = _usable_crossings(results)
    largest_first = sorted(arrivals, key=lambda place: -len(areas.get(place, ())))
    for start, end in sorted({period_of(each) for some in arrivals.values() for each in some}):
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
