"""What tests of bad input share."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli.exit_status import run_command
from tests.bad_input.template import Refused


@pytest.fixture
def refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Refused:
    """Give a command line that must be refused; returns its message on stderr."""
    monkeypatch.chdir(tmp_path)

    def give(*arguments: str) -> str:
        before = sorted(tmp_path.rglob("*"))
        status = run_command(arguments)
        printed = capsys.readouterr()
        assert status == 2, printed.err
        assert printed.out == ""
        assert printed.err.replace("\n", "").isprintable()
        assert "Traceback" not in printed.err
        assert sorted(tmp_path.rglob("*")) == before, "something was written"
        return printed.err

    return give
