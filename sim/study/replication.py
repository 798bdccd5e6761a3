"""One policy in one state of the world, from the model's first hour to a handful of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.model import BorderModel
from sim.model.initialisation import Blueprint
from sim.outcomes.access import AccessSpan
from sim.outcomes.breakdown import ByClass, break_down
from sim.outcomes.exposure_totals import Exposure, exposure
from sim.outcomes.indicators import OF_PEOPLE, compute_indicators
from sim.outcomes.journeys import Flows, Journeys, flows, journeys
from sim.outcomes.run_record import RunRecord
from sim.outcomes.series import daily_series
from sim.scenario.scenario import Scenario
from sim.study.states import StateOfWorld, draw_state


@dataclass(frozen=True)
class Replication:
    """The outcome of one policy in one state of the world.

    Attributes:
        policy: number of the policy in the study.
        state: number of the state of the world.
        indicators: a value for each indicator, in their order, shape (indicators,).
        by_class: indicators of people by class of person.
        ledger: people in each state at the end, shape (states,).
        series: number of the series of each non-zero daily value, shape (values,).
        days: its day, same shape.
        places: its place, same shape.
        values: the value, same shape.
        flows: people who set out on each leg of road, day by day.
        journeys: people by first choice, place reached and state at the end.
        exposure: hours outdoors by place and by class of person.
        access: what crossings were open to, over time.
    """

    policy: int
    state: int
    indicators: NDArray[np.float64]
    by_class: ByClass
    ledger: NDArray[np.int64]
    series: NDArray[np.int8]
    days: NDArray[np.int32]
    places: NDArray[np.int32]
    values: NDArray[np.float64]
    flows: Flows
    journeys: Journeys
    exposure: Exposure
    access: tuple[AccessSpan, ...]


@dataclass(frozen=True)
class Study:
    """What a study asks for.

    Attributes:
        scenario: the scenario.
        policies: ids of the policies, in order.
        seed: seed of all luck.
        central: keep parameters at their central values.
        hypothesis: id of the hypothesis that every state of the world holds; drawn by weight if
            None.
        response: id of the response rule that every state of the world holds where it may; drawn if
            None.
    """

    scenario: Scenario
    policies: tuple[str, ...]
    seed: int
    central: bool = False
    hypothesis: str | None = None
    response: str | None = None

    @cached_property
    def blueprint(self) -> Blueprint:
        """What all replicates share."""
        return Blueprint(self.scenario.world)

    def state(self, number: int) -> StateOfWorld:
        """What a state of the world of this study draws."""
        return draw_state(
            self.scenario,
            number,
            seed=self.seed,
            central=self.central,
            hypothesis=self.hypothesis,
            response=self.response,
        )

    def run_states(self, numbers: Sequence[int]) -> list[Replication]:
        """Every policy in each of these states of the world."""
        return [
            self.run_one(policy, draw)
            for draw in map(self.state, numbers)
            for policy in range(len(self.policies))
        ]

    def model(self, policy: int, draw: StateOfWorld) -> BorderModel:
        """One policy in one state of the world, before its first event."""
        scenario, name = self.scenario, self.policies[policy]
        oversight = scenario.oversight
        return BorderModel(
            self.blueprint,
            scenario.policies[name].rule,
            scenario.hypotheses[draw.hypothesis].rule,
            response=scenario.responses[draw.response].rule if draw.response else None,
            oversight=oversight if oversight and oversight.covers(name) else None,
            parameters=draw.parameters,
            seed=self.seed,
            number=draw.number,
        )

    def record(self, policy: int, model: BorderModel) -> RunRecord:
        """A finished model as indicators read it."""
        concession = self.scenario.policies[self.policies[policy]].concession
        return RunRecord(self.scenario.world, model.parameters, model.engine, concession)

    def run_one(self, policy: int, draw: StateOfWorld) -> Replication:
        """One policy in one state of the world."""
        model = self.model(policy, draw)
        try:
            model.run()
            return _record(policy, draw, self.record(policy, model))
        finally:
            model.release()


def _record(policy: int, draw: StateOfWorld, run: RunRecord) -> Replication:
    daily = daily_series(run)
    series, days, places = np.nonzero(daily)
    return Replication(
        policy=policy,
        state=draw.number,
        indicators=np.array(list(compute_indicators(run).values())),
        by_class=break_down(run, OF_PEOPLE),
        ledger=run.people_by_state.copy(),
        series=series.astype(np.int8),
        days=days.astype(np.int32),
        places=places.astype(np.int32),
        values=daily[series, days, places],
        flows=flows(run),
        journeys=journeys(run),
        exposure=exposure(run),
        access=run.access,
    )
