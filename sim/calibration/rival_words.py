"""Rival explanations in tables and in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from sim.calibration.rivals import DECISIVE, Contest, Evidence, contests, weight_range
from sim.results.posterior_folder import HYPOTHESIS, RESPONSE
from sim.scenario.description import Section
from sim.storage.json_object import JsonMapping

CANNOT_TELL = "the data cannot tell"
NO_PROOF = "This is no proof of anybody's intent."


def sections_of(evidence: Sequence[Evidence], manifest: JsonMapping) -> tuple[Section, ...]:
    """What the counts say of hypotheses and controls, and of responses, which they reshuffle."""
    asked = [
        question
        for question in dict.fromkeys(each.question for each in evidence)
        if question != RESPONSE
    ]
    found = contests(evidence)
    tables = (_table(evidence, question, found) for question in asked)
    responses = any(each.question == RESPONSE for each in evidence)
    return (
        Section("What the counts say of rival explanations", (in_words(found, manifest),)),
        *tables,
        *([_responses(evidence)] if responses else []),
    )


def in_words(found: Sequence[Contest], manifest: JsonMapping) -> str:
    """A paragraph for people who read nothing else of it."""
    sentences = [_sentence(each) for each in found if each.favoured]
    what = " ".join(sentences) if sentences else f"Of all that was asked, {CANNOT_TELL}."
    fits = (
        ""
        if manifest["verdict"]["reproduces"]
        else "The model does not reproduce these counts, so that a difference between two of its "
        "explanations may be a fault that both have. "
    )
    return (
        f"Runs of the model that come near to the counts until {manifest['until']} were compared "
        f"with all runs. {what} Something is said only where the counts are more than "
        f"{DECISIVE:.0f} times as likely under one answer as under another, whatever the "
        "tolerance, without any one of the summaries, and in either half of the prior of each "
        f"parameter that was fitted. {fits}The answers are accounts of what may have been done, "
        f"and say nothing of why. {NO_PROOF}"
    )


def _sentence(each: Contest) -> str:
    ahead, low = (each.one, each.low) if each.favoured == each.one else (each.other, 1 / each.high)
    behind = each.other if ahead == each.one else each.one
    return (
        f"For {each.question}, the counts are for {ahead} against {behind}, by a factor of "
        f"{low:.0f} or more."
    )


def _table(evidence: Sequence[Evidence], question: str, found: Sequence[Contest]) -> Section:
    mine = [each for each in found if each.question == question]
    answers = dict.fromkeys(each.answer for each in evidence if each.question == question)
    rows = [_weight_row(evidence, question, answer) for answer in answers]
    lines = [
        f"{each.one} against {each.other}: a factor of {each.low:.2g} to {each.high:.2g}; "
        f"{'for ' + each.favoured if each.favoured else CANNOT_TELL}"
        for each in mine
    ]
    title = "Hypotheses about the transit side" if question == HYPOTHESIS else question
    return Section(title, tuple(lines), ("answer", "prior", "near the counts"), tuple(rows))


def _responses(evidence: Sequence[Evidence]) -> Section:
    line = (
        "Rules of response differ little before crossings close, and each tolerance reshuffles "
        "them: no factor is given."
    )
    answers = dict.fromkeys(each.answer for each in evidence if each.question == RESPONSE)
    rows = tuple(_weight_row(evidence, RESPONSE, answer) for answer in answers)
    return Section("Responses", (line,), ("answer", "prior", "near the counts"), rows)


def _weight_row(evidence: Sequence[Evidence], question: str, answer: str) -> tuple[str, ...]:
    low, high = weight_range(evidence, question, answer)
    prior = next(e.prior for e in evidence if e.question == question and e.answer == answer)
    return answer or "none", f"{prior:.0%}", f"from {low:.0%} to {high:.0%}"
