"""Paired differences: each policy minus the reference, run by run, in every indicator's own unit.

A panel is an indicator, a row a policy; a dot is a run, with the same random numbers as the
reference's. The numbers are beside the dots, so that the picture can be read without measuring it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.statistics import PairedDifference
from sim.report.analysis.verdicts import Judged, judged
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.colours import BASELINE, INK, MUTED, RULE
from sim.report.drawing.design_tokens import (
    FEWER_TICKS,
    MEDIUM_GAP,
    SMALL_GAP,
    TIGHT,
    Layer,
    Mark,
    Opacity,
    Stroke,
)
from sim.report.drawing.layout import MARGIN, Page, fit_whole, new_page, width_of
from sim.report.drawing.marks import draw_marks
from sim.report.drawing.policy_styles import PolicyStyle, policy_styles
from sim.report.drawing.style import SMALL, styled
from sim.text.catalogue import translate
from sim.text.wording import (
    CLEAR,
    MILLION,
    arrow,
    difference,
    direction_words,
    lower,
    number,
    percent,
    plural,
    sentence,
    verdict_words,
    written,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results.store import StoredResults

LABEL, CELL, GAP = 2.0, 2.3, 0.2
STRIP, LINE, ROW = 0.2, 0.145, 0.74
HEAD, FOOT = 0.78, 0.5
ACROSS = 4
UNIT_DOWN, NAME_LINE = 0.18, 0.16  # from the name of an indicator to its unit, and a line more
LABEL_DOWN, NUMBERS_DOWN, RULE_UP = 0.04, 0.02, 0.06  # words of a row, and the rule above it
SPREAD = 0.8  # of the strip that dots are scattered over
GOLDEN = 0.6180339887  # multiples of the golden ratio are spread evenly
MANY = 30  # runs from which dots are small


@dataclass(frozen=True)
class _Block:
    """One panel: an indicator and the differences of every policy in it."""

    indicator: queries.Entry
    rows: list[Judged]

    @property
    def name(self) -> str:
        return translate(str(self.indicator["name"]))

    @property
    def scale(self) -> float:
        """What one of the unit is of the indicator's: a million where the means are so large."""
        means = [abs(row.change.mean) for row in self.rows if math.isfinite(row.change.mean)]
        return float(MILLION) if max(means, default=0.0) >= MILLION else 1.0

    @property
    def unit(self) -> str:
        unit = translate(str(self.indicator["unit"]))
        return unit if self.scale == 1.0 else translate("million {unit}", unit=unit)

    @property
    def direction(self) -> str:
        return str(self.indicator["direction"])

    def spelled(self, row: Judged) -> str:
        """A difference with its interval, in the unit of the panel."""
        change = row.change
        return difference(*(each / self.scale for each in (change.mean, change.low, change.high)))

    def majority(self, row: Judged) -> str:
        """The median, and where the policy does better."""
        change = row.change
        values = (each / self.scale for each in (change.median, change.low, change.high))
        median, *_ = written(*values, sign=True)
        share = percent(change.share_better)
        if self.direction == "none":
            return translate("median {median}, lower in {share}", median=median, share=share)
        return translate("median {median}, better in {share}", median=median, share=share)


@styled
def draw(results: StoredResults) -> Chart:
    """Each policy minus the reference in every headline indicator."""
    blocks = differences(results)
    title, subtitle = _title(results, blocks), _subtitle(results)
    columns = min(ACROSS, len(blocks))
    depth = math.ceil(len(blocks) / columns)
    panel = HEAD + ROW * max(1, len(queries.policies(results)) - 1) + FOOT
    page = new_page(
        width=2 * MARGIN + LABEL + columns * (CELL + GAP),
        body=depth * panel,
        title=title,
        subtitle=subtitle,
        footer=footer(results),
    )
    for k, block in enumerate(blocks):
        row, column = divmod(k, columns)
        left = MARGIN + LABEL + column * (CELL + GAP)
        _panel(page, results, block, left=left, down=row * panel)
        if column == 0:
            _labels(page, results, down=row * panel + HEAD)
    data = _data(blocks)
    alt = _alt(results, blocks, title)
    return Chart("paired_difference", title, subtitle, alt, page.figure, data)


def differences(results: StoredResults) -> list[_Block]:
    """The paired differences of every policy but the reference, by indicator of the table."""
    verdicts, (_, *others) = judged(results), queries.policies(results)
    return [
        _Block(entry, [verdicts[str(entry["id"]), policy] for policy in others])
        for entry in queries.modelled(results)
    ]


