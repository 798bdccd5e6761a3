"""Commands that tell what there is: help, version, check, describe, list and schema."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.cli.commands import app
from sim.hypotheses import registered_hypotheses
from sim.outcomes.indicators import INDICATORS
from sim.policies import registered_policies
from sim.report.charts.registry import CHARTS, OF_COMMANDS
from sim.world.parameter_names import PARAMETER_NAMES
from tests.cli.command_line import FINLAND, ROOT, SCENARIOS, Say

COMMANDS = [
    each.name or each.callback.__name__ for each in app.registered_commands if each.callback
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, say: Say) -> None:
    status, out, err = say(command, "--help")
    assert (status, err) == (0, "")
    assert f"Example: rajasim {command}" in out


def test_help_breaks_lines_where_the_screen_ends_and_not_where_the_source_does(say: Say) -> None:
    _, out, _ = say("check", "--help")
    lines = [line.strip() for line in out[: out.index("╭")].rstrip().split("\n")]
    *full, _last = lines[max(k for k, line in enumerate(lines) if not line) + 1 :]
    assert len(full) > 1
    assert all(len(line) > 65 for line in full), full


def test_the_commands_are_those_of_the_product() -> None:
    named = {"check", "describe", "list", "schema", "run", "compare", "plot", "report", "init"}
    named |= {"patterns", "verify", "animate"}
    assert named <= set(COMMANDS)


def test_without_a_word_the_help_is_shown(say: Say) -> None:
    status, out, _ = say()
    assert status == 0
    assert "Usage: rajasim" in out


def test_the_version_is_reported(say: Say) -> None:
    assert say("--version") == (0, f"rajasim {sim.__version__}\n", "")


def test_help_loads_nothing_heavy() -> None:
    heavy = "{'numpy', 'numba', 'mesa', 'pydantic', 'polars', 'matplotlib', 'ruamel.yaml'}"
    code = f"import sys, sim.cli.commands; print({heavy} & set(sys.modules))"
    reported = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True
    )
    assert reported.stdout.strip() == b"set()"


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_scenario_checks_clean_in_one_line(file: Path, say: Say) -> None:
    """Cases other than Finland's have a note beside it, of the defaults that they borrow."""
    status, out, err = say("check", file)
    assert (status, err) == (0, "")
    summary, *notes = out.splitlines()
    assert summary.startswith(f"{file}: ok")
    assert len(notes) <= (str(file) != FINLAND)
    assert all(note.startswith(f"note: {file}: ") and "borrowed" in note for note in notes)


def test_describe_lists_every_assumption_policy_and_hypothesis(say: Say) -> None:
    status, out, _ = say("describe", FINLAND)
    assert status == 0
    scenario = sim.load_scenario(FINLAND)
    whole = out.replace("\n", " ")
    for name in (*PARAMETER_NAMES, *scenario.policies, *scenario.hypotheses):
        assert name in whole
    for crossing in scenario.world.network.crossings:
        assert crossing.name in whole
    assert "contested" in whole
    assert "fi23-policy-07" in whole
    assert "Limits" in whole


def test_describe_cuts_nothing_off_at_the_width_of_a_page(say: Say) -> None:
    _, out, _ = say("describe", FINLAND)
    assert "…" not in out
    assert max(map(len, out.splitlines())) <= 100
    joined = " ".join(out.split())
    assert "in Finnish reception (source not recorded)" in joined


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        ("policies", registered_policies()),
        ("hypotheses", registered_hypotheses()),
        ("indicators", INDICATORS),
        ("charts", CHARTS | OF_COMMANDS),
    ],
)
def test_list_names_everything_there_is(subject: str, names: dict[str, Any], say: Say) -> None:
    status, out, err = say("list", subject)
    assert (status, err) == (0, "")
    for name in names:
        assert name in out


def test_list_policies_gives_keys_units_and_meanings(say: Say) -> None:
    _, out, _ = say("list", "policies")
    assert "announced_before_h" in out
    assert "0 to 1,000,000 h" in out
    assert "lead time" in out


def test_list_scenarios_looks_below_the_working_folder(say: Say, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scenarios" / "teaching", tmp_path / "scenarios" / "teaching")
    (tmp_path / "scenarios" / "broken.yaml").write_text("format_version: 1\n", encoding="utf-8")
    status, out, _ = say("list", "scenarios")
    assert status == 0
    assert "Two crossings, near and far" in out
    assert "problems; see" in out


def test_shipped_scenarios_are_listed_and_found_by_name_anywhere(say: Say) -> None:
    """The working folder of these tests has none."""
    status, out, _ = say("list", "scenarios")
    assert status == 0
    assert "finland-2023" in out
    assert "rajasim init DIR --from NAME" in out
    status, out, _ = say("check", "one-crossing")
    assert (status, "ok; one-crossing" in out) == (0, True)


def test_the_committed_schema_is_what_the_command_prints(say: Say) -> None:
    status, out, _ = say("schema")
    assert status == 0
    committed = (ROOT / "scenarios" / "scenario.schema.json").read_text(encoding="utf-8")
    assert out == committed, "write it again: rajasim schema > scenarios/scenario.schema.json"
    assert json.loads(out)["$schema"].startswith("https://json-schema.org/")


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_scenarios_begin_with_a_hint_that_leads_to_the_schema(file: Path) -> None:
    first = file.read_text(encoding="utf-8").split("\n", 1)[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert (file.parent / named).resolve() == ROOT / "scenarios" / "scenario.schema.json"


def test_check_and_describe_take_other_values_too(say: Say) -> None:
    """As run and compare do, so that they can be looked at before any run."""
    status, out, _ = say("describe", "one-crossing", "--set", "parameters.memory_d=7")
    assert status == 0
    assert "memory_d" in out
    status, _, err = say("check", "one-crossing", "--set", "parameters.memry_d=7")
    assert status == 2
    assert "memory_d" in err
