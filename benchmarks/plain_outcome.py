"""What a run of the plain model comes to, in the same words whichever tool made it."""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.plain_model import PlainModel

BYTES_OF_MAXRSS: Final = 1 if sys.platform == "darwin" else 1024  # units of ru_maxrss
MEGABYTE: Final = 1e6  # bytes


@dataclass(frozen=True)
class Outcome:
    """What came of one run.

    Attributes:
        groups: groups that appeared.
        events: events that happened; steps of agents where the tool goes by the hour.
        decisions: times that a group weighed its ways.
        balked: times that one turned away from a queue.
        mean_wait_h: mean time from first reaching a crossing to registration, h.
        exits: people registered at each crossing.
        costs: further measurements, by name; those of the same name as :func:`print_runs` takes
            replace its own.
    """

    groups: int
    events: int
    decisions: int
    balked: int
    mean_wait_h: float
    exits: Sequence[int]
    costs: dict[str, float] = field(default_factory=dict)


def print_runs(simulate: Callable[[PlainModel, int], Outcome]) -> None:
    """The main of a tool: GROUPS SEED RUNS on the command line, a line of JSON for each run.

    ``cpu_s`` is the CPU time from nothing to the end of the run, ``peak_mb`` the most memory that
    the process has had.
    """
    model, seed, runs = PlainModel(int(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3])
    for _ in range(runs):
        began = time.process_time()
        outcome = simulate(model, seed)
        costs = {"cpu_s": time.process_time() - began, **outcome.costs}
        row = {**vars(outcome), "exits": list(outcome.exits), **costs, "peak_mb": peak_mb()}
        row.pop("costs")
        print(json.dumps(row), flush=True)


def peak_mb() -> float:
    """The most memory that this process has had so far, MB.

    On Linux by its own account: ``ru_maxrss`` begins with what the process had that started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"), re.M)
        if found:
            return 1024 * int(found.group(1)) / MEGABYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_OF_MAXRSS / MEGABYTE


def begin_peak_anew() -> None:
    """Forget the most memory so far, where the system can (Linux): what comes next is compared.

    A process that has given memory back would seem to need none for what fits into it.
    """
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
