"""Closure calendar: what each crossing was open to, day by day, under each policy.

Measures in force, not the daily opening hours, on the path of the first state of the world. Where a
policy reacts to what happens, paths differ between states of the world; the panel then says in how
many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.queries import Place
from sim.report.charts.placeholder import without_crossings
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.design_tokens import LARGE_GAP, TIGHT, Stroke
from sim.report.drawing.layout import MARGIN, Page, date_axis, fit, new_page, width_of
from sim.report.drawing.panel_grid import PANEL, ROW, Cell, PanelGrid
from sim.report.drawing.style import ACCESS, MUTED, PAPER, SMALL, styled
from sim.text.catalogue import translate
from sim.text.wording import listing, number, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results.store import StoredResults

HEAD = 0.46  # above the panel: name and note
NOTE = 0.18  # from the name down to the note
AXES = 0.4  # from the name down to the rows
FOOT = 0.36  # below it: days
KEY = 0.5
_TAKES_CLAIMS = ("open", "some_excluded")
_ALWAYS = ("open", "no_asylum", "exception_only", "closed")  # in the key


@styled
def draw(results: StoredResults) -> Chart:
    """What each crossing was open to, over time, for every policy."""
    if empty := without_crossings(results, "closure_calendar", _subtitle(results)):
        return empty
    policies, places = queries.policies(results), queries.crossings(results)
    height = HEAD + ROW * len(places) + FOOT
    grid = PanelGrid.of(len(policies), [place.name for place in places], panel=height)
    title, subtitle = _title(results), _subtitle(results)
    page = new_page(
        width=grid.width,
        body=grid.height + KEY,
        title=title,
        subtitle=subtitle,
        footer=footer(results),
    )
    for policy, cell in zip(policies, grid.cells(), strict=True):
        _panel(page, results, grid, cell, policy)
    _key(page, results, left=MARGIN, down=grid.height + TIGHT, room=page.width - 2 * MARGIN)
    data = _data(results)
    return Chart("closure_calendar", title, subtitle, _alt(results, title), page.figure, data)


def days_without_asylum(results: StoredResults, policy: str) -> int:
    """Days on which no crossing takes asylum claims from everyone (first state of the world)."""
    places = {place.id: k for k, place in enumerate(queries.crossings(results))}
    closed = [[False] * len(queries.days(results)) for _ in places]
    for crossing, begins, ends, access in queries.access_path(results, policy).iter_rows():
        for day in range(begins, min(ends, len(queries.days(results)))):
            closed[places[crossing]][day] = access not in _TAKES_CLAIMS
    return sum(all(column) for column in zip(*closed, strict=True)) if closed else 0


def _title(results: StoredResults) -> str:
    labels, policies = queries.labels(results), queries.policies(results)
    total = len(queries.days(results))
    closed = {policy: days_without_asylum(results, policy) for policy in policies}
    reference = policies[0]
    fields = {
        "closed": number(closed[reference]),
        "days": plural(total, "{count} day", "{count} days"),
        "policy": labels[reference],
    }
    never = [labels[policy] for policy in policies[1:] if not closed[policy]]
    longest = max(policies[1:], key=lambda policy: closed[policy], default=reference)
    if closed[longest] > closed[reference]:
        fields |= {"most": number(closed[longest]), "most_policy": labels[longest]}
        if never:
            return translate(
                "No crossing takes asylum claims on {closed} of {days} under {policy}, on {most} "
                "under {most_policy}; always some crossing under {never}",
                **fields,
                never=listing(never),
            )
        return translate(
            "No crossing takes asylum claims on {closed} of {days} under {policy}, on {most} "
            "under {most_policy}",
            **fields,
        )
    if never:
        return translate(
            "No crossing takes asylum claims on {closed} of {days} under {policy}; always some "
            "crossing under {never}",
            **fields,
            never=listing(never),
        )
    return translate(
        "No crossing takes asylum claims on {closed} of {days} under {policy}", **fields
    )


def _subtitle(results: StoredResults) -> str:
    return translate(
        "What the measures in force left open to whom, crossings from north to south, by day at "
        "noon; {period}. Daily opening hours are not shown.",
        period=queries.period(results),
    )


def _panel(page: Page, results: StoredResults, grid: PanelGrid, cell: Cell, policy: str) -> None:
    places = queries.crossings(results)
    name = fit(queries.labels(results)[policy], PANEL, weight="bold", most=1)
    page.write(name, cell.left, cell.down, weight="bold")
    page.write(_note(results, policy), cell.left, cell.down + NOTE, size=SMALL, colour=MUTED)
    axes = page.axes(cell.left, cell.down + AXES, PANEL, ROW * len(places))
    axes.set_facecolor(PAPER)
    _bars(axes, results, policy, places)
    axes.set_ylim(len(places) - 0.5, -0.5)
    grid.name_rows(axes, [place.name for place in places], cell)
    date_axis(axes, queries.days(results), width=PANEL)
    for spine in axes.spines.values():
        spine.set_visible(True)


def _note(results: StoredResults, policy: str) -> str:
    differ, runs = queries.runs_that_differ(results, policy)
    if runs <= 1:
        return translate("one run")
    if not differ:
        return translate("the same in all {runs} runs", runs=number(runs))
    return translate(
        "one path of many: differs in {differ} of {runs} runs",
        differ=number(differ),
        runs=number(runs),
    )


def _bars(axes: Axes, results: StoredResults, policy: str, places: list[Place]) -> None:
    rows = {place.id: k for k, place in enumerate(places)}
    for crossing, begins, ends, access in queries.access_path(results, policy).iter_rows():
        style = ACCESS[access]
        axes.broken_barh(
            [(begins - 0.5, ends - begins)],
            (rows[crossing] - 0.4, 0.8),
            facecolor=style.colour,
            edgecolor=PAPER if style.hatch else MUTED,
            hatch=style.hatch,
            lw=Stroke.HAIRLINE,
        )


def _key(page: Page, results: StoredResults, *, left: float, down: float, room: float) -> None:
    """Each state as a sample with its words, on as many lines as the page needs."""
    x, y = left, down
    seen = {*_ALWAYS, *_data(results)["access"].unique()}
    for style in (style for access, style in ACCESS.items() if access in seen):
        width = 0.45 + width_of(style.words, size=SMALL) + 0.25
        if x + width > left + room:
            x, y = left, y + LARGE_GAP
        axes = page.axes(x, y, 0.36, 0.13)
        axes.broken_barh(
            [(0, 1)],
            (0, 1),
            facecolor=style.colour,
            edgecolor=PAPER if style.hatch else MUTED,
            hatch=style.hatch,
            lw=Stroke.THIN,
        )
        axes.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
        page.write(style.words, x + 0.43, y - 0.005, size=SMALL)
        x += width


def _data(results: StoredResults) -> pl.DataFrame:
    return pl.concat(
        [queries.access_in_first_run(results, each) for each in queries.policies(results)]
    )


def _alt(results: StoredResults, title: str) -> str:
    labels, days = queries.labels(results), len(queries.days(results))
    texts = [
        translate(
            "{policy}: no crossing takes asylum claims on {closed} of {days}, {note}",
            policy=labels[policy],
            closed=number(days_without_asylum(results, policy)),
            days=plural(days, "{count} day", "{count} days"),
            note=_note(results, policy),
        )
        for policy in queries.policies(results)
    ]
    return translate(
        "Calendars of what each crossing was open to, a panel a policy. {title}. {policies}.",
        title=title,
        policies="; ".join(texts),
    )
