"""Catalogues beside a scenario: what they translate, and what may be wrong with them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.cli.exit_status import run_command
from sim.errors import ScenarioError
from sim.results.manifest import manifest_fault
from sim.scenario.loading import load_scenario
from sim.scenario.translations import shown_texts, shown_translations, stale_texts
from sim.study.options import StudyOptions
from sim.text.languages import TRANSLATED

PROJECT = Path(__file__).parents[2]
TEACHING = PROJECT / "scenarios" / "teaching"
FINLAND = PROJECT / "scenarios" / "finland-2023" / "base.yaml"
ARCTIC = PROJECT / "scenarios" / "arctic-2015-16" / "scenario.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The teaching scenarios without their catalogues."""
    for path in TEACHING.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    return tmp_path


def write(path: Path, **translations: str) -> Path:
    entries = [f'msgid "{text}"\nmsgstr "{said}"\n' for text, said in translations.items()]
    path.write_text("\n".join(entries), encoding="utf-8")
    return path


def test_a_catalogue_beside_the_base_counts_and_the_own_one_comes_first(folder: Path) -> None:
    write(folder / "one-crossing.fi.po", Gate="Portti", Town="Kaupunki")
    write(folder / "two-crossings.fi.po", Town="Kylä")
    scenario = load_scenario(folder / "two-crossings.yaml")
    assert shown_translations(scenario) == {"fi": {"Gate": "Portti", "Town": "Kylä"}, "sv": {}}


def test_empty_and_fuzzy_entries_wait(folder: Path) -> None:
    path = folder / "one-crossing.sv.po"
    path.write_text(
        'msgid "Gate"\nmsgstr ""\n\n#, fuzzy\nmsgid "Town"\nmsgstr "Stad"\n', encoding="utf-8"
    )
    assert shown_translations(load_scenario(folder / "one-crossing.yaml"))["sv"] == {}


def test_translations_change_no_number(folder: Path) -> None:
    before = load_scenario(folder / "one-crossing.yaml")
    write(folder / "one-crossing.fi.po", Gate="Portti")
    after = load_scenario(folder / "one-crossing.yaml")
    assert after.translations != before.translations
    assert after.digest == before.digest
    ids = {StudyOptions(each, ("open",), 1, replicates=3).run_id for each in (before, after)}
    assert len(ids) == 1


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b'msgid "Gate"\nmsgstr "Portti"\nhello\n', 3, "misformatted keyword"),
        (b'msgid "Gate"\n\nmsgid "Town"\nmsgstr "Kyl"\n', 1, "missing msgstr"),
        (b'msgid "Gate"\nmsgstr[x] "Portti"\n', 1, "is no gettext catalogue"),
        (b'msgid ""\nmsgstr "PO-Revision-Date: soon\\n"\n', 1, "time data 'soon'"),
        (b'msgid "Gate"\nmsgstr "Port\x1bti"\n', 2, "control character U.001B"),
        (b'msgid "Gate"\nmsgstr "Port\xe4"\n', 2, "UTF-8"),
    ],
)
def test_a_damaged_catalogue_is_reported_with_its_line(
    folder: Path, content: bytes, line: int, reason: str
) -> None:
    path = folder / "one-crossing.fi.po"
    path.write_bytes(content)
    with pytest.raises(ScenarioError, match=reason) as error:
        load_scenario(folder / "two-crossings.yaml")
    (problem,) = error.value.problems
    assert (problem.path, problem.line) == (str(path), line)
    assert error.value.exit_status == 2


def test_what_is_no_file_is_reported(folder: Path) -> None:
    (folder / "one-crossing.fi.po").mkdir()
    (folder / "one-crossing.sv.po").symlink_to("nowhere")
    with pytest.raises(ScenarioError) as error:
        load_scenario(folder / "one-crossing.yaml")
    assert len(error.value.problems) == 2


def test_check_reports_what_the_scenario_does_not_say(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder / "one-crossing.fi.po", Gate="Portti", Gats="Portit")
    scenario = folder / "one-crossing.yaml"
    told = (
        f"{folder}/one-crossing.fi.po:4: the scenario shows no text 'Gats' (did you mean 'Gate'?)"
    )
    assert run_command(["check", str(scenario)]) == 0  # who renames a place goes on
    assert f"warning: {told}\n" in capsys.readouterr().out
    assert run_command(["check", "--strict", str(scenario)]) == 2
    assert capsys.readouterr().err == f"{told}\n"


@pytest.mark.parametrize(
    "path", [FINLAND, ARCTIC, *sorted(TEACHING.glob("*.yaml"))], ids=lambda p: p.stem
)
def test_shipped_scenarios_are_translated_whole(path: Path) -> None:
    scenario = load_scenario(path)
    assert stale_texts(scenario) == []
    for language in TRANSLATED:
        said = shown_translations(scenario)[language]
        assert [text for text in shown_texts(scenario) if text and text not in said] == []


def test_sources_in_words_and_dates_of_statements_are_among_what_is_translated() -> None:
    """They once stayed English in reports of other languages, unless they were guesses."""
    shown = set(shown_texts(load_scenario(FINLAND)))
    assert {
        "from August 2023",
        "contested: an analyst held that a decisive answer deters (claim C5)",
        "fi23-transit-09; one half is an expert guess",
    } < shown
    assert not {"fi23-transit-05", "not recorded"} & shown


def test_a_manifest_with_other_translations_is_refused() -> None:
    from tests.report import synthetic_border

    manifest = {**synthetic_border.manifest(policies=2, crossings=1, days=5, runs=1), "files": []}
    assert manifest_fault(manifest) is None
    for odd in (["fi"], {"fi": ["Gate"]}, {"fi": {"Gate": 3}}):
        fault = manifest_fault({**manifest, "translations": odd})
        assert fault == "translations are not texts by language and text"
