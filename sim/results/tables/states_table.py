"""``states_of_world.csv``: what each state of the world drew."""

from __future__ import annotations

from typing import Final

import polars as pl

from sim.results.tables.record import STATE_OF_WORLD, Column, FinishedStudy, Table


def _frame(study: FinishedStudy) -> pl.DataFrame:
    parameters = [each.parameter for each in study.scenario.uncertainties]
    names = (STATE_OF_WORLD.name, "hypothesis", "response", *parameters)
    columns: dict[str, list[object]] = {name: [] for name in names}
    for state in study.states:
        drawn = (state.drawn[name] for name in parameters)
        row = (state.number, state.hypothesis, state.response, *drawn)
        for column, value in zip(columns.values(), row, strict=True):
            column.append(value)
    return pl.DataFrame(columns)


TABLE: Final = Table(
    "states_of_world",
    "states_of_world.csv",
    "a state of the world",
    "What each state of the world drew: its hypothesis, its response if any, and every uncertain "
    "parameter.",
    (
        STATE_OF_WORLD,
        Column(
            "hypothesis",
            pl.String,
            "id of the account of the transit side that the state of the world follows",
        ),
        Column(
            "response",
            pl.String,
            "id of the rule by which it answers to what it sees; empty where it does not",
        ),
    ),
    (STATE_OF_WORLD.name,),
    of_study=_frame,
    more_columns="one for every uncertain parameter and every stock that is a range "
    "(`stocks.<id>`), named by its key, in the unit that the manifest gives under `assumptions`",
)
