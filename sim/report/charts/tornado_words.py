"""The words of the tornado chart: parameters, hypotheses, the finding and how to read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.report.analysis import queries
from sim.report.analysis.drawn_names import parameter_name
from sim.report.analysis.effects import (
    HYPOTHESIS,
    Dependence,
    Swing,
)
from sim.text.catalogue import translate
from sim.text.parameter_labels import in_a_sentence
from sim.text.wording import difference, listing, number, plural

if TYPE_CHECKING:
    from sim.results.store import StoredResults

MOST_BARS = 12


def shown_swings(each: Dependence) -> tuple[Swing, ...]:
    """The swings that are drawn."""
    return each.swings[:MOST_BARS]


def parameter_words(results: StoredResults, key: str) -> tuple[str, str]:
    """A parameter's name, and its unit as the manifest has it."""
    units = {str(a["key"]): str(a["unit"]) for a in results.manifest["assumptions"]}
    return parameter_name(results, key), translate(units.get(key, "1")).removeprefix("1")


def hypothesis_words(results: StoredResults, each: Dependence) -> list[str]:
    """Names of the hypotheses with their numbers of states of the world."""
    names = queries.labels_by_id(results, "hypotheses")
    return [
        f"{names.get(held.hypothesis, held.hypothesis)} ({number(held.states_of_world)})"
        for held in each.held
    ]


def title_of(results: StoredResults, rows: Sequence[Sequence[Dependence]]) -> str:
    """The parameter that matters most in each indicator, if any clearly does."""
    columns = zip(*rows, strict=True)
    findings = ". ".join(_finding(results, column) for column in columns)
    if len(rows) == 1:
        policy = queries.quoted_labels(results)[rows[0][0].policy]
        return translate(
            "What the effect of a policy depends on most ({policy}). {findings}",
            policy=policy,
            findings=findings,
        )
    return translate("What the effects of policies depend on most. {findings}", findings=findings)


def _finding(results: StoredResults, column: Sequence[Dependence]) -> str:
    """The leading parameter, counted over the policies that are shown."""
    name = translate(str(column[0].indicator["name"]))
    leads = Counter(each.lead for each in column)
    if set(leads) == {""}:
        return translate("{indicator}: nothing clearly matters", indicator=name)
    leading = [
        _counted(_lead_words(results, key), count, len(column))
        for key, count in leads.most_common()
    ]
    return translate("{indicator}: {parameters}", indicator=name, parameters=listing(leading))


def _lead_words(results: StoredResults, key: str) -> str:
    if not key:
        return translate("no single parameter")
    return (
        translate("what the transit state does")
        if key == HYPOTHESIS
        else in_a_sentence(parameter_words(results, key)[0], key)
    )


def _counted(words: str, count: int, of: int) -> str:
    if of == 1:
        return words
    return translate(
        "{parameter} ({count} of {all})",
        parameter=words,
        count=number(count),
        all=plural(of, "{count} policy", "{count} policies"),
    )


def subtitle_of(results: StoredResults, rows: Sequence[Sequence[Dependence]]) -> str:
    """How to read the chart, and which policies are not shown."""
    parameters = len(rows[0][0].swings)
    sentences = [
        translate(
            "Effect: policy minus the reference ({reference}), same state of the world and "
            "same random numbers; {states}; {period}. A bar runs from the mean effect in the "
            "third of states of the world with the lowest values of a parameter (open circle) "
            "to that with the highest (filled), with the effect of hypotheses removed; the "
            "median values of the parameter are written beside it. On the right, the "
            "difference with its 95 % interval (Welch's t).",
            reference=queries.quoted_labels(results)[queries.policies(results)[0]],
            states=plural(
                results.states_of_world.height,
                "{count} state of the world",
                "{count} states of the world",
            ),
            period=queries.period(results),
        ),
        translate(
            "Filled: clear when all {parameters} that can act on it, and all pairs of hypotheses, "
            "are tested together (Bonferroni); pale and hatched: it may be chance. Dashed: mean "
            "effect; solid: no effect; diamond: mean effect under a hypothesis, 95 % interval.",
            parameters=plural(parameters, "{count} parameter", "{count} parameters"),
        ),
    ]
    others = len(queries.policies(results)) - 1
    if others > len(rows):
        sentences.append(
            translate(
                "Shown: the {shown} policies with the largest mean effect, either way, on: "
                "{indicator}; {rest} not shown.",
                shown=number(len(rows)),
                indicator=translate(str(rows[0][0].indicator["name"])),
                rest=plural(others - len(rows), "{count} policy", "{count} policies"),
            )
        )
    return " ".join(sentences)


def alt_of(results: StoredResults, rows: Sequence[Sequence[Dependence]], title: str) -> str:
    """The chart in words: every contrast, and the effect under each hypothesis."""
    labels, parts = queries.quoted_labels(results), []
    for each in (each for row in rows for each in row):
        swings = [
            f"{parameter_words(results, s.parameter)[0]} {difference(s.contrast, s.low, s.high)}"
            for s in shown_swings(each)
        ]
        held = [
            f"{name} {difference(h.mean, h.low, h.high)}"
            for h, name in zip(each.held, hypothesis_words(results, each), strict=True)
        ]
        parts.append(
            translate(
                "{policy}, {indicator}, {unit}, high minus low values: {contrasts}",
                policy=labels[each.policy],
                indicator=translate(str(each.indicator["name"])),
                unit=translate(str(each.indicator["unit"])),
                contrasts="; ".join(swings),
            )
        )
        if held:
            parts.append(translate("By hypothesis: {effects}", effects="; ".join(held)))
    return translate("Tornado chart. {title}. {numbers}.", title=title, numbers=". ".join(parts))
