"""``variance.csv``: how much of the spread between runs is unknown, and how much is chance.

One-way random effects: the value of a run is a mean, plus what its state of the world adds (what is
unknown), plus what chance adds in that run. The mean squares between and within states of the
world give both variances; where some states have fewer runs, the size of a group is that of Searle,
Casella and McCulloch 1992 (Variance Components, section 3.6). A negative estimate between states is
zero. Sums are exactly rounded, so that they do not depend on the processor.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import polars as pl

from sim.results.tables.record import INDICATOR, POLICY, Column, Manifest, RowSource, Table, ids

Run: TypeAlias = tuple[int, int]  # state of the world, replicate
ByRun: TypeAlias = dict[Run, float]


@dataclass(frozen=True)
class VarianceSplit:
    """The variance of one run's value, split.

    Attributes:
        states: how many states of the world there are.
        runs: how many runs there are in one, on average.
        mean: mean over the states of the world, of the mean over the runs of each.
        between: variance between states of the world: what is unknown; None with one state.
        within: variance between runs of one state of the world: chance; None with one run in each.
    """

    states: int
    runs: float
    mean: float
    between: float | None
    within: float | None


def split_variance(groups: Sequence[Sequence[float]]) -> VarianceSplit | None:
    """Split the variance of runs, those of a state of the world in a group; None without any."""
    groups = [group for group in groups if group]
    if not groups:
        return None
    states, sizes = len(groups), [len(group) for group in groups]
    runs = sum(sizes)
    means = [math.fsum(group) / len(group) for group in groups]
    mean = math.fsum(means) / states
    if runs == states:
        return VarianceSplit(states, 1.0, mean, None, None)
    apart = math.fsum(
        (v - m) * (v - m) for group, m in zip(groups, means, strict=True) for v in group
    )
    within = apart / (runs - states)
    if states < 2:
        return VarianceSplit(states, float(runs), mean, None, within)
    grand = math.fsum(v for group in groups for v in group) / runs
    squares = math.fsum(n * (m - grand) * (m - grand) for n, m in zip(sizes, means, strict=True))
    size = (runs - math.fsum(n * n for n in sizes) / runs) / (states - 1)
    between = max(0.0, (squares / (states - 1) - within) / size)
    return VarianceSplit(states, runs / states, mean, between, within)


def _frames(tables: RowSource, manifest: Manifest) -> Iterator[pl.DataFrame]:
    reference = str(manifest["reference"])
    theirs = _by_indicator(tables, reference)
    for policy in ids(manifest, "policies"):
        rows = [
            (policy, indicator, quantity, *_cells(split))
            for indicator, mine in _by_indicator(tables, policy).items()
            for quantity, of in _quantities(mine, theirs.get(indicator), policy, reference)
            if (split := split_variance(_grouped(of))) is not None
        ]
        yield pl.DataFrame(rows, schema=TABLE.schema, orient="row")


def _by_indicator(tables: RowSource, policy: str) -> dict[str, pl.DataFrame]:
    """State of the world, replicate and value of the runs of a policy that have one."""
    columns = ["indicator", "state_of_world", "replicate", "value"]
    parts = [
        part.select(columns)
        .filter(pl.col("value").is_finite())
        .with_columns(pl.col("indicator").cast(pl.Categorical))
        .collect()
        for part in tables.parts("indicators", policy)
    ]
    if not parts:
        return {}
    cut = pl.concat(parts).partition_by("indicator", as_dict=True, include_key=False)
    return {str(indicator): rows for (indicator,), rows in cut.items()}


def _quantities(
    mine: pl.DataFrame, theirs: pl.DataFrame | None, policy: str, reference: str
) -> Iterator[tuple[str, ByRun]]:
    """The value itself, and its difference from the reference in the same runs."""
    own = _by_run(mine)
    yield VALUE, own
    if theirs is not None and policy != reference:
        others = _by_run(theirs)
        yield DIFFERENCE, {run: own[run] - others[run] for run in own if run in others}


def _by_run(rows: pl.DataFrame) -> ByRun:
    ordered = rows.sort("state_of_world", "replicate")
    return {(state, replicate): value for state, replicate, value in ordered.iter_rows()}


def _grouped(values: ByRun) -> list[list[float]]:
    groups: dict[int, list[float]] = {}
    for (state, _), value in values.items():
        groups.setdefault(state, []).append(value)
    return list(groups.values())


def _cells(split: VarianceSplit) -> tuple[int, float, float, float | None, float | None]:
    return split.states, split.runs, split.mean, split.between, split.within


VALUE: Final = "value"
DIFFERENCE: Final = "difference"

TABLE: Final = Table(
    "variance",
    "variance.csv",
    "a policy, an indicator, its value or its difference from the reference",
    "The spread between runs, split into what is unknown (states of the world) and chance.",
    (
        POLICY,
        INDICATOR,
        Column("quantity", pl.String, "`value`, or `difference` to the reference in the same runs"),
        Column("states", pl.Int64, "states of the world that have a value"),
        Column("runs", pl.Float64, "runs in one of them, on average"),
        Column("mean", pl.Float64, "mean over states of the world, in the unit of the indicator"),
        Column(
            "between",
            pl.Float64,
            "variance between states of the world, which is what is unknown; empty where each has "
            "one run, or there is one",
        ),
        Column(
            "within",
            pl.Float64,
            "variance between runs of a state of the world, which is chance; empty where each has "
            "one run",
        ),
    ),
    (POLICY.name, INDICATOR.name, "quantity"),
    of_tables=_frames,
    notes="One-way random effects. The independent unit is the state of the world: the variance of "
    "the mean of S states of the world with R runs each is (`between` + `within` / R) / S.",
)
