"""What people expect of crossings, worked out by hand: by news of bans, by calendars to come."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, ClassVar

import numpy as np
import pytest
from numba import njit

from sim.clock import Opening
from sim.engine.choice import set_out_for
from sim.engine.codes import PEOPLES_MODES, Action, GroupStage, Mode
from sim.engine.handle import columns_of
from sim.model import BorderModel
from sim.policies.timed import Step
from sim.verification import small_worlds
from sim.world.network import Crossing, Network, Onward, ReceivingState
from sim.world.origins import Origin
from tests.golden.world_parts import step, under

# Ways out are worth -3, so that one in 1 + exp(3) reviews ends a wait; a review each hour.
SELDOM: dict[str, Any] = {
    "station_constant": -3.0,
    "success_value_eur": 0.0,
    "review_rate_per_h": 1.0,
    "rush_limit": 20.0,
    "rush_scale": 0.01,
}
SELDOM_PER_H = 1.0 / (1.0 + math.exp(3.0))
RUSHED_PER_H = 20.0 / (20.0 + math.exp(3.0))


def waits(
    gate: Crossing, *steps: Step, at_h: float = 1.0, hours: float = 0.0, days: int = 5, **more: Any
) -> BorderModel:
    """Somebody who comes to a town at an hour, so many hours from a crossing."""
    where = small_worlds.world(
        small_worlds.star(gate, hours=[hours]), small_worlds.given([at_h]), days=days, **more
    )
    return under(where, *steps)


def leaving_per_h(run: BorderModel, now: float) -> float:
    """The rate at which the one person leaves who waits."""
    run.advance_to(now)
    return float(small_worlds.journeys(run)["leaving_per_h"][0])


def travels(run: BorderModel, now: float) -> bool:
    """Whether the one person is on the way, or has come."""
    run.advance_to(now)
    return bool(small_worlds.groups(run)["stage"][0] != GroupStage.WAITING)


class TestNews:
    """What is announced is heard of if it changes what can be expected."""

    STAYS: ClassVar[dict[str, Any]] = {"station_constant": small_worlds.NEVER}

    @pytest.mark.parametrize("mode", PEOPLES_MODES)
    def test_a_ban_on_any_mode_is_news(self, mode: Mode) -> None:
        gate = small_worlds.crossing(modes=PEOPLES_MODES)
        ban = step(Action.BAN_MODE, 8.0, ahead_h=3.0, mode=mode, value=0.5)
        run = waits(gate, ban, **self.STAYS)
        run.advance_to(4.0)
        assert np.isneginf(small_worlds.journeys(run)["heard_h"]).all()
        run.advance_to(6.0)
        assert small_worlds.journeys(run)["heard_h"].tolist() == [5.0]

    @pytest.mark.parametrize("mode", PEOPLES_MODES)
    def test_a_ban_that_turns_nobody_back_is_none(self, mode: Mode) -> None:
        gate = small_worlds.crossing(modes=PEOPLES_MODES)
        run = waits(gate, step(Action.BAN_MODE, 8.0, mode=mode, value=0.0), **self.STAYS)
        run.advance_to(9.0)
        assert np.isneginf(small_worlds.journeys(run)["heard_h"]).all()

    def test_a_milder_ban_of_the_same_mode_is_none(self) -> None:
        gate = small_worlds.crossing(modes=PEOPLES_MODES)
        bans = [
            step(Action.BAN_MODE, 3.0, ahead_h=1.0, mode=Mode.CAR, value=0.5),
            step(Action.BAN_MODE, 8.0, ahead_h=3.0, mode=Mode.CAR, value=0.4),
        ]
        run = waits(gate, *bans, **self.STAYS)
        run.advance_to(9.0)
        assert small_worlds.journeys(run)["heard_h"].tolist() == [2.0]

    def test_of_two_crossings_the_closure_of_each_is_news(self) -> None:
        gates = [small_worlds.crossing(name) for name in ("gate", "other")]
        where = small_worlds.world(
            small_worlds.star(*gates), small_worlds.given([0.5]), days=2, **self.STAYS
        )
        orders = [
            step(Action.CLOSE, 2.0, ahead_h=1.0),
            step(Action.CLOSE, 8.0, ahead_h=3.0, crossings=("other",)),
        ]
        run = under(where, *orders)
        for now, heard_h in ((3.0, 1.0), (6.0, 5.0)):
            run.advance_to(now)
            assert small_worlds.journeys(run)["heard_h"].tolist() == [heard_h]

    @pytest.mark.parametrize(("found", "is_news"), [(0.9, True), (0.5, False)])
    def test_a_guard_is_news_if_it_finds_more_people_than_before(
        self, found: float, is_news: bool
    ) -> None:
        """Half of all are found without it."""
        run = near_forest(guarded(8.0, found=found, ahead_h=3.0), **self.STAYS)
        run.advance_to(6.0)
        heard_h = small_worlds.journeys(run)["heard_h"].tolist()
        assert heard_h == ([5.0] if is_news else [-math.inf])


def near_forest(*steps: Step, **more: Any) -> BorderModel:
    """Somebody who comes to a town from which one can walk over the terrain border."""
    network = small_worlds.star(small_worlds.crossing(), segments=[small_worlds.forest()])
    where = small_worlds.world(network, small_worlds.given([1.0]), days=5, **more)
    return under(where, *steps)


def guarded(begins_h: float, *, found: float, ahead_h: float) -> Step:
    """The terrain border is guarded from then on."""
    terms: dict[str, Any] = {"value": found, "ahead_h": ahead_h}
    return step(Action.GUARD, begins_h, crossings=(), segments=("forest",), **terms)


def test_who_sees_a_guard_coming_leaves_sooner_for_the_terrain() -> None:
    """It is known from the start, and changes nothing until it is within the horizon."""
    terms = {**SELDOM, "station_constant": small_worlds.NEVER, "green_constant": -3.0}
    run = near_forest(guarded(30.0, found=1.0, ahead_h=40.0), rush_horizon_h=10.0, **terms)
    unhurried, hurried, afterwards = (leaving_per_h(run, now) for now in (15.0, 25.0, 35.0))
    assert afterwards < unhurried < hurried


def two_borders(*steps: Step, size: int = 1, **more: Any) -> BorderModel:
    """Somebody comes to a town before a crossing, from which all go on to the next."""
    onward = Onward(hub="between", km=9.0, hours=1.0, share=1.0, source=small_worlds.SOURCE)
    gates = (
        replace(small_worlds.crossing("gate"), state="near", onward=onward),
        replace(small_worlds.crossing("last"), state="far"),
    )
    network = Network(
        hubs=(small_worlds.hub(), small_worlds.hub("between")),
        crossings=gates,
        roads=(small_worlds.road("town", "gate"), small_worlds.road("between", "last", 1.0)),
        states=tuple(
            ReceivingState(id=name, name=name, source=small_worlds.SOURCE)
            for name in ("near", "far")
        ),
    )
    where = small_worlds.world(network, small_worlds.given([1.0], size=size), days=2, **more)
    return under(where, *steps)


def test_a_closure_of_the_last_border_is_felt_before_the_first() -> None:
    """Ways are worth -6, getting through is worth 2, and nothing where nobody gets on."""
    worth = {"success_value_eur": 500.0, "utility_scale_eur": 250.0}
    parameters = {**SELDOM, "station_constant": -6.0, **worth}
    closed = step(Action.CLOSE, 3.0, crossings=("last",), ahead_h=0.0)
    run = two_borders(closed, **parameters)
    assert leaving_per_h(run, 2.0) == pytest.approx(1.0 / (1.0 + math.exp(4.0)))
    assert leaving_per_h(run, 3.1) == pytest.approx(1.0 / (1.0 + math.exp(6.0)))


def test_everybody_who_goes_on_comes_to_the_last_border() -> None:
    run = two_borders(size=3).run()
    assert run.engine.status["visits"][0] == 3
    assert small_worlds.persons(run)["presented_h"].tolist() == [3.0] * 3


def test_bans_on_all_modes_take_their_share_of_the_worth() -> None:
    """Ways are worth -6, and getting through 2; half of the people are turned back, at no cost."""
    bans = [step(Action.BAN_MODE, 0.0, mode=mode, value=0.5, ahead_h=1.0) for mode in PEOPLES_MODES]
    worth = {"success_value_eur": 500.0, "utility_scale_eur": 250.0, "turned_back_cost_eur": 0.0}
    run = waits(small_worlds.crossing(), *bans, **{**SELDOM, "station_constant": -6.0, **worth})
    assert leaving_per_h(run, 1.5) == pytest.approx(1.0 / (1.0 + math.exp(5.0)))


def test_the_mode_is_chosen_by_what_is_expected_now() -> None:
    """Claims are taken until ten, which is worth a costly bicycle; on foot half are turned back."""
    orders = [
        step(Action.ACCEPT_ASYLUM, 0.0, 10.0),
        step(Action.BAN_MODE, 0.0, mode=Mode.FOOT, value=0.5),
    ]
    gate = small_worlds.crossing(modes=(Mode.FOOT, Mode.BICYCLE), known=0.0)
    given: dict[str, Any] = {
        "success_value_eur": 1e5,
        "bicycle_eur": 1e4,
        "cash_median_eur": 1e5,
        "cash_sigma": 0.0,
        "rush_horizon_h": 24.0,
    }
    for ends_h, mode in ((1.0, Mode.BICYCLE), (12.0, Mode.FOOT)):
        run = waits(gate, *orders, at_h=ends_h, **given)
        run.advance_to(ends_h + 0.1)
        assert small_worlds.groups(run)["mode"].tolist() == [mode]


def test_a_mode_that_will_be_banned_is_taken_while_it_is_not() -> None:
    """Nobody would go on foot if they came twelve hours later, as is known."""
    gate = small_worlds.crossing(modes=(Mode.FOOT, Mode.BICYCLE))
    ban = step(Action.BAN_MODE, 9.0, mode=Mode.FOOT, value=1.0, ahead_h=20.0)
    for at_h, mode in ((1.0, Mode.FOOT), (10.0, Mode.BICYCLE)):
        run = waits(gate, ban, at_h=at_h, bicycle_eur=1e3, cash_median_eur=1e5, rush_horizon_h=12.0)
        run.advance_to(at_h + 0.1)
        assert small_worlds.groups(run)["mode"].tolist() == [mode]


@njit
def sent(handle: Any, now: float) -> Any:
    """Whether the first group sets out for the first crossing because somebody else chose it."""
    return set_out_for(columns_of(handle), 0, 0, now)


@pytest.mark.parametrize(("cash_eur", "goes"), [(99.0, False), (101.0, True)])
def test_nobody_is_sent_where_they_can_pay_for_no_mode(cash_eur: float, goes: bool) -> None:
    gate = small_worlds.crossing(modes=(Mode.BICYCLE,))
    given: dict[str, Any] = {"cash_median_eur": cash_eur, "cash_sigma": 0.0, "daily_burn_eur": 0.0}
    run = waits(gate, bicycle_eur=100.0, station_constant=small_worlds.NEVER, **given)
    run.advance_to(2.0)
    assert bool(sent(run.handle, 2.0)) is goes
    assert travels(run, 2.0) is goes


def test_between_two_closures_who_would_come_into_the_second_does_not_leave() -> None:
    """Five hours away; closed from 5 to 10 and from 20 to 30, which everybody knows."""
    closures = [step(Action.CLOSE, 5.0, 10.0), step(Action.CLOSE, 20.0, 30.0, ahead_h=25.0)]
    run = waits(small_worlds.crossing(), *closures, at_h=6.0, hours=5.0, staging_h=0.0, **SELDOM)
    rates = [leaving_per_h(run, now) for now in (6.0, 14.9, 15.1, 24.9, 25.1)]
    assert [rate > 0.0 for rate in rates] == [True, True, False, False, True]


def test_of_two_closures_that_begin_together_the_longer_counts() -> None:
    """From 5 to 10 and from 5 to 20, which everybody knows."""
    closures = [step(Action.CLOSE, 5.0, ends_h) for ends_h in (10.0, 20.0)]
    run = waits(small_worlds.crossing(), *closures, **SELDOM)
    rates = [leaving_per_h(run, now) for now in (1.0, 4.9, 5.1, 10.1, 19.9, 20.1)]
    assert [rate > 0.0 for rate in rates] == [True, True, False, False, False, True]


def test_where_two_closures_end_together_it_is_open_again() -> None:
    closures = [step(Action.CLOSE, at_h, 20.0, ahead_h=at_h + 1.0) for at_h in (5.0, 8.0)]
    run = waits(small_worlds.crossing(), *closures, at_h=6.0, **SELDOM)
    rates = [leaving_per_h(run, now) for now in (6.0, 19.9, 20.1)]
    assert [rate > 0.0 for rate in rates] == [False, False, True]


def test_of_many_origins_only_those_who_are_named_stay() -> None:
    """The first and the last of seventeen come together."""
    origins = tuple(
        Origin(id=f"o{k}", name=f"O{k}", share=1.0, gateways={"town": 1.0}, source="test")
        for k in range(17)
    )
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing(), hours=[9.0]),
        replace(small_worlds.given([1.0, 1.0]), origins=origins),
        days=1,
        vulnerable_share=0.0,
        unaccompanied_share=0.0,
        family_share=0.0,
    )
    run = under(where, step(Action.CLOSE, 0.0, origins=("o0",)))
    run.engine.streams["origin"] = [0, 16]
    run.advance_to(2.0)
    stays, goes = GroupStage.WAITING, GroupStage.TRAVELLING
    assert small_worlds.groups(run)["stage"].tolist() == [stays, goes]


UNTIL_THE_FIRST, UNTIL_THE_SECOND = (
    small_worlds.crossing(opening=(Opening(hours="24 h", until=date(2023, 1, day)),))
    for day in (1, 2)
)


class TestCalendars:
    """They are known: nobody sets out who would find it shut for good, and some hurry before."""

    @pytest.mark.parametrize(("at_h", "goes"), [(13.5, True), (14.5, False)])
    def test_what_counts_is_the_day_on_which_they_would_be_there(
        self, at_h: float, goes: bool
    ) -> None:
        """Ten hours away; it shuts for good after 24."""
        assert travels(waits(UNTIL_THE_FIRST, at_h=at_h, hours=10.0), at_h + 0.5) is goes

    def test_who_sees_it_shut_within_the_horizon_leaves_sooner(self) -> None:
        """It shuts for good in two days; people look a day ahead, and then as much as it takes."""
        run = waits(UNTIL_THE_SECOND, at_h=20.0, rush_horizon_h=24.0, **SELDOM)
        assert leaving_per_h(run, 20.0) == pytest.approx(SELDOM_PER_H)
        assert not travels(run, 23.9)
        assert leaving_per_h(run, 24.1) == pytest.approx(RUSHED_PER_H)

    def test_who_could_not_be_there_in_time_any_more_does_not_leave(self) -> None:
        """Ten hours away; it shuts for good after 48."""
        run = waits(UNTIL_THE_SECOND, at_h=30.0, hours=10.0, staging_h=0.0, **SELDOM)
        assert leaving_per_h(run, 30.0) > 0.0
        assert not travels(run, 37.9)
        assert leaving_per_h(run, 38.1) == 0.0

    def test_they_think_again_when_they_would_come_on_another_day(self) -> None:
        """Ten hours away, and each day nearer to its last is one of other waits."""
        gate = small_worlds.crossing(
            opening=(Opening(hours="00:00-12:00", until=date(2023, 1, 4)),)
        )
        run = waits(gate, at_h=30.0, hours=10.0, staging_h=0.0, **SELDOM)
        run.advance_to(30.5)
        assert small_worlds.journeys(run)["appraisal_until_h"].tolist() == [48.0 - 10.0]

    @pytest.mark.parametrize(("at_h", "goes"), [(24.5, True), (25.5, False)])
    def test_a_day_on_which_clocks_are_put_back_has_an_hour_more(
        self, at_h: float, goes: bool
    ) -> None:
        """The period begins with it; the crossing shuts for good when it ends."""
        gate = small_worlds.crossing(opening=(Opening(hours="24 h", until=date(2023, 10, 29)),))
        start = datetime(2023, 10, 28, 21, tzinfo=UTC)
        where = small_worlds.world(
            small_worlds.star(gate),
            small_worlds.given([at_h], start=start),
            days=3,
            start=start,
            zone="Europe/Helsinki",
        )
        assert travels(under(where), at_h + 0.1) is goes
