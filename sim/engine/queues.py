"""Queues of single people at a station, first come first served (S7).

A person is in one queue at a time; the links are a column of the person.
"""

from __future__ import annotations

from numba import njit

from sim.engine.codes import NOBODY
from sim.engine.signatures import Columns, Row
from sim.engine.stages import QUEUES


@njit
def enqueue(e: Columns, s: Row, queue: int, p: Row) -> None:
    """Put person ``p`` at the end of a queue of station ``s``."""
    ends = e.queues[s * QUEUES + queue]
    e.persons[p].next_in_queue = NOBODY
    if ends.last == NOBODY:
        ends.first = p
    else:
        e.persons[ends.last].next_in_queue = p
    ends.last = p


@njit
def head(e: Columns, s: Row, queue: int) -> Row:
    """The head of a queue of station ``s``, or NOBODY."""
    return e.queues[s * QUEUES + queue].first


@njit
def dequeue(e: Columns, s: Row, queue: int) -> Row:
    """Take the first person out of a queue that is not empty."""
    ends = e.queues[s * QUEUES + queue]
    p = ends.first
    ends.first = e.persons[p].next_in_queue
    if ends.first == NOBODY:
        ends.last = NOBODY
    return p


@njit
def second(e: Columns, p: Row) -> Row:
    """Who comes after person ``p`` in the same queue, or NOBODY."""
    return e.persons[p].next_in_queue


@njit
def take_out(e: Columns, s: Row, queue: int, p: Row, before: Row) -> None:
    """Take person ``p`` out of a queue; ``before`` comes before them, NOBODY at the head."""
    ends, following = e.queues[s * QUEUES + queue], e.persons[p].next_in_queue
    if before == NOBODY:
        ends.first = following
    else:
        e.persons[before].next_in_queue = following
    if following == NOBODY:
        ends.last = before
