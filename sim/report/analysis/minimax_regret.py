"""Regrets: how much worse each policy does than the best one of the same future, in real units.

A future is what the transit state does, split by how it answers where it does. Regret is a mean
over the states of the world of a future, minus the best policy's. Every indicator has a table of
its own, never summed with another: what is saved in euros does not make up for rights.

Which policy is best, and which future is worst, is found from the same states of the world as the
regret, so its interval comes from drawing states of the world again within each future and finding
both again (bootstrap, percentiles: Efron and Tibshirani 1993, chapter 13). Of very few states of
the world in a future such intervals are too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.queries import Floats
from sim.report.analysis.verdicts import keeps_away

if TYPE_CHECKING:
    from sim.results.store import StoredResults

FEWEST_STATES = 2  # of a future that a regret needs
REDRAWN = 1999  # times that states of the world are drawn again
ENDS = (0.025, 0.975)
SEED = 1  # of those draws, which are the same for every table


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
        kept_away: Policies that leave more people without access than the reference, by number,
            where the indicator can improve because people are kept away: never called best.
    """

    indicator: queries.Entry
    policies: tuple[str, ...]
    values: tuple[Floats, ...]
    kept_away: frozenset[int] = frozenset()

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
        """The policies with the smallest worst regret and the next; None with too few states.

        Of those that may be called best.
        """
        ranked = [p for p in np.argsort(self.worst, kind="stable").tolist() if self.may_lead(p)]
        if len(ranked) < 2 or not any(self.counted):
            return None
        return ranked[0], ranked[1]

    def may_lead(self, policy: int) -> bool:
        """Whether a policy, by number, may be called best."""
        return policy not in self.kept_away

    def is_best(self, column: Floats, policy: int) -> bool:
        """Whether a policy is the smallest in a column, of those that may be, if they differ."""
        able = [float(column[p]) for p in range(len(self.policies)) if self.may_lead(p)]
        value = float(column[policy])
        return self.may_lead(policy) and value == min(able) and value < float(column.max())

    def lead(self) -> tuple[float, float, float]:
        """Worst regret of the next policy minus the smallest, with its 95 % interval."""
        pair = self.smallest()
        if pair is None:
            return math.nan, math.nan, math.nan
        first, second = pair
        low, high = np.quantile(self.worst_redrawn[second] - self.worst_redrawn[first], ENDS)
        return float(self.worst[second] - self.worst[first]), float(low), float(high)

    def worst_interval(self) -> Floats:
        """The ends of each policy's 95 % interval of its worst regret, shape (2, policy)."""
        if not any(self.counted):
            return np.full((2, len(self.policies)), math.nan)
        return np.asarray(np.quantile(self.worst_redrawn, ENDS, axis=1))

    @cached_property
    def worst_redrawn(self) -> Floats:
        """Worst regrets with states of the world drawn again, shape (policy, times)."""
        rng = np.random.Generator(np.random.PCG64(SEED))
        regrets = [
            _regrets_redrawn(self._losses(block), rng)
            for block, counted in zip(self.values, self.counted, strict=True)
            if counted
        ]
        return np.asarray(np.max(regrets, axis=0))

    def _losses(self, values: Floats) -> Floats:
        return -values if self.indicator["direction"] == "more" else values


def _regrets_redrawn(losses: Floats, rng: np.random.Generator) -> Floats:
    """Regrets of one future with its states of the world drawn again, shape (policy, times).

    Args:
        losses: shape (policy, state of the world).
        rng: gives whole numbers only; sums are in the order of states of the world.
    """
    policies, states = losses.shape
    drawn = rng.integers(0, states, (REDRAWN, states))
    sums = np.zeros((policies, REDRAWN))
    for state in range(states):
        sums += losses[:, state, None] * (drawn == state).sum(axis=1)
    means = sums / states
    return np.asarray(means - means.min(axis=0))


def futures(results: StoredResults) -> list[Future]:
    """The futures that the states of the world hold, in the order of the manifest."""
    order = {key: k for k, key in enumerate(queries.labels_by_id(results, "hypotheses"))}
    answers = {key: k for k, key in enumerate(["", *queries.labels_by_id(results, "responses")])}
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
    """The table of each indicator that is shown: rights first, then security and cost."""
    ahead, policies = futures(results), queries.policies(results)
    away = frozenset(p for p, policy in enumerate(policies) if keeps_away(results, policy))
    return [
        Regrets(
            entry,
            tuple(policies),
            tuple(_values(results, entry, f, policies) for f in ahead),
            away if entry["eased_by_exclusion"] else frozenset(),
        )
        for entry in _indicators(results)
    ]


def _indicators(results: StoredResults) -> list[queries.Entry]:
    """Access, waiting, and the first of security and of cost that has a better direction."""
    known = [e for e in queries.modelled(results) if e["direction"] != "none"]
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
    results: StoredResults, entry: queries.Entry, future: Future, policies: Sequence[str]
) -> Floats:
    """Means of runs in the states of a future, shape (policy, state); whole states only."""
    rows = results.indicators.filter(
        pl.col("indicator") == entry["id"],
        pl.col("policy").is_in(policies),
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
