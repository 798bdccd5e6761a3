"""Heat map: arrivals by crossing and day, north to south, with people in the transit state below.

One scale for all policies. Hatching marks days on which a crossing is closed in more than half of
the states of the world; white is nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.outcomes.total import TOTAL
from sim.report.analysis import queries
from sim.report.analysis.queries import Floats, Place
from sim.report.analysis.shown_days import shown_days, window_words
from sim.report.charts.placeholder import without_crossings
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.colours import INK, PAPER
from sim.report.drawing.design_tokens import SMALL_GAP, Key
from sim.report.drawing.layout import MARGIN, Page, date_axis
from sim.report.drawing.marks import stretches
from sim.report.drawing.panel_grid import PANEL, ROW, Cell, PanelGrid
from sim.report.drawing.style import SMALL, Look, sequential, styled
from sim.text.catalogue import translate
from sim.text.wording import listing, number, percent, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results.store import StoredResults

HEAD = 0.3  # above the rows: the name of the policy
TITLE_GAP = 0.06
STRIP = 0.16  # the row of people in the transit state
STRIP_GAP = 0.06
FOOT = 0.36  # below the rows: days
KEY = 0.75
SCALE, SCALE_HIGH, SHADES = 1.0, 0.1, 128  # width and height of a scale, and its shades
SCALE_STEP = 1.75  # from one scale to the next
SCALE_UP, SCALE_DOWN, TOP_DOWN, TOP_LEFT = 0.03, 0.12, 0.09, 1.06  # its words, itself, its number
BESIDE, STACKED, BESIDE_DOWN = 3.6, 0.36, 0.02  # samples: beside the scales, or down below them
KEY_LINE = 0.19  # from sample to sample


@dataclass(frozen=True)
class _Story:
    """What is drawn, by policy.

    Attributes:
        places: The crossings, north to south.
        arrivals: Mean people a day, (crossing, day).
        stock: Mean people in the transit state, (day).
        closed: Share of the states of the world in which a crossing is closed, (crossing, day).
        partly: Share in which it is open but takes no claims, or some only, (crossing, day).
        shown: The days that are drawn.
    """

    places: list[Place]
    arrivals: dict[str, Floats]
    stock: dict[str, Floats]
    closed: dict[str, Floats]
    partly: dict[str, Floats]
    shown: slice


@styled
def draw(results: StoredResults) -> Chart:
    """Mean arrivals by crossing and day for every policy, north to south."""
    about = translate("Arrivals by crossing and day")
    if empty := without_crossings(results, "heat_map", about):
        return empty
    story = _story(results)
    names = [_companion(), *_names(story)]
    height = HEAD + ROW * max(1, len(story.places)) + STRIP_GAP + STRIP + FOOT
    grid = PanelGrid.of(len(story.arrivals), names, panel=height)
    title, subtitle = _title(results, story), _subtitle(results, story.shown)
    page = grid.page(title, subtitle, footer(results), key=KEY)
    for policy, cell in zip(story.arrivals, grid.cells(), strict=True):
        _panel(page, results, grid, cell, story, policy)
    _keys(page, story, left=MARGIN + grid.label, down=grid.height + SMALL_GAP)
    return Chart(
        "heat_map", title, subtitle, _alt(results, story, title), page.figure, _data(results, story)
    )


def _story(results: StoredResults) -> _Story:
    places = queries.crossings(results)
    stock = queries.daily_totals(results, "in_transit_state")
    shares = {policy: queries.access_shares(results, policy) for policy in stock}
    return _Story(
        places,
        {policy: _means(results, policy, places) for policy in stock},
        {policy: block.mean(axis=0) for policy, block in stock.items()},
        {policy: share[3] for policy, share in shares.items()},
        {policy: share[1] + share[2] for policy, share in shares.items()},
        shown_days(results),
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


def _names(story: _Story) -> list[str]:
    return [place.name for place in story.places]


def _title(results: StoredResults, story: _Story) -> str:
    labels = queries.quoted_labels(results)
    reference = next(iter(story.arrivals))
    sums = story.arrivals[reference].sum(axis=1)
    if not sums.sum():
        return translate("Nobody arrives at any crossing under {policy}", policy=labels[reference])
    busiest = int(np.argmax(sums))
    fields = {
        "crossing": story.places[busiest].name,
        "share": percent(float(sums[busiest] / sums.sum())),
        "policy": labels[reference],
    }
    elsewhere = [
        labels[policy]
        for policy, means in story.arrivals.items()
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


def _subtitle(results: StoredResults, shown: slice) -> str:
    return translate(
        "Arrivals a day, mean of {runs}, crossings from north to south; one scale for all "
        "policies. Lowest row: people in the transit state who have not registered, mean of the "
        "day, on its own scale. {window}",
        runs=queries.counted_runs(results),
        window=window_words(results, shown),
    )


def _panel(
    page: Page, results: StoredResults, grid: PanelGrid, cell: Cell, story: _Story, policy: str
) -> None:
    label = queries.labels(results)[policy]
    page.write_within(label, cell.left, cell.down + TITLE_GAP, room=PANEL, weight="bold")
    height = ROW * max(1, len(story.places))
    upper = page.axes(cell.left, cell.down + HEAD, PANEL, height)
    top = max(float(means.max(initial=0)) for means in story.arrivals.values())
    shown = story.shown
    _cells(upper, story.arrivals[policy][:, shown], top=top)
    _hatch(upper, story.partly[policy][:, shown], "....")
    _hatch(upper, story.closed[policy][:, shown], "/////")
    lower = page.axes(cell.left, cell.down + HEAD + height + STRIP_GAP, PANEL, STRIP)
    most = max(float(stock.max()) for stock in story.stock.values())
    _cells(lower, story.stock[policy][None, shown], top=most)
    upper.set_xticks([])
    date_axis(lower, queries.days(results)[shown], width=PANEL)
    grid.name_rows(upper, _names(story), cell)
    grid.name_rows(lower, [_companion()], cell)


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
        for begins, ends in stretches(line):
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


def _keys(page: Page, story: _Story, *, left: float, down: float) -> None:
    """The two colour scales and the hatches, each with its words."""
    tops: list[tuple[str, float]] = [
        (
            translate("Arrivals a day"),
            max(float(m.max(initial=0)) for m in story.arrivals.values()),
        ),
        (_companion(), max(float(s.max()) for s in story.stock.values())),
    ]
    for k, (words, top) in enumerate(tops):
        _scale(page, words, top, left=left + k * SCALE_STEP, down=down)
    samples: list[tuple[str, Look]] = [
        (translate("closed in more than half of the states of the world"), {"hatch": "/////"}),
        (translate("no asylum claims, or by exception only, in more than half"), {"hatch": "...."}),
    ]
    stacked = len(story.arrivals) < 2
    for k, (words, options) in enumerate(samples):
        below = down + (STACKED if stacked else BESIDE_DOWN) + KEY_LINE * k
        start = left if stacked else left + BESIDE
        axes = page.axes(start, below, Key.AREA, Key.TALL)
        axes.axhspan(0, 1, fill=False, edgecolor=INK, lw=0, **options)
        axes.set(xticks=[], yticks=[], ylim=(0, 1))
        page.write(words, start + Key.WORDS, below, size=SMALL)


def _scale(page: Page, words: str, top: float, *, left: float, down: float) -> None:
    page.write(words, left, down - SCALE_UP, size=SMALL)
    axes = page.axes(left, down + SCALE_DOWN, SCALE, SCALE_HIGH)
    axes.imshow(np.linspace(0, 1, SHADES)[None, :], cmap=sequential(), aspect="auto")
    axes.set(xticks=[], yticks=[])
    page.write(f"0–{number(top)}", left + TOP_LEFT, down + TOP_DOWN, size=SMALL, colour=INK)


def _data(results: StoredResults, story: _Story) -> pl.DataFrame:
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
        for policy in story.arrivals
        for crossing, series, values, closed in _lines(story, policy)
    ]
    return pl.concat(frames)


def _lines(story: _Story, policy: str) -> list[tuple[str, str, Floats, Floats]]:
    lines = [
        (place.id, "arrivals", story.arrivals[policy][k], story.closed[policy][k])
        for k, place in enumerate(story.places)
    ]
    stock = story.stock[policy]
    return [*lines, (TOTAL, "in_transit_state", stock, np.full(len(stock), np.nan))]


def _alt(results: StoredResults, story: _Story, title: str) -> str:
    labels = queries.quoted_labels(results)
    texts = []
    for policy, means in story.arrivals.items():
        closed = int((story.closed[policy] > 0.5).sum())
        texts.append(
            translate(
                "{policy}: {arrivals} arrivals on average, {closed} closed",
                policy=labels[policy],
                arrivals=number(float(means.sum())),
                closed=plural(closed, "{count} crossing-day", "{count} crossing-days"),
            )
        )
    return translate(
        "Heat maps of arrivals by crossing and day, a panel a policy. {title}. {sums}.",
        title=title,
        sums="; ".join(texts),
    )
