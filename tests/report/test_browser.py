"""The report in a real browser: what it loads, how it fits, what a keyboard and a reader reach.

Skipped where there is no Chromium. Accessibility is checked by axe-core against WCAG 2.1 A and AA.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from sim.outcomes.indicators import INDICATORS
from sim.report.html_templates import environment
from sim.results.store import StoredResults, write_results
from sim.study.manifest_record import described_indicator
from sim.text.catalogue import speaking
from tests.report import synthetic
from tests.report.conftest import PatientBrowser

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


class Visit:
    """A page that was opened, and everything that it asked for or complained of."""

    def __init__(self, page: Page, report: Path) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(report.as_uri(), wait_until="load")

    def ask(self, script: str) -> Any:
        return self.page.evaluate(script)


@pytest.fixture(scope="session")
def visit(browser: PatientBrowser, reported: Path) -> Iterator[Visit]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield Visit(page, reported)
    page.close()


@pytest.mark.slow
def test_it_opens_without_a_request_or_a_complaint(visit: Visit, reported: Path) -> None:
    loaded = [url for url in visit.requests if not url.startswith("data:image/png;base64,")]
    assert loaded == [reported.as_uri()]
    assert visit.complaints == []


def test_its_policy_stops_requests(browser: PatientBrowser, reported: Path, tmp_path: Path) -> None:
    """The same page with a picture and a script from elsewhere: neither is asked for."""
    smuggled = tmp_path / "report.html"
    extra = '<img src="http://127.0.0.1:9/x.png" alt="x"><script>document.title = "ran"</script>'
    text = reported.read_text(encoding="utf-8")
    smuggled.write_text(text.replace("</main>", f"{extra}</main>"), encoding="utf-8")
    page = browser.new_page()
    seen = Visit(page, smuggled)
    assert sum("Content Security Policy" in each for each in seen.complaints) == 2
    assert page.title() != "ran"
    page.close()


def test_links_lead_somewhere(visit: Visit, reported: Path) -> None:
    links = visit.ask("[...document.links].map(link => link.getAttribute('href'))")
    inside = [link for link in links if link.startswith("#")]
    assert len(inside) > 10
    missing = [each for each in inside if not visit.ask(f"!!document.querySelector('{each}')")]
    assert missing == []
    files = [link for link in links if not link.startswith("#")]
    assert files
    assert [name for name in files if not (reported.parent / name).is_file()] == []


def test_pictures_load(visit: Visit) -> None:
    widths = visit.ask("[...document.images].map(image => image.naturalWidth)")
    assert widths
    assert min(widths) > 600


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_the_page_never_scrolls_sideways(visit: Visit, width: int) -> None:
    """What is wider scrolls within its own region."""
    visit.page.set_viewport_size({"width": width, "height": 900})
    assert visit.ask("document.documentElement.scrollWidth") <= width
    wide = (
        "[...document.querySelectorAll('[role=region]')].filter(r => r.scrollWidth > r.clientWidth)"
    )
    assert visit.ask(f"{wide}.every(r => r.tabIndex === 0)")
    if width == 390:
        assert visit.ask(f"{wide}.length") > 3
    visit.page.set_viewport_size({"width": 1280, "height": 900})


def test_on_a_phone_words_have_the_room_and_not_the_unit(visit: Visit) -> None:
    """The last column of a policy's tables once took half of the width."""
    visit.page.set_viewport_size({"width": 390, "height": 900})
    shares = visit.ask(
        "[...document.querySelectorAll('.policy table')].filter(t => t.rows[0].cells.length < 5)"
        ".map(t => [...t.rows[0].cells].at(-1).offsetWidth / t.offsetWidth)"
    )
    visit.page.set_viewport_size({"width": 1280, "height": 900})
    assert shares
    assert max(shares) < 0.4


