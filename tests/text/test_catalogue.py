"""Finnish and Swedish: every text has its translation, and every chart is drawn in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from docs.languages import build
from sim.errors import ResultsError
from sim.outcomes.indicators import INDICATORS
from sim.report.charts.drawn_chart import figures
from sim.report.charts.registry import CHARTS, draw_charts
from sim.report.drawing.chart import Chart
from sim.report.drawing.layout import text_problems
from sim.report.page.html_report import Scope, render_report, write_report
from sim.results.store import StoredResults
from sim.scenario.drawn_keys import OF_STEPS
from sim.text import wording
from sim.text.catalogue import current_language, speaking, translate
from sim.text.languages import TRANSLATED, Language
from sim.text.parameter_labels import DRAWN_LABELS, PARAMETER_LABELS, parameter_label
from sim.world.drawn_crossings import DRAWN_OF_CROSSINGS
from sim.world.parameter_names import PARAMETER_NAMES
from tests.report import synthetic
from tests.report.drawn import drawn_texts

CATALOGUES = build.catalogues()


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> StoredResults:
    """Three policies, three crossings, two states, thirty days; indicators as the model's."""
    folder = tmp_path_factory.mktemp("results") / "run"
    results = synthetic.results(folder, policies=3, crossings=3, days=30, runs=2)
    for entry, real in zip(results.manifest["indicators"], INDICATORS.values(), strict=False):
        entry |= {"name": real.name, "unit": real.unit, "definition": real.definition}
    return results


def test_every_parameter_has_a_name_of_its_own() -> None:
    """A Finnish report once said "give up cash"; ids of what is no parameter stay as they are."""
    assert set(PARAMETER_LABELS) == set(PARAMETER_NAMES)
    assert len(set(PARAMETER_LABELS.values())) == len(PARAMETER_LABELS)
    assert parameter_label("plugin.own") == "plugin.own"
    steps = {("controls", key) for key in ("", *OF_STEPS)}
    assert {*DRAWN_LABELS} >= steps | {("crossings", key) for key in DRAWN_OF_CROSSINGS}
    told = "Salla: believed to be passable at first"
    assert parameter_label("crossings.salla.known") == told
    held = {"hold-south": "People held in the south"}
    assert parameter_label("controls.hold-south", held) == "People held in the south (yes or no)"
    assert parameter_label("controls.hold-south.1.delay_h", held).endswith("south: how long")
    with speaking("fi"):
        assert parameter_label("give_up_cash") == "Luopuminen rahojen loppuessa"
        assert translate("EUR/d") == "EUR/vrk"


class TestCatalogues:
    @pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
    def test_every_text_is_translated_and_none_is_left_over(self, path: Path) -> None:
        """``make catalogue`` brings texts in and out; what it lists wants a translation."""
        known, wanted = build.read(path), CATALOGUES[path]
        assert [text for text in wanted if not build.complete(known, text)] == []
        assert not any(message.fuzzy for message in known)
        assert path.read_bytes() == build.written(wanted, known), "run make catalogue"

    @pytest.mark.parametrize("language", TRANSLATED)
    def test_a_translation_has_the_fields_of_its_text(self, language: str) -> None:
        known = build.read(build.FOLDER / f"{language}.po")
        for text in build.texts():
            message = known.get(text)
            assert message is not None
            for one, other in zip(build.forms(text), build.forms(message.string), strict=True):
                assert fields(one) == fields(other), one

    def test_texts_of_code_and_templates_are_found(self, tmp_path: Path) -> None:
        code = tmp_path / "code.py"
        code.write_text(
            'translate("one " "text", a=translate("inner"))\n'
            'plural(n, "{count} run", "{count} runs")\n'
            'translate("either" if n else "or")\nwording.translate("of a module")\n'
            'translate(name)\nprint("no")\n',
            encoding="utf-8",
        )
        template = tmp_path / "page.j2"
        template.write_text(
            '<p>{{ translate("in a {what}", what=translate("page")) }}</p>'
            '{{ plural(n, "a", "b") }}',
            encoding="utf-8",
        )
        assert {*build.of_code(code)} == {
            *("one text", "inner", ("{count} run", "{count} runs"), "either", "or", "of a module"),
        }
        assert {*build.of_template(template)} == {"in a {what}", "page", ("a", "b")}

    def test_what_is_translated_is_kept_and_the_rest_comes_empty(self, tmp_path: Path) -> None:
        path = tmp_path / "fi.po"
        path.write_text('msgid "gone"\nmsgstr "poissa"\n\nmsgid "kept"\nmsgstr "jäi"\n', "utf-8")
        text = build.written(["new", "kept"], build.read(path)).decode()
        assert text.endswith('msgid "kept"\nmsgstr "jäi"\n\nmsgid "new"\nmsgstr ""\n\n')
        assert "poissa" not in text


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


