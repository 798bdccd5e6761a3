"""A border model from keywords alone, as Mesa's batch runner and its visualisation make models."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from sim.model import BorderModel
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from sim.study.options import study_options
from sim.study.replication import Study

KEPT = 8  # scenarios that are read once for many models


class ScenarioModel(BorderModel):
    """One run of a policy of a scenario file; every argument is a keyword.

    Attributes:
        scenario_file: the scenario file; Mesa keeps ``scenario`` for itself.

    ``mesa.batch_run(ScenarioModel, {"scenario": file, "policy": [...], "state": range(8)}, ...)``
    runs many, and ``SolaraViz`` makes it again from its parameters. It collects data throughout.

    Args:
        scenario: the scenario file.
        policy: id of the policy; the scenario's reference if None.
        state: number of the state of the world, from 0.
        replicate: number of the run within the state of the world, from 0.
        seed: seed of all random numbers; the scenario's if None.
        central: keep parameters at central values.
        hypothesis: id of the hypothesis that the state of the world holds; drawn by weight if None.
        response: id of the response rule that it holds where it may; drawn if None.
        settings: ``key=value`` texts that override the file's values.

    Raises:
        ScenarioError: if the file cannot be used.
        InputError: if a policy, hypothesis or response does not exist.
    """

    def __init__(
        self,
        *,
        scenario: str | Path,
        policy: str | None = None,
        state: int = 0,
        replicate: int = 0,
        seed: int | None = None,
        central: bool = False,
        hypothesis: str | None = None,
        response: str | None = None,
        settings: Sequence[str] = (),
    ) -> None:
        self.scenario_file = file = Path(scenario)
        read = _read(file, tuple(settings), file.stat().st_mtime_ns if file.is_file() else 0)
        options = study_options(
            read,
            [policy or read.reference],
            seed=seed,
            central=central,
            hypothesis=hypothesis,
            response=response,
        )
        study = Study(options)
        super().__init__(**study.arguments(0, study.state(state), replicate))
        self.collect_data()


@lru_cache(KEPT)
def _read(file: Path, settings: tuple[str, ...], changed: int) -> Scenario:
    """The scenario of a file as it was when it was last changed."""
    return load_scenario(file, assignments=settings)
