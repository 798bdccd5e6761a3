"""The table of indicators: id, name, definition, unit, direction and family of each.

Security and order (O), rights and human cost (R), cost (K), pressure (Q). Rights indicators are
in every table and cannot be switched off. Learning (L) is said of studies, not of runs:
:mod:`sim.study.learning`.
"""

from __future__ import annotations

from collections import ChainMap
from typing import Final

from sim.outcomes import burdens, costs, pressure, rights, security
from sim.outcomes.indicator import Indicator
from sim.outcomes.run_record import RunRecord

TABLES: Final = (security.TABLE, rights.TABLE, burdens.TABLE, costs.TABLE, pressure.TABLE)
# What a plugin enters later is in it too; a chain of mappings gives the last one's keys first.
INDICATORS: Final = ChainMap(*(table.rows for table in reversed(TABLES)))


def headline() -> tuple[str, ...]:
    """Ids of the indicators of the first table, in order."""
    return tuple(each.id for each in INDICATORS.values() if each.headline)


def indicators_of_people() -> tuple[Indicator, ...]:
    """Indicators that can be broken down by class of person, in order."""
    return tuple(each for each in INDICATORS.values() if each.of_people)


def compute_indicators(run: RunRecord) -> dict[str, float]:
    """Every indicator of a run, in the table's order."""
    return {name: each.compute(run) for name, each in INDICATORS.items()}
