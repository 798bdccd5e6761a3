"""Two borders in a row: how far people who go on can hope to get, and who goes on, by origin."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numba import njit

from sim.engine.codes import NOBODY, Action
from sim.engine.handle import columns_of
from sim.engine.onward import (
    decide_passage,
    fill_prospects,
    goes_on,
    look_ahead,
    share_that_gets_on,
)
from sim.model import BorderModel
from sim.verification import small_worlds
from sim.world.network import Network, Onward, ReceivingState, Segment
from sim.world.origins import Origin
from tests.golden.world_parts import groups_at, step, under

NEAR, FAR = 0, 1


@njit
def worth(handle: Any, s: int, origin: int, prospect: float) -> Any:
    """What success at a crossing is worth to people of an origin who can get so far beyond."""
    return share_that_gets_on(columns_of(handle), s, origin, prospect)


@njit
def prospects(handle: Any, closed: Any, opening_wait_h: Any, found: Any) -> None:
    """How far those can hope to get who go on from each crossing."""
    fill_prospects(columns_of(handle), closed, opening_wait_h, found)


@njit
def fill_ahead(handle: Any) -> None:
    """Note how long people are on their way to what is beyond a border, if all goes well."""
    look_ahead(columns_of(handle))


@njit
def waved_on(handle: Any, g: int, s: int) -> Any:
    """Whether a group is waved through at a crossing, and whether it would go on from there."""
    e = columns_of(handle)
    decide_passage(e, g, s)
    return e.groups[g].waved, goes_on(e, g, s)


def two_borders(
    *segments: Segment, waved: float = 0.0, share: float = 0.5, **parameters: Any
) -> BorderModel:
    """Of people of origin a two in ten go on after they were registered, of all others a share."""
    way_on = Onward(
        hub="between",
        km=40.0,
        hours=2.0,
        share=share,
        shares={"a": 0.2},
        waved_through=waved,
        source=small_worlds.SOURCE,
    )
    names = ("near", "far")
    near, far = (replace(small_worlds.crossing(name), state=name) for name in names)
    network = Network(
        hubs=(small_worlds.hub(), small_worlds.hub("between")),
        crossings=(replace(near, onward=way_on), far),
        segments=segments,
        roads=(
            small_worlds.road(small_worlds.TOWN, "near", 1.0),
            small_worlds.road("between", "far", 1.0),
        ),
        states=tuple(ReceivingState(id=name, name=name, source="test") for name in names),
    )
    origins = tuple(
        Origin(id=name, name=name, share=1.0, gateways={small_worlds.TOWN: 1.0}, source="test")
        for name in ("a", "b")
    )
    people = replace(small_worlds.poisson(0.0), origins=origins, groups=groups_at((1.0, 1)).groups)
    order = step(Action.WAVE_THROUGH, 5.0, 9.0, value=1.0, crossings=("near",), ahead_h=0.0)
    return under(small_worlds.world(network, people, days=1, **parameters), order)


@pytest.mark.parametrize(("origin", "share"), [(NOBODY, 0.5), (0, 0.2), (1, 0.5)])
def test_success_is_worth_less_to_those_who_go_on_to_a_closed_border(
    origin: int, share: float
) -> None:
    handle = two_borders().handle
    assert worth(handle, NEAR, origin, 0.0) == pytest.approx(1.0 - share)
    assert worth(handle, NEAR, origin, 0.75) == pytest.approx(1.0 - 0.25 * share)
    assert worth(handle, NEAR, origin, 1.0) == worth(handle, FAR, origin, 0.0) == 1.0


def test_who_is_waved_through_goes_on_whatever_the_origin() -> None:
    """Half are waved through, and of the other half two in ten go on: six in ten."""
    assert worth(two_borders(waved=0.5).handle, NEAR, 0, 0.0) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("far_closed", "far_wait_h", "of_near"),
    [(0.0, 0.0, 1.0), (0.0, 30.0, 1.0), (1.0, 0.0, 0.0), (0.0, np.inf, 0.0)],
)
def test_from_the_near_border_people_get_as_far_as_the_far_one_lets_them(
    far_closed: float, far_wait_h: float, of_near: float
) -> None:
    found = np.full(2, np.nan)
    prospects(two_borders().handle, np.array([1.0, far_closed]), np.array([0.0, far_wait_h]), found)
    assert found.tolist() == [of_near, 1.0]


def test_as_many_are_waved_through_as_the_order_in_force_says() -> None:
    run = two_borders(waved=0.25)
    found = []
    for now in (4.0, 6.0, 10.0):
        run.advance_to(now)
        found.append(run.engine.stations["waved_share"].tolist())
    assert found == [[0.25, 0.0], [1.0, 0.0], [0.25, 0.0]]


@pytest.mark.parametrize(
    ("to_near_h", "to_far_h", "ahead_h"),
    [(3.0, np.inf, 3.0 + 1.5 * 3.0), (3.0, 5.0, 5.0), (np.inf, np.inf, np.inf)],
)
def test_the_far_border_is_as_far_as_the_near_one_and_the_way_between(
    to_near_h: float, to_far_h: float, ahead_h: float
) -> None:
    """Two hours to the town between and one from there, of people who take half as long again."""
    run = two_borders(travel_time_factor=1.5)
    run.engine.ahead_h[:] = (to_near_h, to_far_h)
    fill_ahead(run.handle)
    assert run.engine.ahead_h.tolist() == [to_near_h, ahead_h]


def test_who_is_waved_through_and_who_goes_on_is_drawn_by_group() -> None:
    """At the last border nobody is waved through or goes on; at the first by origin."""
    run = two_borders(waved=0.3)
    run.advance_to(2.0)
    keys = np.random.default_rng(1).integers(0, 2**62, 400, dtype=np.uint64)
    shares = {}
    for origin, share in ((NOBODY, 0.5), (0, 0.2)):
        run.engine.groups["origin"][0] = origin
        draws = []
        for key in keys:
            run.engine.groups["key"][0] = key
            assert not any(waved_on(run.handle, 0, FAR))
            draws.append([bool(each) for each in waved_on(run.handle, 0, NEAR)])
        shares[origin] = np.mean(draws, axis=0)
        spread = np.sqrt(np.array([0.3 * 0.7, share * (1.0 - share)]) / len(keys))
        assert np.all(np.abs(shares[origin] - [0.3, share]) < 4.0 * spread)
    assert shares[NOBODY][0] == shares[0][0]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_who_came_unseen_goes_on_as_those_do_who_were_registered(share: float) -> None:
    """It takes an hour on foot over the first border."""
    forest = small_worlds.forest(crossing="near", detection=0.0)
    run = two_borders(
        forest,
        share=share,
        station_constant=small_worlds.NEVER,
        green_constant=small_worlds.CERTAIN,
        green_price_eur=0.0,
        hike_median_h=1.0,
        hike_sigma=0.0,
    )
    run.advance_to(3.0)
    assert small_worlds.groups(run)["borders"].tolist() == [share]
