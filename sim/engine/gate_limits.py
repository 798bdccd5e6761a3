"""S10, stage 0: how fast the transit side lets people in its queue go on.

A limit holds at a crossing for a stretch of time, for people of all origins or of some. At each of
its releases it lets go on, in order of arrival, people whom it has not let go yet and whom no order
bars, until a batch is full; a group goes whole, and the people by which it exceeds the batch are
taken off the next ones. What a release leaves is lost. Those let go pass as soon as the crossing's
gate is open to them (:mod:`sim.engine.exit_gate`); the others wait in the queue. A limit without
releases holds everybody; when it ends everybody may pass. A limit that names an origin goes before
one for all, a later one before an earlier one, and only people whom the limit of now let go may
pass under it. What holds people back here is the transit side's conduct, a hypothesis.

For singles who come as a Poisson process this is a bulk-service queue with constant intervals
(Bailey 1954, "On queueing processes with bulk service"); with batches of one, an M/D/1 queue whose
server takes vacations of one service each (Doshi 1986): ``Wq = rho D / (2 (1 - rho)) + D / 2``.
"""

from __future__ import annotations

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.codes import NOBODY
from sim.engine.filters import kind_of
from sim.engine.measures import restriction
from sim.engine.signatures import Columns, Hours, Row


@njit
def limit_of(e: Columns, s: Row, origin: int, now: Hours) -> Row:
    """The limit for people of an origin at station ``s`` now, -1 if they may go freely."""
    found, names_origin = NOBODY, False
    for k in range(len(e.gate_limits)):
        limit = e.gate_limits[k]
        if limit.station != s or not limit.begins_h <= now < limit.ends_h:
            continue
        names = origin != NOBODY and bool(e.gate_limit_origins[k, origin])
        if names or (limit.for_all and not names_origin):
            found, names_origin = k, names
    return NOBODY if found == NOBODY or e.gate_limits[found].unlimited else found


@njit
def is_released(e: Columns, g: Row, s: Row, now: Hours) -> bool:
    """Whether the transit side lets group ``g`` in the queue of station ``s`` go on."""
    if len(e.gate_limits) == 0:
        return True
    limit = limit_of(e, s, e.groups[g].origin, now)
    return limit == NOBODY or e.journeys[e.groups[g].journey].released_by == limit + 1


@njit
def release_batch(e: Columns, k: Row, now: Hours) -> None:
    """Let the next batch of people go on under limit ``k``."""
    limit = e.gate_limits[k]
    left = limit.batch - limit.debt
    g = e.stations[limit.station].exit_first
    while g != NOBODY and left > 0:
        group = e.groups[g]
        journey = e.journeys[group.journey]
        if (
            journey.released_by != k + 1
            and limit_of(e, limit.station, group.origin, now) == k
            and restriction(e, limit.station, kind_of(group)) < 0
        ):
            journey.released_by = k + 1
            left -= group.people
        g = journey.next_in_queue
    limit.debt = max(0, -left)


@njit
def wait_for_release_h(e: Columns, g: Row, s: Row, now: Hours) -> Hours:
    """How long the transit side takes for the people before somebody who comes now, h."""
    if len(e.gate_limits) == 0:
        return 0.0
    k = limit_of(e, s, e.groups[g].origin, now)
    if k == NOBODY or np.isinf(e.gate_limits[k].person_h):
        return 0.0 if k == NOBODY else np.inf
    people, other = 0, e.stations[s].exit_first
    while other != NOBODY:
        journey = e.journeys[e.groups[other].journey]
        waits = journey.released_by != k + 1
        if waits and limit_of(e, s, e.groups[other].origin, now) == k:
            people += e.groups[other].people
        other = journey.next_in_queue
    return people * e.gate_limits[k].person_h


@njit
def released_in(e: Columns, s: Row, hours: Hours, now: Hours) -> float:
    """People of any origin whom the limit of now lets go on at a station in so many hours."""
    if len(e.gate_limits) == 0:
        return np.inf
    k = limit_of(e, s, NOBODY, now)
    return np.inf if k == NOBODY else hours / e.gate_limits[k].person_h
