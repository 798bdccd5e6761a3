"""Policies as functions: observations in, orders out."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import inf
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from sim.clock import Clock
from sim.engine.codes import Action, Mode, QueueRule, Trait
from sim.policies import Observation, Order, registered_policies
from sim.policies.capacity import CapWithWarmWaiting, Surge
from sim.policies.timed import Closure, ModeBan, Open, Schedule, Staged, Step
from sim.policies.triggered import ReopeningTrial, Threshold

HELSINKI = ZoneInfo("Europe/Helsinki")
START = datetime(2023, 11, 1, tzinfo=HELSINKI)
CLOCK = Clock(START, START + timedelta(days=60))


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2023, 11, day, hour, tzinfo=HELSINKI)


def observation(
    arrivals: list[float] | None = None,
    *,
    now_h: float = 0.0,
    orders: tuple[Order, ...] = (),
    uniform: float = 0.5,
) -> Observation:
    counts = np.array([[each] for each in arrivals or []]).reshape(-1, 1)
    return Observation(now_h, CLOCK, ("salla",), counts, orders, lambda name: uniform)


class TestTimed:
    def test_open_never_orders_anything(self) -> None:
        assert Open().decide(observation([100.0])) == []

    def test_a_step_becomes_an_order_in_hours(self) -> None:
        step = Step(
            crossings=("salla",),
            action=Action.CLOSE,
            announced=at(2, 12),
            effective=at(3),
            until=at(5),
            queue=QueueRule.TURN_BACK,
            source="made up",
        )
        (order,) = Schedule(steps=(step,)).decide(observation())
        assert (order.announced_h, order.effective_h, order.until_h) == (36.0, 48.0, 96.0)
        assert order.queue is QueueRule.TURN_BACK

    def test_a_closure_is_announced_before_it_begins_and_says_where_claims_are_taken(self) -> None:
        closure = Closure(
            crossings=("salla",),
            at=at(3),
            announced_before_h=24.0,
            exempt=frozenset({Trait.CHILDREN}),
            asylum_at=("vartius",),
        )
        closing, accepting = closure.decide(observation())
        assert (closing.announced_h, closing.effective_h, closing.until_h) == (24.0, 48.0, inf)
        assert accepting.action is Action.ACCEPT_ASYLUM
        assert accepting.crossings == ("vartius",)

    def test_stages_close_one_after_another_with_the_same_lead(self) -> None:
        staged = Staged(
            stages=(("a",), ("b", "c")), first=at(2), every_h=48.0, announced_before_h=12.0
        )
        first, second = staged.decide(observation())
        assert (first.announced_h, first.effective_h) == (12.0, 24.0)
        assert (second.announced_h, second.effective_h) == (60.0, 72.0)
        assert second.crossings == ("b", "c")

    def test_a_mode_ban_carries_its_strictness(self) -> None:
        (order,) = ModeBan(crossings=("salla",), since=at(2), strictness=0.9).decide(observation())
        assert (order.action, order.mode, order.value) == (Action.BAN_MODE, Mode.BICYCLE, 0.9)


class TestCapacity:
    @pytest.mark.parametrize(("uniform", "delay_h"), [(0.0, 72.0), (0.5, 96.0), (1.0, 120.0)])
    def test_officers_come_three_to_five_days_after_the_decision(
        self, uniform: float, delay_h: float
    ) -> None:
        surge = Surge(decided=at(2), officers={"salla": 4})
        (order,) = surge.decide(observation(uniform=uniform))
        assert order.effective_h - order.announced_h == delay_h
        assert order.value == 4.0

    def test_a_cap_brings_warm_places(self) -> None:
        cap = CapWithWarmWaiting(
            crossings=("salla",), since=at(2), persons_per_d=20, warm_places=50
        )
        (order,) = cap.decide(observation())
        assert (order.value, order.warm_places) == (20.0, 50)


class TestThreshold:
    POLICY = Threshold(crossings=("salla",), above=20.0, below=5.0, days=2, at_least_d=3.0)

    def test_it_waits_until_the_signal_has_been_high_for_so_many_days(self) -> None:
        assert self.POLICY.decide(observation([0.0, 0.0, 200.0], now_h=84.0)) == []
        (order,) = self.POLICY.decide(observation([0.0, 0.0, 200.0, 200.0], now_h=108.0))
        assert (order.action, order.effective_h) == (Action.CLOSE, 108.0)

    def closed(self, since_h: float) -> tuple[Order, ...]:
        return (
            Order(
                action=Action.CLOSE, crossings=("salla",), announced_h=since_h, effective_h=since_h
            ),
        )

    def test_it_reopens_when_the_signal_is_low_and_the_closure_old_enough(self) -> None:
        quiet = [200.0, *[0.0] * 20]
        young = observation(quiet, now_h=500.0, orders=self.closed(450.0))
        old = observation(quiet, now_h=500.0, orders=self.closed(400.0))
        assert self.POLICY.decide(young) == []
        (order,) = self.POLICY.decide(old)
        assert order.action is Action.REOPEN

    def test_between_the_two_levels_it_leaves_things_as_they_are(self) -> None:
        steady = [10.0] * 30
        assert self.POLICY.decide(observation(steady, now_h=800.0)) == []
        assert self.POLICY.decide(observation(steady, now_h=800.0, orders=self.closed(0.0))) == []

    def test_low_above_high_is_refused(self) -> None:
        with pytest.raises(ValueError, match="must not be more than"):
            Threshold(crossings=("salla",), above=5.0, below=6.0)


class TestReopeningTrial:
    POLICY = ReopeningTrial(
        crossings=("salla",), closes=at(3), trial=at(10), tripwire=20.0, announced_before_h=24.0
    )

    def given(self) -> tuple[Order, ...]:
        return tuple(self.POLICY.decide(observation()))

    def test_it_closes_and_opens_on_trial_as_planned(self) -> None:
        closing, reopening = self.given()
        assert (closing.action, closing.announced_h, closing.effective_h) == (
            Action.CLOSE,
            24.0,
            48.0,
        )
        assert (reopening.action, reopening.effective_h) == (Action.REOPEN, 216.0)

    def test_arrivals_before_the_trial_trip_nothing(self) -> None:
        busy_before = [100.0, 100.0, *[0.0] * 7]
        assert self.POLICY.decide(observation(busy_before, now_h=230.0, orders=self.given())) == []

    def test_too_many_on_one_day_of_the_trial_end_it_once(self) -> None:
        counts = [0.0] * 9 + [21.0]
        (order,) = self.POLICY.decide(observation(counts, now_h=252.0, orders=self.given()))
        assert (order.action, order.announced_h, order.effective_h) == (Action.CLOSE, 252.0, 276.0)
        ended = (*self.given(), order)
        assert self.POLICY.decide(observation([*counts, 50.0], now_h=276.0, orders=ended)) == []

    def test_as_many_as_the_tripwire_are_not_too_many(self) -> None:
        counts = [0.0] * 9 + [20.0]
        assert self.POLICY.decide(observation(counts, now_h=252.0, orders=self.given())) == []

    def test_a_trial_before_the_closure_is_refused(self) -> None:
        with pytest.raises(ValueError, match="must come after the closure"):
            ReopeningTrial(crossings=("salla",), closes=at(10), trial=at(3), tripwire=1.0)


class TestOrders:
    def test_an_order_cannot_take_effect_before_it_is_announced(self) -> None:
        with pytest.raises(ValueError, match="before it is announced"):
            Order(action=Action.CLOSE, crossings=("a",), announced_h=2.0, effective_h=1.0)

    def test_an_order_cannot_end_before_it_begins(self) -> None:
        with pytest.raises(ValueError, match="before it takes effect"):
            Order(
                action=Action.CLOSE, crossings=("a",), announced_h=0.0, effective_h=2.0, until_h=1.0
            )

    def test_every_policy_says_what_it_is(self) -> None:
        for name, kind in registered_policies().items():
            assert kind.type == name
            assert (kind.__doc__ or "").strip(), name
