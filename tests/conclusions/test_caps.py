"""Daily caps: on admission and on arrivals, at one crossing or at several, for all or for some."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import pytest
from numpy.typing import NDArray

from sim.clock import Opening
from sim.engine.codes import Action, Cause, Documents, QueueRule, Trait
from sim.engine.codes import PersonState as State
from sim.engine.shared_caps import most_served_under
from sim.model import BorderModel
from sim.outcomes.run_record import RunRecord
from sim.policies.capacity import CapWithWarmWaiting
from sim.policies.timed import Schedule
from sim.verification import small_worlds
from sim.world.world import World
from tests.conclusions.scenario_runs import runs
from tests.conclusions.whom import (
    BOTH,
    mixed,
    of_group,
    one_by_one,
    schedule,
    step,
    two_gates,
    unlike,
)

CAPS = (Action.METER, Action.CAP_ARRIVALS)
NAN = np.nan


def hours(run: BorderModel, column: str) -> list[float]:
    return [float(each) for each in small_worlds.persons(run)[column]]


class TestByHand:
    """People come one by one at 2, 3, ... 8 h; with the next midnight the caps begin again."""

    def test_a_cap_on_arrivals_stops_people_before_the_post(self) -> None:
        run = one_by_one(schedule(Action.CAP_ARRIVALS, value=3.0, joint=True), [0] * 7)
        assert hours(run, "presented_h") == [2.0, 3.0, 4.0, 24.0, 24.0, 24.0, 48.0]
        assert hours(run, "admitted_h") == hours(run, "presented_h")
        hours_held = small_worlds.person_hours(run, State.EXIT_QUEUE)
        assert hours_held == pytest.approx(19.0 + 18.0 + 17.0 + 40.0)

    def test_a_meter_lets_them_come_and_wait_behind_the_posts(self) -> None:
        run = one_by_one(schedule(Action.METER, value=3.0, joint=True), [0] * 7)
        assert hours(run, "presented_h") == [2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
        assert hours(run, "admitted_h") == [2.0, 3.0, 4.0, 24.0, 24.0, 24.0, 48.0]
        assert small_worlds.person_hours(run, State.EXIT_QUEUE) == 0.0

    def test_a_meter_by_origin_holds_those_of_that_origin_alone(self) -> None:
        """One a day of a: the second at 4 waits until midnight; people of b pass them."""
        policy = schedule(Action.METER, value=1.0, joint=True, origins=("a",))
        run = one_by_one(policy, [0, 1, 0, 1, 0, 1], crossings=("gate", "other"))
        np.testing.assert_array_equal(
            small_worlds.persons(run)["admitted_h"], [2.0, 3.0, 24.0, 5.0, 48.0, 7.0]
        )

    def test_origins_that_are_named_together_share_one_number(self) -> None:
        policy = schedule(Action.METER, value=2.0, origins=("a", "b"), crossings=("gate",))
        run = one_by_one(policy, [0, 1, -1, 0, 1], crossings=("gate",))
        assert hours(run, "admitted_h") == [2.0, 3.0, 4.0, 24.0, 24.0]

    def test_people_of_exempt_classes_are_neither_held_nor_counted(self) -> None:
        """Everybody is vulnerable."""
        exempt = frozenset({Trait.VULNERABLE})
        policy = schedule(Action.METER, value=1.0, crossings=("gate",), exempt=exempt)
        run = one_by_one(policy, [0] * 4, crossings=("gate",), parameters={"vulnerable_share": 1.0})
        assert hours(run, "admitted_h") == [2.0, 3.0, 4.0, 5.0]

    def test_groups_are_let_come_whole(self) -> None:
        """Groups of two and a cap of three: one group a day."""
        policy = schedule(Action.CAP_ARRIVALS, value=3.0, crossings=("gate",))
        run = one_by_one(policy, [0, 0, 0], crossings=("gate",), size=2)
        assert hours(run, "presented_h") == [2.0, 2.0, 24.0, 24.0, 48.0, 48.0]

    def test_a_group_larger_than_the_cap_is_barred(self) -> None:
        policy = schedule(Action.CAP_ARRIVALS, value=3.0, crossings=("gate",))
        run = one_by_one(policy, [0], crossings=("gate",), size=4)
        found = RunRecord(run.world, run.parameters, run.engine)
        assert not found.presented.any()
        assert (found.causes == Cause.BARRED).all()

    @pytest.mark.parametrize("queue", [QueueRule.TURN_BACK, QueueRule.REROUTE])
    def test_those_beyond_are_turned_back_or_sent_elsewhere(self, queue: QueueRule) -> None:
        policy = schedule(Action.CAP_ARRIVALS, value=3.0, joint=True, queue=queue)
        run = one_by_one(policy, [0] * 7, parameters=small_worlds.NEVER_AGAIN)
        assert hours(run, "presented_h")[:3] == [2.0, 3.0, 4.0]
        assert np.isnan(hours(run, "presented_h")[3:]).all()
        turned_back = run.engine.entries[:, :, State.TURNED_BACK].sum()
        assert turned_back == (4 if queue is QueueRule.TURN_BACK else 0)
        found = RunRecord(run.world, run.parameters, run.engine)
        assert found.causes.tolist() == [Cause.NONE] * 3 + [Cause.BARRED] * 4


def busy(**gate: Any) -> World:
    """More people than the caps below let in, with queues at every stage."""
    options = {
        "lanes": 2,
        "admission": small_worlds.service(0.2),
        "servers": 4,
        "registration": small_worlds.service(0.5),
        "opening": (Opening(hours="08:00-20:00"),),
        **gate,
    }
    parameters = {"experience_weight": 1.0, "patience_h": 30.0, "valid_document_share": 0.5}
    return two_gates(mixed(120.0, size=None), days=8.0, parameters=parameters, **options)


def counted(run: BorderModel, action: Action, who: NDArray[np.bool_]) -> NDArray[np.int64]:
    """People admitted, or arrived, by day and crossing."""
    column = "presented_h" if action is Action.CAP_ARRIVALS else "admitted_h"
    at_h, place = small_worlds.persons(run)[column], of_group(run, "destination")
    table = np.zeros((len(run.clock.days), 2), dtype=np.int64)
    there = who & ~np.isnan(at_h)
    np.add.at(table, ((at_h[there] / 24.0).astype(int), place[there]), 1)
    return table


@pytest.mark.parametrize("action", CAPS)
@pytest.mark.parametrize("joint", [True, False])
@pytest.mark.parametrize("queue", list(QueueRule))
def test_a_cap_holds_on_every_day(action: Action, joint: bool, queue: QueueRule) -> None:
    """Service of no length: who is admitted on a day began on it."""
    if action is Action.METER and queue is not QueueRule.HOLD:
        pytest.skip("a meter has no queue rule")
    terms: dict[str, Any] = {"queue": queue} if action is Action.CAP_ARRIVALS else {}
    policy = schedule(action, at_h=0.0, value=25.0, joint=joint, **terms)
    where = busy(admission=small_worlds.AT_ONCE)
    run = small_worlds.model(where, policy, audit=True).run()
    by_day = counted(run, action, np.ones(len(small_worlds.persons(run)), dtype=bool))
    of_one_cap = by_day.sum(axis=1) if joint else by_day
    assert of_one_cap.max() <= 25
    assert of_one_cap[1:].max() >= 20


@pytest.mark.parametrize("action", CAPS)
def test_a_cap_for_some_people_holds_for_them_alone(action: Action) -> None:
    policy = schedule(action, at_h=0.0, value=9.0, joint=True, documents=Documents.NONE)
    run = small_worlds.model(busy(admission=small_worlds.AT_ONCE), policy, audit=True).run()
    without = of_group(run, "valid_documents") == 0
    assert counted(run, action, without).sum(axis=1).max() <= 9
    assert counted(run, action, ~without).sum(axis=1).max() > 20


@pytest.mark.parametrize("action", CAPS)
class TestNothingMore:
    def test_a_cap_that_is_never_reached_changes_nothing(self, action: Action) -> None:
        where = busy()
        plain = small_worlds.model(where).run()
        for joint in (True, False):
            policy = schedule(action, at_h=50.0, ahead_h=10.0, value=1e5, joint=joint)
            assert unlike(small_worlds.model(where, policy).run(), plain) == set()

    def test_a_joint_cap_over_one_crossing_is_a_plain_one(self, action: Action) -> None:
        where = busy()
        one, other = (
            small_worlds.model(
                where,
                schedule(action, at_h=50.0, value=12.0, joint=joint, crossings=("gate",)),
            ).run()
            for joint in (True, False)
        )
        assert unlike(one, other) == set()

    def test_a_filter_that_lets_nobody_off_is_a_plain_cap(self, action: Action) -> None:
        where = busy()
        plain, by_name = (
            small_worlds.model(where, schedule(action, at_h=50.0, value=12.0, **terms)).run()
            for terms in ({}, {"origins": ("a", "b")})
        )
        reached = {"access_reached", "access_offered"}
        assert unlike(plain, by_name) - reached == set()

    def test_it_does_not_matter_in_which_order_it_is_written(self, action: Action) -> None:
        where = busy()
        steps = (
            step(action, at_h=30.0, value=20.0, joint=True),
            step(action, at_h=30.0, value=9.0, origins=("a", "b")),
        )
        turned = (
            replace(steps[1], origins=("b", "a"), crossings=BOTH[::-1]),
            replace(steps[0], crossings=BOTH[::-1]),
        )
        one, other = (
            small_worlds.model(where, Schedule(steps=each)).run() for each in (steps, turned)
        )
        assert unlike(one, other) == set()


def test_heated_places_come_once_to_a_crossing() -> None:
    cap = CapWithWarmWaiting(
        crossings=BOTH,
        since=small_worlds.at(0.0),
        persons_per_d=5,
        warm_places=7,
        joint=True,
        origins=("a", "b"),
    )
    run = small_worlds.model(two_gates(mixed(20.0), days=1.0), cap).run()
    assert run.engine.stations["warm_places"].tolist() == [7, 7]


# ---- R5


def offered(action: Action, **terms: Any) -> float:
    """How many of 200 people, half of them of a, could be served on the first day."""
    away = {"station_constant": small_worlds.NEVER, "access_reach_h": 24.0}
    where = two_gates(mixed(2000.0), days=1.0, parameters=away)
    run = small_worlds.model(where, schedule(action, at_h=0.0, **terms)).run()
    assert run.engine.access_stock[0] > 1000
    assert run.engine.access_reached[0] == run.engine.access_offered[0]
    return float(run.engine.access_offered[0])


@pytest.mark.parametrize("action", CAPS)
def test_access_is_within_the_caps(action: Action) -> None:
    """R5 of a day: 40 at each of two crossings, 40 at both together, and 40 of a at both."""
    everybody = offered(action, value=1e5)
    assert offered(action, value=40.0) == 80.0
    assert offered(action, value=40.0, joint=True) == 40.0
    assert offered(action, value=40.0, joint=True, documents=Documents.NONE) == everybody
    of_a = offered(action, value=40.0, joint=True, origins=("a",)) - 40.0
    of_b = offered(action, value=40.0, joint=True, origins=("b",)) - 40.0
    assert of_a + of_b == everybody
    assert 0.4 * everybody < of_a < 0.6 * everybody


def test_what_is_served_under_joint_caps_is_the_greatest_flow() -> None:
    """A cap on everybody at some crossings, and one on some kinds everywhere, by networkx."""
    draws = np.random.default_rng(2)
    for _ in range(200):
        kinds, crossings = (int(each) for each in draws.integers(1, 6, size=2))
        demand = draws.integers(0, 20, kinds).astype(float)
        reaches = draws.random((kinds, crossings)) < 0.6
        places = draws.integers(0, 20, crossings).astype(float)
        shared, meant = draws.random(crossings) < 0.5, draws.random(kinds) < 0.5
        limits = draws.integers(0, 25, 2).astype(float)
        covers = np.zeros((2, kinds, crossings), dtype=bool)
        covers[0, :, shared] = True
        covers[1, meant] = True
        graph = nx.DiGraph()
        graph.add_edge("source", "meant", capacity=limits[1])
        graph.add_edge("shared", "sink", capacity=limits[0])
        for kind in range(kinds):
            graph.add_edge("meant" if meant[kind] else "source", ("k", kind), capacity=demand[kind])
            for s in np.flatnonzero(reaches[kind]):
                graph.add_edge(("k", kind), ("s", s))
        for s in range(crossings):
            graph.add_edge(("s", s), "shared" if shared[s] else "sink", capacity=places[s])
        greatest = nx.maximum_flow_value(graph, "source", "sink")
        found = most_served_under(demand, np.arange(kinds), reaches, places, covers, limits)
        assert found == greatest


def test_a_joint_cap_of_a_scenario_file_holds() -> None:
    for run in runs("filter", "shared", 3):
        presented = small_worlds.persons(run)["presented_h"]
        by_day = np.bincount((presented[~np.isnan(presented)] / 24.0).astype(int))
        assert by_day.max() == 12
        assert by_day.min() >= 8
