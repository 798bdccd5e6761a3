"""``ledger.csv``: where every person of a run was at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from sim.results.tables.record import RUN, RUN_KEYS, Column, Rows, Table, named

if TYPE_CHECKING:
    from sim.outcomes.run_record import RunRecord
    from sim.scenario.scenario import Scenario


def _rows(run: RunRecord) -> Rows:
    people = run.people_by_state.copy()
    return {"state": np.arange(len(people), dtype=np.int16), "persons": people}


def person_states(_: Scenario) -> list[str]:
    """Names of the states of a person, by number."""
    from sim.engine.codes import PersonState  # deferred: it loads the engine

    return [each.name for each in PersonState]


PERSON_STATE: Final = Column(
    "state", pl.String, "the state in which persons were at the end", shown=named(person_states)
)
TABLE: Final = Table(
    "ledger",
    "ledger.csv",
    "a policy, a run, a final state of persons",
    "Where every person of a run was at its end; sums to the persons created.",
    (
        *RUN,
        PERSON_STATE,
        Column("persons", pl.Int64, "how many", "persons"),
    ),
    (*RUN_KEYS, "state"),
    of_run=_rows,
    notes="Over the states of a run `persons` sums to the persons created.",
)
