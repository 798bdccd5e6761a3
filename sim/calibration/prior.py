"""What states of the world are drawn from, as points of a unit cube and pairs of rules.

A point has a coordinate for each uncertainty, the share of the prior that lies below its value, and
a pair of a hypothesis and a response that may go with it. In the cube the prior is even everywhere,
so that a sampler needs to know nothing of the uncertainties but how many there are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import fsum
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibration.transfer import Carried
from sim.randomness import CALIBRATION_PAIR, CALIBRATION_POSITION, state_key, uniform
from sim.scenario.records import Uncertainty
from sim.scenario.scenario import Scenario
from sim.study.states import quantile, response_weights

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Counts of one day in the press differ by up to 28 %; the range is an expert guess.
REPORTING_CV: Final = Uncertainty(
    "reporting_cv",
    0.03,
    0.07,
    0.25,
    "log",
    "coefficient of variation of a reported count; press counts of one day differ by up to 28 %",
)


class Points(NamedTuple):
    """Points at which the model is run.

    Attributes:
        numbers: number of each, by which it has its random numbers, shape (points,).
        pairs: its pair of rules, shape (points,).
        positions: its coordinates, between 0 and 1, shape (points, uncertainties).
    """

    numbers: Integers
    pairs: Integers
    positions: Floats

    def take(self, rows: Integers) -> Points:
        """Some of them, by row."""
        return Points(self.numbers[rows], self.pairs[rows], self.positions[rows])


class Pair(NamedTuple):
    """A hypothesis, a response (or an empty text) and the prior weight of both together."""

    hypothesis: str
    response: str
    weight: float


@dataclass(frozen=True)
class Prior:
    """What is drawn from.

    Attributes:
        uncertainties: a coordinate for each.
        pairs: rules that may go together; their weights add up to 1.
        seed: seed of all random numbers.
        carried: of which uncertainties the prior follows another case in part.
    """

    uncertainties: tuple[Uncertainty, ...]
    pairs: tuple[Pair, ...]
    seed: int
    carried: tuple[Carried, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the uncertainties."""
        return tuple(each.parameter for each in self.uncertainties)

    @cached_property
    def key(self) -> np.uint64:
        """Key of everything that a calibration draws, beside the chance of runs."""
        return np.uint64(state_key(self.seed, 0))

    @cached_property
    def _running(self) -> list[float]:
        return list(accumulate(pair.weight for pair in self.pairs))

    def draw(self, numbers: Sequence[int]) -> Points:
        """Independent draws, each by its number."""
        return Points(
            np.array(numbers, dtype=np.int64),
            np.array([self.pair(number) for number in numbers], dtype=np.int64),
            np.array([self.position(number) for number in numbers]),
        )

    def pair(self, number: int) -> int:
        """The pair of rules that a number draws."""
        u = float(uniform(self.key, CALIBRATION_PAIR, np.uint64(number), 0))
        return min(bisect_right(self._running, u), len(self.pairs) - 1)

    def position(self, number: int) -> list[float]:
        """The coordinates that a number draws."""
        key, entity = self.key, np.uint64(number)
        count = range(len(self.uncertainties))
        return [float(uniform(key, CALIBRATION_POSITION, entity, k)) for k in count]

    def values(self, position: Sequence[float] | Floats) -> dict[str, float]:
        """The value of each uncertainty at these coordinates, by its name."""
        given = zip(self.uncertainties, position, strict=True)
        return {each.parameter: quantile(each, self._own_rank(each, u)) for each, u in given}

    @cached_property
    def _by_name(self) -> dict[str, Carried]:
        return {each.name: each for each in self.carried}

    def _own_rank(self, each: Uncertainty, u: float) -> float:
        """Rank in the prior of the scenario alone, of a coordinate."""
        carried = self._by_name.get(each.parameter)
        return float(u) if carried is None else carried.own_rank(float(u))


def prior_of(scenario: Scenario, seed: int, carried: tuple[Carried, ...] = ()) -> Prior:
    """What the states of the world of a scenario are drawn from, and what counts are read with."""
    uncertainties = (*scenario.uncertainties, REPORTING_CV)
    return Prior(uncertainties, tuple(_pairs(scenario)), seed, carried)


def _pairs(scenario: Scenario) -> Iterator[Pair]:
    """Every hypothesis that has weight with every response that may go with it."""
    total = fsum(each.weight for each in scenario.hypotheses.values())
    for name, each in scenario.hypotheses.items():
        share = each.weight / total
        weights = {k: w for k, w in response_weights(scenario, name).items() if w > 0.0}
        if share > 0.0:
            of_all = fsum(weights.values())
            yield from (Pair(name, key, share * w / of_all) for key, w in weights.items())
            yield from () if weights else (Pair(name, "", share),)
