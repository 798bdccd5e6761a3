"""Keys of maps: what widths, colours and marks mean, in a row whose unit is the point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.drawing.colours import BASELINE, MUTED, OCHRE, PAPER
from sim.report.drawing.design_tokens import POINTS_PER_INCH, Stroke
from sim.report.drawing.layout import MARGIN, Page, width_of
from sim.report.drawing.marks import draw_marks
from sim.report.drawing.style import SMALL
from sim.report.maps.geography import nice_length
from sim.report.maps.map_drawing import (
    CROSS_EDGE,
    MARK_EDGE,
    PEOPLE,
    PLACE_MARKS,
    PLACE_SIZES,
    STATE_MARK_SIZES,
    STATE_MARKS,
    THINNEST,
    WIDEST,
    LegStyle,
)
from sim.text.catalogue import translate
from sim.text.wording import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes


HEIGHT = 0.36  # inches
MIDDLE = 13  # height of lines, marks and words
MARK, MARK_WORDS = 5, 12  # from where an entry begins to its mark and its words
SAMPLE, SAMPLE_WORDS = 26, 31  # length of a sample of a line, and where its words begin
BETWEEN = 14  # from the words of an entry to the next
UNIT_CLOSER = 8  # by which the unit of widths is nearer to them than the next entry
PARTS = (10, 2, 1)  # of the largest width: what the samples are a tenth, a half and the whole of


def mark_key(axes: Axes, x: float) -> float:
    """What the marks of crossings mean, in a row from ``x`` points; returns where it ends."""
    for state, words in (
        ("open", translate("open to asylum seekers")),
        ("no_asylum", translate("exceptions only, or no asylum claims")),
        ("closed", translate("closed")),
    ):
        mark = STATE_MARKS[state]
        edge = OCHRE if mark == "^" else BASELINE
        width = CROSS_EDGE if mark == "x" else MARK_EDGE
        _sample(axes, x, mark, size=STATE_MARK_SIZES[mark], edge=edge, width=width)
        x = key_words(axes, x + MARK_WORDS, words)
    return x


def _sample(axes: Axes, x: float, mark: str, *, size: float, edge: str, width: float) -> None:
    """A mark as the map has it, before its words."""
    draw_marks(
        axes,
        [x + MARK],
        [MIDDLE],
        marker=mark,
        size=size,
        fill=PAPER,
        edge=edge,
        width=width,
        ls="",
    )


def stretch_key(axes: Axes, x: float) -> float:
    """What the mark of a stretch means, from ``x`` points; returns where it ends."""
    mark = PLACE_MARKS["segment"]
    _sample(axes, x, mark, size=PLACE_SIZES[mark], edge=MUTED, width=Stroke.SLIM)
    return key_words(axes, x + MARK_WORDS, translate("terrain border"))


def line_key(axes: Axes, x: float, words: str, points: float, style: LegStyle) -> float:
    """What a width or a style of line means, from ``x`` points; returns where it ends."""
    axes.plot(
        [x, x + SAMPLE],
        [MIDDLE, MIDDLE],
        color=style.colour,
        lw=max(points, THINNEST),
        ls=style.dashes(points),
        solid_capstyle="butt",
        dash_capstyle="butt",
    )
    return key_words(axes, x + SAMPLE_WORDS, words)


def key_words(axes: Axes, x: float, words: str) -> float:
    """Words of a key; returns where the next entry may begin."""
    axes.text(x, MIDDLE, words, size=SMALL, va="center_baseline")
    return x + width_of(words, size=SMALL) * POINTS_PER_INCH + BETWEEN


def key_axes(page: Page, *, down: float, width: float) -> Axes:
    """A strip of the page for a key, in points."""
    axes = page.axes(MARGIN, down, width, HEIGHT)
    axes.set_xlim(0, width * POINTS_PER_INCH)
    axes.set_ylim(0, HEIGHT * POINTS_PER_INCH)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.axis("off")
    return axes


def width_key(axes: Axes, scale: float) -> float:
    """Three widths with their people; returns where they end, points."""
    largest = nice_length(WIDEST / scale)
    x = 0.0
    for amount in (largest / part for part in PARTS):
        words = number(amount, like=[largest / PARTS[0]])
        x = line_key(axes, x, words, amount * scale, PEOPLE)
    return x
