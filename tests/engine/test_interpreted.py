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

PROJECT = Path(__file__).parents[2]
PROGRAM = """
import sys
import numpy as np
from tests.engine.test_interpreted import MODELS
model = MODELS[sys.argv[1]](int(sys.argv[3])).run()
engine = model.engine
persons = engine.persons[: int(engine.status["persons"][0])]
np.savez(
    sys.argv[2],
    entries=engine.entries,
    stock=engine.stock,
    person_hours=engine.person_hours,
    outdoor_h=engine.outdoor_h,
    registered_h=persons["registered_h"],
    events=engine.status["events"],
)
"""


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


def outcome(folder: Path, name: str, number: int, *, interpreted: bool) -> dict[str, np.ndarray]:
    path = folder / f"{number}-{interpreted}.npz"
    subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, name, str(path), str(number)],
        check=True,
        cwd=PROJECT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1" if interpreted else "0"},
    )
    with np.load(path) as stored:
        return dict(stored)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "number"), [("teaching", 0), ("teaching", 1), ("everything", 0)])
def test_compiled_and_interpreted_runs_agree(tmp_path: Path, name: str, number: int) -> None:
    compiled = outcome(tmp_path, name, number, interpreted=False)
    interpreted = outcome(tmp_path, name, number, interpreted=True)
    for column in ("entries", "stock", "events"):
        assert np.array_equal(compiled[column], interpreted[column]), column
    # Not to the last bit: compiled code may fuse a product and a sum into one rounding, and works
    # in double precision on beliefs, which are kept in single precision; numpy keeps to single.
    tolerance = 1e-6 if name == "everything" else 1e-12
    for column in ("person_hours", "outdoor_h", "registered_h"):
        one, other = compiled[column], interpreted[column]
        assert np.allclose(one, other, rtol=tolerance, atol=tolerance, equal_nan=True), column
