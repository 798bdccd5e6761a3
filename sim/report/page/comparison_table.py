"""The comparison table: every policy in every headline indicator, rights always among them.

One list of records, and HTML of them for the report; :mod:`sim.report.page.terminal_table` shows
them in a terminal, :mod:`sim.report.page.displayed_table` in notebooks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.report.analysis import queries
from sim.report.analysis.once import once
from sim.report.analysis.policy_choice import MOST_DRAWN
from sim.report.analysis.statistics import PairedDifference
from sim.report.analysis.verdicts import Cell, Judged, judged
from sim.report.html_templates import environment
from sim.text.calibration_words import calibration_words
from sim.text.catalogue import translate
from sim.text.wording import (
    arrow,
    difference,
    direction_words,
    estimate,
    number,
    percent,
    plural,
    range_words,
    verdict_words,
    written,
)

if TYPE_CHECKING:
    import polars as pl

    from sim.results.store import StoredResults


SEVERAL: Final = 2  # hypotheses; one alone has no weight to tell


@dataclass(frozen=True)
class TableRow:
    """One policy in one indicator.

    Attributes:
        family: rights, security, cost or coercion.
        indicator: Id of the indicator.
        name: Its name, in the current language.
        unit: Its unit, in the current language.
        direction: less, more or none: which way is better.
        policy: Id of the policy.
        label: Label of the policy.
        is_reference: Whether the others are compared with it.
        median: Median over the runs; NaN where no run has a value.
        q10: 10 % quantile.
        q90: 90 % quantile.
        judged: Difference from the reference and what is said of it; None for the reference.
        missing: What the scenario lacks for the indicator, in words; empty where it is modelled.
    """

    family: str
    indicator: str
    name: str
    unit: str
    direction: str
    policy: str
    label: str
    is_reference: bool
    median: float
    q10: float
    q90: float
    judged: Judged | None
    missing: str = ""

    @property
    def change(self) -> PairedDifference | None:
        """Difference from the reference, with interval; None for the reference."""
        return self.judged.change if self.judged else None

    @property
    def value_text(self) -> str:
        """``310 (120 to 640)``."""
        if self.missing:
            return translate("not modelled")
        return estimate(self.median, self.q10, self.q90)

    @property
    def value_lines(self) -> tuple[str, str]:
        """``310`` and ``from 120 to 640``, for a line each; the second is empty without a range."""
        if self.missing:
            return translate("not modelled"), ""
        value, low, high = written(self.median, self.q10, self.q90)
        return value, range_words(low, high)

    @property
    def change_lines(self) -> tuple[str, str]:
        """``−80`` and ``from −120 to −40``; both empty for the reference."""
        if self.missing or self.change is None:
            return "", ""
        value, low, high = written(self.change.mean, self.change.low, self.change.high, sign=True)
        return value, range_words(low, high)

    @property
    def change_text(self) -> str:
        """``−80 (−120 to −40)``, or ``reference``."""
        if self.missing:
            return ""
        if self.change is None:
            return translate("reference")
        return difference(self.change.mean, self.change.low, self.change.high)

    @property
    def word(self) -> str:
        """What is said of the difference, in English; nothing for the reference."""
        return self.judged.word if self.judged else ""

    @property
    def reading(self) -> str:
        """The word after its arrow, in the current language: ``↓ better``."""
        if self.change is None:
            return ""
        return f"{arrow(self.word, self.change.mean)} {verdict_words(self.word)}".strip()

    @property
    def majority_text(self) -> str:
        """Median difference, and where the policy does better: ``−75; 60 %``."""
        if self.change is None:
            return ""
        change = self.change
        median, *_ = written(change.median, change.low, change.high, sign=True)
        return f"{median}; {percent(change.share_better)}"

    @property
    def majority_words(self) -> str:
        """The same in words, for a cell without a head of its own."""
        if self.change is None:
            return ""
        median, share = self.majority_text.split("; ")
        if self.direction == "none":
            return translate("median {median}, lower in {share}", median=median, share=share)
        return translate("median {median}, better in {share}", median=median, share=share)


@once
def table_rows(results: StoredResults) -> list[TableRow]:
    """Every policy in every headline indicator, by family and indicator, reference first."""
    entries = queries.headline(results)
    values = results.of_indicators([str(entry["id"]) for entry in entries])
    return rows_of(results, values, entries, judged(results))


def rows_of(
    results: StoredResults,
    indicators: pl.DataFrame,
    entries: Sequence[queries.Entry],
    verdicts: Mapping[Cell, Judged],
) -> list[TableRow]:
    """Every policy in some indicators, reference first.

    Args:
        results: what the policies and their labels are read from.
        indicators: values by policy, run and indicator: of the route, or of a part of it.
        entries: of the indicators in the manifest, in order.
        verdicts: the differences from the reference, and what is said of them.
    """
    labels, policies = queries.labels(results), queries.policies(results)
    return [
        replace(
            _row(indicators, entry, policy, verdicts.get((str(entry["id"]), policy))),
            label=labels[policy],
            is_reference=policy == policies[0],
        )
        for entry in entries
        for policy in policies
    ]


def _row(
    indicators: pl.DataFrame, entry: queries.Entry, policy: str, verdict: Judged | None
) -> TableRow:
    """One policy in one indicator, as if it were the reference and had no label."""
    name, direction = str(entry["id"]), str(entry["direction"])
    values = indicators.filter(policy=policy, indicator=name)["value"].drop_nulls()
    quantiles = np.quantile(values.to_numpy(), [0.1, 0.5, 0.9]) if len(values) else [math.nan] * 3
    return TableRow(
        family=str(entry["family"]),
        indicator=name,
        name=queries.indicator_name(entry),
        unit=queries.indicator_unit(entry),
        direction=direction,
        policy=policy,
        label=policy,
        is_reference=True,
        median=float(quantiles[1]),
        q10=float(quantiles[0]),
        q90=float(quantiles[2]),
        judged=verdict,
        missing=queries.why_not_modelled(entry),
    )


def caption(results: StoredResults, rows: Sequence[TableRow]) -> str:
    """How to read the table."""
    runs = plural(len(queries.runs(results)), "{count} run", "{count} runs")
    compared = sum(row.change is not None for row in rows)
    if not compared:
        alone = translate(
            "Median of {runs}, with 10 to 90 % of them; {period}.",
            runs=runs,
            period=queries.period(results),
        )
        return " ".join([alone, *_on_missing(rows), *weights_words(results)])
    sentences = [
        translate(
            "Median of {runs}, with 10 to 90 % of them; then the mean difference from "
            "“{reference}” in the same runs with its 95 % interval, the median difference, the "
            "share of states of the world in which the policy does better (is lower, where neither "
            "way is better), and the verdict; {period}.",
            runs=runs,
            reference=queries.labels(results)[queries.policies(results)[0]],
            period=queries.period(results),
        )
    ]
    sentences = [*sentences, *_on_words(compared), *_on_missing(rows), *weights_words(results)]
    return " ".join(sentences)


def weights_words(results: StoredResults) -> list[str]:
    """Which weights hypotheses have, and how the others are had; what was fitted to counts."""
    manifest = results.manifest
    posterior = manifest.get("posterior")
    basis = [calibration_words(posterior)] if posterior else []
    entries = manifest.get("hypotheses", [])
    if len(entries) < SEVERAL or manifest.get("hypothesis"):
        return basis
    total = sum(float(entry["weight"]) for entry in entries)
    before = _shares({str(entry["id"]): float(entry["weight"]) / total for entry in entries})
    if not posterior:
        words = translate(
            "Weights used: those of the prior ({before}). Those of a calibration: --posterior.",
            before=before,
        )
        return [*basis, words]
    words = translate(
        "Weights used: those fitted to the counts ({after}; folder “{folder}”). Those of the prior "
        "({before}): --prior.",
        folder=posterior["folder"],
        after=_shares(posterior["hypotheses"]),
        before=before,
    )
    return [*basis, words]


def _shares(weights: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {percent(share)}" for name, share in weights.items())


def _on_missing(rows: Sequence[TableRow]) -> list[str]:
    """Which indicators are not modelled and why, if any."""
    why = dict.fromkeys(row.missing for row in rows if row.missing)
    parts = [
        f"{', '.join(dict.fromkeys(r.name for r in rows if r.missing == reason))} ({reason})"
        for reason in why
    ]
    if not parts:
        return []
    return [translate("Not modelled, which is not zero: {parts}.", parts="; ".join(parts))]


def _on_words(compared: int) -> list[str]:
    """What words mean that are stricter than an interval."""
    return [
        translate(
            "The word allows for all {compared} comparisons together (Holm): where an interval "
            "leaves zero out and yet so many looks could have found it by chance, it is not clear "
            "among so many.",
            compared=number(compared),
        ),
        translate(
            "Mixed: the mean goes one way, and the median or most states of the world the other."
        ),
        translate(
            "Fewer, because fewer could come: under a policy that leaves more people without "
            "access to asylum, what also falls when people are kept away is not called better."
        ),
    ]


def table_html(results: StoredResults) -> str:
    """The table as HTML: indicators as rows by family, policies as columns, as many as are read.

    Where there are more policies than fit beside one another there are several tables, each with
    the reference.
    """
    rows = table_rows(results)
    return html_of(results, rows, translate("Comparison table"), caption(results, rows))


def html_of(results: StoredResults, rows: Sequence[TableRow], label: str, caption: str) -> str:
    """Rows as such a table.

    Args:
        results: what the policies and their labels are read from.
        rows: by family and indicator, reference first.
        label: what the table is called where it is not seen.
        caption: how to read it.
    """
    reference, *others = queries.policies(results)
    beside = MOST_DRAWN - 1
    blocks = [others[k : k + beside] for k in range(0, max(1, len(others)), beside)]
    return _rendered(
        "table.html.j2",
        results,
        rows,
        label=label,
        caption=caption,
        blocks=[[reference, *block] for block in blocks],
    )


def cards_html(results: StoredResults) -> str:
    """The table as a card for each policy, for narrow screens."""
    return _rendered("cards.html.j2", results, table_rows(results))


def _rendered(
    template: str, results: StoredResults, rows: Sequence[TableRow], **more: object
) -> str:
    heads = [row for row in rows if row.is_reference]
    return (
        environment()
        .get_template(template)
        .render(
            rows={(row.indicator, row.policy): row for row in rows},
            families=[
                (queries.family_words(family), [row.indicator for row in members])
                for family, members in groupby(heads, key=lambda row: row.family)
            ],
            labels=queries.labels(results),
            reference=queries.policies(results)[0],
            direction_words=direction_words,
            **more,
        )
    )
