"""``by_class.parquet``: indicators of people, broken down by class of person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from sim.results.tables.record import INDICATOR, RUN, RUN_KEYS, Column, Manifest, Rows, Table, named

if TYPE_CHECKING:
    from sim.outcomes.run_record import RunRecord
    from sim.scenario.scenario import Scenario


def _rows(run: RunRecord) -> Rows:
    from sim.outcomes.breakdown import break_down  # deferred: they load the engine
    from sim.outcomes.indicators import indicators_of_people

    found = break_down(run, indicators_of_people())
    indicator, kind = (axis.ravel() for axis in np.indices(found.people.shape, dtype=np.int16))
    return {
        "indicator": indicator,
        "class": kind,
        "people": found.people.ravel(),
        "value": found.values.ravel(),
    }


def _of_people(_: Scenario) -> list[str]:
    from sim.outcomes.indicators import indicators_of_people  # deferred: it loads the engine

    return [each.id for each in indicators_of_people()]


def class_ids(scenario: Scenario) -> tuple[str, ...]:
    """Names of the classes of person, by number."""
    from sim.outcomes.person_classes import class_names  # deferred: it loads the engine

    return class_names(tuple(origin.name for origin in scenario.world.demand.origins))


def _classes(manifest: Manifest) -> list[str]:
    return [str(name) for name in manifest.get("classes", [])]


TABLE: Final = Table(
    "by_class",
    "by_class.parquet",
    "a policy, a run, an indicator of people, a class of person",
    "Indicators of people by class of person; classes overlap.",
    (
        *RUN,
        replace(INDICATOR, shown=named(_of_people)),
        Column(
            "class",
            pl.String,
            "one of `classes` in the manifest: they overlap, and those by origin say where people "
            "set out from, nothing about their need of protection",
            shown=named(class_ids),
            order=_classes,
        ),
        Column("people", pl.Int64, "how many of the class count", "persons"),
        Column("value", pl.Float64, "the indicator over them; empty where nobody counts"),
    ),
    (*RUN_KEYS, "indicator", "class"),
    of_run=_rows,
    notes="Only indicators that are sums or means over people are broken down.",
)
