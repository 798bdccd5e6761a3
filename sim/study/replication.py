"""One run of a policy in a state of the world, from its first hour to a handful of arrays."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from sim.model import BorderModel
from sim.model.blueprint import Blueprint
from sim.outcomes.run_record import RunRecord
from sim.results.tables import TABLES
from sim.results.tables.record import Rows
from sim.scenario.as_drawn import controls_as_drawn, hypothesis_as_drawn
from sim.study import pacing
from sim.study.options import StudyOptions
from sim.study.posterior_states import posterior_state
from sim.study.states import StateOfWorld, draw_state

PIECE_S: Final = 2.0  # of work that an interrupt may cost, besides the run that is being made


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

    @property
    def key(self) -> tuple[int, int, int]:
        """What runs are ordered by: state of the world, replicate and policy."""
        return self.state, self.replicate, self.policy

    @property
    def bytes(self) -> int:
        """What its arrays take."""
        return sum(column.nbytes for rows in self.rows.values() for column in rows.values())


def chunks(runs: Iterable[Replication], most_bytes: int) -> Iterator[list[Replication]]:
    """Runs in their order, as many at a time as reach so many bytes."""
    chunk: list[Replication] = []
    size = 0
    for run in runs:
        chunk.append(run)
        size += run.bytes
        if size >= most_bytes:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


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
        if options.posterior is not None:
            return posterior_state(
                options.scenario,
                options.posterior,
                number,
                seed=options.seed,
                hypothesis=options.hypothesis,
                response=options.response,
            )
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
        size = self.options.runs_of_a_state
        return self.run_numbers(size * number + run for number in numbers for run in range(size))

    def run_numbers(self, numbers: Iterable[int]) -> list[Replication]:
        """Runs by their numbers, which are in order of state of the world, replicate and policy."""
        keys = map(self.key_of, numbers)
        return [self.run_one(policy, self.state(state), k) for state, k, policy in keys]

    def prepare(self) -> None:
        """Make what all runs share, for workers that are then forked to have it; nothing is run."""
        for name, made in vars(Blueprint).items():
            if isinstance(made, cached_property):
                getattr(self.blueprint, name)

    def in_pieces(
        self, numbers: Iterable[int], note: Callable[[], None] = lambda: None
    ) -> Iterator[list[Replication]]:
        """Runs by their numbers, piece by piece: each is given as soon as it has taken a while.

        Args:
            numbers: numbers of the runs, from 0.
            note: called after each run.
        """
        piece: list[Replication] = []
        began = time.monotonic()
        for number in numbers:
            state, replicate, policy = self.key_of(number)
            piece.append(self.run_one(policy, self.state(state), replicate))
            note()
            if len(piece) >= pacing.MOST_RUNS or time.monotonic() - began >= PIECE_S:
                yield piece
                piece, began = [], time.monotonic()
        if piece:
            yield piece

    def key_of(self, number: int) -> tuple[int, int, int]:
        """State of the world, replicate and policy of a run by its number."""
        state, rest = divmod(number, self.options.runs_of_a_state)
        return state, *divmod(rest, len(self.options.policies))

    def model(self, policy: int, state: StateOfWorld, replicate: int = 0) -> BorderModel:
        """One run of a policy in one state of the world, before its first event."""
        return BorderModel(**self.arguments(policy, state, replicate))

    def arguments(self, policy: int, state: StateOfWorld, replicate: int = 0) -> dict[str, Any]:
        """What the model of a run is made from."""
        scenario, name = self.options.scenario, self.options.policies[policy]
        oversight = scenario.oversight
        return {
            "world": self.blueprint,
            "policy": scenario.policies[name].rule,
            "hypothesis": hypothesis_as_drawn(scenario.hypotheses[state.hypothesis], state.drawn),
            "response": scenario.responses[state.response].rule if state.response else None,
            "controls": controls_as_drawn(scenario.controls, state.hypothesis, state.drawn),
            "oversight": oversight if oversight and oversight.covers(name) else None,
            "parameters": state.parameters,
            "drawn": state.drawn,
            "seed": self.options.seed,
            "number": state.number,
            "replicate": replicate,
        }

    def record(self, policy: int, model: BorderModel) -> RunRecord:
        """A finished model as indicators read it."""
        scenario = self.options.scenario
        concession = scenario.policies[self.options.policies[policy]].concession
        return RunRecord(scenario.world, model.parameters, model.engine, concession)

    def run_one(self, policy: int, state: StateOfWorld, replicate: int = 0) -> Replication:
        """One run of a policy in one state of the world."""
        model = self.model(policy, state, replicate)
        try:
            model.advance_to(model.clock.duration_h)
            record = self.record(policy, model)
            rows = {name: table.of_run(record) for name, table in TABLES.items() if table.of_run}
            return Replication(policy, state.number, replicate, rows)
        finally:
            model.release()
