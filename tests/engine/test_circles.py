"""Roads too cheap for the scale of route choice: the check without compiled code."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.circles import WORTH_OF_CIRCLES, circles_are_worth


def test_it_agrees_with_the_spectral_radius() -> None:
    rng = np.random.default_rng(1)
    seen = set()
    for _ in range(300):
        places = int(rng.integers(1, 12))
        weights = rng.random((places, places)) * rng.random() * 0.5
        weights[rng.random(weights.shape) < 0.4] = 0.0
        radius = float(np.abs(np.linalg.eigvals(weights)).max())
        most = float(weights.sum(axis=1).max())
        assert circles_are_worth(weights) == (radius >= WORTH_OF_CIRCLES)
        seen.add((radius >= WORTH_OF_CIRCLES, most >= WORTH_OF_CIRCLES))
    assert seen == {(True, True), (False, True), (False, False)}


@pytest.mark.parametrize("weight", [0.0, 0.899])
def test_one_road_there_and_back(weight: float) -> None:
    assert not circles_are_worth(np.array([[0.0, weight], [weight, 0.0]]))


def test_no_hub_and_a_road_that_costs_nothing() -> None:
    assert not circles_are_worth(np.zeros((0, 0)))
    assert circles_are_worth(np.array([[0.0, 1.0], [1.0, 0.0]]))
