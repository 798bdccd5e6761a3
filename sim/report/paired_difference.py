"""Paired differences: each policy minus the reference, run by run, in every indicator's own unit.

A panel is an indicator, a row a policy; a dot is a run, on the same luck as the reference's. The
numbers stand beside the dots, so that the picture can be read without measuring it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from sim.report import facts
from sim.report.chart import Chart, footer
from sim.report.layout import MARGIN, Page, fit, new_page, width_of
from sim.report.statistics import METHOD, PairedDifference, paired_difference
from sim.report.style import (
    BASELINE,

    INK,
    MUTED,
    RULE,
    SMALL,
    PolicyStyle,
    policy_styles,
    styled,
)
from sim.report.wording import (
    arrow,
    difference,
    listing,
    number,
    percent,
    plural,
    sentence,
    verdict,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.store import StoredResults

LABEL, DOTS, NUMBERS, WORDS, SHARE = 1.6, 2.35, 1.8, 1.35, 0.55
COLUMN = LABEL + DOTS + NUMBERS + WORDS + SHARE + 0.3
ROW, HEAD, FOOT = 0.27, 0.62, 0.5
DIRECTIONS = {"less": "less is better", "more": "more is better", "none": "neither is better"}


@dataclass(frozen=True)
class _Block:
    """One panel: an indicator and the differences of every policy in it."""

    indicator: dict[str, Any]
    rows: list[PairedDifference]


@styled
def draw(results: StoredResults) -> Chart:
    """Each policy minus the reference in every headline indicator."""
    blocks = differences(results)
    title, subtitle = _title(results, blocks), _subtitle(results)
    columns = 2 if len(blocks) > 1 else 1
    depth = math.ceil(len(blocks) / columns)
    panel = HEAD + ROW * max(1, len(facts.policies(results)) - 1) + FOOT
    page = new_page(
        width=2 * MARGIN + columns * COLUMN,
        body=depth * panel,
        title=title,
        subtitle=subtitle,
        footer=footer(results),
    )
    for k, block in enumerate(blocks):
        left = MARGIN + (k // depth) * COLUMN
        _panel(page, results, block, left=left, down=(k % depth) * panel)
    data = _data(blocks)
    alt = _alt(results, blocks, title)
    return Chart("paired_difference", title, subtitle, alt, page.figure, data)


def differences(results: StoredResults) -> list[_Block]:
    """The paired differences of every policy but the reference, by headline indicator."""
    reference, *others = facts.policies(results)
    return [
        _Block(
            entry,
            [
                paired_difference(
                    results.indicators,
                    policy=policy,
                    reference=reference,
                    indicator=str(entry["id"]),
                    direction=str(entry["direction"]),
                )
                for policy in others
            ],
        )
        for entry in facts.headline(results)
    ]


def _title(results: StoredResults, blocks: Sequence[_Block]) -> str:
    labels = facts.labels(results)
    reference, *others = facts.policies(results)
    if not others:
        return f"One policy only: nothing to compare with {labels[reference]}"
    lead = next((b for b in blocks if b.indicator["id"] == facts.WAITING), blocks[0])
    name = str(lead.indicator["name"])
    if len(others) == 1:
        row = lead.rows[0]
        word = verdict(row.low, row.high, direction=str(lead.indicator["direction"]))
        change = difference(row.mean, row.low, row.high)
        against = f"{labels[others[0]]} against {labels[reference]}"
        return f"{against}: {name.lower()} {change} {lead.indicator['unit']}, {word}"
    return _tally(labels, lead, reference)


def _tally(labels: dict[str, str], lead: _Block, reference: str) -> str:
    words: dict[str, list[str]] = {}
    for row in lead.rows:
        word = verdict(row.low, row.high, direction=str(lead.indicator["direction"]))
        words.setdefault(word, []).append(labels[row.policy])
    parts = [f"{word} under {listing(names, most=3)}" for word, names in sorted(words.items())]
    name = str(lead.indicator["name"])
    return f"{sentence(name)} against {labels[reference]}: {'; '.join(parts)}"


def _subtitle(results: StoredResults) -> str:
    label = facts.labels(results)[facts.policies(results)[0]]
    count = len(facts.runs(results))
    return (
        f"Policy minus {label}, same world and same luck, in each indicator's own unit; "
        f"{facts.period(results)}. Dot: one of {plural(count, 'run')}; bar: mean and 95 % interval "
        f"({METHOD.split(': ')[1]}). Where the interval holds zero there is no clear difference."
    )


def _panel(
    page: Page, results: StoredResults, block: _Block, *, left: float, down: float
) -> None:
    entry = block.indicator
    unit = f"{entry['unit']}; {DIRECTIONS[str(entry['direction'])]}"
    family = facts.FAMILIES[str(entry["family"])].lower()
    name = fit(str(entry["name"]), COLUMN - 0.3, weight="bold", most=1)
    page.write(name, left, down, weight="bold")
    page.write(f"{unit} · {family}", left, down + 0.18, size=SMALL, colour=MUTED)
    share = "higher in" if entry["direction"] == "none" else "worse in"
    columns = left + LABEL + DOTS + 0.15
    heads = ((0.0, "mean [95 %]"), (NUMBERS, "reading"), (NUMBERS + WORDS, share))
    for shift, text in heads:
        page.write(text, columns + shift, down + 0.4, size=SMALL, colour=MUTED)
    height = ROW * max(1, len(block.rows))
    axes = page.axes(left + LABEL, down + HEAD, DOTS, height)
    _dots(axes, results, block)
    for k, row in enumerate(block.rows):
        _numbers(page, results, block, row, left=left, down=down + HEAD + ROW * (k + 0.5) - 0.07)


def _numbers(
    page: Page,
    results: StoredResults,
    block: _Block,
    row: PairedDifference,
    *,
    left: float,
    down: float,
) -> None:
    word = verdict(row.low, row.high, direction=str(block.indicator["direction"]))
    clear = arrow(row.low, row.high) in "↑↓"
    weight = "bold" if clear else "normal"
    label = fit(facts.labels(results)[row.policy], LABEL - 0.1, size=SMALL, most=1)
    page.write(label, left, down, size=SMALL)
    columns = left + LABEL + DOTS + 0.15
    change = difference(row.mean, row.low, row.high)
    size = min(SMALL, SMALL * (NUMBERS - 0.1) / max(0.1, width_of(change, size=SMALL)))
    page.write(change, columns, down, size=size)
    reading = f"{arrow(row.low, row.high)} {word}"
    page.write(reading, columns + NUMBERS, down, size=SMALL, weight=weight)
    page.write(percent(row.share_worse), columns + NUMBERS + WORDS, down, size=SMALL)


def _dots(axes: Axes, results: StoredResults, block: _Block) -> None:
    order = facts.policies(results)
    styles = policy_styles(order, reference=order[0])
    axes.axvline(0, color=BASELINE, lw=1.0, zorder=2)
    for k, row in enumerate(block.rows):
        _strip(axes, row, styles[row.policy], y=k)
    axes.set_ylim(max(0, len(block.rows) - 1) + 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=RULE, lw=0.5)
    axes.set_axisbelow(True)
    _ticks(axes)


def _strip(axes: Axes, row: PairedDifference, style: PolicyStyle, *, y: int) -> None:
    jitter = (np.arange(len(row.differences)) * 0.6180339887 % 1 - 0.5) * 0.56
    axes.plot(
        row.differences, y + jitter, ls="", marker="o", ms=2.2, mew=0, color=style.colour, alpha=0.4
    )
    if math.isfinite(row.low):
        axes.plot([row.low, row.high], [y, y], color=INK, lw=2.4, solid_capstyle="butt", zorder=4)
    if math.isfinite(row.mean):
        axes.plot([row.mean], [y], marker=style.marker, ms=5, mfc="white", mec=INK, zorder=5)


def _ticks(axes: Axes) -> None:
    """At most as many tick labels as fit, never past the ends of the axis."""
    low, high = axes.get_xlim()
    if low == high or not math.isfinite(high - low):
        low, high = -1.0, 1.0
    for count in (5, 4, 3, 2):
        axes.locator_params(axis="x", nbins=count)
        ticks = [float(t) for t in axes.get_xticks() if low <= t <= high]
        labels = [number(t, like=ticks) for t in ticks]
        room = DOTS / max(1, len(ticks))
        if max((width_of(label, size=SMALL) for label in labels), default=0) < room * 0.85:
            break
    axes.set_xlim(low, high)
    axes.set_xticks(ticks, labels, size=SMALL)


def _data(blocks: Sequence[_Block]) -> pl.DataFrame:
    rows = [
        {
            "indicator": block.indicator["id"],
            "unit": block.indicator["unit"],
            "policy": row.policy,
            "mean_difference": row.mean,
            "low": row.low,
            "high": row.high,
            "share_worse": row.share_worse,
            "runs": len(row.differences),
            "reading": verdict(row.low, row.high, direction=str(block.indicator["direction"])),
        }
        for block in blocks
        for row in block.rows
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _alt(results: StoredResults, blocks: Sequence[_Block], title: str) -> str:
    labels = facts.labels(results)
    parts = []
    for block in blocks:
        direction = str(block.indicator["direction"])
        said = [
            f"{labels[row.policy]} {difference(row.mean, row.low, row.high)} "
            f"({verdict(row.low, row.high, direction=direction)})"
            for row in block.rows
        ]
        parts.append(f"{block.indicator['name']}, {block.indicator['unit']}: {'; '.join(said)}")
    return f"Dot plots of paired differences. {title}. {'. '.join(parts)}."


