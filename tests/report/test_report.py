"""The table and the HTML report."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from rich.console import Console

from sim.report.html import answer, render_report, write_report
from sim.report.registry import CHARTS, draw_charts
from sim.report.table import ComparisonTable, table_html, table_rows
from sim.store import StoredResults, write_results
from tests.report import synthetic

VOID = {"meta", "img", "br", "hr", "link", "input"}
LOADS = {"src", "href", "srcset", "poster", "data", "action"}


class Outline(HTMLParser):
    """What a page holds: tags that close, addresses, images, headings, table headers."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.alts: list[str] = []
        self.scopes: list[str | None] = []
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in LOADS]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag == "img":
            self.alts.append(given.get("alt") or "")
        if tag == "th":
            self.scopes.append(given.get("scope"))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


@pytest.fixture(scope="module")
def page(small: StoredResults) -> str:
    return render_report(small, draw_charts(small))


def outline(text: str) -> Outline:
    parser = Outline()
    parser.feed(text)
    parser.close()
    return parser


class TestTable:
    def test_rows_by_hand(self, tiny: StoredResults) -> None:
        rows = {(row.indicator, row.policy): row for row in table_rows(tiny)}
        base, other = rows["R1_person_days", "historical"], rows["R1_person_days", "open"]
        assert base.value_text == "20 [11–29]"  # 5 % and 95 % of 10, 20, 30
        assert (base.change_text, base.reading) == ("reference", "")
        assert other.value_text == "16.0 [5.2–25.0]"
        assert other.change_text == "−4.67 [−7.54 to −1.80]"
        assert other.reading == "↓ better"
        assert rows["R4_without_access", "open"].reading == "≈ no clear difference"
        assert rows["R4_without_access", "open"].worse_text == "33 %"

    def test_rights_stand_in_every_table(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=2, runs=3)
        content["manifest"]["headline"] = ["S3_suspension"]
        rows = table_rows(write_results(tmp_path / "run", **content))
        assert rows[0].family == "rights"
        assert {row.family for row in rows} == {"rights", "security"}

    def test_fewer_arrivals_are_not_called_better(self, small: StoredResults) -> None:
        words = {row.word for row in table_rows(small) if row.indicator == "S1_arrivals"}
        assert not words & {"better", "worse"}

    def test_terminal_keeps_to_a_hundred_columns(self, tmp_path: Path) -> None:
        results = synthetic.results(tmp_path / "run", policies=12, crossings=2, days=20, runs=4)
        stream = io.StringIO()
        Console(file=stream, width=100).print(ComparisonTable(results))
        lines = stream.getvalue().splitlines()
        assert max(len(line) for line in lines) <= 100
        assert "…" not in stream.getvalue()
        assert sum("no clear difference" in line for line in lines) > 0

    def test_html_has_scopes_and_escapes(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=2, runs=3)
        content["manifest"]["policies"][1]["label"] = "<b>bold</b> & co"
        text = table_html(write_results(tmp_path / "run", **content))
        found = outline(text)
        assert "&lt;b&gt;bold&lt;/b&gt; &amp; co" in text
        assert found.faults == []
        assert None not in found.scopes

    def test_notebooks_get_the_same_table(self, small: StoredResults) -> None:
        assert ComparisonTable(small)._repr_html_() == table_html(small)


class TestReport:
    def test_markup_closes_and_ids_are_unique(self, page: str) -> None:
        found = outline(page)
        assert page.startswith("<!DOCTYPE html>")
        assert found.faults == []
        assert found.open == []
        assert len(found.ids) == len(set(found.ids))

    def test_nothing_is_loaded_from_a_network(self, page: str) -> None:
        found = outline(page)
        assert all(address.startswith(("data:", "figures/")) for address in found.addresses)
        assert "url(" not in page
        assert "@import" not in page
        assert "<script" not in page

    def test_every_picture_has_words(self, page: str) -> None:
        found = outline(page)
        assert len(found.alts) == len(CHARTS)
        assert all(len(alt) > 40 for alt in found.alts)

    def test_every_table_header_has_a_scope(self, page: str) -> None:
        assert set(outline(page).scopes) == {"col", "colgroup", "row"}

    def test_headings_go_down_one_level_at_a_time(self, page: str) -> None:
        levels = [int(tag[1]) for tag in outline(page).headings]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(b - a <= 1 for a, b in pairwise(levels))

    def test_text_is_escaped(self, page: str) -> None:
        assert "Made-up border &lt;test&gt;" in page
        assert "<test>" not in page

    def test_contested_claims_and_limits_have_their_place(self, page: str) -> None:
        said = (
            "contested: register 1",
            "contested: register 3",
            "keep-one, contested: register 4",
            "expert guess",
            "intent is not identified",
            "model result, not a forecast",
            "rajasim compare scenario.yaml --seed 7",
        )
        for text in said:
            assert text in page.replace("&#39;", "'")

    def test_it_tells_who_bears_it(self, page: str) -> None:
        """A table for each policy; a dash where nobody of a class ever counts."""
        assert page.count("<summary>") == 3 + 2
        assert '<th scope="row">unaccompanied minors</th><td>–</td><td>–</td>' in page
        assert '<th scope="row">women and girls</th><td>–' not in page

    def test_it_tells_what_the_study_can_tell(self, page: str) -> None:
        """By the names of indicators; nothing of what has no rows."""
        assert '<th scope="row">demand_factor</th><td>0.50 [0.30–0.70]</td>' in page
        assert '<th scope="row">Waiting for registration</th><td>12</td>' in page
        assert "Skill (L3)" not in page

    def test_it_begins_with_the_answer_and_waiting_is_paired_with_access(
        self, tiny: StoredResults
    ) -> None:
        first, *rest = answer(tiny)
        assert first == (
            "Under Historical steps of autumn 2023, the median run [5–95 % of runs] gives: "
            "waiting for registration 20 [11–29] person-days; people without access to asylum "
            "5 [5–5] persons."
        )
        assert rest == [
            "Waiting for registration against Historical steps of autumn 2023: better under All "
            "crossings stay open.",
            "People without access to asylum against Historical steps of autumn 2023: no clear "
            "difference under All crossings stay open.",
        ]

    def test_less_waiting_by_shutting_people_out_is_said(self, tmp_path: Path) -> None:
        results = synthetic.results(tmp_path / "run", policies=6, crossings=1, days=20, runs=40)
        assert "not by itself a better outcome" in answer(results)[-1]

    def test_it_is_written_in_its_place(self, small: StoredResults) -> None:
        path = write_report(small, draw_charts(small, ["trade_off"]))
        assert path == small.folder / "report.html"
        assert path.stat().st_size < 5_000_000


@pytest.mark.parametrize("module", ["sim.report.table", "sim.report.registry", "sim.store"])
def test_matplotlib_waits_until_a_chart_is_drawn(module: str) -> None:
    code = f"import sys, {module}; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
