"""States of the world: what is drawn before anybody moves, the same for every policy and run.

A state of the world draws its hypothesis by weight, a response rule among those that may go with it
(if the scenario has any), and its uncertain parameters from their ranges. Parameters are two-piece
uniform on a linear or logarithmic scale: half of the states of the world below the central value,
half above. Hypotheses and responses are spread evenly over the states of the world (sequences of
irrational steps with random starts), and state of the world k is the same however many states of
the world there are. What it draws has a key of its own, which no run has: its parameters share no
random numbers with the chance of its runs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim.arithmetic.elementary import log, power
from sim.randomness import (
    WORLD_HYPOTHESIS,
    WORLD_PARAMETER,
    WORLD_RESPONSE,
    name_key,
    state_key,
    uniform,
)
from sim.scenario.records import Uncertainty
from sim.scenario.scenario import Scenario
from sim.world.parameter_names import PARAMETER_NAMES
from sim.world.parameters import Parameters

# Steps of two sequences that do not beat with each other.
GOLDEN_RATIO = (math.sqrt(5.0) - 1.0) / 2.0
ROOT_OF_TWO = math.sqrt(2.0) - 1.0


@dataclass(frozen=True)
class StateOfWorld:
    """What one state of the world drew.

    Attributes:
        number: its number, from 0.
        hypothesis: id of the hypothesis about the transit side.
        drawn: uncertain parameters, people of stocks that are ranges, keys of crossings,
            hypotheses and controls, and whether there are controls, by name.
        parameters: all scalar parameters.
        response: id of the response rule of the transit side, or empty if there is none.
    """

    number: int
    hypothesis: str
    drawn: Mapping[str, float]
    parameters: Parameters
    response: str = ""


def draw_state(
    scenario: Scenario,
    number: int,
    *,
    seed: int,
    central: bool,
    hypothesis: str | None = None,
    response: str | None = None,
) -> StateOfWorld:
    """State of the world ``number`` of a study.

    Args:
        scenario: what is drawn from.
        number: number of the state of the world, from 0.
        seed: seed of the study.
        central: keep every parameter at its central value; hypotheses are still drawn, since none
            of them is central.
        hypothesis: id of the hypothesis that every state of the world holds; drawn by weight if
            None. The parameters are the same either way.
        response: id of the response rule that every state of the world holds whose hypothesis it
            may go with; drawn by weight if None.
    """
    key = np.uint64(state_key(seed, number))
    drawn = {
        each.parameter: quantile(each, 0.5 if central else _uniform(key, each.parameter))
        for each in scenario.uncertainties
    }
    held = hypothesis or _draw_hypothesis(scenario, number, seed)
    answer = _draw_response(scenario, number, seed, hypothesis=held, held=response)
    return state_of(scenario, number, drawn, hypothesis=held, response=answer)


def state_of(
    scenario: Scenario,
    number: int,
    drawn: Mapping[str, float],
    *,
    hypothesis: str,
    response: str,
) -> StateOfWorld:
    """State of the world ``number`` with these values, wherever they were drawn from.

    Args:
        scenario: the scenario.
        number: number of the state of the world: with the seed, the key of the chance of its runs.
        drawn: a value for each uncertainty of the scenario, by its name.
        hypothesis: id of the hypothesis.
        response: id of the response rule, or empty.
    """
    return StateOfWorld(
        number=number,
        hypothesis=hypothesis,
        drawn=drawn,
        parameters=replace(scenario.world.parameters, **_parameters_among(drawn)),
        response=response,
    )


def _parameters_among(drawn: Mapping[str, float]) -> dict[str, float]:
    """What was drawn of scalar parameters, and not of stocks, keys and controls."""
    return {name: value for name, value in drawn.items() if name in PARAMETER_NAMES}


def _uniform(key: np.uint64, name: str) -> float:
    return float(uniform(key, WORLD_PARAMETER, np.uint64(name_key(name)), 0))


def quantile(spread: Uncertainty, u: float) -> float:
    """The u-quantile: low at 0, central at 1/2, high at 1; of a switch 0 or 1."""
    if spread.scale == "switch":
        return float(u >= 1.0 - spread.central)
    if u == 0.5:
        return spread.central
    low, high = (spread.low, spread.central) if u < 0.5 else (spread.central, spread.high)
    share = 2.0 * u if u < 0.5 else 2.0 * u - 1.0
    if spread.scale == "log":
        return float(low * power(high / low, share))
    return low + (high - low) * share


def rank(spread: Uncertainty, value: float) -> float:
    """The inverse of :func:`quantile`: share of the prior below a value of its range."""
    if value < spread.central:
        return 0.5 * _along(spread, spread.low, spread.central, value)
    if spread.central in (value, spread.high):
        return 0.5
    return 0.5 + 0.5 * _along(spread, spread.central, spread.high, value)


def _along(spread: Uncertainty, low: float, high: float, value: float) -> float:
    """How far a value is from one end to the other, on the scale of the uncertainty."""
    if spread.scale == "log":
        return float(log(value / low) / log(high / low))
    return (value - low) / (high - low)


def _draw_hypothesis(scenario: Scenario, number: int, seed: int) -> str:
    weights = {name: each.weight for name, each in scenario.hypotheses.items()}
    return _by_weight(weights, _evenly(number, seed, WORLD_HYPOTHESIS, GOLDEN_RATIO))


def _draw_response(
    scenario: Scenario, number: int, seed: int, *, hypothesis: str, held: str | None
) -> str:
    """A response that may go with the hypothesis, or empty if there is none."""
    weights = response_weights(scenario, hypothesis)
    if held is not None:
        return held if held in weights else ""
    if math.fsum(weights.values()) <= 0.0:
        return ""
    return _by_weight(weights, _evenly(number, seed, WORLD_RESPONSE, ROOT_OF_TWO))


def response_weights(scenario: Scenario, hypothesis: str) -> dict[str, float]:
    """Prior weights of the responses that may go with a hypothesis, by their ids."""
    return {
        name: each.weight
        for name, each in scenario.responses.items()
        if hypothesis in each.hypotheses
    }


def _evenly(number: int, seed: int, purpose: np.int64, step: float) -> float:
    """Term ``number`` of a sequence that fills the unit interval evenly from a random start."""
    start = uniform(np.uint64(state_key(seed, 0)), purpose, np.uint64(0), 0)
    return float((start + number * step) % 1.0)


def _by_weight(weights: Mapping[str, float], u: float) -> str:
    """The name in whose share of the unit interval ``u`` falls."""
    total = math.fsum(weights.values())
    running = 0.0
    for name, weight in weights.items():
        running += weight / total
        if u < running and weight > 0.0:
            return name
    return max(weights, key=lambda name: weights[name])
