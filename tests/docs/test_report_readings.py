"""The page on five readings of the report leads to sections that there are, ten for each reader."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from sim.report.charts.registry import CHARTS, report_charts
from sim.report.drawing.shown_chart import ShownChart
from sim.report.page.html_report import Scope, render_report
from sim.results.store import StoredResults
from tests.report import synthetic

PAGE = Path(__file__).parents[2] / "docs" / "report-readings.md"
QUESTIONS = 10
READERS = (
    "A minister",
    "A judge",
    "An officer at the border",
    "A referee",
    "A person in the queue",
)


class Blank(ShownChart):
    """A chart without anything in it."""

    def png(self) -> bytes:
        stream = io.BytesIO()
        Image.new("RGB", (20, 10), "white").save(stream, format="png")
        return stream.getvalue()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> StoredResults:
    folder = tmp_path_factory.mktemp("read") / "run"
    return synthetic.results(folder, policies=3, crossings=2, days=20, runs=4)


def sections(results: StoredResults, *, full: bool) -> set[str]:
    names = report_charts(results, compares=True, full=full)
    page = render_report(
        results, [Blank(name, "Finding", "Unit", "Picture") for name in names], Scope(full=full)
    )
    return set(re.findall(r'<h2 id="([a-z]+)"', page))


def rows(reader: str) -> list[tuple[str, str, str]]:
    text = PAGE.read_text(encoding="utf-8").split(f"## {reader}\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("| ")][1:]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]  # type: ignore[misc]


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_has_ten_questions_with_their_answers(reader: str) -> None:
    asked = rows(reader)
    assert len(asked) == QUESTIONS
    assert all(question and answer and where for question, answer, where in asked)


def test_answers_are_where_the_page_says(small: StoredResults) -> None:
    there = {full: sections(small, full=full) for full in (False, True)}
    modelled = {"wholes"}  # made-up results do not hold the parts of wholes
    for reader in READERS:
        for question, _, where in rows(reader):
            for part in where.split(","):
                full = "*full*" in where and "line on trust" not in part
                for id in re.findall(r"`#([a-z]+)`", part):
                    assert id in there[full] | modelled, (question, id)


def test_charts_that_the_page_names_are_in_the_full_report(small: StoredResults) -> None:
    assert {"utilisation", "tornado"} <= set(report_charts(small, compares=True, full=True))
    assert {"utilisation", "tornado"} <= CHARTS.keys()
