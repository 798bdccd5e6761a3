"""What orders do to the border once they are in force: staff, hours, fences, carriers, checks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.clock import Opening
from sim.engine.codes import UNLIMITED, Action, Trait
from sim.engine.codes import PersonState as State
from sim.engine.known_measures import believed_end
from sim.hypotheses import LetsThrough
from sim.model import BorderModel
from sim.model.blueprint import Blueprint
from sim.policies import Observation, Once, Order
from sim.policies.timed import Closure
from sim.verification import small_worlds
from sim.verification.reference_statistics import interval_of_share
from sim.world.network import Segment
from sim.world.origins import Demand, DemandStep, Origin


class Orders:
    """A policy that gives some orders at the start."""

    type = "orders"
    clock = Once()

    def __init__(self, *orders: Order) -> None:
        self.orders = list(orders)

    def decide(self, observation: Observation) -> list[Order]:
        return self.orders


def order(action: Action, at_h: float, value: float = 1.0, **more: Any) -> Order:
    if action not in (Action.BUILD_FENCE, Action.CARRIER_MEASURES):
        more.setdefault("crossings", (small_worlds.GATE,))
    announced_h = more.pop("announced_h", at_h)
    return Order(action=action, announced_h=announced_h, effective_h=at_h, value=value, **more)


def presented_h(run: BorderModel) -> list[float]:
    return sorted(small_worlds.persons(run)["presented_h"].tolist())


class TestStaff:
    def test_staff_is_added_and_taken_away_and_comes_back_at_the_end(self) -> None:
        policy = Orders(
            order(Action.ADD_INTERPRETERS, 10.0, 3.0),
            order(Action.ADD_LANES, 10.0, -5.0, until_h=20.0),
        )
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing(lanes=2, interpreters=1)),
            small_worlds.crowd(1),
            days=2,
        )
        run = small_worlds.model(where, policy)
        station = run.engine.stations[0]
        found = []
        for hour in (9.0, 11.0, 21.0):
            run.advance_to(hour)
            found.append((int(station["interpreters"]), int(station["lanes"])))
        assert found == [(1, 2), (4, -3), (4, 2)]

    def test_no_limit_of_interpreters_stays_none(self) -> None:
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing()), small_worlds.crowd(1), days=2
        )
        run = small_worlds.model(where, Orders(order(Action.ADD_INTERPRETERS, 0.0, -3.0))).run()
        assert int(run.engine.stations["interpreters"][0]) >= UNLIMITED - 3

    def test_with_fewer_lanes_than_none_nobody_is_admitted_until_they_are_back(self) -> None:
        """One lane of two is left too few by three; at hour 20 the queue moves again."""
        policy = Orders(order(Action.ADD_LANES, 0.0, -3.0, until_h=20.0))
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing(lanes=2)),
            small_worlds.given([5.0, 30.0]),
            days=2,
        )
        run = small_worlds.model(where, policy).run()
        admitted = sorted(small_worlds.persons(run)["admitted_h"].tolist())
        assert admitted == [20.0, 30.0]


class TestHours:
    DAY = (Opening(hours="08:00-16:00"),)

    def run(self, *times_h: float, opening: tuple[Opening, ...] = DAY, **more: Any) -> BorderModel:
        policy = Orders(order(Action.SET_HOURS, **more))
        station = small_worlds.crossing(opening=opening)
        where = small_worlds.world(small_worlds.star(station), small_worlds.given(times_h), days=4)
        return small_worlds.model(where, policy, audit=True).run()

    def test_longer_hours_let_people_in_earlier_from_their_day_on(self) -> None:
        run = self.run(6.0, 30.0, at_h=24.0, hours="05:00-20:00")
        assert presented_h(run) == [8.0, 30.0]

    def test_shorter_hours_keep_people_waiting(self) -> None:
        run = self.run(33.0, 39.0, at_h=24.0, hours="10:00-14:00")
        assert presented_h(run) == [34.0, 58.0]

    def test_the_old_hours_hold_again_at_the_end(self) -> None:
        run = self.run(30.0, 54.0, at_h=24.0, until_h=48.0, hours="05:00-20:00")
        assert presented_h(run) == [30.0, 56.0]

    @pytest.mark.parametrize(
        ("hours", "expected"),
        [("08:00-11:00", [9.0, 32.0]), ("08:00-13:00", [9.0, 12.5])],
    )
    def test_a_change_within_an_open_day(self, hours: str, expected: list[float]) -> None:
        run = self.run(9.0, 12.5, at_h=12.0, hours=hours)
        assert presented_h(run) == expected

    def test_a_closed_crossing_opens_at_once_when_the_new_hours_say_so(self) -> None:
        run = self.run(17.0, at_h=20.0, hours="18:00-22:00")
        assert presented_h(run) == [20.0]

    def test_round_the_clock_becomes_a_day(self) -> None:
        run = self.run(20.0, 44.0, opening=small_worlds.ALL_DAY, at_h=24.0, hours="08:00-16:00")
        assert presented_h(run) == [20.0, 56.0]

    def test_hours_that_are_ordered_twice_follow_the_later_order(self) -> None:
        policy = Orders(
            order(Action.SET_HOURS, 24.0, hours="05:00-20:00"),
            order(Action.SET_HOURS, 48.0, hours="12:00-13:00"),
        )
        station = small_worlds.crossing(opening=self.DAY)
        where = small_worlds.world(
            small_worlds.star(station), small_worlds.given([30.0, 54.0]), days=4
        )
        assert presented_h(small_worlds.model(where, policy).run()) == [30.0, 60.0]

    def test_people_time_their_arrival_by_the_new_hours_once_they_are_public(self) -> None:
        """Two hours' way: who knows that it opens at noon leaves the town at ten."""
        station = small_worlds.crossing(opening=self.DAY)
        where = small_worlds.world(
            small_worlds.star(station, hours=[2.0]),
            small_worlds.given([26.0]),
            days=4,
            arrive_ahead_h=0.0,
        )
        run = small_worlds.model(
            where, Orders(order(Action.SET_HOURS, 24.0, hours="12:00-16:00", announced_h=20.0))
        ).run()
        assert small_worlds.persons(run)["queued_h"].tolist() == [36.0]

    def test_the_wait_for_opening_and_the_other_crossing_are_kept_right(self) -> None:
        """Open 8 of 24 h: the mean wait is 16^2 / 2 / 24 = 5.33 h; open 20: 4^2 / 48 = 1/3."""
        network = small_worlds.star(
            small_worlds.crossing(opening=self.DAY),
            small_worlds.crossing("other", opening=self.DAY),
        )
        where = small_worlds.world(network, small_worlds.crowd(1), days=8)
        run = small_worlds.model(where, Orders(order(Action.SET_HOURS, 0.0, hours="00:00-20:00")))
        first, other = (set(days.tolist()) for days in run.engine.opening_days["wait_h"])
        assert first == {4.0**2 / 48.0}
        assert other == {16.0**2 / 48.0}
        run.run()
        next_ones = run.engine.stations["next_opening"]
        firsts = run.engine.destinations["first_opening"]
        assert (next_ones - firsts).tolist() == [8, 8]

    def test_hours_belong_to_set_hours(self) -> None:
        with pytest.raises(ValueError, match="opening hours must read"):
            order(Action.SET_HOURS, 0.0, hours="8 to 16")
        with pytest.raises(ValueError, match="hours are for set-hours"):
            order(Action.CLOSE, 0.0, hours="08:00-16:00")


