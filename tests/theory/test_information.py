"""S3: beliefs by hand, and rumours against their mean-field limits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from sim.engine.beliefs import belief_row, known_success, learned_success, merged
from sim.engine.handle import columns_of
from sim.hypotheses import LetsThrough
from sim.model import BorderModel
from sim.policies import Queue
from sim.policies.timed import Closure
from sim.verification import worlds
from sim.world.world import World

STAYING: dict[str, Any] = {"station_constant": worlds.NEVER}


@njit
def _believed(handle, g, s, assured):  # type: ignore[no-untyped-def]
    e = columns_of(handle)
    if e.status[0].learning == 0:
        return known_success(e.parameters[0], e.stations[s], assured)
    return learned_success(e.parameters[0], e.beliefs[belief_row(e, g, s)], assured)


def success_believed(run: BorderModel, *, assured: bool = False) -> float:
    """The chance that the first group gives to the first crossing."""
    return float(_believed(run.handle, 0, 0, assured))


# One's own experience ----------------------------------------------------------------------------


def one_group(known: float = 0.5, **parameters: Any) -> World:
    """One person who goes to the only crossing at once, with an hour's way back."""
    network = worlds.star(worlds.crossing(known=known), hours=[1.0])
    return worlds.world(network, worlds.given([0.0]), **parameters)


@pytest.mark.parametrize(
    ("weight", "exact"), [(0.0, 0.5), (1.0, 3.0 / 5.0), (4.0, 6.0 / 8.0)], ids=str
)
def test_success_adds_its_weight_to_a_prior_worth_four(weight: float, exact: float) -> None:
    run = worlds.model(one_group(experience_weight=weight)).run()
    assert success_believed(run) == pytest.approx(exact, abs=1e-6)


def test_failure_counts_against_a_crossing() -> None:
    """Turned back once, evidence (2, 2) becomes (2, 3)."""
    shut = Closure(crossings=(worlds.GATE,), at=worlds.at(0.5), queue=Queue.TURN_BACK)
    run = worlds.model(one_group(experience_weight=1.0, news_reach=0.0), shut)
    run.advance_to(1.5)
    assert success_believed(run) == pytest.approx(2.0 / 5.0, abs=1e-6)


def test_the_authorities_word_weighs_as_so_many_outcomes() -> None:
    run = worlds.model(one_group(known=0.25, official_weight=20.0))
    run.advance_to(0.0)
    assert success_believed(run, assured=True) == pytest.approx(21.0 / 24.0)
    assert success_believed(run) == pytest.approx(0.25)


def test_evidence_fades_toward_the_prior() -> None:
    """After ln 2 memories half of one success is left: (2.5, 2) of 4.5."""
    shut = Closure(crossings=(worlds.GATE,), at=worlds.at(0.5), queue=Queue.TURN_BACK)
    run = worlds.model(
        one_group(experience_weight=1.0, memory_d=1.0, news_reach=0.0, review_rate_per_h=0.0),
        shut,
    )
    run.advance_to(1.5)
    failed = success_believed(run)
    run.advance_to(24.0 * 9.0)
    assert failed == pytest.approx(0.4, abs=1e-6)
    table = run.engine.beliefs[0]
    assert table["good"] == pytest.approx(2.0)
    assert 2.0 <= table["bad"] <= 3.0


# Routes and Rumours ------------------------------------------------------------------------------


def test_two_views_merge_as_in_routes_and_rumours() -> None:
    """V 0.8 trusted by 0.6 hears 0.2 trusted by 0.5: 0.44204 / 0.646, worked by hand."""
    value, trust = merged.py_func(0.8, 0.6, 0.2, 0.5)
    assert trust == pytest.approx(0.646, abs=1e-12)
    assert value == pytest.approx(0.44204 / 0.646, abs=1e-12)


def test_views_that_agree_gain_trust_and_those_without_trust_change_nothing() -> None:
    assert merged.py_func(0.5, 0.6, 0.5, 0.5) == pytest.approx((0.5, 0.7), abs=1e-12)
    assert merged.py_func(0.5, 0.6, 0.9, 0.0) == pytest.approx((0.5, 0.6), abs=1e-12)


