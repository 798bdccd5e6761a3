"""Defaults that one case's evidence gave have an owner: other cases borrow them, and are told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.cli.exit_status import run_command
from sim.scenario.description import describe_scenario
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from sim.world.parameters import PARAMETER_NAMES, Parameters, parameter_facts
from tests.bad_input.template import write_changed

ROOT = Path(__file__).parents[2]
FINLAND = "finland-2023"
OWNED = tuple(name for name in PARAMETER_NAMES if parameter_facts(name)["case"] == FINLAND)
# How sources cite Finland's evidence; a default of zero turns a term off and is nobody's.
OF_FINLAND = re.compile(
    r"fi23|\bfacts\b|Finnish|109 arrivals|units for minors|200 km|half of 2023|28 %"
)
GIVEN = ("parameters:\n", "parameters:\n  bicycle_eur: {value: 90, source: a shop}\n")


def test_a_default_from_its_evidence_is_marked_and_no_other() -> None:
    defaults = Parameters()
    for name in PARAMETER_NAMES:
        from_there = bool(OF_FINLAND.search(parameter_facts(name)["source"]))
        assert (name in OWNED) == (from_there and getattr(defaults, name) != 0.0), name
    assert len(OWNED) == 16


def borrowed(scenario: Scenario) -> tuple[str, ...]:
    return scenario.borrowed.get(FINLAND, ())


def test_the_case_itself_borrows_nothing() -> None:
    """Nor does a variant of it; under another name its defaults are borrowed."""
    base = ROOT / "scenarios" / FINLAND / "base.yaml"
    assert not load_scenario(base).borrowed
    assert not load_scenario(base, assignments=[f"name={FINLAND}-warm"]).borrowed
    assert borrowed(load_scenario(base, assignments=["name=another-border"]))


@pytest.mark.parametrize("file", ["scenarios/teaching/one-crossing.yaml"])
def test_another_case_borrows_what_it_does_not_give(file: str) -> None:
    scenario = load_scenario(ROOT / file)
    stated = {each.key for each in scenario.assumptions if not each.borrowed_from}
    assert {*borrowed(scenario)} == {*OWNED} - stated
    assert "bicycle_eur" in borrowed(scenario)


def test_a_value_with_a_source_ends_it(tmp_path: Path) -> None:
    plain = load_scenario(tmp_path / write_changed(tmp_path))
    given = load_scenario(tmp_path / write_changed(tmp_path, GIVEN))
    assert borrowed(plain) == OWNED
    assert {*borrowed(plain)} - {*borrowed(given)} == {"bicycle_eur"}


def test_check_notes_it_and_strict_lets_it_pass(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / write_changed(tmp_path))
    assert run_command(["check", "--strict", file]) == 0
    notes = [line for line in capsys.readouterr().out.splitlines() if line.startswith("note:")]
    assert len(notes) == 1
    assert "16 parameters have the value of finland-2023, borrowed until" in notes[0]
    assert run_command(["check", str(ROOT / "scenarios" / FINLAND / "base.yaml")]) == 0
    assert "note:" not in capsys.readouterr().out


def test_a_description_marks_them_and_says_what_is_left_out(tmp_path: Path) -> None:
    scenario = load_scenario(tmp_path / write_changed(tmp_path, GIVEN))
    summary, *others = describe_scenario(scenario)
    (section,) = (each for each in others if each.title == "Assumptions")
    sources = {row[0]: row[-1] for row in section.rows}
    assert sources["rush_scale"].startswith("borrowed from finland-2023: expert guess; 163 on")
    assert sources["bicycle_eur"] == "a shop"
    assert any("15 parameters have the value of finland-2023" in line for line in section.lines)
    assert "has nothing of it: neighbours, suspension, transport, travellers, weather" in " ".join(
        summary.lines
    )
