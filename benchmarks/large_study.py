"""Memory of putting a study together that would take hours to run: its runs are copies of a few.

``python -m benchmarks.large_study STATES FOLDER`` makes every policy of the Finland case in a few
states of the world, keeps these runs as if they were of all states, and says how much that took on
disk; ``python -m benchmarks.large_study STATES FOLDER whole`` puts the study together. What holds
and writes runs makes no difference between copies and others.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from benchmarks.processes import python
from sim import load_scenario
from sim.study.manifest_record import described_study
from sim.study.options import StudyOptions, study_options
from sim.study.partial_results import PartialResults
from sim.study.replication import Study
from sim.study.run import run_study

STATES: Final = (100, 1_000)
RUN: Final = 4  # states that are run
WHOLE: Final = "whole"


def rows() -> Iterator[dict[str, Any]]:
    """A row for each number of states of the world."""
    for states in STATES:
        with tempfile.TemporaryDirectory() as folder:
            out = str(Path(folder) / "study")
            words = ("-m", "benchmarks.large_study", str(states), out)
            kept = json.loads(python(*words).output)
            cost = python(*words, WHOLE)
            size = sum(each.stat().st_size for each in Path(out).iterdir())
        yield {
            "states": states,
            "runs": kept["runs"],
            "cpu_s": cost.cpu_s,
            "peak_mb": cost.peak_mb,
            "kept_mb": kept["bytes"] / 1e6,
            "folder_mb": size / 1e6,
        }


def _options(states: int, out: Path) -> StudyOptions:
    scenario = load_scenario("finland-2023")
    return study_options(
        scenario, list(scenario.policies), replicates=states, runs_per_state=1, workers=1, out=out
    )


def keep_copies(options: StudyOptions) -> dict[str, int]:
    """Keep runs of a few states as those of every state; says how many, and their bytes on disk."""
    made = Study(options).run_states(range(RUN))
    few = [list(runs) for _, runs in groupby(made, key=lambda run: run.state)]
    run_id = described_study(options)["run_id"]
    partial = PartialResults(options.folder, run_id, options.runs_of_a_state)
    for state in range(options.replicates):
        partial.keep([replace(run, state=state) for run in few[state % RUN]])
    size = sum(file.stat().st_size for file in partial.place.iterdir())
    return {"runs": len(partial), "bytes": size}


def main() -> None:
    """Keep, or put together: STATES FOLDER [whole]."""
    options = _options(int(sys.argv[1]), Path(sys.argv[2]))
    if WHOLE in sys.argv[3:]:
        run_study(options)
    else:
        print(json.dumps(keep_copies(options)))


if __name__ == "__main__":
    main()
