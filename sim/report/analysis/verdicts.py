"""What is said of a difference, in a word: clear beyond chance and many looks, and never by half.

The word is stricter than the interval beside it:

- it allows for all comparisons of the table together (Holm 1979), where an interval is about one;
- where the mean says one thing and the median, or most states of the world, the other, it is
  "mixed";
- an indicator that can improve because people are kept away (``eased_by_exclusion``) is not called
  better under a policy that leaves more people without access to asylum, in the mean or in the
  median: it is fewer, because fewer could come.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.report.analysis import queries
from sim.report.analysis.once import once
from sim.report.analysis.receiving_states import (
    headline_by_state,
    indicators_of,
    receiving_states,
)
from sim.report.analysis.statistics import PairedDifference, holm, paired_difference
from sim.text.wording import (
    AMONG_MANY,
    BETTER,
    FEWER_COULD_COME,
    HIGHER_FEWER_COULD_COME,
    MIXED,
    NO_CLEAR,
    NO_DIFFERENCE,
    TOO_FEW,
    verdict,
)

if TYPE_CHECKING:
    import polars as pl

    from sim.results.store import StoredResults

HALF: Final = 0.5
Cell: TypeAlias = tuple[str, str]  # ids of an indicator and of a policy


@dataclass(frozen=True)
class Judged:
    """The difference of a policy to the reference in one indicator, and what is said of it.

    Attributes:
        change: the difference, with its interval.
        word: better, worse, higher, lower, mixed and so on, in English.
    """

    change: PairedDifference
    word: str


@once
def judged(results: StoredResults) -> dict[Cell, Judged]:
    """Every policy but the reference in every headline indicator that is modelled."""
    entries = queries.modelled(results)
    values = results.of_indicators([str(entry["id"]) for entry in entries])
    return _judged(results, {"": values}, entries)[""]


def judged_by_state(results: StoredResults) -> dict[str, dict[Cell, Judged]]:
    """The same by receiving state of a chain, in its indicators; none where there is one border.

    All comparisons of all states are allowed for together. Whether a policy keeps people away is
    said of the whole route: whom a state kept away, it cannot see.
    """
    states = [state.id for state in receiving_states(results)]
    frames = {state: indicators_of(results, state) for state in states}
    return _judged(results, frames, headline_by_state(results))


def _judged(
    results: StoredResults, frames: Mapping[str, pl.DataFrame], entries: Sequence[queries.Entry]
) -> dict[str, dict[Cell, Judged]]:
    """Every policy but the reference in some indicators, in each of several frames of values."""
    reference, *others = queries.every_policy(results)
    changes = {
        (part, k, policy): paired_difference(
            frame,
            policy=policy,
            reference=reference,
            indicator=str(entry["id"]),
            direction=str(entry["direction"]),
        )
        for part, frame in frames.items()
        for k, entry in enumerate(entries)
        for policy in others
    }
    clear = holm([each.chance for each in changes.values()])
    away = {policy: keeps_away(results, policy) for policy in others}
    verdicts: dict[str, dict[Cell, Judged]] = {part: {} for part in frames}
    for ((part, k, policy), change), is_clear in zip(changes.items(), clear, strict=True):
        word = word_for(change, entries[k], clear=is_clear, away=away[policy])
        verdicts[part][str(entries[k]["id"]), policy] = Judged(change, word)
    return verdicts


def keeps_away(results: StoredResults, policy: str) -> bool:
    """Whether more people are without access than under the reference, in mean or median."""
    change = paired_difference(
        results.of_indicators([queries.WITHOUT_ACCESS]),
        policy=policy,
        reference=queries.every_policy(results)[0],
        indicator=queries.WITHOUT_ACCESS,
        direction="less",
    )
    return change.mean > 0.0 or change.median > 0.0


def word_for(change: PairedDifference, entry: queries.Entry, *, clear: bool, away: bool) -> str:
    """What is said of a difference, in a word, in English.

    Args:
        change: the difference.
        entry: the indicator's, of the manifest.
        clear: whether it is beyond chance with all others of the table allowed for.
        away: whether more people are left without access to asylum.
    """
    direction = str(entry["direction"])
    word = verdict(change.low, change.high, direction=direction)
    if word in (TOO_FEW, NO_DIFFERENCE):
        return word
    if _points_both_ways(change, direction):
        return MIXED
    if word == NO_CLEAR:
        return word
    if not clear:
        return AMONG_MANY
    if word == BETTER and away and entry["eased_by_exclusion"]:
        return HIGHER_FEWER_COULD_COME if direction == "more" else FEWER_COULD_COME
    return word


def _points_both_ways(change: PairedDifference, direction: str) -> bool:
    """Whether the median, or most states of the world, go the other way than the mean."""
    if change.mean * change.median < 0.0:
        return True
    mean_is_worse = (change.mean < 0.0) == (direction == "more")
    against = change.share_better if mean_is_worse else change.share_worse
    return change.mean != 0.0 and not math.isnan(against) and against > HALF


def praised(words: Mapping[Cell, Judged]) -> set[Cell]:
    """Where a policy is called better."""
    return {cell for cell, each in words.items() if each.word == BETTER}
