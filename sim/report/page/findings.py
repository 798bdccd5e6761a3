"""What a section of the report finds, in a sentence that stands at its beginning."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.report.analysis import queries
from sim.report.page.comparison_table import TableRow, table_rows
from sim.report.page.wholes import WITHOUT_ACCESS
from sim.text.catalogue import translate
from sim.text.wording import lower, two_digits

if TYPE_CHECKING:
    from sim.results.store import StoredResults


def table_finding(results: StoredResults) -> str:
    """Under which policies fewest and most people are without access; nothing without medians."""
    rows = [
        row
        for row in table_rows(results)
        if row.indicator == queries.WITHOUT_ACCESS and math.isfinite(row.median)
    ]
    if not rows:
        return ""
    least, most = min(rows, key=_median), max(rows, key=_median)
    if two_digits(least.median) == two_digits(most.median):
        return translate(
            "People without access to asylum: about {count} in the median run, whatever the "
            "policy.",
            count=two_digits(least.median),
        )
    return translate(
        "People without access to asylum: from about {least} (“{policy}”) to about {most} "
        "(“{other}”) in the median run.",
        least=two_digits(least.median),
        policy=least.label,
        most=two_digits(most.median),
        other=most.label,
    )


def _median(row: TableRow) -> float:
    return row.median


def causes_finding(results: StoredResults) -> str:
    """Why most people are without access under the reference, in the mean of the runs."""
    reference = queries.policies(results)[0]
    whole, *causes = WITHOUT_ACCESS
    means = {name: _mean(results, reference, name) for name in (whole, *causes)}
    entry = queries.indicator(results, max(causes, key=lambda name: means[name]))
    if entry is None or not means[whole]:
        return ""
    return translate(
        "Under “{policy}” the most common cause is “{cause}”: about {count} of {all} people.",
        policy=queries.labels(results)[reference],
        cause=lower(queries.indicator_name(entry)),
        count=two_digits(means[str(entry["id"])]),
        all=two_digits(means[whole]),
    )


def _mean(results: StoredResults, policy: str, name: str) -> float:
    values = queries.values(results, policy, name)
    return float(values.mean()) if len(values) else 0.0
