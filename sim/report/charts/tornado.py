"""Tornado: what the effect of a policy depends on, for waiting and access side by side.

A bar is a parameter: it runs from the mean effect in the states of the world with its lowest values
to that with its highest. Hypotheses are below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl
from matplotlib.patches import Rectangle

from sim.report.analysis import queries
from sim.report.analysis.effects import (
    FEWEST_STATES,
    Dependence,
    Held,
    Swing,
    dependence,
    effect_by_state,
    varied,
)
from sim.report.charts.placeholder import placeholder
from sim.report.charts.tornado_words import (
    MOST_BARS,
    alt_of,
    hypothesis_words,
    parameter_words,
    shown_swings,
    subtitle_of,
    title_of,
)
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.colours import BASELINE, BLUE, INK, MUTED, PAPER, RULE
from sim.report.drawing.design_tokens import FEWER_TICKS, MEDIUM_GAP, SMALL_GAP, Layer, Mark, Stroke
from sim.report.drawing.layout import LINE_IN, MARGIN, Page, new_page, width_of
from sim.report.drawing.marks import draw_marks
from sim.report.drawing.style import SMALL, Look, styled
from sim.text.catalogue import translate
from sim.text.wording import difference, number, plural, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results.store import StoredResults

LABEL = 2.3
BARS = 2.85
AWAY = 0.07  # from the end of a bar to its label
NUMBERS = 1.75
GAP = 0.35
ROW = 0.27
HEAD = 0.5
FOOT = 0.42
LINE = SMALL * LINE_IN
MOST_POLICIES = 3
UNDER_NAME = 0.17  # from the name of an indicator down to the effect
LOWERED = 0.06  # words of a row below its upper edge
BESIDE = 0.12  # from the bars to their numbers
VALUE = 1.3  # room for a tried value
PALE = "#C9DFEF"
LABEL_PAD = 0.6  # points around a tried value
NAME = 0.24  # from the name of a policy down to its panels
HELD_HEAD, HELD_UP = 1.2, 0.95  # rows: above effects by hypothesis, and their heading
REST_UNDER = 0.06
BAR = 0.6  # of a row: height of a bar
VALUE_GAPS = 0.14  # on both sides of a tried value
CLEAR_BAR: Look = {"fc": BLUE, "ec": BLUE, "lw": 0.6}
UNCLEAR_BAR: Look = {"fc": PALE, "ec": BLUE, "lw": 0.6, "hatch": "/////"}
_draw_end = partial(draw_marks, size=Mark.END, edge=INK, width=Stroke.REGULAR)


@styled
def draw(results: StoredResults) -> Chart:
    """What the effects of the policies depend on."""
    if why := _why_not_drawn(results):
        return placeholder(
            results,
            "tornado",
            title=translate("What the effect of a policy depends on cannot be shown here"),
            subtitle=translate(
                "How the difference from the reference changes with each uncertain parameter."
            ),
            why=why,
            columns=_COLUMNS,
        )
    rows = [[dependence(results, p, e) for e in _indicators(results)] for p in _chosen(results)]
    sheet = _Sheet.of(results, rows)
    title, subtitle = title_of(results, rows), subtitle_of(results, rows)
    page = new_page(
        width=sheet.width, body=sheet.height, title=title, subtitle=subtitle, footer=footer(results)
    )
    names = queries.labels(results)
    for k, row in enumerate(rows):
        down = k * sheet.band
        page.write(names[row[0].policy], MARGIN, down, weight="bold")
        for column, each in enumerate(row):
            left = MARGIN + column * (sheet.panel + GAP)
            _panel(page, results, sheet, each, left=left, down=down + NAME)
    alt = alt_of(results, rows, title)
    return Chart("tornado", title, subtitle, alt, page.figure, _data(rows))


def _why_not_drawn(results: StoredResults) -> str:
    """What keeps the chart from being drawn, or nothing."""
    if len(queries.policies(results)) < 2:
        return translate(
            "With one policy there is no effect to explain: compare two policies or more."
        )
    states_of_world = results.states_of_world.height
    if not varied(results):
        return translate(
            "Every state of the world has the same parameter values, so only random numbers "
            "differ. Run the comparison without central values, or give the scenario "
            "uncertainties."
        )
    if states_of_world < FEWEST_STATES:
        return translate(
            "There are too few states of the world ({states}) to set a third with low values of a "
            "parameter against a third with high ones. Run the comparison with {fewest} or more; "
            "several hundred separate influence from chance.",
            states=number(states_of_world),
            fewest=number(FEWEST_STATES),
        )
    whole = all(
        effect_by_state(results, policy, str(entry["id"])).height >= FEWEST_STATES
        for policy in queries.policies(results)[1:]
        for entry in _indicators(results)
    )
    return (
        ""
        if whole
        else translate("Some indicators lack a value in most of the states of the world.")
    )


def _indicators(results: StoredResults) -> list[queries.Entry]:
    """Access and waiting, or the first two of rights."""
    named = [queries.indicator(results, name) for name in (queries.WITHOUT_ACCESS, queries.WAITING)]
    return [entry for entry in named if entry] or queries.modelled(results)[:2]


def _chosen(results: StoredResults) -> list[str]:
    """The policies with the largest effects on the first indicator, either way."""
    others = queries.policies(results)[1:]
    lead = str(_indicators(results)[0]["id"])

    def size(policy: str) -> float:
        return abs(float(effect_by_state(results, policy, lead)["difference"].to_numpy().mean()))

    largest = sorted(others, key=lambda policy: -size(policy))[:MOST_POLICIES]
    return [policy for policy in others if policy in largest]


@dataclass(frozen=True)
class _Sheet:
    """Widths and heights in inches."""

    label: float
    bars: int
    held: int
    across: int
    depth: int
    rest: bool

    @classmethod
    def of(cls, results: StoredResults, rows: Sequence[Sequence[Dependence]]) -> _Sheet:
        every = [each for row in rows for each in row]
        names = [
            *(
                parameter_words(results, s.parameter)[0]
                for each in every
                for s in shown_swings(each)
            ),
            *hypothesis_words(results, every[0]),
        ]
        return cls(
            label=min(LABEL, max(width_of(name, size=SMALL) for name in names) + MEDIUM_GAP),
            bars=len(shown_swings(every[0])),
            held=len(every[0].held),
            across=len(rows[0]),
            depth=len(rows),
            rest=len(every[0].swings) > MOST_BARS,
        )

    @property
    def panel(self) -> float:
        return self.label + BARS + NUMBERS

    @property
    def width(self) -> float:
        return 2 * MARGIN + self.across * self.panel + (self.across - 1) * GAP

    @property
    def rows(self) -> float:
        """Rows of the axes: bars, a heading and hypotheses."""
        return self.bars + (self.held + HELD_HEAD if self.held else 0.0)

    @property
    def band(self) -> float:
        return NAME + HEAD + ROW * self.rows + FOOT + (LINE + REST_UNDER if self.rest else 0.0)

    @property
    def height(self) -> float:
        return self.depth * self.band


def _on_axis(each: Dependence) -> list[float]:
    """Everything that is drawn on the axis, in the indicator's unit."""
    ends = [end for swing in shown_swings(each) for end in swing.effects]
    spans = [x for held in each.held for x in (held.mean, held.low, held.high)]
    return [x for x in (*ends, *spans, each.mean[0]) if math.isfinite(x)]


