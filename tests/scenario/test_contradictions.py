"""What contradicts itself, or has no effect by its form, is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.cli.exit_status import run_command
from sim.errors import InputError
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from sim.study.options import study_options
from tests.bad_input.template import write_changed
from tests.scenario.changed_template import STEP, policy, refused, steps

OPTIONS: dict[str, Callable[[Scenario, int], object]] = {
    "seed": lambda scenario, given: study_options(scenario, seed=given),
    "replicates": lambda scenario, given: study_options(scenario, replicates=given),
    "workers": lambda scenario, given: study_options(scenario, workers=given),
}


@pytest.mark.parametrize(
    ("action", "term"),
    [
        ("accept-asylum, crossings: [near]", "origins: [anywhere]"),
        ("close, crossings: [near]", "value: 1"),
        ("close, crossings: [near]", "warm_places: 0"),
        ("close, crossings: [near]", 'hours: "08:00-20:00"'),
        ("close, crossings: [near]", "mode: bicycle"),
        ("reopen, crossings: [near]", "queue: hold"),
        ("reopen, crossings: [near]", "until: 2024-03-09T00:00+02:00"),
        ("accept-asylum, crossings: [near]", "exempt: [vulnerable]"),
        ("ban-mode, crossings: [near], mode: car", "exempt: [vulnerable]"),
        ("meter, crossings: [near], value: 5", "queue: turn-back"),
        ("add-officers, crossings: [near], value: 5", "warm_places: 5"),
        ("set-hours, crossings: [near], hours: 24 h", "value: 5"),
        ("build-fence, segments: [forest], value: 5", "crossings: [near]"),
        ("build-fence, segments: [forest], value: 5", "until: 2024-03-09T00:00+02:00"),
        ("carrier-measures, value: 0.5", "crossings: [near]"),
        ("resume-checks, crossings: [near], value: 0.5", "origins: [anywhere]"),
    ],
)
def test_a_key_that_an_action_does_not_use_is_refused(
    tmp_path: Path, action: str, term: str
) -> None:
    (found,) = refused(tmp_path, steps(f"action: {action}, {term}, {STEP}"))
    key, word = term.partition(":")[0], action.partition(",")[0]
    assert f"{key!r} has no effect on {word!r}: " in found
    written = (tmp_path / "scenario.yaml").read_text(encoding="utf-8").split("\n")
    line, column = (int(each) for each in found.split(":")[1:3])
    assert written[line - 1][column - 1 :].startswith((term.partition(": ")[2], f"{key}:"))


def test_part_of_an_officer_is_refused(tmp_path: Path) -> None:
    (found,) = refused(
        tmp_path, steps(f"action: add-officers, crossings: [near], value: 1.5, {STEP}")
    )
    assert "the value of add-officers is a whole number, got 1.5" in found


@pytest.mark.parametrize(
    "keys",
    [
        "type: closure, crossings: [near, near], at: 2024-03-05T00:00+02:00",
        "type: staged, stages: [[near, near]], first: 2024-03-05T00:00+02:00, every_h: 24",
        "type: together, parts: [near-closed, near-closed]",
        f"type: schedule, steps: [{{action: no-asylum, crossings: [near, near], {STEP}}}]",
    ],
)
def test_a_name_said_twice_in_a_list_is_refused(tmp_path: Path, keys: str) -> None:
    (found,) = refused(tmp_path, policy("more", keys))
    assert "is named twice (take one out)" in found


def test_two_steps_of_demand_at_one_time_are_refused(tmp_path: Path) -> None:
    (found,) = refused(tmp_path, ("since: 2024-03-04T00:00+02:00", "since: 2024-02-29T22:00Z"))
    assert "two steps of demand at" in found
    assert "with 15 and 40 people a day" in found


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  open:\n    type: open", "  all:\n    type: open", "'all' means all policies"),
        ("  open:\n    type: open", '  "a,b":\n    type: open', "'a,b' holds a comma"),
        ("  open:\n    type: open", '  "#1":\n    type: open', "'#1' begins with #"),
        ("  open:\n    type: open", '  " x":\n    type: open', "begins or ends with a space"),
        ("  - id: far", "  - id: default", "'default' means all crossings that are not named"),
        ("  - id: far", "  - id: Total", "'Total' is what sums over all crossings are called"),
        ("  - id: far", '  - id: "#2"', "'#2' begins with #"),
        ("{id: anywhere,", '{id: "a,b",', "'a,b' holds a comma"),
        ("{id: forest,", '{id: "fo,rest",', "'fo,rest' holds a comma"),
        ("  checks:\n", '  "che,cks":\n', "'che,cks' holds a comma"),
    ],
)
def test_an_id_that_cannot_be_told_is_refused(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    found = refused(tmp_path, (old, new))
    assert any(words in each for each in found), found


@pytest.mark.parametrize(
    ("name", "given"),
    [("seed", 2**63), ("seed", -1), ("replicates", 10**8), ("replicates", 0), ("workers", 0)],
)
def test_numbers_have_the_same_bounds_everywhere(
    tmp_path: Path, name: str, given: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """A seed beyond 64 bits gave the same numbers as a smaller one."""
    require = OPTIONS[name]
    path = tmp_path / write_changed(tmp_path)
    with pytest.raises(InputError, match=f"{name} must be from"):
        require(load_scenario(path), given)
    assert run_command(["run", str(path), f"--{name}={given}", "--out", str(tmp_path / "o")]) == 2
    assert f"--{name}" in capsys.readouterr().err
    if name != "workers":
        (found,) = refused(
            tmp_path, ("runs: {replicates: 20, seed: 1}", f"runs: {{{name}: {given}}}")
        )
        assert name in found or "too large" in found