def test_on_a_phone_a_card_leaves_out_what_is_empty_and_gives_texts_its_width(
    visit: Visit,
) -> None:
    """Texts once had half of a card, and nine parameters in ten a line that said nothing.

    A dash stays: it says that nobody of a class counts.
    """
    heads = ("What", "Value", "Range", "What it says", "Source")
    rows = [("Patience", "–", "", "How long people wait before they give up", "guess")]
    module: Any = environment().get_template("rows.html.j2").module
    table = module.table_of("Some", heads, rows)
    visit.page.set_viewport_size({"width": 390, "height": 900})
    visit.page.evaluate(
        "table => document.querySelector('main').insertAdjacentHTML("
        "'beforeend', `<div id=tried>${table}</div>`)",
        str(table),
    )
    shown = visit.ask(
        "[...document.querySelectorAll('#tried td')]"
        ".map(c => c.checkVisibility() ? c.offsetWidth / c.parentElement.offsetWidth : 0)"
    )
    visit.ask("document.querySelector('#tried').remove()")
    visit.page.set_viewport_size({"width": 1280, "height": 900})
    value, spread, text, source = shown
    assert 0.3 < value < 0.6
    assert spread == 0
    assert min(text, source) > 0.95


def test_on_a_phone_no_table_is_off_the_screen(visit: Visit) -> None:
    """Of the table by class of person, with twenty columns, two were seen."""
    visit.page.set_viewport_size({"width": 390, "height": 900})
    off = visit.ask(
        "[...document.querySelectorAll('.wide table')]"
        ".filter(t => t.checkVisibility() && t.getBoundingClientRect().right > 390).length"
    )
    heads = visit.ask(
        "[...document.querySelectorAll('.wide:not(.few) td')].map("
        "c => getComputedStyle(c, '::before').content)"
    )
    visit.page.set_viewport_size({"width": 1280, "height": 900})
    assert off == 0
    assert heads
    assert not any(head in ("none", '""') for head in heads)


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_printed_letters_of_the_table_are_no_smaller_than_seven_points(
    visit: Visit, language: str
) -> None:
    visit.ask(f"document.documentElement.lang = '{language}'")
    visit.page.emulate_media(media="print")
    sizes = visit.ask(
        "[...document.querySelectorAll('.comparison, .comparison span, .wide table')]"
        ".map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    visit.page.emulate_media(media="null")
    visit.ask("document.documentElement.lang = 'en'")
    assert min(sizes) * 72 / 96 >= 6.99


def test_every_control_is_reached_by_tab(visit: Visit) -> None:
    """In the order of the page, the skip link first, each with a ring around it."""
    wanted = visit.ask(
        "[...document.querySelectorAll('a[href], summary, [tabindex]')]"
        ".filter(e => e.checkVisibility({contentVisibilityAuto: true})).length"
    )
    mark = (
        "(e => { const again = e.dataset.met; e.dataset.met = '1'; return [e.tagName, e.className, "
        "getComputedStyle(e).outlineStyle, again ? 1 : 0] })(document.activeElement)"
    )
    assert wanted > 30
    reached = []
    for _ in range(wanted):
        visit.page.keyboard.press("Tab")
        reached.append(visit.ask(mark))
    assert reached[0][:2] == ["A", "skip"]
    assert {outline for _, _, outline, _ in reached} == {"solid"}
    assert not any(again for *_, again in reached)
    assert "BODY" not in {tag for tag, *_ in reached}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_accessible(visit: Visit, scheme: Any, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 900})
    visit.page.emulate_media(color_scheme=scheme)
    visit.ask("document.querySelectorAll('details').forEach(each => { each.open = true })")
    found = Axe().run(visit.page, options=RULES)
    visit.ask("document.querySelectorAll('details').forEach(each => { each.open = false })")
    visit.page.emulate_media(color_scheme="light")
    assert found.violations_count == 0, found.generate_report()
    assert len(found.response["passes"]) > 15


