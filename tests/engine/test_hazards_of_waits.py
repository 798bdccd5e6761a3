"""S5-S6: what ends a wait, and how much of it is spent; the hazards of one person in a town."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit

from sim.engine.codes import NextStep
from sim.engine.handle import columns_of
from sim.engine.journey_rows import begin_journey, give_back_journey
from sim.engine.row_types import JOURNEY
from sim.engine.waiting import begin_wait, plan, spend_wait
from sim.model import BorderModel
from sim.verification import small_worlds


@njit
def begin(handle: Any, g: int, now: float) -> None:
    begin_wait(columns_of(handle), g, now)


@njit
def end(handle: Any, g: int) -> None:
    give_back_journey(columns_of(handle), g)


@njit
def comes_next(handle: Any, g: int) -> None:
    begin_journey(columns_of(handle), g)


@njit
def spend(handle: Any, g: int, now: float) -> None:
    spend_wait(columns_of(handle), g, now)


@njit
def plan_next(handle: Any, g: int, reconsiders_h: float) -> None:
    plan(columns_of(handle), g, reconsiders_h)


def in_town(many: int = 1, **parameters: Any) -> BorderModel:
    """People without papers who stay in town, at one o'clock."""
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()),
        small_worlds.crowd(many),
        station_constant=small_worlds.NEVER,
        valid_document_share=0.0,
        daily_burn_eur=0.0,
        **parameters,
    )
    run = small_worlds.model(where)
    run.advance_to(1.0)
    return run


def waits_since_five(leaves: float, gives_up: float, is_removed: float) -> BorderModel:
    """What it takes to end a wait, at half, a quarter and half of it an hour."""
    run = in_town(give_up_rate_per_d=1.0, removal_rate_per_d=12.0)
    wait = run.engine.journeys[small_worlds.groups(run)["journey"][0]]
    wait["since_h"] = 5.0
    wait["until_leaving"], wait["leaving_per_h"] = leaves, 0.5
    wait["until_giving_up"], wait["giving_up_per_h"] = gives_up, 0.25
    wait["until_removal"] = is_removed
    return run


@pytest.mark.parametrize(
    ("leaves", "gives_up", "is_removed", "reconsiders_h", "step"),
    [
        (2.0, 3.0, 6.0, 20.0, NextStep.LEAVE),  # at 9; others at 17
        (2.0, 3.0, 6.0, 8.5, NextStep.RECONSIDER),
        (6.0, 1.0, 6.0, 20.0, NextStep.GIVE_UP),
        (6.0, 3.0, 2.0, 20.0, NextStep.BE_REMOVED),
        (6.0, 3.0, 2.0, 9.5, NextStep.BE_REMOVED),
        (-0.5, 3.0, 6.0, 5.5, NextStep.LEAVE),  # it was due, at once
    ],
)
def test_what_comes_first_ends_a_wait(
    leaves: float, gives_up: float, is_removed: float, reconsiders_h: float, step: NextStep
) -> None:
    run = waits_since_five(leaves, gives_up, is_removed)
    stamp = small_worlds.journeys(run)["stamp"][0]
    plan_next(run.handle, 0, reconsiders_h)
    assert small_worlds.journeys(run)["next_step"][0] == step
    assert small_worlds.journeys(run)["stamp"][0] == stamp + 1
    assert small_worlds.journeys(run)["appraisal_until_h"][0] == reconsiders_h


def test_hazards_are_spent_by_the_hour() -> None:
    run = waits_since_five(2.0, 3.0, 6.0)
    for now in (5.0, 7.0, 7.0):
        spend(run.handle, 0, now)
    wait = small_worlds.journeys(run)[0]
    assert wait["since_h"] == 7.0
    left = [wait[f"until_{end}"] for end in ("leaving", "giving_up", "removal")]
    assert left == pytest.approx([2.0 - 1.0, 3.0 - 0.5, 6.0 - 1.0])


@pytest.mark.parametrize("rate_per_d", [0.0, 0.5])
def test_only_what_can_happen_is_drawn(rate_per_d: float) -> None:
    run = in_town(give_up_rate_per_d=rate_per_d, removal_rate_per_d=rate_per_d)
    begin(run.handle, 0, 2.0)
    plan_next(run.handle, 0, 20.0)
    wait = small_worlds.journeys(run)[0]
    assert wait["since_h"] == 2.0
    assert wait["until_leaving"] > 0.0
    assert (wait["until_giving_up"] > 0.0) == (rate_per_d > 0.0)
    assert (wait["until_removal"] > 0.0) == (rate_per_d > 0.0)


def test_it_is_drawn_when_it_is_spent_or_planned_for_and_once() -> None:
    """Whichever comes first, it is the same; who leaves before that needs no draw."""
    run = in_town(removal_rate_per_d=12.0)
    begin(run.handle, 0, 2.0)
    spend(run.handle, 0, 2.0)
    assert np.isnan(small_worlds.journeys(run)["until_leaving"][0])
    plan_next(run.handle, 0, 20.0)
    drawn = small_worlds.journeys(run)[0]
    plan_next(run.handle, 0, 20.0)
    assert small_worlds.journeys(run)["until_removal"][0] == drawn["until_removal"]
    other = in_town(removal_rate_per_d=12.0)
    begin(other.handle, 0, 2.0)
    spend(other.handle, 0, 3.0)
    spent = small_worlds.journeys(other)[0]
    assert spent["until_leaving"] == drawn["until_leaving"]
    assert spent["until_removal"] == drawn["until_removal"] - 0.5


def test_each_wait_takes_something_else_to_end() -> None:
    run = in_town()
    found = []
    for now in (2.0, 3.0):
        begin(run.handle, 0, now)
        plan_next(run.handle, 0, 20.0)
        found.append(float(small_worlds.journeys(run)["until_leaving"][0]))
    assert found[0] != found[1]


def test_who_begins_takes_over_the_row_of_somebody_at_their_end() -> None:
    run = in_town(3)
    rows = small_worlds.groups(run)["journey"].tolist()
    assert sorted(rows) == [1, 2, 3]
    given_back = rows[1]
    end(run.handle, 1)
    assert small_worlds.groups(run)["journey"].tolist() == [rows[0], 0, rows[2]]
    comes_next(run.handle, 1)
    assert small_worlds.groups(run)["journey"][1] == given_back
    assert run.engine.status["free_journeys"][0] == 0
    comes_next(run.handle, 1)
    assert small_worlds.groups(run)["journey"][1] == 4


def test_nothing_of_another_is_left_in_a_row() -> None:
    """Nothing but that nobody is before or behind them, and that they have heard nothing."""
    run = in_town(2)
    begin(run.handle, 1, 2.0)
    end(run.handle, 1)
    comes_next(run.handle, 1)
    unlike = {"heard_h": -np.inf, "next_in_queue": -1, "previous_in_queue": -1}
    row = small_worlds.journeys(run)[1]
    assert {name: row[name] for name in JOURNEY.names or () if row[name] != 0} == unlike
