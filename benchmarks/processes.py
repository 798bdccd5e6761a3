"""Measuring in processes of their own: CPU seconds and peak memory as the system counts them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.plain_outcome import KILOBYTE_UNITS

PROJECT: Final = Path(__file__).parents[1]


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
    process = subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
        env={**os.environ, **(environment or {})},
    )
    output, errors = _drained(process)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(words)} failed:\n{errors}")
    peak_mb = usage.ru_maxrss / KILOBYTE_UNITS / 1000.0
    return Cost(usage.ru_utime + usage.ru_stime, peak_mb, output)


def _drained(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Everything that a process prints; errors are few, so that its pipe for them never fills."""
    assert process.stdout
    assert process.stderr
    with process.stdout as output, process.stderr as errors:
        return output.read(), errors.read()


def python(*words: str, **environment: str) -> Cost:
    """The cost of a run of this interpreter."""
    return cost_of([sys.executable, *words], environment)


def import_numpy_s() -> float:
    """CPU time of an interpreter that imports numpy and ends: what start-up is compared with, s."""
    return python("-c", "import numpy").cpu_s
