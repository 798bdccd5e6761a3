"""What of counts is compared: by hand."""

from __future__ import annotations

from datetime import date
from math import inf, nan

import numpy as np
import pytest

from sim.calibration.coverage_check import leave_one_out
from sim.calibration.distance import robust_spread, roots, yardstick
from sim.calibration.misfit import misfit, outside_bands
from sim.calibration.observation_model import reported
from sim.calibration.prior import Points
from sim.calibration.sampler import Simulated
from sim.calibration.summaries import MOST, Summary, cell_bounds, summaries_of, summed
from sim.study.observed_cells import Cell

FIRST = date(2024, 3, 1)
KEY = np.uint64(7)


def cell(day: int, people: float, place: str = "near", series: str = "arrivals") -> Cell:
    places = () if place == "total" else (1,)
    return Cell(series, 0, day, day, places, places, people, place)


def by_name(cells: list[Cell], changes: list[int]) -> dict[str, Summary]:
    return {each.name: each for each in summaries_of(cells, changes, FIRST)}


def test_stretches_end_where_the_policy_changes_and_their_last_day_stands_alone() -> None:
    """Days 0 to 6; on day 5 something closes: days 0-1 and 2-3, then 4, then 5-6."""
    found = by_name([cell(day, 10.0 * day) for day in range(7)], [5])
    assert {name: each.low for name, each in found.items()} == {
        "arrivals near 2024-03-01/2024-03-02": 10.0,
        "arrivals near 2024-03-03/2024-03-04": 50.0,
        "arrivals near 2024-03-05": 40.0,
        "arrivals near 2024-03-06/2024-03-07": 110.0,
    }


def test_stocks_and_totals_come_first_and_small_places_are_pooled() -> None:
    small = [cell(0, 1.0, f"place {k}") for k in range(MOST + 2)]
    stock = cell(0, 3.0, "near", "waiting")
    found = list(by_name([*small, cell(0, 2.0, "total"), stock], []).values())
    assert [each.name for each in found[:2]] == [
        "waiting near 2024-03-01",
        "arrivals total 2024-03-01",
    ]
    assert len(found) == MOST + 1
    assert (found[-1].name, found[-1].low) == ("everything else", 4.0)


def test_within_its_bounds_a_count_is_at_no_distance() -> None:
    low, high = cell_bounds([cell(0, 4.0), replace_bounds(nan, 10.0), replace_bounds(5.0, nan)])
    assert (low.tolist(), high.tolist()) == ([4.0, 0.0, 5.0], [4.0, 10.0, inf])
    found = roots(np.array([[4.0, 7.0, 99.0], [4.0, 17.0, 5.0], [4.0, 10.0, 1.0]]))
    gaps = yardstick(low, high).distances(found)
    over = float(roots(np.array(17.0)) - roots(np.array(10.0)))
    under = float(roots(np.array(5.0)) - roots(np.array(1.0)))
    assert gaps.tolist() == pytest.approx([0.0, over / 3**0.5, under / 3**0.5])


def replace_bounds(low: float, high: float) -> Cell:
    return cell(0, nan)._replace(low=low, high=high)


def test_summaries_add_up_simulated_counts() -> None:
    summaries = (Summary("a", (0, 2), 0.0, 0.0), Summary("b", (1,), 0.0, 0.0))
    assert summed(summaries, np.array([[1.0, 2.0, 3.0]])).tolist() == [[4.0, 2.0]]


def test_reports_are_off_by_a_share_and_nobody_is_nobody() -> None:
    people = np.full(2000, 100.0)
    people[:5] = 0.0
    found = reported(people, 0.07, key=KEY, number=3)
    assert (found[:5] == 0.0).all()
    assert found[5:].mean() == pytest.approx(100.0, abs=0.6)
    assert found[5:].std() == pytest.approx(7.0, rel=0.1)
    assert (found == np.rint(found)).all()
    assert (found == reported(people, 0.07, key=KEY, number=3)).all()


def test_what_hardly_varies_is_measured_in_poisson_spreads() -> None:
    assert robust_spread(np.array([[0.0, 5.0], [0.1, 15.0], [0.2, 25.0]])).tolist() == [
        1.0,
        pytest.approx(14.826),
    ]


def bank(slope: float, size: int = 4000) -> Simulated:
    """A coordinate, and a summary that is it with noise; a second one that is something else."""
    chance = np.random.default_rng(5)
    positions = chance.random((size, 2))
    summaries = 10.0 * positions[:, :1] ** slope + chance.normal(size=(size, 1))
    zeros = np.zeros(size, dtype=np.int64)
    points = Points(np.arange(size), zeros, positions)
    return Simulated(points, summaries, summaries, np.zeros(size))


@pytest.mark.parametrize("adjust", [False, True])
def test_left_out_truths_are_covered_as_often_as_they_should_be(adjust: bool) -> None:
    for found in leave_one_out(bank(1.0), (0, 1), np.ones(1), adjust=adjust):
        assert found.passes
        assert found.share == pytest.approx(0.9, abs=0.06)


def test_ranks_of_a_bank_that_is_no_draw_from_one_prior_are_not_even() -> None:
    """A coordinate that goes with the summary only where truths are taken from."""
    wrong = bank(1.0)
    chosen = np.arange(0, 4000, 20)
    wrong.points.positions[chosen, 0] *= 0.3
    assert not leave_one_out(wrong, (0,), np.ones(1))[0].passes


def test_counts_like_those_of_the_model_fit_it_and_others_do_not() -> None:
    chance = np.random.default_rng(2)
    people = chance.poisson(chance.uniform(5.0, 60.0, (1500, 1)), (1500, 6)).astype(np.float64)
    like, other = people[-1], np.array([0.0, 60.0, 0.0, 60.0, 0.0, 60.0])
    assert not misfit(roots(people[:-1]), yardstick(like, like)).fails
    found = misfit(roots(people[:-1]), yardstick(other, other))
    assert found.fails
    assert found.observed > found.pseudo.max()


def test_counts_beyond_the_bands_are_named_farthest_first() -> None:
    people = np.repeat(np.arange(101.0)[:, None], 3, axis=1)
    counted = np.array([50.0, 120.0, 300.0])
    assert outside_bands(people, counted, counted) == [(2, 5.0, 95.0), (1, 5.0, 95.0)]
    assert outside_bands(people, counted, np.array([50.0, inf, inf])) == [
        (2, 5.0, 95.0),
        (1, 5.0, 95.0),
    ]
    assert outside_bands(people, np.zeros(3), np.full(3, inf)) == []
