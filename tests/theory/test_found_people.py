"""People found on the terrain border: they are received as there is shelter, and never lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import load_scenario
from sim.engine.codes import Distribution
from sim.engine.codes import PersonState as State
from sim.model import BorderModel
from sim.outcomes.journeys import journeys
from sim.outcomes.run_record import RunRecord
from sim.outcomes.series import SERIES, daily_series
from sim.verification import small_worlds
from sim.verification.small_worlds import CERTAIN, GATE, NEVER
from sim.world.network import Network
from sim.world.origins import Demand, GivenGroup
from sim.world.weather import Weather

TEACHING = Path(__file__).parents[2] / "scenarios" / "teaching" / "one-crossing.yaml"
HOUR = small_worlds.service(1.0, Distribution.DETERMINISTIC)
INSIDE = (State.ADMISSION_QUEUE, State.IN_ADMISSION, State.WAIT_REGISTRATION, State.IN_REGISTRATION)
OVER_THE_TERRAIN: dict[str, Any] = {
    "station_constant": NEVER,
    "green_constant": CERTAIN,
    "hike_sigma": 0.0,
    "hike_median_h": 2.0,
}


OUTSIDE = (State.GREEN_FOUND,)


def most_at_a_time(run: BorderModel, *states: State, every_h: float = 0.25) -> int:
    """The most people at the gate in some states at a time, looking ever so often."""
    most = 0
    while run.now_h < run.clock.duration_h:
        run.advance_to(min(run.now_h + every_h, run.clock.duration_h))
        most = max(most, sum(small_worlds.people_at(run, GATE, state) for state in states))
    return most


def test_people_found_never_overfill_the_shelter() -> None:
    """The teaching world with five places, where everybody takes the terrain border."""
    assignments = [
        "crossings.gate.registration.servers=1",
        "crossings.gate.shelter_places=5",
        "parameters.station_constant={value: -30, source: made up}",
        "parameters.green_constant={value: 20, source: made up}",
    ]
    scenario = load_scenario(TEACHING, assignments=assignments)
    hypothesis = next(iter(scenario.hypotheses.values())).rule
    rule = scenario.policies["open"].rule
    assert most_at_a_time(BorderModel(scenario.world, rule, hypothesis), *INSIDE) == 5
    outside = most_at_a_time(BorderModel(scenario.world, rule, hypothesis, audit=True), *OUTSIDE)
    assert outside > 5, "the others wait outside, and are counted there"


def found_at_once(people: int, size: int = 1, **more: Any) -> BorderModel:
    """Everybody is found after two hours; one officer, an hour each, three places."""
    station = small_worlds.crossing(servers=1, registration=HOUR, shelter_places=3)
    station = replace(station, weather="north", **more)
    forest = small_worlds.forest(detection=1.0, weather="north")
    where = small_worlds.world(
        small_worlds.star(station, segments=[forest]),
        small_worlds.crowd(people, size=size),
        days=2,
        **OVER_THE_TERRAIN,
    )
    frost = Weather(("north",), np.full((1, 48), -20.0), np.full((1, 48), 0.0), "made up")
    return small_worlds.model(replace(where, weather=frost), audit=True)


def test_they_come_in_one_by_one_and_all_are_registered() -> None:
    run = found_at_once(8)
    assert most_at_a_time(run, *INSIDE) == 3
    people = small_worlds.persons(run)
    assert sorted(people["registered_h"].tolist()) == [3.0 + k for k in range(8)]
    assert (people["presented_h"] == 2.0).all(), "they presented themselves when they were found"
    # The first three go in at once, the others as one leaves each hour.
    assert sorted(people["admitted_h"].tolist()) == [2.0, 2.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]


def test_those_who_wait_outside_are_outdoors_and_counted() -> None:
    run = found_at_once(8).run()
    record = RunRecord(run.world, run.parameters, run.engine)
    walked_h = 8 * 2.0
    outside_h = 1.0 + 2.0 + 3.0 + 4.0 + 5.0
    inside_h = 8 * 0.0 + sum([0.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0])  # no heated place there
    assert record.exposed_h.sum() == pytest.approx(walked_h + outside_h + inside_h, abs=1e-3)
    assert record.hours_in((State.GREEN_FOUND,)) == pytest.approx(outside_h)
    assert record.registration_wait_h.max() == 8.0
    series = dict(zip([each.name for each in SERIES], daily_series(run=record), strict=True))
    assert series["green_border_found"].sum() == 8.0, "each is counted once, where they were found"
    assert series["arrivals"].sum() == 0.0


def test_they_have_nothing_to_report_of_a_crossing() -> None:
    """Whoever comes through one does, in a world where people learn from what they see."""
    reports = []
    for way in (OVER_THE_TERRAIN, {"station_constant": CERTAIN}):
        where = small_worlds.world(
            small_worlds.star(
                small_worlds.crossing(), segments=[small_worlds.forest(detection=1.0)]
            ),
            small_worlds.crowd(8),
            days=2,
            experience_weight=2.0,
            **way,
        )
        run = small_worlds.model(where).run()
        assert small_worlds.people_at(run, GATE, State.REGISTERED) == 8
        reports.append(np.count_nonzero(run.engine.beliefs["passes_on"]))
    assert reports == [0, 8]


def test_they_reached_the_terrain_border_and_no_crossing() -> None:
    """Charts of journeys agree with arrivals, which do not count people who were found."""
    run = found_at_once(8).run()
    found = journeys(RunRecord(run.world, run.parameters, run.engine))
    (forest,) = (run.world.network.number[each.id] for each in run.world.network.segments)
    assert found.reached.tolist() == [forest]
    assert (found.state.tolist(), found.people.tolist()) == ([State.REGISTERED], [8])


def test_a_group_larger_than_the_shelter_goes_in_as_there_is_room() -> None:
    people = small_worlds.persons(found_at_once(7, size=7).run())
    assert sorted(people["registered_h"].tolist()) == [3.0 + k for k in range(7)]


def test_shelter_is_first_come_first_served_between_posts_and_terrain() -> None:
    """From one town the gate is reached and from the other the forest; there are two places."""
    station = small_worlds.crossing(servers=1, registration=HOUR, shelter_places=2)
    where = small_worlds.world(
        Network(
            hubs=(small_worlds.hub(), small_worlds.hub("woods")),
            crossings=(station,),
            segments=(small_worlds.forest(hub="woods", detection=1.0),),
            roads=(small_worlds.road(small_worlds.TOWN, GATE),),
        ),
        Demand(
            groups=tuple(
                GivenGroup(id=f"g{k}", at=small_worlds.at(hour), persons=2, hub=hub)
                for k, (hour, hub) in enumerate(
                    [(1.0, small_worlds.TOWN), (0.0, "woods"), (3.0, small_worlds.TOWN)]
                )
            )
        ),
        days=2,
        **{**OVER_THE_TERRAIN, "station_constant": CERTAIN},
    )
    run = small_worlds.model(where, audit=True)
    assert most_at_a_time(run, *INSIDE) == 2
    people = small_worlds.persons(run)
    of_group = [
        sorted(people["registered_h"][people["presented_h"] == hour].tolist())
        for hour in (1.0, 2.0, 3.0)
    ]
    assert of_group == [[2.0, 3.0], [4.0, 5.0], [6.0, 7.0]]
