"""Daily series by place, some by origin too: what results files and charts are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import PersonState as State
from sim.engine.person_states import IN_TRANSIT_STATE, WAITING_AT_BORDER
from sim.outcomes.entered_states import ENTERED
from sim.outcomes.run_record import RunRecord
from sim.world.modelled import Need

Daily: TypeAlias = NDArray[np.float64]  # shape (days, places)


@dataclass(frozen=True)
class Series:
    """A daily series: a count of entries, a stock at midnight, or hours.

    Attributes:
        name: name in results files.
        unit: its unit.
        meaning: what is counted.
        of: from a finished run to its values, shape (days, places).
        needs: what a scenario must have for it to be modelled; nothing if None.
    """

    name: str
    unit: str
    meaning: str
    of: Callable[[RunRecord], Daily]
    needs: Need | None = None


def _entering(state: State, meaning: str, needs: Need | None = None) -> Series:
    """The series of people who enter a state."""
    return Series(ENTERED[state], "persons", meaning, _entries(state), needs)


def _entries(state: State) -> Callable[[RunRecord], Daily]:
    return lambda run: run.engine.entries[:, :, state].astype(np.float64)


def _stock(states: Sequence[State]) -> Callable[[RunRecord], Daily]:
    return lambda run: run.engine.stock[:, :, list(states)].sum(axis=2).astype(np.float64)


def _at_crossings(run: RunRecord, values: Daily) -> Daily:
    """Values of crossings, shape (days, crossings), at their places; elsewhere zero."""
    everywhere = np.zeros(run.engine.entries.shape[:2])
    everywhere[:, run.crossing_places] = values
    return everywhere


def _before_crossings(run: RunRecord) -> Daily:
    """People in the queue before a crossing, and those in the transit state in the town next to it.

    A town that is next to several crossings is shared out among them evenly.
    """
    engine, many = run.engine, len(run.crossing_places)
    hubs = engine.nearest_hub[:many]
    queued = engine.stock[:, run.crossing_places, State.EXIT_QUEUE].astype(np.float64)
    in_town = _stock(IN_TRANSIT_STATE)(run)[:, np.maximum(hubs, 0)] * (hubs >= 0)
    sharing = np.array([np.count_nonzero(hubs == hub) for hub in hubs], dtype=np.float64)
    return _at_crossings(run, queued + in_town / sharing)


def _interview_h(run: RunRecord) -> Daily:
    return run.engine.person_hours[:, :, State.IN_REGISTRATION]


def _found_on_terrain(run: RunRecord) -> Daily:
    """People found, where they were found; at stations the same people wait for shelter."""
    found = _entries(State.GREEN_FOUND)(run)
    found[:, run.crossing_places] = 0.0
    return found


def _officer_h(run: RunRecord) -> Daily:
    return np.where(_interview_h(run) == 0.0, 0.0, _at_crossings(run, run.engine.officer_h))


SERIES: Final = (
    _entering(State.BETWEEN_POSTS, "people who presented themselves without a right of entry"),
    _entering(State.REGISTERED, "people registered"),
    Series(
        "waiting",
        "persons",
        "people waiting at the border at midnight",
        _stock(WAITING_AT_BORDER),
    ),
    Series(
        "waiting_before",
        "persons",
        "people before a crossing on the transit side at midnight: in its queue, or in the town "
        "next to it; one that is next to several is shared out evenly",
        _before_crossings,
    ),
    Series(
        "suspended_h",
        "h",
        "open hours with traffic suspended",
        lambda run: _at_crossings(run, run.engine.suspended_h),
        Need.SUSPENSION,
    ),
    _entering(State.TURNED_BACK, "people turned back without their claim received"),
    _entering(
        State.GREEN_ATTEMPT,
        "people trying the terrain border",
        Need.TERRAIN,
    ),
    Series("green_border_found", "persons", "people found there", _found_on_terrain, Need.TERRAIN),
    _entering(
        State.PUSHED_BACK,
        "people found there and pushed back without their claim received",
    ),
    _entering(State.GREEN_UNKNOWN, "people who crossed it and were not found"),
    _entering(State.DIVERTED, "people who reached another country's border", Need.NEIGHBOURS),
    Series(
        "in_transit_state",
        "persons",
        "people who want to cross, in the transit state at midnight; in a chain of borders with "
        "those between two of them, registered before or not",
        _stock(IN_TRANSIT_STATE),
    ),
    _entering(State.TRANSFERRED, "people brought on to reception", Need.TRANSPORT),
    Series(
        "outdoor_cold_h",
        "person-h",
        "outdoors at a wind chill of −10 °C or colder",
        lambda run: run.engine.outdoor_h[:, :, 1:].sum(axis=2),
        Need.WEATHER,
    ),
    Series("interview_h", "h", "hours of interviews for registration", _interview_h),
    Series(
        "officer_h",
        "h",
        "hours of registration officers on duty, on days with an interview",
        _officer_h,
    ),
    Series(
        "travellers_admitted",
        "persons",
        "travellers with papers who went to a lane that they share with others",
        lambda run: _at_crossings(run, run.travellers.admitted),
    ),
    Series(
        "travellers_waited_h",
        "person-h",
        "time that these had waited for the lane",
        lambda run: _at_crossings(run, run.travellers.waited_h),
    ),
)


def daily_series(run: RunRecord) -> NDArray[np.float64]:
    """All series, shape (series, days, places); rows in the order of :data:`SERIES`."""
    return np.array([each.of(run) for each in SERIES])
