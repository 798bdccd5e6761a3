"""The tables of a results folder: their columns, the order of their rows, and what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from sim.errors import ResultsError
from sim.results.daily_summary import SUMMARY

_RUN: dict[str, Any] = {"policy": pl.String, "state_of_world": pl.Int64, "replicate": pl.Int64}


@dataclass(frozen=True)
class Table:
    """One file of a results folder: its columns, which of them order the rows, what it holds."""

    file: str
    columns: Mapping[str, Any]
    keys: tuple[str, ...]
    holds: str


TABLES = {
    "indicators": Table(
        "indicators.csv",
        {**_RUN, "indicator": pl.String, "unit": pl.String, "value": pl.Float64},
        ("policy", "state_of_world", "replicate", "indicator"),
        "One value for every policy, run and indicator.",
    ),
    "by_class": Table(
        "by_class.parquet",
        {
            **_RUN,
            "indicator": pl.String,
            "class": pl.String,
            "people": pl.Int64,
            "value": pl.Float64,
        },
        ("policy", "state_of_world", "replicate", "indicator", "class"),
        "Indicators of people by class of person; classes overlap.",
    ),
    "ledger": Table(
        "ledger.csv",
        {**_RUN, "state": pl.String, "persons": pl.Int64},
        ("policy", "state_of_world", "replicate", "state"),
        "Where every person of a run stood at its end; sums to the persons created.",
    ),
    "daily": Table(
        "daily.parquet",
        {
            **_RUN,
            "date": pl.Date,
            "crossing": pl.String,
            "series": pl.String,
            "value": pl.Float64,
        },
        ("policy", "state_of_world", "replicate", "date", "crossing", "series"),
        "Every daily series of every run; rows with value zero are left out.",
    ),
    "flows": Table(
        "flows.parquet",
        {
            **_RUN,
            "date": pl.Date,
            "origin": pl.String,
            "destination": pl.String,
            "people": pl.Int64,
        },
        ("policy", "state_of_world", "replicate", "date", "origin", "destination"),
        "People who set out on each leg of road, by day; zero rows left out.",
    ),
    "journeys": Table(
        "journeys.parquet",
        {
            **_RUN,
            "first_choice": pl.String,
            "reached": pl.String,
            "state": pl.String,
            "persons": pl.Int64,
        },
        ("policy", "state_of_world", "replicate", "first_choice", "reached", "state"),
        "Where people first set out for, where they came through, and how it ended.",
    ),
    "exposure": Table(
        "exposure.parquet",
        {**_RUN, "of": pl.String, "which": pl.String, "band": pl.Int64, "person_h": pl.Float64},
        ("policy", "state_of_world", "replicate", "of", "which", "band"),
        "Outdoor person-hours by wind-chill band, of places and of classes of person.",
    ),
    "daily_summary": Table(
        "daily_summary.csv",
        SUMMARY,
        ("policy", "date", "crossing", "series"),
        "Mean and quantiles of the daily series over the runs of a policy; all-zero rows left out.",
    ),
    "states_of_world": Table(
        "states_of_world.csv",
        {"state_of_world": pl.Int64, "hypothesis": pl.String, "response": pl.String},
        ("state_of_world",),
        "What each state of the world drew: its hypothesis, its response if any, and every "
        "uncertain parameter.",
    ),
    "access": Table(
        "access.csv",
        {
            "policy": pl.String,
            "state_of_world": pl.Int64,
            "crossing": pl.String,
            "begins": pl.String,
            "ends": pl.String,
            "access": pl.String,
        },
        ("policy", "state_of_world", "crossing", "begins"),
        "What each crossing was open to, by the measures in force.",
    ),
    "observed": Table(
        "observed.csv",
        {
            "date": pl.Date,
            "crossing": pl.String,
            "best": pl.Float64,
            "low": pl.Float64,
            "high": pl.Float64,
        },
        ("date", "crossing"),
        "Observed arrivals, with the range the sources allow; may have no rows.",
    ),
    "learning": Table(
        "learning.csv",
        {
            "indicator": pl.String,
            "about": pl.String,
            "value": pl.Float64,
            "low": pl.Float64,
            "high": pl.Float64,
            "unit": pl.String,
        },
        ("indicator", "about"),
        "What the study teaches: what counts identify, the worth of knowing more, skill in sample.",
    ),
}


def shaped(name: str, frame: pl.DataFrame, manifest: Mapping[str, Any]) -> pl.DataFrame:
    """The frame with its columns in order, typed, and its rows sorted."""
    table = TABLES[name]
    missing = [column for column in table.columns if column not in frame.columns]
    if missing:
        raise ResultsError(f"{table.file}: the frame lacks the columns {', '.join(missing)}")
    extra = [column for column in frame.columns if column not in table.columns]
    columns = [*table.columns, *(extra if name == "states_of_world" else [])]
    schema: Any = dict(table.columns)
    typed = frame.select(columns).cast(schema)
    typed = typed.with_columns(pl.col(pl.Float64).fill_nan(None))
    if name == "daily":
        typed = typed.filter(pl.col("value") != 0)
    return _sorted(typed, table.keys, manifest)


def _sorted(frame: pl.DataFrame, keys: Sequence[str], manifest: Mapping[str, Any]) -> pl.DataFrame:
    orders = {
        "policy": ids(manifest, "policies"),
        "indicator": ids(manifest, "indicators"),
        "class": [str(name) for name in manifest.get("classes", [])],
        "crossing": ids(manifest, "places"),
    }
    by: list[pl.Expr] = []
    for key in keys:
        if key in orders:
            order = {name: rank for rank, name in enumerate(orders[key])}
            by.append(pl.col(key).replace_strict(order, default=len(order), return_dtype=pl.Int64))
        by.append(pl.col(key))
    return frame.sort(by, maintain_order=True)


def ids(manifest: Mapping[str, Any], key: str) -> list[str]:
    """Ids of a manifest's entries of a kind, in its order."""
    return [str(entry["id"]) for entry in manifest.get(key, [])]
