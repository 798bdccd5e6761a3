"""S6: what becomes of people who walk over the terrain border, hour by hour."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.codes import Action, Cause, PersonState
from sim.model import BorderModel
from sim.policies.timed import Step
from sim.verification import small_worlds
from sim.world.network import Network
from sim.world.origins import Demand
from tests.golden.world_parts import groups_at, step, under

WALK_H = 2.0


def walked(
    *orders: Step, until_h: float, demand: Demand | None = None, **stretch: Any
) -> BorderModel:
    """A pair sets out at one; the walk begins half an hour away and takes two hours."""
    forest = small_worlds.forest(**{"hub": None, "hubs": {small_worlds.TOWN: 0.5}, **stretch})
    network = Network(
        hubs=(small_worlds.hub(),),
        crossings=(small_worlds.crossing(),),
        segments=(forest,),
        roads=(small_worlds.road(small_worlds.TOWN, "gate", 4.0, 100.0),),
    )
    where = small_worlds.world(
        network,
        demand or groups_at((1.0, 2)),
        days=1,
        station_constant=small_worlds.NEVER,
        green_constant=small_worlds.CERTAIN,
        green_price_eur=0.0,
        hike_median_h=WALK_H,
        hike_sigma=0.0,
        fence_delay_h=3.0,
        news_delay_h=99.0,
    )
    run = under(where, *orders)
    run.advance_to(until_h)
    return run


def states(run: BorderModel) -> set[int]:
    """In which states people are."""
    return set(small_worlds.persons(run)["state"].tolist())


def entries(run: BorderModel, state: PersonState) -> int:
    """How often people entered a state."""
    return int(run.engine.entries[..., state].sum())


def test_who_is_pushed_back_walks_back_as_long_and_returns_to_town() -> None:
    """On foot from half past one, found at half past three, in the forest until half past five."""
    crossing: dict[str, Any] = {"detection": 1.0, "pushback": 1.0}
    for until_h, state in (
        (1.4, PersonState.TRAVEL),
        (1.6, PersonState.GREEN_ATTEMPT),
        (3.4, PersonState.GREEN_ATTEMPT),
        (3.6, PersonState.PUSHED_BACK),
        (5.4, PersonState.PUSHED_BACK),
        (5.6, PersonState.TRAVEL),
    ):
        run = walked(until_h=until_h, **crossing)
        assert states(run) == {state}
    group = small_worlds.groups(run)[0]
    assert (group["failures"], group["attempts"], group["cause"]) == (1, 1, Cause.BARRED)
    assert run.engine.status["failures_today"][0] == 2
    assert run.engine.status["passed_today"][0] == 0
    assert np.isnan(small_worlds.persons(run)["presented_h"]).all()
    run.advance_to(6.4)
    assert states(run) == {PersonState.TRAVEL}  # they try again at once
    assert entries(run, PersonState.PUSHED_BACK) == 2


def test_who_is_found_is_brought_to_the_crossing_and_waits_there() -> None:
    run = walked(until_h=3.6, detection=1.0)
    people = small_worlds.persons(run)
    assert people["presented_h"].tolist() == people["registered_h"].tolist() == [3.5, 3.5]
    assert states(run) == {PersonState.REGISTERED}
    assert set(people["place"]) == {run.world.network.number["gate"]}
    assert entries(run, PersonState.PUSHED_BACK) == 0


def test_without_a_crossing_people_apply_where_they_are_found() -> None:
    run = walked(until_h=3.6, detection=1.0, crossing=None)
    people = small_worlds.persons(run)
    for what in ("presented_h", "admitted_h", "registered_h"):
        assert people[what].tolist() == [3.5, 3.5]
    assert set(people["place"]) == {run.world.network.number["forest"]}
    assert states(run) == {PersonState.REGISTERED}


def test_who_is_not_found_is_over_the_border() -> None:
    run = walked(until_h=3.6, detection=0.0)
    assert states(run) == {PersonState.GREEN_UNKNOWN}
    assert np.isnan(small_worlds.persons(run)["presented_h"]).all()
    assert small_worlds.groups(run)["failures"].tolist() == [0]


def test_a_fence_makes_the_walk_longer() -> None:
    """It stands on a third of the stretch: an hour more."""
    terms: dict[str, Any] = {"length_km": 9.0, "fence_km": 3.0, "detection": 0.0}
    assert states(walked(until_h=4.4, **terms)) == {PersonState.GREEN_ATTEMPT}
    ended = states(walked(until_h=4.6, **terms))
    assert ended <= {PersonState.GREEN_UNKNOWN, PersonState.REGISTERED}


@pytest.mark.parametrize(
    ("begins_h", "state"), [(1.2, PersonState.TURNED_BACK), (1.7, PersonState.GREEN_ATTEMPT)]
)
def test_a_closed_stretch_stops_who_comes_and_not_who_is_on_it(
    begins_h: float, state: PersonState
) -> None:
    closes = step(Action.CLOSE, begins_h, ahead_h=0.0, crossings=(), segments=("forest",))
    run = walked(closes, until_h=1.8, detection=1.0)
    assert states(run) == {state}
    was_stopped = state == PersonState.TURNED_BACK
    assert small_worlds.groups(run)["failures"].tolist() == [int(was_stopped)]
    assert small_worlds.groups(run)["attempts"].tolist() == [1]


def test_as_many_are_pushed_back_as_the_share_says() -> None:
    """A quarter of 60 who are all found; news goes around of those who were let in."""
    demand = groups_at(*[(1.0, 1)] * 60)
    run = walked(until_h=3.6, demand=demand, detection=1.0, pushback=0.25)
    pushed = entries(run, PersonState.PUSHED_BACK)
    assert abs(pushed - 15) < 4 * np.sqrt(60 * 0.25 * 0.75)
    assert run.engine.status["passed_today"][0] == 60 - pushed
    assert run.engine.status["failures_today"][0] == pushed
