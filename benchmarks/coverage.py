"""How often 95 % intervals of paired differences hold the truth: ``python -m benchmarks.coverage``.

The Finland case is run once in many states of the world, few policies. The paired differences of an
indicator are then a population whose mean is known; experiments of some tens of states of the world
are drawn from it, and each method's interval either holds that mean or does not. The table is
written to ``benchmarks/coverage.md``. Sampling indices are integers of a fixed seed. Folders of
results may be named that hold such runs, each of some of the policies, in the same states.

Methods: Student's t; bootstrap-t and BCa (Efron and Tibshirani 1993, An Introduction to the
Bootstrap, chapters 12 and 14); Hall's t, the skewness that it takes out being the population's
(:func:`sim.report.analysis.statistics.skewness`); and ours, which holds both Student's and Hall's
(:func:`sim.report.analysis.statistics.mean_interval`).
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import ndtr, ndtri

from benchmarks.finland import FINLAND
from sim import compare, load_scenario
from sim.report.analysis.statistics import (
    hall_interval,
    independent,
    mean_interval,
    paired_runs,
    student_interval,
)
from sim.results.store import read_results

Floats: TypeAlias = npt.NDArray[np.float64]
Ends: TypeAlias = tuple[Floats, Floats]

PAGE: Final = Path(__file__).parent / "coverage.md"
POLICIES: Final = ("historical", "open", "surge", "immediate-full-closure")
PAIRS: Final = (
    ("open", "historical"),
    ("surge", "historical"),
    ("immediate-full-closure", "historical"),
    ("surge", "open"),
)
STATES: Final = 1200
EXPERIMENTS: Final = 4000
RESAMPLES: Final = 1000
FEW, MORE = 40, 100  # states of the world of an experiment
LEAST_DIFFERENT: Final = 12  # states of the world; below that a population is no population
LEVEL: Final = 0.95
WANTED: Final = (93.0, 97.0)
SEED: Final = 20231

HEAD: Final = """# Coverage of 95 % intervals

Written by `python -m benchmarks.coverage`: {states} states of the world of the Finland case, one
run in each; {experiments} experiments of {few} states of the world (last column: {more}) drawn from
their paired differences. A figure is the percentage of experiments whose interval holds the mean of
all; 93 to 97 is wanted. "Same": states of the world in which the two policies do not differ, %.
"Width" is of ours over Student's, median. "Wrong sign": experiments whose interval leaves zero out
on the wrong side, %.

"Ours" is what the report uses: it holds the other two, so that it is wider than it need be where
either alone would do. Where it holds least often, the mean depends on states of the world that most
experiments of {few} do not meet; the median and the share of states of the world beside it do not.

| policy − reference | indicator | same | skewness | Student | BCa | bootstrap-t | Hall | ours \
| width | wrong sign | ours, {more} |
|---|---|---|---|---|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Row:
    """One population, and how often each method's interval holds its mean, %."""

    pair: tuple[str, str]
    indicator: str
    same: float
    skewness: float
    covered: tuple[float, ...]
    width: float
    wrong: float
    with_more: float

    def __str__(self) -> str:
        figures = " | ".join(f"{each:.1f}" for each in self.covered)
        return (
            f"| {self.pair[0]} − {self.pair[1]} | {self.indicator} | {self.same:.0f} "
            f"| {self.skewness:.1f} | {figures} | {self.width:.2f} | {self.wrong:.1f} "
            f"| {self.with_more:.1f} |"
        )


def main() -> None:
    """Simulate the population, or read it from folders that are named; study it; write the page."""
    with tempfile.TemporaryDirectory() as scratch:
        folders = [Path(each) for each in sys.argv[1:]] or [simulated(Path(scratch) / "bank")]
        banks = [read_results(each) for each in folders]
        indicators = together([bank.indicators for bank in banks])
        rows = list(studied(indicators, banks[0].manifest["headline"]))
    states = indicators["state_of_world"].n_unique()
    head = HEAD.format(states=states, experiments=EXPERIMENTS, few=FEW, more=MORE)
    lines = "\n".join(map(str, rows))
    PAGE.write_text(f"{head}{lines}\n\n{summary(rows)}\n", encoding="utf-8")


def simulated(folder: Path) -> Path:
    """The Finland case in many states of the world, once in each."""
    scenario = load_scenario(FINLAND)
    compare(scenario, POLICIES, replicates=STATES, runs_per_state=1, seed=SEED, out=folder)
    return folder


