"""Measuring in processes of their own: CPU seconds and peak memory as the system counts them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.plain_outcome import BYTES_OF_MAXRSS, MEGABYTE

PROJECT: Final = Path(__file__).parents[1]
# Runs its arguments, and writes to the file that comes before them the CPU time and the peak of the
# largest process. It is small: on Linux a peak begins with what the process had that started it.
STARTER: Final = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[2:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as file:
    file.write(f"{used.ru_utime + used.ru_stime} {used.ru_maxrss}")
sys.exit(1 if status else 0)
"""


@dataclass(frozen=True)
class Cost:
    """What a process took, with all processes that it waited for.

    Attributes:
        cpu_s: CPU time, user and system, s.
        peak_mb: the most memory that any one of them had, MB.
        output: what it printed.
    """

    cpu_s: float
    peak_mb: float
    output: str


def cost_of(words: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command from the project's folder to its end, and what it cost.

    Raises:
        RuntimeError: if it fails, with what it wrote to its error output.
    """
    with tempfile.NamedTemporaryFile("r", encoding="ascii") as usage:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", STARTER, usage.name, *words],
            capture_output=True,
            text=True,
            check=False,
            cwd=PROJECT,
            env={**os.environ, **(environment or {})},
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)} failed:\n{done.stderr}")
        cpu_s, peak = map(float, usage.read().split())
    return Cost(cpu_s, peak * BYTES_OF_MAXRSS / MEGABYTE, done.stdout)


def python(*words: str, **environment: str) -> Cost:
    """The cost of a run of this interpreter."""
    return cost_of([sys.executable, *words], environment)


def import_numpy_s() -> float:
    """CPU time of an interpreter that imports numpy and ends: what start-up is compared with, s."""
    return python("-c", "import numpy").cpu_s
