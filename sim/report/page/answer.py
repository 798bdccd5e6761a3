"""The answer in at most five sentences: the policies that matter, what overturns it, hypotheses.

Every sentence on a policy has access to asylum first, then waiting, order and the whole cost with
who bears it, each with the states of the world in which it is so. A queue is short where nobody
gets in: so less waiting stands beside access, and fewer arrivals are never called a success.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.report.analysis import queries
from sim.report.analysis.effects import FEWEST_STATES, HYPOTHESIS, Dependence, Held, dependence
from sim.report.analysis.policy_choice import named
from sim.report.analysis.statistics import PairedDifference, paired_difference
from sim.report.analysis.verdicts import Cell, Judged, judged
from sim.report.charts.tornado_words import parameter_words
from sim.text.catalogue import translate
from sim.text.wording import (
    CLEAR,
    FEWER_COULD_COME,
    HIGHER_FEWER_COULD_COME,
    TOO_FEW,
    coarse,
    listing,
    number,
    percent,
    range_words,
    signed,
    written,
)

if TYPE_CHECKING:
    from sim.results.store import StoredResults

BUSIEST: Final = "O2"
KEPT_AWAY: Final = (FEWER_COULD_COME, HIGHER_FEWER_COULD_COME)
BEARERS: Final = ("K1", "K4_later", "K5")  # the state now, its reception later, trade and travel
TENTHS: Final = 10


def answer(results: StoredResults) -> list[str]:
    """What the runs say, in at most five sentences."""
    if not _speaks_of_both(results):
        return [
            translate(
                "These results do not hold both waiting and access to asylum, so neither is spoken "
                "of alone; see the table."
            )
        ]
    policies = named(results)
    if not policies:
        return [_level(results)]
    verdicts = judged(results)
    if verdicts[queries.WITHOUT_ACCESS, policies[0]].word == TOO_FEW:
        return [_level(results), _too_few()]
    sentences = [_sentence(results, verdicts, policy) for policy in policies]
    if results.states_of_world.height < FEWEST_STATES:
        few = translate("There are too few states of the world to say what would overturn this.")
        return [*sentences, few]
    hangs_on = [_access(results, policy) for policy in policies]
    return [*sentences, _overturned(results, hangs_on), *_by_hypothesis(results, hangs_on[0])]


def sentence_on(results: StoredResults, verdicts: Mapping[Cell, Judged], policy: str) -> str:
    """One policy: against the reference, or what the reference itself comes to.

    Args:
        results: what is spoken of.
        verdicts: differences from the reference, of :func:`sim.report.analysis.verdicts.judged`.
        policy: its id.
    """
    if not _speaks_of_both(results):
        return ""
    if policy == queries.policies(results)[0]:
        return _level(results)
    if verdicts[queries.WITHOUT_ACCESS, policy].word == TOO_FEW:
        return _too_few()
    return _sentence(results, verdicts, policy)


def _too_few() -> str:
    return translate("There are too few runs to call any difference from the reference clear.")


def _speaks_of_both(results: StoredResults) -> bool:
    shown = {str(entry["id"]) for entry in queries.modelled(results)}
    return {queries.WAITING, queries.WITHOUT_ACCESS} <= shown


def _level(results: StoredResults) -> str:
    """Access, waiting and cost of the reference alone."""
    reference = queries.policies(results)[0]
    levels = {
        name: _about(results, reference, name) for name in (queries.WITHOUT_ACCESS, queries.WAITING)
    }
    return translate(
        "Under “{policy}” {without} people are left without access to asylum, and people wait "
        "{waiting} person-days in all (median, and 10 to 90 % of {runs}).",
        policy=queries.labels(results)[reference],
        without=levels[queries.WITHOUT_ACCESS],
        waiting=levels[queries.WAITING],
        runs=queries.counted_runs(results),
    )


def _about(results: StoredResults, policy: str, name: str) -> str:
    values = queries.values(results, policy, name)
    if not len(values):
        return number(None)
    low, middle, high = np.quantile(values, (0.1, 0.5, 0.9)).tolist()
    value, *ends = written(middle, low, high)
    if not (range_text := range_words(*ends)):
        return value
    return translate("about {value} ({range})", value=value, range=range_text)


# ---- a policy


def _sentence(results: StoredResults, verdicts: Mapping[Cell, Judged], policy: str) -> str:
    """A policy against the reference: access, waiting, order, cost."""
    known = {cell for cell, each in verdicts.items() if not math.isnan(each.change.mean)}
    names = (queries.WITHOUT_ACCESS, queries.WAITING, BUSIEST, queries.WHOLE_COST)
    found = {name: verdicts[name, policy] for name in names if (name, policy) in known}
    clauses = [_clause(results, name, each) for name, each in found.items()]
    if queries.WHOLE_COST in found:
        clauses += _bearers(results, policy)
    if any(each.word in KEPT_AWAY for each in found.values()):
        clauses.append(translate("less or fewer here because fewer people could come"))
    labels = queries.labels(results)
    return translate(
        "“{policy}”, against “{reference}”: {clauses}.",
        policy=labels[policy],
        reference=labels[queries.policies(results)[0]],
        clauses="; ".join(clauses),
    )


def _clause(results: StoredResults, name: str, each: Judged) -> str:
    if not each.change.mean:
        entry = queries.indicator(results, name) or {}
        return translate("{indicator}: no difference", indicator=queries.indicator_name(entry))
    in_full = name == queries.WITHOUT_ACCESS  # which is said first
    fields = {
        "amount": _amount(each.change.mean),
        "certainty": _certainty(each, in_full=in_full),
    }
    fewer = each.change.mean < 0.0
    words = {
        (queries.WITHOUT_ACCESS, True): translate(
            "about {amount} fewer people without access to asylum ({certainty})", **fields
        ),
        (queries.WITHOUT_ACCESS, False): translate(
            "about {amount} more people without access to asylum ({certainty})",
            **fields,
        ),
        (queries.WAITING, True): translate(
            "about {amount} person-days less waiting ({certainty})", **fields
        ),
        (queries.WAITING, False): translate(
            "about {amount} person-days more waiting ({certainty})", **fields
        ),
        (BUSIEST, True): translate(
            "about {amount} fewer arrivals on the busiest day ({certainty})", **fields
        ),
        (BUSIEST, False): translate(
            "about {amount} more arrivals on the busiest day ({certainty})", **fields
        ),
        (queries.WHOLE_COST, True): translate(
            "whole cost about EUR {amount} less ({certainty})", **fields
        ),
        (queries.WHOLE_COST, False): translate(
            "whole cost about EUR {amount} more ({certainty})", **fields
        ),
    }
    return words[name, fewer]


def _bearers(results: StoredResults, policy: str) -> Iterator[str]:
    """Who bears the difference in cost, of those who bear most."""
    parts = [_difference(results, policy, name) for name in BEARERS]
    if any(math.isnan(part.mean) for part in parts):
        return
    now, later, trade = (signed(coarse(part.mean)) for part in parts)
    yield translate(
        "of which the receiving state {now}, reception afterwards {later}, travellers and "
        "businesses {trade}",
        now=now,
        later=later,
        trade=trade,
    )


def _difference(results: StoredResults, policy: str, name: str) -> PairedDifference:
    return paired_difference(
        results.of_indicators([name]),
        policy=policy,
        reference=queries.policies(results)[0],
        indicator=name,
        direction="less",
    )


def _amount(mean: float) -> str:
    """How much, without its sign, to two digits: a mean of some tens of states has no more."""
    shown = abs(coarse(mean))
    return number(float(round(shown)) if shown >= 1.0 else shown)


def _certainty(each: Judged, *, in_full: bool) -> str:
    """In how many states of the world it is so, and whether that is clear."""
    share = _share(each.change, in_full=in_full)
    return share if each.word in CLEAR else translate("not clear: {share}", share=share)


def _share(change: PairedDifference, *, in_full: bool) -> str:
    """``in 9 of 10``: the states in which the difference goes the way of its mean.

    Less is better in everything that a sentence speaks of.
    """
    share = change.share_better if change.mean < 0.0 else change.share_worse
    if share == 1.0:
        return translate("in all states of the world") if in_full else translate("in all states")
    tenths = min(TENTHS - 1, max(1, round(TENTHS * share))) if share else 0
    if in_full:
        return translate("in {tenths} of 10 states of the world", tenths=tenths)
    return translate("in {tenths} of 10", tenths=tenths)


# ---- what it depends on


def _access(results: StoredResults, policy: str) -> Dependence:
    entry = queries.indicator(results, queries.WITHOUT_ACCESS)
    assert entry is not None  # _speaks_of_both
    return dependence(results, policy, entry)


def _overturned(results: StoredResults, hangs_on: list[Dependence]) -> str:
    """Which parameters and hypotheses reverse a difference in access; what matters most."""
    turns = [turn for each in hangs_on for turn in _turns(results, each)]
    if turns:
        return translate("What would overturn it: {turns}.", turns=listing(turns))
    leads = dict.fromkeys(filter(None, (_lead(results, each) for each in hangs_on)))
    if not leads:
        return translate(
            "What would overturn it: nothing that was varied clearly reverses these differences in "
            "access, or changes their size; what was not varied might."
        )
    return translate(
        "What would overturn it: nothing that was varied clearly reverses these differences in "
        "access, though {leads} changes their size most; what was not varied might.",
        leads=listing([*leads]),
    )


def _turns(results: StoredResults, each: Dependence) -> Iterator[str]:
    label = queries.labels(results)[each.policy]
    names = queries.labels_by_id(results, "hypotheses")
    mean = each.mean[0]
    for held in each.held:
        if held.clear and held.mean * mean < 0.0:
            yield translate(
                "under the hypothesis “{hypothesis}” the difference of “{policy}” has the other "
                "sign ({effect})",
                hypothesis=names.get(held.hypothesis, held.hypothesis),
                policy=label,
                effect=signed(coarse(held.mean)),
            )
    for swing in each.swings:
        if swing.significant and swing.effects[0] * swing.effects[1] < 0.0:
            low = swing.effects[0] * mean < 0.0
            fields = {
                "parameter": parameter_words(results, swing.parameter)[0],
                "policy": label,
                "effect": signed(coarse(swing.effects[0 if low else 1])),
            }
            yield (
                translate(
                    "where “{parameter}” is low the difference of “{policy}” has the other sign "
                    "({effect})",
                    **fields,
                )
                if low
                else translate(
                    "where “{parameter}” is high the difference of “{policy}” has the other sign "
                    "({effect})",
                    **fields,
                )
            )


def _lead(results: StoredResults, each: Dependence) -> str:
    if each.lead == HYPOTHESIS:
        return translate("the hypothesis about the transit state")
    return f"“{parameter_words(results, each.lead)[0]}”" if each.lead else ""


def _by_hypothesis(results: StoredResults, each: Dependence) -> Iterator[str]:
    """The difference in access of the policy with the best of it, hypothesis by hypothesis."""
    if not each.held:
        return
    states = sum(held.states_of_world for held in each.held)
    yield translate(
        "What it depends on is contested. People without access under “{policy}”, minus those "
        "under the reference, by what the transit state does: {parts}.",
        policy=queries.labels(results)[each.policy],
        parts="; ".join(_of_hypothesis(results, held, states) for held in each.held),
    )


def _of_hypothesis(results: StoredResults, held: Held, states: int) -> str:
    names = queries.labels_by_id(results, "hypotheses")
    return translate(
        "{hypothesis}: {effect} ({share} of the states of the world)",
        hypothesis=names.get(held.hypothesis, held.hypothesis),
        effect=signed(coarse(held.mean)),
        share=percent(held.states_of_world / states),
    )
