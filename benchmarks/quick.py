"""What got slower since it was last recorded: ``python -m benchmarks quick``, about a minute.

Machines differ and so do hours of the day, so every figure is a ratio of two times of this run: to
the plain model in C, to a fixed loop of plain Python, or to ``import numpy``. The two take turns,
and the least of each makes the ratio; its noise is the median distance of the ratios of single
turns from their median. A figure is slower when it is above the recorded one by more than three
times the noise and by more than a tenth. It never fails: it says so, and a person decides.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from benchmarks import finland, ways
from benchmarks.finland import FINLAND
from benchmarks.processes import import_numpy_s, python
from benchmarks.results_file import comparable_results, read_results

TURNS: Final = 5
GROUPS: Final = 10_000
RUNS: Final = 3
LEAST_CHANGE: Final = 0.1
LOOP: Final = 2_000_000


@dataclass(frozen=True)
class Ratio:
    """One figure.

    Attributes:
        name: what was measured, and against what.
        value: the least time over the least time of what it is measured against.
        noise: median distance of the ratios of single turns from their median, as a share of it.
    """

    name: str
    value: float
    noise: float

    def verdict(self, recorded: float | None) -> str:
        """What it says against the figure that was recorded last."""
        if recorded is None:
            return "not recorded yet"
        change = self.value / recorded - 1.0
        band = max(LEAST_CHANGE, 3.0 * self.noise)
        if abs(change) <= band:
            return f"as recorded ({change:+.0%}, within {band:.0%})"
        return f"{'SLOWER' if change > 0.0 else 'faster'} by {abs(change):.0%} (noise {band:.0%})"


def python_loop_s() -> float:
    """CPU time of a fixed loop of plain Python, s."""
    began = time.process_time()
    total = 0
    for k in range(LOOP):
        total += k & 7
    return time.process_time() - began


def ratios() -> Iterator[Ratio]:
    """Every figure, one after another."""
    with ways.c_program() as c:
        plain = _plain_s
        against, name = (
            (lambda: _least(c, "cpu_s"), "C") if c else (python_loop_s, "a loop of plain Python")
        )
        yield _ratio(f"plain model, {GROUPS:,} groups, over {name}", plain, against)
    yield _ratio(
        "Finland, a replication, over a loop of plain Python",
        lambda: finland.seconds_a_replication(1),
        python_loop_s,
    )
    yield _ratio("`check`, over `import numpy`", _check_s, import_numpy_s)


def _plain_s() -> float:
    return _least(ways.module("plain_ours"), "cpu_s")


def _least(way: ways.Way, key: str) -> float:
    return min(float(row[key]) for row in way(GROUPS, ways.SEED, RUNS))


def _check_s() -> float:
    return python("-m", "sim", "check", str(FINLAND)).cpu_s


def _ratio(name: str, one: Callable[[], float], other: Callable[[], float]) -> Ratio:
    turns = [(one(), other()) for _ in range(TURNS)]
    single = [mine / theirs for mine, theirs in turns]
    middle = statistics.median(single)
    noise = statistics.median(abs(each - middle) for each in single) / middle
    value = min(mine for mine, _ in turns) / min(theirs for _, theirs in turns)
    return Ratio(name, value, noise)


def rows() -> Iterator[Mapping[str, Any]]:
    """The figures, to be recorded."""
    for ratio in ratios():
        yield {"figure": ratio.name, "ratio": ratio.value, "noise": ratio.noise}


def recorded_ratios() -> Mapping[str, float]:
    """Those recorded last, on this machine if it has a record, else on any."""
    path = comparable_results()
    if path is None:
        return {}
    results = read_results(path)
    section = results["sections"].get("ratios", {"day": "no day", "rows": []})
    print(f"against {section['day']}, on {results['machine']['processor']}", flush=True)
    return {row["figure"]: row["ratio"] for row in section["rows"]}


def compare_with_recorded() -> None:
    """Print each figure with what it says."""
    recorded = recorded_ratios()
    slower = 0
    for ratio in ratios():
        verdict = ratio.verdict(recorded.get(ratio.name))
        slower += verdict.startswith("SLOWER")
        print(f"{ratio.name}: {ratio.value:.2f}: {verdict}", flush=True)
    print(f"{slower} slower than recorded" if slower else "nothing is slower than recorded")
