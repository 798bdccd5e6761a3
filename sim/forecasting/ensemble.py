"""The model's ensemble: daily arrivals at each crossing in many states of the world, cut short.

Each state of the world is run once, by the workers of any study. A run ends with the last day that
is forecast; its days until then are the same to the person as those of a run to the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.forecasting.policy_path import PolicyPath, path_of
from sim.scenario.scenario import Scenario
from sim.study.execution import Progress, run_replications
from sim.study.options import StudyOptions
from sim.study.replication import Replication, Study
from sim.study.states import StateOfWorld

Floats: TypeAlias = NDArray[np.float64]
ARRIVALS = "arrivals"  # the only rows that a run of an ensemble leaves


class StateSource(Protocol):
    """Where states of the world come from, if not from the scenario's priors.

    It is sent to workers, and gives the same state for the same number in each.
    """

    def state(self, number: int) -> StateOfWorld:
        """State of the world ``number``, from 0."""


@dataclass(frozen=True)
class ForecastStudy(Study):
    """A study of one policy whose runs end early and leave nothing but daily arrivals.

    Attributes:
        until_h: when runs end, h.
        source: where states of the world come from; the scenario's priors if None.
    """

    until_h: float = inf
    source: StateSource | None = None

    def state(self, number: int) -> StateOfWorld:
        """What a state of the world of this study draws."""
        return super().state(number) if self.source is None else self.source.state(number)

    def run_one(self, policy: int, state: StateOfWorld, replicate: int = 0) -> Replication:
        """One run of the policy in one state of the world."""
        model = self.model(policy, state, replicate)
        try:
            model.advance_to(min(self.until_h, model.clock.duration_h))
            people = self.record(policy, model).daily_arrivals.astype(np.int32)
            return Replication(policy, state.number, replicate, {ARRIVALS: {"people": people}})
        finally:
            model.release()


@dataclass(frozen=True)
class Ensemble:
    """Arrivals in each state of the world.

    Attributes:
        people: shape (samples, days, crossings), from the scenario's first day on.
        hypotheses: id of each sample's hypothesis about the transit side.
    """

    people: Floats
    hypotheses: tuple[str, ...]


def run_ensemble(
    scenario: Scenario,
    policy: str,
    *,
    samples: int,
    until: int,
    seed: int,
    workers: int = 1,
    source: StateSource | None = None,
    progress: Progress | None = None,
) -> Ensemble:
    """Run a policy once in each of ``samples`` states of the world, to the end of day ``until``.

    Raises:
        WorkersLostError: if workers died again and again.
    """
    options = _options(scenario, policy, samples, seed, workers)
    study = ForecastStudy(options, _end_h(scenario, until), source)
    runs = run_replications(study, progress=progress)
    people = np.array([run.rows[ARRIVALS]["people"][: until + 1] for run in runs], dtype=np.float64)
    return Ensemble(people, tuple(study.state(run.state).hypothesis for run in runs))


def reference_path(scenario: Scenario, *, until: int, seed: int) -> PolicyPath:
    """What the reference policy opens and closes until the end of a day, in state of the world 0.

    A reference with fixed dates does the same in every state of the world. Later days are as they
    were decided by then.
    """
    study = Study(_options(scenario, scenario.reference, 1, seed, 1))
    model = study.model(0, study.state(0))
    try:
        model.advance_to(min(_end_h(scenario, until), model.clock.duration_h))
        return path_of(study.record(0, model), scenario.world.clock.days)
    finally:
        model.release()


def _options(
    scenario: Scenario, policy: str, samples: int, seed: int, workers: int
) -> StudyOptions:
    """A study that draws from the priors: nothing that was fitted to counts gets in unasked."""
    return StudyOptions(scenario, (policy,), seed, replicates=samples, workers=workers)


def _end_h(scenario: Scenario, day: int) -> float:
    return float(scenario.world.clock.day_ends_h[day])
