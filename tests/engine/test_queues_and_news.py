"""Queues from which somebody may be taken out, and what somebody knows of an order that changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit

from sim.engine.codes import NOBODY, Action
from sim.engine.handle import columns_of
from sim.engine.known_measures import believed_end, is_believed_in_force
from sim.engine.queues import dequeue, enqueue, head, second, take_out
from sim.model import BorderModel
from sim.verification import small_worlds
from tests.golden.world_parts import step, under

QUEUE = 2


@njit
def fill(handle: Any, many: int) -> None:
    """Let the first people wait in a queue."""
    e = columns_of(handle)
    for p in range(many):
        enqueue(e, 0, QUEUE, p)


@njit
def join(handle: Any, p: int) -> None:
    enqueue(columns_of(handle), 0, QUEUE, p)


@njit
def take(handle: Any, p: int, before: int) -> None:
    take_out(columns_of(handle), 0, QUEUE, p, before)


@njit
def go(handle: Any) -> Any:
    return dequeue(columns_of(handle), 0, QUEUE)


@njit
def in_order(handle: Any) -> Any:
    """Who waits in the queue, from its head on; at most ten."""
    e = columns_of(handle)
    found = np.full(10, NOBODY)
    p, number = head(e, 0, QUEUE), 0
    while p != NOBODY and number < len(found):
        found[number] = p
        p, number = second(e, p), number + 1
    return found[:number]


def queue_of(many: int) -> BorderModel:
    """Seven people who stay in town; for some of them a queue is made."""
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()),
        small_worlds.crowd(7),
        days=1,
        station_constant=small_worlds.NEVER,
    )
    run = small_worlds.model(where)
    run.advance_to(1.0)
    fill(run.handle, many)
    return run


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ((0, NOBODY), [1, 2, 3]),
        ((1, 0), [0, 2, 3]),
        ((3, 2), [0, 1, 2]),
    ],
)
def test_who_is_taken_out_leaves_the_others_in_order(
    taken: tuple[int, int], left: list[int]
) -> None:
    run = queue_of(4)
    take(run.handle, *taken)
    assert in_order(run.handle).tolist() == left
    join(run.handle, 5)
    assert in_order(run.handle).tolist() == [*left, 5]
    assert go(run.handle) == left[0]
    assert in_order(run.handle).tolist() == [*left[1:], 5]


def test_a_queue_from_which_the_last_is_taken_begins_anew() -> None:
    run = queue_of(1)
    take(run.handle, 0, NOBODY)
    assert in_order(run.handle).tolist() == []
    join(run.handle, 6)
    join(run.handle, 4)
    assert [go(run.handle), go(run.handle)] == [6, 4]
    assert in_order(run.handle).tolist() == []


@njit
def end_known(handle: Any, m: int, heard_h: float) -> Any:
    """When an order ends as far as somebody knows."""
    e = columns_of(handle)
    return believed_end(e, e.measures[m], heard_h)


@njit
def is_expected(handle: Any, m: int, heard_h: float, at_h: float) -> Any:
    """Whether somebody expects an order to hold at a time."""
    e = columns_of(handle)
    return is_believed_in_force(e, e.measures[m], heard_h, at_h)


class TestAClosureThatEndsEarly:
    """From ten to forty, made public at four; at fifteen it is said to end at twenty."""

    def closure(self) -> tuple[BorderModel, int]:
        run = under(
            small_worlds.world(
                small_worlds.star(small_worlds.crossing()), small_worlds.given([]), days=2
            ),
            step(Action.CLOSE, 10.0, 40.0, ahead_h=6.0),
            step(Action.REOPEN, 20.0, ahead_h=5.0),
        )
        run.advance_to(1.0)
        return run, run.engine.measures["kind"].tolist().index(Action.CLOSE)

    def test_people_believe_the_end_that_they_have_heard_of(self) -> None:
        run, m = self.closure()
        known = [end_known(run.handle, m, heard_h) for heard_h in (4.0, 14.5, 15.0, 30.0)]
        assert known == [40.0, 40.0, 20.0, 20.0]

    @pytest.mark.parametrize(
        ("heard_h", "expected"),
        [
            (3.5, [False, False, False, False, False]),
            (4.0, [False, True, True, True, False]),
            (15.0, [False, True, False, False, False]),
        ],
    )
    def test_and_expect_it_to_hold_until_then(self, heard_h: float, expected: list[bool]) -> None:
        run, m = self.closure()
        times_h = (9.5, 10.0, 20.0, 39.5, 40.0)
        assert [bool(is_expected(run.handle, m, heard_h, at_h)) for at_h in times_h] == expected
