"""Costs (S13) and what closures do to travellers with papers, by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.engine.codes import NOBODY, Action, Mode, QueueRule
from sim.engine.row_types import MEASURE, OPENING
from sim.outcomes.closed_hours import ClosedHours
from sim.outcomes.indicators import compute_indicators
from sim.outcomes.run_record import RunRecord
from sim.policies.hours_and_fences import Fence, FencePart
from sim.policies.timed import Closure
from sim.verification import small_worlds


def two_crossings(**parameters: Any) -> Any:
    """``gate`` with 100 travellers a day, ``other`` with 30, and a railway without people."""
    gate = replace(small_worlds.crossing("gate"), travellers_per_d=100.0)
    other = replace(small_worlds.crossing("other"), travellers_per_d=30.0)
    railway = small_worlds.crossing("railway", modes=(Mode.RAIL,))
    forest = small_worlds.forest(length_km=50.0, fence_km=3.0)
    network = small_worlds.star(gate, other, railway, segments=[forest])
    return small_worlds.world(network, small_worlds.given([1.0]), days=10, **parameters)


def closures(*spans: tuple[int, float, float]) -> Any:
    table = np.zeros(len(spans), dtype=MEASURE)
    table["origin"] = NOBODY  # of all
    for row, (destination, begins_h, ends_h) in zip(table, spans, strict=True):
        row["kind"], row["destination"] = Action.CLOSE, destination
        row["begins_h"], row["ends_h"] = begins_h, ends_h
    return table


class TestClosedHours:
    """Stretches of time in which crossings are closed."""

    def test_without_closures_nothing_is_closed(self) -> None:
        closed = ClosedHours.of(closures(), two_crossings())
        assert closed.by_crossing.tolist() == [0.0, 0.0]
        assert closed.lost_crossings(0.5) == 0.0

    def test_closures_that_overlap_count_once(self) -> None:
        closed = ClosedHours.of(closures((0, 10.0, 30.0), (0, 20.0, 40.0)), two_crossings())
        assert closed.by_crossing.tolist() == [30.0, 0.0]

    def test_they_end_with_the_scenario(self) -> None:
        closed = ClosedHours.of(closures((1, 216.0, np.inf), (0, -5.0, 24.0)), two_crossings())
        assert closed.by_crossing.tolist() == [24.0, 24.0]

    def test_some_travellers_go_elsewhere_while_there_is_an_elsewhere(self) -> None:
        """Gate 0-48 h, other 24-48 h: a day with one closed, a day with both."""
        closed = ClosedHours.of(closures((0, 0.0, 48.0), (1, 24.0, 48.0)), two_crossings())
        assert closed.lost_crossings(0.4) == pytest.approx(100.0 * 0.6 + 130.0)

    def test_open_hours_are_those_of_the_calendar_while_not_closed(self) -> None:
        closed = ClosedHours.of(closures((0, 10.0, 30.0)), two_crossings())
        calendar = np.array([(8.0, 16.0), (32.0, 40.0)], dtype=OPENING)
        assert closed.open_hours([calendar, calendar]).tolist() == [2.0 + 8.0, 16.0]


def values(policy: small_worlds.AnyPolicy, **parameters: Any) -> dict[str, float]:
    run = small_worlds.model(two_crossings(**parameters), policy).run()
    return compute_indicators(RunRecord(run.world, run.parameters, run.engine))


def test_a_fence_costs_its_annuity_and_only_for_what_is_new() -> None:
    """20 km where 3 km stood; 3 % over 40 years is 4.3262 % a year."""
    fence = Fence(parts=(FencePart(segment="forest", km=20.0, ready=small_worlds.at(24.0)),))
    found = values(fence, fence_eur_per_km=1e6, discount_rate=0.03, fence_life_y=40.0)
    assert found["K3"] == pytest.approx(17.0 * 1e6 * 0.0432623779, rel=1e-8)
    assert found["K1_fence"] == pytest.approx(found["K3"] * 10.0 / 365.0)
    free = values(fence, fence_eur_per_km=1e6, discount_rate=0.0, fence_life_y=40.0)
    assert free["K3"] == pytest.approx(17.0 * 1e6 / 40.0)


def test_a_fence_that_is_ready_when_the_scenario_ends_costs_nothing() -> None:
    fence = Fence(parts=(FencePart(segment="forest", km=20.0, ready=small_worlds.at(240.0)),))
    assert values(fence, fence_eur_per_km=1e6)["K3"] == 0.0


def test_closing_everything_is_no_saving_to_travellers() -> None:
    closure = Closure(
        crossings=("gate", "other"), at=small_worlds.at(120.0), queue=QueueRule.TURN_BACK
    )
    found = values(closure, lost_crossing_eur=50.0)
    assert found["R14"] == pytest.approx(130.0 * 5.0 / 10.0)
    assert found["K5"] == pytest.approx(130.0 * 5.0 * 50.0)


def test_unaccompanied_minors_cost_what_their_units_cost() -> None:
    alone = values(
        None, unaccompanied_share=1.0, reception_eur_per_d=10.0, minor_reception_eur_per_d=70.0
    )
    assert alone["K4"] == pytest.approx(365 * 70.0)
    adult = values(None, unaccompanied_share=0.0, reception_eur_per_d=10.0)
    assert adult["K4"] == pytest.approx(365 * 10.0)
