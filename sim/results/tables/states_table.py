"""``states_of_world.csv``: what each state of the world drew."""

from __future__ import annotations

from typing import Final

import polars as pl

from sim.results.tables.record import STATE_OF_WORLD, Column, FinishedStudy, Table


def _frame(study: FinishedStudy) -> pl.DataFrame:
    states = study.states
    parameters = [each.parameter for each in study.scenario.uncertainties]
    return pl.DataFrame(
        {
            STATE_OF_WORLD.name: [state.number for state in states],
            "hypothesis": [state.hypothesis for state in states],
            "response": [state.response for state in states],
            **{name: [state.drawn[name] for state in states] for name in parameters},
        }
    )


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
