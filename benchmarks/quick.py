"""What got slower since it was last recorded: ``python -m benchmarks quick``, about a minute.

Machines differ and so do hours of the day, so every figure is a ratio of two times of this run: to
the plain model in C, to a fixed loop of plain Python, or to ``import numpy``. The two take turns,
and the least of each, piece by piece, makes the ratio. Its noise is how far it moves if any one
turn is left out. A figure is slower when it is above the recorded one by more than twice the noise
and by more than a tenth. It never fails: it says so, and a person decides.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias

from benchmarks import finland, ways
from benchmarks.finland import FINLAND
from benchmarks.processes import import_numpy_s, python
from benchmarks.results_file import comparable_results, read_results

TURNS: Final = 6
GROUPS: Final = 10_000
RUNS: Final = 3
LEAST_CHANGE: Final = 0.1
LOOP: Final = 2_000_000

Pieces: TypeAlias = Sequence[float]  # CPU time of each piece of a piece of work, s


@dataclass(frozen=True)
class Ratio:
    """One figure.

    Attributes:
        name: what was measured, and against what.
        value: the least time over the least time of what it is measured against.
        noise: the farthest that it moves if a turn is left out, as a share of it.
    """

    name: str
    value: float
    noise: float

    def verdict(self, recorded: float | None) -> str:
        """What it says against the figure that was recorded last."""
        if recorded is None:
            return "not recorded yet"
        change = self.value / recorded - 1.0
        band = max(LEAST_CHANGE, 2.0 * self.noise)
        if abs(change) <= band:
            return f"as recorded ({change:+.0%}, within {band:.0%})"
        return f"{'SLOWER' if change > 0.0 else 'faster'} by {abs(change):.0%} (noise {band:.0%})"


def python_loop_s() -> Pieces:
    """A fixed loop of plain Python."""
    began = time.process_time()
    total = 0
    for k in range(LOOP):
        total += k & 7
    return [time.process_time() - began]


def ratios() -> Iterator[Ratio]:
    """Every figure, one after another."""
    with ways.c_program() as c:
        if c:
            yield ratio_of(f"plain model, {GROUPS:,} groups, over C", _plain_s, partial(_least, c))
    study = finland.whole_study()
    yield ratio_of(
        f"Finland, {finland.STATES} replications, over a loop of plain Python",
        partial(finland.seconds_by_state, study),
        python_loop_s,
    )
    yield ratio_of("`check`, over `import numpy`", _check_s, lambda: [import_numpy_s()])


def _plain_s() -> Pieces:
    return _least(ways.module("plain_ours"))


def _least(way: ways.Way) -> Pieces:
    return [min(float(row["cpu_s"]) for row in way(GROUPS, ways.SEED, RUNS))]


def _check_s() -> Pieces:
    return [python("-m", "sim", "check", str(FINLAND)).cpu_s]


def ratio_of(name: str, one: Callable[[], Pieces], other: Callable[[], Pieces]) -> Ratio:
    """Two pieces of work in turns."""
    turns = [(one(), other()) for _ in range(TURNS)]
    value = _ratio_of_least(turns)
    without = [_ratio_of_least([*turns[:k], *turns[k + 1 :]]) for k in range(TURNS)]
    return Ratio(name, value, max(abs(each / value - 1.0) for each in without))


def _ratio_of_least(turns: Sequence[tuple[Pieces, Pieces]]) -> float:
    """The least of each piece over the turns, summed, over that of the other."""
    mine, others = (sum(map(min, zip(*side, strict=True))) for side in zip(*turns, strict=True))
    return mine / others


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