def _title(results: StoredResults, blocks: Sequence[_Block]) -> str:
    labels = queries.quoted_labels(results)
    reference, *others = queries.policies(results)
    if not others:
        return translate(
            "One policy only: nothing to compare with {reference}", reference=labels[reference]
        )
    lead = next((b for b in blocks if b.indicator["id"] == queries.WAITING), blocks[0])
    if len(others) == 1:
        row = lead.rows[0]
        return translate(
            "{policy} against {reference}: {indicator} {change} {unit}, {verdict}",
            policy=labels[others[0]],
            reference=labels[reference],
            indicator=lower(lead.name),
            change=lead.spelled(row),
            unit=lead.unit,
            verdict=verdict_words(row.word),
        )
    return _tally(labels, blocks, reference)


def _tally(labels: dict[str, str], blocks: Sequence[_Block], reference: str) -> str:
    """How many policies are clearly better or worse in waiting and in access."""
    wanted = (queries.WAITING, queries.WITHOUT_ACCESS)
    leads = [b for b in blocks if b.indicator["id"] in wanted] or list(blocks[:2])
    parts = []
    for lead in leads:
        words = Counter(verdict_words(row.word) for row in lead.rows)
        counts = ", ".join(
            translate("{verdict} under {count}", verdict=word, count=number(count))
            for word, count in sorted(words.items())
        )
        parts.append(f"{lower(lead.name)}: {counts}")
    return translate(
        "{policies} against {reference}. {findings}",
        policies=plural(len(leads[0].rows), "{count} policy", "{count} policies"),
        reference=labels[reference],
        findings=sentence("; ".join(parts)),
    )


def _subtitle(results: StoredResults) -> str:
    return translate(
        "Policy minus the reference ({reference}), same state of the world and same random "
        "numbers, in each indicator's own unit; {period}. Dot: one of {runs}; bar: mean and 95 % "
        "interval (paired over states of the world, allowing for skewness). Words allow for all "
        "comparisons together (Holm), for means against medians and majorities (mixed), and for "
        "who could come; shares are of states of the world.",
        reference=queries.quoted_labels(results)[queries.policies(results)[0]],
        period=queries.period(results),
        runs=queries.counted_runs(results),
    )


def _labels(page: Page, results: StoredResults, *, down: float) -> None:
    """The policies' names, once for all panels of a band."""
    labels = queries.labels(results)
    for k, policy in enumerate(queries.policies(results)[1:]):
        name, size = fit_whole(labels[policy], LABEL - MEDIUM_GAP)
        page.write(name, MARGIN, down + ROW * k + LABEL_DOWN, size=size)


def _panel(page: Page, results: StoredResults, block: _Block, *, left: float, down: float) -> None:
    name, size = fit_whole(block.name, CELL, weight="bold")
    family = queries.family_words(str(block.indicator["family"]))
    page.write(name, left, down, size=size, weight="bold")
    below = down + UNIT_DOWN + NAME_LINE * name.count("\n")
    unit = f"{block.unit}; {direction_words(block.direction)}"
    page.write_within(unit, left, below, room=CELL, size=SMALL, colour=MUTED)
    page.write(family, left, below + MEDIUM_GAP, size=SMALL, colour=MUTED)
    axes = page.axes(left, down + HEAD, CELL, ROW * max(1, len(block.rows)))
    _dots(axes, results, block)
    for k, row in enumerate(block.rows):
        _numbers(page, block, row, left=left, down=down + HEAD + ROW * k + STRIP)


def _numbers(page: Page, block: _Block, row: Judged, *, left: float, down: float) -> None:
    """The interval, the majority and the reading, below the dots that they sum up."""
    weight = "bold" if row.word in CLEAR else "normal"
    reading = f"{arrow(row.word, row.change.mean)} {verdict_words(row.word)}".strip()
    lines = ((block.spelled(row), weight), (block.majority(row), "normal"), (reading, weight))
    for k, (text, stroke) in enumerate(lines):
        at = down + NUMBERS_DOWN + k * LINE
        page.write_within(text, left, at, room=CELL, size=SMALL, weight=stroke)