def test_it_prints_on_a4(visit: Visit) -> None:
    """The table is turned across a page; text and pictures are upright; nothing is left empty."""
    pdf = visit.page.pdf(prefer_css_page_size=True)
    pages = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    sizes = [tuple(round(float(side) / 72 * 25.4) for side in page) for page in pages]
    assert set(sizes) == {(210, 297), (297, 210)}
    assert sizes.count((297, 210)) == 1
    assert 6 <= len(sizes) <= 30


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_no_column_by_class_of_person_is_off_a_desk(
    browser: PatientBrowser, tmp_path: Path, language: str
) -> None:
    """Columns on minors and on money were beyond the edge of a screen of 1280."""
    from sim.report.page.html_report import write_report

    content = synthetic.frames(policies=2, crossings=1, days=10, runs=2)
    of_people = [each for each in INDICATORS.values() if each.of_people is not None]
    made_up = {each["id"] for each in content["manifest"]["indicators"]}
    content["manifest"]["indicators"] += [
        described_indicator(each) for each in of_people if each.id not in made_up
    ]
    some = content["by_class"].filter(indicator="R1_person_days")
    content["by_class"] = pl.concat(
        some.with_columns(indicator=pl.lit(each.id), value=pl.col("value") * 40_000.0)
        for each in of_people
    )
    with speaking(language):
        written = write_report(write_results(tmp_path / "run", **content), [])
    page = browser.new_page(viewport={"width": 1280, "height": 700})
    Visit(page, written)
    widths = page.evaluate(
        "[...document.querySelectorAll('.crowded')].map(r => [r.scrollWidth, r.clientWidth])"
    )
    page.close()
    assert len(widths) == 2
    assert all(needed <= there for needed, there in widths), widths


def test_rights_security_and_cost_are_never_off_screen(
    browser: PatientBrowser, tmp_path: Path
) -> None:
    """Nothing of a long table is beyond the edge, its head stays, and phones have cards."""
    from sim.report.page.html_report import write_report

    results: StoredResults = synthetic.results(
        tmp_path / "run", policies=15, crossings=1, days=10, runs=2
    )
    page = browser.new_page(viewport={"width": 1280, "height": 700})
    Visit(page, write_report(results, []))
    beyond = page.evaluate(
        "[...document.querySelectorAll('.comparison-region')]"
        ".filter(r => r.scrollWidth > r.clientWidth + 1).length"
    )
    head = page.evaluate(
        """() => {
          const table = document.querySelector('.comparison');
          window.scrollTo(0, table.getBoundingClientRect().top + window.scrollY + 400);
          return table.querySelector('thead').getBoundingClientRect().top;
        }"""
    )
    shown = "s => [...document.querySelectorAll(s)].filter(e => e.checkVisibility()).length"
    wide = page.evaluate(shown, ".card"), page.evaluate(shown, "#table ~ * .comparison")
    page.set_viewport_size({"width": 390, "height": 844})
    narrow = page.evaluate(shown, ".card"), page.evaluate(shown, "#table ~ * .comparison")
    page.close()
    assert beyond == 0
    assert abs(head) <= 1
    assert wide == (0, 3)
    assert narrow == (15, 0)


def test_the_answer_is_on_the_first_screen(browser: PatientBrowser, tmp_path: Path) -> None:
    """Question, trust, answer and six policies at a glance, without scrolling at 1280 x 800."""
    from sim.report.page.html_report import Scope, write_report

    results = synthetic.results(tmp_path / "run", policies=6, crossings=2, days=30, runs=12)
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    Visit(page, write_report(results, [], Scope(full=False)))
    for part in ("h1", ".trust", ".answer", ".glance"):
        bottom = page.evaluate(
            "s => document.querySelector(s).getBoundingClientRect().bottom", part
        )
        assert 0 < bottom <= 800, part
    page.close()


def test_the_short_report_prints_on_few_pages(browser: PatientBrowser, tmp_path: Path) -> None:
    """One line ran on to a second page, and one row of the table on to a page of its own."""
    from sim.report.page.html_report import Scope, write_report

    results = synthetic.results(tmp_path / "run", policies=6, crossings=8, days=30, runs=12)
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    Visit(page, write_report(results, [], Scope(full=False)))
    pdf = page.pdf(prefer_css_page_size=True)
    page.close()
    pages = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    across = [float(width) > float(height) for width, height in pages]
    assert across[:3] == [False, True, False]
    assert len(pages) <= 4  # without its pictures, which have a page
