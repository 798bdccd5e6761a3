"""Whether the plain model is the same model in every tool: means over seeds, and their distance.

``python -m benchmarks.agreement`` compares each tool with this engine: mean wait, groups that turn
away, decisions, and exits by crossing, each as a mean over seeds, with a z-score of the difference.
With some fifty comparisons about two in a thousand runs of this have a z beyond 4.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, TypeAlias

from benchmarks import plain_ours
from benchmarks.plain_model import CROSSINGS, PlainModel
from benchmarks.plain_outcome import Outcome
from benchmarks.ways import Way, c_program

GROUPS: Final = 1000
SEEDS: Final = 400
MOST: Final = 4.0  # z-score beyond which two tools differ
QUANTITIES: Final = (
    "mean wait, h",
    "groups",
    "turned away, a group",
    "decisions, a group",
    *(f"exits at crossing {j}, a group" for j in range(CROSSINGS)),
)

Simulate: TypeAlias = Callable[[PlainModel, int], Outcome]
Sample: TypeAlias = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Comparison:
    """One quantity in a tool and in this engine.

    Attributes:
        way: name of the tool.
        quantity: what is compared.
        mean: its mean over seeds there.
        ours: its mean over seeds here.
        z: the difference in standard errors.
    """

    way: str
    quantity: str
    mean: float
    ours: float
    z: float


def from_program(way: Way) -> Simulate:
    """A tool that is a program, as a function."""

    def simulate(model: PlainModel, seed: int) -> Outcome:
        (row,) = way(model.groups, seed, 1)
        return Outcome(
            **{each.name: row[each.name] for each in fields(Outcome) if each.name in row}
        )

    return simulate


def sample(simulate: Simulate, seeds: int, groups: int = GROUPS) -> Sample:
    """Every quantity of a run for each seed."""
    model = PlainModel(groups)
    return [_quantities(simulate(model, seed)) for seed in range(seeds)]


def _quantities(outcome: Outcome) -> list[float]:
    counts = (outcome.balked, outcome.decisions, *outcome.exits)
    return [
        outcome.mean_wait_h,
        float(outcome.groups),
        *(count / outcome.groups for count in counts),
    ]


def compared(way: str, theirs: Sample, ours: Sample) -> Iterator[Comparison]:
    """A tool's quantities against ours."""
    columns = zip(QUANTITIES, zip(*theirs, strict=True), zip(*ours, strict=True), strict=True)
    for quantity, one, other in columns:
        error = math.sqrt(sum(statistics.variance(each) / len(each) for each in (one, other)))
        mean, expected = statistics.fmean(one), statistics.fmean(other)
        yield Comparison(way, quantity, mean, expected, (mean - expected) / error)


def python_ways() -> Mapping[str, Simulate]:
    """The versions in other Python tools; SimPy only where it is installed."""
    from benchmarks.plain_mesa import Border, TunedBorder, simulation  # deferred: slow to import

    ways: dict[str, Simulate] = {
        "Mesa, idiomatic": simulation(Border),
        "Mesa, tuned": simulation(TunedBorder),
    }
    try:
        from benchmarks.plain_simpy import simulate  # deferred: need not be there
    except ModuleNotFoundError:
        return ways
    return {**ways, "SimPy": simulate}


def rows(seeds: int = SEEDS) -> Iterator[dict[str, Any]]:
    """For each tool the comparison of waits, and the one that is farthest apart."""
    ours = sample(plain_ours.simulate, seeds)
    with c_program() as c:
        ways = {**python_ways(), **({"C": from_program(c)} if c else {})}
        for name, simulate in ways.items():
            found = list(compared(name, sample(simulate, seeds), ours))
            worst = max(found, key=lambda each: abs(each.z))
            yield {
                "way": name,
                "seeds": seeds,
                "mean_wait_h": found[0].mean,
                "our_mean_wait_h": found[0].ours,
                "wait_z": found[0].z,
                "quantities": len(found),
                "worst": worst.quantity,
                "worst_z": worst.z,
                "agrees": abs(worst.z) < MOST,
            }


def main() -> None:
    """Print the rows."""
    for row in rows():
        print(row, flush=True)


if __name__ == "__main__":
    main()
