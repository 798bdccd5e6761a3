"""Indicators where a value is just at a limit, and those of travellers who still wait."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from sim.engine.codes import Action, Documents, Trait
from sim.outcomes.access import Access
from sim.outcomes.costs import later_reception, reception_tail
from sim.outcomes.indicators import compute_indicators
from sim.outcomes.run_record import RunRecord
from sim.outcomes.series import SERIES, daily_series
from sim.outcomes.traveller_waits import TravellerWaits
from sim.verification import small_worlds
from sim.world.station_records import Travellers
from tests.golden.world_parts import exactly, groups_at, step, under


def registered_after(hours: float, **parameters: Any) -> dict[str, float]:
    """Indicators of one person who comes at one and whose interview takes so long."""
    gate = small_worlds.crossing(servers=1, registration=exactly(hours))
    where = small_worlds.world(
        small_worlds.star(gate), groups_at((1.0, 1)), days=5, vulnerable_share=1.0, **parameters
    )
    run = small_worlds.model(where).run()
    return compute_indicators(RunRecord(run.world, run.parameters, run.engine))


@pytest.mark.parametrize(
    ("hours", "within_24", "within_72"),
    [(24.0, 100.0, 100.0), (24.5, 0.0, 100.0), (72.0, 0.0, 100.0), (72.5, 0.0, 0.0)],
)
def test_who_is_registered_after_just_so_many_hours_is_within_them(
    hours: float, within_24: float, within_72: float
) -> None:
    found = registered_after(hours)
    assert found["R4_24h"] == within_24
    assert {found[f"R4_72h{of}"] for of in ("", "_presented", "_set_out")} == {within_72}


def test_who_waits_longer_than_six_hours_waits_long() -> None:
    assert registered_after(6.0)["R8"] == 0.0
    assert registered_after(6.5)["R8"] == 1.0


def test_so_does_a_minor() -> None:
    alone = {"unaccompanied_share": 1.0, "minor_interview_min": 0.0}
    assert registered_after(6.0, **alone)["R8_minors"] == 0.0
    assert registered_after(6.5, **alone)["R8_minors"] == 1.0


def test_who_was_found_on_the_terrain_made_no_detour() -> None:
    """A walk of no road, where the nearest crossing is 100 km away."""
    forest = small_worlds.forest(detection=1.0)
    network = small_worlds.star(small_worlds.crossing(), segments=[forest])
    network = replace(network, roads=(small_worlds.road(small_worlds.TOWN, "gate", 2.0, 100.0),))
    where = small_worlds.world(
        network,
        groups_at((1.0, 1)),
        days=2,
        station_constant=small_worlds.NEVER,
        green_constant=small_worlds.CERTAIN,
        green_price_eur=0.0,
        hike_median_h=1.0,
    )
    run = small_worlds.model(where).run()
    found = compute_indicators(RunRecord(run.world, run.parameters, run.engine))
    assert (found["O5_found"], found["R11"]) == (1.0, 0.0)


def test_people_in_town_are_before_the_crossings_next_to_it_and_no_other() -> None:
    """Six stay in a town with two crossings, of which one leads to a third without a town."""
    gates = [small_worlds.crossing(name) for name in ("gate", "other", "behind")]
    network = small_worlds.star(*gates[:2])
    network = replace(
        network, crossings=tuple(gates), roads=(*network.roads, small_worlds.road("gate", "behind"))
    )
    where = small_worlds.world(
        network, small_worlds.crowd(6), days=1, station_constant=small_worlds.NEVER
    )
    run = small_worlds.model(where).run()
    number = [each.name for each in SERIES].index("waiting_before")
    found = daily_series(RunRecord(run.world, run.parameters, run.engine))[number]
    assert found.tolist() == [[0.0, 3.0, 3.0, 0.0]]


def test_access_is_what_the_strictest_order_leaves_of_it() -> None:
    """Travellers with papers are stopped by closures for everybody alone: for an hour and two."""
    order: dict[str, Any] = {"ahead_h": 0.0}
    where = small_worlds.world(
        small_worlds.star(replace(small_worlds.crossing(), travellers_per_d=24.0)),
        small_worlds.given([]),
        days=2,
    )
    run = under(
        where,
        step(Action.CLOSE, 2.0, 30.0, documents=Documents.NONE, **order),
        step(Action.NO_ASYLUM, 5.0, 10.0, **order),
        step(Action.CLOSE, 8.0, 9.0, **order),
        step(Action.CLOSE, 12.0, 14.0, exempt=frozenset({Trait.CHILDREN}), **order),
    ).run()
    record = RunRecord(run.world, run.parameters, run.engine)
    assert [(span.begins_h, span.access) for span in record.access] == [
        (0.0, Access.OPEN),
        (2.0, Access.SOME_EXCLUDED),
        (5.0, Access.NO_ASYLUM),
        (8.0, Access.CLOSED),
        (9.0, Access.NO_ASYLUM),
        (10.0, Access.SOME_EXCLUDED),
        (12.0, Access.EXCEPTION_ONLY),
        (14.0, Access.SOME_EXCLUDED),
        (30.0, Access.OPEN),
    ]
    assert [span.ends_h for span in record.access][-1] == 48.0
    assert record.hours_without_access == 28.0
    assert record.closed_h.tolist() == [1.0 + 2.0]
    assert record.usable_h.tolist() == [48.0 - 3.0]
    assert record.lost_crossings == pytest.approx(3.0)
    assert record.first_restriction_h == 2.0


def test_whom_a_neighbour_turns_back_the_receiving_state_has_not() -> None:
    """The pair goes abroad, where nobody is let in; it stays in its town then."""
    abroad = replace(small_worlds.neighbour("abroad"), refusal=1.0)
    network = small_worlds.star(small_worlds.crossing(), hours=[1.0, 1.0], neighbours=[abroad])
    where = small_worlds.world(
        network,
        groups_at((1.0, 2)),
        days=0.125,
        station_constant=small_worlds.NEVER,
        other_country_constant=small_worlds.CERTAIN,
    )
    run = small_worlds.model(where).run()
    found = compute_indicators(RunRecord(run.world, run.parameters, run.engine))
    assert (found["R6_neighbour"], found["R6"]) == (2.0, 0.0)


def test_reception_after_the_scenario_ends_a_year_after_registration() -> None:
    """After 400 days: of those who came at first nothing is left, of those of day 300 265 days."""
    run = SimpleNamespace(
        clock=SimpleNamespace(duration_h=400 * 24.0),
        stays_since_h=np.array([0.0, 300 * 24.0, np.nan]),
        persons={"age_class": np.zeros(3)},
        parameters=SimpleNamespace(reception_eur_per_d=10.0, minor_reception_eur_per_d=70.0),
    )
    assert later_reception(cast(RunRecord, run)) == 265 * 10.0
    assert reception_tail(cast(RunRecord, run)) == 2 * 365 * 10.0


class TestTravellers:
    """The mean wait of travellers with papers."""

    def waits(self, *, admitted: int, waited_h: float, left: int, left_h: float) -> float:
        return TravellerWaits(
            np.array([[float(admitted)]]), np.array([[waited_h]]), left, left_h
        ).mean_wait_h

    def test_those_who_still_wait_are_counted_up_to_the_end(self) -> None:
        assert self.waits(admitted=3, waited_h=2.0, left=2, left_h=8.0) == 2.0
        assert self.waits(admitted=0, waited_h=0.0, left=2, left_h=8.0) == 4.0

    def test_they_are_those_who_came_and_went_to_no_lane(self) -> None:
        """Some 60 come in the first hour; the lane spends half of four hours on each of them."""
        stream = Travellers(
            by_hour=(60.0,) + (0.0,) * 23,
            inbound=1.0,
            share_lanes=True,
            service=exactly(4.0),
            source=small_worlds.SOURCE,
        )
        gate = replace(small_worlds.crossing(lanes=1), travellers=stream)
        where = small_worlds.world(
            small_worlds.star(gate), small_worlds.given([]), days=1, admission_time_factor=0.5
        )
        run = small_worlds.model(where)
        comes_h = run.engine.travellers["comes_h"].copy()
        found = TravellerWaits.of(run.run().engine, 24.0)
        assert found.admitted.tolist() == [[12.0]]
        assert found.left == len(comes_h) - 12
        assert found.left_waited_h == pytest.approx((24.0 - comes_h[12:]).sum())

    def test_of_nobody_there_is_none(self) -> None:
        assert math.isnan(self.waits(admitted=0, waited_h=0.0, left=0, left_h=0.0))
