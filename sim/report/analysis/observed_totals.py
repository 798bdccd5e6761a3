"""What was counted over all crossings, day by day: as given, or as the sum of all parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from sim.outcomes.total import TOTAL
from sim.report.analysis import queries

if TYPE_CHECKING:
    from sim.results.store import StoredResults


def observed_totals(results: StoredResults) -> pl.DataFrame:
    """date, best, low and high of arrivals over all crossings.

    As counted; on days without a total, the sums of a day's counts in areas and at the crossings
    outside them, where every crossing that people can use is among these. Counts of some crossings
    are no total of all.
    """
    rows = results.observed.filter(pl.any_horizontal("best", "high").is_not_null())
    given = rows.filter(crossing=TOTAL).select("date", *queries.COUNT_COLUMNS)
    summed = _sums_of_parts(results, rows.drop_nulls("best"))
    missing = summed.join(given, on="date", how="anti").select("date", *queries.COUNT_COLUMNS)
    return pl.concat([given, missing]).sort("date")


def _sums_of_parts(results: StoredResults, counted: pl.DataFrame) -> pl.DataFrame:
    """Sums by day where all parts are known; a range only where one of them has a range."""
    members = {area.id: area.crossings for area in queries.areas(results)}
    for name, crossings_in_it in members.items():
        together = counted.filter(crossing=name)["date"].implode()
        twice = pl.col("crossing").is_in(crossings_in_it) & pl.col("date").is_in(together)
        counted = counted.filter(~twice)
    whole = [
        day
        for (day,), rows in counted.group_by("date")
        if _usable_crossings(results)
        <= {each for name in rows["crossing"] for each in members.get(name, (name,))}
    ]
    best = pl.col("best").sum()
    range_ends = [
        pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).fill_null(pl.col("best")).sum())
        for name in ("low", "high")
    ]
    ends = [end.alias(name) for end, name in zip(range_ends, ("low", "high"), strict=True)]
    return counted.filter(pl.col("date").is_in(whole)).group_by("date").agg(best, *ends)


def _usable_crossings(results: StoredResults) -> set[str]:
    """Ids of the crossings that people can use."""
    return {str(each["id"]) for each in results.manifest["places"] if each["kind"] == "crossing"}


def observed_days(results: StoredResults) -> list[tuple[int, float]]:
    """(day index, observed arrivals) over all crossings, on days of the period with a count."""
    index = {d: k for k, d in enumerate(queries.days(results))}
    rows = observed_totals(results).drop_nulls("best").sort("date").select("date", "best").rows()
    return [(index[d], float(best)) for d, best in rows if d in index]
