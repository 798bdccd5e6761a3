"""The left half of the validation chart: observed counts on the bands of simulated arrivals.

All crossings together are above, with where among the runs each count is; crossings that have
counts of their own are below.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.report.analysis.coverage import BANDS, Counts, Observed
from sim.report.analysis.crossing_days import ARRIVALS, PlaceCounts, bias_of, crossing_days
from sim.report.analysis.trust_words import bias_words, coverage_words
from sim.report.drawing.colours import BASELINE, INK, MUTED, PAPER, RED, RULE
from sim.report.drawing.design_tokens import (
    DASHED,
    HEADROOM,
    LARGE_GAP,
    LINE,
    MOST_TICKS,
    Layer,
    Mark,
    Stroke,
)
from sim.report.drawing.layout import Page, date_axis, fit_whole, wrap
from sim.report.drawing.marks import draw_marks
from sim.report.drawing.style import SMALL
from sim.results.tables.daily_summary import QUANTILES
from sim.text.catalogue import phrases, translate
from sim.text.wording import number, percent, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

    from sim.report.analysis.queries import Floats

SHADES = {0.95: 0.16, 0.8: 0.24, 0.5: 0.34}  # opacity of each band
AXIS = 0.36
WIDTH, HIGH, RANKS = 6.3, 2.2, 0.6
ACROSS, SMALL_GAP, SMALL_HIGH, SMALL_HEAD = 3, 0.55, 0.95, 0.42
BARE = 2.0  # height without counts
HEADING, NO_COUNTS = 0.24, 0.22  # from the heading down to the note; to the words without counts
UNDER_NOTE, UNDER_PANEL, UNDER_RANKS_NOTE = 0.06, 0.08, 0.04
UNDER_NAME = 0.18  # from the name of a small panel down to its notes
LIKE_EXPECTED = 10.5  # with as many digits as this are expected counts
_draw_ring = partial(
    draw_marks, ls="", size=Mark.END, fill=PAPER, edge=RED, width=Stroke.MEDIUM, clip_on=False
)


def finding(observed: Observed | None) -> str:
    """Which way the runs lie of the counts, and how far."""
    bias = bias_of(observed) if observed is not None else None
    if bias is None:
        return translate("There are no counts to compare the model with")
    return bias_words(bias)


def spelled_out(observed: Observed | None) -> str:
    """The numbers of the half in words, for those who do not see it."""
    if observed is None or not (len(observed.total.counted) or observed.panels):
        return translate("This scenario has no observed counts.")
    of_all = (_inside(observed.total), _lean(observed.total))
    in_all = of_all if len(observed.total.counted) else (_no_total(observed),)
    return " ".join(filter(None, (*_at_crossings(observed), *in_all, _left_out(observed))))


def _at_crossings(observed: Observed) -> Iterator[str]:
    """Coverage of single crossings: with people, then without."""
    return coverage_words(crossing_days(observed))


def is_daily(observed: Observed) -> bool:
    """Whether every count that is drawn is of a single day."""
    return all(_by_day(each) for each in (observed.total, *observed.panels))


def height(observed: Observed | None) -> float:
    """Height of the half, in inches."""
    if observed is None:
        return BARE
    depth = math.ceil(len(observed.panels) / ACROSS)
    return _top(observed) + depth * (_head(observed) + SMALL_HIGH + AXIS)


def draw_counts(page: Page, observed: Observed | None, *, left: float) -> None:
    """Draw the half; its axes begin at ``left``, inches from the page's edge."""
    page.write(translate("Arrivals a day, all crossings"), left, 0.0, weight="bold")
    if observed is None:
        words = translate("This scenario has no observed counts.")
        page.write(words, left, NO_COUNTS, size=SMALL, colour=MUTED)
        return
    down = HEADING
    above, between = _note_on_counts(observed), _note_on_ranks(observed)
    page.write(above, left, down, size=SMALL, colour=MUTED)
    down += LINE * (above.count("\n") + 1) + UNDER_NOTE
    _panel(page.axes(left, down, WIDTH, HIGH), observed.total)
    down += HIGH + UNDER_PANEL
    page.write(between, left, down, size=SMALL, colour=MUTED)
    down += LINE * (between.count("\n") + 1) + UNDER_RANKS_NOTE
    _ranks(page, observed, left=left, down=down)
    for k, counts in enumerate(observed.panels):
        row, column = divmod(k, ACROSS)
        width = (WIDTH - (ACROSS - 1) * SMALL_GAP) / ACROSS
        _part(
            page,
            observed,
            counts,
            left=left + column * (width + SMALL_GAP),
            width=width,
            down=_top(observed) + row * (_head(observed) + SMALL_HIGH + AXIS),
        )


