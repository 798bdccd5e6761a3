"""Formulas of the engine, by hand: on edges that runs seldom meet."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Any

import numpy as np
import pytest
from numba import njit

from sim.clock import Clock
from sim.engine.beliefs import _stifle, merged, trust_of
from sim.engine.choice import leaving_probability
from sim.engine.codes import NOBODY, Documents, Trait
from sim.engine.expected_openings import expectation_holds_until_h, expected_day
from sim.engine.filters import OF_ONE_ORIGIN, combinations, concerned_kinds, concerns
from sim.engine.groups import draw_size, size_chances
from sim.engine.handle import columns_of
from sim.engine.leaving import (
    _gompertz_hours,
    giving_up_hours,
    giving_up_rate,
    giving_up_spent,
    removal_rate,
)
from sim.engine.opening_hours import (
    LOOK_AHEAD_D,
    fill_bounds,
    opening_days,
    opening_table,
    shut_spans,
)
from sim.engine.route_choice import recursive_costs
from sim.engine.row_types import BELIEF, DESTINATION, GROUP, JOURNEY, MEASURE, NEST
from sim.model.initialisation import parameter_row
from sim.verification import small_worlds
from sim.world.parameters import Parameters


def row_of(**parameters: float) -> Any:
    return parameter_row(Parameters(**parameters)).view(np.recarray)[0]


@njit
def sizes_drawn(handle: Any, groups: int) -> list[int]:
    return [draw_size(columns_of(handle), key) for key in range(groups)]


def test_sizes_of_groups_are_those_that_have_a_chance() -> None:
    run = small_worlds.model(
        small_worlds.world(
            small_worlds.star(small_worlds.crossing()), small_worlds.given([]), days=1
        )
    )
    for chances, sizes in (([1.0, 1.0, 1.0], {1}), ([0.3, 1.0, 1.0], {1, 2}), ([0, 0, 1.0], {3})):
        run.engine.size_cdf[:3] = chances
        assert set(sizes_drawn(run.handle, 100)) == sizes


@pytest.mark.parametrize("documents", [None, *Documents])
@pytest.mark.parametrize("all_of_them", [True, False])
def test_whom_a_measure_concerns_is_the_same_asked_of_each_kind_and_of_all(
    documents: Documents | None, all_of_them: bool
) -> None:
    some = int(Trait.CHILDREN | Trait.VULNERABLE)
    for classes, exempt, origin in product(
        (0, some), (0, int(Trait.UNACCOMPANIED_MINORS)), (NOBODY, 0, 2)
    ):
        row = np.zeros(1, dtype=MEASURE).view(np.recarray)[0]
        row.exempt, row.origin = exempt, origin
        row.concerned = combinations(classes, all_of_them=all_of_them, documents=documents)
        one_by_one = [concerns(row, kind) for kind in range(4 * OF_ONE_ORIGIN)]
        assert concerned_kinds(row, 4 * OF_ONE_ORIGIN).tolist() == one_by_one
        assert any(one_by_one)


class TestGroupSizes:
    """S2: chances of sizes."""

    @pytest.mark.parametrize(("mean", "k"), [(1.0001, 2.0), (1.8, 2.0), (4.0, 0.5)])
    def test_people_on_their_own_have_their_mean_and_law(self, mean: float, k: float) -> None:
        """Of a distribution cut at 15, whose ratios are those of the negative binomial."""
        chances = size_chances(mean, k, 0.0, 0.0)[:15]
        assert chances.sum() == pytest.approx(1.0)
        sizes = np.arange(1, 16)
        ratios = chances[1:] / chances[:-1] * (sizes[:-1] + 1) / (sizes[:-1] + k)
        assert ratios == pytest.approx(np.full(14, ratios[0]))
        p = ratios[0]  # m / (m + k)
        untruncated = k * p / (1.0 - p)
        assert untruncated / (1.0 - (1.0 - p) ** k) == pytest.approx(mean, rel=1e-9)

    def test_a_mean_of_one_is_nobody_but_oneself(self) -> None:
        assert size_chances(1.0, 2.0, 0.0, 0.0).tolist() == [1.0] + [0.0] * 19

    def test_vehicles_and_minibuses(self) -> None:
        assert size_chances(1.0, 2.0, 0.4, 0.2).tolist() == pytest.approx(
            [0.4, 0, 0, 0.1, 0.1, 0.1, 0.1, *[0.0] * 12, 0.2]
        )
        assert size_chances(1.0, 2.0, 0.5, 0.5)[0] == 0.0
        with pytest.raises(ValueError, match="more than 1 together"):
            size_chances(1.0, 2.0, 0.7, 0.6)


class TestGivingUp:
    """S6: a hazard of 0.5 exp(0.1 t) for 4 h, constant after."""

    @pytest.mark.parametrize("hours", [0.5, 3.0, 4.0, 4.5, 9.0])
    def test_time_until_the_integral_is_reached(self, hours: float) -> None:
        growing = min(hours, 4.0)
        integral = 0.5 / 0.1 * (math.exp(0.1 * growing) - 1.0)
        integral += 0.5 * math.exp(0.4) * (hours - growing)
        assert _gompertz_hours(integral, 0.5, 0.1, 4.0) == pytest.approx(hours)

    def test_without_growth_it_is_exponential(self) -> None:
        assert _gompertz_hours(3.0, 0.5, 0.0, 4.0) == 6.0


@pytest.mark.parametrize("burn_eur", [0.0, 0.4, 1.0, 25.0])
def test_money_that_runs_out_makes_people_give_up_earlier(burn_eur: float) -> None:
    """The hazard, integrated in small steps up to the drawn hour, is the drawn exponential."""
    groups = np.zeros(1, dtype=GROUP).view(np.recarray)
    journeys = np.zeros(1, dtype=JOURNEY).view(np.recarray)
    groups["cash_eur"], groups["created_h"] = 0.6, 2.0
    journeys["since_h"], journeys["until_giving_up"] = 5.0, 0.7
    row = row_of(give_up_rate_per_d=0.1, give_up_cash=3.0, daily_burn_eur=burn_eur)
    journeys["giving_up_per_h"] = giving_up_rate(row, groups[0], 0.0)
    found = float(giving_up_hours(row, groups[0], journeys[0]))
    edges = np.linspace(5.0, 5.0 + found, 200_001)
    spent = np.minimum(1.0, burn_eur * (0.5 * (edges[1:] + edges[:-1]) - 2.0) / 24.0 / 0.6)
    assert float((0.1 / 24.0 * np.exp(3.0 * spent) * np.diff(edges)).sum()) == pytest.approx(0.7)
    for hours in (0.3 * found, found):
        so_far = edges[:-1] < 5.0 + hours - 1e-9
        integral = float((0.1 / 24.0 * np.exp(3.0 * spent) * np.diff(edges))[so_far].sum())
        assert giving_up_spent(row, groups[0], journeys[0], hours) == pytest.approx(
            integral, rel=1e-4
        )


def test_who_never_gives_up_or_is_removed_waits_for_ever() -> None:
    groups = np.zeros(1, dtype=GROUP).view(np.recarray)
    journeys = np.zeros(1, dtype=JOURNEY).view(np.recarray)
    groups["cash_eur"], journeys["until_giving_up"] = 100.0, 1.0
    never, often = row_of(), row_of(give_up_rate_per_d=0.1, removal_rate_per_d=0.1)
    assert giving_up_rate(never, groups[0], 0.0) == 0.0
    assert giving_up_hours(never, groups[0], journeys[0]) == np.inf
    assert removal_rate(never, groups[0]) == 0.0
    journeys["giving_up_per_h"] = giving_up_rate(often, groups[0], 0.0)
    assert giving_up_hours(often, groups[0], journeys[0]) < np.inf
    assert removal_rate(often, groups[0]) == 0.1 / 24.0
    groups["valid_documents"] = 1
    assert removal_rate(often, groups[0]) == 0.0


WEIGHTS = np.zeros(2)  # where those of the ways are worked out


class TestLeaving:
    """S5: the chance to leave at a review; one crossing, and settling."""

    def chance(self, now: float, later: float | None = None, **parameters: float) -> float:
        utility = np.array([[now, -np.inf], [now if later is None else later, -np.inf]])
        row = row_of(**parameters)
        return float(leaving_probability(row, self.nests(), utility, WEIGHTS, later is not None))

    def nests(self) -> Any:
        """One crossing, and settling."""
        return np.array([(0, 1, 1.0, 0.0, 0.0), (1, 2, 1.0, 0.0, 0.0)], dtype=NEST).view(
            np.recarray
        )

    def test_it_is_a_logit_against_waiting(self) -> None:
        assert self.chance(0.0) == 0.5
        assert self.chance(math.log(3.0)) == pytest.approx(0.75)
        assert self.chance(-np.inf) == 0.0
        assert self.chance(-701.0) == 0.0

    @pytest.mark.parametrize(
        ("later", "rush"), [(0.0, 1.0), (1.0, 1.0), (-0.5, math.e), (-3.0, 20.0), (-np.inf, 20.0)]
    )
    def test_what_will_be_lost_makes_people_rush(self, later: float, rush: float) -> None:
        """By exp(loss / 0.5), at most 20 times."""
        found = self.chance(0.0, later, rush_scale=0.5, rush_limit=20.0)
        assert found == pytest.approx(rush / (1.0 + rush))

    def test_hope_is_lost_only_while_every_crossing_is_closed(self) -> None:
        row = row_of(lost_hope=math.log(9.0), rush_limit=1.0)

        def chance(now: float, later: float) -> float:
            utility = np.array([[now, 0.0], [later, 0.0]])
            return float(leaving_probability(row, self.nests(), utility, WEIGHTS, now != later))

        assert chance(-np.inf, -np.inf) == pytest.approx(0.9)
        assert chance(-np.inf, 0.0) == pytest.approx(0.5)
        assert chance(0.0, -1.0) == pytest.approx(2.0 / 3.0)
        assert chance(0.0, 0.0) == pytest.approx(2.0 / 3.0)

    def test_where_there_is_no_crossing_no_hope_of_one_is_lost(self) -> None:
        nests = self.nests()
        nests.last[0] = nests.first[1] = 0
        nests.last[1] = 1
        row = row_of(lost_hope=math.log(9.0))
        assert leaving_probability(row, nests, np.zeros((2, 1)), WEIGHTS, False) == 0.5


class TestRoutesAndRumours:
    """Hinsch and Bijak's rule, worked out by hand for one pair of views."""

    def test_two_views_are_merged(self) -> None:
        """With doubts 0.6 and 0.2, and D = 0.4 / 0.8 = 0.5, so that kappa D = 0.15."""
        doubt = 0.6 * 0.2 + 0.6 * 0.8 * 0.5 + 0.4 * 0.8 * 0.15
        value = 0.4 * 0.2 * 0.2 + 0.6 * 0.8 * 0.5 * 0.6
        value += 0.4 * 0.8 * 0.85 * (0.9 * 0.2 + 0.1 * 0.6)
        found = merged(0.2, 0.4, 0.6, 0.8)
        assert found == pytest.approx((value / (1.0 - doubt), 1.0 - doubt))

    def test_nobody_who_knows_nothing_learns_from_nobody(self) -> None:
        assert merged(0.3, 0.0, 0.9, 0.0) == (0.3, 0.0)
        assert merged(0.0, 0.5, 0.0, 0.5) == pytest.approx((0.0, 1.0 - 0.25 - 0.125))

    def test_trust(self) -> None:
        assert [trust_of(weight) for weight in (0.0, 1.0, 3.0)] == [0.0, 0.5, 0.75]


