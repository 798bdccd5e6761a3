"""What a person waits for at the command line, in multiples of ``import numpy``."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from benchmarks.processes import import_numpy_s, python

ROUNDS: Final = 5
STARTUP: Final = "benchmarks.startup"


def rows() -> Iterator[dict[str, Any]]:
    """Commands with the engine compiled; nothing where they have no benchmark."""
    if find_spec(STARTUP) is None:
        return
    python("-m", "sim", "warm")
    for each in import_module(STARTUP).measure():
        yield {
            "command": each.command.what,
            "cpu_s": each.least.cpu_s,
            "numpys": each.times,
            "peak_mb": each.least.rss_mb,
        }


def compilation_rows() -> Iterator[dict[str, Any]]:
    """The one-off compilation: CPU time, memory, and the size of what it leaves."""
    numpy_s = min(import_numpy_s() for _ in range(ROUNDS))
    with tempfile.TemporaryDirectory() as folder:
        cost = python("-m", "sim", "warm", NUMBA_CACHE_DIR=folder)
        size = sum(each.stat().st_size for each in Path(folder).rglob("*") if each.is_file())
    yield {
        "command": "rajasim warm, empty cache",
        "cpu_s": cost.cpu_s,
        "numpys": cost.cpu_s / numpy_s,
        "peak_mb": cost.peak_mb,
        "cache_mb": size / 1e6,
    }
