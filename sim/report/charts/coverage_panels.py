"""The left half of the validation chart: observed counts on the bands of simulated arrivals.

All crossings together are above, with where among the runs each count is; crossings that have
counts of their own are below.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.report.analysis import queries
from sim.report.analysis.coverage import BANDS, Counts, Observed
from sim.report.drawing.design_tokens import HEADROOM, LARGE_GAP, Layer, Mark, Stroke
from sim.report.drawing.layout import Page, date_axis, fit, wrap
from sim.report.drawing.marks import draw_marks
from sim.report.drawing.style import BASELINE, INK, MUTED, PAPER, RED, RULE, SMALL
from sim.results.tables.daily_summary import QUANTILES
from sim.text.catalogue import translate
from sim.text.wording import number, percent, plural

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from matplotlib.axes import Axes

    from sim.report.analysis.queries import Floats
    from sim.results.store import StoredResults

SHADES = {0.95: 0.16, 0.8: 0.24, 0.5: 0.34}  # opacity of each band
AXIS, LINE = 0.36, 0.15
WIDTH, HIGH, RANKS = 6.3, 2.2, 0.6
ACROSS, SMALL_GAP, SMALL_HIGH, SMALL_HEAD = 3, 0.55, 0.95, 0.42
BARE = 2.0  # height without counts
_draw_ring = partial(
    draw_marks, ls="", size=Mark.END, fill=PAPER, edge=RED, width=Stroke.MEDIUM, clip_on=False
)


def finding(results: StoredResults, observed: Observed | None) -> str:
    """How many of the counts are in the band of 80 %: of all crossings, else of single ones."""
    policy = queries.labels(results)[queries.policies(results)[0]]
    if observed is not None and len(observed.total.counted):
        total = observed.total
        return translate(
            "{inside} of {days} lie in the band of 80 % of runs ({policy})",
            inside=number(total.inside(0.8)),
            policy=policy,
            days=plural(len(total.counted), "{count} observed day", "{count} observed days"),
        )
    counts = sum(len(part.counted) for part in observed.parts) if observed is not None else 0
    if observed is None or not counts:
        return translate("There are no counts to compare the model with")
    return translate(
        "{inside} of {days} lie in the band of 80 % of runs ({policy})",
        inside=number(sum(part.inside(0.8) for part in observed.parts)),
        policy=policy,
        days=plural(counts, "{count} count at a crossing", "{count} counts at single crossings"),
    )


def spelled_out(observed: Observed | None) -> str:
    """The numbers of the half in words, for those who do not see it."""
    if observed is None or not (len(observed.total.counted) or observed.parts):
        return translate("This scenario has no observed counts.")
    if not len(observed.total.counted):
        return _no_total(observed)
    return f"{_inside(observed.total)} {_lean(observed.total)}"


def height(observed: Observed | None) -> float:
    """Height of the half, in inches."""
    if observed is None:
        return BARE
    depth = math.ceil(len(observed.parts) / ACROSS)
    return _top(observed) + depth * (SMALL_HEAD + SMALL_HIGH + AXIS)


def draw_counts(page: Page, observed: Observed | None, *, left: float) -> None:
    """Draw the half; its axes begin at ``left``, inches from the page's edge."""
    page.write(translate("Arrivals a day, all crossings"), left, 0.0, weight="bold")
    if observed is None:
        words = translate("This scenario has no observed counts.")
        page.write(words, left, 0.22, size=SMALL, colour=MUTED)
        return
    down = 0.24
    above, between = _note_on_counts(observed), _note_on_ranks(observed)
    page.write(above, left, down, size=SMALL, colour=MUTED)
    down += LINE * (above.count("\n") + 1) + 0.06
    _panel(page.axes(left, down, WIDTH, HIGH), observed.total)
    down += HIGH + 0.08
    page.write(between, left, down, size=SMALL, colour=MUTED)
    _ranks(page, observed, left=left, down=down + LINE * (between.count("\n") + 1) + 0.04)
    for k, counts in enumerate(observed.parts):
        row, column = divmod(k, ACROSS)
        width = (WIDTH - (ACROSS - 1) * SMALL_GAP) / ACROSS
        _part(
            page,
            observed.window,
            counts,
            left=left + column * (width + SMALL_GAP),
            width=width,
            down=_top(observed) + row * (SMALL_HEAD + SMALL_HIGH + AXIS),
        )


def _inside(counts: Counts) -> str:
    """How many counts each band holds, beside how many a right model would have there."""
    days = len(counts.counted)
    parts = [
        translate(
            "{share}: {inside} (expected {expected})",
            share=percent(share),
            inside=number(counts.inside(share)),
            expected=number(share * days, like=(10.5,)),
        )
        for share in sorted(BANDS)
    ]
    return translate(
        "Observed days inside each band, of {days}: {parts}. Expected: if the bands were right.",
        days=number(days),
        parts="; ".join(parts),
    )


