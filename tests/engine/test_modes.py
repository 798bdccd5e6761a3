"""S4: what it is worth to pass a crossing in one mode or another, and which one people take."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit

from sim.engine.codes import NOBODY, Action, Mode
from sim.engine.handle import columns_of
from sim.engine.mode_choice import buy_mode, draw_mode, modes_value
from sim.engine.modes import cheapest_mode_eur
from sim.model import BorderModel
from sim.policies.timed import Step
from sim.verification import small_worlds
from tests.golden.world_parts import step, under

FOOT, BICYCLE, CAR = (1 << mode for mode in (Mode.FOOT, Mode.BICYCLE, Mode.CAR))
FREE = np.zeros(len(Mode))
RICH_EUR = 1e6


@njit
def value_of_modes(handle: Any, modes: int, bans: Any, success: float, left_eur: float) -> Any:
    """The logsum of modes for the first group with so much money left."""
    return modes_value(columns_of(handle), 0, modes, bans, success, (1.0, left_eur))


@njit
def drawn_mode(handle: Any, g: int, s: int, bans: Any, left_eur: float) -> Any:
    """The mode in which a group with so much money left would pass a crossing."""
    return draw_mode(columns_of(handle), g, s, bans, 8.0, (1.0, left_eur))


@njit
def buy(handle: Any, g: int, mode: int) -> None:
    """Let a group go on in a mode."""
    buy_mode(columns_of(handle), g, mode)


def people(many: int = 1, *orders: Step) -> BorderModel:
    """People on foot to whom 100 EUR are a unit of utility, and three crossings.

    Everybody may pass at the gate, those in cars at another; at the third trains alone.
    """
    gates = [
        small_worlds.crossing("gate", modes=(Mode.FOOT, Mode.BICYCLE, Mode.CAR)),
        small_worlds.crossing("for cars", modes=(Mode.CAR,)),
        small_worlds.crossing("railway", modes=(Mode.RAIL,)),
    ]
    where = small_worlds.world(
        small_worlds.star(*gates),
        small_worlds.crowd(many),
        station_constant=small_worlds.NEVER,
        turned_back_cost_eur=300.0,
        bicycle_eur=0.5,
        vehicle_eur=40.0,
        utility_scale_eur=100.0,
        mode_nest=0.5,
        station_nest=0.8,
    )
    run = under(where, *orders)
    run.advance_to(1.0)
    return run


def banned(mode: Mode, strictness: float) -> Any:
    bans = FREE.copy()
    bans[mode] = strictness
    return bans


class TestValue:
    """The logsum of modes; theta is 0.5 times 0.8."""

    def test_half_a_ban_costs_half_of_what_being_turned_back_costs(self) -> None:
        found = value_of_modes(people().handle, FOOT, banned(Mode.FOOT, 0.5), 8.0, RICH_EUR)
        assert found == pytest.approx(8.0 * 0.5 - 0.5 * 300.0 / 100.0)

    def test_who_has_no_money_left_can_still_walk(self) -> None:
        """And buy no bicycle, which costs half a EUR."""
        handle = people().handle
        assert value_of_modes(handle, FOOT, FREE, 8.0, -0.5) == 8.0
        assert value_of_modes(handle, BICYCLE, FREE, 8.0, 0.25) == -np.inf
        assert value_of_modes(handle, BICYCLE, FREE, 8.0, 0.5) == pytest.approx(7.995)

    @pytest.mark.parametrize("ban", [0.0, 0.1])
    def test_three_modes_are_worth_their_logsum(self, ban: float) -> None:
        """With a ban the best of them is not the first that is looked at."""
        bans = banned(Mode.FOOT, ban)
        each = np.array([8.0 * (1.0 - ban) - ban * 3.0, 8.0 - 0.005, 8.0 - 0.4])
        logsum = 0.4 * np.log(np.exp(each / 0.4).sum())
        found = value_of_modes(people().handle, FOOT | BICYCLE | CAR, bans, 8.0, RICH_EUR)
        assert found == pytest.approx(logsum)

    def test_without_a_mode_that_they_can_use_there_is_none(self) -> None:
        handle = people().handle
        assert value_of_modes(handle, 0, FREE, 8.0, RICH_EUR) == -np.inf
        assert value_of_modes(handle, FOOT, banned(Mode.FOOT, 1.0), 8.0, RICH_EUR) == -np.inf


class TestDraw:
    """Which mode people take, by tastes that each group keeps."""

    def test_shares_are_those_of_the_logit(self) -> None:
        many = 150
        handle = people(many).handle
        found = [drawn_mode(handle, g, 0, FREE, RICH_EUR) for g in range(many)]
        weights = np.exp(np.array([8.0, 8.0 - 0.005, 8.0 - 0.4]) / 0.4)
        shares = weights / weights.sum()
        expected = many * shares
        spread = np.sqrt(many * shares * (1.0 - shares))
        assert np.all(np.abs(np.bincount(found, minlength=3) - expected) < 4.0 * spread)

    def test_nobody_takes_one_that_is_closed_or_cannot_be_paid_for(self) -> None:
        handle = people().handle
        assert drawn_mode(handle, 0, 0, FREE, 0.25) == Mode.FOOT
        assert drawn_mode(handle, 0, 0, banned(Mode.FOOT, 1.0), 39.0) == Mode.BICYCLE
        assert drawn_mode(handle, 0, 1, FREE, 40.0) == Mode.CAR
        assert drawn_mode(handle, 0, 1, FREE, 39.0) == NOBODY
        assert drawn_mode(handle, 0, 2, FREE, RICH_EUR) == NOBODY

    def test_what_they_have_already_costs_nothing_more(self) -> None:
        run = people()
        for mode, spent_eur in ((Mode.FOOT, 0.0), (Mode.CAR, 40.0), (Mode.CAR, 40.0)):
            buy(run.handle, 0, mode)
            assert small_worlds.groups(run)["mode"][0] == mode
            assert small_worlds.groups(run)["spent_eur"][0] == spent_eur
        assert drawn_mode(run.handle, 0, 1, FREE, 0.0) == Mode.CAR

    def test_who_has_a_car_can_still_walk_for_nothing(self) -> None:
        run = people()
        buy(run.handle, 0, Mode.CAR)
        assert value_of_modes(run.handle, FOOT, FREE, 8.0, 0.0) == 8.0


@njit
def cheapest_eur(handle: Any, s: int, owned: int, mind_bans: bool) -> Any:
    """What the cheapest mode costs that may cross."""
    return cheapest_mode_eur(columns_of(handle), s, owned, mind_bans)


@pytest.mark.parametrize(("ban", "cost_eur"), [(0.5, 0.0), (0.51, 0.5)])
def test_a_mode_in_which_half_are_turned_back_is_still_a_way(ban: float, cost_eur: float) -> None:
    order = step(Action.BAN_MODE, 1.0, mode=Mode.FOOT, value=ban, ahead_h=0.0)
    run = people(1, order)
    run.advance_to(2.0)
    assert cheapest_eur(run.handle, 0, Mode.FOOT, True) == cost_eur
    assert cheapest_eur(run.handle, 0, Mode.FOOT, False) == 0.0


def test_the_cheapest_mode_is_one_that_may_cross() -> None:
    handle = people().handle
    assert cheapest_eur(handle, 1, Mode.FOOT, True) == 40.0
    assert cheapest_eur(handle, 1, Mode.CAR, True) == 0.0
    assert cheapest_eur(handle, 2, Mode.FOOT, True) == np.inf
