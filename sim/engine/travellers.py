"""S7, travellers with papers in the same lanes: a queue of cars and one of people can be one queue.

A crossing may have a stream of travellers (a Poisson process by the hour, drawn before the run).
Anyone who comes while it is shut, by its hours or by a closure for everybody, turns around: R14
and K5 count them. The others queue for the lanes in one order with those who claim, first come
first served by when they presented themselves; daily caps do not concern them, and they need no
shelter and no interview. They are none of the model's people: what is noted of them is how long
they wait. Where no traveller shares a lane, nothing here does anything.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.codes import NOBODY
from sim.engine.events import EventKind, schedule
from sim.engine.service import unit_time
from sim.engine.signatures import Columns, Floats, Hours, Key, Row
from sim.randomness import TRAVELLER_INTERVAL, TRAVELLER_SERVICE, exponential

TRAVELLER: Final = np.dtype([("comes_h", np.float64), ("number", np.int64)])
COMES, LEAVES_LANE = 0, 1  # stamps of their events
_ROOM: Final = 1024


@njit(cache=True)
def draw_travellers(
    key: Key, entity: Key, begins_h: Floats, ends_h: Floats, per_h: Floats
) -> Floats:
    """When travellers come to a crossing: the cumulative rate, inverted draw by draw.

    Args:
        key: the replication's key.
        entity: the crossing's.
        begins_h: begins of stretches of time, in order, h.
        ends_h: their ends, h.
        per_h: travellers an hour in each.
    """
    comes_h = np.empty(_ROOM)
    number, passed = 0, 0.0
    wanted = exponential(key, TRAVELLER_INTERVAL, entity, 0)
    for k in range(len(per_h)):
        expected = per_h[k] * (ends_h[k] - begins_h[k])
        while wanted - passed <= expected:
            if number == len(comes_h):
                more = np.empty(2 * number)
                more[:number] = comes_h
                comes_h = more
            comes_h[number] = begins_h[k] + (wanted - passed) / per_h[k]
            number += 1
            wanted += exponential(key, TRAVELLER_INTERVAL, entity, number)
        passed += expected
    return comes_h[:number].copy()


@njit
def expect_traveller(e: Columns, s: Row) -> None:
    """Schedule the next traveller of station ``s``."""
    station = e.stations[s]
    if station.travellers_next < station.travellers_end:
        schedule(e, e.travellers[station.travellers_next].comes_h, EventKind.TRAVELLER, s, COMES)


@njit
def join_lanes(e: Columns, s: Row) -> bool:
    """The next traveller joins the queue, if the crossing is open to travellers; says whether."""
    station, status = e.stations[s], e.status[0]
    traveller = station.travellers_next
    station.travellers_next += 1
    expect_traveller(e, s)
    if not station.open_by_hours or station.closures > 0:
        return False
    e.travellers[station.travellers_last] = e.travellers[traveller]
    station.travellers_last += 1
    status.travellers_waiting += 1
    return True


@njit
def travellers_before_lanes(e: Columns, s: Row) -> int:
    """Travellers who wait for a lane of station ``s``."""
    return e.stations[s].travellers_last - e.stations[s].travellers_first


@njit
def traveller_is_next(e: Columns, s: Row, p: Row) -> bool:
    """Whether a traveller waits who came before person ``p`` (-1: nobody) presented themselves."""
    station = e.stations[s]
    if station.travellers_first == station.travellers_last:
        return False
    comes_h = e.travellers[station.travellers_first].comes_h
    return p == NOBODY or comes_h < e.persons[p].presented_h


@njit
def begin_lane(e: Columns, s: Row, now: Hours) -> None:
    """The traveller at the head of the queue goes to a lane."""
    station, status = e.stations[s], e.status[0]
    traveller = e.travellers[station.travellers_first]
    station.travellers_first += 1
    status.travellers_waiting -= 1
    station.travellers_in_lanes += 1
    e.travellers_admitted[status.day, s] += 1
    e.travellers_waited_h[status.day, s] += now - traveller.comes_h
    unit = unit_time(
        status.key,
        TRAVELLER_SERVICE,
        station.travellers_key,
        traveller.number,
        station.travellers_distribution,
        station.travellers_cv,
    )
    mean_h = station.travellers_mean_h * e.parameters[0].admission_time_factor
    schedule(e, now + mean_h * unit, EventKind.TRAVELLER, s, LEAVES_LANE)
