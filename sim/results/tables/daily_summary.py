"""Daily series over the runs of a policy: totals over crossings, means and quantiles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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

MOST_ROWS: Final = 2**19  # of a policy, that are held at a time: 20 bytes each
MOST_BLOCK_BYTES: Final = 16 * 2**20  # of values by day, crossing and run
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
        daily: Has the rows of ``daily.parquet``; those of a run follow each other.
        policies: Every policy that ran, in order.
        dates: Every day of the period, in order.
        runs: The number of runs of each policy.
    """
    counted = _counted(daily)
    places = {
        series: sorted({*counted.filter(series=series)["crossing"], TOTAL})
        for series in counted["series"].unique().sort()
    }
    given = {*counted.filter(crossing=TOTAL)["series"]}
    for policy in policies:
        parts = list(daily.parts("daily", policy))
        summaries = [pl.DataFrame(schema=TABLE.schema)]
        for series, days, block in _in_blocks(
            parts, counted.filter(policy=policy), places, dates, runs
        ):
            if series not in given:
                block[:, places[series].index(TOTAL)] = _sums(block)
            summaries.append(_summarised(block, policy, series, places[series], days))
        yield pl.concat(summaries)


def with_totals(daily: pl.DataFrame) -> pl.DataFrame:
    """The daily rows with, for every series and run, the sum over crossings as ``total``.

    A series that is given for ``total`` keeps the given one.
    """
    keys = [*RUN_KEYS, "date", "series"]
    given = daily.filter(crossing=TOTAL)["series"].unique().to_list()
    sums = (
        daily.filter(~pl.col("series").is_in(given))
        .group_by(keys)
        .agg(pl.col("value").sort().sum())  # sorted, so that the sum does not depend on row order
        .with_columns(crossing=pl.lit(TOTAL))
        .select(daily.columns)
    )
    return pl.concat([daily, sums])


def _counted(daily: RowSource) -> pl.DataFrame:
    """How many rows there are of each policy, series and crossing."""
    keys = ["policy", "series", "crossing"]
    counts = [part.group_by(keys).agg(rows=pl.len()).collect() for part in daily.parts("daily")]
    empty = pl.DataFrame(schema={**dict.fromkeys(keys, pl.String), "rows": pl.UInt32})
    return pl.concat([empty, *counts]).group_by(keys).agg(pl.col("rows").sum())


def _in_blocks(
    parts: Sequence[pl.LazyFrame],
    counted: pl.DataFrame,
    places: Mapping[str, Sequence[str]],
    dates: Sequence[date],
    runs: int,
) -> Iterator[tuple[str, Sequence[date], npt.NDArray[np.float64]]]:
    """All values of a policy: a series, some days, and its values by day, crossing and run."""
    for piece in _pieces(counted, dates):
        for series, cells in _cells(parts, piece, places).items():
            for days, block in _blocks(cells, piece.dates, len(places[series]), runs):
                yield series, days, block


class _Piece(NamedTuple):
    """Series and days of a policy whose rows are held at a time."""

    series: Sequence[str]
    dates: Sequence[date]


def _pieces(counted: pl.DataFrame, dates: Sequence[date]) -> Iterator[_Piece]:
    """All series and days of a policy; its rows are gone through once for each piece.

    Args:
        counted: how many rows there are of each series and crossing of it.
        dates: all days.
    """
    together: list[str] = []
    held = 0
    for series, rows in counted.group_by("series").agg(pl.col("rows").sum()).sort("series").rows():
        if rows > MOST_ROWS:
            days = -(-len(dates) * MOST_ROWS // rows)
            for first in range(0, len(dates), days):
                yield _Piece([series], dates[first : first + days])
            continue
        if held + rows > MOST_ROWS:
            yield _Piece(together, dates)
            together, held = [], 0
        together.append(series)
        held += rows
    if together:
        yield _Piece(together, dates)


class _Cells(NamedTuple):
    """Values of a series in some runs.

    Attributes:
        day: number of the day among those of the piece, shape (rows,).
        place: number of the crossing, or of TOTAL, same shape.
        run: number of the run among those in which the series is not zero on all of these days,
            same shape.
        value: same shape.
    """

    day: npt.NDArray[np.int32]
    place: npt.NDArray[np.int32]
    run: npt.NDArray[np.int32]
    value: npt.NDArray[np.float64]


def _cells(
    parts: Iterable[pl.LazyFrame], piece: _Piece, places: Mapping[str, Sequence[str]]
) -> dict[str, list[_Cells]]:
    """Values of each series of a piece, part by part."""
    series, dates = piece
    wanted = pl.col("series").is_in(list(series)) & pl.col("date").is_between(dates[0], dates[-1])
    day = (pl.col("date") - dates[0]).dt.total_days().cast(pl.Int32)
    found: dict[str, list[_Cells]] = {each: [] for each in series}
    before = dict.fromkeys(series, 0)
    for part in parts:
        rows = part.filter(wanted).with_columns(date=day).collect()
        for (each,), some in rows.partition_by("series", as_dict=True).items():
            here = places[each]
            place = pl.col("crossing").replace_strict(here, range(len(here)), return_dtype=pl.Int32)
            cells = some.select(*RUN_KEYS[1:], "date", place, "value")
            state, replicate, on, at, value = (column.to_numpy() for column in cells)
            begins = (np.diff(state, prepend=-1) != 0) | (np.diff(replicate, prepend=-1) != 0)
            run = np.cumsum(begins, dtype=np.int32) + np.int32(before[each] - 1)
            found[each].append(_Cells(on, at, run, value))
            before[each] = int(run[-1]) + 1
    return found


def _blocks(
    parts: Sequence[_Cells], dates: Sequence[date], places: int, runs: int
) -> Iterator[tuple[Sequence[date], npt.NDArray[np.float64]]]:
    """Values of a series by day, crossing and run, with the days that they are of: some at a time.

    Runs in which it is zero come last.
    """
    days = max(1, MOST_BLOCK_BYTES // max(1, 8 * places * runs))
    for first in range(0, len(dates), days):
        some = dates[first : first + days]
        block = np.zeros((len(some), places, runs))
        for day, place, run, value in parts:
            here = (first <= day) & (day < first + len(some))
            block[day[here] - first, place[here], run[here]] = value[here]
        yield some, block


def _sums(block: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Sums over crossings, shape (days, runs), to the digits of those of ``with_totals``.

    Polars adds with what rounding loses kept, after Kahan (1965), doi:10.1145/363707.363723.
    """
    total = np.zeros((len(block), block.shape[2]))
    lost = np.zeros_like(total)
    for values in np.sort(block, axis=1).swapaxes(0, 1):
        more = values - lost
        longer = total + more
        lost = (longer - total) - more
        total = longer
    return total


def _summarised(
    block: npt.NDArray[np.float64],
    policy: str,
    series: str,
    places: Sequence[str],
    dates: Sequence[date],
) -> pl.DataFrame:
    """Means and quantiles of one policy and series over all runs."""
    columns = {name: values.ravel() for name, values in zip(QUANTILES, _levels(block), strict=True)}
    days = np.repeat(np.array(dates, dtype="datetime64[D]"), len(places))
    summary = pl.DataFrame(
        {
            "policy": [policy] * len(days),
            "date": days,
            "crossing": list(places) * len(dates),
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
