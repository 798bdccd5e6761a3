"""``learning.csv``: what a study teaches; computed by :mod:`sim.study.learning`."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from sim.results.tables.record import INDICATOR, Column, Table

TABLE: Final = Table(
    "learning",
    "learning.csv",
    "an indicator of the study and what it is about; may have no rows",
    "What the study teaches: what counts identify, the value of knowing more, skill in sample.",
    (
        replace(INDICATOR, meaning="one of `learning` in the manifest"),
        Column("about", pl.String, "uncertain parameter, indicator or counts that it is about"),
        Column("value", pl.Float64, "its value"),
        Column("low", pl.Float64, "lower end of a 95 % interval; empty where there is none"),
        Column("high", pl.Float64, "upper end"),
        Column("chance", pl.Float64, "p of as much by chance; empty where it is not tested"),
        Column("unit", pl.String, "unit of `value`"),
    ),
    (INDICATOR.name, "about"),
    of_study=lambda study: study.learned,
)
