"""Utilisation: share of registration officers' hours in use, by crossing and day.

A panel is a crossing, north to south; below its lines stand the people who wait there. Officers are
idle where nobody gets in, so idle hours are no success: closed days are hatched, and the key tells
for every policy that is drawn how many people wait and how many are without access to asylum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.queries import Floats, Place
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.layout import MARGIN, Page, date_axis, fit, new_page, wrap
from sim.report.drawing.style import (
    FAINT,
    INK,
    MUTED,
    PAPER,
    RULE,
    SMALL,
    PolicyStyle,
    policy_styles,
    styled,
)
from sim.text.catalogue import translate
from sim.text.wording import day, estimate, listing, number, percent, plural

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from matplotlib.axes import Axes

    from sim.results.store import StoredResults

FULL = 0.95  # share of the day's hours from which officers count as fully used
LEVELS = (0.1, 0.5, 0.9)
OTHERS = 3
QUIET = 0.1  # of all hours, or of the most people waiting: less is no reason to show a day
LEFT, PANEL, GAP = 0.55, 3.35, 0.2
HEAD, LINE, SHARE, STRIP, AXIS = 0.21, 0.15, 1.05, 0.42, 0.42
SAMPLE, NAME, CELL = 0.45, 3.6, 2.0


@dataclass(frozen=True)
class _Story:
    """What is drawn; arrays are (run, crossing, day), quantiles (level, crossing, day).

    Attributes:
        days: The days that are shown.
        places: Crossings with interviews under some policy, north to south.
        without: Names of the other crossings.
        shares: Share of officers' hours in use, on all days.
        used: Quantiles of the shares, of the policies that are drawn.
        waiting: People waiting at midnight, on all days, under the policies that are drawn.
        in_line: Quantiles of the people waiting.
        closed: Share of the reference's states of the world in which a crossing is closed,
            (crossing, day).
        drawn: The reference and the other policies that have lines.
        lead: Which crossing has officers fully used on most days under the reference.
    """

    days: list[date]
    places: list[Place]
    without: list[str]
    shares: dict[str, Floats]
    used: dict[str, Floats]
    waiting: dict[str, Floats]
    in_line: dict[str, Floats]
    closed: Floats
    drawn: list[str]
    lead: int

    def full_days(self, policy: str) -> Floats:
        """Days on which officers are fully used, (run, crossing)."""
        return np.asarray((self.shares[policy] >= FULL).sum(axis=2), dtype=float)


@styled
def draw(results: StoredResults) -> Chart:
    """Officers' hours in use and people waiting, a panel a crossing."""
    story = _story(results)
    title, subtitle = _title(results, story), _subtitle(results, story)
    columns = min(3, max(1, len(story.places)))
    depth = math.ceil(len(story.places) / columns)
    notes = _notes(story)
    above = HEAD + LINE * max((text.count("\n") + 1 for text in notes), default=1) + 0.08
    panel = above + SHARE + 0.1 + STRIP + AXIS
    width = 2 * MARGIN + max(columns * (LEFT + PANEL + GAP), SAMPLE + NAME + 3 * CELL)
    closing = wrap(_closing(results, story), width - 2 * MARGIN, size=SMALL)
    head = 0.5 + 0.2 * len(story.drawn)
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
        page.write(notes[k], left, down + HEAD - 0.02, size=SMALL, colour=MUTED)
        _panel(page, results, story, k, left=left, down=down, above=above)
    page.write(closing, MARGIN, head + depth * panel, size=SMALL, colour=MUTED)
    alt, data = _alt(results, story, title), _data(results, story)
    return Chart("utilisation", title, subtitle, alt, page.figure, data)