class TestSpeaking:
    def test_the_language_ends_with_its_block(self) -> None:
        with speaking("fi"):
            with speaking("sv"):
                assert translate("better") == "bättre"
            assert translate("better") == "parempi"
        assert (current_language(), translate("better")) == ("en", "better")

    def test_an_unknown_language_is_reported(self) -> None:
        with pytest.raises(ResultsError, match=r"there is no language 'se' .*sv \(svenska\)"):
            speaking("se").__enter__()

    def test_a_text_of_nobody_is_said_as_it_is(self) -> None:
        with speaking("fi"):
            assert translate("what no catalogue holds") == "what no catalogue holds"

    def test_numbers_are_written_as_people_write_them(self) -> None:
        written: dict[str, tuple[str, ...]] = {}
        for language in Language:
            with speaking(language):
                written[language] = (
                    wording.number(1234.5),
                    wording.number(12.34),
                    wording.difference(8, -20, 35),
                    wording.day(date(2023, 11, 18), year=True),
                    wording.day(date(2023, 11, 8)),
                    wording.plural(1, "{count} run", "{count} runs"),
                    wording.plural(1200, "{count} run", "{count} runs"),
                    wording.listing(["A", "B", "C"]),
                )
        space = "\N{NO-BREAK SPACE}"
        assert written["en"][:3] == ("1,230", "12.3", "+8 (−20 to 35)")
        assert written["fi"] == (
            *(f"1{space}230", "12,3", "+8 (−20…35)", "18.11.2023", "8.11."),
            *("1 ajo", f"1{space}200 ajoa", "A, B ja C"),
        )
        assert written["sv"] == (
            *(f"1{space}230", "12,3", "+8 (−20 till 35)", "18 nov. 2023", "8 nov."),
            *("1 körning", f"1{space}200 körningar", "A, B och C"),
        )

    def test_other_languages_have_their_own_files(self) -> None:
        assert figures() == "figures"
        with speaking("sv"):
            assert figures() == "figures/sv"


@pytest.mark.slow
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_in_other_languages(few: StoredResults, name: str) -> None:
    """No text collides, none is English, and data stay as they are."""
    charts = []
    for language in TRANSLATED:
        with speaking(language):
            charts.append(CHARTS[name].draw(few))
        assert text_problems(charts[-1].figure) == []
        assert [*english_in(charts[-1], language)] == []
    assert len({chart.title for chart in charts}) == len(charts)
    assert len({chart.csv() for chart in charts}) == 1


@pytest.mark.parametrize("name", ["closure_calendar", "trade_off"])
def test_nothing_of_another_language_is_left_in_a_picture(few: StoredResults, name: str) -> None:
    """The same results give the same bytes, whatever was said in between."""
    pictures: dict[str, bytes] = {}
    for language in (*TRANSLATED, *TRANSLATED):
        with speaking(language):
            picture = CHARTS[name].draw(few).svg()
        assert pictures.setdefault(language, picture) == picture
    assert len({*pictures.values()}) == len(TRANSLATED)


def english_in(chart: Chart, language: str) -> Iterator[str]:
    """Texts of the catalogue that a chart shows though they have another translation."""
    drawn = drawn_texts(chart.figure)
    running = " ".join([*drawn, chart.title, chart.subtitle, chart.alt])
    known = build.read(build.FOLDER / f"{language}.po")
    for message in known:
        for one, other in zip(build.forms(message.id), build.forms(message.string), strict=False):
            parts = [part.strip() for part in re.split(r"\{\w+\}", one)]
            long = [part for part in parts if part.count(" ") >= 2 and part not in other]
            if any(part in running for part in long) or (one != other and one in drawn):
                yield one


def test_the_check_for_english_finds_it(few: StoredResults) -> None:
    assert len([*english_in(CHARTS["fan"].draw(few), "fi")]) > 5


def test_what_the_scenario_says_is_translated_by_the_scenario(few: StoredResults) -> None:
    with speaking("fi"):
        texts = " ".join(drawn_texts(CHARTS["fan"].draw(few).figure))
    assert "Kaikki ylityspaikat pysyvät auki" in texts
    assert "Immediate full closure" in texts  # has no translation


@pytest.mark.parametrize("language", Language)
def test_a_report_names_its_language(few: StoredResults, language: str) -> None:
    with speaking(language):
        page = render_report(few, draw_charts(few, ["trade_off"]))
        assert f'<html lang="{language}">' in page
        assert translate("model result, not a forecast") in page


def test_a_report_in_another_language_is_written_beside(few: StoredResults) -> None:
    charts = draw_charts(few, ["trade_off"])
    with speaking("sv"):
        assert write_report(few, charts).name == "report-full.sv.html"
        assert write_report(few, [], Scope(full=False)).name == "report.sv.html"
    assert write_report(few, charts).name == "report-full.html"
