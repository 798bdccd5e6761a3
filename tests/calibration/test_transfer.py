"""What another case has learned, in the prior of this one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from sim import calibrate
from sim.calibration.prior import prior_of
from sim.calibration.transfer import BINS, Carried, transfer_of
from sim.errors import InputError
from sim.results.posterior_folder import Posterior
from sim.scenario.records import Uncertainty
from sim.scenario.scenario import Scenario
from sim.study.states import quantile, rank
from tests.calibration.small_case import UNTIL, small_case, write_counts

RUSH = Uncertainty("rush_scale", 0.5, 1.0, 2.0, "log", "made up")
REVIEWS = Uncertainty("review_rate_per_h", 0.0, 0.1, 0.5, "linear", "made up")


@pytest.fixture(scope="module")
def case() -> Scenario:
    """The small case, with a parameter more."""
    scenario = small_case()
    return replace(scenario, uncertainties=(*scenario.uncertainties, REVIEWS))


def posterior_with(**columns: list[float]) -> Posterior:
    """Particles of another case that all weigh the same."""
    values = np.array(list(columns.values())).T
    count = len(values)
    weights = np.full(count, 1.0 / count)
    names = ("H1",) * count
    return Posterior(Path("other"), "0" * 64, tuple(columns), names, names, weights, values, {})


def even(spread: Uncertainty, count: int = 200) -> list[float]:
    """Values at even ranks: what a posterior has that has learned nothing."""
    return [quantile(spread, (k + 0.5) / count) for k in range(count)]


@pytest.mark.parametrize("spread", [RUSH, REVIEWS], ids=lambda each: each.scale)
def test_ranks_are_the_inverse_of_quantiles(spread: Uncertainty) -> None:
    for u in (0.0, 0.1, 0.49, 0.5, 0.77, 1.0):
        assert rank(spread, quantile(spread, u)) == pytest.approx(u, abs=1e-12)


def test_a_posterior_that_has_learned_nothing_changes_nothing(case: Scenario) -> None:
    found = transfer_of(case, posterior_with(rush_scale=even(RUSH)))
    assert [each.name for each in found.carried] == ["rush_scale"]
    wide, carried = prior_of(case, 5), prior_of(case, 5, found.carried)
    for number in range(50):
        position = wide.position(number)
        assert carried.position(number) == position
        assert carried.values(position) == pytest.approx(wide.values(position), rel=1e-12)


def test_no_value_is_excluded_and_what_was_learned_counts_for_one_half(case: Scenario) -> None:
    learned = quantile(RUSH, 0.25)
    found = transfer_of(case, posterior_with(rush_scale=[learned] * 30))
    (carried,) = found.carried
    assert carried.masses[2] == pytest.approx(0.55)
    assert min(carried.masses) == pytest.approx(0.5 / BINS)
    ranks = [carried.own_rank(u / 1000) for u in range(1001)]
    assert ranks == sorted(ranks)
    assert (ranks[0], ranks[-1]) == pytest.approx((0.0, 1.0), abs=1e-12)
    assert np.mean([0.2 <= each < 0.3 for each in ranks]) == pytest.approx(0.55, abs=0.002)


def test_the_ends_of_the_tenths_are_where_their_masses_end() -> None:
    carried = Carried("rush_scale", (0.3, 0.1, *(0.075,) * 8))
    assert carried.own_rank(0.3) == pytest.approx(0.1)
    assert carried.own_rank(0.4) == pytest.approx(0.2)


def test_what_is_of_a_case_stays_there_and_the_rest_is_told(case: Scenario) -> None:
    other = posterior_with(
        demand_factor=[1.0, 1.0],
        demand_drift_per_d=[-0.1, 0.01],
        **{"crossings.gate.known": [0.5, 0.5]},
        memory_d=[5.0, 6.0],
        rush_scale=[1.0, 3.0],
    )
    found = transfer_of(case, other)
    assert [each.name for each in found.carried] == ["rush_scale"]
    assert found.unknown == ("memory_d",)
    assert found.own == ("review_rate_per_h",)
    assert found.beyond == (("rush_scale", 0.5),)
    assert found.described["carried"] == ["rush_scale"]


def test_a_calibration_with_a_transfer_says_so_and_is_another_one(
    case: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    case = replace(case, name="case")
    counts = write_counts(case, tmp_path / "counts.csv")
    fit = partial(calibrate, case, UNTIL, observed=counts, runs=100, particles=50)
    wide, carried = fit(out="wide"), fit(out="carried", transfer="wide")
    assert wide.manifest["transfer"] is None
    assert carried.manifest["transfer"]["digest"] == wide.digest
    assert carried.manifest["transfer"]["carried"] == ["rush_scale", "review_rate_per_h"]
    assert carried.manifest["id"] != wide.manifest["id"]
    assert "--transfer wide" in carried.manifest["command"]
    assert carried.digest != wide.digest


def test_cases_with_nothing_in_common_are_refused(case: Scenario, tmp_path: Path) -> None:
    counts = write_counts(case, tmp_path / "counts.csv")
    calibrate(case, UNTIL, observed=counts, runs=100, particles=50, out=tmp_path / "other")
    kept = tuple(each for each in case.uncertainties if each.parameter == "demand_factor")
    bare = replace(case, uncertainties=kept)
    with pytest.raises(InputError, match="can be carried over"):
        calibrate(bare, UNTIL, observed=counts, runs=100, transfer=tmp_path / "other")
