"""Every chart: its finding, its labels, its bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import polars as pl
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.errors import ResultsError
from sim.report.analysis.claim_days import claim_days
from sim.report.charts.registry import CHARTS, draw_charts
from sim.report.drawing.chart import Chart, save_charts
from sim.report.drawing.layout import (
    READABLE,
    fit,
    heading,
    lanes,
    new_page,
    text_problems,
    width_of,
    wrap,
)
from sim.report.drawing.style import BODY
from sim.results.store import StoredResults, write_results
from tests.effort import FULL
from tests.report import synthetic, synthetic_border

SAVE = """
import pathlib, sys
from sim.report.charts.registry import draw_charts
from sim.results.store import read_results
from tests.report.test_charts import save
save(draw_charts(read_results(pathlib.Path(sys.argv[1]))), pathlib.Path(sys.argv[2]))
"""
SIZES = [(1, 1), (2, 1), (4, 8), (15, 20)]
SIZES += [(2, 20), (15, 1)] if FULL else []


@pytest.mark.slow
@pytest.mark.parametrize(("policies", "crossings"), SIZES)
def test_no_label_leaves_the_canvas_or_touches_another(
    tmp_path: Path, policies: int, crossings: int
) -> None:
    results = synthetic.results(
        tmp_path / "run", policies=policies, crossings=crossings, days=70, runs=3
    )
    for chart in draw_charts(results):
        assert text_problems(chart.figure) == [], chart.name
        assert cut(chart.figure) == [], chart.name
        assert chart.title
        assert chart.alt
        assert "model result, not a forecast" in words(chart.figure)
        assert "0f3a9c2b7d1e" in words(chart.figure)


def test_one_run_and_nothing_recorded_still_draw(tmp_path: Path) -> None:
    content = synthetic.frames(policies=2, crossings=2, days=20, runs=1)
    content["daily"] = content["daily"].clear()
    content["observed"] = content["observed"].clear()
    content["indicators"] = content["indicators"].with_columns(value=pl.lit(0.0))
    from sim.results.store import write_results

    for chart in draw_charts(write_results(tmp_path / "run", **content)):
        assert text_problems(chart.figure) == [], chart.name


def test_no_label_is_cut_by_an_ellipsis(drawn: list[Chart]) -> None:
    """Names of policies, places, classes and indicators can be read to their end."""
    assert {chart.name: some for chart in drawn if (some := cut(chart.figure))} == {}


def test_letters_can_be_read(drawn: list[Chart]) -> None:
    """Differences in euros were once in letters of 3.5 points."""
    smallest = {chart.name: min(_sizes(chart.figure)) for chart in drawn}
    assert {name: size for name, size in smallest.items() if size < READABLE} == {}


def _sizes(figure: Figure) -> Iterator[float]:
    for text in figure.findobj(Text):
        if isinstance(text, Text) and text.get_text():
            yield float(text.get_fontsize())


def save(charts: list[Chart], folder: Path) -> list[Path]:
    """As they are saved; in a quick test one alone as PNG, which shows what is in the SVG."""
    saved = save_charts(charts if FULL else charts[:1], folder)
    for chart in () if FULL else charts[1:]:
        for suffix, content in (("svg", chart.svg()), ("csv", chart.csv())):
            saved.append(folder / f"{chart.name}.{suffix}")
            saved[-1].write_bytes(content)
    return saved


def cut(figure: Figure) -> list[str]:
    texts = figure.findobj(Text)
    return [text.get_text() for text in texts if "…" in text.get_text()]


def words(figure: Figure) -> str:
    return " ".join(text.get_text() for text in figure.texts)


class TestFindings:
    """Titles say what the tiny results hold, worked out by hand."""

    def test_fan(self, tiny: StoredResults) -> None:
        chart = CHARTS["fan"].draw(tiny)
        # quantiles .025 and .975 of 10, 20, 30 are 10.5 and 29.5; of 1, 2, 3 they are 1.05, 2.95
        assert chart.title == (
            "Waiting peaks at 20 (10 to 30) people under “Historical steps of autumn 2023”, "
            "at 2 (1.1 to 3) under “All crossings stay open”"
        )
        assert "in the transit state" in chart.subtitle

    @pytest.mark.parametrize("scale", [0.01, 1.0, 1_613.0, 2_380.0, 98_765.0])
    def test_every_panel_of_differences_has_a_scale(self, tmp_path: Path, scale: float) -> None:
        """Where labels were long, zero alone was left on an axis."""
        content = synthetic.frames(policies=3, crossings=1, days=10, runs=6)
        content["indicators"] = content["indicators"].with_columns(pl.col("value") * scale)
        chart = CHARTS["paired_difference"].draw(write_results(tmp_path / "run", **content))
        marked = [len(axes.get_xticks()) for axes in chart.figure.axes if axes.get_xticklabels()]
        assert len(marked) > 5
        assert min(marked) > 1
        assert text_problems(chart.figure) == []

    def test_a_panel_without_any_difference_has_zero_alone(self, tmp_path: Path) -> None:
        """It had a mark at 0.050 persons, which nothing measures."""
        content = synthetic.frames(policies=2, crossings=1, days=10, runs=6)
        content["indicators"] = content["indicators"].with_columns(value=pl.lit(3.0))
        chart = CHARTS["paired_difference"].draw(write_results(tmp_path / "run", **content))
        marks = [[t.get_text() for t in axes.get_xticklabels()] for axes in chart.figure.axes]
        assert [each for each in marks if each] == [["0"]] * len([each for each in marks if each])
        assert any(marks)

    def test_paired_difference(self, tiny: StoredResults) -> None:
        chart = CHARTS["paired_difference"].draw(tiny)
        assert chart.title == (
            "“All crossings stay open” against “Historical steps of autumn 2023”: waiting for "
            "registration −4.7 (−7.5 to −1.8) person-days, better"
        )
        readings = dict(chart.data.select("indicator", "reading").rows())
        assert readings["R4_without_access"] == "no clear difference"

    def test_trade_off(self, tiny: StoredResults) -> None:
        chart = CHARTS["trade_off"].draw(tiny)  # means (20, 5) and (15.33, 5)
        assert chart.title == (
            "“All crossings stay open” has the least waiting and the fewest people without access "
            "on average"
        )
        best = chart.data.filter("pareto_best")["policy"].unique().to_list()
        assert best == ["open"]

    def test_closure_calendar(self, tiny: StoredResults) -> None:
        # historical: no asylum from day 4, closed from day 5, of ten days
        assert claim_days(tiny, "historical").none.tolist() == [6, 6, 6]
        assert claim_days(tiny, "open").is_always_open
        assert CHARTS["closure_calendar"].draw(tiny).title == (
            "“Historical steps of autumn 2023”: no crossing takes asylum claims on 6 of 10 days; "
            "some crossing always takes asylum claims under “All crossings stay open”"
        )

    def test_heat_map(self, tiny: StoredResults, small: StoredResults) -> None:
        assert CHARTS["heat_map"].draw(tiny).title.startswith("Nobody arrives")
        chart = CHARTS["heat_map"].draw(small)
        sums = (
            small.daily.filter(policy="historical", series="arrivals")
            .group_by("crossing")
            .agg(pl.col("value").sum())
            .sort("value", descending=True)
        )
        busiest = synthetic_border.place(int(str(sums["crossing"][0])[1:]))
        share = sums["value"][0] / sums["value"].sum()
        assert chart.title.startswith(f"{busiest} takes {100 * share:.0f} % of arrivals")


class TestRightsStandBeside:
    @pytest.mark.parametrize(
        "name", ["fan", "heat_map", "paired_difference", "trade_off", "utilisation", "exposure"]
    )
    def test_arrivals_and_waiting_never_stand_alone(self, drawn: list[Chart], name: str) -> None:
        (shown,) = (chart.figure for chart in drawn if chart.name == name)
        labels = [label.get_text() for axes in shown.axes for label in axes.get_yticklabels()]
        text = " ".join([words(shown), *labels]).lower()
        assert "transit state" in text or "without access" in text

    def test_no_word_counts_people_as_water(self, drawn: list[Chart]) -> None:
        for chart in drawn:
            text = f"{chart.title} {chart.subtitle} {chart.alt}".lower()
            assert not any(word in text for word in ("illegal", "flood", "wave", "influx"))


class TestBytes:
    @pytest.mark.slow
    def test_drawn_and_saved_again_in_another_process_they_are_the_same_files(
        self, drawn: list[Chart], small: StoredResults, tmp_path: Path
    ) -> None:
        """No set or dictionary of whatever order decides what is in a picture or its data."""
        first = save(drawn, tmp_path / "one")
        seed = "7" if os.environ.get("PYTHONHASHSEED") != "7" else "8"
        subprocess.run(
            [sys.executable, "-c", SAVE, str(small.folder), str(tmp_path / "two")],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            check=True,
        )
        assert len(first) == (3 * len(CHARTS) if FULL else 2 * len(CHARTS) + 1)
        assert {path.name for path in (tmp_path / "two").iterdir()} == {p.name for p in first}
        for one in first:
            assert one.read_bytes() == (tmp_path / "two" / one.name).read_bytes(), one.name

    def test_a_chart_saved_twice_is_the_same(self, drawn: list[Chart]) -> None:
        assert drawn[0].png() == drawn[0].png()
        assert drawn[0].svg() == drawn[0].svg()

    def test_files_name_no_software_and_no_time(self, tiny: StoredResults) -> None:
        chart = CHARTS["fan"].draw(tiny)
        assert b"Software" not in chart.png()
        assert b"<dc:date>" not in chart.svg()

    def test_matplotlib_settings_are_left_alone(self, tiny: StoredResults) -> None:
        with mpl.rc_context({"font.size": 3.0}):
            CHARTS["fan"].draw(tiny).png()
            assert mpl.rcParams["font.size"] == 3.0


class TestRegistry:
    def test_an_unknown_chart_is_refused(self, tiny: StoredResults) -> None:
        with pytest.raises(ResultsError, match="no chart is called pie; there are fan"):
            draw_charts(tiny, ["pie"])

    def test_charts_come_in_the_order_asked_for(self, tiny: StoredResults) -> None:
        assert [c.name for c in draw_charts(tiny, ["heat_map", "fan"])] == ["heat_map", "fan"]


class TestLayout:
    def test_the_checker_finds_collisions_and_clipping(self) -> None:
        page = new_page(width=4, body=2, title="T", subtitle="S", footer="F")
        page.write("one label", 1.0, 0.5)
        page.write("another", 1.2, 0.52)
        page.write("far to the right", 3.6, 1.5)
        problems = text_problems(page.figure)
        assert problems == [
            "'far to the right' leaves the canvas",
            "'one label' touches 'another'",
        ]

    def test_wrapped_lines_fit(self) -> None:
        text = "words that are wrapped to fit into a narrow column of a page"
        lines = wrap(text, 1.2).split("\n")
        assert " ".join(lines) == text
        assert all(width_of(line) <= 1.2 for line in lines)

    @pytest.mark.parametrize("amount", ["EUR 73", "9 %"])
    def test_a_number_and_its_unit_stay_on_one_line(self, amount: str) -> None:
        text = f"of all that it costs {amount} is borne by others"
        for step in range(5, 40):
            assert amount in wrap(text, step / 10)

    def test_a_heading_has_lines_of_even_length(self) -> None:
        text = "fewer hours outdoors than under any other answer of all"
        assert wrap(text, 3.3).endswith("any other answer of\nall")
        even = "fewer hours outdoors than\nunder any other answer of all"
        assert heading(text, 3.3, size=BODY) == even
        assert heading(f"two\n{text}", 3.3, size=BODY) == f"two\n{even}"
        assert heading(text, 4.0, size=BODY) == text

    def test_cut_text_says_that_it_is_cut(self) -> None:
        assert fit("a name that is far too long for its place", 1.0, most=1).endswith("…")
        assert fit("short", 1.0) == "short"

    def test_lanes_keep_labels_apart(self) -> None:
        assert lanes([(0.0, 1.0), (0.5, 1.5), (1.2, 2.0), (1.3, 2.0)]) == [0, 1, 0, 2]
