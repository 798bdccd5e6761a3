"""How commands end and what they say meanwhile: exit status, faults, pipes, progress."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TextIO

import pytest

from sim.cli.console import ProgressNote, Terminal
from tests.cli.command_line import FINLAND, ROOT, TWO_CROSSINGS, Say


def test_quiet_prints_nothing_but_errors_and_may_stand_anywhere(say: Say) -> None:
    assert say("check", TWO_CROSSINGS, "--quiet") == (0, "", "")
    assert say("--quiet", "check", TWO_CROSSINGS) == (0, "", "")
    status, out, err = say("check", "missing.yaml", "--quiet")
    assert (status, out) == (2, "")
    assert "missing.yaml" in err


@pytest.mark.parametrize(
    "options",
    [
        ("--replicates", "0"),
        ("--replicates", "-3"),
        ("--replicates", "many"),
        ("--workers", "0"),
        ("--seed", "-1"),
        ("--seeed", "1"),
    ],
)
def test_numbers_out_of_range_are_usage_errors(
    options: tuple[str, str], say: Say, tmp_path: Path
) -> None:
    status, out, err = say("run", TWO_CROSSINGS, *options)
    assert (status, out) == (2, "")
    assert err.startswith("rajasim run: ")
    assert err.endswith("see rajasim run --help\n")
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("fault", "status", "word"),
    [
        (KeyboardInterrupt(), 3, "interrupted"),
        (OSError(28, "No space left on device", "results"), 1, "results: No space left"),
        (MemoryError(), 1, "--replicates"),
        (ZeroDivisionError("oh"), 1, "--debug"),
    ],
)
def test_failures_are_one_line_and_leave_nothing(
    fault: BaseException,
    status: int,
    word: str,
    say: Say,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("sim.study.run.complete", fail)
    ended, out, err = say("run", TWO_CROSSINGS)
    assert (ended, out) == (status, "")
    assert word in err
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_only_debug_shows_where_an_error_arose(say: Say) -> None:
    assert "Traceback" not in say("check", "missing.yaml")[2]
    assert "Traceback" in say("check", "missing.yaml", "--debug")[2]


def test_a_folder_with_other_files_is_left_alone_before_any_work(say: Say, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", encoding="utf-8")
    status, _, err = say("run", TWO_CROSSINGS, "--out", "mine")
    assert status == 2
    assert "left alone" in err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def written_to(
    out: TextIO, command: tuple[str, ...], folder: Path
) -> subprocess.CompletedProcess[str]:
    """A command of its own process that writes into an open file or pipe."""
    return subprocess.run(
        [sys.executable, "-m", "sim", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


@pytest.mark.skipif(os.name == "nt", reason="pipes break otherwise there")
@pytest.mark.parametrize("command", [("list", "indicators"), ("schema",), ("describe", FINLAND)])
def test_a_reader_who_leaves_is_no_fault(command: tuple[str, ...], tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as left:
        reported = written_to(left, command, tmp_path)
    assert (reported.returncode, reported.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_output_that_cannot_be_written_is_a_failure(tmp_path: Path) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        reported = written_to(full, ("schema",), tmp_path)
    assert reported.returncode == 1
    assert reported.stderr.startswith("No space left")
    assert reported.stderr.count("\n") == 1


def test_long_work_is_reported_in_plain_lines_without_a_terminal(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.cli.console.PATIENCE_S", 0.0)
    status, _, err = say("run", TWO_CROSSINGS, "--replicates", 3, "--no-report")
    assert status == 0
    assert "of 3 states of the world" in err
    assert "s left" in err
    assert "\x1b" not in err


def test_what_was_done_before_does_not_count_for_the_rate(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 100.0, 110.0])
    monkeypatch.setattr("sim.cli.console.PATIENCE_S", 5.0)
    monkeypatch.setattr("sim.cli.console.time.monotonic", lambda: next(clock))
    with ProgressNote(Terminal.open([])) as note:
        note(24, 40)
        note(29, 40)
    assert capsys.readouterr().err == "29 of 40 states of the world, 0.5/s, 22 s left\n"


def test_other_work_that_begins_has_a_pace_of_its_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second comparison of which nothing was done yet was divided by a pace of zero."""
    clock = iter([0.0, 0.0, 100.0, 200.0, 220.0, 240.0])
    monkeypatch.setattr("sim.cli.console.PATIENCE_S", 5.0)
    monkeypatch.setattr("sim.cli.console.time.monotonic", lambda: next(clock))
    with ProgressNote(Terminal.open([])) as note:
        note(0, 10)
        note(10, 10)
        note(0, 10)
        note(0, 10)
        note(4, 10)
    assert capsys.readouterr().err.splitlines() == [
        "10 of 10 states of the world, 0.1/s, 0 s left",
        "4 of 10 states of the world, 0.1/s, 60 s left",
    ]
