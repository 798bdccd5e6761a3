"""Days on which no crossing takes asylum claims, run by run: from nobody, or only by exception."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.report.analysis import queries
from sim.report.analysis.queries import Floats

if TYPE_CHECKING:
    from sim.results.store import StoredResults

NOBODY, SOME, EVERYBODY = range(3)  # whose claims a crossing takes
WHOSE: Final = {"open": EVERYBODY, "some_excluded": EVERYBODY, "exception_only": SOME}


@dataclass(frozen=True)
class ClaimDays:
    """Days without a crossing that takes claims as usual; one number a run.

    Attributes:
        none: Days on which no crossing takes anybody's claims.
        exceptions: Other days on which crossings take claims by exception only.
    """

    none: Floats
    exceptions: Floats

    @property
    def is_always_open(self) -> bool:
        """Whether on every day of every run some crossing takes claims, and not by exception."""
        return not (self.none.any() or self.exceptions.any())


def claim_days(results: StoredResults, policy: str) -> ClaimDays:
    """Days of a policy's runs by whose claims are taken, by the measures in force at noon."""
    rows = results.access.filter(policy=policy)
    runs = rows.select("state_of_world", "replicate").unique().sort("state_of_world", "replicate")
    order = {run: k for k, run in enumerate(runs.iter_rows())}
    best = np.zeros((len(order), len(queries.days(results))), dtype=np.int8)
    spans = (queries.day_index(results, rows[name]) for name in ("begins", "ends"))
    columns = (rows["state_of_world"], rows["replicate"], rows["access"], *spans)
    for state, replicate, access, begins, ends in zip(*columns, strict=True):
        here = best[order[state, replicate], begins:ends]
        np.maximum(here, WHOSE.get(access, NOBODY), out=here)
    return ClaimDays(_days(best == NOBODY), _days(best == SOME))


def _days(is_so: np.ndarray) -> Floats:
    return np.asarray(is_so.sum(axis=1), dtype=np.float64)
