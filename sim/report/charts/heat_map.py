"""Heat map: arrivals by crossing and day, north to south, with people in the transit state below.

One scale for all policies. Hatching marks days on which a crossing is closed in more than half of
the states of the world; white is nobody.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from sim.outcomes.total import TOTAL
from sim.report.analysis import queries
from sim.report.analysis.queries import Floats, Place
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.layout import MARGIN, Page, date_axis, fit, new_page, width_of
from sim.report.drawing.style import INK, PAPER, SMALL, sequential, styled
from sim.text.catalogue import translate
from sim.text.wording import listing, number, percent, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results.store import StoredResults

PANEL, GAP, ROW = 3.6, 0.2, 0.17
STRIP = 0.16


@dataclass(frozen=True)
class _Grid:
    """What is drawn: mean arrivals (crossing, day), stock (day) and closed share by policy."""

    places: list[Place]
    arrivals: dict[str, Floats]
    stock: dict[str, Floats]
    closed: dict[str, Floats]
    partly: dict[str, Floats]


@styled
def draw(results: StoredResults) -> Chart:
    """Mean arrivals by crossing and day for every policy, north to south."""
    grid = _grid(results)
    policies = list(grid.arrivals)
    columns = min(3, len(policies))
    depth = math.ceil(len(policies) / columns)
    label = min(1.7, max(width_of(n, size=SMALL) for n in [_companion(), *_names(grid)]) + 0.12)
    panel = 0.3 + ROW * max(1, len(grid.places)) + 0.06 + STRIP + 0.36
    title, subtitle = _title(results, grid), _subtitle(results)
    page = new_page(
        width=2 * MARGIN + label + columns * (PANEL + GAP) + 0.1,
        body=depth * panel + 0.75,
        title=title,
        subtitle=subtitle,
        footer=footer(results),
    )
    for k, policy in enumerate(policies):
        left = MARGIN + label + (k % columns) * (PANEL + GAP)
        _panel(
            page,
            results,
            grid,
            policy=policy,
            left=left,
            down=(k // columns) * panel,
            named=k % columns == 0,
            label=label,
        )
    _keys(page, grid, left=MARGIN + label, down=depth * panel + 0.1)
    return Chart(
        "heat_map", title, subtitle, _alt(results, grid, title), page.figure, _data(results, grid)
    )


def _grid(results: StoredResults) -> _Grid:
    places = queries.crossings(results)
    stock = queries.daily_totals(results, "in_transit_state")
    shares = {policy: queries.access_shares(results, policy) for policy in stock}
    return _Grid(
        places,
        {policy: _means(results, policy, places) for policy in stock},
        {policy: block.mean(axis=0) for policy, block in stock.items()},
        {policy: share[3] for policy, share in shares.items()},
        {policy: share[1] + share[2] for policy, share in shares.items()},
    )


def _means(results: StoredResults, policy: str, places: list[Place]) -> Floats:
    """Mean arrivals over the runs, shape (crossing, day)."""
    rows = results.daily_summary.filter(policy=policy, series="arrivals")
    order = {place.id: k for k, place in enumerate(places)}
    index = {d: k for k, d in enumerate(queries.days(results))}
    means = np.zeros((len(places), len(index)))
    for day_, crossing, mean in rows.select("date", "crossing", "mean").iter_rows():
        if crossing in order:
            means[order[crossing], index[day_]] = mean
    return means


def _companion() -> str:
    return translate("In transit state")


def _names(grid: _Grid) -> list[str]:
    return [place.name for place in grid.places]


def _title(results: StoredResults, grid: _Grid) -> str:
    labels = queries.labels(results)
    reference = next(iter(grid.arrivals))
    sums = grid.arrivals[reference].sum(axis=1)
    if not sums.sum():
        return translate("Nobody arrives at any crossing under {policy}", policy=labels[reference])
    busiest = int(np.argmax(sums))
    fields = {
        "crossing": grid.places[busiest].name,
        "share": percent(float(sums[busiest] / sums.sum())),
        "policy": labels[reference],
    }
    elsewhere = [
        labels[policy]
        for policy, means in grid.arrivals.items()
        if means.sum() and int(np.argmax(means.sum(axis=1))) != busiest
    ]
    if elsewhere:
        return translate(
            "{crossing} takes {share} of arrivals under {policy}; another crossing leads under "
            "{others}",
            **fields,
            others=listing(elsewhere),
        )
    return translate("{crossing} takes {share} of arrivals under {policy}", **fields)


def _subtitle(results: StoredResults) -> str:
    return translate(
        "Arrivals a day, mean of {runs}, crossings from north to south; {period}; one scale for "
        "all policies. Lowest row: people in the transit state who have not registered, mean of "
        "the day, on its own scale.",
        runs=queries.counted_runs(results),
        period=queries.period(results),
    )


def _panel(
    page: Page,
    results: StoredResults,
    grid: _Grid,
    *,
    policy: str,
    left: float,
    down: float,
    named: bool,
    label: float,
) -> None:
    title = fit(queries.labels(results)[policy], PANEL, weight="bold", most=1)
    page.write(title, left, down + 0.06, weight="bold")
    height = ROW * max(1, len(grid.places))
    upper = page.axes(left, down + 0.3, PANEL, height)
    top = max(float(means.max(initial=0)) for means in grid.arrivals.values())
    _cells(upper, grid.arrivals[policy], top=top)
    _hatch(upper, grid.partly[policy], "....")
    _hatch(upper, grid.closed[policy], "/////")
    lower = page.axes(left, down + 0.3 + height + 0.06, PANEL, STRIP)
    most = max(float(stock.max()) for stock in grid.stock.values())
    _cells(lower, grid.stock[policy][None, :], top=most)
    upper.set_xticks([])
    date_axis(lower, queries.days(results), width=PANEL)
    for axes, names in ((upper, _names(grid)), (lower, [_companion()])):
        shown = [fit(n, label - 0.1, size=SMALL, most=1) for n in names] if named else []
        axes.set_yticks(range(len(names)) if named else [], shown, size=SMALL)


def _cells(axes: Axes, values: Floats, *, top: float) -> None:
    axes.imshow(
        np.ma.masked_equal(values, 0),
        cmap=sequential(),
        vmin=0,
        vmax=top or 1,
        aspect="auto",
        interpolation="none",
    )
    axes.set_facecolor(PAPER)
    for spine in axes.spines.values():
        spine.set_visible(True)


def _hatch(axes: Axes, share: Floats, hatch: str) -> None:
    """Hatch every stretch of days on which the share of states of the world is above one half."""
    for row, line in enumerate(share > 0.5):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], line.astype(int), [0]))))
        for begins, ends in zip(edges[::2], edges[1::2], strict=True):
            axes.axhspan(
                row - 0.5,
                row + 0.5,
                *_fractions(axes, begins - 0.5, ends - 0.5),
                fill=False,
                hatch=hatch,
                edgecolor=INK,
                lw=0,
            )


def _fractions(axes: Axes, low: float, high: float) -> tuple[float, float]:
    left, right = axes.get_xlim()
    return (low - left) / (right - left), (high - left) / (right - left)


def _keys(page: Page, grid: _Grid, *, left: float, down: float) -> None:
    """The two colour scales and the hatches, each with its words."""
    tops: list[tuple[str, float]] = [
        (translate("Arrivals a day"), max(float(m.max(initial=0)) for m in grid.arrivals.values())),
        (_companion(), max(float(s.max()) for s in grid.stock.values())),
    ]
    for k, (words, top) in enumerate(tops):
        _scale(page, words, top, left=left + k * 1.75, down=down)
    samples: list[tuple[str, dict[str, Any]]] = [
        (translate("closed in more than half of the states of the world"), {"hatch": "/////"}),
        (translate("no asylum claims, or by exception only, in more than half"), {"hatch": "...."}),
    ]
    stacked = len(grid.arrivals) < 2
    for k, (words, options) in enumerate(samples):
        below = down + (0.36 if stacked else 0.02) + 0.19 * k
        start = left if stacked else left + 3.6
        axes = page.axes(start, below, 0.3, 0.14)
        axes.axhspan(0, 1, fill=False, edgecolor=INK, lw=0, **options)
        axes.set(xticks=[], yticks=[], ylim=(0, 1))
        page.write(words, start + 0.37, below, size=SMALL)


def _scale(page: Page, words: str, top: float, *, left: float, down: float) -> None:
    page.write(words, left, down - 0.03, size=SMALL)
    axes = page.axes(left, down + 0.12, 1.0, 0.1)
    axes.imshow(np.linspace(0, 1, 128)[None, :], cmap=sequential(), aspect="auto")
    axes.set(xticks=[], yticks=[])
    page.write(f"0–{number(top)}", left + 1.06, down + 0.09, size=SMALL, colour=INK)


def _data(results: StoredResults, grid: _Grid) -> pl.DataFrame:
    days = queries.days(results)
    frames = [
        pl.DataFrame(
            {
                "policy": [policy] * len(days),
                "crossing": [crossing] * len(days),
                "series": [series] * len(days),
                "date": days,
                "mean": values,
                "share_of_states_closed": closed,
            }
        )
        for policy in grid.arrivals
        for crossing, series, values, closed in _lines(grid, policy)
    ]
    return pl.concat(frames)


def _lines(grid: _Grid, policy: str) -> list[tuple[str, str, Floats, Floats]]:
    lines = [
        (place.id, "arrivals", grid.arrivals[policy][k], grid.closed[policy][k])
        for k, place in enumerate(grid.places)
    ]
    stock = grid.stock[policy]
    return [*lines, (TOTAL, "in_transit_state", stock, np.full(len(stock), np.nan))]


def _alt(results: StoredResults, grid: _Grid, title: str) -> str:
    labels = queries.labels(results)
    said = []
    for policy, means in grid.arrivals.items():
        closed = int((grid.closed[policy] > 0.5).sum())
        said.append(
            translate(
                "{policy}: {arrivals} arrivals in the mean, {closed} closed",
                policy=labels[policy],
                arrivals=number(float(means.sum())),
                closed=plural(closed, "{count} crossing-day", "{count} crossing-days"),
            )
        )
    return translate(
        "Heat maps of arrivals by crossing and day, a panel a policy. {title}. {sums}.",
        title=title,
        sums="; ".join(said),
    )