def _inside(counts: Counts) -> str:
    """How many counts each band holds, beside how many a right model would have there."""
    many = len(counts.counted)
    parts = [
        translate(
            "{share}: {inside} (expected {expected})",
            share=percent(share),
            inside=number(counts.inside(share)),
            expected=number(share * many, like=(LIKE_EXPECTED,)),
        )
        for share in sorted(BANDS)
    ]
    if _by_day(counts):
        text = translate(
            "Observed days inside each band, of {days}: {parts}. Expected: if the bands were "
            "right.",
            days=number(many),
            parts="; ".join(parts),
        )
    else:
        text = translate(
            "Observed periods inside each band, of {periods}: {parts}. Expected: if the bands were "
            "right.",
            periods=number(many),
            parts="; ".join(parts),
        )
    return text


def _lean(counts: Counts) -> str:
    """On how many days the count is above the median of the runs, and below."""
    below = counts.below()[counts.counted]
    above, under = number(int((below > 0.5).sum())), number(int((below < 0.5).sum()))
    if _by_day(counts):
        return translate(
            "Share of runs below the observed count. Above one half on {above} days, below on "
            "{under}: near half of the days each if the model leans neither way.",
            above=above,
            under=under,
        )
    return translate(
        "Share of runs below the observed count. Above one half in {above} periods, below in "
        "{under}: near half of the periods each if the model leans neither way.",
        above=above,
        under=under,
    )


def _by_day(counts: Counts) -> bool:
    """Whether every count is of a single day."""
    return bool((counts.lengths_d[counts.counted] == 1).all())


def _left_out(observed: Observed) -> str:
    """Counts that the model has no series for; nothing where there are none."""
    parts = []
    for (series, of_origin), many in observed.left_out.items():
        name = series_words(series)
        words = translate("{series} by origin", series=name) if of_origin else name
        parts.append(f"{words} ({number(many)})")
    if not parts:
        return ""
    return translate("Counted, but not modelled: {series}.", series="; ".join(parts))


def _top(observed: Observed) -> float:
    """Height of the panel of all crossings with its words."""
    lines = sum(
        text.count("\n") + 1 for text in (_note_on_counts(observed), _note_on_ranks(observed))
    )
    notes = HEADING + LINE * lines + UNDER_NOTE
    return notes + HIGH + UNDER_PANEL + UNDER_RANKS_NOTE + RANKS + AXIS + LARGE_GAP


def _note_on_counts(observed: Observed) -> str:
    """Coverage, wrapped, and what is not modelled."""
    counted = len(observed.total.counted)
    covered = _inside(observed.total) if counted else _no_total(observed)
    words = (*_at_crossings(observed), covered, _left_out(observed))
    return wrap(" ".join(filter(None, words)), WIDTH, size=SMALL)


def _no_total(observed: Observed) -> str:
    """Why there is no count over all crossings."""
    if np.isfinite(observed.total.observations).any():
        return translate("Over all crossings only ranges are known, no counts.")
    if any(len(part.counted) and not _by_day(part) for part in observed.panels):
        return translate("No period has a count of every crossing, so there is no observed total.")
    return translate("No day has a count of every crossing, so there is no observed total.")


def _note_on_ranks(observed: Observed) -> str:
    """Where the counts are among the runs, wrapped; nothing where there are no counts."""
    return wrap(_lean(observed.total), WIDTH, size=SMALL) if len(observed.total.counted) else ""


def _head(observed: Observed) -> float:
    """Height of the words above small panels: more where series, or empty days, are told apart."""
    both = any(len(_coverage_notes(part, observed)) > 1 for part in observed.panels)
    return SMALL_HEAD + LINE * (int(_names_series(observed)) + int(both))


def _names_series(observed: Observed) -> bool:
    """Whether panels are of more than arrivals."""
    return any(part.series != "arrivals" for part in observed.panels)


