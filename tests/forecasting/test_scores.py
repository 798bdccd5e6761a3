"""Scores against textbook values, limits that link them, and propriety by simulation."""

from __future__ import annotations

from collections.abc import Callable
from math import erf, exp, isnan, log, pi, sqrt
from random import Random
from statistics import NormalDist

import numpy as np
import pytest

from sim.forecasting import scores
from sim.study.learning import fair_crps

NORMAL = NormalDist()


def even_normal(members: int) -> np.ndarray:
    """An ensemble that is as normal as one of this size can be: evenly spaced quantiles."""
    return np.array([NORMAL.inv_cdf((k + 0.5) / members) for k in range(members)])


def crps_of_normal(x: float) -> float:
    """Gneiting and Raftery 2007, eq. 21, of the standard normal."""
    density, below = exp(-0.5 * x * x) / sqrt(2.0 * pi), 0.5 * (1.0 + erf(x / sqrt(2.0)))
    return x * (2.0 * below - 1.0) + 2.0 * density - 1.0 / sqrt(pi)


@pytest.mark.parametrize("observed", [-2.0, -0.3, 0.0, 1.0, 3.0])
def test_crps_of_a_normal(observed: float) -> None:
    assert fair_crps(even_normal(4000), observed) == pytest.approx(
        crps_of_normal(observed), abs=1e-3
    )


def test_crps_of_a_point_is_its_error() -> None:
    assert fair_crps(np.full(10, 3.0), 7.0) == 4.0


def test_fair_crps_does_not_reward_size() -> None:
    """The mean over ensembles of three equals that over ensembles of fifty."""
    draw = Random(1).gauss  # noqa: S311
    means = [
        np.mean([fair_crps(np.array([draw(0, 1) for _ in range(m)]), draw(0, 1)) for _ in range(n)])
        for m, n in ((3, 20000), (50, 5000))
    ]
    exact = 1.0 / sqrt(pi)  # E|X - Y| / 2 of two standard normals
    assert means == pytest.approx([exact, exact], abs=0.02)


def test_log_crps_is_of_logs() -> None:
    samples = np.array([0.0, 4.0, 4.0, 9.0])
    logs = np.array([log(1.0 + each) for each in samples])
    assert scores.log_crps(samples, 2.0) == pytest.approx(fair_crps(logs, log(3.0)), rel=1e-12)


def test_interval_score_by_hand() -> None:
    samples = np.arange(0.0, 11.0)  # central 80 %: 1 to 9
    assert scores.interval_score(samples, 5.0, 0.2) == pytest.approx(8.0)
    assert scores.interval_score(samples, 12.0, 0.2) == pytest.approx(8.0 + 10.0 * 3.0)
    assert scores.interval_score(samples, -1.0, 0.2) == pytest.approx(8.0 + 10.0 * 2.0)


@pytest.mark.parametrize("observed", [-1.0, 0.2, 2.5])
def test_wis_becomes_crps_as_levels_fill_the_interval(observed: float) -> None:
    alphas = [(k + 1.0) / 500.0 for k in range(499)]
    samples = even_normal(4000)
    fine = scores.weighted_interval_score(samples, observed, alphas)
    assert fine == pytest.approx(crps_of_normal(observed), abs=5e-3)


def test_wis_of_a_point_is_its_error() -> None:
    assert scores.weighted_interval_score(np.full(5, 2.0), 6.0) == pytest.approx(4.0)


def test_levels_are_those_of_forecast_hubs() -> None:
    levels = sorted({a / 2 for a in scores.ALPHAS} | {1 - a / 2 for a in scores.ALPHAS} | {0.5})
    assert len(levels) == 23
    assert levels[:3] == pytest.approx([0.01, 0.025, 0.05])


def test_energy_score_in_one_dimension_is_crps() -> None:
    samples = even_normal(300)
    for observed in (-1.0, 0.0, 2.0):
        energy = scores.energy_score(samples[:, None], np.array([observed]))
        assert energy == pytest.approx(fair_crps(samples, observed), rel=1e-9)


