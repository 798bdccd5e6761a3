"""The command, but after each finished batch it waits until as many are allowed.

So a test meets it at work however fast it is: ``python -m tests.fault_tolerance.paced FILE WORDS``,
where FILE holds how many batches may be finished before it waits. How many are is in FILE.kept.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from sim.__main__ import main
from sim.study.partial_results import PartialResults
from sim.study.replication import Replication
from tests.effort import PATIENCE_S
from tests.fault_tolerance.command import BATCH

LOOK_EVERY_S = 0.01


class PacedResults(PartialResults):
    """Where finished batches are kept, with a wait after each."""

    allowed: Path

    def keep(self, runs: Sequence[Replication]) -> None:
        """Keep what is finished, and wait until there may be more."""
        super().keep(runs)
        kept = len(list(self.place.glob("runs-*")))
        self.allowed.with_suffix(".kept").write_text(str(kept), encoding="ascii")
        while int(self.allowed.read_text(encoding="ascii")) <= kept:
            time.sleep(LOOK_EVERY_S)


if __name__ == "__main__":
    PacedResults.allowed = Path(sys.argv.pop(1))
    patch = pytest.MonkeyPatch()
    patch.setattr("sim.study.run.PartialResults", PacedResults)
    patch.setattr("sim.study.pacing.MOST_RUNS", BATCH)
    patch.setattr("sim.study.replication.PIECE_S", PATIENCE_S)
    main()