def _part(
    page: Page,
    observed: Observed,
    counts: Counts,
    *,
    left: float,
    down: float,
    width: float,
) -> None:
    """One place and series."""
    page.write_within(counts.name, left, down, room=width, weight="bold")
    lines = _coverage_notes(counts, observed)
    if _names_series(observed):
        lines = [sentence(series_words(counts.series)), *lines]
    for k, text in enumerate(lines):
        below = down + UNDER_NAME + k * LINE
        words, size = fit_whole(text, width, size=SMALL, most=1)
        page.write(words, left, below, size=size, colour=MUTED)
    axes = page.axes(left, down + _head(observed), width, SMALL_HIGH)
    _panel(axes, counts)
    date_axis(axes, observed.window, width=width)


def _coverage_notes(counts: Counts, observed: Observed) -> list[str]:
    """``80 % band: 3 of 5 with people``, and a line of empty ones, as title and table count them.

    Of arrivals at crossings these are crossing-days; of all else every count of the panel.
    """
    if counts.series == ARRIVALS and not counts.origin:
        looked_at = (each for each in crossing_days(observed) if each.counts is counts)
        known = next(looked_at, None)
    else:
        known = PlaceCounts(counts, counts.counted)
    if known is None:
        return []
    people, empty = known.with_people, known.empty
    parts = []
    if len(people):
        fields = {"inside": number(known.inside(people)), "all": number(len(people))}
        parts.append(translate("{inside} of {all} with people", **fields))
    if len(empty):
        fields = {"inside": number(known.inside(empty)), "all": number(len(empty))}
        parts.append(translate("{inside} of {all} empty", **fields))
    return [translate("80 % band: {parts}", parts=part) for part in parts]


series_words = phrases(
    {
        "arrivals": "arrivals",
        "registered": "registered",
        "turned_back": "turned back",
        "found": "found on the terrain",
        "waiting": "people waiting",
        "waiting_before": "waiting before it",
        "detained": "detained",
    }
)
"""What a series of observed counts is called within a sentence."""


def _panel(axes: Axes, counts: Counts) -> None:
    """Bands, median and observed counts as people a day, period by period."""
    edges = counts.edges - 0.5
    level = {name: _to_the_edge(counts.per_day(counts.quantile(name))) for name in QUANTILES}
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
    count, low, high = counts.per_day(counts.observations)
    axes.vlines(counts.middles, low, high, color=RED, lw=Stroke.MEDIUM, zorder=Layer.MARKS)
    _draw_spans(axes, counts, count)
    _draw_ring(axes, counts.middles, count, layer=Layer.EMPHASIS)
    top = np.nanmax(np.concatenate([level["q975"], count, high]))
    axes.set_xlim(edges[0], edges[-1])
    axes.set_xticks([])
    axes.locator_params(axis="y", nbins=MOST_TICKS, integer=True)
    axes.set_ylim(0, HEADROOM * float(top) or 1.0)
    ticks = [tick for tick in axes.get_yticks() if 0 <= tick <= axes.get_ylim()[1]]
    axes.set_yticks(ticks, [number(tick, like=ticks) for tick in ticks])
    axes.grid(axis="y", color=RULE, lw=Stroke.FINE)
    axes.set_axisbelow(True)


def _draw_spans(axes: Axes, counts: Counts, per_day: Floats) -> None:
    """A bar over each period of more than a day, at its mean a day."""
    longer = np.flatnonzero((counts.lengths_d > 1) & np.isfinite(per_day))
    if not len(longer):
        return
    axes.hlines(
        per_day[longer],
        counts.edges[longer] - 0.5,
        counts.edges[longer + 1] - 0.5,
        color=RED,
        lw=Stroke.BOLD,
        zorder=Layer.MARKS,
    )


def _to_the_edge(values: Floats) -> Floats:
    """The last period again, so that its step is as wide as it is."""
    return np.append(values, values[-1])


def _ranks(page: Page, observed: Observed, *, left: float, down: float) -> None:
    """Where among the runs each count is."""
    below = observed.total.below()
    axes = page.axes(left, down, WIDTH, RANKS)
    axes.axhline(0.5, color=INK, lw=Stroke.SLIM, ls=DASHED, zorder=Layer.RULES)
    axes.vlines(observed.total.middles, 0.5, below, color=RED, lw=Stroke.MEDIUM, zorder=Layer.AREAS)
    _draw_ring(axes, observed.total.middles, below, layer=Layer.INTERVALS)
    axes.set_ylim(0, 1)
    axes.set_yticks([0.0, 0.5, 1.0], [percent(share) for share in (0.0, 0.5, 1.0)])
    date_axis(axes, observed.window, width=WIDTH)
