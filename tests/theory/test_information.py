"""S3: beliefs by hand. Rumours against their mean-field limits are V18 of ``rajasim verify``."""

from __future__ import annotations

from typing import Any

import pytest
from numba import njit

from sim.engine.beliefs import belief_row, known_success, learned_success, merged
from sim.engine.codes import QueueRule
from sim.engine.handle import columns_of
from sim.engine.signatures import Packed, Row
from sim.hypotheses import LetsThrough
from sim.model import BorderModel
from sim.policies.timed import Closure
from sim.verification import small_worlds
from sim.world.world import World

STAYING: dict[str, Any] = {"station_constant": small_worlds.NEVER}


@njit
def _believed(handle: Packed, g: Row, s: Row, assured: bool) -> float:
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
    network = small_worlds.star(small_worlds.crossing(known=known), hours=[1.0])
    return small_worlds.world(network, small_worlds.given([0.0]), **parameters)


@pytest.mark.parametrize(
    ("weight", "exact"), [(0.0, 0.5), (1.0, 3.0 / 5.0), (4.0, 6.0 / 8.0)], ids=str
)
def test_success_adds_its_weight_to_a_prior_worth_four(weight: float, exact: float) -> None:
    run = small_worlds.model(one_group(experience_weight=weight)).run()
    assert success_believed(run) == pytest.approx(exact, abs=1e-6)


def test_failure_counts_against_a_crossing() -> None:
    """Turned back once, evidence (2, 2) becomes (2, 3)."""
    closure = Closure(
        crossings=(small_worlds.GATE,), at=small_worlds.at(0.5), queue=QueueRule.TURN_BACK
    )
    run = small_worlds.model(one_group(experience_weight=1.0, news_reach=0.0), closure)
    run.advance_to(1.5)
    assert success_believed(run) == pytest.approx(2.0 / 5.0, abs=1e-6)


def test_the_authorities_word_weighs_as_so_many_outcomes() -> None:
    run = small_worlds.model(one_group(known=0.25, official_weight=20.0))
    run.advance_to(0.0)
    assert success_believed(run, assured=True) == pytest.approx(21.0 / 24.0)
    assert success_believed(run) == pytest.approx(0.25)


def test_evidence_fades_toward_the_prior() -> None:
    """After ln 2 memories half of one success is left: (2.5, 2) of 4.5."""
    closure = Closure(
        crossings=(small_worlds.GATE,), at=small_worlds.at(0.5), queue=QueueRule.TURN_BACK
    )
    run = small_worlds.model(
        one_group(experience_weight=1.0, memory_d=1.0, news_reach=0.0, review_rate_per_h=0.0),
        closure,
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
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing(known=0.5)),
        small_worlds.crowd(400),
        days=20,
        routes_and_rumours=1.0,
        peer_rate_per_h=0.2,
        experience_weight=1.0,
        **STAYING,
    )
    run = small_worlds.model(where)
    run.advance_to(0.0)
    table = run.engine.beliefs[:400]
    table["good"][::2] = 0.9
    before = float(table["good"].std())
    run.run()
    after = float(run.engine.beliefs[:400]["good"].std())
    assert after < 0.3 * before


# Facilitators ------------------------------------------------------------------------------------


def test_people_with_a_facilitator_know_what_was_announced_though_no_news_reaches_them() -> None:
    closing = Closure(
        crossings=(small_worlds.GATE,), at=small_worlds.at(48.0), announced_before_h=40.0
    )
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()),
        small_worlds.crowd(500),
        news_reach=0.0,
        facilitated_share=0.5,
        facilitator_rate_per_h=1.0,
        **STAYING,
    )
    run = small_worlds.model(where, closing)
    run.advance_to(30.0)
    aware = int((small_worlds.journeys(run)["heard_h"] == 8.0).sum())
    assert 200 < aware < 300


def test_a_facilitator_talks_a_share_of_the_risk_away() -> None:
    """Of a chance of 0.2 to be let out, with a bias of 0.5, is said 0.6: (2 + 0.6) of 5."""
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing(known=0.5)),
        small_worlds.given([0.0]),
        facilitated_share=1.0,
        facilitator_rate_per_h=1.0,
        facilitator_bias=0.5,
        facilitator_weight=1.0,
        **STAYING,
    )
    run = small_worlds.model(where, hypothesis=LetsThrough(leakage=0.2))
    while not run.engine.learners["contacts"].any() or success_believed(run) == 0.5:
        run.step()
    talks = run.engine.learners["contacts"][0] - 1
    good, total = 2.0 + 0.6 * talks, 4.0 + talks
    assert success_believed(run) == pytest.approx(good / total, abs=1e-6)
