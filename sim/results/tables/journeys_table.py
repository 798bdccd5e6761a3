"""``journeys.parquet``: where people first set out for, where they came through, how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from sim.results.tables.ledger_table import person_states
from sim.results.tables.record import RUN, RUN_KEYS, Column, Rows, Table, named, place_ids

if TYPE_CHECKING:
    from sim.outcomes.run_record import RunRecord
    from sim.scenario.scenario import Scenario

BETWEEN_BORDERS: Final = "BETWEEN_BORDERS"


def _rows(run: RunRecord) -> Rows:
    from sim.outcomes.journeys import journeys  # deferred: it loads the engine

    found = journeys(run)
    return {
        "first_choice": found.first_choice + 1,
        "reached": found.reached + 1,
        "state": found.state,
        "persons": found.people,
    }


def _states_and_between(scenario: Scenario) -> list[str]:
    return [*person_states(scenario), BETWEEN_BORDERS]


def _nowhere_first(scenario: Scenario) -> list[str]:
    return ["", *place_ids(scenario)]


TABLE: Final = Table(
    "journeys",
    "journeys.parquet",
    "a policy, a run, a first choice, a place reached, a final state",
    "Where people first set out for, where they came through, and how it ended.",
    (
        *RUN,
        Column(
            "first_choice",
            pl.String,
            "the place that people first set out for; empty for those who never did",
            shown=named(_nowhere_first),
        ),
        Column(
            "reached",
            pl.String,
            "the place where they presented themselves, were found, or left the transit state "
            "otherwise; empty for nowhere; of people found on the terrain border that stretch, not "
            "the crossing they were brought to",
            shown=named(_nowhere_first),
        ),
        Column(
            "state",
            pl.String,
            f"as in the ledger; {BETWEEN_BORDERS} of people in a chain of borders who have passed "
            "one and are not at the next",
            shown=named(_states_and_between),
        ),
        Column("persons", pl.Int64, "how many; they sum to the persons created", "persons"),
    ),
    (*RUN_KEYS, "first_choice", "reached", "state"),
    of_run=_rows,
)
