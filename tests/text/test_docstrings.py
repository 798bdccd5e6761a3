"""What is shown of docstrings is the same where Python runs without them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.text.docstrings import docstring
from tests.effort import FULL

PACKAGE = Path(__file__).parents[2] / "sim"
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


# To compile libraries without docstrings takes seconds, and is not needed to see what ours show.
LIBRARIES_AS_THEY_ARE = f"""
import importlib._bootstrap_external as loading
place = loading.cache_from_source
def cached(path, *given, **named):
    return place(path, *given, **(named if path.startswith({str(PACKAGE)!r}) else UNOPTIMISED))
UNOPTIMISED = dict(optimization="")
loading.cache_from_source = cached
import sim
assert sim.__doc__ is None
"""


def shown(level: str, script: str = SHOW) -> list[tuple[int, str]]:
    """Status and output of each command where Python optimises as much as this."""
    surroundings = {**os.environ, "PYTHONOPTIMIZE": level, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=surroundings
    )
    return [(status, text) for status, text in json.loads(done.stdout)]


@pytest.mark.slow
def test_python_without_docstrings_shows_the_same() -> None:
    """All commands in one process: such a Python compiles every module first."""
    with_docstrings = shown("0")
    without = shown("2", SHOW if FULL else LIBRARIES_AS_THEY_ARE + SHOW)
    assert [status for status, _ in with_docstrings] == [0] * len(COMMANDS)
    assert all(len(text) > 500 for _, text in with_docstrings)
    for words, one, other in zip(COMMANDS, with_docstrings, without, strict=True):
        assert one == other, words


def test_what_has_none_has_an_empty_one() -> None:
    assert docstring(lambda: None) == ""