@pytest.mark.parametrize("passes_on", [(1, 0), (0, 1), (1, 1), (0, 0)])
def test_both_stop_spreading_what_both_know(passes_on: tuple[int, int]) -> None:
    run = small_worlds.model(
        small_worlds.world(
            small_worlds.star(small_worlds.crossing()), small_worlds.crowd(2), stifling=1.0
        )
    )
    views = np.zeros(2, dtype=BELIEF).view(np.recarray)
    views["passes_on"] = passes_on
    _stifle(run.handle, 0, 0, views[0], views[1])
    assert views["passes_on"].tolist() == [0, 0]


@njit
def looked_up_day_begins_h(handle: Any, at_h: float) -> Any:
    """When the day begins that tells what is expected of the first crossing at a time."""
    return expected_day(columns_of(handle), 0, at_h).begins_h


@njit
def expected_until_h(handle: Any, at_h: float) -> Any:
    """Up to when what is expected of the first crossing stays as it is."""
    return expectation_holds_until_h(columns_of(handle), 0, at_h)


class TestOpenHours:
    """Calendars in one table, and the mean wait for opening."""

    CLOCK = Clock(small_worlds.at(0.0), small_worlds.at(24.0 * 20), "UTC")

    @staticmethod
    def daily(opens: float, closes: float, days: range) -> list[tuple[float, float]]:
        return [(24.0 * day + opens, 24.0 * day + closes) for day in days]

    def test_bounds(self) -> None:
        table, bounds = opening_table([[(2.0, 10.0), (14.0, 22.0)], [], [(0.0, 24.0)]])
        assert bounds == [(0, 2), (2, 2), (2, 3)]
        destinations = np.zeros(3, dtype=DESTINATION)
        fill_bounds(destinations, bounds)
        assert destinations["last_opening"].tolist() == [2, 2, 3]
        assert len(table) == 3

    def test_what_is_expected_by_day(self) -> None:
        """Closed 16 of 24 h: 16^2 / 2 / 24 h; always open; never open."""
        calendars = [self.daily(8.0, 16.0, range(70)), [(0.0, 24.0 * 70)], []]
        days = opening_days(calendars, self.CLOCK)
        assert set(days["wait_h"][0].tolist()) == {16.0**2 / 48.0}
        assert set(days["wait_h"][1].tolist()) == {0.0}
        assert np.isinf(days["wait_h"][2]).all()
        assert days["shut_from_h"][2].tolist() == days["begins_h"][2].tolist()
        assert np.isinf(days["shut_from_h"][:2]).all()
        assert np.isinf(days["holds_until_h"]).all()

    def test_a_calendar_that_ends_is_known_to_end(self) -> None:
        """It is open from 8 to 16 on ten days, and not again."""
        days = opening_days([self.daily(8.0, 16.0, range(10))], self.CLOCK)[0]
        last = 24.0 * 9 + 16.0
        assert days["shut_from_h"][8] == np.inf
        assert days["shut_from_h"][9:12].tolist() == [last, 240.0, 264.0]
        # On the last day 8 h of waiting before it opens are left, of 16 that somebody may come in.
        assert days["wait_h"][9] == 8.0**2 / 2.0 / 16.0
        assert np.isinf(days["wait_h"][10:]).all()
        assert days["holds_until_h"][9] == last

    def test_what_opens_in_the_distant_future_counts_as_shut_until_then(self) -> None:
        opens = 24.0 * (LOOK_AHEAD_D + 10)
        days = opening_days([[(0.0, 48.0), (opens, opens + 240.0)]], self.CLOCK)[0]
        assert np.isfinite(days["shut_from_h"][:13]).tolist() == [
            k in range(2, 10) for k in range(13)
        ]
        # From then on they wait for 28 to 21 days.
        assert days["wait_h"][10] == 24.0 * (28 + 21) / 2.0

    def test_it_is_shut_while_nothing_opens_within_28_days(self) -> None:
        """Closed for 28 days it is not; closed for 30 it is for two; and after the last."""
        look_ahead = 24.0 * LOOK_AHEAD_D
        first, second = 10.0 + look_ahead, 20.0 + 2.0 * look_ahead + 48.0
        spans = [(0.0, 10.0), (first, first + 10.0), (second, second + 5.0)]
        assert shut_spans(spans) == [
            (-np.inf, -look_ahead),
            (first + 10.0, first + 58.0),
            (second + 5.0, np.inf),
        ]
        assert shut_spans([]) == [(-np.inf, np.inf)]

    def test_the_end_of_the_scenario_is_no_part_of_it(self) -> None:
        longer = replace(self.CLOCK, end=small_worlds.at(24.0 * 50))
        calendars = [self.daily(8.0, 16.0, range(120))]
        short, long = (opening_days(calendars, clock) for clock in (self.CLOCK, longer))
        assert (long[0][: short.shape[1]] == short[0]).all()

    @pytest.mark.parametrize(
        ("month", "day", "hour", "long_h"), [(3, 24, 22, 23.0), (10, 27, 21, 25.0)]
    )
    def test_the_day_that_counts_is_the_local_one_when_clocks_change(
        self, month: int, day: int, hour: int, long_h: float
    ) -> None:
        """In Helsinki the second day from then on has 23, or 25, hours."""
        start = datetime(2023, month, day, hour, tzinfo=UTC)
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing()),
            small_worlds.given([], start=start),
            days=3,
            start=start,
            zone="Europe/Helsinki",
        )
        third = 24.0 + long_h
        run = small_worlds.model(where)
        times_h = [0.0, 23.9, 24.0, third - 0.1, third, third + 23.9, third + 24.0]
        found = [looked_up_day_begins_h(run.handle, at_h) for at_h in times_h]
        assert found == [0.0, 0.0, 24.0, 24.0, third, third, third + 24.0]
        last = run.engine.opening_days[0]["begins_h"][-1]
        assert looked_up_day_begins_h(run.handle, 1e6) == last > third + 24.0 * LOOK_AHEAD_D

        # Shut from an hour of that day on: thought of again when the next begins.
        run.engine.opening_days["holds_until_h"][0, 1] = 30.0
        times_h = [24.0, 30.0, third - 0.5]
        assert [expected_until_h(run.handle, at_h) for at_h in times_h] == [30.0, third, third]

    def test_without_any_calendar_nothing_ever_opens(self) -> None:
        table, bounds = opening_table([])
        assert np.isinf(table["opens_h"]).all()
        assert bounds == []


