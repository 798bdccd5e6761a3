"""Memory of a study against the states of the world in it: it should not grow with them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.processes import python
from benchmarks.startup import FINLAND

STATES: Final = (10, 50)  # of the world; 19 policies in each


def rows() -> Iterator[dict[str, Any]]:
    """A row for each number of states: every policy of the Finland case, one worker, no report."""
    for states in STATES:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "study"
            words = (
                "--replicates",
                str(states),
                "--workers",
                "1",
                "--out",
                str(out),
                "--no-report",
            )
            cost = python("-m", "sim", "compare", FINLAND, *words)
            size = sum(each.stat().st_size for each in out.iterdir())
        yield {
            "states": states,
            "cpu_s": cost.cpu_s,
            "peak_mb": cost.peak_mb,
            "folder_mb": size / 1e6,
        }
