"""S12: hours outdoors by wind-chill band, of places and of each person, exactly.

People before the exit gate and on the terrain border are outdoors (those in vehicles are not);
between the posts and before the interview they share what warm places there are, a place in an
unheated tent counting half. For each place two clocks run, by band: the hours that somebody fully
outdoors, and somebody inside the station area, has had there so far. A person's hours are the
clock when they leave less the clock when they came, so nobody is looked at in between.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.codes import BANDS, Mode, PersonState
from sim.engine.occupancy import people_in_any
from sim.engine.person_states import (
    CLOCKS,
    FULLY_OUTDOORS,
    INSIDE_STATION,
    NOT_OUTDOORS,
    OUTDOORS,
    SHARING_SHELTER,
)
from sim.engine.signatures import Columns, Hours, Row

_OUTSIDE: Final = tuple(map(int, FULLY_OUTDOORS))
_INSIDE: Final = tuple(map(int, SHARING_SHELTER))
TENT_FACTOR: Final = 0.5  # share of an hour in an unheated tent that counts as outdoors (MODEL S12)


@njit
def enter_exposure(e: Columns, p: Row, place: Row, state: int, now: Hours) -> None:
    """Person ``p`` is about to enter a state at a place: note the clock."""
    _pass_clock(e, p, place, state, now, -1)


@njit
def leave_exposure(e: Columns, p: Row, place: Row, state: int, now: Hours) -> None:
    """Person ``p`` is about to leave a state at a place: add what the clock has run."""
    _pass_clock(e, p, place, state, now, 1)


@njit
def _pass_clock(e: Columns, p: Row, place: Row, state: int, now: Hours, sign: int) -> None:
    clock = CLOCKS[np.int64(state)]
    if clock == NOT_OUTDOORS or e.zone[place] < 0:
        return
    update_outdoor_hours(e, place, now)
    if state == PersonState.EXIT_QUEUE and e.groups[e.persons[p].group].mode == Mode.CAR:
        e.in_vehicles[place] -= sign
        return
    for band in range(BANDS):
        e.exposed_h[p, band] += sign * e.exposure_h[place, clock, band]


@njit
def _share_outdoors(e: Columns, place: Row, inside: int) -> float:
    """Share of an hour that people inside the station area spend outdoors, each alike."""
    if inside == 0:
        return 1.0
    s = e.station_at[place]
    left_out = max(0, inside - e.stations[s].warm_places)
    in_tents = min(left_out, e.stations[s].tent_places)
    return (left_out - TENT_FACTOR * in_tents) / inside


@njit
def update_outdoor_hours(e: Columns, place: Row, now: Hours) -> None:
    """Bring a place's clocks and its outdoor person-hours up to now, by the band of each hour."""
    begin = e.outdoor_since_h[place]
    e.outdoor_since_h[place] = now
    outside = people_in_any(e, place, _OUTSIDE) - e.in_vehicles[place]
    inside = people_in_any(e, place, _INSIDE)
    if begin >= now or outside + inside == 0:
        return
    share = _share_outdoors(e, place, inside)
    people = outside + share * inside
    bands = e.cold_band[e.zone[place]]
    day = e.status[0].day
    while begin < now:
        hour = int(begin)
        end = min(now, hour + 1.0)
        band = bands[min(hour, len(bands) - 1)]
        e.exposure_h[place, OUTDOORS, band] += end - begin
        e.exposure_h[place, INSIDE_STATION, band] += share * (end - begin)
        e.outdoor_h[day, place, band] += people * (end - begin)
        begin = end