def _lean(counts: Counts) -> str:
    """On how many days the count is above the median of the runs, and below."""
    below = counts.below()[counts.counted]
    return translate(
        "Share of runs below the observed count. Above one half on {above} days, below on {under}: "
        "near half of the days each if the model leans neither way.",
        above=number(int((below > 0.5).sum())),
        under=number(int((below < 0.5).sum())),
    )


def _top(observed: Observed) -> float:
    """Height of the panel of all crossings with its words."""
    lines = sum(
        text.count("\n") + 1 for text in (_note_on_counts(observed), _note_on_ranks(observed))
    )
    return 0.24 + LINE * lines + 0.06 + HIGH + 0.08 + 0.04 + RANKS + AXIS + LARGE_GAP


def _note_on_counts(observed: Observed) -> str:
    """Coverage, wrapped."""
    counted = len(observed.total.counted)
    return wrap(_inside(observed.total) if counted else _no_total(observed), WIDTH, size=SMALL)


def _no_total(observed: Observed) -> str:
    """Why there is no count over all crossings."""
    if np.isfinite(observed.total.observations).any():
        return translate("Over all crossings only ranges are known, no counts.")
    return translate("On no day was every crossing counted, so that there is no observed total.")


def _note_on_ranks(observed: Observed) -> str:
    """Where the counts are among the runs, wrapped; nothing where there are no counts."""
    return wrap(_lean(observed.total), WIDTH, size=SMALL) if len(observed.total.counted) else ""


def _part(
    page: Page, window: Sequence[date], counts: Counts, *, left: float, down: float, width: float
) -> None:
    """One crossing."""
    page.write(fit(counts.name, width, weight="bold", most=1), left, down, weight="bold")
    note = translate(
        "in the 80 % band: {inside} of {days}",
        inside=number(counts.inside(0.8)),
        days=number(len(counts.counted)),
    )
    page.write(fit(note, width, size=SMALL, most=1), left, down + 0.18, size=SMALL, colour=MUTED)
    axes = page.axes(left, down + SMALL_HEAD, width, SMALL_HIGH)
    _panel(axes, counts)
    date_axis(axes, window, width=width)


def _panel(axes: Axes, counts: Counts) -> None:
    """Bands, median and observed counts by day."""
    x = np.arange(counts.runs.shape[1])
    edges = np.append(x, len(x)) - 0.5
    level = {name: _to_the_edge(counts.quantile(name)) for name in QUANTILES}
    for share, (lower_end, upper_end) in BANDS.items():
        axes.fill_between(
            edges,
            level[lower_end],
            level[upper_end],
            step="post",
            color=BASELINE,
            alpha=SHADES[share],
            lw=0,
            zorder=Layer.AREAS,
        )
    axes.step(edges, level["q50"], where="post", color=BASELINE, lw=Stroke.BOLD, zorder=Layer.LINES)
    best, low, high = counts.observations
    axes.vlines(x, low, high, color=RED, lw=Stroke.MEDIUM, zorder=Layer.MARKS)
    _draw_ring(axes, x, best, layer=Layer.EMPHASIS)
    top = np.nanmax(np.concatenate([level["q975"], best, high]))
    axes.set_xlim(-0.5, len(x) - 0.5)
    axes.set_xticks([])
    axes.locator_params(axis="y", nbins=4, integer=True)
    axes.set_ylim(0, HEADROOM * float(top) or 1.0)
    ticks = [tick for tick in axes.get_yticks() if 0 <= tick <= axes.get_ylim()[1]]
    axes.set_yticks(ticks, [number(tick, like=ticks) for tick in ticks])
    axes.grid(axis="y", color=RULE, lw=Stroke.FINE)
    axes.set_axisbelow(True)


def _to_the_edge(values: Floats) -> Floats:
    """The last day again, so that its step is a whole day wide."""
    return np.append(values, values[-1])


def _ranks(page: Page, observed: Observed, *, left: float, down: float) -> None:
    """Where among the runs each count is."""
    below = observed.total.below()
    axes = page.axes(left, down, WIDTH, RANKS)
    axes.axhline(0.5, color=INK, lw=Stroke.SLIM, ls=(0, (4, 2)), zorder=Layer.RULES)
    axes.vlines(
        np.arange(len(observed.window)), 0.5, below, color=RED, lw=Stroke.MEDIUM, zorder=Layer.AREAS
    )
    _draw_ring(axes, below, layer=Layer.INTERVALS)
    axes.set_ylim(0, 1)
    axes.set_yticks([0.0, 0.5, 1.0], [percent(share) for share in (0.0, 0.5, 1.0)])
    date_axis(axes, observed.window, width=WIDTH)
