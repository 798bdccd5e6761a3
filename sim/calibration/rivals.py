"""What counts say of rival explanations, and whether they say anything.

Runs from the prior that come nearest to the counts hold some explanations more often than the prior
does: the ratio of two such shares is an approximate Bayes factor (rejection sampling with a model
index, Grelaud et al. 2009, Bayesian Analysis 4:317). With summaries that do not suffice for the
choice it need not be near the exact one (Robert et al. 2011, PNAS 108:15112), so a single one means
little. It is therefore worked out again for several tolerances, without each summary in turn, and
under half of the prior of each parameter that was fitted; only what holds throughout is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.calibration.distance import Yardstick, roots, weighed_spread
from sim.calibration.prior import Floats
from sim.calibration.sampler import nearest
from sim.errors import InputError
from sim.results.posterior_folder import HYPOTHESIS, RESPONSE
from sim.storage.json_object import JsonMapping

TOLERANCES: Final = (0.01, 0.02, 0.05, 0.1)  # shares of the runs that are kept
LEAST_KEPT: Final = 40  # fewer, and a share is chance
DECISIVE: Final = 10.0  # "strong" evidence (Jeffreys 1961), and no less in any variant
PRIOR_ODDS: Final = (0.5, 1.0, 2.0)  # against the others, for the ranges of weights


@dataclass(frozen=True)
class Variant:
    """One way to look at it.

    Attributes:
        tolerance: share of the runs that are kept.
        without: summary that is left out, or empty.
        half: which half of the prior of which parameter alone is looked at, or empty.
    """

    tolerance: float
    without: str = ""
    half: str = ""


@dataclass(frozen=True)
class Evidence:
    """How often an explanation is held near the counts, in one variant.

    Attributes:
        question: what it answers: ``hypothesis``, ``response`` or the name of a control.
        answer: id of the explanation; ``yes`` or ``no`` for a control.
        variant: the way to look at it.
        prior: its share of the runs.
        kept: its share of the runs that are kept.
        runs: how many are kept.
        support: ``kept`` over ``prior``, with half a run added to each count.
    """

    question: str
    answer: str
    variant: Variant
    prior: float
    kept: float
    runs: int
    support: float


@dataclass(frozen=True)
class Contest:
    """Two answers to a question, over all variants.

    Attributes:
        question: which.
        one: an answer.
        other: the other.
        low: least factor by which the counts are for ``one`` and against ``other``.
        high: greatest.
    """

    question: str
    one: str
    other: str
    low: float
    high: float

    @property
    def favoured(self) -> str:
        """The answer that the counts are for throughout; empty where they cannot tell."""
        if self.low > DECISIVE:
            return self.one
        return self.other if self.high < 1.0 / DECISIVE else ""


def weigh(bank: pl.DataFrame, manifest: JsonMapping) -> tuple[Evidence, ...]:
    """What runs near the counts hold, in every variant.

    Args:
        bank: runs from the prior, as a posterior's folder has them.
        manifest: of that folder.

    Raises:
        InputError: if there is nothing to weigh, or too few runs to keep a share of them.
    """
    if not _answers(bank):
        raise InputError(
            "all runs hold the same hypothesis, response and controls: there is nothing to weigh"
        )
    variants = list(_variants(bank, manifest))
    return tuple(each for variant, rows in variants for each in _in_variant(bank, variant, rows))


def _variants(
    bank: pl.DataFrame, manifest: JsonMapping
) -> Iterator[tuple[Variant, tuple[NDArray[np.int64], NDArray[np.int64]]]]:
    """Variants with the rows that they look at, and those that they keep."""
    everything = np.arange(len(bank))
    names = [each["name"] for each in manifest["summaries"]]
    for without in ("", *names) if len(names) > 1 else ("",):
        distances = _distances(bank, manifest, without)
        halves = _halves(bank, manifest["free"]) if not without else {}
        for half, rows in {"": everything, **halves}.items():
            for tolerance in TOLERANCES:
                count = int(tolerance * len(rows))
                if count >= LEAST_KEPT:
                    kept = rows[nearest(distances[rows], count)]
                    yield Variant(tolerance, without, half), (rows, kept)
    if int(TOLERANCES[-1] * len(bank)) < LEAST_KEPT:
        raise InputError(
            f"the bank has {len(bank)} runs, and rivals need {round(LEAST_KEPT / TOLERANCES[-1])} "
            "or more: calibrate with more --runs"
        )


def _distances(bank: pl.DataFrame, manifest: JsonMapping, without: str) -> Floats:
    """Distances of all runs from the counts, one summary left out or none."""
    used = [each for each in manifest["summaries"] if each["name"] != without]
    found = roots(bank.select(each["name"] for each in used).to_numpy().astype(np.float64))
    low = np.array([each["low"] for each in used], dtype=np.float64)
    high = np.array([np.inf if each["high"] is None else each["high"] for each in used])
    # The posterior that Finland's case ships is from before there were weights: all are 1.
    weights = np.array([each.get("weight", 1.0) for each in used])
    return Yardstick(roots(low), roots(high), weighed_spread(found, weights)).distances(found)


def _halves(bank: pl.DataFrame, free: Sequence[str]) -> dict[str, NDArray[np.int64]]:
    """Rows with the lower and with the upper half of each parameter's prior, by what they are."""
    halves = {}
    for name in free:
        values = bank[name].to_numpy()
        middle = np.sort(values)[len(values) // 2]
        lower = values < middle
        if 0 < lower.sum() < len(values):
            halves[f"{name} low"] = np.flatnonzero(lower)
            halves[f"{name} high"] = np.flatnonzero(~lower)
    return halves


def _in_variant(
    bank: pl.DataFrame,
    variant: Variant,
    rows: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> Iterator[Evidence]:
    looked_at, kept = rows
    for question, answers in _answers(bank).items():
        for answer in sorted(set(answers)):
            holds = np.array([each == answer for each in answers])
            before, after = int(holds[looked_at].sum()), int(holds[kept].sum())
            prior = before / len(looked_at)
            yield Evidence(
                question,
                answer,
                variant,
                prior,
                after / len(kept),
                len(kept),
                (after + 0.5) / (len(kept) + 1.0) / ((before + 0.5) / (len(looked_at) + 1.0)),
            )


def _answers(bank: pl.DataFrame) -> dict[str, list[str]]:
    """What each run holds, by question: its hypothesis, its response, and each control."""
    answers = {name: bank[name].to_list() for name in (HYPOTHESIS, RESPONSE)}
    for name in bank.columns:
        if name.startswith("controls.") and name.count(".") == 1:
            answers[name] = ["yes" if value > 0.0 else "no" for value in bank[name].to_list()]
    return {question: some for question, some in answers.items() if len(set(some)) > 1}


def contests(evidence: Sequence[Evidence]) -> tuple[Contest, ...]:
    """Every two answers to each question but the responses.

    Four rules of response that hardly differ before the first closure are reshuffled by every
    tolerance, so nothing is said of which is ahead.
    """
    found = []
    for question in dict.fromkeys(each.question for each in evidence):
        if question == RESPONSE:
            continue
        support: dict[str, dict[Variant, float]] = {}
        for each in evidence:
            if each.question == question:
                support.setdefault(each.answer, {})[each.variant] = each.support
        for one, other in combinations(sorted(support), 2):
            both = support[one].keys() & support[other].keys()
            factors = [support[one][variant] / support[other][variant] for variant in both]
            found.append(Contest(question, one, other, min(factors), max(factors)))
    return tuple(found)


def weight_range(evidence: Sequence[Evidence], question: str, answer: str) -> tuple[float, float]:
    """Least and greatest weight of an answer over variants and prior odds of half, one and two."""
    by_variant: dict[Variant, dict[str, float]] = {}
    for each in evidence:
        if each.question == question:
            by_variant.setdefault(each.variant, {})[each.answer] = each.kept
    weights = [
        odds * kept[answer] / (odds * kept[answer] + sum(kept.values()) - kept[answer])
        for kept in by_variant.values()
        for odds in PRIOR_ODDS
        if answer in kept and sum(kept.values()) > 0.0
    ]
    return min(weights), max(weights)
