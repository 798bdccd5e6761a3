"""Environments in which libraries work as they would on another processor."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from tests.effort import PATIENCE_S

ROOT = Path(__file__).parents[1]


def vector_instructions() -> list[str]:
    """What numpy finds on this processor and can be told to leave alone."""
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    return list(found)


# As an old x86-64 processor would have it: no vectors beyond SSE, no fused products and sums.
# Elsewhere the settings that do not fit are ignored.
OLD_PROCESSOR: Final = {
    "NPY_DISABLE_CPU_FEATURES": " ".join(vector_instructions()),
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX2,-AVX,-FMA,-FMA4",
    "OPENBLAS_CORETYPE": "Nehalem",
    "POLARS_MAX_THREADS": "1",
}
GENERIC: Final = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}


def in_process(module: str, *words: str, environment: Mapping[str, str]) -> str:
    """What a module prints that is run in a process of its own, in another environment."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
