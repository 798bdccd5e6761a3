"""What forecasts are scored on: later counts of arrivals, by crossing-day where those are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import fsum
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.forecasting.policy_path import Phase, PolicyPath
from sim.outcomes.total import TOTAL
from sim.scenario.records import Observation
from sim.scenario.scenario import Scenario
from sim.study.observed_cells import Cell, observed_cells

Floats: TypeAlias = NDArray[np.float64]
ARRIVALS: Final = "arrivals"


@dataclass(frozen=True)
class Target:
    """A later count.

    Attributes:
        place: id of a crossing or an area; ``total`` for the whole border.
        first: number of its first day.
        last: number of its last day.
        crossings: numbers of its crossings.
        people: how many came.
        is_open: whether one of its crossings was open on one of its days.
        phase: the phase in which it begins.
    """

    place: str
    first: int
    last: int
    crossings: tuple[int, ...]
    people: float
    is_open: bool
    phase: Phase

    @property
    def is_daily(self) -> bool:
        """Whether it is of one crossing and one day."""
        return self.first == self.last and len(self.crossings) == 1

    def samples(self, people: Floats, origin: int) -> Floats:
        """What a forecast has in its place, shape (samples,).

        Args:
            people: shape (samples, days ahead, crossings).
            origin: number of the day before the first of these.
        """
        days = people[:, self.first - origin - 1 : self.last - origin]
        return np.asarray(days[:, :, list(self.crossings)].sum(axis=(1, 2)))


def counted_arrivals(scenario: Scenario, last: date) -> list[Cell]:
    """Counts of arrivals at crossings and in areas, up to a day.

    Counts that go on after that day are taken out before anything is read off the others, so that
    they decide nothing, not even which of several that overlap is used. A count of the whole border
    is taken where nothing of its days is known by place.
    """
    known = [each for each in scenario.observed if each.period_end <= last]
    by_place = _cells(scenario, [each for each in known if each.place != TOTAL])
    days = {day for each in by_place for day in _days(each)}
    wholes = (each for each in _cells(scenario, known) if not each.places)
    return [*by_place, *(each for each in wholes if days.isdisjoint(_days(each)))]


def _cells(scenario: Scenario, counts: Sequence[Observation]) -> list[Cell]:
    crossings = set(scenario.world.network.crossing_number)
    ids = [each.id for each in scenario.world.network.places]
    cells = observed_cells(replace(scenario, observed=tuple(counts)))
    arrivals = (each for each in cells if each.series == ARRIVALS)
    return [each for each in arrivals if {ids[place] for place in each.places} <= crossings]


def _days(cell: Cell) -> range:
    return range(cell.first, cell.last + 1)


def targets_of(
    scenario: Scenario, path: PolicyPath, cells: Sequence[Cell], *, origin: int, until: int
) -> list[Target]:
    """Counts of days after ``origin`` up to ``until``, in the order of days and places."""
    later = [each for each in cells if origin < each.first and each.last <= until]
    phases = path.phases(origin + 1, until) if later else []
    found = [_target(scenario, path, phases, each) for each in later]
    return sorted(found, key=lambda each: (each.first, each.last, each.crossings))


def _target(scenario: Scenario, path: PolicyPath, phases: Sequence[Phase], cell: Cell) -> Target:
    crossings = cell.crossings or tuple(range(path.open_h.shape[1]))
    within = path.is_open[cell.first : cell.last + 1, list(crossings)]
    return Target(
        place=_place(scenario, cell),
        first=cell.first,
        last=cell.last,
        crossings=crossings,
        people=cell.people,
        is_open=bool(within.any()),
        phase=next(each for each in phases if each.first <= cell.first <= each.last),
    )


def _place(scenario: Scenario, cell: Cell) -> str:
    names = {crossing.id for crossing in scenario.world.network.crossings}
    ids = [each.id for each in scenario.world.network.places]
    members = [ids[place] for place in cell.places]
    if len(members) == 1 and members[0] in names:
        return members[0]
    areas = {frozenset(area.crossings): area.id for area in scenario.areas}
    return areas.get(frozenset(members), TOTAL)


@dataclass(frozen=True)
class Sum:
    """What came in a phase, over all that was counted in it.

    Attributes:
        phase: the phase.
        parts: its targets.
    """

    phase: Phase
    parts: tuple[Target, ...]

    @property
    def people(self) -> float:
        """How many came."""
        return fsum(each.people for each in self.parts)

    def samples(self, people: Floats, origin: int) -> Floats:
        """What a forecast has in its place, shape (samples,)."""
        total = np.zeros(len(people))
        for each in self.parts:
            total += each.samples(people, origin)
        return total


def phase_sums(targets: Sequence[Target]) -> list[Sum]:
    """Of each phase in which anything was counted, all targets together."""
    phases = list(dict.fromkeys(each.phase for each in targets))
    return [Sum(phase, tuple(each for each in targets if each.phase == phase)) for phase in phases]
