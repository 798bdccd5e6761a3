"""Calibration from Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.calibration.sampler import Sweep
    from sim.results.posterior_folder import Posterior
    from sim.scenario.scenario import Scenario
    from sim.study.execution import Progress


def calibrate(
    scenario: Scenario,
    until: date,
    *,
    observed: str | Path | None = None,
    policy: str | None = None,
    runs: int | None = None,
    particles: int | None = None,
    free: Sequence[str] = (),
    adjust: bool = False,
    seed: int | None = None,
    workers: int = 1,
    out: str | Path | None = None,
    sweep: Callable[[Sweep], None] | None = None,
    progress: Progress | None = None,
    notice: Callable[[str], None] | None = None,
    executor: Executor | None = None,
) -> Posterior:
    """Draw states of the world that come near to what was counted, and store them.

    The folder is for ``posterior=`` of :func:`sim.compare`. The same call after an interrupt goes
    on where it was, and writes the same bytes with any number of workers. Errors are those of
    :func:`sim.compare`, and InputError where there are no counts.

    Args:
        scenario: the scenario.
        until: last day whose counts are looked at; runs end with the last of these.
        observed: a table of counts, in the columns of the scenario's own; that if None.
        policy: id of the policy that was in force; the reference if None.
        runs: of the model, at most; 100,000 if None.
        particles: points of the posterior; a hundredth of the runs, from 400 to 1,000, if None.
        free: uncertainties that are fitted; the ten that counts depend on most if none is named.
        adjust: move particles to the observed counts by local-linear regression at the end.
        seed: seed of all random numbers; the scenario's if None.
        workers: processes.
        out: folder of the posterior; ``results/<scenario>/posterior-<id>`` if None.
        sweep: called after each round of the sampler.
        progress: called with (runs done, runs at most).
        notice: called with a line on what else takes a while.
        executor: makes the runs, ``workers`` parcels at a time; processes of ours if None.
    """
    from sim.calibration.calibrate import SILENT, Reports, run_calibration  # deferred: the engine
    from sim.calibration.calibration_options import Effort, calibration_options
    from sim.study.execution import Crew

    how = Effort(runs=runs, particles=particles, seed=seed, workers=workers)
    options = calibration_options(
        scenario, until, how, observed=observed, policy=policy, free=free, adjust=adjust, out=out
    )
    reports = Reports(sweep or SILENT.sweep, progress or SILENT.progress, notice or SILENT.notice)
    crew = None if executor is None else Crew(executor, workers)
    return run_calibration(options, reports=reports, crew=crew)
