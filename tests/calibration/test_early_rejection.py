"""Runs that are given up: they would have been rejected, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from sim import calibrate
from sim.calibration import calibrate as calibration
from sim.calibration.calibration_options import Effort, calibration_options
from sim.calibration.counts import Counts, counts_of
from sim.calibration.cut_runs import CELLS, PEOPLE, CutStudy
from sim.calibration.distance import Yardstick, yardstick
from sim.calibration.early_rejection import Limit, looks_at
from sim.calibration.prior import Floats, prior_of
from sim.calibration.summaries import Summary
from sim.scenario.scenario import Scenario
from sim.study.observed_cells import Cell
from sim.study.replication import Study
from tests.calibration.small_case import UNTIL

RUNS = 40
DAY_ENDS_H = [24.0 * day for day in range(1, 11)]


class Setting(NamedTuple):
    """The small case, ready to be run at some points of its prior."""

    study: CutStudy
    counts: Counts
    measured: Yardstick

    def people(self, distance: float) -> Floats:
        """Reported counts of all runs that are not given up, shape (runs, cells)."""
        limit = Limit(distance, self.counts, self.measured, looks_at(self.counts, DAY_ENDS_H))
        study = replace(self.study, limit=limit)
        runs = study.run_numbers(range(RUNS))
        return np.stack([study.reported(run.state, run.rows[CELLS][PEOPLE]) for run in runs])


@pytest.fixture(scope="module")
def setting(case: Scenario, counts: Path) -> Setting:
    options = calibration_options(case, UNTIL, Effort(seed=5), observed=counts)
    compared = counts_of(options.study)
    prior = prior_of(options.study.scenario, 5)
    shared = Study(options.study).blueprint
    points = prior.draw(range(RUNS))
    many = replace(options.study, replicates=RUNS)
    study = CutStudy(many, prior, points, compared.cells, compared.until_h, shared)
    low, high = (np.array([getattr(s, end) for s in compared.summaries]) for end in ("low", "high"))
    return Setting(study, compared, yardstick(low, high))


def test_what_is_given_up_would_be_too_far_and_all_else_is_as_it_was(setting: Setting) -> None:
    whole = setting.people(inf)
    assert not np.isnan(whole).any()
    distances = setting.measured.distances(setting.counts.summary_roots(whole))
    limit = float(np.median(distances))
    people = setting.people(limit)
    given_up = np.isnan(people).any(axis=1)
    assert (distances[given_up] > limit).all()
    assert np.array_equal(people[~given_up], whole[~given_up])
    assert given_up.sum() > 0.5 * (distances > limit).sum(), "most are found out before the end"


def test_a_posterior_is_the_same_to_the_byte(
    case: Scenario, counts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(name: str) -> list[bytes]:
        out = tmp_path / name
        fitted = calibrate(case, UNTIL, observed=counts, out=out, runs=400, particles=50, seed=5)
        files = ("posterior.parquet", "bank.parquet")
        return [(fitted.folder / each).read_bytes() for each in files]

    early = found("early")
    monkeypatch.setattr(calibration, "looks_at", lambda *_: ())
    assert found("whole") == early


def test_a_run_is_looked_at_when_another_quarter_is_known() -> None:
    cells = [made_up(last) for last in (0, 1, 2, 4, 4, 4, 7, 9)]
    summaries = [Summary(str(k), (k,), 1.0, 1.0) for k in range(len(cells))]
    compared = Counts(tuple(cells), tuple(summaries), (), False, 240.0)
    looks = looks_at(compared, DAY_ENDS_H)
    assert [(each.hour, len(each.over)) for each in looks] == [(48.0, 2), (120.0, 6)]
    assert looks[0].cells == (0, 1)


def test_counts_that_end_together_are_looked_at_once_at_the_end() -> None:
    """There is nothing to look at before it."""
    cells = (made_up(9), made_up(9))
    summaries = tuple(Summary(str(k), (k,), 1.0, 1.0) for k in range(2))
    assert looks_at(Counts(cells, summaries, (), False, 240.0), DAY_ENDS_H) == ()


def made_up(last: int) -> Cell:
    """A count of one place on the days up to one."""
    return Cell("arrivals", 0, 0, last, (0,), (0,), 1.0, "gate", 1.0, 1.0)


def test_what_is_known_is_never_farther_than_all() -> None:
    """In floating point too: else a run would be given up that comes as near as is allowed."""
    numbers = np.random.default_rng(7)
    bounds = numbers.random((2, 15)) * 50.0
    measured = yardstick(bounds.min(axis=0), bounds.max(axis=0), 0.1 + numbers.random(15))
    found = numbers.random((500, 15)) * 16.0
    whole = measured.distances(found)
    for known in range(16):
        some = np.sort(numbers.permutation(15)[:known]).tolist()
        assert (measured.distances(found, some) <= whole).all()
    assert np.array_equal(measured.distances(found, range(15)), whole)
