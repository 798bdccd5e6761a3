"""What came out of two studies, and where that differs, in chance and beyond it.

Where the states of the world of both are the same, runs are paired: each difference is that of two
runs with the same random numbers, as between policies (:mod:`sim.report.analysis.statistics`). The
states are the same where scenario and seed are, and what was drawn in each state that both have;
what a changed key draws may differ, since that is what is compared. Elsewhere means are compared by
Welch's t. What is said of a difference allows for all comparisons together (Holm 1979), and is
judged as one between policies is (:mod:`sim.report.analysis.verdicts`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.input_differences import InputDifference, Part
from sim.report.analysis.statistics import (
    PairedDifference,
    holm,
    independent,
    paired_difference,
    unpaired_difference,
)
from sim.report.analysis.verdicts import word_for
from sim.text.wording import NO_DIFFERENCE

if TYPE_CHECKING:
    from sim.report.analysis.queries import Entry, Floats
    from sim.results.store import StoredResults

RUN: Final = ["state_of_world", "replicate"]


class Apart(StrEnum):
    """Why runs cannot be paired."""

    SCENARIO = "the scenarios are different ones"
    SEED = "the seeds differ"
    DRAWS = "states of the world drew different values"


@dataclass(frozen=True)
class Pairing:
    """Whether the runs of two studies are compared one by one.

    Attributes:
        why_not: what keeps them from being paired; None where they are.
        states_a: states of the world of A.
        states_b: states of the world of B; paired are as many as both have, the first ones.
        varied: what was drawn differently: of paired states by the changed keys alone.
    """

    why_not: Apart | None
    states_a: int
    states_b: int
    varied: tuple[str, ...] = ()

    @property
    def paired(self) -> bool:
        """Whether they are."""
        return self.why_not is None


@dataclass(frozen=True)
class ValueDifference:
    """B minus A in one indicator under one policy.

    Attributes:
        policy: id of the policy.
        indicator: the manifest's entry.
        a: mean over states of the world of A, over those of both where they are paired; NaN where
            there is no value.
        b: the same of B.
        change: the difference, with its interval.
        word: better, worse, higher, lower, mixed and so on, of B.
    """

    policy: str
    indicator: Entry
    a: float
    b: float
    change: PairedDifference
    word: str

    @property
    def differs(self) -> bool:
        """Whether anything does: a mean, or any paired run."""
        means_differ = self.a != self.b and not (math.isnan(self.a) and math.isnan(self.b))
        return means_differ or bool(np.any(self.change.differences != 0.0))


@dataclass(frozen=True)
class DayDifference:
    """A daily series of one policy, all crossings together, whose means over runs differ.

    Attributes:
        policy: id of the policy.
        series: the manifest's entry.
        first: the first day on which they differ.
        days: on how many days they do.
        day: the day on which they differ most.
        a: mean of that day in A.
        b: mean of that day in B.
    """

    policy: str
    series: Entry
    first: date
    days: int
    day: date
    a: float
    b: float


@dataclass(frozen=True)
class Unshared:
    """What only one side has, or both under one name with another meaning: it is not compared.

    Attributes:
        policies_a: ids of policies that only A has.
        policies_b: ids that only B has.
        indicators_a: ids of indicators that only A has a value for.
        indicators_b: ids that only B has a value for.
        redefined: ids of indicators that have another unit or direction.
    """

    policies_a: tuple[str, ...]
    policies_b: tuple[str, ...]
    indicators_a: tuple[str, ...]
    indicators_b: tuple[str, ...]
    redefined: tuple[str, ...]


def pairing(a: StoredResults, b: StoredResults, inputs: Iterable[InputDifference]) -> Pairing:
    """Whether states of the world of two studies are the same, so that runs are paired."""
    counts = (a.states_of_world.height, b.states_of_world.height)
    if a.manifest["scenario"].get("name") != b.manifest["scenario"].get("name"):
        return Pairing(Apart.SCENARIO, *counts)
    if a.manifest["seed"] != b.manifest["seed"]:
        return Pairing(Apart.SEED, *counts)
    frames = (a.states_of_world, b.states_of_world)
    changed = [f".{each.key}." for each in inputs if each.part is Part.SCENARIO]
    varied = _drawn_differently(*frames)
    unexplained = tuple(n for n in varied if not any(f".{n}." in key for key in changed))
    if unexplained:
        return Pairing(Apart.DRAWS, *counts, unexplained)
    ours, theirs = (frame.columns for frame in frames)
    return Pairing(None, *counts, (*varied, *_without(ours, theirs), *_without(theirs, ours)))


def _drawn_differently(a: pl.DataFrame, b: pl.DataFrame) -> list[str]:
    """Names of what differs in a state that both have, of what both draw."""
    ours, theirs = (
        one.join(other, on="state_of_world", how="semi").sort("state_of_world")
        for one, other in ((a, b), (b, a))
    )
    return [name for name in ours.columns if name in theirs and not ours[name].equals(theirs[name])]


def unshared(a: StoredResults, b: StoredResults) -> Unshared:
    """What is not compared."""
    policies = queries.policies(a), queries.policies(b)
    ours, theirs = _entries(a), _entries(b)
    return Unshared(
        _without(policies[0], policies[1]),
        _without(policies[1], policies[0]),
        _without(ours, theirs),
        _without(theirs, ours),
        tuple(name for name in ours if name in theirs and not _alike(ours[name], theirs[name])),
    )


def _without(names: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    there = set(others)
    return tuple(name for name in names if name not in there)


def _entries(results: StoredResults) -> dict[str, Entry]:
    """Headline indicators that are modelled, by their ids."""
    return {str(entry["id"]): entry for entry in queries.modelled(results)}


def _alike(one: Entry, other: Entry) -> bool:
    return all(one[key] == other[key] for key in ("unit", "direction"))


def value_differences(a: StoredResults, b: StoredResults, how: Pairing) -> list[ValueDifference]:
    """B minus A in every headline indicator and policy that both have, in the order of A."""
    theirs = _entries(b)
    entries = [e for name, e in _entries(a).items() if name in theirs and _alike(e, theirs[name])]
    names = [str(entry["id"]) for entry in entries]
    rows = _rows(a, b, [*names, queries.WITHOUT_ACCESS], how)
    policies = _shared_policies(a, b)
    away = {each: _away(rows, each, how) for each in policies}
    found = [
        (policy, entry, _change(rows, policy, entry, how))
        for policy in policies
        for entry in entries
    ]
    clear = holm([change.chance for *_, change in found])
    return [
        _judged(rows, policy, entry, change, clear=is_clear, away=away[policy])
        for (policy, entry, change), is_clear in zip(found, clear, strict=True)
    ]


def _shared_policies(a: StoredResults, b: StoredResults) -> list[str]:
    there = set(queries.policies(b))
    return [policy for policy in queries.policies(a) if policy in there]


def _rows(a: StoredResults, b: StoredResults, names: Sequence[str], how: Pairing) -> pl.DataFrame:
    """Values of both in one frame: ``side`` is a or b; of paired states the runs that both have."""
    sides = [
        results.of_indicators(names).drop_nulls("value").with_columns(side=pl.lit(side))
        for side, results in (("a", a), ("b", b))
    ]
    if how.paired:
        keys = [*RUN, "policy", "indicator"]
        sides = [one.join(other, on=keys, how="semi") for one, other in (sides, sides[::-1])]
    columns = ["side", "policy", "indicator", *RUN, "value"]
    return pl.concat([side.select(columns) for side in sides])


def _change(rows: pl.DataFrame, policy: str, entry: Entry, how: Pairing) -> PairedDifference:
    """B minus A: the side takes the place that the policy has between policies."""
    name = str(entry["id"])
    mine = rows.filter(policy=policy, indicator=name)
    if not how.paired:
        sides = (_of_side(mine, side) for side in "ba")
        return unpaired_difference(*sides, policy=policy, indicator=name)
    return paired_difference(
        mine.with_columns(policy="side"),
        policy="b",
        reference="a",
        indicator=name,
        direction=str(entry["direction"]),
    )


def _of_side(rows: pl.DataFrame, side: str) -> pl.DataFrame:
    return rows.filter(side=side).sort(RUN).select(*RUN, difference="value")


def _mean(rows: pl.DataFrame, side: str) -> float:
    """Mean over states of the world; NaN where there is no value."""
    values: Floats = independent(_of_side(rows, side))
    return math.fsum(values) / len(values) if len(values) else math.nan


def _away(rows: pl.DataFrame, policy: str, how: Pairing) -> bool:
    """Whether B leaves more people without access than A, in mean or median."""
    entry = {"id": queries.WITHOUT_ACCESS, "direction": "less"}
    change = _change(rows, policy, entry, how)
    return change.mean > 0.0 or change.median > 0.0


def _judged(
    rows: pl.DataFrame,
    policy: str,
    entry: Entry,
    change: PairedDifference,
    *,
    clear: bool,
    away: bool,
) -> ValueDifference:
    mine = rows.filter(policy=policy, indicator=entry["id"])
    word = word_for(change, entry, clear=clear, away=away)
    found = ValueDifference(policy, entry, _mean(mine, "a"), _mean(mine, "b"), change, word)
    return found if found.differs else replace(found, word=NO_DIFFERENCE)


def day_differences(a: StoredResults, b: StoredResults, how: Pairing) -> list[DayDifference]:
    """Daily series whose means over runs differ on any day that both have, by policy.

    Of paired states of the world the means are over the runs that both have.
    """
    runs = set(queries.runs(a)) & set(queries.runs(b)) if how.paired else None
    theirs = {str(each["name"]) for each in b.manifest.get("series", ())}
    shared = [each for each in a.manifest.get("series", ()) if each["name"] in theirs]
    found = (
        _day_difference(policy, series, *(side[policy] for side in sides))
        for series in shared
        for sides in [[_daily_means(each, str(series["name"]), runs) for each in (a, b)]]
        for policy in _shared_policies(a, b)
    )
    return [each for each in found if each is not None]


def _daily_means(
    results: StoredResults, series: str, runs: set[tuple[int, int]] | None
) -> dict[str, dict[date, float]]:
    """By policy and day the mean of a series over some runs, or all."""
    rows = [k for k, run in enumerate(queries.runs(results)) if runs is None or run in runs]
    totals, days = queries.daily_totals(results, series), queries.days(results)
    return {
        policy: dict(zip(days, map(float, values[rows].mean(axis=0)), strict=True))
        for policy, values in totals.items()
    }


def _day_difference(
    policy: str, series: Entry, a: dict[date, float], b: dict[date, float]
) -> DayDifference | None:
    sizes = {day: abs(b[day] - value) for day, value in a.items() if day in b}
    days = [day for day, size in sizes.items() if size]
    if not days:
        return None
    most = max(days, key=sizes.__getitem__)
    return DayDifference(policy, series, days[0], len(days), most, a[most], b[most])
