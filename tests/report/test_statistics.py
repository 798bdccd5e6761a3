"""Intervals, paired differences and Pareto-best points, against numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from sim.report.analysis.statistics import (
    chance_of_contrast,
    chance_of_mean,
    contrast_interval,
    holm,
    independent,
    mean_interval,
    paired_difference,
    paired_runs,
    pareto_best,
    skewness,
    t_quantile,
)
from sim.results.store import StoredResults


@pytest.mark.parametrize(
    ("freedom", "exact"),
    [(1, 12.7062), (2, 4.30265), (3, 3.18245), (9, 2.26216), (59, 2.00100), (1000, 1.96234)],
)
def test_t_quantile_matches_printed_tables(freedom: int, exact: float) -> None:
    assert t_quantile(freedom) == pytest.approx(exact, abs=5e-5)


def test_interval_of_three_numbers() -> None:
    # mean -14/3, sd sqrt(4/3), half width 4.30265 * sqrt(4/3) / sqrt(3) = 2.86843
    mean, low, high = mean_interval(np.array([-6.0, -4.0, -4.0]))
    assert mean == pytest.approx(-4.66667, abs=1e-5)
    assert (low, high) == pytest.approx((-7.53510, -1.79823), abs=1e-4)


def test_one_pair_has_no_interval() -> None:
    mean, low, high = mean_interval(np.array([3.0]))
    assert mean == 3.0
    assert math.isnan(low)
    assert math.isnan(high)


def test_paired_difference_of_tiny_results(tiny: StoredResults) -> None:
    found = paired_difference(
        tiny.indicators,
        policy="open",
        reference="historical",
        indicator="R4_without_access",
        direction="less",
    )
    assert found.differences.tolist() == [-1.0, 1.0, 0.0]
    assert found.mean == 0.0
    assert found.share_worse == pytest.approx(1 / 3)
    assert found.low == pytest.approx(-2.48414, abs=1e-4)  # 4.30265 * 1 / sqrt(3)


def test_runs_without_a_partner_are_left_out() -> None:
    rows = [("a", 0, 1.0), ("a", 1, 2.0), ("b", 1, 5.0), ("b", 2, 9.0)]
    frame = pl.DataFrame(
        [(p, w, 0, "X", "1", v) for p, w, v in rows],
        schema=["policy", "state_of_world", "replicate", "indicator", "unit", "value"],
        orient="row",
    )
    pairs = paired_runs(frame, policy="b", reference="a", indicator="X")
    assert pairs.rows() == [(1, 0, 3.0)]


def test_replications_of_one_state_of_the_world_make_one_pair() -> None:
    pairs = pl.DataFrame(
        {
            "state_of_world": [0, 0, 1, 1],
            "replicate": [0, 1, 0, 1],
            "difference": [1.0, 3.0, 4.0, 8.0],
        }
    )
    assert independent(pairs).tolist() == [2.0, 6.0]
    assert independent(pairs.filter(state_of_world=0)).tolist() == [1.0, 3.0]


def test_skewness_is_taken_out_as_hall_does() -> None:
    """Thirty-nine zeros and a one: bend 40/(39 38) 40^1.5 ... by the formula, term by term."""
    values = np.zeros(40)
    values[7] = 1.0
    spread = math.sqrt(39 / 40 / 40 * 40 / 39)  # variance of a share of one fortieth, unbiased
    third = (39 / 40) ** 3 + 39 * (-1 / 40) ** 3
    found = third / spread**3 * 40 / (39 * 38)
    bend = found * (1 + (5.25 + 1.6875 * found**2) / 40) / math.sqrt(40)
    t, error = t_quantile(39), spread / math.sqrt(40)
    upper = 1 / 40 - error * 3 / bend * (math.cbrt(1 + bend * (-t - bend / 6)) - 1)
    mean, low, high = mean_interval(values)
    assert mean == pytest.approx(1 / 40)
    assert high == pytest.approx(upper)
    assert low == pytest.approx(1 / 40 - t * error)  # Student's reaches further down


@pytest.mark.parametrize("shape", [0.5, 1.0, 4.0])
def test_the_skewness_of_a_sample_says_what_its_population_has(shape: float) -> None:
    """Two over the root of the shape, of which samples of forty alone have seven parts in eight."""
    samples = np.random.default_rng(5).gamma(shape, size=(4000, 40))
    apart = samples - samples.mean(axis=1, keepdims=True)
    standardised = apart / samples.std(axis=1, ddof=1, keepdims=True)
    alone = (standardised**3).sum(axis=1).mean() * 40 / (39 * 38)
    truth = 2.0 / math.sqrt(shape)
    assert alone < 0.87 * truth
    mean = float(np.mean([skewness(each) for each in standardised]))
    assert abs(mean - truth) < 0.55 * (truth - alone)


def test_without_skewness_it_is_students_interval() -> None:
    values = np.array([-3.0, -2.0, -2.0, -1.0, -1.0, 1.0, 1.0, 2.0, 2.0, 3.0]) + 5.0
    mean, low, high = mean_interval(values)
    half = t_quantile(9) * values.std(ddof=1) / math.sqrt(10)
    assert (mean, low, high) == pytest.approx((5.0, 5.0 - half, 5.0 + half))


def test_an_interval_holds_zero_just_where_chance_would_do() -> None:
    rng = np.random.default_rng(3)
    for shift in np.linspace(-1.0, 1.0, 41):
        values = rng.exponential(1.0, 25) - 1.0 + shift
        _, low, high = mean_interval(values)
        assert (low <= 0.0 <= high) == (chance_of_mean(values) >= 0.05)


def test_intervals_do_not_depend_on_the_order_of_values() -> None:
    values = np.random.default_rng(4).lognormal(0.0, 2.0, 40)
    assert mean_interval(values) == mean_interval(values[::-1].copy())


def test_chance_of_differences_that_are_all_alike() -> None:
    assert chance_of_mean(np.zeros(5)) == 1.0
    assert chance_of_mean(np.full(5, 2.0)) == 0.0
    assert math.isnan(chance_of_mean(np.array([1.0])))


def test_holm_by_hand() -> None:
    """Of four the limits are 0.0125, 0.0167, 0.025 and 0.05, and none counts after a miss."""
    assert holm([0.01, 0.04, 0.016, 0.024]) == [True, True, True, True]
    assert holm([0.01, 0.04, 0.016, 0.026]) == [True, False, True, False]
    assert holm([0.013, 0.0001]) == [True, True]
    assert holm([math.nan, 0.04]) == [False, True]


def test_pareto_best_by_hand() -> None:
    points = [(1.0, 5.0), (2.0, 2.0), (3.0, 3.0), (5.0, 1.0), (2.0, 2.0), (5.0, 2.0)]
    assert pareto_best(points) == [True, True, False, True, True, False]


def test_a_chance_below_a_twentieth_is_an_interval_without_zero() -> None:
    """Of the mean of one sample less that of another, by Welch's t."""
    rng = np.random.default_rng(8)
    found = []
    for shift in np.linspace(-2.0, 2.0, 41):
        ones, others = rng.normal(shift, 1.0, 7), rng.normal(0.0, 2.0, 11)
        middle, low, high = contrast_interval(ones, others)
        chance = chance_of_contrast(ones, others)
        assert (chance < 0.05) == (low > 0.0 or high < 0.0)
        assert chance == pytest.approx(chance_of_contrast(others, ones))
        assert middle == pytest.approx(ones.mean() - others.mean())
        found.append(chance < 0.05)
    assert 0 < sum(found) < len(found)


def test_where_nothing_varies_a_contrast_is_certain_or_none() -> None:
    same, other = np.full(3, 2.0), np.full(4, 5.0)
    assert chance_of_contrast(same, same) == 1.0
    assert chance_of_contrast(same, other) == 0.0
    assert math.isnan(chance_of_contrast(same[:1], other))