def _dots(axes: Axes, results: StoredResults, block: _Block) -> None:
    """The strips of one indicator; a row is ``ROW`` high and its dots keep to the upper part."""
    order = queries.policies(results)
    styles = policy_styles(order, reference=order[0])
    for k, row in enumerate(block.rows):
        style = styles[row.change.policy]
        _strip(axes, row.change, style, y=k * ROW + STRIP / 2, scale=block.scale)
    axes.set_ylim(max(1, len(block.rows)) * ROW, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    _ticks(axes)
    for k in range(len(block.rows)):
        axes.plot(
            [0, 0],
            [k * ROW, k * ROW + STRIP],
            color=BASELINE,
            lw=Stroke.NORMAL,
            zorder=Layer.INTERVALS,
        )
        axes.axhline((k + 1) * ROW - RULE_UP, color=RULE, lw=Stroke.FINE, zorder=Layer.RULES)


def _strip(
    axes: Axes, row: PairedDifference, style: PolicyStyle, *, y: float, scale: float
) -> None:
    jitter = (np.arange(len(row.differences)) * GOLDEN % 1 - 0.5) * SPREAD * STRIP
    axes.plot(
        row.differences / scale,
        y + jitter,
        ls="",
        marker="o",
        ms=Mark.SPECK if len(row.differences) > MANY else Mark.RUN,
        mew=0,
        color=style.colour,
        alpha=Opacity.CLOUD,
    )
    if math.isfinite(row.low):
        axes.plot(
            [row.low / scale, row.high / scale],
            [y, y],
            color=INK,
            lw=Stroke.BROAD,
            solid_capstyle="butt",
            zorder=Layer.LINES,
        )
    if math.isfinite(row.mean):
        draw_marks(
            axes,
            [row.mean / scale],
            [y],
            marker=style.marker,
            size=Mark.SMALL,
            fill="white",
            edge=INK,
            layer=Layer.MARKS,
        )


def _ticks(axes: Axes) -> None:
    """As many tick labels as fit, never past the ends of the axis; two at least give a scale.

    Where nothing differs from zero there is none to give.
    """
    if axes.dataLim.width == 0.0:
        axes.set_xticks([0.0], ["0"], size=SMALL)
        return
    low, high = (f(0.0, end) for f, end in zip((min, max), axes.get_xlim(), strict=True))
    if low == high or not math.isfinite(high - low):
        low, high = -1.0, 1.0
    axes.set_xlim(low, high)
    chosen = (each for each in _round_ticks(axes, low, high) if _fit(each, low, high))
    ticks = next((each for each in chosen if len(each) > 1), [0.0])
    axes.set_xlim(low, high)
    axes.set_xticks(ticks, [number(t, like=ticks) for t in ticks], size=SMALL)


def _round_ticks(axes: Axes, low: float, high: float) -> Iterator[list[float]]:
    """Ticks as matplotlib has them, ever fewer; then zero and a round number on the longer side."""
    for count in FEWER_TICKS:
        axes.locator_params(axis="x", nbins=count)
        yield [float(t) for t in axes.get_xticks() if low <= t <= high]
    longer = low if -low > high else high
    size = 10.0 ** math.floor(math.log10(abs(longer)))
    for share in (5.0, 2.0, 1.0, 0.5, 0.2):
        if size * share <= abs(longer):
            yield sorted((0.0, math.copysign(size * share, longer)))


def _fit(ticks: Sequence[float], low: float, high: float) -> bool:
    """Whether labels stay within the panel and apart from each other."""
    places = [(t - low) / (high - low) * CELL for t in ticks]
    halves = [width_of(number(t, like=ticks), size=SMALL) / 2 for t in ticks]
    edges = [(x - h, x + h) for x, h in zip(places, halves, strict=True)]
    inside = all(left > -TIGHT and right < CELL + TIGHT for left, right in edges)
    return inside and all(b[0] - a[1] > SMALL_GAP for a, b in pairwise(edges))


def _data(blocks: Sequence[_Block]) -> pl.DataFrame:
    rows = [
        {
            "indicator": block.indicator["id"],
            "unit": block.indicator["unit"],
            "policy": row.change.policy,
            "mean_difference": row.change.mean,
            "low": row.change.low,
            "high": row.change.high,
            "chance": row.change.chance,
            "median_difference": row.change.median,
            "share_better": row.change.share_better,
            "share_worse": row.change.share_worse,
            "runs": len(row.change.differences),
            "reading": row.word,
        }
        for block in blocks
        for row in block.rows
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _alt(results: StoredResults, blocks: Sequence[_Block], title: str) -> str:
    labels = queries.quoted_labels(results)
    parts = []
    for block in blocks:
        texts = [
            f"{labels[row.change.policy]} {block.spelled(row)}, {block.majority(row)} "
            f"({verdict_words(row.word)})"
            for row in block.rows
        ]
        parts.append(f"{block.name}, {block.unit}: {'; '.join(texts)}")
    return translate(
        "Dot plots of paired differences. {title}. {differences}.",
        title=title,
        differences=". ".join(parts),
    )