class TestFence:
    SEGMENT = Segment(
        id="forest",
        name="Forest",
        lat=60.0,
        lon=28.5,
        hub=small_worlds.TOWN,
        crossing=small_worlds.GATE,
        length_km=100.0,
        fence_km=10.0,
        detection=0.5,
        fence_effect=0.6,
        source=small_worlds.SOURCE,
    )

    def test_a_fence_changes_the_chance_of_being_found_in_this_run_only(self) -> None:
        """1 - 0.5 (1 - 0.1 * 0.6) = 0.53 before; with 50 km 1 - 0.5 (1 - 0.5 * 0.6) = 0.65."""
        network = small_worlds.star(small_worlds.crossing(), segments=[self.SEGMENT])
        where = Blueprint(small_worlds.world(network, small_worlds.crowd(1), days=2))
        policy = Orders(order(Action.BUILD_FENCE, 10.0, 50.0, segments=("forest",)))
        run = small_worlds.model(where, policy)
        run.advance_to(9.0)
        assert run.engine.destinations["detection"][1] == pytest.approx(0.53)
        run.advance_to(11.0)
        assert run.engine.destinations["detection"][1] == pytest.approx(0.65)
        assert small_worlds.model(where).engine.destinations["detection"][1] == pytest.approx(0.53)

    def test_a_fence_is_on_a_segment(self) -> None:
        with pytest.raises(ValueError, match="must name at least one of its segments"):
            order(Action.BUILD_FENCE, 0.0, 1.0)


