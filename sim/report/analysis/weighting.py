"""What it changes to draw states of the world from a posterior: the order of policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isnan
from typing import TYPE_CHECKING, TypeAlias

from sim.report.analysis import queries
from sim.report.analysis.verdicts import Cell, Judged, judged
from sim.text.wording import in_quotes

if TYPE_CHECKING:
    from sim.results.store import StoredResults

Verdicts: TypeAlias = Mapping[Cell, Judged]


@dataclass(frozen=True)
class Reordered:
    """An indicator under two weightings of the states of the world.

    Attributes:
        indicator: its entry in the manifest.
        one: ids of policies under the one, those with least first, or with most where more is
            better.
        other: the same under the other.
        reversed: pairs of policies that stand the other way round.
        pairs: how many pairs there are.
        words: of each policy of which another word is said, by id: the one and the other.
    """

    indicator: queries.Entry
    one: tuple[str, ...]
    other: tuple[str, ...]
    reversed: int
    pairs: int
    words: dict[str, tuple[str, str]]


def reordered(one: StoredResults, other: StoredResults) -> list[Reordered]:
    """Every headline indicator of which less or more is better, under both weightings.

    Policies are ordered by their mean difference from the reference; those that only one of the
    results have are left out, and so are indicators that some policy has no value of.
    """
    shared = [policy for policy in queries.policies(one) if policy in queries.policies(other)]
    verdicts = judged(one), judged(other)
    pairs = len(shared) * (len(shared) - 1) // 2
    found = []
    for entry in queries.modelled(one):
        orders = [_order(each, entry, shared) for each in verdicts]
        if entry["direction"] != "none" and all(orders):
            words = _other_words(verdicts, str(entry["id"]), shared)
            turned = _reversed(*orders)
            found.append(Reordered(entry, orders[0], orders[1], turned, pairs, words))
    return found


def _order(verdicts: Verdicts, entry: queries.Entry, policies: Sequence[str]) -> tuple[str, ...]:
    """Policies in order; none where one has no value. The first that is given is the reference."""
    name = str(entry["id"])
    means = {policies[0]: 0.0}
    means |= {
        each: verdicts[name, each].change.mean for each in policies[1:] if (name, each) in verdicts
    }
    if len(means) < len(policies) or any(isnan(mean) for mean in means.values()):
        return ()
    sign = -1.0 if entry["direction"] == "more" else 1.0
    return tuple(sorted(policies, key=lambda policy: sign * means[policy]))


def _reversed(one: Sequence[str], other: Sequence[str]) -> int:
    place = {policy: k for k, policy in enumerate(other)}
    return sum(place[ahead] > place[behind] for ahead, behind in combinations(one, 2))


def _other_words(
    verdicts: tuple[Verdicts, Verdicts], name: str, policies: Sequence[str]
) -> dict[str, tuple[str, str]]:
    one, other = verdicts
    words = {each: (one[name, each].word, other[name, each].word) for each in policies[1:]}
    return {policy: pair for policy, pair in words.items() if pair[0] != pair[1]}


def order_words(orders: Sequence[Reordered], labels: Mapping[str, str]) -> list[str]:
    """A sentence for each indicator in which policies change places; or that none does.

    Args:
        orders: every indicator under both weightings, the prior's first.
        labels: of policies, by id.
    """
    turned = [_turned(each, labels) for each in orders if each.reversed]
    if turned or not orders:
        return turned
    return ["No two policies change places in any headline indicator."]


def _turned(each: Reordered, labels: Mapping[str, str]) -> str:
    """Which policies change places: those that stand between others say nothing."""
    name = queries.indicator_name(each.indicator)
    places = zip(each.one, each.other, strict=True)
    moved = {policy for pair in places if pair[0] != pair[1] for policy in pair}
    before, after = (
        ", ".join(in_quotes(labels[policy]) for policy in order if policy in moved)
        for order in (each.one, each.other)
    )
    pairs = "pair stands" if each.reversed == 1 else "pairs stand"
    return (
        f"{name}: {each.reversed} of {each.pairs} {pairs} the other way round under the posterior; "
        f"from the {'most' if each.indicator['direction'] == 'more' else 'least'}, {before} under "
        f"the prior, and {after} under the posterior."
    )
