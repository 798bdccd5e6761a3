"""A calibration gives the same bytes: in any processes, interrupted, with whatever counts later."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sim import calibrate
from sim.errors import WorkInterrupted
from sim.results.posterior_folder import BANK, MANIFEST, PARTICLES, Posterior
from sim.scenario.scenario import Scenario
from tests.calibration.small_case import ROOT, UNTIL, write_counts
from tests.effort import FULL, PATIENCE_S, effort

FILES = (PARTICLES, BANK, MANIFEST)
# Of the same bytes again: a bank and some sweeps, as many as of what finds the truth in make fuzz.
BANKED = effort(75, 225)
AGAIN: dict[str, Any] = {"runs": 4 * BANKED, "particles": effort(50, 90), "seed": 5}


@pytest.fixture(scope="module")
def quick(case: Scenario, counts: Path, tmp_path_factory: pytest.TempPathFactory) -> Posterior:
    """What is made again in other ways."""
    out = tmp_path_factory.mktemp("quick") / "out"
    return calibrate(case, UNTIL, observed=counts, out=out, **AGAIN)


def bytes_of(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in FILES]


@pytest.mark.parametrize("workers", [2, 4] if FULL else [4])
def test_any_number_of_workers_writes_the_same_bytes(
    case: Scenario, counts: Path, quick: Posterior, tmp_path: Path, workers: int
) -> None:
    calibrate(case, UNTIL, observed=counts, out=tmp_path / "out", workers=workers, **AGAIN)
    assert bytes_of(tmp_path / "out") == bytes_of(quick.folder)


def test_an_executor_of_others_writes_the_same_bytes(
    case: Scenario, counts: Path, quick: Posterior, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with ThreadPoolExecutor(2) as pool:
        calibrate(case, UNTIL, observed=counts, out=out, executor=pool, workers=2, **AGAIN)
    assert bytes_of(out) == bytes_of(quick.folder)


def test_what_was_interrupted_goes_on_with_the_same_bytes(
    case: Scenario, counts: Path, quick: Posterior, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done: list[int] = []

    def interrupt(runs: int, _: int) -> None:
        if runs > 2 * BANKED:
            raise KeyboardInterrupt

    with pytest.raises(WorkInterrupted, match="finished runs are kept"):
        calibrate(case, UNTIL, observed=counts, out=out, progress=interrupt, **AGAIN)
    assert len(list(tmp_path.glob(".out.*.partial"))) >= 2
    again = calibrate(
        case, UNTIL, observed=counts, out=out, progress=lambda k, _: done.append(k), **AGAIN
    )
    assert bytes_of(out) == bytes_of(quick.folder) == bytes_of(again.folder)
    assert list(tmp_path.iterdir()) == [out]
    assert done[0] == BANKED  # it was there


def test_what_was_killed_goes_on_with_the_same_bytes(
    case: Scenario, counts: Path, quick: Posterior, tmp_path: Path
) -> None:
    """A process that is gone in the middle of a sweep, with nothing said."""
    script = (
        "import os, sys\n"
        "from tests.calibration.small_case import UNTIL, small_case\n"
        "from sim import calibrate\n"
        f"die = lambda runs, _: os._exit(9) if runs > {BANKED + 50} else None\n"
        f"calibrate(small_case(), UNTIL, observed=sys.argv[1], out=sys.argv[2], progress=die, "
        f"**{AGAIN!r})\n"
    )
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-c", script, str(counts), str(out)],
        cwd=ROOT,
        check=False,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 9
    assert not out.exists()
    calibrate(case, UNTIL, observed=counts, out=out, **AGAIN)
    assert bytes_of(out) == bytes_of(quick.folder)


def test_later_counts_are_never_looked_at(case: Scenario, quick: Posterior, tmp_path: Path) -> None:
    """Not where they are others, and not where they are missing."""
    later = write_counts(case, tmp_path / "later.csv", times=40)
    until = write_counts(case, tmp_path / "until.csv", last=UNTIL.day)
    assert later.read_text() != until.read_text()
    for name, table in {"a": later, "b": until}.items():
        out = tmp_path / name
        calibrate(case, UNTIL, observed=table, out=out, **AGAIN)
        assert bytes_of(out) == bytes_of(quick.folder)
