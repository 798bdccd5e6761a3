"""The table of indicators: id, name, definition, unit, direction and family of each.

Security and order (O), rights and human cost (R), cost (K), pressure (Q). Rights indicators are
in every table and cannot be switched off. Learning (L) is said of studies, not of runs:
:mod:`sim.study.learning`.
"""

from __future__ import annotations

from typing import Final

from sim.outcomes import costs, pressure, rights, security
from sim.outcomes.indicator import Indicator
from sim.outcomes.run_record import RunRecord

INDICATORS: Final[dict[str, Indicator]] = {
    **security.TABLE.rows,
    **rights.TABLE.rows,
    **costs.TABLE.rows,
    **pressure.TABLE.rows,
}
HEADLINE: Final = tuple(each.id for each in INDICATORS.values() if each.headline)
OF_PEOPLE: Final = tuple(each for each in INDICATORS.values() if each.of_people)


def compute_indicators(run: RunRecord) -> dict[str, float]:
    """Every indicator of a run, in the table's order."""
    return {name: each.compute(run) for name, each in INDICATORS.items()}