def test_under_that_rule_talk_brings_views_together() -> None:
    """With no way to leave, all groups come to about the same view."""
    where = worlds.world(
        worlds.star(worlds.crossing(known=0.5)),
        worlds.crowd(400),
        days=20,
        routes_and_rumours=1.0,
        peer_rate_per_h=0.2,
        experience_weight=1.0,
        **STAYING,
    )
    run = worlds.model(where)
    run.advance_to(0.0)
    table = run.engine.beliefs[:400]
    table["good"][::2] = 0.9
    before = float(table["good"].std())
    run.run()
    after = float(run.engine.beliefs[:400]["good"].std())
    assert after < 0.3 * before


# Rumours -----------------------------------------------------------------------------------------


def rumour(groups: int, informed: int, *, stifling: float, days: float) -> BorderModel:
    """Groups that stay in a town and talk, 0.1 times an hour each; some have seen something."""
    where = worlds.world(
        worlds.star(worlds.crossing()),
        worlds.crowd(groups),
        days=days,
        peer_rate_per_h=0.1,
        stifling=stifling,
        **STAYING,
    )
    run = worlds.model(where)
    run.advance_to(0.0)
    table = run.engine.beliefs[:groups]
    table["news_h"][:informed] = 0.0
    table["telling"][:informed] = 1
    return run


def informed_share(run: BorderModel, groups: int) -> float:
    """Share of groups that have heard."""
    table: NDArray[np.void] = run.engine.beliefs[:groups]
    return float(np.isfinite(table["news_h"]).mean())


def test_v18_a_rumour_grows_logistically() -> None:
    """i(t) = 1 / (1 + (1/i0 - 1) exp(-beta t)) for many groups that all meet all."""
    groups, start = 20_000, 0.05
    run = rumour(groups, int(start * groups), stifling=0.0, days=5)
    for hour in (10.0, 20.0, 30.0, 45.0, 60.0, 100.0):
        run.advance_to(hour)
        exact = 1.0 / (1.0 + (1.0 / start - 1.0) * math.exp(-0.1 * hour))
        assert informed_share(run, groups) == pytest.approx(exact, abs=0.02), f"at {hour} h"


def ignorant_at_last(start: float) -> float:
    """The root x below one half of ln(x / x0) - 2 (x - x0) + y0, y0 = start, x0 = 1 - y0."""
    low, high = 1e-6, 0.5
    for _ in range(60):
        x = 0.5 * (low + high)
        below = math.log(x / (1.0 - start)) - 2.0 * (x - (1.0 - start)) + start < 0.0
        low, high = (x, high) if below else (low, x)
    return low


def test_v18_a_rumour_that_is_stifled_leaves_a_fifth_in_ignorance() -> None:
    """Daley and Kendall: x solves ln(x/x0) = 2 (x - x0) - y0; 0.203188 as y0 tends to 0."""
    groups, start = 20_000, 0.005
    run = rumour(groups, int(start * groups), stifling=1.0, days=60).run()
    exact = ignorant_at_last(start)
    assert abs(exact - 0.203188) < 0.003
    assert 1.0 - informed_share(run, groups) == pytest.approx(exact, abs=0.012)
    assert (run.engine.beliefs[:groups]["telling"] == 0).all()


# Facilitators ------------------------------------------------------------------------------------


def test_people_with_a_facilitator_know_what_was_announced_though_no_news_reaches_them() -> None:
    closing = Closure(crossings=(worlds.GATE,), at=worlds.at(48.0), announced_before_h=40.0)
    where = worlds.world(
        worlds.star(worlds.crossing()),
        worlds.crowd(500),
        news_reach=0.0,
        facilitated_share=0.5,
        facilitator_rate_per_h=1.0,
        **STAYING,
    )
    run = worlds.model(where, closing)
    run.advance_to(30.0)
    aware = int((worlds.groups(run)["heard_h"] == 8.0).sum())
    assert 200 < aware < 300


def test_a_facilitator_talks_a_share_of_the_risk_away() -> None:
    """Of a chance of 0.2 to be let out, with a bias of 0.5, is said 0.6: (2 + 0.6) of 5."""
    where = worlds.world(
        worlds.star(worlds.crossing(known=0.5)),
        worlds.given([0.0]),
        facilitated_share=1.0,
        facilitator_rate_per_h=1.0,
        facilitator_bias=0.5,
        facilitator_weight=1.0,
        **STAYING,
    )
    run = worlds.model(where, hypothesis=LetsThrough(leakage=0.2))
    while not worlds.groups(run)["contacts"].any() or success_believed(run) == 0.5:
        run.step()
    told = worlds.groups(run)["contacts"][0] - 1
    good, total = 2.0 + 0.6 * told, 4.0 + told
    assert success_believed(run) == pytest.approx(good / total, abs=1e-6)
