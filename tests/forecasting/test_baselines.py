"""Baselines on a small border: what each says, and that none looks ahead or into closed days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from sim.forecasting.baselines import (
    BASELINES,
    half_nobody,
    mean_of_three,
    nearest_open,
    persistence,
)
from sim.forecasting.count_model import CountModel, fitted_count_model
from sim.forecasting.logit_split import fitted_weights, split
from sim.forecasting.past import Past, daily_counts
from sim.forecasting.policy_path import PolicyPath
from sim.forecasting.reservoir import draw_numbers, forecast_by_reservoir
from sim.forecasting.sampling import draw_counts, draw_poisson, forecaster_key
from sim.study.observed_cells import Cell

DAYS = tuple(date(2024, 1, 1) + timedelta(days=k) for k in range(12))
NEAR, MIDDLE, FAR = range(3)


def path(open_h: np.ndarray) -> PolicyPath:
    return PolicyPath(DAYS, open_h, open_h > 0.0)


def border(samples: int = 400) -> Past:
    """Three crossings, eight days known; the nearest closes after day 7, all from day 10 on."""
    open_h = np.tile([12.0, 10.0, 4.0], (12, 1))
    open_h[8:, NEAR] = 0.0
    open_h[10:] = 0.0
    counts = np.tile([40.0, 10.0, 0.0], (8, 1))
    counts[7] = [60.0, 12.0, 0.0]
    hours = np.array([[0.0, 5.0, 20.0], [5.0, 0.0, 16.0], [20.0, 16.0, 0.0]])
    return Past(counts, path(open_h), 11, np.array([3.0, 8.0, 22.0]), hours, 1, samples)


@pytest.mark.parametrize("baseline", BASELINES, ids=lambda each: each.id)
def test_nobody_comes_where_it_is_closed(baseline: object) -> None:
    past = border(60)
    samples = baseline.forecast(past)  # type: ignore[attr-defined]
    assert samples.shape == (60, 4, 3)
    assert not samples[:, ~past.path.is_open[8:]].any()
    assert (samples == np.floor(samples)).all()


@pytest.mark.parametrize("baseline", BASELINES, ids=lambda each: each.id)
def test_draws_belong_to_their_names(baseline: object) -> None:
    """The same again, and the first samples whether few or many are drawn."""
    few, many = (baseline.forecast(border(n)) for n in (80, 160))  # type: ignore[attr-defined]
    assert (many[:80] == few).all()


def test_persistence_has_the_last_count_as_its_mean() -> None:
    samples = persistence(border(4000))[:, 0, MIDDLE]
    assert samples.mean() == pytest.approx(12.0, rel=0.05)
    assert samples.var() == pytest.approx(12.0 + 144.0 / 3.0, rel=0.1)


def test_a_crossing_that_is_closed_keeps_its_last_open_day() -> None:
    past = border()
    open_h = past.path.open_h.copy()
    open_h[6:8, MIDDLE] = 0.0
    open_h[10:, MIDDLE] = 10.0
    again = replace(past, path=path(open_h))
    assert again.series(MIDDLE)[-1] == 10.0
    assert persistence(again)[:, 2, MIDDLE].mean() == pytest.approx(10.0, rel=0.15)


def test_mean_of_three() -> None:
    samples = mean_of_three(border(4000))[:, 0, MIDDLE]
    assert samples.mean() == pytest.approx((10 + 10 + 12) / 3, rel=0.05)


def test_people_are_at_the_nearest_open_crossing_a_day_later() -> None:
    samples = nearest_open(border(2000))
    assert samples[:, 0, MIDDLE].mean() == pytest.approx(12.0, rel=0.1), "the day it closes"
    assert samples[:, 1, MIDDLE].mean() == pytest.approx(72.0, rel=0.1), "and the day after"
    assert not samples[:, :, FAR].any()


def test_half_of_the_samples_have_nobody_on_all_days() -> None:
    samples = half_nobody(border(2000))
    empty = ~samples.any(axis=(1, 2))
    assert empty.mean() == pytest.approx(0.5, abs=0.04)


def test_logit_split_finds_the_odds() -> None:
    """Three in four at a crossing ten hours nearer: ln 3 over 10 hours is 0.11."""
    past = border()
    counts = np.tile([75.0, 25.0, 0.0], (8, 1))
    gateway_h = np.array([0.0, 10.0, np.inf])
    open_h = np.tile([8.0, 8.0, 8.0], (12, 1))
    even = replace(past, counts=counts, gateway_h=gateway_h, path=path(open_h))
    assert fitted_weights(even)[0] == 0.1
    shares = split(even, 9, 0.1, 0.0)
    assert shares == pytest.approx([1 / (1 + np.exp(-1)), 1 - 1 / (1 + np.exp(-1)), 0.0])


def test_count_model_finds_what_made_the_counts() -> None:
    """Counts that hang on the count before have no use for a memory of the mean."""
    key = forecaster_key(5, "made")
    truth = CountModel(2.0, 0.6, 0.0, 3.0)
    count, series = 5.0, []
    for day in range(600):
        mean = truth.level + truth.of_count * count
        count = float(draw_counts(key, day, np.array([[mean]]), truth.shape)[0, 0])
        series.append(count)
    found = fitted_count_model([series])
    assert (found.of_count, found.shape) == (0.6, 3.0)
    assert found.stationary == pytest.approx(truth.stationary, rel=0.25)


def test_reservoir_follows_a_stream_that_its_ranges_hold() -> None:
    """Fifty a day at one crossing that stays open."""
    open_h = np.full((12, 1), 24.0)
    past = Past(np.full((8, 1), 50.0), path(open_h), 11, np.zeros(1), np.zeros((1, 1)), 1, 800)
    daily = forecast_by_reservoir(past)[:, :, 0].mean(axis=0)
    assert daily == pytest.approx([50.0] * 4, rel=0.2)


def test_reservoir_draws_within_its_ranges() -> None:
    numbers = draw_numbers(forecaster_key(1, "B6"))
    assert 30.0 < numbers.inflow.min() < 31.0
    assert 129.0 < numbers.inflow.max() < 130.0
    assert np.median(numbers.stock) == pytest.approx(np.sqrt(20 * 1500), rel=0.1)


def test_poisson_of_any_mean() -> None:
    key = forecaster_key(2, "poisson")
    for mean in (0.3, 40.0, 2600.0):
        draws = np.array([draw_poisson(key, 0, k, mean) for k in range(1500)])
        assert draws.mean() == pytest.approx(mean, rel=0.06)
        assert draws.var() == pytest.approx(mean, rel=0.12)


def test_shared_spread_makes_sums_as_wide_as_parts() -> None:
    means = np.tile([30.0, 30.0], (4000, 1))
    key = forecaster_key(4, "shared")
    total = draw_counts(key, 0, means, 3.0, shared=True).sum(axis=1)
    assert total.var() == pytest.approx(60.0 + 3600.0 / 3.0, rel=0.1)
    apart = draw_counts(key, 1, means, 3.0).sum(axis=1)
    assert apart.var() == pytest.approx(60.0 + 2 * 900.0 / 3.0, rel=0.1)


def test_counts_of_areas_and_weeks_are_spread_over_what_is_not_known() -> None:
    open_h = np.full((12, 3), 8.0)
    open_h[1, MIDDLE] = 0.0

    def cell(first: int, last: int, crossings: tuple[int, ...], people: float) -> Cell:
        return Cell("arrivals", 0, first, last, crossings, crossings, people)

    known = [cell(0, 0, (NEAR,), 3.0), cell(0, 0, (NEAR, MIDDLE), 10.0), cell(1, 2, (MIDDLE,), 8.0)]
    counts = daily_counts(known, path(open_h), 2)
    assert counts[0, [NEAR, MIDDLE]].tolist() == [3.0, 7.0]
    assert counts[1:, MIDDLE].tolist() == [0.0, 8.0], "nobody on the day it was closed"
    assert np.isnan(counts[:, FAR]).all()
