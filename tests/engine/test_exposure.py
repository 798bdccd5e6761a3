"""S12: hours outdoors, of places and of each person: exact, and shared fairly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.clock import Opening
from sim.engine.codes import BANDS, Distribution, Mode, PersonState, QueueRule
from sim.outcomes.run_record import RunRecord
from sim.policies.timed import Closure
from sim.verification import small_worlds
from sim.world.network import Crossing
from sim.world.weather import Weather
from sim.world.world import World

FROST, BITTER = 2, 4  # bands of -20 and of -45 deg C in calm air
# It opens again beyond the end of these runs, and soon enough for people to go there.
NO_MORE_OPEN = (Opening(hours="00:00-24:00", since=small_worlds.at(24.0 * 10).date()),)


def cold_world(
    gate: Crossing, *, people: int = 4, size: int = 1, days: int = 2, **parameters: Any
) -> World:
    """People who come to one crossing at hour 10; -20 deg C on the first day, -45 after."""
    demand = small_worlds.crowd(people, at_h=10.0, size=size)
    where = small_worlds.world(
        small_worlds.star(replace(gate, weather="north")), demand, days=days, **parameters
    )
    temperature_c = np.full((1, 24 * days), -45.0)
    temperature_c[:, :24] = -20.0
    calm = np.zeros_like(temperature_c)
    return replace(where, weather=Weather(("north",), temperature_c, calm, "made up"))


def record(where: World, policy: small_worlds.AnyPolicy = None, **options: Any) -> RunRecord:
    run = small_worlds.model(where, policy, **options).run()
    return RunRecord(run.world, run.parameters, run.engine)


def held(*, warm_places: int = 0, tent_places: int = 0) -> Crossing:
    """A crossing whose only lane never finishes with anybody: all wait between the posts."""
    forever = small_worlds.service(1e6, Distribution.DETERMINISTIC)
    gate = small_worlds.crossing(lanes=1, admission=forever, warm_places=warm_places)
    return replace(gate, tent_places=tent_places)


def test_people_before_a_closed_gate_are_outdoors_until_the_end() -> None:
    """Nobody is let go indoors at the end of a run: hours of those still outdoors count."""
    run = record(cold_world(small_worlds.crossing(opening=NO_MORE_OPEN)))
    assert run.people_by_state[PersonState.EXIT_QUEUE] == 4
    expected = np.zeros(BANDS)
    expected[FROST], expected[BITTER] = 14.0, 24.0
    assert run.exposed_h == pytest.approx(np.tile(expected, (4, 1)), abs=1e-4)
    assert run.outdoor_h_by_band == pytest.approx(4 * expected)


@pytest.mark.parametrize(
    ("warm_places", "tent_places", "outdoors"),
    [(0, 0, 3.0), (1, 0, 2.0), (1, 1, 1.5), (0, 3, 1.5), (1, 9, 1.0), (3, 0, 0.0), (9, 9, 0.0)],
)
def test_warm_places_are_shared_and_tents_count_half(
    warm_places: int, tent_places: int, outdoors: float
) -> None:
    """One of four is in the lane; three share what there is: everybody has the same hours."""
    gate = held(warm_places=warm_places, tent_places=tent_places)
    run = record(cold_world(gate))
    waiting = run.persons["state"] == PersonState.ADMISSION_QUEUE
    assert waiting.sum() == 3
    assert run.exposed_h[waiting, FROST] == pytest.approx(14.0 * outdoors / 3.0, abs=1e-4)
    assert run.exposed_h[~waiting].sum() == pytest.approx(0.0, abs=1e-4)


def test_people_in_cars_are_not_outdoors_in_the_queue() -> None:
    """But they leave their cars once they are between the posts."""
    closed = small_worlds.crossing(opening=NO_MORE_OPEN, modes=(Mode.CAR,))
    rich: dict[str, Any] = {"vehicle_eur": 0.0, "cash_median_eur": 1e6}
    run = record(cold_world(closed, **rich))
    assert run.people_by_state[PersonState.EXIT_QUEUE] == 4
    assert run.exposed_h.sum() == pytest.approx(0.0, abs=1e-4)
    passed = record(cold_world(replace(held(), modes=frozenset({Mode.CAR})), **rich))
    assert passed.exposed_h[:, FROST].sum() == pytest.approx(3 * 14.0, abs=1e-3)


def test_a_walk_over_the_terrain_is_outdoors() -> None:
    forest = small_worlds.forest(detection=0.0, weather="north")
    where = cold_world(
        small_worlds.crossing(),
        station_constant=small_worlds.NEVER,
        green_constant=900.0,
        green_price_eur=0.0,
        hike_median_h=5.0,
        hike_sigma=0.0,
    )
    network = replace(where.network, segments=(forest,))
    run = record(replace(where, network=network))
    assert run.people_by_state[PersonState.GREEN_UNKNOWN] == 4
    assert run.exposed_h[:, FROST] == pytest.approx(5.0, abs=1e-4)


def test_without_weather_there_is_no_cold() -> None:
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing(opening=NO_MORE_OPEN)),
        small_worlds.crowd(4),
        days=2,
    )
    assert record(where).exposed_h.sum() == 0.0


def test_the_hours_of_people_are_the_hours_of_places() -> None:
    """A lively crossing in the cold: queues, suspensions, warm places, tents, a closure."""
    lively = replace(
        small_worlds.crossing(
            lanes=1,
            admission=small_worlds.service(0.2, Distribution.GAMMA, 0.7),
            servers=2,
            registration=small_worlds.service(1.0),
            opening=(Opening(hours="08:00-20:00"),),
            suspension=(12, 5),
            warm_places=5,
            shelter_places=30,
        ),
        tent_places=4,
    )
    base = cold_world(lively, days=6, patience_h=20.0, cold_impatience=0.05)
    where = replace(base, demand=small_worlds.poisson(3.0))
    closure = Closure(
        crossings=("gate",),
        at=small_worlds.at(60.0),
        until=small_worlds.at(80.0),
        queue=QueueRule.HOLD,
    )
    run = record(where, closure, audit=True)
    assert len(run.persons) > 200
    people, places = run.exposed_h.sum(axis=0), run.outdoor_h_by_band
    assert places[BITTER] > 100.0
    assert people == pytest.approx(places, rel=1e-4, abs=0.05)


def test_cold_wears_out_patience() -> None:
    """Patience runs ``exp(a d)`` times as fast at d degrees of wind chill below zero."""
    closed = small_worlds.crossing(opening=NO_MORE_OPEN)
    parameters: dict[str, Any] = {
        "patience_h": 6.0,
        "patience_shape": 2.0,
        "review_rate_per_h": 0.0,
    }
    mild = record(cold_world(closed, people=2000, days=4, **parameters))
    cold = record(cold_world(closed, people=2000, days=4, cold_impatience=0.05, **parameters))
    in_line = [run.hours_in((PersonState.EXIT_QUEUE,)) / len(run.persons) for run in (mild, cold)]
    assert in_line[0] > 2.0 * in_line[1]  # exp(0.05 x 20) is 2.7
