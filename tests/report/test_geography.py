"""What maps show: the base map, maps elsewhere, and the geometry of legs and labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.report.maps.geography import BASEMAP_CONIC, Frame, Geography, Site, geography, nice_length
from sim.report.maps.legs import leg_curve, spread, within


def crossing(name: str, lat: float, lon: float, kind: str = "crossing") -> dict[str, Any]:
    return {"id": name, "name": name, "kind": kind, "lat": lat, "lon": lon}


FINLAND = [
    crossing("raja-jooseppi", 68.475, 28.303),
    crossing("vaalimaa", 60.598, 27.865),
    crossing("moscow", 55.756, 37.617, "hub"),
]


def country_at(geo: Geography, longitude: float, latitude: float) -> bool:
    """Whether a point is within a country's rings (and in no lake), by counting crossings."""
    x, y = (float(each) for each in geo.conic.forward(longitude, latitude))
    inside = {"country": 0, "lake": 0}
    for outline in geo.outlines:
        for ring in outline.rings:
            (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
            cuts = (y0 > y) != (y1 > y)
            at = x0[cuts] + (y - y0[cuts]) / (y1[cuts] - y0[cuts]) * (x1[cuts] - x0[cuts])
            inside[outline.kind] += int((at > x).sum())
    return inside["country"] % 2 == 1 and inside["lake"] % 2 == 0


class TestBaseMap:
    @pytest.mark.parametrize(
        ("where", "longitude", "latitude", "is_land"),
        [
            ("the Kola peninsula's middle", 36.5, 67.6, True),
            ("its eastern end", 40.6, 67.0, True),
            ("Karelia", 32.5, 64.0, True),
            ("Finland's middle", 26.0, 63.5, True),
            ("the White Sea", 37.0, 65.5, False),
            ("the Barents Sea", 38.0, 70.0, False),
            ("Lake Ladoga", 31.5, 60.9, False),
            ("the Gulf of Finland", 25.0, 59.8, False),
        ],
    )
    def test_land_is_where_it_is(
        self, where: str, longitude: float, latitude: float, is_land: bool
    ) -> None:
        geo = geography(FINLAND)
        assert country_at(geo, longitude, latitude) is is_land, where
        assert geo.frame.holds(*(float(v) for v in geo.conic.forward(longitude, latitude)))

    def test_the_frame_holds_the_whole_land_border_but_not_moscow(self) -> None:
        geo = geography(FINLAND)
        for latitude, longitude in ((60.52, 27.73), (62.91, 31.59), (69.06, 28.93)):
            assert geo.frame.holds(*(float(v) for v in geo.conic.forward(longitude, latitude)))
        assert not geo.frame.holds(geo.sites["moscow"].x, geo.sites["moscow"].y)

    def test_north_is_up(self) -> None:
        geo = geography(FINLAND)
        assert geo.sites["raja-jooseppi"].y > geo.sites["vaalimaa"].y > geo.sites["moscow"].y
        x, y = BASEMAP_CONIC.forward([31.0, 31.0], [60.0, 70.0])
        assert x[0] == pytest.approx(x[1])
        assert y[1] > y[0]


class TestElsewhere:
    @pytest.mark.parametrize(
        "places",
        [
            [crossing("tijuana", 32.54, -117.03)],
            [crossing("taba", 29.49, 34.89), crossing("rafah", 31.22, 34.27)],
            [crossing("quito", -0.2, -78.5), crossing("tulcan", 0.8, -77.7)],
            [crossing("fiji", -17.0, 179.5), crossing("taveuni", -16.8, -179.9)],
            [crossing("ushuaia", -54.8, -68.3), crossing("punta", -53.2, -70.9)],
            [crossing("pole", 90.0, 0.0)],
            [],
        ],
    )
    def test_every_part_of_the_world_has_a_map_without_ground(
        self, places: list[dict[str, Any]]
    ) -> None:
        geo = geography(places)
        assert not geo.has_basemap
        assert 1 < geo.frame.width < 3000
        assert 0.6 < geo.frame.width / geo.frame.height < 1.6
        assert all(geo.frame.holds(site.x, site.y) for site in geo.sites.values())
        assert all(np.isfinite(line).all() for line in geo.grid)
        assert len(geo.grid) >= 2

    def test_one_crossing_outside_is_enough_for_no_base_map(self) -> None:
        assert not geography([*FINLAND, crossing("narva", 54.0, 28.2)]).has_basemap


class TestLegs:
    a, b = Site("a", "A", "hub", 0.0, 0.0), Site("b", "B", "hub", 0.0, 100.0)

    def test_both_directions_bow_to_their_own_right(self) -> None:
        assert leg_curve(self.a, self.b)[:, 0].max() == pytest.approx(13.0)  # north: to the east
        assert leg_curve(self.b, self.a)[:, 0].min() == pytest.approx(-13.0)

    def test_a_leg_keeps_clear_of_its_ends(self) -> None:
        curve = leg_curve(self.a, self.b, clear_km=10.0)
        assert 9.0 < np.hypot(*curve[0]) < 13.0
        assert 9.0 < np.hypot(*(curve[-1] - [0.0, 100.0])) < 13.0

    def test_only_what_is_within_the_frame_is_kept(self) -> None:
        frame = Frame(-50.0, 50.0, 40.0, 150.0)
        curve = within(leg_curve(self.a, self.b), frame)
        assert curve[0, 1] >= 40.0
        assert curve[-1].tolist() == [0.0, 100.0]
        assert len(within(leg_curve(self.a, self.b), Frame(500.0, 600.0, 0.0, 9.0))) == 0


class TestSpread:
    def test_labels_far_apart_stay_where_they_are(self) -> None:
        assert spread([0.0, 10.0, 20.0], gap=2.0, low=-5.0, high=25.0) == [0.0, 10.0, 20.0]

    def test_twenty_labels_at_one_spot_spread_around_it(self) -> None:
        heights = spread([50.0] * 20, gap=2.0, low=0.0, high=100.0)
        assert np.diff(heights) == pytest.approx(np.full(19, 2.0))
        assert np.mean(heights) == pytest.approx(50.0)

    def test_labels_at_the_edge_stay_within(self) -> None:
        heights = spread([98.0, 99.0, 100.0], gap=5.0, low=0.0, high=100.0)
        assert heights == pytest.approx([90.0, 95.0, 100.0])
        assert spread([0.0, 0.0], gap=5.0, low=0.0, high=100.0) == pytest.approx([0.0, 5.0])


def test_lengths_are_round() -> None:
    assert [nice_length(most) for most in (1.0, 4.9, 5.0, 19.0, 230.0, 0.3)] == [
        1.0,
        2.0,
        5.0,
        10.0,
        200.0,
        0.2,
    ]
