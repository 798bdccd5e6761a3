"""What people saw at a crossing: how it fades in their minds, and what becomes known of it."""

from __future__ import annotations

import math
from typing import Any

import pytest
from numba import njit

from sim.engine.beliefs import NO_WAIT_SEEN, experience, forget, learned_success
from sim.engine.handle import columns_of
from sim.hypotheses import LetsThrough
from sim.model import BorderModel
from sim.verification import small_worlds


@njit
def see(handle: Any, success: bool, wait_h: float, now: float) -> None:
    """The first group sees how it goes at the first crossing, and how long it takes."""
    experience(columns_of(handle), 0, 0, success, wait_h, now)


@njit
def think(handle: Any, now: float) -> None:
    """The first group takes stock."""
    forget(columns_of(handle), 0, now)


@njit
def believed_chance(handle: Any, assured: bool) -> Any:
    """What the first group believes of the first crossing, where claims are assured or not."""
    e = columns_of(handle)
    return learned_success(e.parameters[0], e.beliefs[0], assured)


def one_who_learns(*others_h: float, **parameters: Any) -> BorderModel:
    """Somebody who waits in a town from the start on and counts what they see twice; and others."""
    given: dict[str, Any] = {
        "experience_weight": 2.0,
        "prior_weight": 4.0,
        "station_constant": small_worlds.NEVER,
        **parameters,
    }
    gate = small_worlds.crossing(known=0.25)
    demand = small_worlds.given([0.0, *others_h])
    where = small_worlds.world(small_worlds.star(gate), demand, days=9, **given)
    run = small_worlds.model(where)
    run.advance_to(1.0)
    return run


@pytest.mark.parametrize(("wait_h", "weight"), [(0.0, 2.0), (0.5, 2.0), (NO_WAIT_SEEN, 0.0)])
def test_to_have_waited_for_no_time_is_a_wait_too(wait_h: float, weight: float) -> None:
    """Unless it is not known how long it would have been."""
    run = one_who_learns()
    see(run.handle, True, wait_h, 2.0)
    belief = run.engine.beliefs[0]
    assert belief["waits"] == weight
    assert belief["waited_h"] == weight * wait_h
    assert belief["good"] == pytest.approx(1.0 + 2.0)


@pytest.mark.parametrize(("memory_d", "kept"), [(0.0, 1.0), (1.0, math.exp(-2.0)), (0.02, 0.0)])
def test_of_what_was_seen_a_share_is_kept_or_all_where_memory_has_no_length(
    memory_d: float, kept: float
) -> None:
    """Two days later; what was known before, one success to three failures, does not fade."""
    run = one_who_learns(memory_d=memory_d)
    see(run.handle, False, 3.0, 2.0)
    think(run.handle, 50.0)
    belief = run.engine.beliefs[0]
    assert belief["good"] == pytest.approx(1.0)
    assert belief["bad"] == pytest.approx(3.0 + 2.0 * kept)
    assert belief["waits"] == pytest.approx(2.0 * kept)
    assert belief["waited_h"] == pytest.approx(2.0 * 3.0 * kept)


def test_some_of_those_who_come_later_have_heard_of_it_by_then() -> None:
    """They talked with others 0.9 times on average before they came."""
    later = [5.0] * 12
    run = one_who_learns(*later, peer_rate_per_h=0.9 / 24.0, talks_before_h=24.0)
    see(run.handle, False, 3.0, 2.0)
    run.advance_to(5.0)
    heard = run.engine.beliefs["news_h"][1 : 1 + len(later)] == 2.0
    assert 0 < heard.sum() < len(later)


@pytest.mark.parametrize(("leakage", "failed"), [(0.0, 1.0), (1.0, 0.0)])
def test_how_it_went_for_one_person_becomes_known(leakage: float, failed: float) -> None:
    """A day later a share of 1 - exp(-1) of it, and then it fades as nobody comes."""
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()),
        small_worlds.given([1.0]),
        days=3,
        failure_memory_d=1.0,
        **small_worlds.NEVER_AGAIN,
    )
    run = small_worlds.model(where, hypothesis=LetsThrough(leakage=leakage))
    for days, known in ((1, 1.0 - math.exp(-1.0)), (2, (1.0 - math.exp(-1.0)) * math.exp(-1.0))):
        run.advance_to(24.0 * days)
        assert run.engine.status["publicised_failure"][0] == pytest.approx(failed * known)


@pytest.mark.parametrize(("routes_and_rumours", "chance"), [(0.0, 5.0 / 8.0), (1.0, 0.85)])
def test_what_authorities_say_counts_as_so_many_successes(
    routes_and_rumours: float, chance: float
) -> None:
    """Four, beside one in four that was seen; or a trust of 4 / 5 that it is not in vain."""
    run = one_who_learns(routes_and_rumours=routes_and_rumours, official_weight=4.0)
    assert believed_chance(run.handle, False) == pytest.approx(0.25)
    assert believed_chance(run.handle, True) == pytest.approx(chance)