def _story(results: StoredResults) -> _Story:
    policies, places = queries.policies(results), queries.crossings(results)
    officers = queries.daily_by_crossing(results, "officer_h")
    busy = queries.daily_by_crossing(results, "interview_h")
    waiting = queries.daily_by_crossing(results, "waiting")
    staffed = [k for k in range(len(places)) if any(b[:, k].any() for b in busy.values())]
    shares = {p: _share(busy[p][:, staffed], officers[p][:, staffed]) for p in policies}
    reference = policies[0]
    full = shares[reference] >= FULL
    hours = busy[reference][:, staffed].sum(axis=(0, 2))
    order = list(zip(full.sum(axis=(0, 2)).tolist(), hours.tolist(), strict=True))
    lead = max(range(len(staffed)), key=lambda k: order[k], default=0)
    drawn = [reference, *_others(policies, shares, lead)] if staffed else policies[:1]
    here = {policy: waiting[policy][:, staffed] for policy in drawn}
    used = {policy: np.quantile(shares[policy], LEVELS, axis=0) for policy in drawn}
    in_line = {policy: np.quantile(block, LEVELS, axis=0) for policy, block in here.items()}
    window = _window([*used.values(), *in_line.values()], len(queries.days(results)))
    closed = queries.access_shares(results, reference)[queries.STATES.index("closed")]
    return _Story(
        days=queries.days(results)[window],
        places=[places[k] for k in staffed],
        without=[place.name for k, place in enumerate(places) if k not in staffed],
        shares=shares,
        used={policy: levels[:, :, window] for policy, levels in used.items()},
        waiting=here,
        in_line={policy: levels[:, :, window] for policy, levels in in_line.items()},
        closed=closed[staffed][:, window],
        drawn=drawn,
        lead=lead,
    )


def _share(used: Floats, there: Floats) -> Floats:
    """Officers' hours are recorded on days with an interview; on the others none are in use."""
    return np.divide(used, there, out=np.zeros_like(used), where=there > 0)


def _window(levels: Sequence[Floats], days: int) -> slice:
    """The days on which officers are in use or people wait, with a few before and after."""
    busy = np.zeros(days, dtype=bool)
    for level in levels:
        busy |= (level[2] > QUIET * max(1.0, float(level[2].max(initial=0.0)))).any(axis=0)
    where = np.flatnonzero(busy)
    if not len(where):
        return slice(0, days)
    return slice(max(0, int(where[0]) - 3), min(days, int(where[-1]) + 4))


def _others(policies: list[str], shares: dict[str, Floats], lead: int) -> list[str]:
    """The policies whose median days differ most from the reference's at one crossing."""
    lines = {policy: np.median(shares[policy][:, lead], axis=0) for policy in policies}
    base = lines[policies[0]]
    apart = {policy: float(np.abs(line - base).mean()) for policy, line in lines.items()}
    far = sorted(policies[1:], key=lambda policy: -apart[policy])[:OTHERS]
    return [policy for policy in policies if policy in far]


def _middle(values: Floats) -> str:
    """Median of the runs with their 80 % interval, in words; of days and people, so whole."""
    if not len(values):
        return number(None)
    low, middle, high = np.quantile(values, LEVELS).round()
    return estimate(middle, low, high)


def _title(results: StoredResults, story: _Story) -> str:
    label = queries.labels(results)[story.drawn[0]]
    if not story.places:
        return translate("Nobody is interviewed at any crossing under any policy")
    full = story.full_days(story.drawn[0])[:, story.lead]
    place, waiting = story.places[story.lead].name, story.waiting[story.drawn[0]][:, story.lead]
    peak = _middle(waiting.max(axis=1))
    if not np.median(full):
        return translate(
            "Registration officers are fully used nowhere on any day in the median run ({policy}); "
            "at the crossing with most work ({place}) at most {people} people wait",
            policy=label,
            place=place,
            people=peak,
        )
    return translate(
        "Registration officers at the busiest crossing ({place}; {policy}) are fully used on "
        "{days} of {total} days, while up to {people} people wait there",
        place=place,
        policy=label,
        days=_middle(full),
        total=len(queries.days(results)),
        people=peak,
    )


