"""Two borders in a row, worked by hand: what each state sees, and how people's journeys end.

One person, and later a pair, are registered at the first border, where an interview takes an hour,
and go on to the second, where it takes three. Each border has one officer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.engine.codes import GATE, NOBODY, Action, PersonState, QueueRule
from sim.outcomes.by_state import indicators_by_state, part_of_state
from sim.outcomes.indicators import compute_indicators
from sim.outcomes.journeys import BETWEEN_BORDERS, journeys
from sim.outcomes.run_record import RunRecord
from sim.policies.timed import Step
from sim.verification import small_worlds
from sim.world.network import Crossing, Network, Onward, ReceivingState, Segment
from tests.golden.world_parts import exactly, groups_at, step, under

TOWN, NEAR, FAR = small_worlds.TOWN, "near", "far"


def border(name: str, interview_h: float, **terms: Any) -> Crossing:
    station = small_worlds.crossing(name, servers=1, registration=exactly(interview_h))
    return replace(station, state=f"{name}-state", **terms)


STRETCHES = (
    small_worlds.forest(id="fell", hub="between", crossing=None, state="far-state"),
    small_worlds.forest(id="wood", crossing=NEAR, detection=1.0),
)


def two_borders(
    *orders: Step,
    until_h: float = 24.0,
    waved: float = 0.0,
    stretches: tuple[Segment, ...] = STRETCHES,
    **parameters: Any,
) -> RunRecord:
    """The person sets out at one and the pair at five: each leg takes an hour, the way on two."""
    way_on = Onward(
        hub="between",
        km=40.0,
        hours=2.0,
        share=1.0,
        waved_through=waved,
        source=small_worlds.SOURCE,
    )
    network = Network(
        hubs=(small_worlds.hub(), small_worlds.hub("between")),
        crossings=(border(NEAR, 1.0, onward=way_on), border(FAR, 3.0)),
        neighbours=(small_worlds.neighbour("abroad"),),
        segments=stretches,
        roads=(
            small_worlds.road(TOWN, NEAR, 1.0, 60.0),
            small_worlds.road("between", FAR, 1.0, 50.0),
            small_worlds.road("between", "abroad", 9.0, 500.0),
        ),
        states=tuple(
            ReceivingState(id=f"{name}-state", name=name, source=small_worlds.SOURCE)
            for name in (NEAR, FAR)
        ),
    )
    where = small_worlds.world(
        network, groups_at((1.0, 1), (5.0, 2)), days=until_h / 24.0, **parameters
    )
    run = under(where, *orders, audit=True).run()
    return RunRecord(run.world, run.parameters, run.engine)


@pytest.fixture(scope="module")
def run() -> RunRecord:
    return two_borders(vulnerable_share=1.0, family_share=0.0, elderly_share=0.0)


def by_state(run: RunRecord) -> dict[str, tuple[float, float]]:
    """Values of the near and of the far state, by indicator."""
    found: dict[str, list[float]] = {}
    for number, name, value in indicators_by_state(run):
        found.setdefault(name, []).append(value)
        assert len(found[name]) == number + 1
    return {name: (near, far) for name, (near, far) in found.items()}


def test_people_stood_at_both_borders_one_after_the_other(run: RunRecord) -> None:
    visits = run.visits()
    assert visits["person"].tolist() == [0, 0, 1, 1, 2, 2]
    assert visits["station"].tolist() == [0, 1] * 3
    assert visits["presented_h"].tolist() == [2.0, 6.0, 6.0, 11.0, 6.0, 11.0]
    assert visits["registered_h"].tolist() == [3.0, 9.0, 7.0, 14.0, 8.0, 17.0]
    assert visits["left_h"].tolist() == [3.0, np.inf, 8.0, np.inf, 8.0, np.inf]


def test_waits_at_both_borders_add_up_and_the_first_decides_of_access(run: RunRecord) -> None:
    assert run.sum_of_waits_h().tolist() == [1.0 + 3.0, 1.0 + 3.0, 2.0 + 6.0]
    assert run.longest_border_wait_h().tolist() == [3.0, 3.0, 6.0]
    assert run.persons["registered_h"].tolist() == [3.0, 7.0, 8.0]
    assert (run.registrations, run.registered_people) == (6, 3)


def test_people_pay_for_the_roads_between_borders_too() -> None:
    """60 km to the near border, 40 to the town behind it and 50 to the far one."""
    run = two_borders(transport_eur_per_km=0.1)
    assert run.travelled_km.tolist() == [150.0] * 3
    assert run.spent_eur.tolist() == pytest.approx([15.0] * 3)
    number, engine = run.world.network.number, run.engine
    legs = [(TOWN, NEAR), (NEAR, "between"), ("between", FAR), (NEAR, TOWN)]
    on_legs = [engine.leg_number[number[a], number[b]] for a, b in legs]
    assert engine.leg_people.sum(axis=0)[on_legs].tolist() == [3, 3, 3, 0]
    groups = engine.groups[:2]
    assert groups["borders"].tolist() == [1, 1]


def test_claims_cost_at_each_border_and_reception_where_people_stay() -> None:
    """Six claims; people stay at the far border, from nine, two and five in the afternoon on."""
    run = two_borders(registration_eur=10.0, reception_eur_per_d=24.0, minor_reception_eur_per_d=24)
    found, year = compute_indicators(run), 3 * 365.0 * 24.0
    assert found["K1_registration"] == 60.0
    assert found["K1_reception"] == pytest.approx(15.0 + 10.0 + 7.0)
    assert found["K4"] == pytest.approx(year)
    assert found["K4_later"] == pytest.approx(year - 32.0)
    assert found["K_state"] == pytest.approx(found["K1"] + found["K4_later"])
    near, far = (compute_indicators(part_of_state(run, f"{name}-state")) for name in (NEAR, FAR))
    assert (near["K1_registration"], far["K1_registration"]) == (30.0, 30.0)
    assert (near["K1_reception"], far["K1_reception"]) == pytest.approx((0.0, 32.0))


def test_each_state_sees_the_waits_at_its_own_border(run: RunRecord) -> None:
    found = by_state(run)
    assert found["R1_mean"] == pytest.approx((4.0 / 3.0, 4.0))
    assert found["R1_max"] == (2.0, 6.0)
    assert found["R1_inside_days"] == pytest.approx((4.0 / 24.0, 12.0 / 24.0))


def test_a_wait_of_just_six_hours_is_not_over_six_hours(run: RunRecord) -> None:
    assert by_state(run)["R8"] == (0.0, 0.0)
    assert compute_indicators(run)["R8"] == 0.0


def test_states_have_no_indicators_of_whom_they_kept_away(run: RunRecord) -> None:
    names = set(by_state(run))
    families = {name.partition("_")[0] for name in names}
    assert not families & {"R3", "R4", "R5", "R7", "R9", "R10", "R11", "Q1", "Q4"}
    assert not names & {"R2_cold", "R2_eri", "R6_neighbour", "R8_cold", "K1_legal"}
    assert {"R1_mean", "R2_band0", "R6", "R6_pushback", "R8_minors", "O1", "K1", "K5"} <= names


def ends(run: RunRecord) -> list[tuple[str, int, int]]:
    """How many reached what, in which state at the end; all set out for the near border first."""
    found, places = journeys(run), run.world.network.places
    assert {places[number].id for number in found.first_choice} == {NEAR}
    reached = [places[number].id for number in found.reached]
    return list(zip(reached, found.state.tolist(), found.people.tolist(), strict=True))


def test_all_journeys_end_registered_at_the_far_border(run: RunRecord) -> None:
    assert ends(run) == [(FAR, PersonState.REGISTERED, 3)]


def test_who_goes_on_was_registered_at_the_border_behind() -> None:
    """The person is registered at the far border at nine; the pair sets out for it at ten."""
    assert ends(two_borders(until_h=10.5)) == [
        (NEAR, PersonState.REGISTERED, 2),
        (FAR, PersonState.REGISTERED, 1),
    ]


def test_who_was_waved_through_is_between_two_borders() -> None:
    """The pair comes to the town between at eight, when the person is registered beyond it."""
    assert ends(two_borders(until_h=8.5, waved=1.0)) == [
        (NEAR, BETWEEN_BORDERS, 2),
        (FAR, PersonState.REGISTERED, 1),
    ]


def test_who_stands_before_the_next_border_is_not_between_two() -> None:
    """The far border closes just before the person comes there at five, waved through before."""
    closes = step(Action.CLOSE, 4.5, crossings=(FAR,), ahead_h=0.0, queue=QueueRule.HOLD)
    run = two_borders(closes, until_h=5.5, waved=1.0, news_reach=0.0)
    assert (NEAR, PersonState.EXIT_QUEUE, 1) in ends(run)


def test_a_state_counts_those_who_left_its_border_behind_and_those_who_are_there() -> None:
    """At half past seven: the person is at the far border, of the pair one is registered."""
    run = two_borders(until_h=7.5)
    near, far = (part_of_state(run, f"{name}-state") for name in (NEAR, FAR))
    assert near.persons["registered_h"].tolist()[:2] == [3.0, 7.0]
    assert len(near.persons) == 3
    assert len(far.persons) == 1
    assert np.isnan(far.persons["registered_h"]).all()


def test_who_stands_before_a_closed_border_visits_it_too() -> None:
    """It closes just before the person comes there at six."""
    closes = step(Action.CLOSE, 5.5, crossings=(FAR,), ahead_h=0.0, queue=QueueRule.HOLD)
    run = two_borders(closes, until_h=10.0, news_reach=0.0)
    visits = run.visits()
    assert visits["station"][visits["person"] == 0].tolist() == [0, 1]
    assert np.isnan(visits["presented_h"][1])
    assert run.longest_border_wait_h()[0] == 4.0


@pytest.mark.parametrize("stretches", [STRETCHES, ()])
def test_a_state_has_its_border_and_the_roads_to_it(stretches: tuple[Segment, ...]) -> None:
    run = two_borders(until_h=1.0, stretches=stretches)
    found = [part_of_state(run, f"{name}-state").world.network for name in (NEAR, FAR)]
    ways = [[(road.a, road.b) for road in network.roads] for network in found]
    assert ways == [[(TOWN, NEAR)], [("between", FAR)]]
    places = [[place.id for place in network.places] for network in found]
    if stretches:
        assert places == [[TOWN, NEAR, "wood"], ["between", FAR, "fell"]]
    else:
        assert places == [[TOWN, NEAR], ["between", FAR]]


def test_a_state_has_the_orders_about_its_own_crossings_and_stretches() -> None:
    terms: dict[str, Any] = {"crossings": (), "ahead_h": 0.0}
    run = two_borders(
        step(Action.BUILD_FENCE, 3.0, segments=("wood",), value=4.0, **terms),
        step(Action.BUILD_FENCE, 4.0, segments=("fell",), value=7.0, **terms),
        step(Action.CARRIER_MEASURES, 6.0, value=0.5, **terms),
        step(Action.CLOSE, 20.0, crossings=(FAR,), ahead_h=0.0),
        fence_eur_per_km=1e6,
        discount_rate=0.0,
        fence_life_y=1.0,
    )
    decided = [part_of_state(run, f"{name}-state").measures for name in (NEAR, FAR)]
    whose = [
        [(row["kind"], row["destination"]) for row in rows if row["kind"] != GATE]
        for rows in decided
    ]
    assert whose == [
        [(Action.BUILD_FENCE, 1)],
        [(Action.BUILD_FENCE, 1), (Action.CLOSE, 0)],
    ]
    assert by_state(run)["K3"] == pytest.approx((4e6, 7e6))


def test_who_was_found_on_the_terrain_reached_that() -> None:
    """Whatever crossing they were brought to: it is where they are."""
    run = two_borders(
        until_h=2.5,
        station_constant=small_worlds.NEVER,
        green_constant=small_worlds.CERTAIN,
        green_price_eur=0.0,
        hike_median_h=1.0,
        hike_sigma=0.0,
    )
    assert run.entries_by_state[PersonState.IN_REGISTRATION] == 1
    places, found = run.world.network.places, journeys(run)
    assert [places[number].id for number in found.first_choice] == ["wood"]
    assert [places[number].id for number in found.reached] == ["wood"]


def test_who_never_set_out_is_not_between_two_borders() -> None:
    run = two_borders(until_h=2.0, station_constant=small_worlds.NEVER)
    found = [column.tolist() for column in journeys(run)]
    assert found == [[NOBODY], [NOBODY], [int(run.persons["state"][0])], [1]]
