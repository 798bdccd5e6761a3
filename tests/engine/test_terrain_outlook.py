"""The terrain border as people expect it: its fence, guards and pushbacks, worked by hand."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from numba import njit

from sim.engine.codes import Action, DestinationKind
from sim.engine.handle import columns_of
from sim.engine.terrain_guard import claims_taken_on_terrain
from sim.engine.terrain_utility import (
    fence_delay_h,
    fenced_share,
    known_fenced_share,
    known_guard,
    stretch_looks_other,
    stretches_look_so_until,
    terrain_outlook,
)
from sim.model import BorderModel
from sim.policies.timed import Step
from sim.verification import small_worlds
from tests.golden.world_parts import step, under


@njit
def guard_known(
    handle: Any, d: int, heard_h: float, now: float, ahead_h: float, later_h: float
) -> Any:
    """The chance of being found, and the share pushed back, of which somebody knows."""
    return known_guard(columns_of(handle), d, heard_h, now, ahead_h, later_h)


def border(*steps: Step, **parameters: Any) -> tuple[BorderModel, int]:
    """Two stretches under orders, and which destination the first is; nobody comes.

    It finds half of all where it has no fence, which is on half of it, and pushes back four in ten.
    """
    stretches = [
        small_worlds.forest(fence_km=5.0, fence_effect=0.6, pushback=0.4),
        small_worlds.forest(id="wood", name="Wood"),
    ]
    network = small_worlds.star(small_worlds.crossing(), segments=stretches)
    run = under(small_worlds.world(network, small_worlds.given([]), days=2, **parameters), *steps)
    return run, run.engine.destinations["kind"].tolist().index(DestinationKind.SEGMENT)


def there(
    action: Action,
    begins_h: float,
    ends_h: float | None = None,
    *,
    at: str = "forest",
    **terms: Any,
) -> Step:
    """An order about a stretch, made public when it takes effect unless said otherwise."""
    return step(action, begins_h, ends_h, crossings=(), segments=(at,), **{"ahead_h": 0.0, **terms})


class TestKnownGuard:
    """What people expect who would come to a stretch of terrain border."""

    def test_what_holds_when_they_would_come_there_counts(self) -> None:
        """A guard from ten to twenty: five hours away they meet it from five to fifteen."""
        run, d = border(there(Action.GUARD, 10.0, 20.0, value=0.9))
        for now, ahead_h, found in (
            (9.0, 0.0, 0.5),
            (10.0, 0.0, 0.9),
            (20.0, 0.0, 0.5),
            (4.5, 5.0, 0.5),
            (5.0, 5.0, 0.9),
            (14.5, 5.0, 0.9),
            (15.0, 5.0, 0.5),
        ):
            assert guard_known(run.handle, d, 40.0, now, ahead_h, 0.0)[0] == found
            assert guard_known(run.handle, d, 40.0, now - 3.0, ahead_h, 3.0)[0] == found

    def test_who_has_not_heard_of_it_expects_what_was_before(self) -> None:
        run, d = border(there(Action.PUSHBACK, 10.0, 20.0, value=0.9, ahead_h=6.0))
        known = [guard_known(run.handle, d, heard_h, 12.0, 0.0, 0.0)[1] for heard_h in (3.5, 4.0)]
        assert known == [0.4, 0.9]

    def test_a_guard_that_finds_nobody_is_known_to_find_nobody(self) -> None:
        run, d = border(there(Action.GUARD, 0.5, value=0.0), there(Action.PUSHBACK, 0.5, value=0.0))
        run.advance_to(1.0)
        assert guard_known(run.handle, d, 1.0, 1.0, 0.0, 0.0) == (0.0, 0.0)
        stretch = run.engine.destinations[d]
        assert (stretch["guarded"], stretch["pushback"]) == (0.0, 0.0)
        assert stretch["detection"] == pytest.approx(0.5 * 0.6)  # by the fence alone

    def test_of_several_the_highest_is_expected(self) -> None:
        orders = [there(Action.GUARD, 0.5 * k, value=0.1 * k) for k in (6, 9, 7)]
        run, d = border(*orders, there(Action.GUARD, 1.0, value=1.0, at="wood"))
        assert guard_known(run.handle, d, 9.0, 9.0, 0.0, 0.0) == (0.9, 0.4)


@njit
def looks_other(handle: Any, d: int, before_h: float, heard_h: float, now: float) -> Any:
    """Whether news changes what is expected of a stretch."""
    return stretch_looks_other(columns_of(handle), d, before_h, heard_h, now)


def test_who_hears_nothing_new_of_a_short_guard_expects_the_same() -> None:
    """Half an hour from five on, announced then: at four it is known to nobody, at six to all."""
    run, d = border(there(Action.GUARD, 5.0, 5.5, value=0.9))
    for heard_h, now in product((4.0, 6.0), (4.0, 5.25)):
        assert not looks_other(run.handle, d, heard_h, heard_h, now)
    assert looks_other(run.handle, d, 4.0, 6.0, 4.0)


@njit
def outlook(handle: Any, d: int, heard_h: float, unfenced: float, pushed_back: float) -> Any:
    """Hours on foot over a stretch, and what it costs, as somebody expects who has heard so far."""
    return terrain_outlook(columns_of(handle), d, heard_h, unfenced, pushed_back)


def test_what_people_expect_of_a_walk() -> None:
    """Found with 1 - 0.5 (1 - 0.5 0.6) = 0.65, pushed back with 0.2 of that."""
    run, d = border(
        hike_median_h=10.0,
        fence_delay_h=4.0,
        value_of_time_eur_per_h=3.0,
        found_cost_eur=100.0,
        turned_back_cost_eur=200.0,
    )
    hours = (10.0 + 0.5 * 4.0) * (1.0 + 0.13)
    cost = 3.0 * hours + 100.0 * 0.65 + 200.0 * 0.13
    assert outlook(run.handle, d, 0.0, 0.5, 0.2) == pytest.approx((hours, cost))


@njit
def fence_known(handle: Any, d: int, heard_h: float) -> Any:
    """The share of a stretch that has a fence, as far as somebody has heard."""
    return known_fenced_share(columns_of(handle), d, heard_h)


def test_people_know_of_a_fence_what_they_heard_last() -> None:
    """Of 10 km 5 at first, 8 from ten on, and all from twenty on; another stretch has its own."""
    run, d = border(
        there(Action.BUILD_FENCE, 20.0, value=10.0),
        there(Action.BUILD_FENCE, 10.0, value=6.0),
        there(Action.BUILD_FENCE, 10.0, value=8.0),
        there(Action.BUILD_FENCE, 25.0, value=1.0, at="wood"),
        there(Action.GUARD, 26.0, value=0.3),
    )
    heard = (9.5, 10.0, 19.5, 20.0, 40.0)
    assert [fence_known(run.handle, d, each) for each in heard] == [0.5, 0.8, 0.8, 1.0, 1.0]
    assert [fence_known(run.handle, d + 1, each) for each in heard] == [0.0, 0.0, 0.0, 0.0, 0.1]


@njit
def looks_so_until(handle: Any, heard_h: float, now: float) -> Any:
    """When the next known change of a guard comes within reach."""
    return stretches_look_so_until(columns_of(handle), heard_h, now)


class TestWhenAStretchLooksOther:
    """A guard from ten to twenty, made public at four; two hours away, three hours ahead."""

    def guarded(self) -> tuple[BorderModel, int]:
        run, d = border(there(Action.GUARD, 10.0, 20.0, value=0.9, ahead_h=6.0), rush_horizon_h=3.0)
        run.engine.ahead_h[d] = 2.0
        return run, d

    def test_it_does_so_when_an_edge_comes_within_reach(self) -> None:
        run, _ = self.guarded()
        for now, until_h in ((4.0, 5.0), (5.0, 8.0), (8.0, 15.0), (15.0, 18.0), (18.0, np.inf)):
            assert looks_so_until(run.handle, 4.0, now) == until_h

    def test_it_does_not_to_those_who_have_not_heard_or_cannot_come(self) -> None:
        run, d = self.guarded()
        assert looks_so_until(run.handle, 3.5, 4.0) == np.inf
        run.engine.ahead_h[d] = np.inf
        assert looks_so_until(run.handle, 4.0, 4.0) == np.inf

    def test_one_out_of_reach_leaves_the_other(self) -> None:
        orders = [there(Action.GUARD, 10.0, value=0.9, at=at) for at in ("forest", "wood")]
        run, d = border(*orders, rush_horizon_h=3.0)
        run.engine.ahead_h[d : d + 2] = (np.inf, 1.0)
        assert looks_so_until(run.handle, 10.0, 4.0) == 6.0


@njit
def delay_h(handle: Any, d: int) -> Any:
    """How much longer a fence makes the walk, h."""
    return fence_delay_h(columns_of(handle), d)


def test_a_fence_makes_the_walk_longer_by_its_share_of_the_stretch() -> None:
    """Of 10 km it stands on half; from two on, on all of it."""
    run, d = border(there(Action.BUILD_FENCE, 2.0, value=10.0), fence_delay_h=4.0)
    assert (delay_h(run.handle, d), delay_h(run.handle, d + 1)) == (2.0, 0.0)
    run.advance_to(2.5)
    assert delay_h(run.handle, d) == 4.0
    assert fenced_share(run.engine.destinations.view(np.recarray)[d], 25.0) == 1.0


def test_guards_and_pushbacks_hold_where_and_while_they_are_ordered() -> None:
    """The highest of those in force: found are 1 - (1 - p0)(1 - 0.5 0.6) of all."""
    run, d = border(
        there(Action.GUARD, 1.0, 5.0, value=0.7),
        there(Action.GUARD, 2.0, 3.0, value=0.9),
        there(Action.GUARD, 1.0, 4.0, value=0.8, at="wood"),
        there(Action.PUSHBACK, 1.0, 4.0, value=1.0),
        there(Action.CLOSE, 1.0, 9.0, at="wood"),
    )
    found = []
    for now in (0.5, 1.5, 2.5, 4.5, 5.5):
        run.advance_to(now)
        stretch = run.engine.destinations[d]
        assert stretch["detection"] == pytest.approx(1.0 - (1.0 - stretch["guarded"]) * 0.7)
        found.append((stretch["guarded"], stretch["pushback"], bool(claims_taken(run.handle))))
    assert found == [
        (0.5, 0.4, True),
        (0.7, 1.0, False),
        (0.9, 1.0, False),
        (0.7, 0.4, True),
        (0.5, 0.4, True),
    ]


@njit
def claims_taken(handle: Any) -> Any:
    """Whether claims are taken at some stretch."""
    return claims_taken_on_terrain(columns_of(handle))
