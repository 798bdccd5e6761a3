"""Runs of the scenarios in ``inputs/``, whose every number is made up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sim.model import BorderModel
from sim.scenario.loading import load_scenario
from sim.study.options import StudyOptions
from sim.study.replication import Study

INPUTS = Path(__file__).parent / "inputs"


def runs(name: str, policy: str, states: int, *assignments: str) -> Iterator[BorderModel]:
    """Finished runs of a policy in so many states of the world.

    Args:
        name: the file below ``inputs/``, without its ending.
        policy: id of the policy.
        states: how many.
        assignments: ``key=value`` texts that override values of the file.
    """
    scenario = load_scenario(INPUTS / f"{name}.yaml", assignments=assignments)
    study = Study(StudyOptions(scenario, (policy,), seed=scenario.seed, replicates=states))
    for number in range(states):
        run = study.model(0, study.state(number))
        run.run()
        yield run
        run.release()
