"""Compiled and interpreted, the engine is the same machine: an oracle that costs nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim import load_scenario
from sim.model import BorderModel
from sim.verification.full_world import reference_model
from tests.effort import effort

PROJECT = Path(__file__).parents[2]
# Interpreted, in a process of its own: the number of the case is the name of its file.
PROGRAM = """
import sys
import numpy as np
from tests.engine.test_interpreted import CASES, end_of
for case, (name, number) in enumerate(CASES):
    np.savez(f"{sys.argv[1]}/{case}.npz", **end_of(name, number))
"""
CASES = [("teaching", 0), ("teaching", 1), ("everything", 0)]
MOST_DAYS = effort(12, 21)  # in which people have been in every state; interpreting takes its time


def teaching_model(number: int) -> BorderModel:
    """Two crossings, one nearly closed."""
    scenario = load_scenario(PROJECT / "scenarios" / "teaching" / "two-crossings.yaml")
    return BorderModel(
        scenario.world,
        scenario.policies["near-closed"].rule,
        scenario.hypotheses["H1"].rule,
        number=number,
    )


def everything(number: int) -> BorderModel:
    """Every submodel and every actor."""
    return reference_model(number=number)


MODELS = {"teaching": teaching_model, "everything": everything}


def end_of(name: str, number: int) -> dict[str, np.ndarray]:
    """What a run leaves in the columns of the engine."""
    model = MODELS[name](number)
    model.advance_to(min(24.0 * MOST_DAYS, model.clock.duration_h))
    engine = model.engine
    persons = engine.persons[: int(engine.status["persons"][0])]
    return {
        "entries": engine.entries,
        "stock": engine.stock,
        "person_hours": engine.person_hours,
        "outdoor_h": engine.outdoor_h,
        "registered_h": persons["registered_h"],
        "events": engine.status["events"],
    }


@pytest.fixture(scope="module")
def interpreted(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, np.ndarray]]:
    """What the runs of all cases leave where nothing is compiled."""
    folder = tmp_path_factory.mktemp("interpreted")
    subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, str(folder)],
        check=True,
        cwd=PROJECT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )
    ends = []
    for case in range(len(CASES)):
        with np.load(folder / f"{case}.npz") as stored:
            ends.append(dict(stored))
    return ends


@pytest.mark.slow
def test_compiled_and_interpreted_runs_agree(interpreted: list[dict[str, np.ndarray]]) -> None:
    for (name, number), other in zip(CASES, interpreted, strict=True):
        compiled = end_of(name, number)
        for column in ("entries", "stock", "events"):
            assert np.array_equal(compiled[column], other[column]), (name, number, column)
        # Not to the last bit: compiled code may fuse a product and a sum into one rounding, and
        # works in double precision on beliefs, which are kept in single precision; numpy keeps to
        # single.
        near = 1e-6 if name == "everything" else 1e-12
        for column in ("person_hours", "outdoor_h", "registered_h"):
            same = np.allclose(
                compiled[column], other[column], rtol=near, atol=near, equal_nan=True
            )
            assert same, (name, number, column)