def together(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Values of several folders of the same states of the world, each policy once."""
    first = pl.concat([frame.with_columns(folder=k) for k, frame in enumerate(frames)])
    return first.filter(pl.col("folder") == pl.col("folder").min().over("policy")).drop("folder")


def studied(indicators: pl.DataFrame, headline: Sequence[str]) -> Iterator[Row]:
    """A row for each pair of policies and headline indicator that differs often enough."""
    rng = np.random.Generator(np.random.PCG64(SEED))
    for policy, reference in PAIRS:
        for name in headline:
            pairs = paired_runs(indicators, policy=policy, reference=reference, indicator=name)
            differences = independent(pairs)
            differs = np.count_nonzero(differences - np.median(differences))
            if differs >= LEAST_DIFFERENT and np.count_nonzero(differences) >= LEAST_DIFFERENT:
                yield _row((policy, reference), name, differences, rng)


def _row(pair: tuple[str, str], name: str, population: Floats, rng: np.random.Generator) -> Row:
    truth = float(population.mean())
    few, more = (
        population[rng.integers(0, len(population), (EXPERIMENTS, n))] for n in (FEW, MORE)
    )
    student, ours = _each(few, student_interval), _each(few, mean_interval)
    methods = (student, *_resampled(few, rng), _each(few, hall_interval), ours)
    wrong = ((ours[0] > 0.0) & (truth <= 0.0)) | ((ours[1] < 0.0) & (truth >= 0.0))
    return Row(
        pair,
        name,
        100.0 * float((population == 0.0).mean()),
        float(((population - truth) ** 3).mean() / population.std() ** 3),
        tuple(_coverage(ends, truth) for ends in methods),
        float(np.median(ours[1] - ours[0]) / max(1e-300, np.median(student[1] - student[0]))),
        100.0 * float(wrong.mean()),
        _coverage(_each(more, mean_interval), truth),
    )


def _coverage(ends: Ends, truth: float) -> float:
    return 100.0 * float(((ends[0] <= truth) & (truth <= ends[1])).mean())


def _each(samples: Floats, method: Callable[[Floats], tuple[float, float, float]]) -> Ends:
    """Ends of an interval function's answer, sample by sample."""
    found = np.array([method(sample)[1:] for sample in samples])
    return found[:, 0], found[:, 1]


def _resampled(samples: Floats, rng: np.random.Generator) -> tuple[Ends, Ends]:
    """BCa and bootstrap-t of every sample, over the same resamples."""
    size = samples.shape[1]
    draws = rng.integers(0, size, (RESAMPLES, size))
    counts = np.stack([np.bincount(draw, minlength=size) for draw in draws]).astype(float)
    means = samples @ counts.T / size
    variances = np.maximum(samples**2 @ counts.T / size - means**2, 0.0) * size / (size - 1)
    return _bca(samples, means), _bootstrap_t(samples, means, np.sqrt(variances))


def _bca(samples: Floats, means: Floats) -> Ends:
    middle = samples.mean(axis=1, keepdims=True)
    below = (means < middle).mean(axis=1) + 0.5 * (means == middle).mean(axis=1)
    bias = ndtri(np.clip(below, 1.0 / RESAMPLES, 1.0 - 1.0 / RESAMPLES))
    apart = samples - middle
    squares = np.maximum((apart**2).sum(axis=1), 1e-300)
    bend = (apart**3).sum(axis=1) / (6.0 * squares**1.5)
    ordered, ends = np.sort(means, axis=1), []
    for tail in ((1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0):
        z = bias + ndtri(tail)
        rank = (ndtr(bias + z / (1.0 - bend * z)) * (RESAMPLES + 1)).astype(int) - 1
        ends.append(ordered[np.arange(len(samples)), np.clip(rank, 0, RESAMPLES - 1)])
    return ends[0], ends[1]


def _bootstrap_t(samples: Floats, means: Floats, spreads: Floats) -> Ends:
    size, middle = samples.shape[1], samples.mean(axis=1)
    spread = samples.std(axis=1, ddof=1)
    apart = means - middle[:, None]
    nothing = spreads <= 1e-9 * spread[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        studentised = np.where(nothing, np.inf * np.sign(apart), apart / spreads * math.sqrt(size))
    ordered = np.sort(np.nan_to_num(studentised, nan=0.0), axis=1)
    low = ordered[:, round((1.0 - LEVEL) / 2.0 * (RESAMPLES + 1)) - 1]
    high = ordered[:, round((1.0 + LEVEL) / 2.0 * (RESAMPLES + 1)) - 1]
    with np.errstate(invalid="ignore"):
        error = spread / math.sqrt(size)
        return np.nan_to_num(middle - high * error), np.nan_to_num(middle - low * error)


def summary(rows: Sequence[Row]) -> str:
    """How each method does over all rows."""
    names = ("Student", "BCa", "bootstrap-t", "Hall", "ours")
    lines = [
        "| method | mean | lowest | rows within 93 to 97 | rows at 93 or more |",
        "|---|---|---|---|---|",
    ]
    for k, name in enumerate(names):
        figures = np.array([row.covered[k] for row in rows])
        inside = ((figures >= WANTED[0]) & (figures <= WANTED[1])).sum()
        lines.append(
            f"| {name} | {figures.mean():.1f} | {figures.min():.1f} | {inside} of {len(rows)} "
            f"| {(figures >= WANTED[0]).sum()} of {len(rows)} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