def _subtitle(results: StoredResults, story: _Story) -> str:
    runs = plural(len(queries.runs(results)), "{count} run", "{count} runs")
    told = translate(
        "Share of registration officers' hours spent in interviews, by crossing (north to south) "
        "and day; {period}; shown from {first} to {last}, outside of which nine in ten runs use at "
        "most {quiet} of the hours on any day. Officers' hours: those on duty on days with an "
        "interview, and those who finish one after their shift; fully used: {full} or more. Below: "
        "people waiting at midnight. Lines: medians; bands: 80 % of {runs} of the reference; "
        "numbers: median [80 % of runs].",
        period=queries.period(results),
        full=percent(FULL),
        quiet=percent(QUIET),
        runs=runs,
        first=day(story.days[0]),
        last=day(story.days[-1]),
    )
    left_out = len(queries.policies(results)) - len(story.drawn)
    if not left_out or len(story.drawn) < 2:
        return told
    return (
        told
        + " "
        + translate(
            "Of the other policies, those are drawn whose use of officers differs most from the "
            "reference, day by day, at: {place}; not drawn: {count}.",
            place=story.places[story.lead].name,
            count=left_out,
        )
    )


def _closing(results: StoredResults, story: _Story) -> str:
    parts = [
        translate(
            "Hatched: closed in more than half of the states of the world ({policy}). Officers "
            "who are idle at a closed crossing are no success: who cannot come in is counted "
            "under people without access.",
            policy=queries.labels(results)[story.drawn[0]],
        )
    ]
    if story.without:
        names = listing(story.without, most=8)
        parts.append(
            translate("Left out, since nobody is interviewed there: {names}.", names=names)
        )
    return " ".join(parts)


def _key(page: Page, results: StoredResults, story: _Story) -> None:
    """Each policy's line with what stands beside the use of officers."""
    styles = policy_styles(story.drawn, reference=story.drawn[0])
    labels = queries.labels(results)
    heads = (
        translate("Crossing-days fully used"),
        translate("Most people waiting"),
        translate("People without access"),
    )
    for k, head in enumerate(heads):
        page.write(
            fit(head, CELL - 0.1, size=SMALL, weight="bold", most=1),
            MARGIN + SAMPLE + NAME + k * CELL,
            0.0,
            size=SMALL,
            weight="bold",
        )
    for row, policy in enumerate(story.drawn):
        down = 0.2 + 0.2 * row
        axes = page.axes(MARGIN, down, 0.36, 0.13)
        _line(axes, np.array([0.0, 1.0, 2.0]), np.zeros(3), styles[policy], marked=[1])
        axes.set(xlim=(0, 2), ylim=(-1, 1), xticks=[], yticks=[])
        axes.axis("off")
        page.write(fit(labels[policy], NAME - 0.15, most=1), MARGIN + SAMPLE, down)
        for k, words in enumerate(_beside(results, story, policy)):
            page.write(words, MARGIN + SAMPLE + NAME + k * CELL, down)


def _beside(results: StoredResults, story: _Story, policy: str) -> tuple[str, str, str]:
    """Crossing-days fully used, most people waiting, people without access."""
    peaks = queries.daily_totals(results, "waiting")[policy].max(axis=1)
    without = queries.values(results, policy, queries.WITHOUT_ACCESS)
    return _middle(story.full_days(policy).sum(axis=1)), _middle(peaks), _middle(without)


def _notes(story: _Story) -> list[str]:
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
    story: _Story,
    k: int,
    *,
    left: float,
    down: float,
    above: float,
) -> None:
    page.write(fit(story.places[k].name, PANEL, weight="bold", most=1), left, down, weight="bold")
    upper = page.axes(left, down + above, PANEL, SHARE)
    lower = page.axes(left, down + above + SHARE + 0.1, PANEL, STRIP)
    for axes in (upper, lower):
        _closed(axes, story.closed[k] > 0.5)
    _shares(upper, results, story, k)
    _waiting(lower, results, story, k)
    upper.set_xlim(-0.5, len(story.days) - 0.5)
    upper.set_xticks([])
    date_axis(lower, story.days, width=PANEL)


