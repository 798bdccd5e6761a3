"""Worlds: what a replicate draws before anybody moves, the same for every policy.

A world draws its hypothesis by weight and its uncertain parameters from their ranges. Parameters
are two-piece uniform on a linear or logarithmic scale: half of the worlds below the central value,
half above. Hypotheses are spread evenly over the worlds (a golden-ratio sequence with a random
start), and world k is the same however many worlds there are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim.randomness import (
    WORLD_HYPOTHESIS,
    WORLD_PARAMETER,
    name_key,
    replicate_key,
    uniform,
)
from sim.scenario.scenario import Scenario, Uncertainty
from sim.world.parameters import Parameters

GOLDEN_RATIO = (math.sqrt(5.0) - 1.0) / 2.0


@dataclass(frozen=True)
class WorldDraw:
    """What one world drew.

    Attributes:
        number: its number, from 0.
        hypothesis: id of the hypothesis about the transit side.
        drawn: uncertain parameters by name.
        parameters: all scalar parameters.
    """

    number: int
    hypothesis: str
    drawn: Mapping[str, float]
    parameters: Parameters


def draw_world(
    scenario: Scenario, number: int, *, seed: int, central: bool, hypothesis: str | None = None
) -> WorldDraw:
    """World ``number`` of a study.

    Args:
        scenario: what is drawn from.
        number: number of the world, from 0.
        seed: seed of the study.
        central: keep every parameter at its central value; hypotheses are still drawn, since none
            of them is central.
        hypothesis: id of the hypothesis that every world holds; drawn by weight if None. The
            parameters are the same either way.
    """
    key = np.uint64(replicate_key(seed, number))
    drawn = {
        each.parameter: each.central if central else _two_piece(each, _luck(key, each.parameter))
        for each in scenario.uncertainties
    }
    return WorldDraw(
        number=number,
        hypothesis=hypothesis or _draw_hypothesis(scenario, number, seed),
        drawn=drawn,
        parameters=replace(scenario.world.parameters, **drawn),
    )


def _luck(key: np.uint64, name: str) -> float:
    return float(uniform(key, WORLD_PARAMETER, np.uint64(name_key(name)), 0))


def _two_piece(spread: Uncertainty, u: float) -> float:
    """The u-quantile: low at 0, central at 1/2, high at 1."""
    low, high = (spread.low, spread.central) if u < 0.5 else (spread.central, spread.high)
    share = 2.0 * u if u < 0.5 else 2.0 * u - 1.0
    if spread.scale == "log":
        return low * (high / low) ** share
    return low + (high - low) * share


def _draw_hypothesis(scenario: Scenario, number: int, seed: int) -> str:
    start = uniform(np.uint64(replicate_key(seed, 0)), WORLD_HYPOTHESIS, np.uint64(0), 0)
    u = (start + number * GOLDEN_RATIO) % 1.0
    total = math.fsum(each.weight for each in scenario.hypotheses.values())
    running = 0.0
    for name, each in scenario.hypotheses.items():
        running += each.weight / total
        if u < running and each.weight > 0.0:
            return name
    return max(scenario.hypotheses, key=lambda name: scenario.hypotheses[name].weight)
