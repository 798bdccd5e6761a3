"""The first screen, and what the short report leaves to the full one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sim.api.objects import Comparison
from sim.errors import ResultsError
from sim.report.analysis import queries
from sim.report.analysis.coverage import observed
from sim.report.analysis.policy_choice import MOST_DRAWN, drawn
from sim.report.analysis.verdicts import judged
from sim.report.charts.registry import CHARTS
from sim.report.page.comparison_table import table_html, table_rows
from sim.report.page.findings import table_finding
from sim.report.page.glance import MARGIN, WIDTH, glance
from sim.report.page.html_report import Scope, question, render_report
from sim.report.page.policy_pages import policy_pages
from sim.report.page.trust_picture import HEIGHT, trust_picture
from sim.results.store import StoredResults, write_results
from sim.text.catalogue import speaking
from tests.report import synthetic, synthetic_border

STATES = 12
INDICATORS = ("R4_without_access", "R1_person_days", "R6")


def results_with(folder: Path, effects: dict[str, tuple[float, float]]) -> StoredResults:
    """Policies that change access by a size, alike in all states or half of them the other way."""
    content: dict[str, Any] = synthetic.frames(
        policies=1 + len(effects), crossings=1, days=10, runs=STATES
    )
    entries = content["manifest"]["policies"]
    sizes = {"Reference": (0.0, 0.0), **effects}
    for entry, label in zip(entries, sizes, strict=True):
        entry["label"] = label
    first = content["manifest"]["indicators"][0]
    known = {entry["id"] for entry in content["manifest"]["indicators"]}
    content["manifest"]["indicators"] += [
        {**first, "id": name, "family": "rights", "direction": "less", "unit": "persons"}
        for name in INDICATORS
        if name not in known
    ]
    rows = [
        (entry["id"], state, 0, name, "persons", 100.0 + size + swing * (1 if state % 2 else -1))
        for entry, (size, swing) in zip(entries, sizes.values(), strict=True)
        for name in INDICATORS
        for state in range(STATES)
    ]
    content["indicators"] = pl.DataFrame(rows, schema=content["indicators"].schema, orient="row")
    content["manifest"]["headline"] = list(INDICATORS)
    return write_results(folder, **content)


class TestGlance:
    def test_policies_are_sorted_by_access_and_grouped_by_how_clear_it_is(
        self, tmp_path: Path
    ) -> None:
        effects = {"Harm": (30.0, 1.0), "Help": (-20.0, 1.0), "Unclear": (0.5, 9.0)}
        found = glance(results_with(tmp_path / "run", effects))
        assert found is not None
        assert found.heads[0][0] == "People without access to asylum"
        assert [(heading, [row.label for row in rows]) for heading, rows in found.groups] == [
            ("Clear difference in access", ["Help", "Harm"]),
            ("No clear difference in access", ["Unclear"]),
        ]
        assert found.reference.label == "Reference"
        assert found.reference.cells[0].value == "100"

    def test_marks_are_where_the_numbers_are(self, tmp_path: Path) -> None:
        """From −20 to +30 on one scale: zero is at two fifths."""
        effects = {"Harm": (30.0, 0.0), "Help": (-20.0, 0.0)}
        found = glance(results_with(tmp_path / "run", effects))
        assert found is not None
        marks = [row.cells[0].marks for _, rows in found.groups for row in rows]
        inner = WIDTH - 2 * MARGIN
        for each, share in zip(marks, (0.0, 1.0), strict=True):
            assert each is not None
            assert each.zero == pytest.approx(MARGIN + 0.4 * inner)
            assert (each.low, each.mean, each.high) == pytest.approx((MARGIN + share * inner,) * 3)

    def test_no_policy_alone_is_compared(self, tmp_path: Path) -> None:
        alone = synthetic.results(tmp_path / "run", policies=1, crossings=1, days=10, runs=3)
        assert glance(alone) is None
        assert question(alone).endswith("what happens under “Historical steps of autumn 2023”?")

    def test_words_are_of_the_language_that_is_spoken(self, small: StoredResults) -> None:
        english = table_rows(small)[0]
        with speaking("fi"):
            assert table_rows(small)[0].unit != english.unit
        assert table_rows(small)[0] == english


class TestTrustPicture:
    def test_counts_are_drawn_in_the_band_of_the_runs(self, small: StoredResults) -> None:
        found, picture = observed(small), trust_picture(small)
        assert found is not None
        assert picture is not None
        counts = found.total
        assert len(picture.columns) == len(counts.counted)
        tops = [each.top for each in picture.columns]
        assert min(tops) >= 0.0
        assert all(each.top + each.height <= HEIGHT + 0.5 for each in picture.columns)
        highest = max(counts.quantile("q90").max(), counts.observations[0][counts.counted].max())
        first = counts.observations[0][counts.counted[0]]
        assert picture.columns[0].y == pytest.approx(HEIGHT * (1 - first / highest), abs=0.06)

    def test_a_week_beside_a_day_is_drawn_as_its_mean_a_day(self, tmp_path: Path) -> None:
        """Else a count of four weeks would stand four times as high as those of single weeks."""
        content = synthetic.frames(policies=1, crossings=1, days=10, runs=2)
        content["daily"] = content["daily"].clear()
        week = synthetic.counts([synthetic_border.START], [140.0], days=7)
        day = synthetic.counts([synthetic_border.START + timedelta(days=7)], [60.0])
        content["observed"] = pl.concat([week, day])
        picture = trust_picture(write_results(tmp_path / "run", **content))
        assert picture is not None
        assert picture.most == "60 arrivals a day at the top"
        heights = [HEIGHT - each.y for each in picture.columns]
        assert heights == pytest.approx([HEIGHT * 20 / 60, HEIGHT], abs=0.06)

    def test_there_is_none_without_counts(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=1, crossings=1, days=10, runs=2)
        content["manifest"].pop("observed", None)
        content["observed"] = content["observed"].clear()
        assert trust_picture(write_results(tmp_path / "run", **content)) is None


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> StoredResults:
    folder = tmp_path_factory.mktemp("many") / "run"
    return synthetic.results(folder, policies=9, crossings=2, days=20, runs=4)


@pytest.mark.parametrize("name", CHARTS)
def test_charts_draw_the_policies_that_are_shown(small: StoredResults, name: str) -> None:
    """And say nothing of the others, in their words or their data."""
    every = queries.every_policy(small)
    shown = queries.showing(small, every[1:2])
    chart = CHARTS[name].draw(shown)
    hidden = {queries.labels(small)[policy] for policy in every[2:]}
    assert not [label for label in hidden if label in f"{chart.title} {chart.subtitle} {chart.alt}"]
    if "policy" in chart.data.columns:
        assert set(chart.data["policy"].drop_nulls().unique()) <= {*every[:2], ""}


class TestLayers:
    def test_six_policies_are_drawn_and_the_others_are_in_a_table(
        self, many: StoredResults
    ) -> None:
        chosen = drawn(many)
        assert len(chosen) == MOST_DRAWN
        assert chosen[0] == many.manifest["reference"]
        page = render_report(many, [], Scope(full=False, policies=chosen))
        others = page.split('id="others"')
        assert len(others) == 2, "there is a section of the others"
        labels = queries.labels(many)
        for policy, label in labels.items():
            assert (f'<th scope="col">{label}' in others[1]) is (
                policy not in chosen or policy == chosen[0]
            )

    def test_those_that_are_asked_for_are_drawn(self, many: StoredResults) -> None:
        every = queries.every_policy(many)
        shown = queries.showing(many, every[-2:])
        assert queries.policies(shown) == [every[0], *every[-2:]]
        assert list(queries.labels(shown)) == queries.policies(shown)
        with pytest.raises(ResultsError, match="no policy of these results is called 'nobody'"):
            queries.showing(many, ["nobody"])

    def test_words_allow_for_all_comparisons_however_few_are_shown(
        self, many: StoredResults
    ) -> None:
        """A verdict may not become clear because others are not looked at."""
        few = queries.showing(many, queries.every_policy(many)[1:2])
        words = {cell: each.word for cell, each in judged(many).items()}
        assert {cell: each.word for cell, each in judged(few).items()} == words

    def test_a_table_has_six_policies_beside_one_another(self, many: StoredResults) -> None:
        tables = table_html(many).split("<table")[1:]
        heads = [table.split("</thead>")[0].count('scope="col"') - 1 for table in tables]
        assert heads == [6, 4]  # each with the reference

    def test_the_short_report_leads_to_the_full_one(self, tmp_path: Path) -> None:
        results = synthetic.results(tmp_path / "run", policies=2, crossings=2, days=20, runs=4)
        comparison = Comparison(results)
        short = comparison.write_report(charts=["trade_off"]).read_text(encoding="utf-8")
        assert "rajasim report FOLDER --full" in short
        assert not (results.folder / "report-full.html").exists()
        again = comparison.write_report(charts=["trade_off"], full=True)
        short = again.read_text(encoding="utf-8")
        full = (results.folder / "report-full.html").read_text(encoding="utf-8")
        assert again.name == "report.html"
        assert 'href="report-full.html"' in short
        assert 'href="report.html"' in full
        for id in ("indicators", "assumptions", "learning", "legal"):
            assert f'<h2 id="{id}">' in full
            assert f'<h2 id="{id}">' not in short
        for id in ("answer", "table", "sure", "policies", "contested", "limits", "again"):
            assert f'<h2 id="{id}">' in short
        assert len(short) < len(full)

    def test_the_answer_is_of_the_policies_that_are_shown(self, many: StoredResults) -> None:
        """And says which are named only where not all are."""
        every, labels = queries.every_policy(many), queries.labels(many)
        page = render_report(many, [], Scope(full=False, policies=every[1:2]))
        said = page.split('class="answer"')[1].split("</div>")[0]
        assert labels[every[1]] in said
        assert not [policy for policy in every[2:] if f"“{labels[policy]}”" in said]
        words = "Of the other policies those are named"
        assert words not in page
        assert words in render_report(many, [], Scope(full=False))

    def test_sections_open_with_what_they_find(self, tmp_path: Path) -> None:
        """People without access come first: where they are fewest, and where most."""
        results = results_with(tmp_path / "run", {"Harm": (30.0, 0.0), "Help": (-20.0, 0.0)})
        assert table_finding(results) == (
            "People without access to asylum: from about 80 (“Help”) to about 130 (“Harm”) in the "
            "median run."
        )
        same = results_with(tmp_path / "same", {"Other": (0.0, 0.0)})
        assert table_finding(same).endswith("about 100 in the median run, whatever the policy.")
        page = render_report(results, [], Scope(full=False))
        assert (
            page.index('<h2 id="table">')
            < page.index("from about 80")
            < page.index('<table class="comparison')
        )

    def test_every_policy_has_a_page(self, small: StoredResults) -> None:
        """Calendar, people, places, costs, and who bears it; its finding opens it."""
        pages = policy_pages(small)
        assert [each.id for each in pages] == queries.policies(small)
        for each in pages:
            assert each.finding
            assert each.calendar
            captions = [table.caption for table in each.tables]
            assert captions[0] == "People"
            assert "Places, in the median run" in captions
            assert captions[-1] == "By class of person"

    def test_its_calendar_names_every_crossing(self, tmp_path: Path) -> None:
        """Not "3 crossings", which a chart has room for."""
        content = synthetic.frames(policies=1, crossings=4, days=20, runs=2)
        last = content["manifest"]["places"][3]["id"]
        content["access"] = content["access"].filter(pl.col("crossing") != last)
        [page] = policy_pages(write_results(tmp_path / "run", **content))
        closed = [line for line in page.calendar if ": closed: " in line]
        assert closed
        assert all(line.count(", ") == 2 for line in closed)

    def test_on_phones_policies_are_cards(self, small: StoredResults) -> None:
        page = render_report(small, [], Scope(full=False))
        assert page.count('<details class="card"') == len(queries.policies(small))
