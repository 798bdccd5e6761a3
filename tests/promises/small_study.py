"""A small study of everything that results hold; prints a digest of each results file.

Run as ``python -m tests.promises.small_study FOLDER``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sim import compare, load_scenario
from sim.verification.full_world import reference_model
from tests.effort import effort
from tests.golden.record import FILES, digest
from tests.promises.reference_run import digests as of_reference_run

SCENARIO = Path(__file__).parents[2] / "scenarios" / "finland-2023" / "base.yaml"
POLICIES = ("historical", "threshold", "surge", "full-closure-under-review")


def digests(folder: Path) -> dict[str, object]:
    """SHA-256 of every results file, and digests of a run in which every submodel is at work."""
    compare(load_scenario(SCENARIO), POLICIES, replicates=effort(1, 2), workers=1, out=folder)
    files: dict[str, object] = {file: digest(folder / file) for file in FILES}
    return {**files, **of_reference_run(reference_model().run())}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(digests(Path(sys.argv[1]))) + "\n")