class TestRecursiveLogit:
    """S5: two towns, a crossing and the ways between them."""

    def test_costs_of_two_ways(self) -> None:
        """Town 0 by itself (5) or by town 1 (1 + 2), town 1 by itself (2) or by town 0 (1 + 5)."""
        legs = np.full((3, 3), np.inf)
        legs[0, 1], legs[1, 0], legs[0, 2], legs[1, 2] = 1.0, 1.0, 5.0, 2.0
        scale = 0.8
        w = np.exp(-legs / scale)
        z0 = (w[0, 2] + w[0, 1] * w[1, 2]) / (1.0 - w[0, 1] * w[1, 0])
        z1 = (w[1, 2] + w[1, 0] * w[0, 2]) / (1.0 - w[0, 1] * w[1, 0])
        found = recursive_costs(legs, 2, scale)
        assert found.tolist() == [pytest.approx([-scale * math.log(z0), -scale * math.log(z1), 0])]

    def test_those_at_another_crossing_go_by_the_towns(self) -> None:
        """From it a road leads to each of two towns, from which the end is 5 and 2 away."""
        legs, scale = np.full((4, 4), np.inf), 0.8
        legs[0, 2], legs[1, 2], legs[3, 0], legs[3, 1] = 5.0, 2.0, 0.5, 4.0
        sums = np.exp(-np.array([0.5 + 5.0, 4.0 + 2.0]) / scale).sum()
        assert recursive_costs(legs, 2, scale)[0, 3] == pytest.approx(-scale * math.log(sums))

    def test_with_a_tiny_scale_it_is_the_cost_of_the_cheapest_way(self) -> None:
        """By both towns 70 + 20 + 40, or by the second alone 100 + 40."""
        legs = np.full((4, 4), np.inf)
        legs[0, 1], legs[1, 2], legs[0, 2], legs[2, 3], legs[1, 3] = 70.0, 20.0, 100.0, 40.0, 90.0
        assert recursive_costs(legs, 3, 1e-3)[0].tolist() == [130.0, 60.0, 40.0, 0.0]

    def test_where_there_is_no_way_the_cost_is_infinite(self) -> None:
        legs = np.full((3, 3), np.inf)
        legs[1, 2] = legs[2, 1] = 2.0
        assert recursive_costs(legs, 2, 1.0)[0].tolist() == [np.inf, 2.0, 0.0]

    def test_going_round_in_circles_must_cost_something(self) -> None:
        legs = np.full((3, 3), np.inf)
        legs[0, 1] = legs[1, 0] = 0.0
        legs[0, 2] = 1.0
        with pytest.raises(ValueError, match="circles"):
            recursive_costs(legs, 2, 1.0)
