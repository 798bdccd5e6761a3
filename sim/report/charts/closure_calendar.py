"""Closure calendar: what each crossing was open to, day by day, under each policy.

Measures in force, not the daily opening hours. Where a policy reacts to what happens, runs differ:
each day's row is then divided by the shares of the runs. A day on which people may claim by
exception is never said to be one without claims.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.claim_days import ClaimDays, claim_days
from sim.report.analysis.queries import Floats, Place
from sim.report.analysis.shown_days import shown_days, window_words
from sim.report.charts.placeholder import without_crossings
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.colours import MUTED, PAPER
from sim.report.drawing.design_tokens import LARGE_GAP, TIGHT, Key, Stroke
from sim.report.drawing.layout import MARGIN, Page, date_axis, width_of
from sim.report.drawing.panel_grid import PANEL, ROW, Cell, PanelGrid
from sim.report.drawing.style import ACCESS, SMALL, styled
from sim.text.catalogue import translate
from sim.text.wording import estimate, listing, number, plural, sentence

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results.store import StoredResults

HEAD = 0.46  # above the panel: name and note
NOTE = 0.18  # from the name down to the note
AXES = 0.4  # from the name down to the rows
FOOT = 0.36  # below it: days
KEY = 0.5
LEVELS = (0.1, 0.5, 0.9)
BAND = 0.8  # of a row: height of the colour of a day
KEY_WORDS = 0.43  # inches from a sample to its words
KEY_ENTRY, KEY_GAP = 0.45, 0.25  # inches that an entry takes beside its words: before and behind
SEVERITY = ("closed", "no_asylum", "exception_only", "some_excluded", "open")  # from the top
_ALWAYS = ("open", "no_asylum", "exception_only", "closed")  # in the key


@styled
def draw(results: StoredResults) -> Chart:
    """What each crossing was open to, over time, for every policy."""
    about = translate("What each crossing was open to")
    if empty := without_crossings(results, "closure_calendar", about):
        return empty
    policies, places = queries.policies(results), _places(results)
    height = HEAD + ROW * len(places) + FOOT
    grid = PanelGrid.of(len(policies), [place.name for place in places], panel=height)
    shown = shown_days(results)
    title, subtitle = _title(results), _subtitle(results, shown)
    page = grid.page(title, subtitle, footer(results), key=KEY)
    for policy, cell in zip(policies, grid.cells(), strict=True):
        _panel(page, results, grid, cell, policy, shown)
    _key(page, results, left=MARGIN, down=grid.height + TIGHT, room=page.width - 2 * MARGIN)
    data = _data(results)
    return Chart("closure_calendar", title, subtitle, _alt(results, title), page.figure, data)


def _places(results: StoredResults) -> list[Place]:
    """The crossings that people can use: what is open to nobody under any policy has no row."""
    recorded = set(results.access["crossing"].unique())
    return [place for place in queries.crossings(results) if place.id in recorded]


def _title(results: StoredResults) -> str:
    """The reference, the policy with most days without claims, and those that never have one."""
    policies = queries.policies(results)
    days = {policy: claim_days(results, policy) for policy in policies}
    labels = queries.quoted_labels(results)
    most = max(policies, key=lambda policy: float(np.median(days[policy].none)))
    always = [labels[policy] for policy in policies if days[policy].is_always_open]
    told = [each for each in dict.fromkeys((policies[0], most)) if not days[each].is_always_open]
    parts = [_sentence(results, policy, days[policy]) for policy in told]
    if always:
        parts.append(
            translate(
                "some crossing always takes asylum claims under {policies}",
                policies=listing(always),
            )
        )
    return sentence("; ".join(parts))


def _sentence(results: StoredResults, policy: str, days: ClaimDays) -> str:
    fields = {
        "policy": queries.quoted_labels(results)[policy],
        "none": _middle(days.none),
        "days": plural(len(queries.days(results)), "{count} day", "{count} days"),
    }
    if not days.exceptions.any():
        return translate("{policy}: no crossing takes asylum claims on {none} of {days}", **fields)
    return translate(
        "{policy}: no crossing takes asylum claims on {none} of {days}, and by exception only on "
        "{exceptions}",
        **fields,
        exceptions=_middle(days.exceptions),
    )


def _middle(days: Floats) -> str:
    """Days of all runs, or the median of the runs with their 80 % interval where they differ."""
    if not len(days):
        return number(0)
    low, middle, high = np.quantile(days, LEVELS).round()
    return number(middle) if days.min() == days.max() else estimate(middle, low, high)


def _subtitle(results: StoredResults, shown: slice) -> str:
    text = translate(
        "What the measures in force left open to whom, crossings from north to south, by day at "
        "noon; daily opening hours are not shown. {window}",
        window=window_words(results, shown),
    )
    if all(queries.commonest_path(results, each).is_only_one for each in queries.policies(results)):
        return text
    shares = translate(
        "Where runs differ, a row is divided by the share of runs in each state, and days are "
        "medians (80 % of runs)."
    )
    return f"{text} {shares}"


def _panel(
    page: Page, results: StoredResults, grid: PanelGrid, cell: Cell, policy: str, shown: slice
) -> None:
    places = _places(results)
    label, note = queries.labels(results)[policy], _note(results, policy)
    page.write_within(label, cell.left, cell.down, room=PANEL, weight="bold")
    below = cell.down + NOTE
    page.write_within(note, cell.left, below, room=PANEL, size=SMALL, colour=MUTED)
    axes = page.axes(cell.left, cell.down + AXES, PANEL, ROW * len(places))
    axes.set_facecolor(PAPER)
    _bars(axes, results, policy, places, first=shown.start)
    axes.set_ylim(len(places) - 0.5, -0.5)
    grid.name_rows(axes, [place.name for place in places], cell)
    date_axis(axes, queries.days(results)[shown], width=PANEL)
    for spine in axes.spines.values():
        spine.set_visible(True)


def _note(results: StoredResults, policy: str) -> str:
    path = queries.commonest_path(results, policy)
    if path.runs <= 1:
        return translate("one run")
    if path.is_only_one:
        return translate("the same in all {runs} runs", runs=number(path.runs))
    return translate(
        "shares of {runs} runs; the commonest path is that of {count}",
        runs=number(path.runs),
        count=number(path.taken_by),
    )


def _bars(
    axes: Axes, results: StoredResults, policy: str, places: list[Place], *, first: int
) -> None:
    """Each stretch of days, its height divided by the shares of runs in each state."""
    rows = {place.id: k for k, place in enumerate(places)}
    for crossing, begins, ends, access, share, above in _pieces(results, policy):
        style = ACCESS[access]
        axes.broken_barh(
            [(begins - first - 0.5, ends - begins)],
            (rows[crossing] - BAND / 2 + BAND * above, BAND * share),
            facecolor=style.colour,
            edgecolor=PAPER if style.hatch else MUTED,
            hatch=style.hatch,
            lw=0.0,
        )
    for row in rows.values():  # their frames: what is open is white
        span = (-first - 0.5, len(queries.days(results)))
        axes.broken_barh(
            [span], (row - BAND / 2, BAND), facecolor="none", edgecolor=MUTED, lw=Stroke.HAIRLINE
        )


def _pieces(
    results: StoredResults, policy: str
) -> Iterator[tuple[str, int, int, str, float, float]]:
    """Crossing, days, state, its share of runs, and the share of the states drawn above it."""
    shares = queries.access_shares(results, policy)
    recorded = _places(results)
    for k, place in enumerate(queries.crossings(results)):
        if place not in recorded:
            continue
        for begins, ends in _stretches_alike(shares[:, k]):
            above = 0.0
            for access in SEVERITY:
                share = float(shares[queries.STATES.index(access), k, begins])
                if share > 0.0:
                    yield place.id, begins, ends, access, share, above
                above += share


def _stretches_alike(shares: Floats) -> Iterator[tuple[int, int]]:
    """First day and day after the last of each stretch of days with the same shares."""
    changed = np.flatnonzero((shares[:, 1:] != shares[:, :-1]).any(axis=0)) + 1
    return pairwise([0, *changed.tolist(), shares.shape[1]])


def _key(page: Page, results: StoredResults, *, left: float, down: float, room: float) -> None:
    """Each state as a sample with its words, on as many lines as the page needs."""
    x, y = left, down
    seen = {*_ALWAYS, *_data(results)["access"].unique()}
    for style in (style for access, style in ACCESS.items() if access in seen):
        width = KEY_ENTRY + width_of(style.words, size=SMALL) + KEY_GAP
        if x + width > left + room:
            x, y = left, y + LARGE_GAP
        axes = page.axes(x, y, Key.LINE, Key.HIGH)
        axes.broken_barh(
            [(0, 1)],
            (0, 1),
            facecolor=style.colour,
            edgecolor=PAPER if style.hatch else MUTED,
            hatch=style.hatch,
            lw=Stroke.THIN,
        )
        axes.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
        page.write(style.words, x + KEY_WORDS, y - Key.RAISED, size=SMALL)
        x += width


def _data(results: StoredResults) -> pl.DataFrame:
    """What is drawn: stretches of days with the share of runs in each state."""
    days = queries.days(results)
    rows = [
        (policy, crossing, days[begins], days[ends - 1], access, share)
        for policy in queries.policies(results)
        for crossing, begins, ends, access, share, _ in _pieces(results, policy)
    ]
    columns = ["policy", "crossing", "first_day", "last_day", "access", "share_of_runs"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def _alt(results: StoredResults, title: str) -> str:
    texts = [
        f"{_sentence(results, policy, claim_days(results, policy))} ({_note(results, policy)})"
        for policy in queries.policies(results)
    ]
    return translate(
        "Calendars of what each crossing was open to, a panel a policy. {title}. {policies}.",
        title=title,
        policies="; ".join(texts),
    )
