"""Compiled and interpreted, the engine is the same machine: an oracle that costs nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

PROJECT = Path(__file__).parents[2]
PROGRAM = """
import sys
import numpy as np
from sim import load_scenario
from sim.model import BorderModel
scenario = load_scenario(sys.argv[1])
model = BorderModel(
    scenario.world,
    scenario.policies["near-closed"].rule,
    scenario.hypotheses["H1"].rule,
    number=int(sys.argv[3]),
).run()
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


def outcome(folder: Path, number: int, *, interpreted: bool) -> dict[str, np.ndarray]:
    scenario = PROJECT / "scenarios" / "teaching" / "two-crossings.yaml"
    path = folder / f"{number}-{interpreted}.npz"
    subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, str(scenario), str(path), str(number)],
        check=True,
        cwd=PROJECT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1" if interpreted else "0"},
    )
    with np.load(path) as stored:
        return dict(stored)


@pytest.mark.parametrize("number", [0, 1])
def test_compiled_and_interpreted_runs_agree(tmp_path: Path, number: int) -> None:
    compiled = outcome(tmp_path, number, interpreted=False)
    interpreted = outcome(tmp_path, number, interpreted=True)
    for name in ("entries", "stock", "events"):
        assert np.array_equal(compiled[name], interpreted[name]), name
    for name in ("person_hours", "outdoor_h", "registered_h"):
        # Not to the last bit: compiled code may fuse a product and a sum into one rounding.
        assert np.allclose(compiled[name], interpreted[name], rtol=1e-12, equal_nan=True), name
