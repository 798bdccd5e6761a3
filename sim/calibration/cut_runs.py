"""Runs of one policy up to the last observed day, of which only what was counted is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sim.calibration.prior import Floats, Points, Prior
from sim.model.initialisation import Blueprint
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
    """

    prior: Prior
    points: Points
    cells: tuple[Cell, ...]
    until_h: float
    shared: Blueprint = field(repr=False)

    @cached_property
    def blueprint(self) -> Blueprint:
        """What all runs share."""
        return self.shared

    def key_of(self, number: int) -> tuple[int, int, int]:
        """State of the world, replicate and policy of a run: the number of its point, 0 and 0."""
        return int(self.points.numbers[number]), 0, 0

    def state(self, number: int) -> StateOfWorld:
        """The state of the world at a point, by its number."""
        row = number - int(self.points.numbers[0])
        pair = self.prior.pairs[self.points.pairs[row]]
        drawn = self.prior.values(self.points.positions[row])
        return state_of(
            self.options.scenario,
            number,
            {each.parameter: drawn[each.parameter] for each in self.options.scenario.uncertainties},
            hypothesis=pair.hypothesis,
            response=pair.response,
        )

    def run_one(self, policy: int, state: StateOfWorld, replicate: int = 0) -> Replication:
        """One run up to the last observed day."""
        model = self.model(policy, state, replicate)
        try:
            model.advance_to(self.until_h)
            people = counted_people(self.record(policy, model), self.cells)
            return Replication(policy, state.number, replicate, {CELLS: {PEOPLE: people}})
        finally:
            model.release()


def counted_people(record: RunRecord, cells: tuple[Cell, ...]) -> Floats:
    """What a run has in the place of each count, shape (cells,)."""
    modelled = {cell.modelled for cell in cells}
    daily = {number: SERIES[number].of(record) for number in sorted(modelled)}
    return np.array([people_of(daily[cell.modelled], cell) for cell in cells])
