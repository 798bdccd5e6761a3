"""The tables of a results folder: a file each, and its line here."""

from __future__ import annotations

from typing import Final

from sim.results.tables import (
    access_table,
    by_class_table,
    by_state_table,
    daily_by_origin_table,
    daily_summary,
    daily_table,
    exposure_table,
    flows_table,
    indicators_table,
    journeys_table,
    learning_table,
    ledger_table,
    observed_table,
    states_table,
    variance_table,
)
from sim.results.tables.record import Table

TABLES: Final[dict[str, Table]] = {
    module.TABLE.name: module.TABLE
    for module in (
        indicators_table,
        by_class_table,
        by_state_table,
        ledger_table,
        daily_table,
        daily_by_origin_table,
        flows_table,
        journeys_table,
        exposure_table,
        daily_summary,
        states_table,
        access_table,
        observed_table,
        learning_table,
        variance_table,
    )
}
