"""A border of stretches, with no crossing, of two states: compared, reported and exported."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from sim import compare, load_scenario
from sim.api.objects import Comparison
from sim.errors import ScenarioError
from sim.report.analysis.coverage import observed
from sim.report.analysis.crossing_days import bias_of
from sim.report.charts.registry import CHARTS
from sim.report.page.state_tables import tables_by_state
from sim.report.page.terminal_table import table_rich

BORDER = """\
format_version: 1
name: stretches
title: A border of stretches
summary: What does sending people back change where there is no crossing?
timezone: Europe/Warsaw
transit_timezone: Europe/Minsk
start: 2021-08-01T00:00+02:00
end: 2021-08-15T00:00+02:00
states:
  - {id: upland, name: Upland, source: made up}
  - {id: lowland, name: Lowland, source: made up}
hubs:
  - {id: city, name: City, lat: 53.9, lon: 27.6, source: made up}
  - {id: town, name: Town, lat: 53.7, lon: 23.8, source: made up}
segments:
  - id: forest
    name: Forest
    state: upland
    lat: 53.2
    lon: 23.9
    hubs: {town: 1, city: 4}
    length_km: 180
    pushback: 0.3
    source: made up
  - id: bog
    name: Bog
    state: lowland
    lat: 55.8
    lon: 27
    hub: city
    length_km: 90
    source: made up
roads:
  - {a: city, b: town, km: 280, hours: 4, source: made up}
demand:
  steps: [{since: 2021-08-01T00:00+02:00, persons_per_d: 40, source: made up}]
  origins: [{id: anywhere, name: Anywhere, share: 1, gateways: {city: 1}, source: made up}]
parameters:
  green_constant: {value: 0, source: made up}
hypotheses:
  lets-through:
    type: lets-through
    label: Lets people through
    opens: {default: 2021-08-01T00:00}
    source: made up
observed: {file: counts.csv, source: made up}
reference: nothing
policies:
  nothing: {type: open, label: Nothing is decided, source: made up}
  sends-back:
    type: schedule
    label: People are sent back
    steps:
      - action: pushback
        segments: [forest]
        value: 0.9
        announced: 2021-08-03T00:00+02:00
        effective: 2021-08-03T00:00+02:00
        source: made up
    source: made up
"""
COUNTS = """\
period_start,period_end,place,series,count
2021-08-01,2021-08-07,forest,found,400
2021-08-08,2021-08-14,forest,found,500
2021-08-08,2021-08-14,bog,found,0
"""


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder = tmp_path_factory.mktemp("stretches")
    (folder / "border.yaml").write_text(BORDER, encoding="utf-8")
    (folder / "counts.csv").write_text(COUNTS, encoding="utf-8")
    return compare(load_scenario(folder / "border.yaml"), replicates=3, out=folder / "results")


def test_people_walk_and_are_sent_back(compared: Comparison) -> None:
    def people(policy: str, indicator: str) -> float:
        rows = compared.indicators.filter(policy=policy, indicator=indicator)
        return float(rows["value"].sum())

    assert people("nothing", "O5_attempts") > 0.0
    assert people("sends-back", "R6_pushback") > people("nothing", "R6_pushback") > 0.0


def test_journeys_say_which_stretch_was_reached(compared: Comparison) -> None:
    assert {"forest", "bog"} <= {*compared.journeys["reached"].drop_nulls().unique()}


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_can_be_drawn(compared: Comparison, name: str) -> None:
    assert compared.chart(name).title


def test_the_flow_map_tells_of_the_stretches_where_people_head(compared: Comparison) -> None:
    """It once said that nobody sets out for a crossing, of a border that has none."""
    chart = compared.chart("flow_map")
    assert chart.title.startswith("On the road to the terrain border (“Nothing is decided”): ")
    assert "of them to: Bog" in chart.title
    assert chart.subtitle.startswith("Access never changes")
    beside = [text.get_text() for axes in chart.figure.axes for text in axes.texts]
    assert {"Forest", "Bog"} <= {*beside}


def test_counts_of_people_found_are_what_the_model_is_judged_by(compared: Comparison) -> None:
    found = observed(compared.results)
    assert found is not None
    bias = bias_of(found)
    assert bias is not None
    assert (bias.counts, bias.counted, bias.too_low) == (3, 900.0, 2)


def test_report_and_tables_name_the_states(compared: Comparison) -> None:
    headings = [each.heading for each in tables_by_state(compared.results)]
    assert headings == ["By state: Upland", "By state: Lowland"]
    console = Console(file=StringIO(), width=100)
    console.print(table_rich(compared.results))
    assert compared.write_report(full=True).is_file()


def test_it_is_exported(compared: Comparison, tmp_path: Path) -> None:
    assert compared.export("csv", out=tmp_path / "csv").is_dir()
    assert compared.export("geojson", out=tmp_path / "map.geojson").is_file()


def test_where_there_is_no_crossing_no_area_of_crossings_is_advised(tmp_path: Path) -> None:
    (tmp_path / "border.yaml").write_text(BORDER, encoding="utf-8")
    (tmp_path / "counts.csv").write_text(COUNTS.replace("bog", "everywhere"), encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        load_scenario(tmp_path / "border.yaml")
    (problem,) = error.value.problems
    words, _, places = str(problem.hint).partition("there are ")
    assert words == ""
    assert {"forest", "bog", "total"} <= {*places.split(", ")}
