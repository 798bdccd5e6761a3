"""Pending events: their order, over buckets of time and on the heap of the present one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numba import njit

from sim.engine.advance import NEEDS_ROOM, REACHED, SPARE_EVENTS, advance, most_events
from sim.engine.events import EventKind, _push, _remove_head, pop, schedule
from sim.engine.handle import columns_of
from sim.engine.row_types import EVENT, STATUS
from sim.model import BorderModel
from sim.model.table_room import Capacity
from sim.verification import small_worlds

END_H = 24.0


@njit
def put(handle: Any, at_h: float, kind: int, entity: int, stamp: int) -> None:
    schedule(columns_of(handle), at_h, kind, entity, stamp)


@njit
def take(handle: Any) -> Any:
    return pop(columns_of(handle))


def empty(buckets: int, **room: int) -> BorderModel:
    """A model of a day at whose start nothing is pending."""
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.given([]), days=1
    )
    run = small_worlds.model(where, capacity=replace(Capacity(), buckets=buckets, **room))
    for counter in ("heap", "bucket", "later", "later_rows", "free_later"):
        run.engine.status[counter] = 0
    run.engine.later_first[:] = 0
    return run


def pending(run: BorderModel) -> int:
    return int(run.engine.status["heap"][0] + run.engine.status["later"][0])


def test_events_of_the_same_instant_have_the_order_that_is_written() -> None:
    assert [kind.name for kind in sorted(EventKind)] == [
        "CLOSING",
        "MEASURE_BEGINS",
        "REGISTRATION_ENDS",
        "ADMISSION_ENDS",
        "EXIT_CHECK_ENDS",
        "TRANSPORT_LEAVES",
        "PATIENCE_ENDS",
        "DAY_ENDS",
        "OPENING",
        "MEASURE_ENDS",
        "BULLETIN",
        "NEWS_HEARD",
        "GROUP_CREATED",
        "OFFSPRING",
        "ARRIVAL",
        "HIKE_ENDS",
        "CONTACT",
        "RECONSIDERATION",
        "RELEASE",
        "TRAVELLER",
    ]


@pytest.mark.parametrize("many", [1, 2, 5, 8, 21, 22, 100])
def test_a_full_heap_gives_events_in_their_order(many: int) -> None:
    """Latest first, with ties of time; no row of it is free."""
    heap = np.zeros(many, dtype=EVENT).view(np.recarray)
    status = np.zeros(1, dtype=STATUS).view(np.recarray)
    events = [(float(-(k // 2)), k % 3, k) for k in range(many)]
    for event in events:
        _push(heap, status[0], *event)
    found = [_remove_head(heap, status[0]) for _ in range(many)]
    assert [tuple(each) for each in found] == sorted(events)
    assert status["heap"][0] == 0


@pytest.mark.parametrize("buckets", [1, 2, 7, 4096])
def test_events_come_in_the_order_of_one_heap_however_time_is_cut(buckets: int) -> None:
    """Some at one instant, some before what is past already, some after the end of the scenario."""
    run = empty(buckets)
    rng = np.random.default_rng(1)
    waiting: list[tuple[float, int, int]] = []
    for number in range(3000):
        if waiting and rng.random() < 0.45:
            waiting.sort()
            at_h, kind, entity, stamp = take(run.handle)
            assert (at_h, kind, entity) == waiting.pop(0)
            assert stamp == entity % 5
        else:
            at_h = float(rng.choice([rng.uniform(0.0, 1.2 * END_H), round(rng.uniform(0.0, 24.0))]))
            event = (at_h, int(rng.integers(len(EventKind))), number)
            put(run.handle, *event, number % 5)
            waiting.append(event)
        assert pending(run) == len(waiting)
        assert (run.engine.status["heap"][0] > 0) == bool(waiting)
    assert sorted(waiting) == [take(run.handle)[:3] for _ in waiting]
    assert pending(run) == 0


def test_rows_of_later_events_are_used_again() -> None:
    run = empty(24)
    put(run.handle, 0.5, EventKind.ARRIVAL, 0, 0)
    for hour in range(1, 24):
        put(run.handle, hour + 0.5, EventKind.ARRIVAL, hour, 0)
        put(run.handle, hour + 0.6, EventKind.ARRIVAL, hour, 0)
        assert take(run.handle)[0] < take(run.handle)[0] < hour + 0.6
    assert run.engine.status["later_rows"][0] == 2


def test_the_first_event_may_be_of_any_bucket_and_one_before_it_comes_first() -> None:
    run = empty(24)
    for at_h in (20.5, 3.5, 22.5):
        put(run.handle, at_h, EventKind.ARRIVAL, 1, 0)
    assert [take(run.handle)[0] for _ in range(3)] == [3.5, 20.5, 22.5]


@pytest.mark.parametrize(("later", "outcome"), [(30, REACHED), (50, NEEDS_ROOM)])
def test_there_is_room_for_what_an_event_creates_beside_all_that_are_pending(
    later: int, outcome: int
) -> None:
    """It takes 64 rows and two a member of the largest group, here of twenty."""
    run = empty(24, events=SPARE_EVENTS + 40 + 31)
    run.engine.status["largest_group"] = 20
    put(run.handle, 0.5, EventKind.PATIENCE_ENDS, 0, 1)
    for k in range(later):
        put(run.handle, 5.5, EventKind.PATIENCE_ENDS, k, 1)
    assert advance(run.handle, 1.0) == outcome


def test_room_is_made_for_all_that_can_be_pending() -> None:
    status = empty(24).engine.status
    counts = {"heap": 1, "later": 10, "bulletins": 100, "travellers_waiting": 1_000}
    counts |= {"groups": 10_000, "persons": 100_000, "largest_group": 20}
    for name, count in counts.items():
        status[name] = count
    assert most_events(status[0]) == 111_111 + SPARE_EVENTS + 2 * 20
