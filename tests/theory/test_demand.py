"""S1 against theory: Poisson counts, gamma frailty, self-excitation (V17), publicised failure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.engine.groups import size_chances
from sim.model import BorderModel
from sim.outcomes.indicators import INDICATORS
from sim.outcomes.run_record import RunRecord
from sim.policies import Queue
from sim.policies.timed import Closure
from sim.verification import worlds
from sim.verification.statistics import REPLICATES, interval_of_mean
from sim.world.demand import Demand, DemandStep

HOURS_A_DAY = 24.0


def daily_counts(run: BorderModel) -> NDArray[np.int64]:
    """Groups created on each day."""
    created = worlds.groups(run)["created_h"]
    days = len(run.clock.days)
    return np.histogram(created, bins=np.arange(days + 1) * HOURS_A_DAY)[0]


def runs(demand: Demand, *, days: float, number: int, **parameters: Any) -> Iterator[BorderModel]:
    where = worlds.world(worlds.star(worlds.crossing()), demand, days=days, **parameters)
    for k in range(number):
        yield worlds.model(where, number=k).run()


def fano(counts: NDArray[np.int64]) -> float:
    return float(counts.var(ddof=1) / counts.mean())


class TestPoisson:
    def test_counts_are_poisson_with_the_integral_of_the_rate_as_mean(self) -> None:
        demand = worlds.poisson(0.5)
        later = DemandStep(since=worlds.at(480.0), persons_per_d=48.0, source=worlds.SOURCE)
        stepped = replace(demand, steps=(*demand.steps, later))
        counts = np.array([daily_counts(run) for run in runs(stepped, days=40, number=REPLICATES)])
        before, after = counts[:, :20], counts[:, 20:]
        for part, mean in ((before, 12.0), (after, 48.0)):
            assert mean in interval_of_mean(part.mean(axis=1).tolist())
            assert 0.8 < fano(part.ravel()) < 1.2  # 500 days: standard error 0.06

    def test_people_a_day_are_compound_poisson(self) -> None:
        """Variance of people a day is rate times E[X^2] with group size X."""
        sizes = size_chances(1.8, 2.0, 0.12, 0.01)
        x = np.arange(1, len(sizes) + 1)
        demand = replace(worlds.poisson(1.0), group_size=None)
        where = worlds.world(worlds.star(worlds.crossing()), demand, days=2000)
        run = worlds.model(where).run()
        people = run.engine.entries[:, run.engine.stations["place"][0], 4].astype(float)
        groups_a_day = 24.0 / float(sizes @ x)
        expected = groups_a_day * float(sizes @ x**2)
        assert people.mean() == pytest.approx(24.0, rel=0.03)
        assert people.var() == pytest.approx(expected, rel=0.15)


class TestFrailty:
    def test_daily_counts_are_negative_binomial(self) -> None:
        """Poisson with a gamma factor of shape k: variance m + m^2 / k."""
        mean, k = 12.0, 3.0
        found = [
            fano(daily_counts(run))
            for run in runs(worlds.poisson(0.5), days=400, number=REPLICATES, frailty_shape=k)
        ]
        assert 1.0 + mean / k in interval_of_mean(found)

    def test_days_differ_in_the_same_way_under_every_policy(self) -> None:
        demand = worlds.poisson(0.5)
        where = worlds.world(worlds.star(worlds.crossing()), demand, days=30, frailty_shape=2.0)
        closure = Closure(crossings=("gate",), at=worlds.at(240.0), queue=Queue.HOLD)
        free, closed = (worlds.model(where, each).run() for each in (None, closure))
        assert np.array_equal(daily_counts(free)[:10], daily_counts(closed)[:10])


class TestSelfExcitation:
    """V17: a Hawkes process has rate mu / (1 - n) and Fano factor 1 / (1 - n)^2."""

    def test_rate_and_spread_of_long_windows(self) -> None:
        n, mu, window = 0.6, 1.0, 40
        rates, counts = [], []
        for run in runs(
            worlds.poisson(mu),
            days=1640,
            number=REPLICATES,
            branching=n,
            kernel_mean_d=0.25,
        ):
            settled = daily_counts(run)[40:]
            rates.append(settled.mean() / HOURS_A_DAY)
            counts.append(settled.reshape(-1, window).sum(axis=1))
        assert mu / (1.0 - n) in interval_of_mean(rates)
        # 1,000 windows: relative standard error 4.5 %; window ends cut clusters, about 2 %.
        assert fano(np.concatenate(counts)) == pytest.approx(1.0 / (1.0 - n) ** 2, rel=0.15)

    def test_followers_come_after_the_time_of_the_kernel(self) -> None:
        demand = worlds.given(np.zeros(3000))
        where = worlds.world(
            worlds.star(worlds.crossing()),
            demand,
            days=60,
            branching=0.5,
            kernel_mean_d=3.0,
            kernel_shape=4.0,
        )
        created = worlds.groups(worlds.model(where).run())["created_h"]
        first = created[(created > 0.0)]
        # Each of the 3,000 has 0.5 followers, they 0.25 between them and so on: 3,000 in all.
        low, high = 3000.0 - 4 * 110.0, 3000.0 + 4 * 110.0
        assert low < len(first) < high
        assert first.min() < 48.0
        # Mean generation of a follower is 1 / (1 - n) = 2 kernels of three days.
        assert first.mean() == pytest.approx(2 * 72.0, rel=0.1)

    def test_nobody_follows_those_who_do_not_get_through(self) -> None:
        closure = Closure(crossings=("gate",), at=worlds.at(-1.0), queue=Queue.HOLD)
        where = worlds.world(
            worlds.star(worlds.crossing()),
            worlds.given(np.linspace(0.0, 50.0, 100)),
            days=30,
            branching=0.9,
        )
        assert len(worlds.groups(worlds.model(where, closure).run())) == 100

    def test_followers_change_nothing_for_those_who_come_by_themselves(self) -> None:
        """The same candidates with the same luck: followers have streams of their own."""
        where = {
            n: worlds.world(
                worlds.star(worlds.crossing()), worlds.poisson(0.5), days=20, branching=n
            )
            for n in (0.0, 0.5)
        }
        alone, joined = (worlds.groups(worlds.model(each).run()) for each in where.values())
        assert len(joined) > len(alone)
        kept = joined[np.isin(joined["key"], alone["key"])]
        for column in ("key", "created_h", "cash_eur", "people"):
            assert np.array_equal(kept[column], alone[column]), column

    def test_everybody_stays_in_exactly_one_state(self) -> None:
        where = worlds.world(
            worlds.star(worlds.crossing(lanes=1, admission=worlds.service(0.5))),
            replace(worlds.poisson(0.5), group_size=None),
            days=20,
            branching=0.7,
            kernel_mean_d=1.0,
            frailty_shape=2.0,
            failure_weight=1.0,
        )
        worlds.model(where, audit=True).run()


class TestPublicisedFailure:
    def test_demand_falls_by_exp_of_minus_eta_where_nobody_can_come(self) -> None:
        """Closed from the start, F tends to 1, and demand to mu exp(-eta)."""
        eta = 0.8
        closure = Closure(crossings=("gate",), at=worlds.at(-1.0), queue=Queue.HOLD)
        where = worlds.world(
            worlds.star(worlds.crossing()),
            worlds.poisson(2.0),
            days=130,
            failure_weight=eta,
            failure_memory_d=2.0,
            demand_when_closed=1.0,
        )
        settled = [
            float(daily_counts(worlds.model(where, closure, number=k).run())[30:].mean())
            for k in range(REPLICATES)
        ]
        assert 48.0 * float(np.exp(-eta)) in interval_of_mean(settled)

    def test_success_is_no_failure(self) -> None:
        demand = worlds.poisson(1.0)
        plain, weighed = (
            len(worlds.groups(next(runs(demand, days=50, number=1, failure_weight=eta))))
            for eta in (0.0, 5.0)
        )
        assert plain == weighed

    def test_those_who_do_not_set_out_are_counted_as_without_access(self) -> None:
        """The same people want to come under every policy: fewer who try is not fewer who need."""
        closure = Closure(crossings=("gate",), at=worlds.at(-1.0), queue=Queue.HOLD)
        where = worlds.world(
            worlds.star(worlds.crossing()), worlds.poisson(1.0), days=50, demand_when_closed=0.3
        )
        free, closed = (worlds.model(where, each).run() for each in (None, closure))
        wanted = len(worlds.persons(free))
        stayed = int(closed.engine.status["deterred"][0])
        assert len(worlds.persons(closed)) + stayed == wanted
        assert stayed == pytest.approx(0.7 * wanted, rel=0.1)
        record = RunRecord(closed.world, closed.parameters, closed.engine)
        assert INDICATORS["R4_deterred"].compute(record) == stayed
        assert INDICATORS["R4_without_access"].compute(record) == wanted
