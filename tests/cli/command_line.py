"""Command lines of tests: scenarios to give, and how they are given to a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl

from tests.effort import PATIENCE_S

ROOT = Path(__file__).parents[2]
SCENARIOS = sorted((ROOT / "scenarios").rglob("*.yaml"))
FINLAND = str(ROOT / "scenarios" / "finland-2023" / "base.yaml")
TWO_CROSSINGS = str(ROOT / "scenarios" / "teaching" / "two-crossings.yaml")
Say = Callable[..., tuple[int, str, str]]


def spoken(*arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    """Give a command line to a process of its own, warnings being errors."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "sim", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


def values_of(folder: Path, name: str) -> pl.DataFrame:
    """The values of an indicator in every run."""
    table = pl.read_csv(folder / "indicators.csv")
    return table.filter(indicator=name).select("policy", "state_of_world", "replicate", "value")
