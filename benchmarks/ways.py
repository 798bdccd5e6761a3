"""The plain model in every tool, at several sizes: CPU time, events and memory of each.

``python -m benchmarks.ways [GROUPS ...]`` measures this engine and C. Tools take turns, so that a
slow minute of the machine meets all of them, and the least time counts. Every measurement is a
process of its own; small sizes run several times in it.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, TypeAlias

from benchmarks.plain_model import PlainModel
from benchmarks.processes import PROJECT, cost_of, python

SOURCE: Final = Path(__file__).parent / "plain_model.c"
SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)
ROUNDS: Final = 5
ROUNDS_OF_LARGEST: Final = 3  # of a million groups
SEED: Final = 1
OURS: Final = "rajasim"
C: Final = "C"
SIMPY: Final = "SimPy"
TUNED_MESA: Final = "Mesa, tuned"
MESA: Final = "Mesa, idiomatic"
LARGEST: Final = {SIMPY: 100_000, TUNED_MESA: 100_000, MESA: 10_000}  # groups; more takes minutes
ENOUGH_GROUPS: Final = 5_000  # in a process, over its runs

Row: TypeAlias = dict[str, Any]
Way: TypeAlias = Callable[[int, int, int], list[Row]]  # of groups, seed, runs


@dataclass(frozen=True)
class Timing:
    """One tool at one size.

    Attributes:
        way: name of the tool.
        groups: groups that appeared.
        events: events, or steps of agents.
        decisions: times that a group weighed its ways.
        cpu_s: CPU time of building and running, the least of all, s.
        record_s: CPU time of indicators, classes and series after it, the least, s; ours alone.
        peak_mb: most memory of a process that made runs, MB.
        run_peak_mb: the same before anything was recorded, MB.
        agent_days: days that people were under way; ours alone.
        runs: how many runs the least is of.
    """

    way: str
    groups: int
    events: int
    decisions: int
    cpu_s: float
    record_s: float | None
    peak_mb: float
    run_peak_mb: float
    agent_days: float | None
    runs: int

    @property
    def event_ns(self) -> float:
        """CPU time an event, ns."""
        return 1e9 * self.cpu_s / self.events


def module(name: str, *more: str) -> Way:
    """A tool that is a module of this folder."""

    def run(groups: int, seed: int, runs: int) -> list[Row]:
        words = ("-m", f"benchmarks.{name}", str(groups), str(seed), str(runs), *more)
        return _rows(python(*words).output)

    return run


@contextmanager
def c_program() -> Iterator[Way | None]:
    """C, compiled with ``gcc -O3`` into a folder that is gone afterwards; None without gcc."""
    compiler = shutil.which("gcc")
    if compiler is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "plain_model"
        cost_of([compiler, "-O3", "-o", str(program), str(SOURCE.relative_to(PROJECT)), "-lm"])

        def run(groups: int, seed: int, runs: int) -> list[Row]:
            numbers = Path(folder) / str(groups)
            if not numbers.exists():
                numbers.write_text(PlainModel(groups).numbers(), encoding="utf-8")
            return _rows(cost_of([str(program), str(numbers), str(seed), str(runs)]).output)

        yield run


def _rows(output: str) -> list[Row]:
    return [json.loads(line) for line in output.splitlines()]


def measure(
    ways: Mapping[str, Way],
    sizes: Sequence[int],
    *,
    rounds: int = ROUNDS,
    limits: Mapping[str, int] | None = None,
) -> Iterator[Timing]:
    """Each tool at each size, up to the largest size that a tool is given (``limits``)."""
    for groups in sizes:
        taking_part = {
            name: way for name, way in ways.items() if groups <= (limits or {}).get(name, groups)
        }
        turns = min(rounds, ROUNDS_OF_LARGEST) if groups >= SIZES[-1] else rounds
        runs = max(1, ENOUGH_GROUPS // groups)
        first = {name: way(groups, SEED, 1) for name, way in taking_part.items()}
        rows = {name: list(found) for name, found in first.items()}
        for _ in range(turns - 1 if runs == 1 else turns):
            for name, way in taking_part.items():
                rows[name] += way(groups, SEED, runs)
        for name, found in rows.items():
            yield _timing(name, first[name][0], found)


def _timing(name: str, alone: Row, rows: Sequence[Row]) -> Timing:
    """The least time of all runs, and the memory of a run that had its process for itself."""
    recorded = [row["record_s"] for row in rows if "record_s" in row]
    return Timing(
        way=name,
        groups=alone["groups"],
        events=alone["events"],
        decisions=alone["decisions"],
        cpu_s=min(row["cpu_s"] for row in rows),
        record_s=min(recorded, default=None),
        peak_mb=alone["peak_mb"],
        run_peak_mb=alone["run_peak_mb" if "run_peak_mb" in alone else "peak_mb"],
        agent_days=alone.get("agent_days"),
        runs=len(rows),
    )


def all_ways(c: Way | None) -> Mapping[str, Way]:
    """Every tool that is there, this engine first."""
    ways = {OURS: module("plain_ours")}
    if c:
        ways[C] = c
    if find_spec("simpy"):
        ways[SIMPY] = module("plain_simpy")
    return {**ways, TUNED_MESA: module("plain_mesa", "tuned"), MESA: module("plain_mesa")}


def rows() -> Iterator[Row]:
    """Every tool at every size that it is given."""
    with c_program() as c:
        ways = all_ways(c)
        for size in SIZES:
            yield from _with_ratios(list(measure(ways, [size], limits=LARGEST)))


def _with_ratios(timings: Sequence[Timing]) -> Iterator[Row]:
    """Timings of one size, each with its time over C's and over ours."""
    seconds = {timing.way: timing.cpu_s for timing in timings}
    for timing in timings:
        yield {
            **asdict(timing),
            "event_ns": timing.event_ns,
            "against_c": timing.cpu_s / seconds[C] if C in seconds else None,
            "against_ours": timing.cpu_s / seconds[OURS],
        }


def main() -> None:
    """Ours against C."""
    sizes = [int(float(word)) for word in sys.argv[1:]] or SIZES
    with c_program() as c:
        ways = {OURS: module("plain_ours")} | ({C: c} if c else {})
        for size in sizes:
            for row in _with_ratios(list(measure(ways, [size]))):
                print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