def test_energy_score_by_hand() -> None:
    """Members (0, 0) and (6, 8), ten apart; (3, 4) came, five from each."""
    samples = np.array([[0.0, 0.0], [6.0, 8.0]])
    assert scores.energy_score(samples, np.array([3.0, 4.0])) == pytest.approx(5.0 - 10.0 / 2.0)


def test_energy_score_sees_what_goes_together() -> None:
    """Same margins; what came is on the diagonal, as are the members of the better forecast."""
    one = even_normal(200)
    other = np.array(sorted(one, key=lambda x: (x * 37.0) % 1.0))
    truths = [np.array([x, x]) for x in one[::10]]
    together = np.mean([scores.energy_score(np.stack([one, one], 1), y) for y in truths])
    apart = np.mean([scores.energy_score(np.stack([one, other], 1), y) for y in truths])
    assert together < apart


def _poisson(draw: Random, mean: float) -> float:
    number, left = 0, exp(-mean)
    u = draw.random()
    term = below = left
    while u > below:
        number += 1
        term *= mean / number
        below += term
    return float(number)


@pytest.mark.parametrize(
    "score",
    [fair_crps, scores.log_crps, scores.weighted_interval_score],
    ids=["crps", "log_crps", "wis"],
)
def test_nobody_does_better_than_the_truth(score: Callable[[np.ndarray, float], float]) -> None:
    """Propriety: Poisson counts of mean 8 are best forecast by a Poisson of mean 8."""
    draw = Random(3)  # noqa: S311
    forecasts = {m: np.array([_poisson(draw, m) for _ in range(2000)]) for m in (5.0, 8.0, 12.0)}
    spread = 8.0 + 2.5 * (forecasts[8.0] - 8.0)
    narrow = np.full(2000, 8.0)
    came = [_poisson(draw, 8.0) for _ in range(800)]
    ensembles = [*forecasts.values(), np.maximum(spread, 0.0), narrow]
    known = {each: [score(samples, each) for samples in ensembles] for each in set(came)}
    low, best, high, wide, point = np.mean([known[y] for y in came], axis=0)
    assert best < min(low, high, wide, point)


def test_brier_is_proper() -> None:
    happens = [k % 10 < 3 for k in range(1000)]
    mean = {p: np.mean([scores.brier(p, each) for each in happens]) for p in (0.1, 0.3, 0.5, 0.9)}
    assert min(mean, key=mean.__getitem__) == 0.3
    assert scores.brier(0.25, True) == 0.5625


def test_coverage_and_width() -> None:
    samples = np.arange(0.0, 101.0)
    assert scores.covers(samples, 25.0, 0.5), "ends belong to the interval"
    assert not scores.covers(samples, 24.0, 0.5)
    assert scores.covers(samples, 5.0, 0.9)
    assert scores.width(samples, 0.9) == pytest.approx(90.0)


def test_pit_of_counts_is_uniform_where_forecasts_are_right() -> None:
    draw = Random(7)  # noqa: S311
    samples = np.array([_poisson(draw, 0.7) for _ in range(4000)])
    values = [scores.pit(samples, _poisson(draw, 0.7), draw.random()) for _ in range(4000)]
    shares, _ = np.histogram(values, bins=5, range=(0.0, 1.0))
    assert shares / 4000 == pytest.approx([0.2] * 5, abs=0.025)


def test_pit_by_hand() -> None:
    samples = np.array([0.0, 1.0, 1.0, 3.0])
    assert scores.pit(samples, 1.0, 0.5) == 0.5
    assert scores.pit(samples, 9.0, 0.5) == 1.0


def test_scale_of_mase() -> None:
    assert scores.naive_error([[1.0, 4.0, 2.0], [7.0, 7.0]]) == pytest.approx((3 + 2 + 0) / 3)
    assert isnan(scores.naive_error([[3.0]]))
