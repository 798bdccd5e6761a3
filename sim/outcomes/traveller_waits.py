"""How long travellers with papers waited for a lane, where they share lanes with everybody else."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.columns import Engine


@dataclass(frozen=True)
class TravellerWaits:
    """Those who came while the crossing was open to them.

    Attributes:
        admitted: how many went to a lane, shape (days, crossings).
        waited_h: how long these had waited, same shape, h.
        left: how many still waited at the end.
        left_waited_h: how long they had waited then, h.
    """

    admitted: NDArray[np.float64]
    waited_h: NDArray[np.float64]
    left: int
    left_waited_h: float

    @classmethod
    def of(cls, engine: Engine, end_h: float) -> TravellerWaits:
        """Read them off the columns of a finished run."""
        stations, left, left_waited_h = engine.stations, 0, 0.0
        for first, last in stations[["travellers_first", "travellers_last"]].tolist():
            left += last - first
            left_waited_h += float((end_h - engine.travellers["comes_h"][first:last]).sum())
        admitted = engine.travellers_admitted.astype(np.float64)
        return cls(admitted, engine.travellers_waited_h, left, left_waited_h)

    @property
    def mean_wait_h(self) -> float:
        """Mean wait, those unfinished up to the end; nan where nobody came."""
        many = float(self.admitted.sum()) + self.left
        return (float(self.waited_h.sum()) + self.left_waited_h) / many if many else math.nan
