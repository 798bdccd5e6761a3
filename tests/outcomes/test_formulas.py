"""Formulas of the indicators, by hand: on edges that runs seldom meet."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from sim.engine.codes import PersonState
from sim.outcomes.access import Access, AccessSpan, hours_without_access
from sim.outcomes.breakdown import break_down
from sim.outcomes.closed_hours import ClosedHours
from sim.outcomes.costs import fence_cost
from sim.outcomes.equity import class_gap, gini, percentile_ratio, worst_tenth
from sim.outcomes.indicator import Statistic
from sim.outcomes.indicators import INDICATORS
from sim.outcomes.pressure import persistence
from sim.outcomes.security import days_to_regain_control, unregistered_after_a_day


def compute(name: str, **run: Any) -> float:
    """An indicator of a run of which only this is known."""
    return INDICATORS[name].compute(cast(Any, SimpleNamespace(not_modelled=(), **run)))


class TestEquity:
    """R12: how unequally a burden falls."""

    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            ([], np.nan),
            ([0.0, 0.0], 0.0),
            ([2.0, 2.0], 0.0),
            ([0.0, 1.0], 0.5),
            ([0.5, 0.0], 0.5),
            ([1.0, 2.0, 6.0], (-2 * 1.0 + 2 * 6.0) / (3 * 9.0)),
        ],
    )
    def test_gini(self, values: list[float], expected: float) -> None:
        assert gini(np.array(values)) == pytest.approx(expected, nan_ok=True)

    def test_equal_values_have_none_though_their_sum_is_rounded(self) -> None:
        assert min(gini(np.full(n, 0.1 * n)) for n in range(1, 200)) >= 0.0

    @pytest.mark.parametrize(
        ("values", "expected"),
        [([], np.nan), ([0.0, 0.0, 3.0], np.nan), ([0.5], 1.0), ([4.0] * 19 + [8.0] * 2, 2.0)],
    )
    def test_high_over_median(self, values: list[float], expected: float) -> None:
        assert percentile_ratio(np.array(values)) == pytest.approx(expected, nan_ok=True)

    @pytest.mark.parametrize(
        ("many", "worst"),
        [(0, np.nan), (1, 0.0), (3, 2.0), (14, 13.0), (16, 14.5), (40, (39 + 38 + 37 + 36) / 4)],
    )
    def test_worst_tenth_is_one_at_least(self, many: int, worst: float) -> None:
        found = worst_tenth(np.arange(many, dtype=float))
        assert found == pytest.approx(worst, nan_ok=True)

    def test_the_gap_is_between_classes_of_five_or_more(self) -> None:
        members = np.zeros((3, 12), dtype=bool)
        members[0, :5], members[1, 5:10], members[2, 8:] = True, True, True
        values = np.array([1.0] * 5 + [3.0] * 5 + [50.0, np.nan])
        run = cast(Any, SimpleNamespace(class_members=members))
        assert class_gap(run, values) == 2.0  # of the third class only three count
        assert np.isnan(class_gap(run, np.full(12, np.nan)))


class TestStatistic:
    """How values of people become one of many."""

    @pytest.mark.parametrize(
        ("values", "sum_", "mean"),
        [
            ([], 0.0, np.nan),
            ([np.nan], 0.0, np.nan),
            ([1.0, np.nan, 4.0], 5.0, 2.5),
            ([7.0], 7.0, 7.0),
        ],
    )
    def test_only_those_who_count(self, values: list[float], sum_: float, mean: float) -> None:
        assert Statistic.SUM.of(np.array(values, dtype=float)) == sum_
        found = Statistic.MEAN.of(np.array(values, dtype=float))
        assert found == pytest.approx(mean, nan_ok=True)

    def test_classes_have_means_of_those_who_count(self) -> None:
        """Two who count in the first class, none in the second, one in the third."""
        members = np.array([[1, 1, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1]], dtype=bool)
        values = np.array([2.0, 4.0, np.nan, 9.0])
        run = cast(Any, SimpleNamespace(class_members=members))
        rows = [
            cast(Any, SimpleNamespace(of_people=lambda _: values, statistic=statistic))
            for statistic in Statistic
        ]
        found = break_down(run, tuple(rows))
        assert found.people.tolist() == [[2, 0, 1], [2, 0, 1]]
        np.testing.assert_equal(found.values, [[6.0, np.nan, 9.0], [3.0, np.nan, 9.0]])


def test_hours_without_access_are_those_in_which_nothing_is_open() -> None:
    spans = (
        AccessSpan(0, 0.0, 10.0, Access.OPEN),
        AccessSpan(0, 10.0, 30.0, Access.CLOSED),
        AccessSpan(1, 0.0, 7.0, Access.EXCEPTION_ONLY),
        AccessSpan(1, 7.0, 16.0, Access.NO_ASYLUM),
        AccessSpan(1, 16.0, 21.0, Access.OPEN),
        AccessSpan(1, 21.0, 30.0, Access.CLOSED),
    )
    assert hours_without_access(spans, cast(Any, None)) == 6.0 + 9.0


def test_without_a_crossing_that_people_can_use_there_is_access_at_no_hour() -> None:
    """A crossing for lorries alone once counted as open land access."""
    world = SimpleNamespace(clock=SimpleNamespace(duration_h=240.0))
    assert hours_without_access((), cast(Any, world)) == 240.0


@pytest.mark.parametrize(
    ("rate", "life", "annuity"),
    [(0.0, 20.0, 0.05), (0.5, 1.0, 1.5), (0.5, 2.0, 0.9), (1.5, 1.0, 2.5)],
)
def test_annuity(rate: float, life: float, annuity: float) -> None:
    """Of a loan over two years at 50 %: 0.9 + 0.9 pays 1 back (0.9 / 1.5 + 0.9 / 2.25 = 1)."""
    parameters = SimpleNamespace(discount_rate=rate, fence_life_y=life, fence_eur_per_km=10.0)
    run = cast(Any, SimpleNamespace(parameters=parameters, fence_built_km=3.0))
    assert fence_cost(run) == pytest.approx(30.0 * annuity)


def test_a_wait_of_just_a_day_is_not_over_a_day() -> None:
    run = cast(Any, SimpleNamespace(registration_wait_h=np.array([23.0, 24.0, 24.5, 60.0])))
    assert unregistered_after_a_day(run) == 2.0


@pytest.mark.parametrize(
    ("arrivals", "days"),
    [
        ([0, 0, 0], 0.0),
        ([6, 0, 0, 0], 2.0),  # means of 6, 3, 2 and 0
        ([0, 0, 9, 0, 0, 0, 9], 5.0),  # 0, 0, 3, 3, 3, 0, 3
        ([3, 3, 3, 2], 3.0),  # at the mark counts
        ([1, 1, 6, 1, 2, 4, 0], 1.0),  # 1, 1, 8/3, 8/3, 3, 7/3, 2
    ],
)
def test_days_until_few_arrive(arrivals: list[int], days: float) -> None:
    """Of three-day means at three a day or above."""
    run = SimpleNamespace(
        daily_arrivals=np.array(arrivals)[:, None], parameters=SimpleNamespace(control_per_d=3.0)
    )
    assert days_to_regain_control(cast(Any, run)) == days


def test_pressure_lasts_on_days_above_the_mark_from_the_first_restriction_on() -> None:
    """Places 1 and 2 are crossings; the restriction falls on the second of four days."""
    entries = np.zeros((4, 3, 20), dtype=np.int32)
    entries[:, 0] = 100
    entries[:, 1:, PersonState.EXIT_QUEUE] = [[9, 9], [3, 2], [3, 3], [0, 9]]
    run = SimpleNamespace(
        engine=SimpleNamespace(entries=entries, day_ends_h=np.array([24.0, 48.0, 72.0, 96.0])),
        crossing_places=np.array([1, 2]),
        parameters=SimpleNamespace(pressure_per_d=5.0),
        first_restriction_h=24.0,
    )
    assert persistence(cast(Any, run)) == 2.0
    run.first_restriction_h = 23.0
    assert persistence(cast(Any, run)) == 3.0
    run.parameters.pressure_per_d = 4.0
    assert persistence(cast(Any, run)) == 4.0


def test_nobody_has_no_mean_wait_and_is_no_busy_day() -> None:
    nobody = {"daily_arrivals": np.zeros((2, 1)), "registration_wait_h": np.zeros(0)}
    assert compute("O2", **nobody) == 0.0
    assert np.isnan(compute("R1_p95", **nobody))
    assert np.isnan(compute("R1_max", **nobody))
    engine = SimpleNamespace(suspended_h=np.ones(1))
    assert np.isnan(compute("Q2", usable_h=np.zeros(1), engine=engine))


def test_shares_of_small_numbers() -> None:
    engine = SimpleNamespace(suspended_h=np.array([[0.25]]))
    assert compute("Q2", usable_h=np.array([0.5]), engine=engine) == 50.0
    access = SimpleNamespace(access_stock=np.array([1, 0]), access_reached=np.array([0, 0]))
    assert compute("R5", engine=access) == 0.0
    waits = np.arange(21.0)
    assert compute("R1_p95", registration_wait_h=waits) == 19.0
    assert compute("R1_max", registration_wait_h=waits) == 20.0


@pytest.mark.parametrize(("elsewhere_per_d", "lost"), [(0.0, 100.0), (0.5, 70.0), (9.0, 70.0)])
def test_travellers_go_elsewhere_only_where_there_are_any(
    elsewhere_per_d: float, lost: float
) -> None:
    """A day on which one crossing is closed and the other is not."""
    closed = ClosedHours(
        numbers=np.array([0, 1]),
        edges_h=np.array([0.0, 24.0]),
        is_closed=np.array([[True], [False]]),
        travellers_per_d=np.array([100.0, elsewhere_per_d]),
    )
    assert closed.lost_crossings(0.3) == pytest.approx(lost)
