"""What a second worker gains: the same study with one and with two, by the clock on the wall.

Efficiency is the time of one worker over twice the time of two: 1 where the second is worth all of
its core. It needs two idle cores; the load before it says whether they were (not on Windows).
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.processes import python
from sim import compare, load_scenario

# With so many states of the world: what one process does alone weighs less in a longer study.
STUDIES: Final = (("finland-2023", 100), ("finland-2023", 300), ("arctic-2015-16", 20))
ROUNDS: Final = 3


def rows() -> Iterator[dict[str, Any]]:
    """A row for each study."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    for name, states in STUDIES:
        seconds: dict[int, list[float]] = {1: [], 2: []}
        for _ in range(ROUNDS):
            for workers, found in seconds.items():
                words = ("-m", "benchmarks.workers", name, str(states), str(workers))
                found.append(float(python(*words).output))
        one, two = min(seconds[1]), min(seconds[2])
        yield {
            "study": name,
            "runs": states,
            "one_s": one,
            "two_s": two,
            "efficiency": one / (2.0 * two),
            "load": load,
        }


def main() -> None:
    """One study, in this process: SCENARIO STATES WORKERS; prints seconds."""
    name, states, workers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    scenario = load_scenario(name)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        compare(
            scenario,
            [scenario.reference],
            replicates=states,
            runs_per_state=1,
            workers=workers,
            out=Path(folder) / "study",
        )
        print(time.perf_counter() - began)


if __name__ == "__main__":
    main()
