"""Daily series by place: what results files and charts are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import PersonState as State
from sim.engine.person_states import IN_TRANSIT_STATE, WAITING_AT_BORDER
from sim.outcomes.run_record import RunRecord


@dataclass(frozen=True)
class Series:
    """A daily series: a count of entries, a stock at midnight, or hours.

    Attributes:
        name: name in results files.
        unit: its unit.
        meaning: what is counted.
    """

    name: str
    unit: str
    meaning: str


SERIES: Final = (
    Series("arrivals", "persons", "people who presented themselves without a right of entry"),
    Series("registered", "persons", "people registered"),
    Series("waiting", "persons", "people waiting at the border at midnight"),
    Series("suspended_h", "h", "open hours with traffic suspended"),
    Series("turned_back", "persons", "people turned back without their claim received"),
    Series("green_border_attempts", "persons", "people trying the terrain border"),
    Series("green_border_found", "persons", "people found there"),
    Series("diverted", "persons", "people who reached another country's border"),
    Series(
        "in_transit_state", "persons", "people who want to cross, in the transit state at midnight"
    ),
    Series("transferred", "persons", "people brought on to reception"),
    Series("outdoor_cold_h", "person-h", "outdoors at a wind chill of -10 deg C or colder"),
    Series("interview_h", "h", "hours of interviews for registration"),
    Series("officer_h", "h", "hours of registration officers on duty, on days with an interview"),
)


def daily_series(run: RunRecord) -> NDArray[np.float64]:
    """All series, shape (series, days, places); rows in the order of :data:`SERIES`."""
    entries, stock = run.engine.entries, run.engine.stock
    values = np.zeros((len(SERIES), *entries.shape[:2]))
    values[0] = entries[:, :, State.BETWEEN_POSTS]
    values[1] = entries[:, :, State.REGISTERED]
    values[2] = stock[:, :, list(WAITING_AT_BORDER)].sum(axis=2)
    values[3][:, run.crossing_places] = run.engine.suspended_h
    values[4] = entries[:, :, State.TURNED_BACK]
    values[5] = entries[:, :, State.GREEN_ATTEMPT]
    values[6] = entries[:, :, State.GREEN_FOUND]
    values[7] = entries[:, :, State.DIVERTED]
    values[8] = stock[:, :, list(IN_TRANSIT_STATE)].sum(axis=2)
    values[9] = entries[:, :, State.TRANSFERRED]
    values[10] = run.engine.outdoor_h[:, :, 1:].sum(axis=2)
    values[11] = run.engine.person_hours[:, :, State.IN_REGISTRATION]
    values[12][:, run.crossing_places] = run.engine.officer_h
    values[12][values[11] == 0.0] = 0.0
    return values
