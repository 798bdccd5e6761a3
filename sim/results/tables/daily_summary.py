"""Daily series over the runs of a policy: totals over crossings, means and quantiles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

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
    Frames,
    Manifest,
    Table,
    ids,
    scenario_clock,
)

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
    daily: pl.DataFrame, *, policies: Sequence[str], dates: Sequence[date], runs: int
) -> pl.DataFrame:
    """Mean and quantiles over the runs for every policy, day, crossing and series.

    Zeros that were left out count as zeros; rows in which every run has zero are left out again.
    Each series also gets the crossing ``total``: the sum over the crossings of a run, summarised as
    a sum, since quantiles do not add. A series that is already given for ``total`` keeps the given
    one.

    Args:
        daily: The rows of ``daily.parquet``.
        policies: Every policy that ran, in order.
        dates: Every day of the period, in order.
        runs: The number of runs of each policy.
    """
    complete = with_totals(daily)
    pairs = complete.select("crossing", "series").unique().sort("series", "crossing").rows()
    parts = [
        _summarise_one(
            part, policy=policy, series=series, crossings=crossings, dates=dates, runs=runs
        )
        for policy in policies
        for series, crossings in _by_series(pairs)
        for part in [complete.filter(policy=policy, series=series)]
    ]
    empty = pl.DataFrame(schema=TABLE.schema)
    summary = pl.concat([empty, *parts]).filter(pl.col("mean") != 0.0)
    return summary.sort("policy", "date", "series", "crossing", maintain_order=True)


def with_totals(daily: pl.DataFrame) -> pl.DataFrame:
    """The daily rows with, for every series and run, the sum over crossings as ``total``."""
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


def _by_series(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    crossings: dict[str, list[str]] = {}
    for crossing, series in pairs:
        crossings.setdefault(series, []).append(crossing)
    return list(crossings.items())


def _summarise_one(
    part: pl.DataFrame,
    *,
    policy: str,
    series: str,
    crossings: list[str],
    dates: Sequence[date],
    runs: int,
) -> pl.DataFrame:
    """Quantiles of one policy and series over a dense block (day, crossing, run)."""
    block = _dense(part, crossings=crossings, dates=dates, runs=runs)
    levels = np.quantile(block, list(QUANTILES.values()), axis=2)
    columns = {name: levels[i].ravel() for i, name in enumerate(QUANTILES)}
    days = np.repeat(np.array(dates, dtype="datetime64[D]"), len(crossings))
    return pl.DataFrame(
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


def _dense(
    part: pl.DataFrame, *, crossings: Sequence[str], dates: Sequence[date], runs: int
) -> npt.NDArray[np.float64]:
    keyed = part.with_columns(
        day=pl.col("date").replace_strict(list(dates), range(len(dates)), default=None),
        place=pl.col("crossing").replace_strict(list(crossings), range(len(crossings))),
        run=pl.struct("state_of_world", "replicate").rank("dense").cast(pl.Int64) - 1,
    ).drop_nulls("day")
    block = np.zeros((len(dates), len(crossings), runs))
    cells = tuple(keyed[name].to_numpy() for name in ("day", "place", "run"))
    block[cells] = keyed["value"].to_numpy()
    return block


def _frame(tables: Frames, manifest: Manifest) -> pl.DataFrame:
    return summarise_daily(
        tables["daily"],
        policies=ids(manifest, "policies"),
        dates=scenario_clock(manifest).days,
        runs=tables["indicators"].select("state_of_world", "replicate").n_unique(),
    )


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
    of_tables=_frame,
    notes="Zeros are counted; a row in which every run has zero is left out. The crossing `total` "
    "is the sum over crossings of each run, summarised as a sum, since quantiles do not add; leave "
    "it out when you add up crossings.",
)
