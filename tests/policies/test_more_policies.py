"""Staffing, hours, fences, policies with others, and combined policies."""

from __future__ import annotations

from datetime import timedelta
from math import inf
from typing import ClassVar

import pytest

from sim.engine.codes import Action
from sim.policies import Daily, Observation, Once, Order
from sim.policies.capacity import Staffing, Surge
from sim.policies.composition import Joined, single_rules
from sim.policies.hours_and_fences import Fence, FencePart, OpeningHours
from sim.policies.timed import Closure, Open, Step
from sim.policies.with_others import Agreement, CarrierMeasures, NeighbourCoordinated
from sim.verification import small_worlds
from tests.policies.test_policies import at, observation


def test_staffing_changes_each_kind_after_the_delay_of_the_world() -> None:
    staffing = Staffing(
        decided=at(2),
        until=at(10),
        officers={"a": 2},
        lanes={"b": -1},
        delay_min_d=1.0,
        delay_max_d=3.0,
    )
    officers, lanes = staffing.decide(observation(uniform=0.5))
    assert (officers.action, officers.crossings, officers.value) == (
        Action.ADD_OFFICERS,
        ("a",),
        2.0,
    )
    assert (lanes.action, lanes.crossings, lanes.value) == (Action.ADD_LANES, ("b",), -1.0)
    assert (lanes.announced_h, lanes.effective_h, lanes.until_h) == (24.0, 72.0, 216.0)


def test_staffing_that_might_end_before_it_begins_or_does_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="before it may take effect"):
        Staffing(decided=at(2), until=at(4), officers={"a": 1}, delay_max_d=2.0)
    with pytest.raises(ValueError, match="changes nothing"):
        Staffing(decided=at(2))


def test_a_surge_may_bring_interpreters() -> None:
    surge = Surge(decided=at(2), officers={"a": 4}, interpreters={"a": 1})
    actions = [(order.action, order.value) for order in surge.decide(observation())]
    assert actions == [(Action.ADD_OFFICERS, 4.0), (Action.ADD_INTERPRETERS, 1.0)]


def test_new_hours_are_announced_ahead() -> None:
    hours = OpeningHours(
        crossings=("a",), hours="08:00-20:00", since=at(3), announced_before_h=12.0
    )
    (order,) = hours.decide(observation())
    assert (order.announced_h, order.effective_h, order.until_h) == (36.0, 48.0, inf)
    assert (order.action, order.hours) == (Action.SET_HOURS, "08:00-20:00")
    with pytest.raises(ValueError, match="opening hours must read"):
        OpeningHours(crossings=("a",), hours="8-20", since=at(3))


def test_each_stretch_of_fence_is_ready_on_its_day() -> None:
    fence = Fence(
        parts=(
            FencePart(segment="north", km=10.0, ready=at(3)),
            FencePart(segment="south", km=20.0, ready=at(5)),
        )
    )
    found = [
        (order.segments, order.value, order.effective_h) for order in fence.decide(observation())
    ]
    assert found == [(("north",), 10.0, 48.0), (("south",), 20.0, 96.0)]


def test_neighbours_are_informed_with_the_closure() -> None:
    policy = NeighbourCoordinated(
        crossings=("a",), at=at(3), neighbours=("over-there",), announced_before_h=6.0
    )
    closing, word = policy.decide(observation())
    assert (closing.action, closing.announced_h, closing.effective_h) == (Action.CLOSE, 42.0, 48.0)
    assert (word.action, word.neighbours) == (Action.COORDINATE, ("over-there",))


def test_carrier_measures_say_who_still_sets_out() -> None:
    policy = CarrierMeasures(origins=("x",), share_that_still_sets_out=0.4, since=at(2))
    (order,) = policy.decide(observation())
    assert (order.action, order.origins, order.value) == (Action.CARRIER_MEASURES, ("x",), 0.4)


@pytest.mark.parametrize(("uniform", "orders"), [(0.29, 1), (0.31, 0)])
def test_an_agreement_succeeds_with_its_chance(uniform: float, orders: int) -> None:
    policy = Agreement(crossings=("a",), since=at(2), succeeds=0.3, gate=0.1)
    given = policy.decide(observation(uniform=uniform))
    assert len(given) == orders
    assert all(order.action is Action.RESUME_CHECKS and order.value == 0.1 for order in given)


def test_a_step_must_name_what_it_is_about() -> None:
    with pytest.raises(ValueError, match="close must name at least one of its crossings"):
        Step(action=Action.CLOSE, announced=at(2), effective=at(3), source="made up")
    with pytest.raises(ValueError, match="must not be less than 0"):
        Step(
            crossings=("a",),
            action=Action.METER,
            announced=at(2),
            effective=at(3),
            value=-1.0,
            source="made up",
        )


class Recording:
    """A policy that notes what it sees and gives one order at its first decision."""

    type: ClassVar[str] = "recording"
    clock: ClassVar[Once | Daily]

    def __init__(self, action: Action) -> None:
        self.action = action
        self.observation: list[Observation] = []

    def decide(self, observation: Observation) -> list[Order]:
        self.observation.append(observation)
        if observation.orders:
            return []
        return [
            Order(
                action=self.action,
                crossings=(small_worlds.GATE,),
                announced_h=observation.now_h,
                effective_h=observation.now_h,
            )
        ]


class RecordingOnce(Recording):
    clock: ClassVar[Once | Daily] = Once()


class RecordingDaily(Recording):
    clock: ClassVar[Once | Daily] = Daily()


def test_parts_keep_their_clocks_and_see_only_their_own_orders() -> None:
    once, daily = RecordingOnce(Action.METER), RecordingDaily(Action.CLOSE)
    joined = Joined(("one", "two"), (once, Joined(("three",), (daily,))))
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.crowd(5), days=3
    )
    run = small_worlds.model(where, joined).run()
    assert [observation.now_h for observation in once.observation] == [0.0]
    assert [observation.now_h for observation in daily.observation] == [12.0, 36.0, 60.0]
    assert [order.action for order in daily.observation[-1].orders] == [Action.CLOSE]
    assert run.engine.stations["closures"][0] == 1
    assert run.engine.stations["metered"][0] == 1


def test_a_policy_with_an_idle_part_is_that_policy() -> None:
    closing = Closure(crossings=(small_worlds.GATE,), at=small_worlds.START + timedelta(hours=5))
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.poisson(2.0), days=2
    )
    alone = small_worlds.model(where, closing).run()
    joined = small_worlds.model(where, Joined(("idle", "closing"), (Open(), closing))).run()
    assert small_worlds.differing(alone, joined) == []
    assert list(single_rules(closing)) == [closing]