def _closed(axes: Axes, closed: np.ndarray) -> None:
    """Hatch every stretch of closed days."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], closed.astype(int), [0]))))
    for begins, ends in zip(edges[::2], edges[1::2], strict=True):
        axes.axvspan(
            begins - 0.5, ends - 0.5, facecolor=PAPER, edgecolor=FAINT, hatch="////", lw=0, zorder=0
        )


def _shares(axes: Axes, results: StoredResults, story: _Story, k: int) -> None:
    styles = policy_styles(story.drawn, reference=story.drawn[0])
    for turn, policy in enumerate(story.drawn):
        low, middle, high = story.used[policy][:, k]
        x = np.arange(len(middle), dtype=float)
        if policy == story.drawn[0]:
            axes.fill_between(x, low, high, color=styles[policy].colour, alpha=0.2, lw=0, zorder=2)
        _line(axes, x, middle, styles[policy], marked=_marked(middle, turn))
    axes.axhline(1.0, color=INK, lw=0.8, ls=(0, (5, 2)), zorder=1)
    axes.set_ylim(0, 1.12)
    axes.set_yticks([0.0, 0.5, 1.0], [percent(share) for share in (0.0, 0.5, 1.0)])


def _waiting(axes: Axes, results: StoredResults, story: _Story, k: int) -> None:
    """People waiting: one scale for all crossings."""
    styles = policy_styles(story.drawn, reference=story.drawn[0])
    medians = [float(levels[1].max()) for levels in story.in_line.values()]
    highest = max(float(story.in_line[story.drawn[0]][2].max()), *medians)
    for turn, policy in enumerate(story.drawn):
        low, middle, high = story.in_line[policy][:, k]
        x = np.arange(len(middle), dtype=float)
        if policy == story.drawn[0]:
            axes.fill_between(x, low, high, color=styles[policy].colour, alpha=0.2, lw=0)
        _line(axes, x, middle, styles[policy], marked=_marked(middle, turn))
    axes.set_ylim(0, 1.08 * highest or 1.0)
    axes.set_yticks(
        [0.0, highest] if highest else [0.0],
        [number(0.0), number(highest)] if highest else [number(0.0)],
    )
    axes.axhline(0, color=RULE, lw=0.5, zorder=1)
    axes.text(
        0.012,
        0.94,
        translate("people waiting"),
        transform=axes.transAxes,
        size=SMALL,
        va="top",
        color=MUTED,
        bbox={"facecolor": PAPER, "lw": 0, "pad": 1.0},
        zorder=3,
    )


def _marked(values: Floats, turn: int) -> list[int]:
    """Days with a mark on the line, policies in turn; marks on zero would be a crowd."""
    first, step = turn * len(values) // 20, max(1, len(values) // 5)
    return [k for k in range(first, len(values), step) if values[k] > 0]


def _line(axes: Axes, x: Floats, y: Floats, style: PolicyStyle, *, marked: list[int]) -> None:
    axes.plot(
        x,
        y,
        color=style.colour,
        ls=style.line,
        lw=1.3,
        marker=style.marker,
        ms=4.6,
        mec=PAPER,
        mew=0.6,
        markevery=marked,
        zorder=4,
        clip_on=False,
    )


def _data(results: StoredResults, story: _Story) -> pl.DataFrame:
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
                        story.in_line[policy][:, k],
                        strict=True,
                    )
                ),
            }
        )
        for policy in story.drawn
        for k, place in enumerate(story.places)
    ]
    return pl.concat(frames) if frames else pl.DataFrame()


def _alt(results: StoredResults, story: _Story, title: str) -> str:
    labels = queries.labels(results)
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
