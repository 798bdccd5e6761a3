"""Lines of single people at a station, first come first served (S7).

A person stands in one line at a time; the links are a column of the person.
"""

from __future__ import annotations

from numba import njit

from sim.engine.codes import NOBODY, QUEUES


@njit
def enqueue(e, s, line, p):  # type: ignore[no-untyped-def]
    """Put person ``p`` at the end of a line of station ``s``."""
    ends = e.queues[s * QUEUES + line]
    e.persons[p].next_in_queue = NOBODY
    if ends.last == NOBODY:
        ends.first = p
    else:
        e.persons[ends.last].next_in_queue = p
    ends.last = p


@njit
def head(e, s, line):  # type: ignore[no-untyped-def]
    """Who is first in a line of station ``s``, or NOBODY."""
    return e.queues[s * QUEUES + line].first


@njit
def dequeue(e, s, line):  # type: ignore[no-untyped-def]
    """Take the first person out of a line that is not empty."""
    ends = e.queues[s * QUEUES + line]
    p = ends.first
    ends.first = e.persons[p].next_in_queue
    if ends.first == NOBODY:
        ends.last = NOBODY
    return p
