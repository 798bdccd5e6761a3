"""Outdoor hours by wind-chill band, of places and of classes of people."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic.sums import added_by_class
from sim.outcomes.run_record import RunRecord


class Exposure(NamedTuple):
    """Person-hours outdoors.

    Attributes:
        places: by place, shape (places, bands), h.
        classes: by class of people, shape (classes, bands), h; classes overlap.
    """

    places: NDArray[np.float64]
    classes: NDArray[np.float64]


def exposure(run: RunRecord) -> Exposure:
    """Where people were outdoors and who they were."""
    members = np.ascontiguousarray(run.class_members.T)
    bands = [added_by_class(np.ascontiguousarray(band), members)[1] for band in run.exposed_h.T]
    return Exposure(run.engine.outdoor_h.sum(axis=0), np.array(bands).T)
