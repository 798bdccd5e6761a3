"""Pending events: exact float hours, and an explicit order for events of the same instant.

Time is cut into buckets. Events up to the end of the present bucket are a heap; those of each later
one wait in a list of no order until it is their turn, which comes when the heap is empty (a
calendar queue: Brown 1988, Communications of the ACM 31:1220-1227). So the heap stays small, and
the order is that of one heap for all.

Order at equal time (MODEL 2.4): closing, service end, reneging, opening, arrival, then
reconsidering, and releases by the transit side; then the number of the entity. Events are never
taken back: an event whose stamp is not its entity's present one is passed over.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np

from sim.arithmetic.compiled import njit
from sim.engine.signatures import Columns, Hours, Record, Row, Table


class EventKind(IntEnum):
    """Kinds of events, in their order at equal time."""

    CLOSING = 0
    MEASURE_BEGINS = 1
    REGISTRATION_ENDS = 2
    ADMISSION_ENDS = 3
    EXIT_CHECK_ENDS = 4
    TRANSPORT_LEAVES = 5
    PATIENCE_ENDS = 6
    DAY_ENDS = 7
    OPENING = 8
    MEASURE_ENDS = 9
    BULLETIN = 10
    NEWS_HEARD = 11
    GROUP_CREATED = 12
    OFFSPRING = 13
    ARRIVAL = 14
    HIKE_ENDS = 15
    CONTACT = 16
    RECONSIDERATION = 17
    RELEASE = 18
    TRAVELLER = 19


ENTITY_BITS: Final = 40
CHILD_BITS: Final = 2
CHILDREN: Final = 1 << CHILD_BITS  # half as deep a heap as with two, and side by side in memory
NONE_LATER: Final = 0  # the first row is no event


@njit
def schedule(e: Columns, at_h: Hours, kind: int, entity: Row, stamp: int) -> None:
    """Put an event among those to come; there must be room."""
    status = e.status[0]
    rank = (np.int64(kind) << ENTITY_BITS) | np.int64(entity)
    bucket = _bucket_of(e, at_h)
    if bucket > status.bucket and status.heap > 0:
        _put_aside(e, bucket, at_h, rank, stamp)
        return
    status.bucket = max(status.bucket, bucket)
    _push(e.heap, status, at_h, rank, stamp)


@njit
def _bucket_of(e: Columns, at_h: Hours) -> int:
    """The bucket of an hour; the last one has no end."""
    last = len(e.later_first) - 1
    return int(min(at_h * e.status[0].buckets_per_h, np.float64(last)))


@njit
def _put_aside(e: Columns, bucket: int, at_h: Hours, rank: int, stamp: int) -> None:
    """Put an event into the list of a later bucket."""
    status = e.status[0]
    row = status.free_later
    if row == NONE_LATER:
        status.later_rows += 1
        row = status.later_rows
    else:
        status.free_later = e.later[row].next
    event = e.later[row]
    event.at_h = at_h
    event.rank = rank
    event.stamp = stamp
    event.next = e.later_first[bucket]
    e.later_first[bucket] = row
    status.later += 1


@njit
def _begin_next_bucket(e: Columns) -> None:
    """Put the events of the next bucket that has any on the heap, which is empty."""
    status = e.status[0]
    bucket = status.bucket + 1
    while e.later_first[bucket] == NONE_LATER:
        bucket += 1
    status.bucket = bucket
    row = np.int64(e.later_first[bucket])
    e.later_first[bucket] = NONE_LATER
    while row != NONE_LATER:
        event = e.later[row]
        _push(e.heap, status, event.at_h, event.rank, event.stamp)
        following = np.int64(event.next)
        event.next = status.free_later
        status.free_later = row
        status.later -= 1
        row = following


@njit
def _push(heap: Table, status: Record, at_h: Hours, rank: int, stamp: int) -> None:
    k = status.heap
    status.heap = k + 1
    while k > 0:
        parent = (k - 1) >> CHILD_BITS
        above = heap[parent]
        if above.at_h < at_h or (above.at_h == at_h and above.rank <= rank):
            break
        heap[k].at_h = above.at_h
        heap[k].rank = above.rank
        heap[k].stamp = above.stamp
        k = parent
    heap[k].at_h = at_h
    heap[k].rank = rank
    heap[k].stamp = stamp


@njit
def pop(e: Columns) -> tuple[Hours, int, Row, int]:
    """Take the earliest event: (time, kind, entity, stamp); the heap has the next, if any."""
    status = e.status[0]
    at_h, rank, stamp = _remove_head(e.heap, status)
    if status.heap == 0 and status.later > 0:
        _begin_next_bucket(e)
    return at_h, rank >> ENTITY_BITS, rank & ((1 << ENTITY_BITS) - 1), stamp


@njit(inline="always")
def _earlier(heap: Table, one: Row, other: Row) -> Row:
    """Which of two events comes first; without a branch, which nobody can foretell here."""
    at_h, other_h = heap[one].at_h, heap[other].at_h
    later = (other_h < at_h) | ((other_h == at_h) & (heap[other].rank < heap[one].rank))
    return other if later else one


@njit
def _remove_head(heap: Table, status: Record) -> tuple[Hours, int, int]:
    at_h, rank, stamp = heap[0].at_h, heap[0].rank, heap[0].stamp
    last = status.heap - 1
    status.heap = last
    moved_at, moved_rank, moved_stamp = heap[last].at_h, heap[last].rank, heap[last].stamp
    k, child = 0, 1
    while child < last:
        if child + CHILDREN <= last:
            one = _earlier(heap, child, child + 1)
            first = _earlier(heap, one, _earlier(heap, child + 2, child + 3))
        else:
            first = child
            for other in range(child + 1, last):
                first = _earlier(heap, first, other)
        if moved_at < heap[first].at_h or (
            moved_at == heap[first].at_h and moved_rank <= heap[first].rank
        ):
            break
        heap[k].at_h = heap[first].at_h
        heap[k].rank = heap[first].rank
        heap[k].stamp = heap[first].stamp
        k, child = first, CHILDREN * first + 1
    heap[k].at_h = moved_at
    heap[k].rank = moved_rank
    heap[k].stamp = moved_stamp
    return at_h, rank, stamp
