"""Daily caps: on admission at the lanes (a meter), and on people who may come to the post.

A cap counts, in the local day, those of its people who have been admitted, or have passed the gate,
at all crossings that share it, and lets in those who still fit: ``counted + people <= cap``. So it
is shared in order of time, and of those of one instant in the order of the crossings' numbers.
Caps on arrivals are met by whole groups: one that does not fit into what is left of the day waits,
is sent elsewhere or is turned back, as the cap has it, and smaller ones behind it may still pass.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.codes import NOBODY, Action
from sim.engine.filters import concerns, concerns_everybody, kind_of
from sim.engine.queues import head, second, take_out
from sim.engine.signatures import Columns, Record, Row

ADMITTED: Final = 0  # rows of ``counted_today``
ARRIVED: Final = 1
HAS_ROOM: Final = -1
_UNKNOWN, _FITS, _IS_FULL = 0, 1, 2


@njit
def count_admitted(e: Columns, s: Row, p: Row) -> None:
    """Person ``p`` goes to a lane of station ``s``."""
    e.stations[s].admitted_today += 1
    e.counted_today[ADMITTED, s, kind_of(e.groups[e.persons[p].group])] += 1


@njit
def count_arrived(e: Columns, s: Row, g: Row) -> None:
    """Group ``g`` passes the gate of station ``s``."""
    e.counted_today[ARRIVED, s, kind_of(e.groups[g])] += e.groups[g].people


@njit
def begin_counting(e: Columns, s: Row) -> None:
    """With a new day the daily caps begin again."""
    e.stations[s].admitted_today = 0
    e.counted_today[:, s] = 0


@njit
def is_cap(measure: Record, s: Row, action: int) -> bool:
    """Whether a measure is a cap in force at station ``s`` on admission, or on arrivals."""
    return measure.in_force != 0 and measure.destination == s and measure.kind == action


@njit
def counted_under(e: Columns, m: Row) -> int:
    """People counted today under cap ``m``, at all crossings and of all origins that share it."""
    first = e.measures[m].pool
    if first == NOBODY:
        return _counted_by(e, m)
    people, row = 0, first
    while row < e.status[0].measures and e.measures[row].pool == first:
        people += _counted_by(e, row)
        row += 1
    return people


@njit
def _counted_by(e: Columns, m: Row) -> int:
    """People counted today whom one row of the measures concerns."""
    measure, people = e.measures[m], 0
    if measure.kind == Action.METER and concerns_everybody(measure):
        return e.stations[measure.destination].admitted_today
    counted = e.counted_today[ADMITTED if measure.kind == Action.METER else ARRIVED]
    for kind in range(counted.shape[1]):
        if counted[measure.destination, kind] != 0 and concerns(measure, kind):
            people += counted[measure.destination, kind]
    return people


# ---- admission


@njit
def next_for_admission(e: Columns, s: Row, lanes: int) -> tuple[Row, Row]:
    """The first person in the queue for the lanes whom no cap holds, and who is before them.

    -1 and -1 if there is nobody. Those held by a cap that concerns them alone do not hold others.
    """
    station, first = e.stations[s], head(e, s, lanes)
    if first == NOBODY or station.metered == 0:
        return first, NOBODY
    if _is_full_to_everybody(e, s):
        return NOBODY, NOBODY
    if station.filtered_meters == 0:
        return first, NOBODY
    return _first_that_fits(e, s, first)


@njit
def admit_next(e: Columns, s: Row, lanes: int, p: Row, before: Row) -> None:
    """Take the person out of the queue whom :func:`next_for_admission` found."""
    take_out(e, s, lanes, p, before)
    count_admitted(e, s, p)


@njit
def _is_full_to_everybody(e: Columns, s: Row) -> bool:
    for m in range(e.status[0].measures):
        measure = e.measures[m]
        is_for_all = is_cap(measure, s, Action.METER) and concerns_everybody(measure)
        if is_for_all and counted_under(e, m) + 1 > measure.value:
            return True
    return False


@njit
def _first_that_fits(e: Columns, s: Row, first: Row) -> tuple[Row, Row]:
    """Along the queue, looking at each kind of people once."""
    known = np.zeros(e.counted_today.shape[2], dtype=np.int8)
    p, before = first, NOBODY
    while p != NOBODY:
        kind = kind_of(e.groups[e.persons[p].group])
        if known[kind] == _UNKNOWN:
            known[kind] = _FITS if _may_be_admitted(e, s, kind) else _IS_FULL
        if known[kind] == _FITS:
            return p, before
        p, before = second(e, p), p
    return NOBODY, NOBODY


@njit
def _may_be_admitted(e: Columns, s: Row, kind: int) -> bool:
    for m in range(e.status[0].measures):
        measure = e.measures[m]
        applies = is_cap(measure, s, Action.METER) and concerns(measure, kind)
        if applies and counted_under(e, m) + 1 > measure.value:
            return False
    return True


# ---- arrivals


@njit
def stopped_by_cap(e: Columns, s: Row, g: Row) -> int:
    """The strictest queue rule of the caps on arrivals under which a group does not fit, or -1."""
    return _strictest_rule(e, s, g, True)


@njit
def never_fits(e: Columns, s: Row, g: Row) -> bool:
    """Whether a group is larger than a cap on arrivals that concerns it."""
    return _strictest_rule(e, s, g, False) != HAS_ROOM


@njit
def _strictest_rule(e: Columns, s: Row, g: Row, after_others: bool) -> int:
    """The strictest rule of the caps that a group exceeds, alone or after those who came today."""
    strictest = HAS_ROOM
    if e.stations[s].arrival_caps == 0:
        return strictest
    kind, people = kind_of(e.groups[g]), e.groups[g].people
    for m in range(e.status[0].measures):
        measure = e.measures[m]
        applies = is_cap(measure, s, Action.CAP_ARRIVALS) and concerns(measure, kind)
        before = counted_under(e, m) if applies and after_others else 0
        if applies and before + people > measure.value:
            strictest = max(strictest, measure.queue_rule)
    return strictest