def _panel(
    page: Page, results: StoredResults, sheet: _Sheet, each: Dependence, *, left: float, down: float
) -> None:
    _panel_head(page, sheet, each, left=left, down=down)
    top = down + HEAD
    axes = page.axes(left + sheet.label, top, BARS, ROW * sheet.rows)
    axes.set_ylim(ROW * sheet.rows, 0.0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    _limits(axes, results, each)
    _lines(axes, each, ROW * sheet.rows)
    for k, swing in enumerate(shown_swings(each)):
        _bar(axes, results, swing, y=(k + 0.5) * ROW)
        _beside(
            page,
            sheet,
            parameter_words(results, swing.parameter)[0],
            difference(swing.contrast, swing.low, swing.high),
            left=left,
            down=top + k * ROW,
            strong=swing.significant,
        )
    _hypothesis_rows(page, axes, results, sheet, each, left=left, down=top)
    if sheet.rest:
        below = top + ROW * sheet.rows + FOOT - SMALL_GAP
        page.write(_rest(each), left, below, size=SMALL, colour=MUTED)


def _panel_head(page: Page, sheet: _Sheet, each: Dependence, *, left: float, down: float) -> None:
    """The indicator and the mean effect on it."""
    name, unit = (translate(str(each.indicator[key])) for key in ("name", "unit"))
    page.write_within(name, left, down, room=sheet.panel, weight="bold")
    effect = translate(
        "mean effect {effect} {unit}; on the right: high minus low",
        effect=difference(*each.mean),
        unit=unit,
    )
    below = down + UNDER_NAME
    page.write_within(effect, left, below, room=sheet.panel, size=SMALL, colour=MUTED)


def _beside(
    page: Page, sheet: _Sheet, name: str, text: str, *, left: float, down: float, strong: bool
) -> None:
    """The name at the left of a row and its numbers at the right."""
    page.write_within(name, left, down + LOWERED, room=sheet.label - SMALL_GAP, size=SMALL)
    room, weight = NUMBERS - BESIDE, "bold" if strong else "normal"
    beside = left + sheet.label + BARS + BESIDE
    page.write_within(text, beside, down + LOWERED, room=room, size=SMALL, weight=weight)


def _limits(axes: Axes, results: StoredResults, each: Dependence) -> None:
    """Room for the tried values at either end, and ticks that keep apart."""
    drawn = _on_axis(each)
    low, high = min(drawn), max(drawn)
    texts = [t for swing in shown_swings(each) for t in _tried(results, swing)]
    room = max((width_of(t, size=SMALL) for t in texts), default=0.0) + VALUE_GAPS
    inch = (high - low or abs(high) or 1.0) / (BARS - 2 * room)
    if low - room * inch < 0.0 < high + room * inch:  # labels may have to begin beyond it
        low, high = min(low, 0.0), max(high, 0.0)
        inch = (high - low or 1.0) / (BARS - 2 * room)
    left, right = low - room * inch, low - room * inch + BARS * inch
    axes.set_xlim(left, right)
    for count in FEWER_TICKS:
        axes.locator_params(axis="x", nbins=count)
        ticks = [float(t) for t in axes.get_xticks() if left <= t <= right]
        words = [signed(t, like=ticks) for t in ticks]
        halves = [width_of(w, size=SMALL) / 2 for w in words]
        places = [((t - left) / inch, half) for t, half in zip(ticks, halves, strict=True)]
        if all(b[0] - b[1] - a[0] - a[1] > SMALL_GAP for a, b in pairwise(places)):
            break
    axes.set_xticks(ticks, words, size=SMALL)
    axes.set_xlim(left, right)


def _lines(axes: Axes, each: Dependence, height: float) -> None:
    """The mean effect, dashed, and no effect, solid, where it is in sight."""
    low, high = axes.get_xlim()
    axes.plot(
        [each.mean[0]] * 2,
        [0.0, height],
        color=MUTED,
        lw=Stroke.REGULAR,
        ls="--",
        zorder=Layer.RULES,
    )
    if low <= 0.0 <= high:
        axes.plot([0.0, 0.0], [0.0, height], color=BASELINE, lw=Stroke.NORMAL, zorder=Layer.RULES)


def _bar(axes: Axes, results: StoredResults, swing: Swing, *, y: float) -> None:
    """From the effect at low values (open) to that at high values (filled)."""
    low, high = swing.effects
    look = CLEAR_BAR if swing.significant else UNCLEAR_BAR
    corner = (min(low, high), y - BAR / 2 * ROW)
    axes.add_patch(Rectangle(corner, abs(high - low), BAR * ROW, zorder=Layer.INTERVALS, **look))
    _draw_end(axes, [low], [y], fill=PAPER, layer=Layer.MARKS)
    _draw_end(axes, [high], [y], fill=INK, layer=Layer.LINES)
    sides = (-1, 1) if low <= high else (1, -1)
    for effect, side, text in zip(swing.effects, sides, _tried(results, swing), strict=True):
        axes.text(
            label_begins(axes, effect, side, text),
            y,
            text,
            size=SMALL,
            ha="right" if side < 0 else "left",
            va="center_baseline",
            bbox={"fc": PAPER, "ec": "none", "pad": LABEL_PAD},
            zorder=Layer.AREAS,
        )


def label_begins(axes: Axes, effect: float, side: int, text: str) -> float:
    """Where the label beside the end of a bar begins, on the axis.

    Beyond the line of no effect where it would run across it, or up to it.

    Args:
        axes: The panel, ``BARS`` inches wide.
        effect: The end of the bar.
        side: The way the label runs: 1 to the right, -1 to the left.
        text: The label.
    """
    left, right = axes.get_xlim()
    inch = (right - left) / BARS
    near = effect + side * AWAY * inch
    margin = AWAY / 2 * inch
    ends = (near - side * margin, near + side * (width_of(text, size=SMALL) * inch + margin))
    return side * AWAY * inch if min(ends) <= 0.0 <= max(ends) else near


def _tried(results: StoredResults, swing: Swing) -> tuple[str, str]:
    """The median values of the lowest and the highest third, with the unit if there is room."""
    unit = parameter_words(results, swing.parameter)[1]
    numbers = [number(value) for value in swing.values]
    texts = [f"{value} {unit}".strip() for value in numbers]
    if max(width_of(text, size=SMALL) for text in texts) > VALUE:
        texts = numbers
    low, high = texts
    return low, high


def _hypothesis_rows(
    page: Page,
    axes: Axes,
    results: StoredResults,
    sheet: _Sheet,
    each: Dependence,
    *,
    left: float,
    down: float,
) -> None:
    """The effect under each hypothesis: a diamond with its interval."""
    if not each.held:
        return
    first = sheet.bars + HELD_HEAD
    heading = translate("Effect by hypothesis (states of the world)")
    page.write(heading, left, down + (first - HELD_UP) * ROW, size=SMALL, colour=MUTED)
    axes.axhline((first - 1.0) * ROW, color=RULE, lw=Stroke.THIN, zorder=Layer.BACKGROUND)
    for k, (held, name) in enumerate(zip(each.held, hypothesis_words(results, each), strict=True)):
        y = (first + k + 0.5) * ROW
        if math.isfinite(held.low):
            axes.plot(
                [held.low, held.high], [y, y], color=INK, lw=Stroke.BOLD, zorder=Layer.INTERVALS
            )
        draw_marks(
            axes,
            [held.mean],
            [y],
            marker="D",
            size=Mark.ON_LINE,
            fill=PAPER,
            edge=INK,
            layer=Layer.LINES,
        )
        text = difference(held.mean, held.low, held.high)
        _beside(
            page,
            sheet,
            name,
            text,
            left=left,
            down=down + (first + k) * ROW,
            strong=held.clear,
        )


def _rest(each: Dependence) -> str:
    """The parameters that are not drawn, counted."""
    rest = each.swings[MOST_BARS:]
    clear = sum(swing.significant for swing in rest)
    return translate(
        "Not shown, with smaller differences: {parameters} ({clear} clear)",
        parameters=plural(len(rest), "{count} parameter", "{count} parameters"),
        clear=number(clear),
    )


_COLUMNS = (
    *("policy", "indicator", "unit", "kind", "which", "states_of_world"),
    *("low_value", "high_value", "effect_at_low", "effect_at_high"),
    *("estimate", "low", "high", "clear", "stands_out"),
)


def _data(rows: Sequence[Sequence[Dependence]]) -> pl.DataFrame:
    """Estimates: for a parameter high minus low, for a hypothesis the mean effect."""
    lines = [
        (each.policy, each.indicator["id"], each.indicator["unit"], *line)
        for row in rows
        for each in row
        for line in (*map(_swing_line, each.swings), *map(_held_line, each.held))
    ]
    return pl.DataFrame(lines, schema=list(_COLUMNS), orient="row", infer_schema_length=None)


def _swing_line(s: Swing) -> tuple[object, ...]:
    estimate = (s.contrast, s.low, s.high, s.clear, s.significant)
    return ("parameter", s.parameter, s.states_of_world, *s.values, *s.effects, *estimate)


def _held_line(h: Held) -> tuple[object, ...]:
    estimate = (h.mean, h.low, h.high, h.clear, None)
    return ("hypothesis", h.hypothesis, h.states_of_world, None, None, None, None, *estimate)
