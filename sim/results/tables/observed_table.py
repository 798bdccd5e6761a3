"""``observed.csv``: what was counted, with the range that the sources allow."""

from __future__ import annotations

from typing import Final

import polars as pl

from sim.results.tables.record import PLACE, Column, FinishedStudy, Table


def _frame(study: FinishedStudy) -> pl.DataFrame:
    schema = TABLE.schema
    rows = [tuple(getattr(each, name) for name in schema) for each in study.scenario.observed]
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(pl.col("origin").replace("", None))


TABLE: Final = Table(
    "observed",
    "observed.csv",
    "a period, a place, a series, an origin",
    "Observed counts, with the range the sources allow; may have no rows.",
    (
        Column("period_start", pl.Date, "first day of the period", required=True),
        Column("period_end", pl.Date, "last day of the period", required=True),
        PLACE,
        Column("series", pl.String, "what was counted", required=True),
        Column("origin", pl.String, "id of the origin; empty for everybody"),
        Column(
            "count", pl.Float64, "what was counted; a stock at the end of the period", "persons"
        ),
        Column("low", pl.Float64, "least that the sources allow", "persons"),
        Column("high", pl.Float64, "most that they allow", "persons"),
        Column("source", pl.String, "where that is recorded"),
    ),
    ("period_start", "period_end", PLACE.name, "series", "origin"),
    of_study=_frame,
    notes="Readings of a running total are here as the arrivals since the reading before.",
)
