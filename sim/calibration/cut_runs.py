"""Runs of one policy up to the last observed day, of which only what was counted is kept.

Those that come to be farther from the counts than is allowed are given up before that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sim.calibration.early_rejection import Limit
from sim.calibration.observation_model import reported
from sim.calibration.prior import REPORTING_CV, Floats, Points, Prior
from sim.model.blueprint import Blueprint
from sim.model.border_model import BorderModel
from sim.outcomes.run_record import RunRecord
from sim.outcomes.series import SERIES
from sim.study.observed_cells import Cell, people_of
from sim.study.replication import Replication, Study
from sim.study.states import StateOfWorld, state_of

CELLS = "cells"
PEOPLE = "people"


@dataclass(frozen=True)
class CutStudy(Study):
    """A study of one policy whose states of the world are points of a calibration.

    Attributes:
        prior: what the points are points of.
        points: where it is run; their numbers follow each other.
        cells: what was counted.
        until_h: when a run ends, in hours from its start.
        shared: what all runs of the calibration share.
        limit: how far from the counts a run may be; None for any distance.
    """

    prior: Prior
    points: Points
    cells: tuple[Cell, ...]
    until_h: float
    shared: Blueprint = field(repr=False)
    limit: Limit | None = None

    @cached_property
    def blueprint(self) -> Blueprint:
        """What all runs share."""
        return self.shared

    def key_of(self, number: int) -> tuple[int, int, int]:
        """State of the world, replicate and policy of a run: the number of its point, 0 and 0."""
        return int(self.points.numbers[number]), 0, 0

    def state(self, number: int) -> StateOfWorld:
        """The state of the world at a point, by its number."""
        pair = self.prior.pairs[self.points.pairs[self._row(number)]]
        drawn = self._values(number)
        return state_of(
            self.options.scenario,
            number,
            {each.parameter: drawn[each.parameter] for each in self.options.scenario.uncertainties},
            hypothesis=pair.hypothesis,
            response=pair.response,
        )

    def run_one(self, policy: int, state: StateOfWorld, replicate: int = 0) -> Replication:
        """One run up to the last observed day, or until it is too far; then its counts are nan."""
        model = self.model(policy, state, replicate)
        try:
            people = self._counted(policy, model, state.number)
            return Replication(policy, state.number, replicate, {CELLS: {PEOPLE: people}})
        finally:
            model.release()

    def _counted(self, policy: int, model: BorderModel, number: int) -> Floats:
        if self.limit is not None:
            for look in self.limit.looks:
                model.advance_to(look.hour)
                known = counted_people(self.record(policy, model), self.cells, look.cells)
                if self.limit.is_passed(look, self.reported(number, known)):
                    return np.full(len(self.cells), np.nan)
        model.advance_to(self.until_h)
        return counted_people(self.record(policy, model), self.cells, range(len(self.cells)))

    def reported(self, number: int, people: Floats) -> Floats:
        """Counts of a run as they would be reported, by the number of its point."""
        cv = self._values(number)[REPORTING_CV.parameter]
        return reported(people, cv, key=self.prior.key, number=number)

    def _values(self, number: int) -> Mapping[str, float]:
        return self.prior.values(self.points.positions[self._row(number)])

    def _row(self, number: int) -> int:
        return number - int(self.points.numbers[0])


def counted_people(record: RunRecord, cells: Sequence[Cell], known: Sequence[int]) -> Floats:
    """What a run has in the place of each count, shape (cells,).

    Args:
        record: the run.
        cells: the counts.
        known: numbers of those that are asked for; the others are 0.
    """
    modelled = {cells[k].modelled for k in known}
    daily = {number: SERIES[number].of(record) for number in sorted(modelled)}
    people = np.zeros(len(cells))
    for k in known:
        people[k] = people_of(daily[cells[k].modelled], cells[k])
    return people
