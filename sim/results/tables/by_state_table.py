"""``by_state.csv``: indicators of each receiving state of a chain of borders."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from sim.results.tables.record import (
    INDICATOR,
    RUN,
    RUN_KEYS,
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
    from sim.outcomes.by_state import BY_STATE, indicators_by_state  # deferred: loads the engine

    rows = list(indicators_by_state(run))
    numbers = np.array([BY_STATE.index(name) for _, name, _ in rows], dtype=np.int16)
    return {
        "state": np.array([state for state, _, _ in rows], dtype=np.int16),
        "indicator": numbers,
        "value": np.array([value for _, _, value in rows], dtype=np.float64),
    }


def _states(scenario: Scenario) -> list[str]:
    return [state.id for state in scenario.world.network.states]


def _indicators(_: Scenario) -> list[str]:
    from sim.outcomes.by_state import BY_STATE  # deferred: it loads the engine

    return list(BY_STATE)


TABLE: Final = Table(
    "by_state",
    "by_state.csv",
    "a policy, a run, a receiving state, an indicator",
    "Indicators of each receiving state of a chain of borders; no rows where there is one border.",
    (
        *RUN,
        listed(
            "state",
            "id of the receiving state; its name and crossings are in the manifest",
            "states",
            names=_states,
            required=True,
        ),
        replace(INDICATOR, shown=named(_indicators)),
        Column("value", pl.Float64, "empty where the indicator is not defined in that run"),
    ),
    (*RUN_KEYS, "state", "indicator"),
    of_run=_rows,
    notes="They count what happened at a state's border: of people who pass several borders, the "
    "visit to each. Arrivals of states add up to those of the route; people do not.",
)
