"""Oversight: how likely a review is, what each power does, and the index of access behind it."""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np
import pytest

from sim.agents.measure_scheduling import closed_to_at
from sim.engine.access_index import closed_to_at_present, index_if
from sim.engine.codes import Action, Mode, Trait
from sim.engine.codes import PersonState as State
from sim.model import BorderModel
from sim.policies.oversight import Oversight, Power
from sim.policies.timed import Closure
from sim.verification import small_worlds

NAMES = (small_worlds.GATE, "other")
ALL = Closure(crossings=NAMES, at=small_worlds.at(24.0), announced_before_h=4.0)


def oversight(power: Power = Power.STRIKE_DOWN, **more: Any) -> Oversight:
    """Certain where nobody has access, as good as impossible where everybody has."""
    given = {"intercept": 50.0, "slope": 100.0, "delay_h": 10.0, "source": "test"}
    return Oversight(power=power, **{**given, **more})


def model(
    rules: Oversight | None,
    policy: Any = ALL,
    *,
    hours: tuple[float, float] = (1.0, 2.0),
    **parameters: Any,
) -> BorderModel:
    network = small_worlds.star(*(small_worlds.crossing(name) for name in NAMES), hours=list(hours))
    where = small_worlds.world(
        network, small_worlds.poisson(2.0), days=10, demand_when_closed=1.0, **parameters
    )
    return small_worlds.model(where, policy, oversight=rules, audit=True)


def closed_at(run: BorderModel, *hours: float) -> list[tuple[int, int]]:
    found = []
    for hour in hours:
        run.advance_to(hour)
        first, other = run.engine.stations["closures"].tolist()
        found.append((first, other))
    return found


class TestChance:
    @pytest.mark.parametrize(("access", "chance"), [(0.0, 0.75), (0.5, 0.5), (1.0, 0.25)])
    def test_it_falls_with_access(self, access: float, chance: float) -> None:
        """log-odds ln 3 without access, falling by 2 ln 3."""
        rules = oversight(intercept=float(np.log(3.0)), slope=2.0 * float(np.log(3.0)))
        assert rules.review_chance(access) == pytest.approx(chance)

    def test_it_is_safe_far_out(self) -> None:
        assert oversight(intercept=-5000.0).review_chance(1.0) < exp(-600.0)

    def test_powers_need_their_keys(self) -> None:
        for power, key in (
            (Power.KEEP_ONE, "keep"),
            (Power.REQUIRE_EXCEPTION, "exempt"),
            (Power.DELAY, "postponed_h"),
        ):
            with pytest.raises(ValueError, match=f"needs the key '{key}'"):
                oversight(power)

    def test_it_covers_the_policies_that_it_names(self) -> None:
        assert oversight().covers("anything")
        assert oversight(applies_to=("a",)).covers("a")
        assert not oversight(applies_to=("a",)).covers("b")


class TestPowers:
    """The closure of everything from hour 24 is announced at 20 and reviewed then."""

    def test_without_oversight_everything_closes(self) -> None:
        run = model(None)
        assert closed_at(run, 23.0, 25.0, 200.0) == [(0, 0), (1, 1), (1, 1)]
        assert run.engine.status["reviews"][0] == 0

    def test_a_ruling_strikes_down_after_its_delay(self) -> None:
        run = model(oversight())
        assert closed_at(run, 25.0, 29.9, 30.1, 200.0) == [(1, 1), (1, 1), (0, 0), (0, 0)]
        assert run.engine.status["reviews"][0] == 1
        last = run.actor.orders[-1]
        assert (last.action, last.crossings, last.effective_h) == (Action.REOPEN, NAMES, 30.0)

    def test_a_ruling_may_come_before_the_closure(self) -> None:
        assert closed_at(model(oversight(delay_h=2.0)), 25.0, 200.0) == [(0, 0), (0, 0)]

    def test_one_crossing_is_kept(self) -> None:
        run = model(oversight(Power.KEEP_ONE, keep="other"))
        assert closed_at(run, 25.0, 31.0) == [(1, 1), (1, 0)]

    def test_a_decision_is_put_off(self) -> None:
        run = model(oversight(Power.DELAY, postponed_h=48.0, delay_h=2.0))
        assert closed_at(run, 25.0, 71.0, 73.0) == [(0, 0), (0, 0), (1, 1)]

    def test_those_with_children_must_be_let_in(self) -> None:
        rules = oversight(Power.REQUIRE_EXCEPTION, exempt=frozenset({Trait.CHILDREN}))
        network = small_worlds.star(
            *(small_worlds.crossing(name) for name in NAMES), hours=[1.0, 2.0]
        )
        where = small_worlds.world(
            network,
            small_worlds.poisson(1.0, size=3),
            days=10,
            demand_when_closed=1.0,
            family_share=0.5,
            vulnerable_share=0.0,
        )
        run = small_worlds.model(where, ALL, oversight=rules, audit=True).run()
        people = small_worlds.persons(run)
        late = people["presented_h"] >= 24.0
        assert late.sum() > 50
        assert people["presented_h"][late].min() >= 30.0
        assert (small_worlds.groups(run)["traits"][people["group"][late]] == 1).all()

    def test_with_access_left_there_is_no_review(self) -> None:
        one = Closure(crossings=(small_worlds.GATE,), at=small_worlds.at(24.0))
        run = model(oversight(), one).run()
        assert run.engine.status["reviews"][0] == 0
        assert run.engine.stations["closures"].tolist() == [1, 0]

    def test_a_court_strikes_down_what_is_in_force(self) -> None:
        """Hazard 24 a day: about an hour after the closure; no review is involved."""
        never: dict[str, Any] = {"intercept": -1000.0, "slope": 0.0}
        run = model(oversight(**never, court_hazard_per_d=24.0))
        assert closed_at(run, 24.0, 60.0) == [(1, 1), (0, 0)]
        assert run.engine.status["reviews"][0] == 0
        run = model(oversight(**never, court_hazard_per_d=0.0))
        assert closed_at(run, 60.0) == [(1, 1)]


