"""What is shown of docstrings is the same where Python runs without them."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from sim.text.docstrings import docstring

COMMANDS = (
    ["list", "indicators"],
    ["list", "policies"],
    ["schema"],
    ["run", "--help"],
    ["--help"],
)
SHOW = f"""
import contextlib, io, json
from sim.cli.exit_status import run_command

shown = []
for words in {COMMANDS}:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        status = run_command(words)
    shown.append((status, out.getvalue()))
print(json.dumps(shown))
"""


def shown(level: str) -> list[tuple[int, str]]:
    """Status and output of each command where Python optimises as much as this."""
    surroundings = {**os.environ, "PYTHONOPTIMIZE": level, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", SHOW], capture_output=True, text=True, check=True, env=surroundings
    )
    return [(status, text) for status, text in json.loads(done.stdout)]


@pytest.mark.slow
def test_python_without_docstrings_shows_the_same() -> None:
    """All commands in one process: such a Python compiles every module first."""
    with_docstrings, without = shown("0"), shown("2")
    assert [status for status, _ in with_docstrings] == [0] * len(COMMANDS)
    assert all(len(text) > 500 for _, text in with_docstrings)
    for words, one, other in zip(COMMANDS, with_docstrings, without, strict=True):
        assert one == other, words


def test_what_has_none_has_an_empty_one() -> None:
    assert docstring(lambda: None) == ""
