"""The plain model in this engine, from a scenario file to a finished run, by the public interface.

``python -m benchmarks.plain_ours GROUPS SEED RUNS``. Machine code is loaded first, as before every
study, and by a tiny run; memory is what the process has from then on.
``cpu_s`` is building the model and running it; ``record_s`` is making every table that a study
keeps of a run (indicators, classes, daily series), on top of that.
"""

from __future__ import annotations

import tempfile
import time
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.plain_model import HUBS, PLACES, POLICY, PlainModel
from benchmarks.plain_outcome import Outcome, begin_peak_anew, peak_mb, print_runs
from sim import load_scenario
from sim.engine.person_states import Phase, states_in
from sim.model import BorderModel
from sim.results.tables import TABLES
from sim.study.options import StudyOptions
from sim.study.replication import Study
from sim.study.warm_up import compile_engine

TINY: Final = 100
UNDER_WAY: Final = states_in(*(phase for phase in Phase if phase != Phase.ENDED))


@lru_cache
def study_of(model: PlainModel) -> Study:
    """The scenario, written, read and checked, and what its runs share laid out.

    Shared are calendars, ways and mean waits for opening, which the program in C is given too.
    """
    with tempfile.TemporaryDirectory() as folder:
        scenario = load_scenario(model.write(Path(folder)))
    study = Study(StudyOptions(scenario, (POLICY,), seed=1))
    study.prepare()
    return study


def simulate(model: PlainModel, seed: int) -> Outcome:
    """Build, run, record; the seed is the number of the state of the world."""
    study = study_of(model)
    began = time.process_time()
    run = study.model(0, study.state(seed))
    built = time.process_time()
    run.advance_to(run.clock.duration_h)
    ended, run_peak_mb = time.process_time(), peak_mb()
    record = study.record(0, run)
    for table in TABLES.values():
        if table.of_run:
            table.of_run(record)
    recorded = time.process_time()
    outcome = _outcome(run)
    outcome.costs.update(
        agent_days=agent_days(run),
        cpu_s=ended - began,
        build_s=built - began,
        run_s=ended - built,
        record_s=recorded - ended,
        run_peak_mb=run_peak_mb,
    )
    run.release()
    return outcome


def agent_days(run: BorderModel) -> float:
    """Days that people were under way, from when they appeared to the end of their journeys."""
    hours = run.engine.person_hours.sum(axis=(0, 1))
    return float(sum(hours[state] for state in UNDER_WAY)) / 24.0


def _outcome(run: BorderModel) -> Outcome:
    status = run.engine.status[0]
    people = run.engine.persons[: int(status["persons"])]
    registered = ~np.isnan(people["registered_h"])
    exits = np.bincount(people["place"][registered], minlength=PLACES)[HUBS:]
    waits_h = (people["registered_h"] - people["queued_h"])[registered]
    return Outcome(
        groups=int(status["groups"]),
        events=int(status["events"]),
        decisions=int(status["decisions"]),
        balked=int(status["balked"]),
        mean_wait_h=float(waits_h.mean()),
        exits=[int(count) for count in exits],
    )


if __name__ == "__main__":
    simulate(PlainModel(TINY), 1)
    compile_engine()
    begin_peak_anew()
    print_runs(simulate)