class TestAccess:
    def index(self, run: BorderModel) -> float:
        return float(index_if(run.handle, closed_to_at_present(run.handle)))

    def test_reach_and_price_decide(self) -> None:
        """Crossings 1 h and 30 h away, the near one closed: access only with a reach of 30 h."""
        near = Closure(crossings=(small_worlds.GATE,), at=small_worlds.START)
        for reach_h, expected in ((29.0, 0.0), (30.0, 1.0)):
            run = model(
                None, near, hours=(1.0, 30.0), access_reach_h=reach_h, review_rate_per_h=0.0
            )
            run.advance_to(20.0)
            assert self.index(run) == expected

    def test_price_is_that_of_the_way_and_the_cheapest_mode(self) -> None:
        station = small_worlds.crossing(modes=(Mode.BICYCLE, Mode.CAR))
        for price, expected in ((249.0, 0.0), (250.0, 1.0)):
            where = small_worlds.world(
                small_worlds.star(station),
                small_worlds.crowd(5),
                days=2,
                bicycle_eur=250.0,
                vehicle_eur=900.0,
                access_price_eur=price,
            )
            assert self.index(small_worlds.model(where)) == expected

    def test_exceptions_give_access_to_whom_they_name(self) -> None:
        """Stations are closed to all but flag 1: of groups without traits nobody has access."""
        run = model(
            None,
            Closure(crossings=NAMES, at=small_worlds.START, exempt=frozenset({Trait.CHILDREN})),
        )
        run.advance_to(0.0)
        closed_to = closed_to_at_present(run.handle)
        assert closed_to.tolist() == [[True, False] * 4] * 2
        assert (closed_to_at(run, 1.0) == closed_to).all()

    def test_what_is_announced_counts_at_its_hour(self) -> None:
        run = model(None)
        run.advance_to(21.0)
        assert not closed_to_at(run, 23.0).any()
        assert closed_to_at(run, 24.0).all()

    def test_stock_and_access_are_booked_at_the_end_of_each_day(self) -> None:
        """Ten wait at a closed crossing on day 0; on day 1 it is open and they are gone."""
        closed = Closure(
            crossings=(small_worlds.GATE,), at=small_worlds.START, until=small_worlds.at(30.0)
        )
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing()), small_worlds.crowd(10), days=3
        )
        run = small_worlds.model(where, closed).run()
        assert run.engine.access_stock.tolist() == [10, 0, 0]
        assert run.engine.access_reached.tolist() == [0, 0, 0]
        assert small_worlds.people_at(run, small_worlds.GATE, State.REGISTERED) == 10

    def test_people_who_could_go_but_have_not_yet_are_reached(self) -> None:
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing(), hours=[20.0]),
            small_worlds.crowd(10),
            days=2,
            travel_time_factor=2.0,
            access_reach_h=41.0,
            review_rate_per_h=0.0,
        )
        run = small_worlds.model(where).run()
        assert run.engine.access_stock[0] == run.engine.access_reached[0] == 10
