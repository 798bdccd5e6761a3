"""One run of a policy in a state of the world, from its first hour to a handful of arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sim.model import BorderModel
from sim.model.initialisation import Blueprint
from sim.outcomes.run_record import RunRecord
from sim.results.tables import TABLES
from sim.results.tables.record import Rows
from sim.study.options import StudyOptions
from sim.study.states import StateOfWorld, draw_state


@dataclass(frozen=True)
class Replication:
    """The outcome of one run of a policy in one state of the world.

    Attributes:
        policy: number of the policy in the study.
        state: number of the state of the world.
        replicate: number of the run within the state of the world.
        rows: its rows of every table that is made of runs, by the name of the table.
    """

    policy: int
    state: int
    replicate: int
    rows: Mapping[str, Rows]


@dataclass(frozen=True)
class Study:
    """What runs the replications of a study.

    Attributes:
        options: what it is asked to do.
    """

    options: StudyOptions

    @cached_property
    def blueprint(self) -> Blueprint:
        """What all runs share."""
        return Blueprint(self.options.scenario.world)

    def state(self, number: int) -> StateOfWorld:
        """What a state of the world of this study draws."""
        options = self.options
        return draw_state(
            options.scenario,
            number,
            seed=options.seed,
            central=options.central,
            hypothesis=options.hypothesis,
            response=options.response,
        )

    def run_states(self, numbers: Sequence[int]) -> list[Replication]:
        """Every run of every policy in each of these states of the world.

        In order of state of the world, replicate and policy: runs of the same two numbers share
        their random numbers.
        """
        return [self.run_one(*each) for number in numbers for each in self.runs_in(number)]

    def runs_in(self, number: int) -> Iterator[tuple[int, StateOfWorld, int]]:
        """Policy, state of the world and replicate of every run in one state, in this order."""
        state = self.state(number)
        for replicate in range(self.options.runs_per_state):
            for policy in range(len(self.options.policies)):
                yield policy, state, replicate

    def model(self, policy: int, state: StateOfWorld, replicate: int = 0) -> BorderModel:
        """One run of a policy in one state of the world, before its first event."""
        scenario, name = self.options.scenario, self.options.policies[policy]
        oversight = scenario.oversight
        return BorderModel(
            self.blueprint,
            scenario.policies[name].rule,
            scenario.hypotheses[state.hypothesis].rule,
            response=scenario.responses[state.response].rule if state.response else None,
            oversight=oversight if oversight and oversight.covers(name) else None,
            parameters=state.parameters,
            drawn=state.drawn,
            seed=self.options.seed,
            number=state.number,
            replicate=replicate,
        )

    def record(self, policy: int, model: BorderModel) -> RunRecord:
        """A finished model as indicators read it."""
        scenario = self.options.scenario
        concession = scenario.policies[self.options.policies[policy]].concession
        return RunRecord(scenario.world, model.parameters, model.engine, concession)

    def run_one(self, policy: int, state: StateOfWorld, replicate: int = 0) -> Replication:
        """One run of a policy in one state of the world."""
        model = self.model(policy, state, replicate)
        try:
            model.run()
            record = self.record(policy, model)
            rows = {name: table.of_run(record) for name, table in TABLES.items() if table.of_run}
            return Replication(policy, state.number, replicate, rows)
        finally:
            model.release()
