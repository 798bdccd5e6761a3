"""What a person waits for at the command line, in multiples of ``import numpy``.

CPU time of whole processes, with all that they start; commands and ``import numpy`` take turns, and
the least time counts. Machine code is there but where it is what is measured.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks.finland import FINLAND
from benchmarks.processes import Cost, import_numpy_s, python

ROUNDS: Final = 5
FROM_NOTHING: Final = "`warm` with an empty cache"


def rows() -> Iterator[dict[str, Any]]:
    """Help, a check, and a small study with its charts and report."""
    python("-m", "sim", "warm")
    with tempfile.TemporaryDirectory() as folder:
        commands = _commands(Path(folder))
        costs: dict[str, list[Cost]] = {name: [] for name in commands}
        numpy_s = []
        for turn in range(ROUNDS):
            numpy_s.append(import_numpy_s())
            for name, words in commands.items():
                out = [word.replace("TURN", str(turn)) for word in words]
                costs[name].append(python("-m", "sim", *out))
    for name, found in costs.items():
        yield _row(name, found, min(numpy_s))


def _commands(folder: Path) -> Mapping[str, tuple[str, ...]]:
    run = ("run", str(FINLAND), "--replicates", "2", "--quiet")
    return {
        "`--help`": ("--help",),
        "`check`": ("check", str(FINLAND)),
        "`run --replicates 2`": (*run, "--out", str(folder / "TURN")),
        "`run --replicates 2 --no-report`": (
            *run,
            "--no-report",
            "--out",
            str(folder / "bare-TURN"),
        ),
    }


def _row(name: str, found: list[Cost], numpy_s: float) -> dict[str, Any]:
    cpu_s = min(each.cpu_s for each in found)
    return {
        "command": name,
        "cpu_s": cpu_s,
        "numpys": cpu_s / numpy_s,
        "peak_mb": min(each.peak_mb for each in found),
    }


def compilation_rows() -> Iterator[dict[str, Any]]:
    """The one-off compilation: CPU time, memory, and the size of what it leaves."""
    numpy_s = min(import_numpy_s() for _ in range(ROUNDS))
    with tempfile.TemporaryDirectory() as folder:
        cost = python("-m", "sim", "warm", NUMBA_CACHE_DIR=folder)
        size = sum(each.stat().st_size for each in Path(folder).rglob("*") if each.is_file())
    yield {**_row(FROM_NOTHING, [cost], numpy_s), "cache_mb": size / 1e6}
