"""Tutorials and reference pages in commands: each block of them is run as it is."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from sim.api.objects import Comparison
from sim.cli.key_explanations import explain
from sim.report.charts.registry import LEADING
from sim.scenario.loading import load_scenario
from sim.scenario.schema import RULES
from tests.docs.pages import run_page
from tests.effort import FULL

DOCS = Path(__file__).parents[2] / "docs"
BORDER = DOCS / "tutorials" / "your-own-border.md"
SET = DOCS / "reference" / "set.md"
FINDING = DOCS / "how-to" / "find-a-key.md"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.slow
def test_the_tutorial_leads_from_an_empty_folder_to_a_case_beside_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Few charts in a quick test; that a report of a comparison has all is of tests/cli."""
    if not FULL:
        monkeypatch.setattr(Comparison, "report_charts", LEADING)
    done = run_page(BORDER, capsys)
    assert len(done.commands) > 12
    for name in ("first", "compared", "unsure", "counted"):
        assert (tmp_path / "results" / name / "report.html").is_file()
    assert (tmp_path / "results" / "counted" / "figures" / "validation.png").is_file()
    for name in ("border", "case", "unsure", "counted"):
        assert load_scenario(f"{name}.yaml").warnings == ()


def test_the_page_of_set_does_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(run_page(SET, capsys).commands) > 4
    scenario = load_scenario("longer-interviews.yaml")
    assert scenario.world.parameters.memory_d == 7.0


def test_every_assignment_that_the_page_names_is_taken() -> None:
    named = re.findall(r"`([\w.-]+=[^`…]+)`", SET.read_text(encoding="utf-8"))
    assert len(named) > 8
    for text in named:
        if not text.startswith("weather.file"):
            load_scenario("one-crossing", assignments=shlex.split(text))


def test_every_key_and_word_that_the_page_of_questions_names_exists() -> None:
    page = FINDING.read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z][\w.-]*)`", page)) - {"rajasim"}
    assert len(named) > 90
    for name in named:
        assert explain(name), name


def test_the_page_of_questions_names_every_type_and_action_that_can_be_asked_for() -> None:
    page = FINDING.read_text(encoding="utf-8")
    kinds = [name for _, kinds in RULES.values() for name in kinds()]
    assert [name for name in kinds if f"`{name}`" not in page and name != "open"] == []
