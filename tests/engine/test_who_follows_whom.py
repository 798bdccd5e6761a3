"""Those who follow others who got through: nobody follows the same people twice."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.circles import WORTH_OF_CIRCLES, circles_are_worth
from sim.hypotheses import LetsThrough
from sim.verification import small_worlds


def test_of_groups_that_part_the_one_left_behind_has_none_who_follow() -> None:
    """Half of the people of pairs are let out at first, and all in the end."""
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()),
        small_worlds.given(np.zeros(12), size=2),
        days=30,
        branching=0.5,
        kernel_mean_d=0.5,
        splitting=1.0,
        turned_back_cost_eur=0.0,
    )
    run = small_worlds.model(where, hypothesis=LetsThrough(leakage=0.5)).run()
    assert small_worlds.groups(run)["left_behind"].sum() > 4
    assert np.isfinite(small_worlds.persons(run)["registered_h"]).all()
    assert run.engine.status["intended"][0] == len(small_worlds.persons(run))


@pytest.mark.parametrize("size", [1, 2])
def test_who_follows_a_group_that_was_given_comes_in_as_large_a_group(size: int) -> None:
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()),
        small_worlds.given(np.zeros(20), size=size),
        days=9,
        branching=0.8,
        kernel_mean_d=0.1,
    )
    sizes = small_worlds.groups(small_worlds.model(where).run())["people"]
    assert len(sizes) > 40
    assert set(sizes.tolist()) == {size}


def test_circles_are_worth_going_at_the_very_edge() -> None:
    """A road there and back with the weight at which it begins."""
    edge = WORTH_OF_CIRCLES
    assert circles_are_worth(np.array([[0.0, edge], [edge, 0.0]]))
