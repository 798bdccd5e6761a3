"""``flows.parquet``: people who set out on each leg of road, day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from sim.results.tables.record import DATE, RUN, RUN_KEYS, Column, Rows, Table, named, place_ids

if TYPE_CHECKING:
    from sim.outcomes.run_record import RunRecord
    from sim.scenario.scenario import Scenario


def _rows(run: RunRecord) -> Rows:
    from sim.outcomes.journeys import flows  # deferred: it loads the engine

    found = flows(run)
    return {
        "date": found.day,
        "origin": found.leg,
        "destination": found.leg,
        "people": found.people,
    }


def _end_of_leg(end: int, meaning: str) -> Column:
    def names(scenario: Scenario) -> list[str]:
        places = place_ids(scenario)
        return [places[place] for place in scenario.world.routes.legs[:, end].tolist()]

    return Column(("origin", "destination")[end], pl.String, meaning, shown=named(names))


TABLE: Final = Table(
    "flows",
    "flows.parquet",
    "a policy, a run, a day, a leg of road",
    "People who set out on each leg of road, by day; zero rows left out.",
    (
        *RUN,
        DATE,
        _end_of_leg(0, "id of the place where a leg of road begins"),
        _end_of_leg(1, "id of the place where it ends"),
        Column("people", pl.Int64, "people who set out on it that day", "persons"),
    ),
    (*RUN_KEYS, "date", "origin", "destination"),
    of_run=_rows,
    notes="Rows with nobody are left out.",
)
