"""Shortest ways on the road graph, and that journeys in the engine follow them leg by leg."""

from __future__ import annotations

import itertools
from random import Random

import numpy as np
import pytest

from sim.verification import small_worlds
from sim.world.network import Network, Road, Segment
from sim.world.routing import find_routes


def network(hubs: str, ends: str, roads: list[tuple[str, str, float, float]]) -> Network:
    """Hubs and crossings named by letters; roads as (a, b, hours, km)."""
    return Network(
        hubs=tuple(small_worlds.hub(name) for name in hubs),
        crossings=tuple(small_worlds.crossing(name) for name in ends),
        roads=tuple(small_worlds.road(a, b, hours, km) for a, b, hours, km in roads),
    )


#      3
#   A --- B       X at A (1 h), Y at C (1 h)
#   |1    |1
#   C --- D
#      1
SQUARE = network(
    "ABCD",
    "XY",
    [
        ("A", "B", 3.0, 30.0),
        ("A", "C", 1.0, 100.0),
        ("B", "D", 1.0, 100.0),
        ("C", "D", 1.0, 100.0),
        ("A", "X", 1.0, 10.0),
        ("C", "Y", 1.0, 10.0),
    ],
)


def test_ways_are_shortest_by_time_not_by_length() -> None:
    """B to X: A is 3 h and 30 km away; by D and C it is as long, and ties go to the smaller."""
    routes = find_routes(SQUARE)
    b = SQUARE.number["B"]
    assert routes.hours[0, b] == 4.0
    assert routes.next_place[0, b] == SQUARE.number["A"]
    assert routes.km[0, b] == 40.0
    assert routes.hours[1, b] == 3.0
    assert routes.km[1, b] == 210.0


def test_a_crossing_is_no_thoroughfare() -> None:
    """From A to Y there is a short cut over X, but a border post is where a journey ends."""
    through = network(
        "AB",
        "XY",
        [("A", "X", 1.0, 1.0), ("X", "B", 1.0, 1.0), ("A", "B", 9.0, 9.0), ("B", "Y", 1.0, 1.0)],
    )
    routes = find_routes(through)
    assert routes.hours[1, through.number["A"]] == 10.0
    assert routes.hours[1, through.number["X"]] == 2.0, "but one may set out from it"
    assert routes.next_place[1, through.number["X"]] == through.number["B"]


def test_of_two_parallel_roads_the_faster_is_taken() -> None:
    double = network("A", "X", [("A", "X", 5.0, 1.0), ("X", "A", 2.0, 99.0)])
    routes = find_routes(double)
    assert (routes.hours[0, 0], routes.km[0, 0]) == (2.0, 99.0)
    assert routes.leg_hours[0, 1] == routes.leg_hours[1, 0] == 2.0


def test_where_no_road_leads_there_is_no_way() -> None:
    island = network("AB", "XY", [("A", "X", 1.0, 1.0), ("B", "Y", 1.0, 1.0)])
    routes = find_routes(island)
    assert np.isinf(routes.hours[1, island.number["A"]])
    assert routes.next_place[1, island.number["A"]] == -1


def test_the_nearest_hub_is_nearest_by_time() -> None:
    near = network("AB", "X", [("A", "X", 2.0, 1.0), ("B", "X", 1.0, 50.0)])
    assert find_routes(near).nearest_hub.tolist() == [1]


def test_a_segment_is_at_its_hub() -> None:
    forest = Segment(
        id="forest",
        name="Forest",
        lat=60.0,
        lon=28.0,
        hub="B",
        crossing="X",
        length_km=10.0,
        source=small_worlds.SOURCE,
    )
    base = network("AB", "X", [("A", "B", 2.0, 20.0), ("B", "X", 1.0, 10.0)])
    with_forest = Network(
        hubs=base.hubs, crossings=base.crossings, segments=(forest,), roads=base.roads
    )
    routes = find_routes(with_forest)
    assert (routes.hours[1, 0], routes.km[1, 0]) == (2.0, 20.0)
    assert routes.nearest_hub[1] == with_forest.number["B"]


def floyd_warshall(places: Network) -> np.ndarray:
    """All shortest times over hubs only, by an algorithm that has nothing in common with ours."""
    count, hubs = len(places.places), len(places.hubs)
    hours = np.full((count, count), np.inf)
    np.fill_diagonal(hours, 0.0)
    for a, b, _, h, _ in places.legs:
        i, j = places.number[a], places.number[b]
        hours[i, j] = hours[j, i] = min(hours[i, j], h)
    for via in range(hubs):
        hours = np.minimum(hours, hours[:, via : via + 1] + hours[via : via + 1, :])
    return hours


@pytest.mark.parametrize("seed", range(8))
def test_random_networks_agree_with_floyd_and_warshall(seed: int) -> None:
    draw = Random(seed)  # noqa: S311 - reproducible patterns
    hubs, ends = "ABCDEFGHIJ", "XYZ"
    roads = [
        (a, b, draw.uniform(0.5, 9.0), draw.uniform(1.0, 500.0))
        for a, b in itertools.combinations(hubs, 2)
        if draw.random() < 0.3
    ]
    roads += [(draw.choice(hubs), end, draw.uniform(0.5, 9.0), 5.0) for end in ends for _ in "ab"]
    places = network(hubs, ends, roads)
    routes = find_routes(places)
    exact = floyd_warshall(places)[len(hubs) :]
    finite = np.isfinite(exact)
    np.testing.assert_allclose(routes.hours[:, : len(hubs)], exact[:, : len(hubs)], rtol=1e-12)
    for row, start in zip(*np.nonzero(finite), strict=True):
        walk, here, end = 0.0, int(start), len(hubs) + int(row)
        while here != end:
            step = int(routes.next_place[row, here])
            walk += routes.leg_hours[here, step]
            here = step
        assert walk == pytest.approx(routes.hours[row, start])


def test_a_journey_takes_its_legs_one_by_one() -> None:
    """Three legs of 1.5, 2.25 and 0.75 h, and an hour of staging before the last."""
    where = small_worlds.world(
        small_worlds.chain(small_worlds.crossing(), 1.5, 2.25, 0.75),
        small_worlds.given([2.0]),
        days=2,
        staging_h=1.0,
        travel_time_factor=2.0,
    )
    run = small_worlds.model(where)
    stops = []
    for hour in (4.9, 5.0, 9.4, 9.5, 11.9, 12.0):
        run.advance_to(hour)
        stops.append(run.groups[0].place_id)
    assert stops == ["town", "town-1", "town-1", "town-2", "town-2", "gate"]
    assert small_worlds.persons(run)["queued_h"][0] == 12.0


def test_roads_carry_both_ways() -> None:
    one_way = [Road(a="A", b="X", km=7.0, hours=2.0, source="test")]
    assert find_routes(network("A", "X", [("X", "A", 2.0, 7.0)])).hours[0, 0] == one_way[0].hours
