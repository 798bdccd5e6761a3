"""Who pays: what each policy costs, by who bears it and by item of the receiving state.

Costs never stand without people without access to asylum: who gets no access costs a receiving
state nothing. Bars are means, since means of parts add up to the mean of the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.cost_parts import Costs, costs, part_words
from sim.report.analysis.queries import Floats
from sim.report.charts.placeholder import placeholder
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.colours import BLUE, FAINT, INK, MUTED, NAVY, OCHRE, PAPER, PLUM, RED
from sim.report.drawing.design_tokens import (
    BESIDE_BARS,
    LARGE_GAP,
    LINE,
    MEDIUM_GAP,
    NOT_ZERO,
    SMALL_GAP,
    TIGHT,
    WIDE_GAP,
    Key,
)
from sim.report.drawing.layout import MARGIN, Page, new_page, width_of, wrap
from sim.report.drawing.marks import bar_sample, draw_bar
from sim.report.drawing.style import SMALL, BandStyle, styled
from sim.text.catalogue import translate
from sim.text.wording import estimate, listing, percent, written

if TYPE_CHECKING:
    from sim.results.store import StoredResults

MILLION = 1e6
LEVELS = (0.05, 0.95)
NAME, BARS, CELL = 3.0, 4.2, 1.7
ROW, HEAD, KEY = 0.24, 0.45, 0.26
PARTS = (
    BandStyle(BLUE, "", INK),
    BandStyle(OCHRE, "....", INK),
    BandStyle(FAINT, "////", PAPER),
    BandStyle(PLUM, "----", PAPER),
    BandStyle(NAVY, "xxxx", PAPER),
    BandStyle(RED, "\\\\\\\\", PAPER),
)
COLUMNS = ("policy", "of", "part", "mean_eur")
KEY_LINE = 0.19  # from line to line of a key
BAR = 0.68  # of a row: height of a bar
MOST_NAMED = 8


@styled
def draw(results: StoredResults) -> Chart:
    """Stacked bars of every policy's cost: the whole by bearer, the receiving state's by item."""
    found = costs(results)
    if found is None:
        return _nothing(results)
    title, subtitle = _title(results, found), _subtitle(results)
    width = 2 * MARGIN + NAME + BARS + 2 * CELL
    closing = wrap(_closing(found), width - 2 * MARGIN, size=SMALL)
    panel = HEAD + ROW * len(found.whole) + KEY + WIDE_GAP
    page = new_page(
        width=width,
        body=2 * panel + LINE * (closing.count("\n") + 1),
        title=title,
        subtitle=subtitle,
        footer=footer(results),
    )
    heads = (
        (translate("Whole cost, by who bears it"), found.bearers),
        (translate("The receiving state's part, by item"), found.items),
    )
    for k, (head, parts) in enumerate(heads):
        _panel(page, results, head, parts, top=_most(found), down=k * panel)
    _numbers(page, found)
    page.write(closing, MARGIN, 2 * panel, size=SMALL, colour=MUTED)
    alt = _alt(results, found, title)
    return Chart("who_pays", title, subtitle, alt, page.figure, _data(found))


def _nothing(results: StoredResults) -> Chart:
    return placeholder(
        results,
        "who_pays",
        title=translate("What policies cost is not recorded"),
        subtitle=translate("What each policy costs, by who bears it and by item."),
        why=translate("These results do not hold every part of the costs."),
        columns=COLUMNS,
    )


def _most(found: Costs) -> float:
    return max(*(sum(parts.values()) for parts in found.bearers.values()), NOT_ZERO)


def _whole(results: StoredResults, found: Costs, policy: str) -> str:
    """What a policy costs, never without whom it leaves without access."""
    return translate(
        "{cost} under {policy} ({people} people without access to asylum)",
        cost=translate("EUR {amount} million", amount=_mean(found.whole[policy] / MILLION)),
        policy=queries.quoted_labels(results)[policy],
        people=_mean(found.without[policy], whole=True),
    )


def _title(results: StoredResults, found: Costs) -> str:
    reference, *others = found.whole
    sentences = [translate("Mean cost: {cost}", cost=_whole(results, found, reference))]
    cost = {policy: float(found.whole[policy].mean()) for policy in others}
    in_order = sorted(cost, key=lambda policy: cost[policy])
    ends = [*in_order[:1], *in_order[1:][-1:]]
    sentences += [_whole(results, found, policy) for policy in ends]
    return "; ".join(sentences)


def _subtitle(results: StoredResults) -> str:
    return translate(
        "Bars: means of {runs}, one scale; {period}. Reception covers twelve months from "
        "registration, so it extends beyond the simulated days. Numbers: mean (5 to 95 % of runs).",
        runs=queries.counted_runs(results),
        period=queries.period(results),
    )


def _closing(found: Costs) -> str:
    parts = [
        translate(
            "A lower cost is not a success in itself: people who get no access to asylum cost "
            "the receiving state nothing, and what others bear is not saved."
        )
    ]
    if found.left_out:
        names = listing([part_words(name) for name in found.left_out], most=MOST_NAMED)
        parts.append(translate("Not modelled, so in no bar: {names}.", names=names))
    return " ".join(parts)


def _panel(
    page: Page,
    results: StoredResults,
    head: str,
    costs_of: Mapping[str, Mapping[str, float]],
    *,
    top: float,
    down: float,
) -> None:
    """A row a policy: its parts side by side, and below them what the parts are."""
    page.write(head, MARGIN, down, weight="bold")
    labels = queries.labels(results)
    for k, policy in enumerate(costs_of):
        at = down + HEAD + ROW * k + TIGHT
        page.write_within(labels[policy], MARGIN, at, room=NAME - MEDIUM_GAP, size=SMALL)
    axes = page.axes(MARGIN + NAME, down + HEAD, BARS, ROW * len(costs_of))
    for row, parts in enumerate(costs_of.values()):
        begins = 0.0
        for look, amount in zip(PARTS, parts.values(), strict=False):
            draw_bar(axes, row, begins, amount, look, height=BAR)
            begins += amount
    axes.set(xlim=(0, BESIDE_BARS * top), ylim=(len(costs_of) - 0.5, -0.5), xticks=[], yticks=[])
    axes.spines["bottom"].set_visible(False)
    _key(page, next(iter(costs_of.values())), down=down + HEAD + ROW * len(costs_of) + SMALL_GAP)


def _key(page: Page, parts: Mapping[str, float], *, down: float) -> None:
    x = MARGIN
    for look, name in zip(PARTS, parts, strict=False):
        words = part_words(name)
        needed = Key.WORDS + width_of(words, size=SMALL)
        if x + needed > page.width - MARGIN:
            x, down = MARGIN, down + KEY_LINE
        bar_sample(page, x, down, look)
        page.write(words, x + Key.WORDS, down - Key.RAISED, size=SMALL)
        x += needed + LARGE_GAP


def _numbers(page: Page, found: Costs) -> None:
    """Beside the whole: its number, and people without access."""
    left = MARGIN + NAME + BARS + SMALL_GAP
    columns = (
        (translate("Million EUR"), {p: runs / MILLION for p, runs in found.whole.items()}, False),
        (translate("People without access"), found.without, True),
    )
    for k, (head, values, is_whole) in enumerate(columns):
        at, room = left + k * CELL, CELL - SMALL_GAP
        page.write_within(head, at, HEAD - LARGE_GAP, room=room, size=SMALL, weight="bold")
        for row, runs in enumerate(values.values()):
            down = HEAD + ROW * row + TIGHT
            page.write(_estimated(runs, whole=is_whole), left + k * CELL, down, size=SMALL)


def _estimated(runs: Floats, *, whole: bool) -> str:
    """Mean of the runs with the interval of 90 % of them."""
    return estimate(*_interval(runs, whole=whole))


def _mean(runs: Floats, *, whole: bool = False) -> str:
    """Mean of the runs alone, with as many digits as :func:`_estimated` gives it."""
    return written(*_interval(runs, whole=whole))[0]


def _interval(runs: Floats, *, whole: bool) -> tuple[float | None, float | None, float | None]:
    """Mean of the runs and the ends of 90 % of them; nothing of no run."""
    if not len(runs):
        return None, None, None
    middle, low, high = float(runs.mean()), *map(float, np.quantile(runs, LEVELS))
    return (round(middle), round(low), round(high)) if whole else (middle, low, high)


def _data(found: Costs) -> pl.DataFrame:
    rows = [
        (policy, of, part, amount)
        for of, by_policy in (("bearer", found.bearers), ("item", found.items))
        for policy, parts in by_policy.items()
        for part, amount in parts.items()
    ]
    return pl.DataFrame(rows, schema=dict(zip(COLUMNS, _TYPES, strict=True)), orient="row")


_TYPES = (pl.String, pl.String, pl.String, pl.Float64)


def _alt(results: StoredResults, found: Costs, title: str) -> str:
    labels = queries.quoted_labels(results)
    rows = [
        translate(
            "{policy}: {whole} million EUR, by bearer {bearers}, the receiving state's by item "
            "{items}",
            policy=labels[policy],
            whole=_estimated(runs / MILLION, whole=False),
            bearers=_shares(found.bearers[policy]),
            items=_shares(found.items[policy]),
        )
        for policy, runs in found.whole.items()
    ]
    return translate(
        "Stacked bars of mean costs. {title}. {rows}.", title=title, rows="; ".join(rows)
    )


def _shares(parts: Mapping[str, float]) -> str:
    total = sum(parts.values())
    return ", ".join(
        f"{part_words(name)} {percent(amount / total if total else None)}"
        for name, amount in parts.items()
    )
