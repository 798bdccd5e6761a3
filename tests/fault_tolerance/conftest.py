"""What an undisturbed run leaves."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.cli.exit_status import run_command
from tests.effort import PATIENCE_S
from tests.fault_tolerance.command import BATCH, line

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _whole_batches_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process what is kept is a batch, however slow the machine."""
    monkeypatch.setattr("sim.study.replication.PIECE_S", PATIENCE_S)
    monkeypatch.setattr("sim.study.pacing.MOST_RUNS", BATCH)


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results folder, with its report, of the command that others disturb."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run_command(line("--quiet", "--workers", 1)) == 0
    assert [path.name for path in folder.iterdir()] == ["out"]
    return folder / "out"


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Say:
    """Give a command line in an empty folder, in this process; status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def give(*arguments: object) -> tuple[int, str, str]:
        status = run_command([str(word) for word in arguments])
        reported = capsys.readouterr()
        assert "Traceback" not in reported.err
        return status, reported.out, reported.err

    return give


@pytest.fixture
def copy(undisturbed: Path, tmp_path: Path) -> Path:
    """A copy of the undisturbed results, to be damaged."""
    return Path(shutil.copytree(undisturbed, tmp_path / "out"))
