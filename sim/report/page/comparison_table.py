"""The comparison table: every policy in every headline indicator, rights always among them.

One list of records, and HTML of them for the report; :mod:`sim.report.page.terminal_table` shows
them in a terminal, :mod:`sim.report.page.displayed_table` in notebooks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from sim.report.analysis import queries
from sim.report.analysis.statistics import PairedDifference, paired_difference
from sim.report.templates import environment
from sim.text.catalogue import translate
from sim.text.wording import (
    arrow,
    difference,
    direction_words,
    estimate,
    number,
    percent,
    plural,
    verdict,
    verdict_words,
)

if TYPE_CHECKING:
    from sim.results.store import StoredResults

MANY = 20  # comparisons, of which one would look clear by chance


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
        q05: 5 % quantile.
        q95: 95 % quantile.
        change: Difference to the reference, with interval; None for the reference.
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
    q05: float
    q95: float
    change: PairedDifference | None

    @property
    def value_text(self) -> str:
        """``310 [120–640]``."""
        return estimate(self.median, self.q05, self.q95)

    @property
    def change_text(self) -> str:
        """``−80 [−120 to −40]``, or ``reference``."""
        if self.change is None:
            return translate("reference")
        return difference(self.change.mean, self.change.low, self.change.high)

    @property
    def word(self) -> str:
        """better, worse, higher, lower, no clear difference, in English; none for the reference."""
        if self.change is None:
            return ""
        return verdict(self.change.low, self.change.high, direction=self.direction)

    @property
    def reading(self) -> str:
        """The word after its arrow, in the current language: ``↓ better``."""
        if self.change is None:
            return ""
        return f"{arrow(self.change.low, self.change.high)} {verdict_words(self.word)}".strip()

    @property
    def worse_text(self) -> str:
        """Share of runs in which the policy does worse than the reference."""
        return "" if self.change is None else percent(self.change.share_worse)


def table_rows(results: StoredResults) -> list[TableRow]:
    """Every policy in every headline indicator, by family and indicator, reference first."""
    labels = queries.labels(results)
    return [
        _row(results, entry, policy, labels[policy])
        for entry in queries.headline(results)
        for policy in queries.policies(results)
    ]


def _row(results: StoredResults, entry: queries.Entry, policy: str, label: str) -> TableRow:
    name, direction = str(entry["id"]), str(entry["direction"])
    reference = str(results.manifest["reference"])
    values = results.indicators.filter(policy=policy, indicator=name)["value"].drop_nulls()
    quantiles = np.quantile(values.to_numpy(), [0.05, 0.5, 0.95]) if len(values) else [math.nan] * 3
    change = (
        None
        if policy == reference
        else paired_difference(
            results.indicators,
            policy=policy,
            reference=reference,
            indicator=name,
            direction=direction,
        )
    )
    return TableRow(
        family=str(entry["family"]),
        indicator=name,
        name=queries.indicator_name(entry),
        unit=queries.indicator_unit(entry),
        direction=direction,
        policy=policy,
        label=label,
        is_reference=policy == reference,
        median=float(quantiles[1]),
        q05=float(quantiles[0]),
        q95=float(quantiles[2]),
        change=change,
    )


def caption(results: StoredResults, rows: Sequence[TableRow]) -> str:
    """How to read the table."""
    runs = plural(len(queries.runs(results)), "{count} run", "{count} runs")
    compared = sum(row.change is not None for row in rows)
    if not compared:
        return translate(
            "Median and, in brackets, 5 to 95 % of {runs}; {period}.",
            runs=runs,
            period=queries.period(results),
        )
    sentences = [
        translate(
            "Median and, in brackets, 5 to 95 % of {runs}; below it the mean difference to the "
            "reference ({reference}) in the same runs, with its 95 % interval (paired t over "
            "states of the world), and whether it is clear; {period}.",
            runs=runs,
            reference=queries.labels(results)[queries.policies(results)[0]],
            period=queries.period(results),
        )
    ]
    if compared >= MANY:
        sentences.append(
            translate(
                "Of so many comparisons ({compared}) about {chance} would look clear by chance "
                "alone.",
                compared=number(compared),
                chance=number(round(compared * 0.05)),
            )
        )
    return " ".join(sentences)


def table_html(results: StoredResults) -> str:
    """The table as an HTML ``table``: policies as rows, indicators as columns, by family."""
    rows = table_rows(results)
    heads = [row for row in rows if row.is_reference]
    families = [
        (queries.family_words(family), len(list(members)))
        for family, members in groupby(heads, key=lambda row: row.family)
    ]
    lines = {
        policy: [r for r in rows if r.policy == policy] for policy in queries.policies(results)
    }
    template = environment().get_template("table.html.j2")
    return template.render(
        caption=caption(results, rows),
        families=families,
        heads=heads,
        lines=lines,
        labels=queries.labels(results),
        direction_words=direction_words,
    )
