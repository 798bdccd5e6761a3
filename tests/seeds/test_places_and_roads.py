"""Places and roads of Finland 2023."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from .tables import CROSSINGS, MODELLED, PLACES, Row, read


def coordinates() -> dict[str, tuple[float, float]]:
    rows = [(row["crossing"], row) for row in read("crossings.csv")]
    rows += [(row["hub"], row) for row in read("hubs.csv")]
    return {name: (float(row["lat"]), float(row["lon"])) for name, row in rows if row["lat"]}


def great_circle_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    (lat_a, lon_a), (lat_b, lon_b) = (tuple(map(math.radians, place)) for place in (a, b))
    half = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * 6371 * math.asin(math.sqrt(half))


def test_places_have_one_name_each() -> None:
    assert set(MODELLED) <= set(CROSSINGS)
    assert len(set(PLACES)) == len(PLACES)


def test_modelled_crossings_have_coordinates_and_a_weather_zone() -> None:
    rows = [row for row in read("crossings.csv") if row["crossing"] in MODELLED]
    assert [
        row["id"] for row in rows if not (row["lat"] and row["lon"] and row["weather_zone"])
    ] == []


def test_opening_hours_come_with_days_and_a_note() -> None:
    rows = read("crossings.csv")
    assert [r["id"] for r in rows if bool(r["opening_hours"]) != bool(r["opening_days"])] == []
    assert [r["id"] for r in rows if r["opening_hours"] and not r["opening_hours_note"]] == []


def test_roads_connect_every_road_crossing_with_moscow() -> None:
    reached, roads = {"moscow"}, [{row["from"], row["to"]} for row in read("roads.csv")]
    while more := [road for road in roads if len(road & reached) == 1]:
        reached = reached.union(*more)
    by_road = {
        row["crossing"]
        for row in read("crossings.csv")
        if row["type"].startswith("road") and row["lat"]
    }
    assert set(MODELLED) <= by_road
    assert by_road - reached == set()


def test_no_road_is_there_twice() -> None:
    roads = Counter(frozenset((row["from"], row["to"])) for row in read("roads.csv"))
    assert {len(road) for road in roads} == {2}
    assert max(roads.values()) == 1


@pytest.mark.parametrize("row", read("roads.csv"), ids=lambda row: row["id"])
def test_road_lengths_and_hours_follow_from_what_they_claim(row: Row) -> None:
    places, km = coordinates(), float(row["km"])
    straight = great_circle_km(places[row["from"]], places[row["to"]])
    if row["km_basis"] == "source":
        # 5 km is what the coordinates of two places may be off together.
        assert straight - 5 <= km <= 2 * straight
        assert row["source"].startswith("http")
    else:
        assert km == pytest.approx(1.3 * straight, abs=1)
        assert row["source"].startswith("expert guess: great circle x 1.3")
    if row["hours_basis"] != "source":
        assert float(row["hours"]) == pytest.approx(km / 65, abs=0.0051)
