"""What tests of the command line share."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli.exit_status import run_command
from tests.cli.command_line import Say


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Say:
    """Give a command line in an empty folder; returns status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)  # a terminal that is not there has no width

    def give(*arguments: object) -> tuple[int, str, str]:
        status = run_command([str(each) for each in arguments])
        reported = capsys.readouterr()
        return status, reported.out, reported.err

    return give
