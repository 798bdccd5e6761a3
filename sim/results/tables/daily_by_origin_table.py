"""``daily_by_origin.parquet``: the daily series that are there by origin too, of every run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from sim.outcomes.entered_states import BY_ORIGIN
from sim.results.tables.record import (
    CROSSING,
    DATE,
    RUN,
    RUN_KEYS,
    SERIES_NAME,
    Column,
    Rows,
    Table,
    listed,
    named,
)

if TYPE_CHECKING:
    from sim.outcomes.run_record import RunRecord
    from sim.scenario.scenario import Scenario


def _rows(run: RunRecord) -> Rows:
    counted = run.engine.entries_by_origin[..., 1:]  # the first are people of no origin
    day, place, count, origin = np.nonzero(counted)
    return {
        "series": count.astype(np.int8),
        "date": day.astype(np.int32),
        "crossing": place.astype(np.int32),
        "origin": origin.astype(np.int16),
        "value": counted[day, place, count, origin].astype(np.float64),
    }


def _origins(scenario: Scenario) -> list[str]:
    return [each.id for each in scenario.world.demand.origins]


TABLE: Final = Table(
    "daily_by_origin",
    "daily_by_origin.parquet",
    "a policy, a run, a day, a crossing, a series, an origin",
    "Arrivals, registrations and people turned back by day and origin; rows with value zero are "
    "left out.",
    (
        *RUN,
        DATE,
        replace(CROSSING, meaning="id of the crossing"),
        replace(SERIES_NAME, shown=named(lambda _: BY_ORIGIN)),
        listed(
            "origin",
            "id of the origin: where people set out from, nothing about their need of protection",
            "origins",
            names=_origins,
        ),
        Column("value", pl.Float64, "the value", "persons"),
    ),
    (*RUN_KEYS, "date", "crossing", "series", "origin"),
    of_run=_rows,
    nonzero="value",
    notes="Over the origins of a scenario, rows add up to those of `daily.parquet`, but for people "
    "of no origin. Rows with value zero are left out: **count them as zeros** when you average.",
)
