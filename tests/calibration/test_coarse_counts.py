"""Counts of weeks and months: what of them is compared, and that a fit to them is worth it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.calibration.counts import Counts
from sim.calibration.prior import Floats
from sim.calibration.sampler import nearest
from sim.calibration.summaries import HALF_LIFE, MOST, Summary, summaries_of
from sim.study.learning import fair_crps
from sim.study.observed_cells import Cell
from tests.calibration.weekly_case import KNOWN, RUNS, bank, compared

FIRST = date(2024, 1, 1)
WEEK, MONTH = 7, 30
KEPT = 40  # runs nearest to a truth
TRUTHS = 20


def period(number: int, people: float, place: str = "near", days: int = WEEK) -> Cell:
    first = number * days
    return Cell("arrivals", 0, first, first + days - 1, (1,), (1,), people, place)


def found(cells: list[Cell], changes: tuple[int, ...] = ()) -> list[Summary]:
    return list(summaries_of(cells, changes, FIRST))


@pytest.mark.parametrize("days", [WEEK, MONTH])
def test_few_periods_stand_each_for_itself_at_each_place(days: int) -> None:
    """Growth, peak, first period with people and last level are all there."""
    counts = [0.0, 10.0, 90.0, 40.0, 20.0]
    cells = [period(k, people, days=days) for k, people in enumerate(counts)]
    cells += [period(k, 1.0, "far", days) for k in range(5)]
    summaries = found(cells)
    assert sorted(each.cells for each in summaries) == [(k,) for k in range(10)]
    assert {each.low for each in summaries} == {*counts, 1.0}


def test_of_many_periods_the_last_ones_stand_for_themselves_and_none_is_lost() -> None:
    summaries = found([period(k, 50.0) for k in range(40)])
    assert len(summaries) == MOST
    assert sorted(k for each in summaries for k in each.cells) == list(range(40))
    alone = {each.cells[0] for each in summaries if len(each.cells) == 1}
    assert {36, 37, 38, 39} <= alone
    assert not alone & set(range(20))


def test_what_ended_two_periods_earlier_weighs_half() -> None:
    assert HALF_LIFE == 2.0
    weights = {each.cells: each.weight for each in found([period(k, 9.0) for k in range(5)])}
    assert [weights[k,] for k in (4, 2, 0)] == pytest.approx([1.0, 0.5, 0.25])


def test_a_stock_and_bounds_stay_what_they_are_beside_weeks() -> None:
    stock = Cell("waiting", 1, 13, 13, (1,), (1,), 300.0, "near")
    bound = period(2, np.nan)._replace(low=5.0)
    summaries = found([period(0, 10.0), period(1, 20.0), stock, bound])
    assert [(each.low, each.high) for each in summaries] == [
        (300.0, 300.0),
        (20.0, 20.0),
        (10.0, 10.0),
        (5.0, np.inf),
    ]
    assert summaries[0].weight == pytest.approx(0.5**0.5)


def test_counts_of_days_all_weigh_the_same_and_are_halved_once() -> None:
    days = [period(k, 9.0, days=1) for k in range(12)]
    summaries = found([*days, period(2, 30.0, "far")])
    assert [(len(each.cells), each.weight) for each in summaries] == [(6, 1.0), (6, 1.0), (1, 1.0)]


def test_a_gap_in_the_last_week_is_farther_than_the_same_gap_in_the_first() -> None:
    counts = compared([40.0] * KNOWN)
    spread = np.random.default_rng(1).poisson(40.0, (50, KNOWN)).astype(np.float64)
    yardstick = counts.summary_yardstick(counts.summary_roots(spread))
    people = np.full((3, KNOWN), 40.0)
    people[0, 0] = people[1, -1] = 80.0
    early, late, none = yardstick.distances(counts.summary_roots(people)).tolist()
    assert none == 0.0
    assert late > 1.5 * early > 0.0


def kept_for(counts: Counts, but: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Runs nearest to counts, without one of them."""
    summaries = counts.summary_roots(bank().reports[:, :KNOWN])
    distances = counts.summary_yardstick(summaries).distances(summaries)
    distances[but] = np.inf
    return nearest(distances, KEPT)


def later_crps(rows: Floats, truth: Floats) -> float:
    """Mean CRPS over the weeks that were not known."""
    weeks = range(KNOWN, len(truth))
    return float(np.mean([fair_crps(rows[:, k], float(truth[k])) for k in weeks]))


def test_what_is_fitted_to_weeks_forecasts_the_next_ones_better_than_the_prior() -> None:
    """Truths are runs of the model; each is forecast by the runs nearest to its known weeks."""
    scores, inside = [], []
    for truth in range(0, RUNS, RUNS // TRUTHS):
        people, counts = bank().people, compared(bank().reports[truth, :KNOWN].tolist())
        fitted, others = people[kept_for(counts, truth)], np.delete(people, truth, axis=0)
        scores.append([later_crps(each, people[truth]) for each in (fitted, others)])
        low, high = np.quantile(fitted[:, KNOWN:], [0.05, 0.95], axis=0)
        inside.append((low <= people[truth, KNOWN:]) & (people[truth, KNOWN:] <= high))
    of_fitted, of_prior = np.mean(scores, axis=0)
    assert of_fitted < 0.75 * of_prior
    assert np.mean(inside) == pytest.approx(0.9, abs=0.1)


def test_where_demand_has_changed_the_fit_follows_the_last_weeks() -> None:
    """Twice as many people in the last two weeks, as no run of the model has them."""
    gaps = []
    for truth in range(0, RUNS, RUNS // TRUTHS):
        seen = bank().reports[truth, :KNOWN].copy()
        seen[-2:] *= 2.0
        counts = compared(seen.tolist())
        alike = replace(
            counts, summaries=tuple(replace(each, weight=1.0) for each in counts.summaries)
        )
        last = [bank().reports[kept_for(each, truth), KNOWN - 1] for each in (counts, alike)]
        gaps.append([abs(float(np.log(np.median(each) / seen[-1]))) for each in last])
    followed, averaged = np.mean(gaps, axis=0)
    assert followed < 0.8 * averaged
