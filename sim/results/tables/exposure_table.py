"""``exposure.parquet``: outdoor person-hours by wind-chill band."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from sim.results.tables.by_class_table import class_ids
from sim.results.tables.record import RUN, RUN_KEYS, Column, Rows, Table, named, place_ids

if TYPE_CHECKING:
    from sim.outcomes.run_record import RunRecord
    from sim.scenario.scenario import Scenario


def _rows(run: RunRecord) -> Rows:
    """Rows with hours, of places and then of classes."""
    from sim.outcomes.exposure_totals import exposure  # deferred: it loads the engine

    found = exposure(run)
    hours = np.concatenate(found)
    which, band = np.nonzero(hours)
    return {
        "of": (which >= len(found.places)).astype(np.int8),
        "which": which.astype(np.int32),
        "band": band,
        "person_h": hours[which, band],
    }


def _places_and_classes(scenario: Scenario) -> list[str]:
    return [*place_ids(scenario), *class_ids(scenario)]


TABLE: Final = Table(
    "exposure",
    "exposure.parquet",
    "a policy, a run, a place or class of person, a wind-chill band",
    "Outdoor person-hours by wind-chill band, of places and of classes of person.",
    (
        *RUN,
        Column("of", pl.String, "`place` or `class`", shown=named(lambda _: ("place", "class"))),
        Column(
            "which",
            pl.String,
            "id of the place or name of the class: classes overlap",
            shown=named(_places_and_classes),
        ),
        Column("band", pl.Int64, "row of `bands` in the manifest, from 0"),
        Column("person_h", pl.Float64, "hours outdoors", "person-hours"),
    ),
    (*RUN_KEYS, "of", "which", "band"),
    of_run=_rows,
    notes="Rows with no hours are left out.",
)
