"""``observed.csv``: what was counted, with the range that the sources allow."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from sim.results.tables.record import CROSSING, DATE, Column, FinishedStudy, Table


def _frame(study: FinishedStudy) -> pl.DataFrame:
    schema = TABLE.schema
    rows = [tuple(getattr(each, name) for name in schema) for each in study.scenario.observed]
    return pl.DataFrame(rows, schema=schema, orient="row")


TABLE: Final = Table(
    "observed",
    "observed.csv",
    "a day and a crossing, or an area, of observed arrivals; may have no rows",
    "Observed arrivals, with the range the sources allow; may have no rows.",
    (
        DATE,
        replace(
            CROSSING, meaning="id of a crossing or of one of the manifest's `areas`, or `total`"
        ),
        Column("best", pl.Float64, "observed arrivals", "persons"),
        Column("low", pl.Float64, "least that the sources allow", "persons"),
        Column("high", pl.Float64, "most that they allow", "persons"),
    ),
    (DATE.name, CROSSING.name),
    of_study=_frame,
)
