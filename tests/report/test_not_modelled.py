"""A case without weather, terrain, neighbours or travellers: nowhere does a page claim zeros."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO

import pytest
from rich.console import Console

from sim import compare, load_scenario
from sim.api.functions import speaking
from sim.api.objects import Comparison
from sim.report.charts.registry import CHARTS, default_charts
from sim.report.drawing.chart import Chart
from sim.report.page.comparison_table import table_rows
from sim.report.page.html_report import NO_BREAK_SPACE, render_report
from sim.report.page.terminal_table import table_rich
from sim.report.page.wholes import wholes
from tests.bad_input.template import TEMPLATE, write_changed

SEGMENTS = next(line for line in TEMPLATE.splitlines(keepends=True) if "id: forest" in line)
MISSING = ("weather", "terrain", "neighbours", "travellers")
# Words of what this case has not: they stand nowhere but where it is said that it is not modelled.
CLAIMS = re.compile(
    r"outdoors|wind chill|−10 °C|another country|neighbour|terrain border|on the terrain", re.I
)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Two crossings and a town, and nothing else."""
    folder = tmp_path_factory.mktemp("bare")
    name = write_changed(folder, (f"segments:\n{SEGMENTS}", ""))
    scenario = load_scenario(folder / name)
    return compare(scenario, ["open", "near-closed"], replicates=3, out=folder / "results")


@pytest.fixture(scope="module")
def charts(bare: Comparison) -> list[Chart]:
    """What is drawn of it where nothing is asked for by name."""
    return bare.charts()


def shown(bare: Comparison) -> str:
    """The table as a terminal shows it."""
    console = Console(file=StringIO(), width=120)
    console.print(table_rich(bare.results))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_no_indicator_of_it_has_a_value_in_any_table(bare: Comparison) -> None:
    entries = bare.results.manifest["indicators"]
    left_out = {each["id"]: each["not_modelled"] for each in entries if each["not_modelled"]}
    assert {"R2_cold", "O5_attempts", "O9", "K5", "K6", "R3", "O3"} <= left_out.keys()
    assert {*MISSING} <= {*bare.results.manifest["not_modelled"]}
    for frame in (bare.results.indicators, bare.results.by_class):
        rows = frame.filter(frame["indicator"].is_in(list(left_out)))
        assert len(rows)
        assert rows["value"].null_count() == len(rows)
    series = {each["name"]: each["not_modelled"] for each in bare.results.manifest["series"]}
    assert series["outdoor_cold_h"] == "weather"
    assert not series["arrivals"]


def test_the_table_says_not_modelled_and_why(bare: Comparison) -> None:
    rows = {row.indicator: row for row in table_rows(bare.results) if not row.is_reference}
    for name in ("R2_cold", "O5_attempts", "O9", "K5", "K6"):
        assert rows[name].value_text == "not modelled"
        assert (rows[name].change_text, rows[name].majority_text, rows[name].reading) == ("",) * 3
    assert rows["R1_person_days"].value_text != "not modelled"
    text = " ".join(shown(bare).split())
    assert text.count("not modelled: the scenario") == text.count("not modelled") == 5
    assert "Not modelled, which is not zero: " in text
    assert "Outdoors at −10 °C or colder (the scenario gives no weather)" in text


def test_parts_of_wholes_say_so_too(bare: Comparison) -> None:
    (cost,) = (each for each in wholes(bare.results) if each.columns[1] == "Whole cost")
    parts = dict(zip(cost.columns, cost.rows[0], strict=True))
    assert parts["Borne by travellers and businesses"] == "not modelled"
    assert parts["Borne by neighbouring countries"] == "not modelled"


def test_charts_that_would_be_empty_are_left_out(bare: Comparison, charts: list[Chart]) -> None:
    names = default_charts(bare.results)
    assert "exposure" not in names
    assert {*CHARTS} - {*names} == {"exposure"}
    assert [chart.name for chart in charts] == names


def test_asked_for_by_name_the_place_of_one_says_why(bare: Comparison) -> None:
    chart = bare.chart("exposure")
    assert chart.title == "Not modelled: the scenario gives no weather"
    assert "Nobody" not in chart.alt
    assert chart.data.is_empty()


def sentences(page: str) -> Iterator[str]:
    """The sentences of a page, its definitions of indicators and of the model's numbers aside."""
    without = re.sub(
        r"(?s)<section aria-labelledby=\"(indicators|assumptions)\".*?</section>", "", page
    )
    text = re.sub(r"(?s)<(style|script).*?</\1>|<[^>]+>", "\n", without)
    yield from (line.strip() for line in text.splitlines() if line.strip())


def test_the_report_claims_no_zeros(bare: Comparison, charts: list[Chart]) -> None:
    page = render_report(bare.results, charts)
    assert "Nobody is outdoors" not in page
    heads = {row.name for row in table_rows(bare.results) if row.missing} | {
        "Borne by neighbouring countries"
    }
    for line in sentences(page.replace(NO_BREAK_SPACE, " ")):
        if line not in heads and "Not modelled" not in line:
            assert not CLAIMS.search(line), line
    for chart in charts:
        assert not CLAIMS.search(f"{chart.title} {chart.subtitle} {chart.alt}"), chart.name
    assert "Not modelled here: the scenario gives no weather." in page
    assert "borrowed from finland-2023: " in page


@pytest.mark.parametrize(
    ("language", "words"), [("fi", "ei mallinnettu"), ("sv", "modelleras inte")]
)
def test_in_other_languages_too(bare: Comparison, language: str, words: str) -> None:
    with speaking(language):
        assert words in shown(bare)
