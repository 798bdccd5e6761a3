"""S10, stage 0: the moments at which the transit side lets people go on (see gate_limits)."""

from __future__ import annotations

from numba import njit

from sim.engine.events import EventKind, schedule
from sim.engine.exit_gate import release_queue
from sim.engine.gate_limits import release_batch
from sim.engine.signatures import Columns, Hours, Row


@njit
def start_releases(e: Columns) -> None:
    """Schedule the first release, or the end, of every limit."""
    for k in range(len(e.gate_limits)):
        _schedule_release(e, k, 0)


@njit
def _schedule_release(e: Columns, k: Row, number: int) -> None:
    row = e.gate_limits[k].first_release + number
    if row < e.gate_limits[k].last_release:
        schedule(e, e.release_h[row], EventKind.RELEASE, k, number)


@njit
def release_people(e: Columns, k: Row, number: int, now: Hours) -> None:
    """The next release of limit ``k``, or its end."""
    limit = e.gate_limits[k]
    if now < limit.ends_h:
        release_batch(e, k, now)
    _schedule_release(e, k, number + 1)
    release_queue(e, limit.station, now)
