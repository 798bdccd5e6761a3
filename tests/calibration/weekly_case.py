"""A small case with weekly counts: eight weeks, of which six are known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import numpy as np

from sim.calibration.calibration_options import Effort, calibration_options
from sim.calibration.counts import Counts, counts_of
from sim.calibration.cut_runs import CELLS, PEOPLE, CutStudy
from sim.calibration.observation_model import reported
from sim.calibration.prior import REPORTING_CV, Floats, prior_of
from sim.scenario.loading import load_scenario
from sim.scenario.records import Observation, Uncertainty
from sim.scenario.scenario import Scenario
from sim.study.observed_cells import Cell, observed_cells
from sim.study.replication import Study
from tests.calibration.small_case import ROOT

FIRST = date(2024, 3, 1)
KNOWN, LATER = 6, 2  # weeks
UNTIL = FIRST + timedelta(days=7 * KNOWN - 1)
RUNS = 500


class Bank(NamedTuple):
    """Runs from the prior over all eight weeks.

    Attributes:
        cells: the eight counts.
        people: what the runs have, shape (runs, weeks).
        reports: the same, as it would be reported.
    """

    cells: tuple[Cell, ...]
    people: Floats
    reports: Floats


def weekly_case(counts: list[float]) -> Scenario:
    """One crossing to which a few people a day come, with counts of its first weeks."""
    changed = ["end=2024-04-27T00:00+03:00", "demand.steps.0.persons_per_d=6"]
    path = ROOT / "scenarios" / "teaching" / "one-crossing.yaml"
    ranges = (
        Uncertainty("demand_factor", 0.3, 1.0, 3.0, "log", "made up"),
        Uncertainty("station_constant", -6.0, -3.5, -1.0, "linear", "made up"),
        Uncertainty("branching", 0.0, 0.2, 0.6, "linear", "made up"),
    )
    observed = tuple(_week(k, people) for k, people in enumerate(counts))
    scenario = load_scenario(path, assignments=changed)
    return replace(scenario, uncertainties=ranges, observed=observed)


def _week(number: int, people: float) -> Observation:
    first = FIRST + timedelta(days=7 * number)
    last = first + timedelta(days=6)
    return Observation(first, last, "gate", "arrivals", "", people, None, None, "made up")


def compared(counts: list[float]) -> Counts:
    """How weekly counts are compared."""
    return counts_of(calibration_options(weekly_case(counts), UNTIL, Effort()).study)


@cache
def bank() -> Bank:
    """Some hundred runs, the same ones each time."""
    scenario = weekly_case([1.0] * (KNOWN + LATER))
    options = calibration_options(scenario, scenario.world.clock.days[-1], Effort(seed=3)).study
    cells = tuple(observed_cells(scenario))
    prior, points = prior_of(scenario, 3), prior_of(scenario, 3).draw(range(RUNS))
    until_h = float(scenario.world.clock.day_ends_h[cells[-1].last])
    shared = Study(options).blueprint
    study = CutStudy(replace(options, replicates=RUNS), prior, points, cells, until_h, shared)
    people = np.stack([run.rows[CELLS][PEOPLE] for run in study.run_numbers(range(RUNS))])
    cvs = [prior.values(position)[REPORTING_CV.parameter] for position in points.positions]
    reports = [
        reported(row, cv, key=prior.key, number=number)
        for number, (row, cv) in enumerate(zip(people, cvs, strict=True))
    ]
    return Bank(cells, people, np.stack(reports))
