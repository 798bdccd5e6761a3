"""``indicators.csv``: every indicator of every run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from sim.results.tables.record import INDICATOR, RUN, RUN_KEYS, Column, Rows, Table, named

if TYPE_CHECKING:
    from sim.outcomes.indicator import Indicator
    from sim.outcomes.run_record import RunRecord


def _rows(run: RunRecord) -> Rows:
    from sim.outcomes.indicators import compute_indicators  # deferred: it loads the engine

    values = np.array(list(compute_indicators(run).values()))
    numbers = np.arange(len(values), dtype=np.int16)
    return {"indicator": numbers, "unit": numbers, "value": values}


def _every(of: Callable[[Indicator], str]) -> list[str]:
    from sim.outcomes.indicators import INDICATORS  # deferred: it loads the engine

    return [of(each) for each in INDICATORS.values()]


TABLE: Final = Table(
    "indicators",
    "indicators.csv",
    "a policy, a run, an indicator",
    "One value for every policy, run and indicator.",
    (
        *RUN,
        replace(INDICATOR, shown=named(lambda _: _every(lambda each: each.id))),
        Column(
            "unit",
            pl.String,
            "unit of `value`",
            shown=named(lambda _: _every(lambda each: each.unit)),
        ),
        Column("value", pl.Float64, "empty where the indicator is not defined in that run"),
    ),
    (*RUN_KEYS, "indicator"),
    of_run=_rows,
)
