"""The flow map: windows, means, findings and the text beside, worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import polars as pl
import pytest
from matplotlib.figure import Figure

from sim.report.charts.registry import CHARTS
from sim.report.drawing.layout import text_problems
from sim.report.maps.geography import Frame, Geography, Site
from sim.report.maps.label_room import LABEL_REACH, TEXT_HEIGHT
from sim.report.maps.map_drawing import LABEL_SIZE, MapPanel
from sim.results.store import StoredResults, write_results
from tests.report import synthetic, synthetic_border
from tests.report.synthetic_border import START

FLOWS = ["policy", "state_of_world", "replicate", "date", "origin", "destination", "people"]


def with_flows(folder: Path, rows: list[tuple[Any, ...]], **changed: Any) -> StoredResults:
    """Results of two policies, two crossings, twenty days and two states, with flows by hand.

    Under historical, asylum ends on day 8 (9 September) and all closes on day 10.
    """
    content = synthetic.frames(policies=2, crossings=2, days=20, runs=2)
    content["flows"] = pl.DataFrame(rows, schema=FLOWS, orient="row")
    return write_results(folder, **{**content, **changed})


def on(day: int) -> date:
    return START + timedelta(days=day)


@pytest.fixture
def by_hand(tmp_path: Path) -> StoredResults:
    """Before: 16 people in state 0 and 48 in state 1 to c00; after: 24 and 24 to c01."""
    return with_flows(
        tmp_path / "run",
        [
            ("historical", 0, 0, on(2), "murmansk", "c00", 16),
            ("historical", 1, 0, on(3), "murmansk", "c00", 48),
            ("historical", 0, 0, on(9), "petersburg", "c01", 24),
            ("historical", 1, 0, on(19), "petersburg", "c01", 24),
            ("open", 0, 0, on(9), "murmansk", "c00", 12),
        ],
    )


def test_a_name_keeps_off_the_roads_where_there_is_room_further_away() -> None:
    """A road along the height of a place: its name is above or below, not across it."""
    frame = SimpleNamespace(left=0.0, right=100.0, bottom=0.0, top=100.0, width=100.0)
    axes = Figure().add_axes((0.0, 0.0, 1.0, 1.0))
    panel = MapPanel(axes, cast(Geography, SimpleNamespace(frame=frame)), 5.0)
    high_km = (LABEL_SIZE * TEXT_HEIGHT / 2 + LABEL_REACH[1]) * panel.km_per_point
    panel.room.roads.append((0.0, 50.0 - 1.1 * high_km, 100.0, 50.0 + 1.1 * high_km))
    assert panel.label("from Town", 50.0, 50.0)
    [(_, bottom, _, top)] = panel.room.taken
    assert top < panel.room.roads[0][1] or bottom > panel.room.roads[0][3]


def test_a_name_is_nearest_to_its_own_place() -> None:
    """Kandalaksha once stood beside the dot of Alakurtti."""
    own = (50.0, 50.0)
    panel = panel_of([])
    panel.room.roads.clear()
    high_km = (LABEL_SIZE * TEXT_HEIGHT / 2 + LABEL_REACH[1]) * panel.km_per_point
    panel.room.towns += [own, (50.0, 50.0 + 2.6 * high_km), (50.0, 50.0 - 2.6 * high_km)]
    panel.room.taken += [(0.0, 50.0 - 1.2 * high_km, 100.0, 50.0 + 1.2 * high_km)]  # none aside
    before = len(panel.room.taken)
    assert not panel.label("Town", *own)
    panel.room.towns.clear()
    assert panel.label("Town", *own), "only what is near keeps it away"
    assert len(panel.room.taken) == before + 1


def panel_of(countries: Sequence[tuple[str, float, float]]) -> MapPanel:
    """A map of a hundred kilometres a side, with one long leg through its middle."""
    frame = Frame(left=0.0, right=100.0, bottom=0.0, top=100.0)
    axes = Figure().add_axes((0.0, 0.0, 1.0, 1.0))
    geo = SimpleNamespace(frame=frame, countries=countries)
    panel = MapPanel(axes, cast(Geography, geo), 5.0)
    south, north = (SimpleNamespace(x=45.0, y=y) for y in (2.0, 98.0))
    panel.leg(cast(Site, south), cast(Site, north), 3.0)
    return panel


def test_a_country_is_named_beside_an_arrow_not_across_it() -> None:
    """An arrow once ran through FINLAND."""
    middle = max(right for _, _, right, _ in panel_of([]).room.roads)
    panel = panel_of([("Finland", middle, 50.0)])
    panel.countries()
    [(left, bottom, right, top)] = panel.room.taken
    beside = (
        left > road[2] or right < road[0] for road in panel.room.roads if bottom < road[1] < top
    )
    assert all(beside)


def test_where_a_road_leaves_the_map_its_name_is_below_rather_than_across_an_arrow() -> None:
    """Roads on both sides left no room for "from Minsk", which an arrow then ran through."""
    panel = panel_of([])
    for x in (35.0, 40.0, 50.0, 55.0):
        south, north = (SimpleNamespace(x=x, y=y) for y in (0.0, 40.0))
        panel.leg(cast(Site, south), cast(Site, north), 3.0)
    assert panel.edge_label("from the south", 45.0, 0.0)
    [(_, _, _, top)] = panel.room.taken
    assert top <= panel.geo.frame.bottom
    assert panel.edge_label("from the south-east", 45.0, 0.0), "across, where there is one already"
    assert panel.room.taken[1][1] > panel.geo.frame.bottom


def test_no_gap_between_the_boxes_along_an_arrow_holds_a_name() -> None:
    """Of a long leg every fifth point was kept, so that a name lay between two of them."""
    edges = sorted((bottom, top) for _, bottom, _, top in panel_of([]).room.roads)
    assert all(after[0] <= before[1] for before, after in pairwise(edges))


class TestFinding:
    def test_windows_end_and_begin_with_the_first_change(self, by_hand: StoredResults) -> None:
        chart = CHARTS["flow_map"].draw(by_hand)
        assert chart.subtitle.startswith(
            "Before: 1 Sep to 8 Sep 2023, the days before access first changes; "
            "after: 9 Sep to 20 Sep 2023."
        )

    def test_people_a_day_are_the_mean_of_runs_over_the_days(self, by_hand: StoredResults) -> None:
        data = CHARTS["flow_map"].draw(by_hand).data
        rows = data.select("policy", "window", "origin", "destination", "people_a_day").rows()
        assert set(rows) == {
            ("historical", "before", "murmansk", "c00", 64 / (2 * 8)),
            ("historical", "after", "petersburg", "c01", 48 / (2 * 12)),
            ("open", "after", "murmansk", "c00", 12 / (2 * 12)),
        }

    def test_the_title_says_who_went_where(self, by_hand: StoredResults) -> None:
        # 2 and 6 people a day before: quantiles .025 and .975 are 2.1 and 5.9
        assert CHARTS["flow_map"].draw(by_hand).title == (
            "On the road to the crossings (“Historical steps of autumn 2023”): before 9 Sep "
            "4 (2.1 to 5.9) people a day, 100 % of them to: Rajajooseppi; from then on "
            "2 people a day, 100 % of them to: Salla"
        )

    def test_without_any_change_the_busy_period_is_halved(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=2, crossings=2, days=20, runs=2)
        always = content["access"].filter(policy="open").with_columns(policy=pl.lit("historical"))
        rows = [("historical", 0, 0, on(day), "murmansk", "c00", 1) for day in range(4, 10)]
        results = with_flows(tmp_path / "run", rows, access=always)
        chart = CHARTS["flow_map"].draw(results)
        assert chart.subtitle.startswith(
            "Access never changes: halves of the busy period, 5 Sep to 7 Sep 2023 and "
            "8 Sep to 10 Sep 2023."
        )

    def test_nobody_on_the_road_is_reported(self, tmp_path: Path) -> None:
        chart = CHARTS["flow_map"].draw(with_flows(tmp_path / "run", []))
        assert chart.title.startswith("Nobody sets out for a crossing in the days shown")
        assert text_problems(chart.figure) == []

    def test_who_walks_where_no_crossing_is_headed_for_is_told_of(self, tmp_path: Path) -> None:
        way = [("historical", 0, 0, on(2), "murmansk", synthetic_border.SEGMENT[0], 9)]
        assert CHARTS["flow_map"].draw(with_flows(tmp_path / "run", way)).title == (
            "Nobody sets out for a crossing in the days shown; people do for the terrain border "
            "(“Historical steps of autumn 2023”)"
        )


def words(chart: Any) -> str:
    texts = [text.get_text() for text in chart.figure.texts]
    texts += [text.get_text() for axes in chart.figure.axes for text in axes.texts]
    return " ".join(" ".join(texts).split())


class TestChain:
    """Legs go on from a crossing to the town behind it, with a base map and without one."""

    @pytest.mark.parametrize(("lat", "lon"), [(66.0, 27.0), (-20.0, 10.0)])
    def test_legs_beyond_a_crossing_are_drawn_and_the_town_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lat: float, lon: float
    ) -> None:
        content = synthetic.frames(policies=2, crossings=2, days=20, runs=2, states=2)
        content = moved(content, lat=lat, lon=lon + 1.0, spread=0.5)
        content["manifest"]["places"].append(
            {"id": "between", "name": "Between", "kind": "hub", "lat": lat, "lon": lon}
        )
        legs = [("murmansk", "c00"), ("c00", "between"), ("between", "c01")]
        content["flows"] = pl.DataFrame(
            [("historical", 0, 0, on(day), *leg, 20) for day in (2, 12) for leg in legs],
            schema=FLOWS,
            orient="row",
        )
        drawn: list[tuple[str, str]] = []
        draw_leg = MapPanel.leg

        def noted(panel: MapPanel, origin: Site, destination: Site, *rest: Any) -> None:
            drawn.append((origin.id, destination.id))
            draw_leg(panel, origin, destination, *rest)

        monkeypatch.setattr(MapPanel, "leg", noted)
        chart = CHARTS["flow_map"].draw(write_results(tmp_path / "run", **content))
        assert drawn[: len(legs)] == sorted(legs)
        assert "Between" in words(chart)
        assert text_problems(chart.figure) == []


class TestWords:
    def test_rights_stand_under_every_map(self, by_hand: StoredResults) -> None:
        text = words(CHARTS["flow_map"].draw(by_hand))
        assert text.count("Arrivals a day:") == text.count("People waiting:") == 3
        assert text.count("In the transit state, not registered, at the end:") == 3
        assert "arrivals +" in text  # under the one other policy
        assert "no access " in text

    def test_boundaries_are_disclaimed_and_the_base_map_named(self, by_hand: StoredResults) -> None:
        text = words(CHARTS["flow_map"].draw(by_hand))
        assert "imply no endorsement or judgement" in text
        assert "Natural Earth" in text

    def test_a_crossing_has_its_finnish_name_too(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=1, crossings=2, days=20, runs=2)
        content["manifest"]["translations"]["fi"]["Rajajooseppi"] = "Raja-Jooseppi"
        text = words(CHARTS["flow_map"].draw(write_results(tmp_path / "run", **content)))
        assert "Rajajooseppi / Raja-Jooseppi" in text
        assert "Salla" in text

    def test_roads_from_beyond_the_map_say_from_where(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=2, crossings=2, days=20, runs=2)
        content["manifest"]["places"].append(
            {"id": "moscow", "name": "Moscow", "kind": "hub", "lat": 55.756, "lon": 37.617}
        )
        rows = [("historical", 0, 0, on(2), "moscow", "petersburg", 9)]
        results = with_flows(tmp_path / "run", rows, manifest=content["manifest"])
        assert "from Moscow" in words(CHARTS["flow_map"].draw(results))


def moved(content: dict[str, Any], *, lat: float, lon: float, spread: float) -> dict[str, Any]:
    """The same results with all crossings near one point."""
    for k, place in enumerate(content["manifest"]["places"]):
        place["lat"], place["lon"] = lat + spread * (k % 5), lon + spread * (k // 5)
    content["manifest"]["places"].sort(key=lambda place: -place["lat"])
    return content


class TestStretches:
    def test_a_stretch_has_a_mark_and_its_word_in_the_key(self, by_hand: StoredResults) -> None:
        chart = CHARTS["flow_map"].draw(by_hand)
        assert [self.diamonds(axes) for axes in chart.figure.axes] == [1, 1, 1, 1, 1]
        assert "terrain border" in words(chart)

    def test_it_is_named_where_people_go_there(self, tmp_path: Path) -> None:
        way = [("historical", 0, 0, on(2), "murmansk", synthetic_border.SEGMENT[0], 9)]
        chart = CHARTS["flow_map"].draw(with_flows(tmp_path / "run", way))
        assert synthetic_border.SEGMENT[1] in words(chart)

    def test_where_there_is_none_the_key_has_no_word_of_it(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=2, crossings=2, days=20, runs=2)
        manifest = content["manifest"]
        manifest["places"] = [each for each in manifest["places"] if each["kind"] != "segment"]
        chart = CHARTS["flow_map"].draw(write_results(tmp_path / "run", **content))
        assert sum(map(self.diamonds, chart.figure.axes)) == 0
        assert "terrain border" not in words(chart)

    @staticmethod
    def diamonds(axes: Any) -> int:
        return sum(line.get_marker() == "d" for line in axes.lines)


class TestCrowds:
    def test_twenty_crossings_within_a_hundred_kilometres_keep_their_labels_apart(
        self, tmp_path: Path
    ) -> None:
        content = synthetic.frames(policies=2, crossings=20, days=20, runs=2)
        chart = CHARTS["flow_map"].draw(
            write_results(tmp_path / "run", **moved(content, lat=60.6, lon=28.0, spread=0.1))
        )
        assert text_problems(chart.figure) == []
        assert all(synthetic_border.place(k) in words(chart) for k in range(20))

    def test_elsewhere_there_is_a_grid_and_it_is_said(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=2, crossings=4, days=20, runs=2)
        chart = CHARTS["flow_map"].draw(
            write_results(tmp_path / "run", **moved(content, lat=-33.0, lon=18.0, spread=1.0))
        )
        assert text_problems(chart.figure) == []
        assert "There is no base map for this part of the world" in chart.subtitle
        assert "Natural Earth" not in words(chart)


def test_access_is_marked_by_circle_triangle_and_cross(tmp_path: Path) -> None:
    """Before, all crossings are open; after, without asylum claims and then closed."""
    chart = CHARTS["flow_map"].draw(
        synthetic.results(tmp_path / "run", policies=1, crossings=2, days=20, runs=2)
    )
    before, after, _, key = chart.figure.axes
    assert [marks(axes) for axes in (before, after)] == ["oo", "xx"]
    assert marks(key) == "o^x"


def marks(axes: Any) -> str:
    return "".join(line.get_marker() for line in axes.lines if line.get_marker() in ("o", "^", "x"))


def test_more_and_fewer_people_differ_without_colour(by_hand: StoredResults) -> None:
    difference = CHARTS["flow_map"].draw(by_hand).figure.axes[2]
    styles = {
        line.get_color(): line.is_dashed() for line in difference.lines if line.get_linewidth() > 2
    }
    from sim.report.maps.map_drawing import FEWER, MORE

    assert styles[MORE.colour] is False
    assert styles[FEWER.colour] is True
