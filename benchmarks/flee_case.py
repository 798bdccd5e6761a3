"""Flee (PyPI ``flee``) on a case of its own, by agent and day.

``python -m benchmarks.flee_case FOLDER DAYS``: the folder holds the case's files as FabFlee has
them; ``benchmarks/flee_case`` has one. Needs ``flee``; of what that needs itself, ``pyyaml``,
``beartype``, ``numpy`` and ``pandas`` are enough. Reading the case is not counted, putting new
agents in is.

The two do different work. A Flee agent decides by the day whether to move and where, by distance,
conflict and capacity, and moves at most so many kilometres a day; there is no border post, no queue
and no time below a day. A group of the plain model has some eight events at exact hours, two of
them services in queues. So this says what an agent and day costs in each, not which is better.
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.processes import python

CASE: Final = Path(__file__).parent / "flee_case"
DAYS: Final = 40
ROUNDS: Final = 3
SEED: Final = 1


def rows() -> Iterator[dict[str, Any]]:
    """The least of some runs; nothing where Flee is not installed."""
    try:
        import flee  # noqa: F401 - deferred: need not be there
    except ModuleNotFoundError:
        return
    words = ("-m", "benchmarks.flee_case", str(CASE), str(DAYS))
    found = [json.loads(python(*words).output) for _ in range(ROUNDS)]
    yield min(found, key=lambda row: float(row["cpu_s"]))


def run(case: Path, days: int) -> dict[str, Any]:
    """Flee's own daily loop over the first days of a case."""
    from flee import spawning  # deferred: need not be there

    random.seed(SEED)
    ecosystem, geography, arrivals = _read(case)
    agent_days = 0
    began = time.process_time()
    for day in range(days):
        geography.AddNewConflictZones(ecosystem, day)
        spawning.spawn_daily_displaced(ecosystem, day, arrivals)
        ecosystem.enact_border_closures(day)
        agent_days += len(ecosystem.agents)
        ecosystem.evolve()
    cpu_s = time.process_time() - began
    return {
        "tool": "Flee, Burundi 2015",
        "agents": len(ecosystem.agents),
        "agent_days": agent_days,
        "cpu_s": cpu_s,
        "agent_day_us": 1e6 * cpu_s / agent_days,
    }


def _read(case: Path) -> tuple[Any, Any, Any]:
    """The case as Flee's ecosystem, its geography and its table of arrivals."""
    from flee import InputGeography  # deferred: need not be there
    from flee.datamanager import handle_refugee_data, read_period
    from flee.flee import Ecosystem
    from flee.SimulationSettings import SimulationSettings

    SimulationSettings.ReadFromYML(str(case / "simsetting.yml"))
    geography = InputGeography.InputGeography()
    SimulationSettings.ConflictInputFile = str(case / "conflicts.csv")
    geography.ReadConflictInputCSV(SimulationSettings.ConflictInputFile)
    geography.ReadLocationsFromCSV(str(case / "locations.csv"))
    geography.ReadLinksFromCSV(str(case / "routes.csv"))
    geography.ReadClosuresFromCSV(str(case / "closures.csv"))
    ecosystem, _ = geography.StoreInputGeographyInEcosystem(Ecosystem())
    start, _ = read_period.read_conflict_period(str(case / "sim_period.csv"))
    arrivals = handle_refugee_data.RefugeeTable(
        csvformat="generic",
        data_directory=str(case / "source_data"),
        start_date=start,
        data_layout="data_layout.csv",
    )
    arrivals.ReadL1Corrections(str(case / "registration_corrections.csv"))
    return ecosystem, geography, arrivals


def main() -> None:
    """Run and print a line of JSON; what Flee prints is dropped."""
    case, days = Path(sys.argv[1]), int(sys.argv[2])
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        row = run(case, days)
    print(json.dumps(row))


if __name__ == "__main__":
    main()
