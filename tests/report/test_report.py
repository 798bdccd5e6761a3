"""The table and the HTML report."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import html5lib
import polars as pl
import pytest
from markupsafe import Markup
from rich.console import Console

from sim.report.analysis import queries
from sim.report.analysis.policy_choice import named
from sim.report.charts.registry import CHARTS, Section
from sim.report.page import html_report
from sim.report.page.answer import answer
from sim.report.page.comparison_table import table_html, table_rows
from sim.report.page.displayed_table import ComparisonTable
from sim.report.page.grounds import grounds
from sim.report.page.html_report import Scope, id_of, render_report, write_report
from sim.results.store import StoredResults, write_results
from sim.text.catalogue import speaking
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
def page(reported: Path) -> str:
    return reported.read_text(encoding="utf-8")


def outline(text: str) -> Outline:
    parser = Outline()
    parser.feed(text)
    parser.close()
    return parser


class TestTable:
    def test_rows_by_hand(self, tiny: StoredResults) -> None:
        rows = {(row.indicator, row.policy): row for row in table_rows(tiny)}
        base, other = rows["R1_person_days", "historical"], rows["R1_person_days", "open"]
        assert base.value_text == "20 (12 to 28)"  # 10 % and 90 % of 10, 20, 30
        assert (base.change_text, base.reading) == ("reference", "")
        assert other.value_text == "16 (6.4 to 24)"
        assert other.change_text == "−4.7 (−7.5 to −1.8)"
        assert other.reading == "↓ better"
        assert rows["R4_without_access", "open"].reading == "≈ no clear difference"
        assert other.majority_text == "−4; 100 %"
        assert rows["R4_without_access", "open"].majority_text == "0; 33 %"

    def test_rights_stand_in_every_table(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=2, runs=3)
        content["manifest"]["headline"] = ["O3_suspension"]
        rows = table_rows(write_results(tmp_path / "run", **content))
        assert rows[0].family == "rights"
        assert {row.family for row in rows} == {"rights", "security"}

    def test_fewer_arrivals_are_not_called_better(self, small: StoredResults) -> None:
        words = {row.word for row in table_rows(small) if row.indicator == "O1_arrivals"}
        assert not words & {"better", "worse"}

    def test_one_policy_alone_has_no_columns_of_differences(self, tmp_path: Path) -> None:
        results = synthetic.results(tmp_path / "run", policies=1, crossings=2, days=10, runs=3)
        console = Console(width=100, record=True, file=io.StringIO())
        console.print(ComparisonTable(results))
        text = console.export_text()
        assert "difference" not in text
        assert "reading" not in text
        assert text.count("median (10 to 90 %)") == len({row.family for row in table_rows(results)})

    def test_terminal_keeps_to_a_hundred_columns(self, tmp_path: Path) -> None:
        results = synthetic.results(tmp_path / "run", policies=12, crossings=2, days=20, runs=4)
        stream = io.StringIO()
        Console(file=stream, width=100).print(ComparisonTable(results))
        lines = stream.getvalue().splitlines()
        assert max(len(line) for line in lines) <= 100
        assert "…" not in stream.getvalue()
        assert sum("no clear" in line for line in lines) > 0

    def test_html_has_scopes_and_escapes(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=2, runs=3)
        content["manifest"]["policies"][1]["label"] = "<b>bold</b> & co"
        text = table_html(write_results(tmp_path / "run", **content))
        found = outline(text)
        assert "&lt;b&gt;bold&lt;/b&gt; &amp; co" in text
        assert found.faults == []
        assert None not in found.scopes

    def test_notebooks_get_the_same_table_with_its_style(self, small: StoredResults) -> None:
        style, table = ComparisonTable(small)._repr_html_().split("</style>\n")
        assert style.startswith("<style>\n.comparison-region {")
        assert table == table_html(small)


class TestReport:
    def test_it_is_valid_html(self, page: str) -> None:
        """No parse error, every tag closed, no id twice."""
        html5lib.HTMLParser(strict=True).parse(page)
        found = outline(page)
        assert page.startswith("<!DOCTYPE html>")
        assert found.faults == []
        assert found.open == []
        assert len(found.ids) == len(set(found.ids))

    def test_no_request_may_leave_it(self, page: str) -> None:
        found = outline(page)
        assert all(
            address.startswith(("data:", "figures/", "#", "report")) for address in found.addresses
        )
        assert re.search(r"url\((?!#)|@import|<script[^>]*src", page) is None
        assert (
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
            "img-src data:; style-src 'unsafe-inline'; script-src 'sha256-"
        ) in page

    def test_scripts_are_allowed_only_with_a_player(self, tiny: StoredResults) -> None:
        """It is among what happened, where there is a heading even without a chart."""
        still = render_report(tiny, [])
        assert "<script" not in still
        assert "style-src 'unsafe-inline'\">" in still
        page = render_report(tiny, [], player=Markup("<p>the player</p><script>1</script>"))
        digest = base64.b64encode(hashlib.sha256(b"1").digest()).decode()
        assert f"style-src 'unsafe-inline'; script-src 'sha256-{digest}'\">" in page
        assert page.index('id="happened"') < page.index("the player") < page.index('id="policies"')

    def test_every_picture_has_words(self, page: str) -> None:
        found = outline(page)
        alts = [alt for alt in found.alts if alt]  # further strips of a picture have none
        assert len(alts) == len(CHARTS)
        assert all(len(alt) > 40 for alt in alts)

    def test_every_table_header_has_a_scope(self, page: str) -> None:
        assert set(outline(page).scopes) == {"col", "rowgroup", "row"}

    def test_headings_go_down_one_level_at_a_time(self, page: str) -> None:
        levels = [int(tag[1]) for tag in outline(page).headings]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(b - a <= 1 for a, b in pairwise(levels))

    def test_sections_are_in_the_order_of_the_story(self, page: str) -> None:
        """The answer, the table, the charts by section, and then what they rest on."""
        story = [
            id
            for section in Section
            for id in (
                id_of(section),
                *(f"chart-{k.name}" for k in CHARTS.values() if k.section is section),
            )
        ]
        sections = [
            *("answer", "table", *story, "policies", "indicators", "assumptions"),
            *("contested", "limits", "legal", "learning", "again"),
        ]
        ids = [
            id
            for id in outline(page).ids
            if not id.startswith(("title-", "claim-", "player", "policy-"))
        ]
        assert ids == [id for id in sections if id in ids]
        assert {f"chart-{name}" for name in CHARTS} <= set(ids)

    def test_its_contents_lead_to_every_section(self, page: str) -> None:
        led = [address[1:] for address in outline(page).addresses if address.startswith("#")]
        sections = re.findall(r'<h2 id="([a-z]+)"', page)
        assert led == ["answer", "sure", *sections]  # the answer says itself how far to trust it

    def test_text_is_escaped(self, page: str) -> None:
        assert "Made-up border &lt;test&gt;" in page
        assert "<test>" not in page

    def test_contested_claims_and_limits_have_their_place(self, page: str) -> None:
        said = (
            "contested: register 1",
            "contested: register 3",
            "(one crossing is kept open; contested: register 4)",
            "C1; status: contested. Read so.",
            "<li>A government (2023-11): register 1</li>",
            "<li>Another (2023-11): register 2</li>",
            "Closing all endangers asylum.",
            "expert guess",
            "intent is not identified",
            "model result, not a forecast",
            "rajasim compare scenario.yaml --seed 7",
        )
        for text in said:
            assert text in page.replace("&#39;", "'")

    def test_it_shows_who_bears_it(self, page: str) -> None:
        """A table for each policy; a dash where nobody of a class ever counts."""
        assert (
            page.count("<h4>By class of person</h4>") == page.count('<article class="policy"') == 3
        )
        rows = without_heads(page)
        assert '<th scope="row">unaccompanied minors</th><td>–</td><td>–</td>' in rows
        assert '<th scope="row">women and girls</th><td>–' not in rows

    def test_it_shows_what_the_study_can_identify(self, page: str) -> None:
        """By the names of indicators; nothing of what has no rows."""
        rows = without_heads(page)
        assert '<th scope="row">Factor of demand</th><td>0.50 (0.30 to 0.70)</td>' in rows
        assert '<th scope="row">Waiting for registration</th><td>12</td>' in rows
        assert "Skill (L3)" not in page

    def test_nothing_is_said_of_what_a_manifest_does_not_have(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=1, crossings=1, days=10, runs=2)
        for key in ("claims", "legal_positions", "learning", "oversight", "responses", "classes"):
            content["manifest"].pop(key)
        content["by_class"] = content["by_class"].clear()
        content["learning"] = content["learning"].clear()
        page = render_report(write_results(tmp_path / "run", **content), [])
        for words in (
            "Positions differ",
            "Said by",
            "What can this study show",
            "By class of person",
        ):
            assert words not in page

    def test_it_speaks_the_language_asked_for(self, small: StoredResults) -> None:
        with speaking("fi"):
            page = render_report(small, [])
        assert '<html lang="fi">' in page
        assert "Kaikki ylityspaikat pysyvät auki" in page
        assert ">All crossings stay open<" not in page

    def test_what_a_guess_rests_on_is_translated(self, tmp_path: Path) -> None:
        """Sources once went on in English behind the words for an expert guess."""
        content = synthetic.frames(policies=2, runs=3)
        sources = [f"expert guess: {each}" for each in ("ours", "nothing is known", "of a plugin")]
        first = {**content["manifest"]["assumptions"][0], "key": "branching"}
        content["manifest"]["assumptions"] = [{**first, "source": source} for source in sources]
        ours = {sources[0]: "asiantuntija-arvio: oma"}
        content["manifest"]["translations"] = {"fi": ours}
        with speaking("fi"):
            rows = grounds(write_results(tmp_path / "run", **content))["assumptions"]
        assert [row[-1] for row in rows] == [
            "asiantuntija-arvio: oma",
            "asiantuntija-arvio: mitään ei tiedetä",
            "asiantuntija-arvio: of a plugin",
        ]
        assert "<code>branching</code>" in rows[0][0]
        assert not rows[0][0].startswith("<code>"), "its name comes first"

    def test_it_is_written_in_its_place(self, tiny: StoredResults) -> None:
        short = Scope(full=False)
        assert write_report(tiny, [], short) == tiny.folder / "report.html"
        page = (tiny.folder / "report.html").read_text(encoding="utf-8")
        assert page == render_report(tiny, [], short)
        assert write_report(tiny, []) == tiny.folder / "report-full.html"

    def test_it_is_smaller_than_five_megabytes(self, reported: Path) -> None:
        assert reported.stat().st_size < html_report.LIMIT == 5_000_000


@pytest.mark.parametrize(
    "module",
    ["sim.report.page.comparison_table", "sim.report.charts.registry", "sim.results.store"],
)
def test_matplotlib_waits_until_a_chart_is_drawn(module: str) -> None:
    code = f"import sys, {module}; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def joint(folder: Path, changes: dict[str, tuple[float, float]]) -> StoredResults:
    """Policies that change waiting and people without access by so much, clearly or not (0)."""
    content = synthetic.frames(policies=1 + len(changes), crossings=1, days=10, runs=6)
    policies = content["manifest"]["policies"]
    sizes = {"Reference": (0.0, 0.0), **changes}
    for entry, label in zip(policies, sizes, strict=True):
        entry["label"] = label
    rows = [
        (
            entry["id"],
            state_of_world,
            0,
            name,
            "persons",
            100.0 + 10.0 * state_of_world + size + wobble * (k > 0),
        )
        for k, (entry, of_both) in enumerate(zip(policies, sizes.values(), strict=True))
        for name, size in zip(("R1_person_days", "R4_without_access"), of_both, strict=True)
        for state_of_world, wobble in enumerate((-1.5, 1.5) * 3)
    ]
    content["indicators"] = pl.DataFrame(rows, schema=content["indicators"].schema, orient="row")
    content["manifest"]["headline"] = ["R1_person_days", "R4_without_access"]
    return write_results(folder, **content)


def turned(folder: Path) -> StoredResults:
    """One other policy: 20 fewer without access under one hypothesis, 10 more under the other."""
    content = synthetic.frames(policies=2, crossings=1, days=10, runs=40)
    held = content["states_of_world"].sort("state_of_world")["hypothesis"].to_list()
    first = content["manifest"]["hypotheses"][0]["id"]
    rows = [
        (policy, state, 0, name, "persons", 100.0 + size + 0.1 * (state % 5) * (policy == "open"))
        for policy in ("historical", "open")
        for name in ("R1_person_days", "R4_without_access")
        for state, hypothesis in enumerate(held)
        for size in [0.0 if policy == "historical" else -20.0 if hypothesis == first else 10.0]
    ]
    content["indicators"] = pl.DataFrame(rows, schema=content["indicators"].schema, orient="row")
    content["manifest"]["headline"] = ["R1_person_days", "R4_without_access"]
    return write_results(folder, **content)


class TestAnswer:
    def test_one_other_policy_by_hand(self, tiny: StoredResults) -> None:
        assert answer(tiny) == [
            "“All crossings stay open”, against “Historical steps of autumn 2023”: People without "
            "access to asylum: no difference; about 5 person-days less waiting (in all states).",
            "There are too few states of the world to say what would overturn this.",
        ]

    @pytest.mark.parametrize(
        ("change", "says", "kept_away"),
        [
            ((-50.0, -50.0), ("fewer people without access", "days less waiting"), False),
            ((50.0, 50.0), ("more people without access", "days more waiting"), False),
            ((-50.0, 50.0), ("more people without access", "days less waiting"), True),
            ((50.0, -50.0), ("fewer people without access", "days more waiting"), False),
        ],
    )
    def test_access_comes_first_and_waiting_beside_it(
        self, tmp_path: Path, change: tuple[float, float], says: tuple[str, str], kept_away: bool
    ) -> None:
        """Less waiting of fewer people is never said without the reason."""
        said = answer(joint(tmp_path / "run", {"Other": change}))[0]
        assert said.startswith("“Other”, against “Reference”: about 50 ")
        assert said.index(says[0]) < said.index(says[1])
        assert said.count("in all") == 2
        assert ("because fewer people could come" in said) is kept_away

    def test_what_is_not_clear_is_not_said_to_be(self, tmp_path: Path) -> None:
        said = answer(joint(tmp_path / "run", {"A": (0.3, -0.3)}))[0]
        assert said.count("(not clear: in 5 of 10") == 2

    def test_of_many_policies_those_are_named_that_matter(self, tmp_path: Path) -> None:
        """The fewest without access and the least waiting; not the many between them."""
        changes = {
            "A": (-60.0, 50.0),
            "B": (-50.0, 50.0),
            "C": (-40.0, -50.0),
            "D": (50.0, -60.0),
            "E": (0.0, 0.0),
        }
        results = joint(tmp_path / "run", changes)
        said = answer(results)
        assert len(said) <= 5
        assert [s[1] for s in said if s.startswith("“")] == ["D", "A"]
        labels = queries.labels(results)
        assert [labels[each] for each in named(results)] == ["D", "A"]

    def test_who_bears_a_cost_is_said_with_the_whole(self, tmp_path: Path) -> None:
        """Twelve months of reception and lost trade may not be left out of it."""
        content = synthetic.frames(policies=2, crossings=1, days=10, runs=12)
        entry = content["manifest"]["indicators"][0]
        costs = {"K_all": 9e6, "K1": 2e6, "K4_later": 10e6, "K5": -3e6}
        for name in costs:
            content["manifest"]["indicators"].append(
                {**entry, "id": name, "family": "cost", "direction": "less", "unit": "EUR"}
            )
        content["manifest"]["headline"].append("K_all")
        rows = [
            (policy, state, 0, name, "EUR", 5e7 + size * (policy == "open") + state)
            for policy in ("historical", "open")
            for name, size in costs.items()
            for state in range(12)
        ]
        extra = pl.DataFrame(rows, schema=content["indicators"].schema, orient="row")
        content["indicators"] = pl.concat([content["indicators"], extra])
        said = answer(write_results(tmp_path / "run", **content))[0]
        assert "whole cost about EUR 9 million more (in all states)" in said
        assert (
            "of which the receiving state +2 million, reception afterwards +10 million, travellers "
            "and businesses −3 million"
        ) in said

    def test_a_hypothesis_that_turns_the_sign_is_named(self, tmp_path: Path) -> None:
        results = turned(tmp_path / "run")
        said = " ".join(answer(results))
        assert "What would overturn it: under the hypothesis “Passive permission”" in said
        assert "No steering: −20 (50 % of the states of the world)" in said

    def test_one_run_makes_nothing_clear(self, tmp_path: Path) -> None:
        results = synthetic.results(tmp_path / "run", policies=3, crossings=1, days=10, runs=1)
        assert answer(results)[1:] == [
            "There are too few runs to call any difference from the reference clear."
        ]

    def test_waiting_is_never_reported_alone(self, tmp_path: Path) -> None:
        content = synthetic.frames(policies=2, crossings=1, days=10, runs=3)
        content["manifest"]["headline"] = ["R1_person_days"]
        (said,) = answer(write_results(tmp_path / "run", **content))
        assert "neither is spoken of alone" in said

    def test_fewer_arrivals_are_no_answer(self, small: StoredResults) -> None:
        assert not any("rrival" in sentence for sentence in answer(small))


def without_heads(page: str) -> str:
    """A page without the heads that its cells carry for phones."""
    return re.sub(r' data-head="[^"]*"', "", page)
