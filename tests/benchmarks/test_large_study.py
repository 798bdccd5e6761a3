"""Copies of runs stand in for the runs of a large study."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from benchmarks.large_study import RUN, keep_copies
from sim import load_scenario
from sim.study.options import study_options
from sim.study.run import run_study


def test_a_study_of_copies_is_put_together_without_a_run(tmp_path: Path) -> None:
    scenario = load_scenario("one-crossing")
    options = study_options(scenario, replicates=RUN + 2, out=tmp_path / "study")
    kept = keep_copies(options)
    assert kept["runs"] == options.runs
    assert kept["bytes"] > 0
    done: list[tuple[int, int]] = []
    stored = run_study(options, progress=lambda *states: done.append(states))
    assert done == [(RUN + 2, RUN + 2)]
    first, copy = (
        stored.indicators.filter(state_of_world=state).drop("state_of_world")
        for state in (1, RUN + 1)
    )
    assert first.equals(copy)
    assert not first.equals(
        stored.indicators.filter(pl.col("state_of_world") == 2).drop("state_of_world")
    )
