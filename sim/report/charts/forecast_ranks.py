"""Where later counts fall in a forecast, in order: how a forecast leans."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.forecasting.evaluation import pit_values
from sim.report.charts.forecast_fan import SHADES, foot
from sim.report.drawing.chart import Chart
from sim.report.drawing.colours import BLUE, MUTED, RED
from sim.report.drawing.design_tokens import LARGE_GAP, Mark, Stroke
from sim.report.drawing.layout import MARGIN, new_page
from sim.report.drawing.marks import draw_marks
from sim.report.drawing.style import SMALL, styled
from sim.text.catalogue import translate
from sim.text.wording import plural

if TYPE_CHECKING:
    from sim.forecasting.hindcast import Hindcast

Floats: TypeAlias = NDArray[np.float64]
SQUARE, AXIS = 4.4, 0.36
LEFT = 0.63  # room for the numbers beside the ranks
LEANS: Final = 0.1  # of a mean rank from one half, before a side is named
SETS: Final = 2000  # of uniform draws, for the band of ranks
INSIDE: Final = 0.9


@styled
def draw_ranks(hindcast: Hindcast) -> Chart | None:
    """Where each open count falls among the samples, in order; None where there is no such count.

    Counts of one forecast go together, so that the band, of independent draws, is too narrow.
    """
    values = np.sort(pit_values(hindcast.forecasts[0], hindcast.targets))
    if not len(values):
        return None
    low, high = _band(len(values))
    expected = (np.arange(len(values)) + 0.5) / len(values)
    outside = int(((values < low) | (values > high)).sum())
    title = _ranks_title(outside, values)
    subtitle = translate(
        "Each later count of an open crossing, in order: share of samples below it (ties "
        "broken at random), against the rank it would have if the forecast were right. Above "
        "the line, counts are higher than forecast. Band: 90 % for independent counts; these "
        "are not independent, so it is too narrow."
    )
    page = new_page(
        width=2 * MARGIN + LEFT + SQUARE,
        body=SQUARE + AXIS + LARGE_GAP,
        title=title,
        subtitle=subtitle,
        footer=foot(hindcast),
    )
    axes = page.axes(MARGIN + LEFT, 0.0, SQUARE, SQUARE)
    axes.fill_between(expected, low, high, color=BLUE, alpha=SHADES[0.9], lw=0)
    axes.plot([0.0, 1.0], [0.0, 1.0], color=MUTED, lw=Stroke.SLIM)
    draw_marks(axes, expected, values, ls="", size=Mark.SMALL, fill=RED, edge=RED, clip_on=False)
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(0.0, 1.0)
    axes.set_xlabel(translate("rank if the forecast is right"), size=SMALL)
    axes.set_ylabel(translate("share of samples below the count"), size=SMALL)
    data = pl.DataFrame({"expected": expected, "rank": values, "low": low, "high": high})
    return Chart("forecast_ranks", title, subtitle, title, page.figure, data)


def _ranks_title(outside: int, values: Floats) -> str:
    """How many are out of the band, and which way they lean if they do."""
    fields = {"outside": outside, "counts": plural(len(values), "{count} rank", "{count} ranks")}
    lean = float(values.mean()) - 0.5
    if lean > LEANS:
        return translate(
            "{outside} of {counts} out of the band: counts are higher than forecast", **fields
        )
    if lean < -LEANS:
        return translate(
            "{outside} of {counts} out of the band: counts are lower than forecast", **fields
        )
    return translate("{outside} of {counts} out of the band", **fields)


def _band(counts: int) -> tuple[Floats, Floats]:
    """Quantiles of uniform draws in order, shape (counts,) each."""
    draw = Random(1).random  # noqa: S311 - its numbers are the same in every version
    sets = np.sort([[draw() for _ in range(counts)] for _ in range(SETS)], axis=1)
    rest = (1.0 - INSIDE) / 2.0
    low, high = np.quantile(sets, (rest, 1.0 - rest), axis=0)
    return low, high
