"""Utilisation: share of registration officers' hours in use, by crossing and day.

A panel is a crossing, north to south; below its lines are the people who wait there. Officers are
idle where nobody gets in, so idle hours are not a success in themselves: closed days are hatched,
and the key says for every policy that is drawn how many people wait and how many are without access
to asylum.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.queries import Floats
from sim.report.analysis.shown_days import shown_days, window_words
from sim.report.charts.officer_hours import FULL, LEVELS, OfficerHours, officer_hours
from sim.report.charts.placeholder import without_crossings
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.colours import FAINT, INK, MUTED, PAPER, RULE
from sim.report.drawing.design_tokens import (
    HEADROOM,
    LARGE_GAP,
    LINE,
    LONG_DASHES,
    MEDIUM_GAP,
    SMALL_GAP,
    Key,
    Layer,
    Mark,
    Opacity,
    Stroke,
)
from sim.report.drawing.layout import MARGIN, Page, date_axis, new_page, wrap
from sim.report.drawing.marks import line_sample, stretches
from sim.report.drawing.policy_styles import PolicyStyle, policy_styles
from sim.report.drawing.style import SMALL, styled
from sim.text.catalogue import translate
from sim.text.wording import estimate, listing, number, percent, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results.store import StoredResults

LEFT = 0.55
PANEL = 3.35
GAP = 0.2
HEAD = 0.21
SHARE = 1.05
STRIP = 0.42
AXIS = 0.42
SAMPLE = 0.45
NAME = 3.6
CELL = 2.0
ACROSS = 3
COLUMNS = 3  # of numbers beside the policies
MOST_NAMED = 8
KEY_HEAD, KEY_LINE = 0.5, 0.2
UNDER_NOTES, NOTE_UP = 0.08, 0.02
TOP = 1.12  # of all hours: top of the axes
WORDS_AT = (0.012, 0.94)  # of the axes: words within, from the left and up
MARKS, TURNS = 5, 20  # marks on a line; parts of the days by which policies are out of step


@styled
def draw(results: StoredResults) -> Chart:
    """Officers' hours in use and people waiting, a panel a crossing."""
    about = translate("Officers' hours in use")
    if empty := without_crossings(results, "utilisation", about):
        return empty
    story = officer_hours(results)
    title, subtitle = _title(results, story), _subtitle(results, story)
    columns = min(ACROSS, max(1, len(story.places)))
    depth = math.ceil(len(story.places) / columns)
    notes = _notes(story)
    above = HEAD + LINE * max((text.count("\n") + 1 for text in notes), default=1) + UNDER_NOTES
    panel = above + SHARE + SMALL_GAP + STRIP + AXIS
    width = 2 * MARGIN + max(columns * (LEFT + PANEL + GAP), SAMPLE + NAME + COLUMNS * CELL)
    closing = wrap(_closing(results, story), width - 2 * MARGIN, size=SMALL)
    head = KEY_HEAD + KEY_LINE * len(story.drawn)
    page = new_page(
        width=width,
        body=head + depth * panel + LINE * (closing.count("\n") + 1),
        title=title,
        subtitle=subtitle,
        footer=footer(results),
    )
    _key(page, results, story)
    for k in range(len(story.places)):
        left = MARGIN + LEFT + (k % columns) * (LEFT + PANEL + GAP)
        down = head + (k // columns) * panel
        page.write(notes[k], left, down + HEAD - NOTE_UP, size=SMALL, colour=MUTED)
        _panel(page, results, story, k, left=left, down=down, above=above)
    page.write(closing, MARGIN, head + depth * panel, size=SMALL, colour=MUTED)
    alt, data = _alt(results, story, title), _data(results, story)
    return Chart("utilisation", title, subtitle, alt, page.figure, data)


def _middle(values: Floats) -> str:
    """Median of the runs with their 80 % interval, in words; of days and people, so whole."""
    if not len(values):
        return number(None)
    low, middle, high = np.quantile(values, LEVELS).round()
    return estimate(middle, low, high)


def _title(results: StoredResults, story: OfficerHours) -> str:
    label = queries.quoted_labels(results)[story.drawn[0]]
    if not story.places:
        return translate("Nobody is interviewed at any crossing under any policy")
    full = story.full_days(story.drawn[0])
    place, waiting = story.places[story.lead].name, story.waiting[story.drawn[0]][:, story.lead]
    peak = _middle(waiting.max(axis=1))
    if not np.median(full.sum(axis=1)):
        return translate(
            "In the median run registration officers are not fully used at any crossing on any "
            "day ({policy}); at the crossing with the most work ({place}) at most {people} "
            "people wait",
            policy=label,
            place=place,
            people=peak,
        )
    return translate(
        "Registration officers at the crossing with the most work ({place}; {policy}) are "
        "fully used on {days} of {total} days, while up to {people} people wait there",
        place=place,
        policy=label,
        days=_middle(full[:, story.lead]),
        total=len(queries.days(results)),
        people=peak,
    )


def _subtitle(results: StoredResults, story: OfficerHours) -> str:
    runs = plural(len(queries.runs(results)), "{count} run", "{count} runs")
    text = translate(
        "Share of registration officers' hours spent in interviews, by crossing (north to south) "
        "and day. {window} Officers' hours: those on duty on days with an "
        "interview, and those who finish one after their shift; fully used: {full} or more. Below: "
        "people waiting at midnight. Lines: medians; bands: 80 % of {runs} of the reference; "
        "numbers: median (80 % of runs).",
        window=window_words(results, shown_days(results)),
        full=percent(FULL),
        runs=runs,
    )
    left_out = len(queries.policies(results)) - len(story.drawn)
    if not left_out or len(story.drawn) < 2:
        return text
    return (
        text
        + " "
        + translate(
            "Also drawn: the policies whose use of officers differs most from the reference, "
            "day by day, at: {place}; not drawn: {count}.",
            place=story.places[story.lead].name,
            count=left_out,
        )
    )


def _closing(results: StoredResults, story: OfficerHours) -> str:
    parts = [
        translate(
            "Hatched: closed in more than half of the states of the world ({policy}). Idle "
            "officers at a closed crossing are not a success: people who cannot come in are "
            "counted as without access.",
            policy=queries.quoted_labels(results)[story.drawn[0]],
        )
    ]
    if story.without:
        names = listing(story.without, most=MOST_NAMED)
        parts.append(
            translate("Left out, since nobody is interviewed there: {names}.", names=names)
        )
    return " ".join(parts)


def _styles(results: StoredResults) -> dict[str, PolicyStyle]:
    """Those of all policies, so that one that is drawn looks as it does in the other charts."""
    policies = queries.policies(results)
    return policy_styles(policies, reference=policies[0])


def _key(page: Page, results: StoredResults, story: OfficerHours) -> None:
    """Each policy's line with the numbers beside the use of officers."""
    styles = _styles(results)
    labels = queries.labels(results)
    heads = (
        translate("Crossing-days fully used"),
        translate("Most people waiting"),
        translate("People without access"),
    )
    for k, head in enumerate(heads):
        left, room = MARGIN + SAMPLE + NAME + k * CELL, CELL - SMALL_GAP
        page.write_within(head, left, 0.0, room=room, size=SMALL, weight="bold")
    for row, policy in enumerate(story.drawn):
        down = LARGE_GAP + KEY_LINE * row
        axes = line_sample(page, MARGIN, down, width=Key.LINE)
        _line(axes, np.arange(3.0), np.zeros(3), styles[policy], marked=[1])
        page.write_within(labels[policy], MARGIN + SAMPLE, down, room=NAME - MEDIUM_GAP)
        for k, words in enumerate(_beside(results, story, policy)):
            page.write(words, MARGIN + SAMPLE + NAME + k * CELL, down)


def _beside(results: StoredResults, story: OfficerHours, policy: str) -> tuple[str, str, str]:
    """Crossing-days fully used, most people waiting, people without access."""
    peaks = queries.daily_totals(results, "waiting")[policy].max(axis=1)
    without = queries.values(results, policy, queries.WITHOUT_ACCESS)
    return _middle(story.full_days(policy).sum(axis=1)), _middle(peaks), _middle(without)


def _notes(story: OfficerHours) -> list[str]:
    """What each panel says of itself, wrapped to its width."""
    full, waiting = story.full_days(story.drawn[0]), story.waiting[story.drawn[0]]
    return [
        wrap(
            translate(
                "fully used on {days} days; at most {people} people wait",
                days=_middle(full[:, k]),
                people=_middle(waiting[:, k].max(axis=1)),
            ),
            PANEL,
            size=SMALL,
        )
        for k in range(len(story.places))
    ]


def _panel(
    page: Page,
    results: StoredResults,
    story: OfficerHours,
    k: int,
    *,
    left: float,
    down: float,
    above: float,
) -> None:
    page.write_within(story.places[k].name, left, down, room=PANEL, weight="bold")
    upper = page.axes(left, down + above, PANEL, SHARE)
    lower = page.axes(left, down + above + SHARE + SMALL_GAP, PANEL, STRIP)
    for axes in (upper, lower):
        _closed(axes, story.closed[k] > 0.5)
    _shares(upper, results, story, k)
    _waiting(lower, results, story, k)
    upper.set_xlim(-0.5, len(story.days) - 0.5)
    upper.set_xticks([])
    date_axis(lower, story.days, width=PANEL)


def _closed(axes: Axes, closed: np.ndarray) -> None:
    """Hatch every stretch of closed days."""
    for begins, ends in stretches(closed):
        axes.axvspan(
            begins - 0.5,
            ends - 0.5,
            facecolor=PAPER,
            edgecolor=FAINT,
            hatch="////",
            lw=0,
            zorder=Layer.BACKGROUND,
        )


def _shares(axes: Axes, results: StoredResults, story: OfficerHours, k: int) -> None:
    styles = _styles(results)
    for turn, policy in enumerate(story.drawn):
        low, middle, high = story.used[policy][:, k]
        x = np.arange(len(middle), dtype=float)
        if policy == story.drawn[0]:
            axes.fill_between(
                x,
                low,
                high,
                color=styles[policy].colour,
                alpha=Opacity.BAND,
                lw=0,
                zorder=Layer.AREAS,
            )
        _line(axes, x, middle, styles[policy], marked=_marked(middle, turn))
    axes.axhline(1.0, color=INK, lw=Stroke.SLIM, ls=LONG_DASHES, zorder=Layer.RULES)
    axes.set_ylim(0, TOP)
    axes.set_yticks([0.0, 0.5, 1.0], [percent(share) for share in (0.0, 0.5, 1.0)])


def _waiting(axes: Axes, results: StoredResults, story: OfficerHours, k: int) -> None:
    """People waiting: one scale for all crossings."""
    styles = _styles(results)
    medians = [float(levels[1].max()) for levels in story.in_queue.values()]
    highest = max(float(story.in_queue[story.drawn[0]][2].max()), *medians)
    for turn, policy in enumerate(story.drawn):
        low, middle, high = story.in_queue[policy][:, k]
        x = np.arange(len(middle), dtype=float)
        if policy == story.drawn[0]:
            axes.fill_between(x, low, high, color=styles[policy].colour, alpha=Opacity.BAND, lw=0)
        _line(axes, x, middle, styles[policy], marked=_marked(middle, turn))
    axes.set_ylim(0, HEADROOM * highest or 1.0)
    axes.set_yticks(
        [0.0, highest] if highest else [0.0],
        [number(0.0), number(highest)] if highest else [number(0.0)],
    )
    axes.axhline(0, color=RULE, lw=Stroke.FINE, zorder=Layer.RULES)
    axes.text(
        *WORDS_AT,
        translate("people waiting"),
        transform=axes.transAxes,
        size=SMALL,
        va="top",
        color=MUTED,
        bbox={"facecolor": PAPER, "lw": 0, "pad": 1.0},
        zorder=Layer.INTERVALS,
    )


def _marked(values: Floats, turn: int) -> list[int]:
    """Days with a mark on the line, policies in turn; marks on zero would be a crowd."""
    first, step = turn * len(values) // TURNS, max(1, len(values) // MARKS)
    return [k for k in range(first, len(values), step) if values[k] > 0]


def _line(axes: Axes, x: Floats, y: Floats, style: PolicyStyle, *, marked: list[int]) -> None:
    axes.plot(
        x,
        y,
        color=style.colour,
        ls=style.line,
        lw=Stroke.FIRM,
        marker=style.marker,
        ms=Mark.ON_LINE,
        mec=PAPER,
        mew=Stroke.THIN,
        markevery=marked,
        zorder=Layer.LINES,
        clip_on=False,
    )


def _data(results: StoredResults, story: OfficerHours) -> pl.DataFrame:
    """The lines and the band that are drawn."""
    frames = [
        pl.DataFrame(
            {
                "policy": policy,
                "crossing": place.id,
                "date": story.days,
                **dict(
                    zip(
                        ("share_q10", "share_q50", "share_q90"),
                        story.used[policy][:, k],
                        strict=True,
                    )
                ),
                **dict(
                    zip(
                        ("waiting_q10", "waiting_q50", "waiting_q90"),
                        story.in_queue[policy][:, k],
                        strict=True,
                    )
                ),
            }
        )
        for policy in story.drawn
        for k, place in enumerate(story.places)
    ]
    return pl.concat(frames) if frames else pl.DataFrame()


def _alt(results: StoredResults, story: OfficerHours, title: str) -> str:
    labels = queries.quoted_labels(results)
    places = [
        f"{place.name}: {note}".replace("\n", " ")
        for place, note in zip(story.places, _notes(story), strict=True)
    ]
    rows = [
        translate(
            "{policy}: crossing-days fully used {full}, most people waiting {waiting}, people "
            "without access {without}",
            policy=labels[policy],
            full=full,
            waiting=waiting,
            without=without,
        )
        for policy in story.drawn
        for full, waiting, without in [_beside(results, story, policy)]
    ]
    return translate(
        "Line charts of the share of officers' hours in use by day, a panel a crossing, with "
        "people waiting below. {title}. By crossing: {places}. By policy: {rows}.",
        title=title,
        places="; ".join(places) or number(None),
        rows="; ".join(rows),
    )
