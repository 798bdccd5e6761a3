"""How often 95 % intervals of paired differences hold the truth: ``python -m benchmarks.coverage``.

Two cases are run once in many states of the world, few policies each: Finland's, whose states are
drawn from a posterior, and the Arctic one, from its prior. The paired differences of an indicator
are then a population whose mean is known; experiments of some tens of states of the world are drawn
from it, and each method's interval either holds that mean or does not. The tables are written to
``benchmarks/coverage.md``. Sampling indices are integers of a fixed seed. Folders of results may be
named that hold such runs, each of some of the policies of a case, in the same states.

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

from sim import compare, load_scenario
from sim.report.analysis.statistics import (
    hall_interval,
    independent,
    mean_interval,
    paired_runs,
    student_interval,
)
from sim.results.store import StoredResults, read_results

Floats: TypeAlias = npt.NDArray[np.float64]
Ends: TypeAlias = tuple[Floats, Floats]

PAGE: Final = Path(__file__).parent / "coverage.md"
REFERENCE: Final = "historical"  # of both cases


@dataclass(frozen=True)
class Case:
    """A scenario whose differences are studied.

    Attributes:
        states: states of the world that it is run in.
        pairs: a policy, and what it is compared with.
    """

    states: int
    pairs: tuple[tuple[str, str], ...]

    @property
    def policies(self) -> tuple[str, ...]:
        """All that are compared, the reference first."""
        named = (each for pair in self.pairs for each in pair)
        return tuple(dict.fromkeys([REFERENCE, *named]))


CASES: Final = {
    "finland-2023": Case(
        1200,
        (
            ("open", REFERENCE),
            ("surge", REFERENCE),
            ("immediate-full-closure", REFERENCE),
            ("surge", "open"),
        ),
    ),
    "arctic-2015-16": Case(
        600,
        (("open", REFERENCE), ("norway-alone", REFERENCE), ("finland-alone", REFERENCE)),
    ),
}
EXPERIMENTS: Final = 4000
RESAMPLES: Final = 1000
FEW, MORE = 40, 100  # states of the world of an experiment
LEAST_DIFFERENT: Final = 12  # states of the world; below that a population is no population
LEVEL: Final = 0.95
WANTED: Final = (93.0, 97.0)
SEED: Final = 20231

HEAD: Final = f"""# Coverage of 95 % intervals

Written by `python -m benchmarks.coverage`. Each case is run once in many states of the world;
{EXPERIMENTS} experiments of {FEW} states of the world (last column: {MORE}) are drawn from the
paired differences. A figure is the percentage of experiments whose interval holds the mean of all;
{WANTED[0]:.0f} to {WANTED[1]:.0f} is wanted. "Same": states of the world in which the two policies
do not differ, %. "Width" is of ours over Student's, median. "Wrong sign": experiments whose
interval leaves zero out on the wrong side, %.

"Ours" is what the report uses: it holds Student's and Hall's, so that it is wider than it need be
where either alone would do. Where it holds least often, the mean depends on states of the world
that most experiments of {FEW} do not meet, and no interval from those alone can know; the median
and the share of states of the world, which stand beside each mean, do not depend on them. States of
the world that a posterior gives differ less than those of a wide prior.
"""
COLUMNS: Final = (
    "policy − reference",
    "indicator",
    "same",
    "skewness",
    *("Student", "BCa", "bootstrap-t", "Hall", "ours"),
    "width",
    "wrong sign",
    f"ours, {MORE}",
)


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
    """Simulate the populations, or read them from folders that are named; write the page."""
    with tempfile.TemporaryDirectory() as scratch:
        named = [Path(each) for each in sys.argv[1:]]
        folders = named or [simulated(name, Path(scratch) / name) for name in CASES]
        banks = [read_results(each) for each in folders]
        sections = [_section(name, case, banks) for name, case in CASES.items()]
    PAGE.write_text("\n".join([HEAD, *sections]), encoding="utf-8")


def simulated(name: str, folder: Path) -> Path:
    """A case in many states of the world, once in each."""
    case = CASES[name]
    compare(
        load_scenario(name),
        case.policies,
        replicates=case.states,
        runs_per_state=1,
        seed=SEED,
        out=folder,
    )
    return folder


def _section(name: str, case: Case, banks: Sequence[StoredResults]) -> str:
    """What was found of a case, with its tables."""
    mine = [bank for bank in banks if bank.manifest["scenario"]["name"] == name]
    indicators = together([bank.indicators for bank in mine])
    rows = list(studied(indicators, mine[0].manifest["headline"], case.pairs))
    states = indicators["state_of_world"].n_unique()
    title = f"## {mine[0].manifest['scenario']['title']}, {states} states of the world"
    head = f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|"
    return "\n".join([title, "", head, *map(str, rows), "", summary(rows), ""])


def together(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Values of several folders of the same states of the world, each policy once."""
    first = pl.concat([frame.with_columns(folder=k) for k, frame in enumerate(frames)])
    return first.filter(pl.col("folder") == pl.col("folder").min().over("policy")).drop("folder")


def studied(
    indicators: pl.DataFrame, headline: Sequence[str], pairs: Sequence[tuple[str, str]]
) -> Iterator[Row]:
    """A row for each pair of policies and headline indicator that differs often enough."""
    rng = np.random.Generator(np.random.PCG64(SEED))
    for policy, reference in pairs:
        for name in headline:
            paired = paired_runs(indicators, policy=policy, reference=reference, indicator=name)
            if paired.is_empty():  # nothing of it is modelled
                continue
            differences = independent(paired)
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
    squares = np.maximum((apart**2).sum(axis=1), 1e-200)
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
    with np.errstate(invalid="ignore", over="ignore"):
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
