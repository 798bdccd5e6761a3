"""``daily.parquet``: every daily series of every run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from sim.results.tables.record import (
    CROSSING,
    DATE,
    RUN,
    RUN_KEYS,
    SERIES_NAME,
    Column,
    Rows,
    Table,
    named,
)

if TYPE_CHECKING:
    from sim.outcomes.run_record import RunRecord
    from sim.scenario.scenario import Scenario


def _rows(run: RunRecord) -> Rows:
    from sim.outcomes.series import daily_series  # deferred: it loads the engine

    values = daily_series(run)
    series, day, place = np.nonzero(values)
    return {
        "series": series.astype(np.int8),
        "date": day.astype(np.int32),
        "crossing": place.astype(np.int32),
        "value": values[series, day, place],
    }


def _series_names(_: Scenario) -> list[str]:
    from sim.outcomes.series import SERIES  # deferred: it loads the engine

    return [each.name for each in SERIES]


TABLE: Final = Table(
    "daily",
    "daily.parquet",
    "a policy, a run, a day, a crossing, a series",
    "Every daily series of every run; rows with value zero are left out.",
    (
        *RUN,
        DATE,
        replace(
            CROSSING, meaning="id of the crossing, or `total` for a series that is of no crossing"
        ),
        replace(SERIES_NAME, shown=named(_series_names)),
        Column("value", pl.Float64, "the value, in the unit of the series"),
    ),
    (*RUN_KEYS, "date", "crossing", "series"),
    of_run=_rows,
    nonzero="value",
    notes="Rows with value zero are left out: **count them as zeros** when you average.",
)
