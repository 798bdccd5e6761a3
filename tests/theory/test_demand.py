"""S1: frailty, followers, publicised failure. For distributions see V17."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.engine.codes import QueueRule, Trait
from sim.outcomes.indicators import INDICATORS
from sim.outcomes.run_record import RunRecord
from sim.policies.timed import Closure
from sim.verification import small_worlds
from sim.verification.demand_cases import demand_world, groups_by_day
from sim.verification.reference_statistics import REPLICATES, interval_of_mean


class TestFrailty:
    def test_days_differ_in_the_same_way_under_every_policy(self) -> None:
        demand = small_worlds.poisson(0.5)
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing()), demand, days=30, frailty_shape=2.0
        )
        closure = Closure(crossings=("gate",), at=small_worlds.at(240.0), queue=QueueRule.HOLD)
        free, closed = (small_worlds.model(where, each).run() for each in (None, closure))
        assert np.array_equal(groups_by_day(free)[:10], groups_by_day(closed)[:10])


class TestSelfExcitation:
    """Who follows whom, and when."""

    def test_followers_come_after_the_time_of_the_kernel(self) -> None:
        demand = small_worlds.given(np.zeros(3000))
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing()),
            demand,
            days=60,
            branching=0.5,
            kernel_mean_d=3.0,
            kernel_shape=4.0,
        )
        created = small_worlds.groups(small_worlds.model(where).run())["created_h"]
        first = created[(created > 0.0)]
        # Each of the 3,000 has 0.5 followers, they 0.25 between them and so on: 3,000 in all.
        low, high = 3000.0 - 4 * 110.0, 3000.0 + 4 * 110.0
        assert low < len(first) < high
        assert first.min() < 48.0
        # Mean generation of a follower is 1 / (1 - n) = 2 kernels of three days.
        assert first.mean() == pytest.approx(2 * 72.0, rel=0.1)

    def test_nobody_follows_those_who_do_not_get_through(self) -> None:
        closure = Closure(crossings=("gate",), at=small_worlds.at(-1.0), queue=QueueRule.HOLD)
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing()),
            small_worlds.given(np.linspace(0.0, 50.0, 100)),
            days=30,
            branching=0.9,
        )
        assert len(small_worlds.groups(small_worlds.model(where, closure).run())) == 100

    def test_followers_change_nothing_for_those_who_come_by_themselves(self) -> None:
        """The same candidates with the same random numbers: followers have streams of their own."""
        where = {
            n: small_worlds.world(
                small_worlds.star(small_worlds.crossing()),
                small_worlds.poisson(0.5),
                days=20,
                branching=n,
            )
            for n in (0.0, 0.5)
        }
        alone, joined = (
            small_worlds.groups(small_worlds.model(each).run()) for each in where.values()
        )
        assert len(joined) > len(alone)
        kept = joined[np.isin(joined["key"], alone["key"])]
        for column in ("key", "created_h", "cash_eur", "people"):
            assert np.array_equal(kept[column], alone[column]), column

    def test_everybody_stays_in_exactly_one_state(self) -> None:
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing(lanes=1, admission=small_worlds.service(0.5))),
            replace(small_worlds.poisson(0.5), group_size=None),
            days=20,
            branching=0.7,
            kernel_mean_d=1.0,
            frailty_shape=2.0,
            failure_weight=1.0,
        )
        small_worlds.model(where, audit=True).run()


class TestPublicisedFailure:
    def test_demand_falls_by_exp_of_minus_eta_where_nobody_can_come(self) -> None:
        """Closed from the start, F tends to 1, and demand to mu exp(-eta)."""
        eta = 0.8
        closure = Closure(crossings=("gate",), at=small_worlds.at(-1.0), queue=QueueRule.HOLD)
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing()),
            small_worlds.poisson(2.0),
            days=130,
            failure_weight=eta,
            failure_memory_d=2.0,
            demand_when_closed=1.0,
        )
        settled = [
            float(groups_by_day(small_worlds.model(where, closure, number=k).run())[30:].mean())
            for k in range(REPLICATES)
        ]
        assert 48.0 * float(np.exp(-eta)) in interval_of_mean(settled)

    def test_whom_an_exception_lets_in_is_not_kept_back(self) -> None:
        """Nobody else sets out while it is closed; families with children do, all of them."""
        closure = Closure(
            crossings=("gate",),
            at=small_worlds.at(-1.0),
            queue=QueueRule.HOLD,
            exempt=frozenset({Trait.CHILDREN}),
        )
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing()),
            replace(small_worlds.poisson(2.0), group_size=None),
            days=20,
            demand_when_closed=0.0,
            family_share=0.5,
        )
        free, closed = (
            small_worlds.groups(small_worlds.model(where, policy).run())
            for policy in (None, closure)
        )
        families = free["key"][free["traits"] & Trait.CHILDREN > 0]
        assert len(families) > 50
        assert closed["key"].tolist() == families.tolist()

    def test_failure_that_is_known_of_is_a_share(self) -> None:
        """People who came on many days give up their place on one: F was above 1."""
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing(lanes=1, admission=small_worlds.service(50.0))),
            small_worlds.poisson(2.0, until_h=72.0),
            days=10,
            patience_h=100.0,
            patience_shape=20.0,
            failure_weight=1.0,
            failure_memory_d=0.1,
            news_reach=0.0,
        )
        closure = Closure(crossings=("gate",), at=small_worlds.at(10.0), queue=QueueRule.HOLD)
        run = small_worlds.model(where, closure)
        for day in range(1, 11):
            run.advance_to(24.0 * day)
            assert 0.0 <= float(run.engine.status["publicised_failure"][0]) <= 1.0
        assert int(run.engine.status["reneged"][0]) > 0

    def test_success_is_no_failure(self) -> None:
        plain, weighed = (
            len(small_worlds.groups(small_worlds.model(where).run()))
            for where in (
                demand_world(small_worlds.poisson(1.0), days=50, failure_weight=eta)
                for eta in (0.0, 5.0)
            )
        )
        assert plain == weighed

    def test_those_who_do_not_set_out_are_counted_as_without_access(self) -> None:
        """The same people want to come under every policy: fewer who try is not fewer who need."""
        closure = Closure(crossings=("gate",), at=small_worlds.at(-1.0), queue=QueueRule.HOLD)
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing()),
            small_worlds.poisson(1.0),
            days=50,
            demand_when_closed=0.3,
        )
        free, closed = (small_worlds.model(where, each).run() for each in (None, closure))
        wanted = len(small_worlds.persons(free))
        stayed = int(closed.engine.status["deterred"][0])
        assert len(small_worlds.persons(closed)) + stayed == wanted
        assert stayed == pytest.approx(0.7 * wanted, rel=0.1)
        record = RunRecord(closed.world, closed.parameters, closed.engine)
        assert INDICATORS["R4_deterred"].compute(record) == stayed
        assert INDICATORS["R4_without_access"].compute(record) == wanted
