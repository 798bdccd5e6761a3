"""What is shown of docstrings is the same where Python runs without them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from sim.text.docstrings import docstring


@pytest.mark.parametrize(
    "words",
    [["list", "indicators"], ["list", "policies"], ["schema"], ["run", "--help"], ["--help"]],
)
def test_python_without_docstrings_shows_the_same(words: list[str]) -> None:
    shown = []
    for level in ("0", "2"):
        surroundings = {**os.environ, "PYTHONOPTIMIZE": level, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "sim", *words],
            capture_output=True,
            text=True,
            check=True,
            env=surroundings,
        )
        shown.append(done.stdout)
    assert shown[0] == shown[1]


def test_what_has_none_has_an_empty_one() -> None:
    assert docstring(lambda: None) == ""
