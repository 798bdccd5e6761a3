"""Killed at any moment, interrupted, twice at once: the same command ends in the same bytes."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest

from sim.cli.exit_status import run_command
from sim.results.store import read_results
from tests.effort import FULL, PATIENCE_S, effort
from tests.fault_tolerance.command import (
    BATCH,
    STATES,
    Pace,
    children,
    errors,
    files,
    kept,
    line,
    start,
    states_of,
    wait_until,
    wait_until_gone,
)
from tests.fault_tolerance.conftest import Say

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

Stage = Callable[[Path, int], bool]
STAGES: dict[str, tuple[Stage, float]] = {  # when it is reached, and how long it may last, s
    "start-up": (lambda folder, before: True, 2.0),
    "computing": (lambda folder, before: len(kept(folder)) > before, 0.8),
    "writing results": (lambda folder, before: any(folder.glob(".out.*.writing")), 0.03),
    "drawing": (lambda folder, before: (folder / "out" / "figures").exists(), 1.5),
}


@pytest.fixture
def elder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of another seed."""
    folder = tmp_path_factory.mktemp("elder")
    words = line("--quiet", "--no-report", "--seed", 2, "--workers", 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run_command(words) == 0
    return folder / "out"


@pytest.fixture
def pace(tmp_path_factory: pytest.TempPathFactory) -> Pace:
    """Lets a command finish one batch, then more."""
    pace = Pace(tmp_path_factory.mktemp("pace") / "allowed")
    pace.allow(1)
    return pace


@pytest.mark.slow
def test_killed_at_any_time_nothing_finished_is_lost(
    tmp_path: Path, undisturbed: Path, elder: Path, say: Say
) -> None:
    """Every other time it runs over older results, which are there until the new are whole."""
    generator = random.Random(2023)  # noqa: S311
    stages = cycle(STAGES)
    for number in range(effort(4, 50)):
        before = kept(tmp_path)
        stage = next(stages)
        reached, lasts_s = STAGES[stage]
        workers = 2 if stage == "computing" else 1
        process = start(line("--quiet", "--workers", workers), tmp_path)
        wait_until(lambda: reached(tmp_path, len(before)), process)  # noqa: B023
        time.sleep(generator.uniform(0.0, lasts_s))
        orphans = children(process)
        process.kill()
        process.communicate()
        wait_until_gone(orphans)
        if (tmp_path / "out").exists() and read_results(tmp_path / "out").manifest["seed"] != 2:
            shutil.rmtree(tmp_path / "out")
            if number % 2:
                shutil.copytree(elder, tmp_path / "out")
        else:
            assert before <= kept(tmp_path)
    status, _, err = say(*line("--workers", 1, *([] if FULL else ["--no-report"])))
    assert status == 0, err
    found, whole = files(tmp_path / "out"), files(undisturbed)
    assert found == (whole if FULL else {name: whole[name] for name in found})
    assert [path.name for path in tmp_path.iterdir()] == ["out"], "nothing is left over"


@pytest.mark.slow
def test_killed_while_drawing_nothing_is_run_again(
    tmp_path: Path, undisturbed: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = start(line("--workers", 1), tmp_path)
    assert wait_until((tmp_path / "out" / "figures").exists, process)
    process.kill()
    process.communicate()

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("a state of the world is run")

    monkeypatch.setattr("sim.study.run.complete", fail)
    status, _, err = say(*line("--workers", 1))
    finished = "resuming: all 252 states of the world are finished, in out"
    assert (status, errors(err)) == (0, [finished])
    assert files(tmp_path / "out") == files(undisturbed)


def states_reported(process: subprocess.Popen[str], folder: Path) -> int:
    """How many states of the world an interrupted command says are kept."""
    out, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, out) == (3, ""), err
    reported = re.search(
        r"^interrupted: (\d+) of 252 states of the world are finished and kept; ", err, re.MULTILINE
    )
    assert reported, err
    assert "Traceback" not in err
    assert int(reported[1]) == len(states_of(kept(folder)))
    assert [path.suffix for path in folder.iterdir()] == [".partial"]
    return int(reported[1])


def test_two_at_once_then_a_dead_worker_then_an_interrupt_then_the_end_of_a_job(
    tmp_path: Path, undisturbed: Path, say: Say, pace: Pace
) -> None:
    first = pace.start(line("--workers", 2), tmp_path, start_new_session=True)
    assert wait_until(lambda: pace.is_waiting(1), first)

    status, out, err = say(*line())
    assert (status, out) == (1, "")
    assert err == (
        f"out: process {first.pid} is at work there; wait for it, or choose another folder with "
        "--out\n"
    )

    workers = children(first)
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)
    pace.allow(4)
    assert wait_until(lambda: pace.is_waiting(4), first), "it goes on without"

    workers = children(first)
    os.killpg(first.pid, signal.SIGINT)  # as a terminal does: workers hear of it too
    assert len(kept(tmp_path)) == 4
    assert 0 < states_reported(first, tmp_path) <= 4 * BATCH
    wait_until_gone(workers)

    pace.allow(5)
    second = pace.start(line("--workers", 1), tmp_path)
    assert wait_until(lambda: pace.is_waiting(5), second)
    second.send_signal(signal.SIGTERM)
    states = states_reported(second, tmp_path)
    assert len(kept(tmp_path)) == 5
    assert states <= 5 * BATCH < STATES

    status, _, err = say(*line("--workers", 1, "--no-report"))
    assert (status, err) == (0, f"resuming: {states} of 252 states of the world are finished\n")
    found = files(tmp_path / "out")
    assert found == {name: files(undisturbed)[name] for name in found}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    manifest = read_results(tmp_path / "out").manifest
    assert manifest["states_before"] == states
