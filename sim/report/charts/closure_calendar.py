"""Closure calendar: what each crossing was open to, day by day, under each policy.

Measures in force, not the daily opening hours, on the path of the first state of the world. Where a
policy reacts to what happens, paths differ between states of the world; the panel then says in how
many.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.queries import Place
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.layout import MARGIN, Page, date_axis, fit, new_page, width_of
from sim.report.drawing.style import ACCESS, MUTED, PAPER, SMALL, styled
from sim.text.catalogue import translate
from sim.text.wording import listing, number, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results.store import StoredResults

PANEL, GAP, ROW = 3.6, 0.2, 0.17


@styled
def draw(results: StoredResults) -> Chart:
    """What each crossing was open to, over time, for every policy."""
    policies, places = queries.policies(results), queries.crossings(results)
    columns = min(3, len(policies))
    depth = math.ceil(len(policies) / columns)
    label = min(1.7, max(width_of(p.name, size=SMALL) for p in places) + 0.12)
    panel = 0.46 + ROW * len(places) + 0.36
    title, subtitle = _title(results), _subtitle(results)
    page = new_page(
        width=2 * MARGIN + label + columns * (PANEL + GAP) + 0.1,
        body=depth * panel + 0.5,
        title=title,
        subtitle=subtitle,
        footer=footer(results),
    )
    for k, policy in enumerate(policies):
        left = MARGIN + label + (k % columns) * (PANEL + GAP)
        _panel(
            page,
            results,
            policy,
            left=left,
            down=(k // columns) * panel,
            label=label if k % columns == 0 else 0.0,
        )
    _key(page, left=MARGIN, down=depth * panel + 0.05, room=page.width - 2 * MARGIN)
    data = _data(results)
    return Chart("closure_calendar", title, subtitle, _alt(results, title), page.figure, data)


def days_without_asylum(results: StoredResults, policy: str) -> int:
    """Days on which no crossing takes asylum claims from everyone (first state of the world)."""
    places = {place.id: k for k, place in enumerate(queries.crossings(results))}
    shut = [[False] * len(queries.days(results)) for _ in places]
    for crossing, begins, ends, access in queries.access_path(results, policy).iter_rows():
        for day in range(begins, min(ends, len(queries.days(results)))):
            shut[places[crossing]][day] = access != "open"
    return sum(all(column) for column in zip(*shut, strict=True)) if shut else 0


def _title(results: StoredResults) -> str:
    labels, policies = queries.labels(results), queries.policies(results)
    total = len(queries.days(results))
    shut = {policy: days_without_asylum(results, policy) for policy in policies}
    reference = policies[0]
    fields = {
        "shut": number(shut[reference]),
        "days": plural(total, "{count} day", "{count} days"),
        "policy": labels[reference],
    }
    never = [labels[policy] for policy in policies[1:] if not shut[policy]]
    longest = max(policies[1:], key=lambda policy: shut[policy], default=reference)
    if shut[longest] > shut[reference]:
        fields |= {"most": number(shut[longest]), "most_policy": labels[longest]}
        if never:
            return translate(
                "No crossing takes asylum claims on {shut} of {days} under {policy}, on {most} "
                "under {most_policy}; always some crossing under {never}",
                **fields,
                never=listing(never),
            )
        return translate(
            "No crossing takes asylum claims on {shut} of {days} under {policy}, on {most} "
            "under {most_policy}",
            **fields,
        )
    if never:
        return translate(
            "No crossing takes asylum claims on {shut} of {days} under {policy}; always some "
            "crossing under {never}",
            **fields,
            never=listing(never),
        )
    return translate("No crossing takes asylum claims on {shut} of {days} under {policy}", **fields)


def _subtitle(results: StoredResults) -> str:
    return translate(
        "What the measures in force left open to whom, crossings from north to south, by day at "
        "noon; {period}. Daily opening hours are not shown.",
        period=queries.period(results),
    )


def _panel(
    page: Page, results: StoredResults, policy: str, *, left: float, down: float, label: float
) -> None:
    places = queries.crossings(results)
    page.write(
        fit(queries.labels(results)[policy], PANEL, weight="bold", most=1),
        left,
        down,
        weight="bold",
    )
    page.write(_note(results, policy), left, down + 0.18, size=SMALL, colour=MUTED)
    axes = page.axes(left, down + 0.4, PANEL, ROW * len(places))
    axes.set_facecolor(PAPER)
    _bars(axes, results, policy, places)
    axes.set_ylim(len(places) - 0.5, -0.5)
    names = [fit(place.name, label - 0.1, size=SMALL, most=1) for place in places] if label else []
    axes.set_yticks(range(len(places)) if label else [], names, size=SMALL)
    date_axis(axes, queries.days(results), width=PANEL)
    for spine in axes.spines.values():
        spine.set_visible(True)


def _note(results: StoredResults, policy: str) -> str:
    differ, states_of_world = queries.states_that_differ(results, policy)
    if states_of_world <= 1:
        return translate("one state of the world")
    if not differ:
        return translate(
            "the same in all {states} states of the world", states=number(states_of_world)
        )
    return translate(
        "one path of many: differs in {differ} of {states} states of the world",
        differ=number(differ),
        states=number(states_of_world),
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
            lw=0.4,
        )


def _key(page: Page, *, left: float, down: float, room: float) -> None:
    """Each state as a sample with its words, on as many lines as the page needs."""
    x, y = left, down
    for style in ACCESS.values():
        width = 0.45 + width_of(style.words, size=SMALL) + 0.25
        if x + width > left + room:
            x, y = left, y + 0.2
        axes = page.axes(x, y, 0.36, 0.13)
        axes.broken_barh(
            [(0, 1)],
            (0, 1),
            facecolor=style.colour,
            edgecolor=PAPER if style.hatch else MUTED,
            hatch=style.hatch,
            lw=0.6,
        )
        axes.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
        page.write(style.words, x + 0.43, y - 0.005, size=SMALL)
        x += width


def _data(results: StoredResults) -> pl.DataFrame:
    frames = [
        results.access.filter(policy=policy, state_of_world=queries.first_state(results, policy))
        for policy in queries.policies(results)
    ]
    return pl.concat(frames)


def _alt(results: StoredResults, title: str) -> str:
    labels, days = queries.labels(results), len(queries.days(results))
    said = [
        translate(
            "{policy}: no crossing takes asylum claims on {shut} of {days}, {note}",
            policy=labels[policy],
            shut=number(days_without_asylum(results, policy)),
            days=plural(days, "{count} day", "{count} days"),
            note=_note(results, policy),
        )
        for policy in queries.policies(results)
    ]
    return translate(
        "Calendars of what each crossing was open to, a panel a policy. {title}. {policies}.",
        title=title,
        policies="; ".join(said),
    )
