"""A page in the place of a chart that these results cannot show: it says why, and draws nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from sim.report.analysis import queries
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.design_tokens import SMALL_GAP
from sim.report.drawing.layout import LINE_IN, MARGIN, new_page, wrap
from sim.report.drawing.style import BODY, styled
from sim.text.catalogue import translate

if TYPE_CHECKING:
    from sim.results.store import StoredResults

WIDTH = 8.0


@styled
def placeholder(
    results: StoredResults,
    name: str,
    *,
    title: str,
    subtitle: str,
    why: str,
    columns: Sequence[str],
) -> Chart:
    """A chart without a picture: the reason is in its place.

    Args:
        results: The stored results.
        name: The chart's name.
        title: What cannot be shown.
        subtitle: What the chart would show.
        why: What is missing, and what to do for it to be there.
        columns: The columns of its data, which has no rows.
    """
    words = wrap(why, WIDTH - 2 * MARGIN)
    page = new_page(
        width=WIDTH,
        body=SMALL_GAP + BODY * LINE_IN * (1 + words.count("\n")),
        title=title,
        subtitle=subtitle,
        footer=footer(results),
    )
    page.write(words, MARGIN, 0.0)
    return Chart(
        name,
        title,
        subtitle,
        f"{title}. {why}",
        page.figure,
        pl.DataFrame({c: [] for c in columns}),
    )


def without_crossings(results: StoredResults, name: str, subtitle: str) -> Chart | None:
    """The page in the place of a chart of crossings where there are none; else None."""
    if queries.crossings(results):
        return None
    return placeholder(
        results,
        name,
        title=translate("No crossing has anything to show"),
        subtitle=subtitle,
        why=translate(
            "The border has no crossing, or none at which anything was recorded. Attempts on the "
            "terrain border, people found, pushed back and unnoticed are in the table of "
            "indicators and, by stretch and day, in the results."
        ),
        columns=("policy", "crossing", "date"),
    )
