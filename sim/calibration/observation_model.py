"""From people in the model to people in reports: an error of counting, and whole numbers.

Each count is off by a normal error whose standard deviation is a share of it. The share is one of
the uncertainties (``reporting_cv``), drawn for each state of the world; who reports nobody reports
nobody.
"""

from __future__ import annotations

import numpy as np

from sim.calibration.prior import Floats
from sim.randomness import CALIBRATION_REPORTING, normal


def reported(people: Floats, cv: float, *, key: np.uint64, number: int) -> Floats:
    """Counts as they would have been reported, shape (cells,).

    Args:
        people: people in the model, shape (cells,).
        cv: standard deviation of the error, as a share of the count.
        key: key of the calibration.
        number: number of the point at which the model was run.
    """
    counts = people.copy()
    for k in np.flatnonzero(people > 0.0).tolist():  # of what is not known nothing is reported
        error = cv * float(normal(key, CALIBRATION_REPORTING, np.uint64(number), k))
        counts[k] = max(0, round(people[k] * (1.0 + error)))
    return counts