class TestCarriers:
    def demand(self) -> Demand:
        origins = tuple(
            Origin(id=name, name=name, share=1.0, gateways={small_worlds.TOWN: 1.0}, source="test")
            for name in ("near", "far")
        )
        step = DemandStep(since=small_worlds.START, persons_per_d=400.0, source="test")
        return Demand(steps=(step,), origins=origins, group_size=1)

    def run(self, *origins: str) -> BorderModel:
        policy = Orders(order(Action.CARRIER_MEASURES, 0.0, 0.25, origins=origins))
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing()), self.demand(), days=20
        )
        return small_worlds.model(where, policy).run()

    def test_the_named_origins_are_thinned_and_those_kept_back_are_counted(self) -> None:
        free, held = small_worlds.model(self.run().world).run(), self.run("far")
        before = np.bincount(small_worlds.groups(free)["origin"], minlength=2)
        after = np.bincount(small_worlds.groups(held)["origin"], minlength=2)
        assert after[0] == before[0]
        low, high = interval_of_share(int(after[1]), int(before[1]))
        assert low <= 0.25 <= high
        assert held.engine.status["kept_by_carriers"][0] == before[1] - after[1]

    def test_none_named_means_all(self) -> None:
        run = self.run()
        everyone = int(small_worlds.model(run.world).run().engine.status["groups"][0])
        low, high = interval_of_share(int(run.engine.status["groups"][0]), everyone)
        assert low <= 0.25 <= high

    def test_the_same_people_set_out_whoever_is_kept_back(self) -> None:
        free, held = small_worlds.model(self.run().world).run(), self.run("far")
        assert set(small_worlds.groups(held)["key"]) < set(small_worlds.groups(free)["key"])

    def test_the_value_is_a_share(self) -> None:
        with pytest.raises(ValueError, match="is a share"):
            order(Action.CARRIER_MEASURES, 0.0, 1.5)


class TestChecks:
    def gates(self, *orders: Order) -> list[float]:
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing()), small_worlds.crowd(1), days=4
        )
        opens = {"default": small_worlds.at(40.0)}
        run = small_worlds.model(where, Orders(*orders), hypothesis=LetsThrough(opens=opens))
        found = []
        for hour in (10.0, 30.0, 50.0, 90.0):
            run.advance_to(hour)
            found.append(float(run.engine.stations["gate"][0]))
        return found

    def test_agreed_checks_hold_though_the_transit_side_would_let_people_through(self) -> None:
        agreed = order(Action.RESUME_CHECKS, 20.0, 0.3, until_h=80.0)
        assert self.gates(agreed) == [0.05, 0.05, 0.3, 1.0]
        assert self.gates() == [0.05, 0.05, 1.0, 1.0]


class TestExceptions:
    def test_exempt_people_set_out_as_if_all_were_open(self) -> None:
        """Half of the groups have children; the others set out with chance 0.2."""
        demand = small_worlds.poisson(4.0, size=3)
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing()),
            demand,
            days=40,
            demand_when_closed=0.2,
            family_share=0.5,
            vulnerable_share=0.0,
        )
        closed = Closure(
            crossings=(small_worlds.GATE,),
            at=small_worlds.START,
            exempt=frozenset({Trait.CHILDREN}),
        )
        free, held = small_worlds.model(where).run(), small_worlds.model(where, closed).run()
        with_children = {k for k, t in zip(*self._who(free), strict=True) if t == 1}
        without = {k for k, t in zip(*self._who(free), strict=True) if t == 0}
        came = set(self._who(held)[0])
        assert with_children <= came
        low, high = interval_of_share(len(came & without), len(without))
        assert low <= 0.2 <= high
        assert small_worlds.people_at(held, small_worlds.GATE, State.REGISTERED) == 3 * len(
            with_children
        )

    @staticmethod
    def _who(run: BorderModel) -> tuple[list[int], list[int]]:
        rows = small_worlds.groups(run)
        return rows["key"].tolist(), rows["traits"].tolist()


class TestRevisions:
    def test_who_has_heard_of_no_revision_knows_of_none(self) -> None:
        """Closed until hour 100, then until 80 (told at 10), then until 60 (told at 20)."""
        policy = Orders(
            order(Action.CLOSE, 1.0, until_h=100.0, announced_h=0.0),
            order(Action.REOPEN, 80.0, announced_h=10.0),
            order(Action.REOPEN, 60.0, announced_h=20.0),
        )
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing()), small_worlds.crowd(1), days=6
        )
        run = small_worlds.model(where, policy)
        run.advance_to(30.0)
        rows = run.engine.measures[: int(run.engine.status["measures"][0])].view(np.recarray)
        closure = rows[rows["kind"] == Action.CLOSE][0]
        believed = [
            believed_end(run.handle, closure, heard_h) for heard_h in (0.0, 9.0, 10.0, 19.0, 20.0)
        ]
        assert believed == [100.0, 100.0, 80.0, 80.0, 60.0]
        assert closure["ends_h"] == 60.0
        run.advance_to(59.0)
        assert run.engine.stations["closures"].tolist() == [1]
        run.advance_to(61.0)
        assert run.engine.stations["closures"].tolist() == [0]
