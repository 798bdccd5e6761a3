"""Whether states of the world show what was seen: a prior predictive check.

What was counted must be among the middle 90 % of the states of the world: a model that puts it
outside has no state from which anything could be learned (Gelman et al. 2020, "Bayesian workflow",
on prior predictive checks). It says nothing about how well the model fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.run_record import RunRecord
from sim.outcomes.series import SERIES
from sim.scenario.observed_series import modelled_as
from sim.scenario.records import CountedPeople, Expected

MIDDLE: Final = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Shown:
    """An expected pattern over states of the world.

    Attributes:
        expected: which.
        low: one state of the world in twenty is below.
        median: half of them are.
        high: one in twenty is above.
        reach: share of them that have at least what was counted, or the number that is asked for.
        states: how many have a value.
    """

    expected: Expected
    low: float
    median: float
    high: float
    reach: float
    states: int

    @property
    def passes(self) -> bool:
        """Whether the states of the world can show it."""
        if self.expected.at_least is not None:
            return self.reach >= self.expected.in_share
        return self.low <= self.expected.observed <= self.high


def value_of(record: RunRecord, expected: Expected) -> float:
    """What a run has; nan where it is divided by nobody."""
    people = _people_a_day(record, expected.people)
    if expected.over is None:
        return people
    over = _people_a_day(record, expected.over)
    return people / over if over > 0.0 else nan


def shown(expected: Expected, values: Sequence[float]) -> Shown:
    """A pattern over the values of all states of the world; those without one are left out."""
    known = np.array([each for each in values if not isnan(each)])
    if not len(known):
        return Shown(expected, nan, nan, nan, 0.0, 0)
    low, median, high = (float(each) for each in np.quantile(known, MIDDLE))
    wanted = expected.observed if expected.at_least is None else expected.at_least
    return Shown(expected, low, median, high, float(np.mean(known >= wanted)), len(known))


def _people_a_day(record: RunRecord, people: CountedPeople) -> float:
    daily = _daily(record, people)
    first = record.world.clock.days[0]
    return float(daily[(people.first - first).days : (people.last - first).days + 1].mean())


def _daily(record: RunRecord, people: CountedPeople) -> NDArray[np.float64]:
    """People of a series by day, at all places that are counted."""
    network = record.world.network
    kind = "total" if not people.places else "crossing"
    name = modelled_as(people.series, kind)
    values = next(each.of(record) for each in SERIES if each.name == name)
    if not people.places:
        return values.sum(axis=1)
    return values[:, [network.number[place] for place in people.places]].sum(axis=1)
