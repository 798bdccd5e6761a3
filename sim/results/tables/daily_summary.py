"""Daily series over the runs of a policy: totals over crossings, means and quantiles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.outcomes.total import TOTAL
from sim.results.tables.record import (
    CROSSING,
    DATE,
    POLICY,
    RUN_KEYS,
    SERIES_NAME,
    Column,
    Manifest,
    RowSource,
    Table,
    ids,
    scenario_clock,
)

MOST_BLOCK_BYTES: Final = 128 * 2**20  # of values by day, crossing and run
MOST_ROWS: Final = 2**17  # of a policy, whose series are told apart in one step
SORTED_BYTES: Final = 2**20  # of days whose quantiles are found in one call: the cache holds them
QUANTILES = {
    "q025": 0.025,
    "q10": 0.1,
    "q25": 0.25,
    "q50": 0.5,
    "q75": 0.75,
    "q90": 0.9,
    "q975": 0.975,
}


def summarise_daily(
    daily: RowSource, *, policies: Sequence[str], dates: Sequence[date], runs: int
) -> Iterator[pl.DataFrame]:
    """Mean and quantiles over the runs for every day, crossing and series, a policy at a time.

    Zeros that were left out count as zeros; rows in which every run has zero are left out again.
    Each series also gets the crossing ``total``: the sum over the crossings of a run, summarised as
    a sum, since quantiles do not add. A series that is already given for ``total`` keeps the given
    one.

    Args:
        daily: Has the rows of ``daily.parquet``.
        policies: Every policy that ran, in order.
        dates: Every day of the period, in order.
        runs: The number of runs of each policy.
    """
    several = max(1, MOST_BLOCK_BYTES // (8 * max(1, len(dates) * runs)))
    found = _by_series(daily)
    given = [series for series, crossings in found.items() if TOTAL in crossings]
    asked = _Asked(dates, sorted({TOTAL}.union(*found.values())), given)
    for policy in policies:
        parts = list(daily.parts("daily", policy))
        rows = sum(part.select(pl.len()).collect().item() for part in parts)
        whole = _cells(pl.concat(parts), asked) if parts and rows <= MOST_ROWS else None
        summaries = []
        for series, crossings in found.items():
            for some in _cut(sorted({*crossings, TOTAL}), several):
                each = (_cells(part, asked, series).get(series) for part in parts)
                cells = each if whole is None else [whole.get(series)]
                block = _dense(cells, [asked.places.index(name) for name in some], len(dates), runs)
                summaries.append(_summarised(block, policy, series, crossings=some, dates=dates))
        yield pl.concat([pl.DataFrame(schema=TABLE.schema), *summaries])


def with_totals(daily: pl.DataFrame) -> pl.DataFrame:
    """The daily rows with, for every series and run, the sum over crossings as ``total``."""
    return _with_totals(daily, daily.filter(crossing=TOTAL)["series"].unique().to_list())


def _with_totals(daily: pl.DataFrame, given: Sequence[str]) -> pl.DataFrame:
    """The same, but for series whose totals are given."""
    keys = [*RUN_KEYS, "date", "series"]
    sums = (
        daily.filter(~pl.col("series").is_in(list(given)))
        .group_by(keys)
        .agg(pl.col("value").sort().sum())  # sorted, so that the sum does not depend on row order
        .with_columns(crossing=pl.lit(TOTAL))
        .select(daily.columns)
    )
    return pl.concat([daily, sums])


def _by_series(daily: RowSource) -> dict[str, list[str]]:
    """The crossings that each series is given for."""
    empty = pl.DataFrame(schema={"crossing": pl.String, "series": pl.String})
    found = [part.select(empty.columns).unique().collect() for part in daily.parts("daily")]
    crossings: dict[str, list[str]] = {}
    for crossing, series in pl.concat([empty, *found]).unique().sort("series", "crossing").rows():
        crossings.setdefault(series, []).append(crossing)
    return crossings


def _cut(crossings: Sequence[str], several: int) -> Iterator[Sequence[str]]:
    for first in range(0, len(crossings), several):
        yield crossings[first : first + several]


class _Cells(NamedTuple):
    """Values of a series, totals among them, of some runs, which are numbered in order.

    Attributes:
        day: number of the day, shape (rows,).
        place: number of the crossing, or of TOTAL, same shape.
        run: number of the run among those in which the series is not zero, same shape.
        value: same shape.
        runs: how many runs those are.
    """

    day: npt.NDArray[np.int64]
    place: npt.NDArray[np.int64]
    run: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    runs: int


_CELL: Final = ("day", "place", "run", "value")


class _Asked(NamedTuple):
    """What a summary is of: days, crossings and TOTAL in order, and series with given totals."""

    dates: Sequence[date]
    places: Sequence[str]
    given: Sequence[str]


def _cells(part: pl.LazyFrame, asked: _Asked, series: str | None = None) -> dict[str, _Cells]:
    """Values of each series in some rows, or of one; all together take as many steps as one."""
    rows = (part if series is None else part.filter(pl.col("series") == series)).collect()
    run = pl.struct("state_of_world", "replicate").rank("dense").over("series").cast(pl.Int64)
    day, place = (
        pl.col(name).replace_strict(list(known), range(len(known)), default=None)
        for name, known in (("date", asked.dates), ("crossing", asked.places))
    )
    numbered = _with_totals(rows, asked.given).with_columns(run=run - 1, day=day, place=place)
    found = {}
    for (name,), some in numbered.partition_by("series", as_dict=True).items():
        runs = some.select(pl.col("run").max() + 1).item()
        within = some.drop_nulls("day")
        day_of, place_of, run_of, values = (within[each].to_numpy() for each in _CELL)
        found[str(name)] = _Cells(day_of, place_of, run_of, values, runs)
    return found


def _summarised(
    block: npt.NDArray[np.float64],
    policy: str,
    series: str,
    *,
    crossings: Sequence[str],
    dates: Sequence[date],
) -> pl.DataFrame:
    """Means and quantiles of one policy and series at some crossings, over all runs."""
    columns = {name: values.ravel() for name, values in zip(QUANTILES, _levels(block), strict=True)}
    days = np.repeat(np.array(dates, dtype="datetime64[D]"), len(crossings))
    summary = pl.DataFrame(
        {
            "policy": [policy] * len(days),
            "date": days,
            "crossing": list(crossings) * len(dates),
            "series": [series] * len(days),
            "mean": block.mean(axis=2).ravel(),
            **columns,
        },
        schema=TABLE.schema,
    )
    return summary.filter(pl.col("mean") != 0.0)


def _levels(block: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Quantiles over the runs, shape (quantiles, days, crossings).

    Many days in one call: calls cost more than the sorting where there are few runs.
    """
    days = max(1, SORTED_BYTES // max(1, block[:1].nbytes))
    asked = list(QUANTILES.values())
    several = (block[first : first + days] for first in range(0, len(block), days))
    return np.concatenate([np.quantile(each, asked, axis=2) for each in several], axis=1)


def _dense(
    parts: Iterable[_Cells | None], places: Sequence[int], days: int, runs: int
) -> npt.NDArray[np.float64]:
    """Values by day, crossing and run; runs are in order, those without any value last."""
    block = np.zeros((days, len(places), runs))
    column = np.full(max(places) + 1, len(places))
    column[list(places)] = range(len(places))
    before = 0
    for cells in filter(None, parts):
        known = np.flatnonzero(cells.place < len(column))
        known = known[column[cells.place[known]] < len(places)]
        where = cells.day[known], column[cells.place[known]], cells.run[known] + before
        block[where] = cells.value[known]
        before += cells.runs
    return block


def _frames(tables: RowSource, manifest: Manifest) -> Iterator[pl.DataFrame]:
    policies = ids(manifest, "policies")
    runs = max(_runs(tables, policy) for policy in policies)
    return summarise_daily(
        tables, policies=policies, dates=scenario_clock(manifest).days, runs=runs
    )


def _runs(tables: RowSource, policy: str) -> int:
    """How many runs of a policy there are: parts have whole runs."""
    counted = (
        part.select(pl.struct("state_of_world", "replicate").n_unique()).collect().item()
        for part in tables.parts("indicators", policy)
    )
    return sum(map(int, counted))


TABLE: Final = Table(
    "daily_summary",
    "daily_summary.csv",
    "a policy, a day, a crossing, a series, over all runs",
    "Mean and quantiles of the daily series over the runs of a policy; all-zero rows left out.",
    (
        POLICY,
        DATE,
        replace(CROSSING, meaning="id of the crossing, or `total`"),
        SERIES_NAME,
        Column("mean", pl.Float64, "mean over the runs"),
        *(Column(name, pl.Float64, f"quantile {level:g}") for name, level in QUANTILES.items()),
    ),
    (POLICY.name, DATE.name, CROSSING.name, SERIES_NAME.name),
    of_tables=_frames,
    notes="Zeros are counted; a row in which every run has zero is left out. The crossing `total` "
    "is the sum over crossings of each run, summarised as a sum, since quantiles do not add; leave "
    "it out when you add up crossings.",
)
