"""``access.csv``: what each crossing was open to, by measures in force and calendars."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.results.tables.record import (
    CROSSING,
    RUN,
    RUN_KEYS,
    Column,
    Rows,
    Table,
    gathered,
    named,
)

if TYPE_CHECKING:
    from sim.outcomes.run_record import RunRecord
    from sim.scenario.scenario import Scenario

# As sim.outcomes.access.Access names them; reading results must not load the engine.
ACCESS: Final = ("open", "exception_only", "no_asylum", "closed", "some_excluded")
OPEN: Final = ACCESS.index("open")


def _rows(run: RunRecord) -> Rows:
    spans = run.access
    return {
        "crossing": np.array([span.crossing for span in spans], dtype=np.int32),
        "begins": np.array([span.begins_h for span in spans], dtype=np.float64),
        "ends": np.array([span.ends_h for span in spans], dtype=np.float64),
        "access": np.array([ACCESS.index(span.access) for span in spans], dtype=np.int8),
    }


def _moments(scenario: Scenario, hours: NDArray[np.float64]) -> pl.Series:
    different, numbers = np.unique(hours, return_inverse=True)
    instants = map(scenario.world.clock.instant, different.tolist())
    return gathered([each.isoformat(timespec="minutes") for each in instants], numbers)


def _crossing_ids(scenario: Scenario) -> list[str]:
    return [crossing.id for crossing in scenario.world.network.crossings]


def _moment(name: str, meaning: str) -> Column:
    return Column(name, pl.String, meaning, shown=_moments, is_moment=True)


TABLE: Final = Table(
    "access",
    "access.csv",
    "a policy, a run, a crossing, a stretch of time",
    "What each crossing was open to, by measures in force and calendars that end.",
    (
        *RUN,
        replace(CROSSING, shown=named(_crossing_ids)),
        _moment("begins", "begin of the stretch, ISO 8601 with zone"),
        _moment("ends", "its end, just before which it is over"),
        Column(
            "access",
            pl.String,
            "`open` (asylum claims taken), `no_asylum`, `exception_only`, `closed`, or "
            "`some_excluded` (open but to some people, by origin, papers or class): the measures "
            "in force, not the daily opening hours",
            shown=named(lambda _: ACCESS),
            known=lambda _: ACCESS,
        ),
    ),
    (*RUN_KEYS, CROSSING.name, "begins"),
    of_run=_rows,
)
