"""Regrets: how much worse each policy does than the best one of the same future, in real units.

A future is what the transit state does, split by how it answers where it does. Regret is a mean
over the states of the world of a future, minus the best policy's. Every indicator has a table of
its own, never summed with another: what is saved in euros does not make up for rights.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.queries import Floats
from sim.report.analysis.statistics import contrast_interval, mean_interval

if TYPE_CHECKING:
    from sim.results.store import StoredResults

FEWEST_STATES = 2  # of a future that a regret needs


@dataclass(frozen=True)
class Future:
    """What the transit state does and how it answers; which states hold it, in their order."""

    hypothesis: str
    response: str
    states_of_world: tuple[int, ...]


@dataclass(frozen=True)
class Regrets:
    """The regret table of one indicator.

    Attributes:
        indicator: The manifest's entry.
        policies: Ids, in the order of the rows.
        values: Means of runs in the indicator's unit, shape (policy, state of the world), one array
            a future; states of the world that lack a value are left out.
    """

    indicator: Mapping[str, Any]
    policies: tuple[str, ...]
    values: tuple[Floats, ...]

    @property
    def states_of_world(self) -> list[int]:
        """How many states of the world each future has."""
        return [block.shape[1] for block in self.values]

    @cached_property
    def means(self) -> Floats:
        """In the indicator's unit, shape (policy, future); NaN in a future without states."""
        empty = np.full(len(self.policies), math.nan)
        columns = [b.mean(axis=1) if b.shape[1] else empty for b in self.values]
        return np.stack(columns, axis=1)

    @cached_property
    def regrets(self) -> Floats:
        """In the indicator's unit, shape (policy, future), zero or more; NaN without states."""
        losses = self._losses(self.means)
        return np.asarray(losses - losses.min(axis=0), dtype=np.float64)

    @cached_property
    def worst(self) -> Floats:
        """Each policy's worst regret over futures with states enough, NaN where there is none."""
        counted = self.regrets[:, self.counted]
        none = np.full(len(self.policies), math.nan)
        return counted.max(axis=1) if counted.shape[1] else none

    @property
    def counted(self) -> list[bool]:
        """The futures that the worst regret is taken over."""
        return [count >= FEWEST_STATES for count in self.states_of_world]

    def smallest(self) -> tuple[int, int] | None:
        """The policies with the smallest worst regret and the next; None with too few states."""
        if len(self.policies) < 2 or not any(self.counted):
            return None
        first, second = np.argsort(self.worst, kind="stable")[:2].tolist()
        return int(first), int(second)

    def lead(self) -> tuple[float, float, float]:
        """Worst regret of the next policy minus the smallest, with its 95 % interval.

        Each is a paired difference to the best policy of its own future. Where both are of the same
        future that policy drops out, and the two are paired with one another.
        """
        pair = self.smallest()
        if pair is None:
            return math.nan, math.nan, math.nan
        (first, here), (second, there) = ((p, self._worst_future(p)) for p in pair)
        if here == there:
            losses = self._losses(self.values[there])
            return mean_interval(losses[second] - losses[first])
        return contrast_interval(self._paired(second, there), self._paired(first, here))

    def _worst_future(self, policy: int) -> int:
        return int(np.argmax(np.where(self.counted, self.regrets[policy], -1.0)))

    def _paired(self, policy: int, future: int) -> Floats:
        """A policy's loss beyond that of the future's best policy, state of the world by state."""
        losses = self._losses(self.values[future])
        return np.asarray(losses[policy] - losses[np.argmin(losses.mean(axis=1))])

    def _losses(self, values: Floats) -> Floats:
        return -values if self.indicator["direction"] == "more" else values


def futures(results: StoredResults) -> list[Future]:
    """The futures that the states of the world hold, in the order of the manifest."""
    order = {key: k for k, key in enumerate(queries.accounts(results, "hypotheses"))}
    answers = {key: k for k, key in enumerate(["", *queries.accounts(results, "responses")])}
    rows = (
        results.states_of_world.select("hypothesis", "response", "state_of_world")
        .sort("state_of_world")
        .rows()
    )
    groups: dict[tuple[str, str], list[int]] = {}
    for hypothesis, response, state_of_world in rows:
        groups.setdefault((str(hypothesis or ""), str(response or "")), []).append(state_of_world)
    ranked = sorted(
        groups.items(),
        key=lambda item: (
            *(order.get(item[0][0], len(order)), item[0][0]),
            *(answers.get(item[0][1], len(answers)), item[0][1]),
        ),
    )
    return [Future(*key, tuple(states_of_world)) for key, states_of_world in ranked]


def regret_tables(results: StoredResults) -> list[Regrets]:
    """The table of each indicator that is told: rights first, then security and cost."""
    ahead, policies = futures(results), queries.policies(results)
    return [
        Regrets(entry, tuple(policies), tuple(_values(results, entry, f, policies) for f in ahead))
        for entry in _indicators(results)
    ]


def _indicators(results: StoredResults) -> list[dict[str, Any]]:
    """Access, waiting, and the first of security and of cost that has a better direction."""
    known = [e for e in queries.headline(results) if e["direction"] != "none"]
    named = {str(entry["id"]): entry for entry in known}
    rights = [named[name] for name in (queries.WITHOUT_ACCESS, queries.WAITING) if name in named]
    if not rights:
        rights = [entry for entry in known if entry["family"] == "rights"][:2]
    others = [
        next((e for e in known if e["family"] == family and e["id"] not in queries.ARRIVALS), None)
        for family in ("security", "cost")
    ]
    return [*rights, *(entry for entry in others if entry)]


def _values(
    results: StoredResults, entry: Mapping[str, Any], future: Future, policies: Sequence[str]
) -> Floats:
    """Means of runs in the states of a future, shape (policy, state); whole states only."""
    rows = results.indicators.filter(
        pl.col("indicator") == entry["id"],
        pl.col("state_of_world").is_in(list(future.states_of_world)),
    )
    means = rows.group_by("policy", "state_of_world").agg(pl.col("value").mean())
    values = np.full((len(policies), len(future.states_of_world)), math.nan)
    of = {policy: k for k, policy in enumerate(policies)}
    at = {state_of_world: k for k, state_of_world in enumerate(future.states_of_world)}
    for policy, state_of_world, value in (
        means.drop_nulls("value").select("policy", "state_of_world", "value").rows()
    ):
        values[of[policy], at[state_of_world]] = value
    return values[:, np.isfinite(values).all(axis=0)]
