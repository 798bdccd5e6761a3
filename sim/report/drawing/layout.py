"""Pages measured in inches, so that text is given its room before anything is drawn.

A page is a title, a subtitle, a body and a footer. Its height follows from how many lines the
words need at its width. :func:`text_problems` checks a drawn figure: no label leaves the canvas,
no two labels touch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypedDict, Unpack, cast

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.report.drawing.colours import INK, MUTED
from sim.report.drawing.design_tokens import POINTS_PER_INCH
from sim.report.drawing.fonts import families, font
from sim.report.drawing.style import BODY, SMALL, SUBTITLE, TITLE, styled
from sim.text.wording import day

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.text import Text

DPI = 100
MARGIN = 0.25
MEASURED = 48.0  # size of letters whose widths are measured, points; others are in proportion
READABLE = 7.0  # points; only what would else be cut is smaller
LEAST = 5.0  # points; smaller letters cannot be read
STEP = 0.25  # points by which letters shrink
RAISED = 0.03  # inches by which two small lines begin above one
LINE_IN = 1.35 / 72  # height of a line of text, inches per point of size
UNDER_HEADS, UNDER_HEAD, OVER_FOOT = 0.2, 0.06, 0.15  # inches: below the words above, and each of
# them, and above the footer
BASELINE = 0.95  # of its size: from the top of a line of letters down to where they stand
EVEN = 1 / 64  # of the room: how near to even lines of a heading are
NARROWEST = 1e-6  # inches: least divisor, where a text is empty
FINE = 8  # times as fine as points are letters measured
SUBPIXELS = 64  # in which FreeType gives widths
DAY_STEPS = (1, 2, 5, 7, 14, 0, -2, -3, -6, -12)  # between labels: days, or months from 0 down
DAYS_LEFT, DAYS_RIGHT, DAYS_APART = 0.16, 0.02, 0.12  # inches: beyond a panel, and between labels
_WORD_GAP = re.compile(r"(?<!EUR) (?!%)")


class Letters(TypedDict, total=False):
    """How words are written: size in points, a hex colour, weight, and which side is fixed."""

    size: float
    colour: str
    weight: str
    align: str


@dataclass(frozen=True)
class Page:
    """A figure with its body's place, in inches.

    Attributes:
        figure: The figure; title, subtitle and footer are on it.
        width: Width of the page.
        height: Height of the page.
        top: Where the body begins, from the top edge.
        body: Height of the body.
    """

    figure: Figure
    width: float
    height: float
    top: float
    body: float

    def axes(self, left: float, down: float, width: float, height: float) -> Axes:
        """Axes at ``left`` from the page's edge and ``down`` from the top of the body."""
        bottom = self.height - self.top - down - height
        return self.figure.add_axes(
            (
                left / self.width,
                bottom / self.height,
                width / self.width,
                height / self.height,
            )
        )

    def write(self, text: str, left: float, down: float, **letters: Unpack[Letters]) -> None:
        """Text whose first line begins ``down`` from the top of the body."""
        _write(self.figure, text, left, self.top + down, **letters)

    def write_within(
        self,
        text: str,
        left: float,
        down: float,
        *,
        room: float,
        size: float = BODY,
        colour: str = INK,
        weight: str = "normal",
    ) -> None:
        """One line as large as ``room`` inches allow, or two of letters that can be read well.

        They are smaller where the text would else be cut, and it is cut where it could not be read.
        """
        width = max(width_of(text, size=size, weight=weight), NARROWEST)
        held = min(size, max(READABLE, size * room / width))
        if held == READABLE:
            text, held = fit_whole(text, room, size=READABLE, weight=weight)
            down -= RAISED * text.count("\n")
        self.write(text, left, down, size=held, colour=colour, weight=weight)

    def write_lines(
        self,
        text: str,
        left: float,
        down: float,
        *,
        room: float,
        most: int = 2,
        size: float = BODY,
        weight: str = "normal",
    ) -> None:
        """At most ``most`` lines within ``room`` inches, smaller where they would else be cut."""
        words, held = fit_whole(text, room, size=size, weight=weight, most=most)
        self.write(words, left, down, size=held, weight=weight)


def new_page(*, width: float, body: float, title: str, subtitle: str, footer: str) -> Page:
    """A page as high as its words and its body need."""
    room = width - 2 * MARGIN
    words = [
        (heading(title, room, size=TITLE, weight="bold"), TITLE, INK, "bold"),
        (heading(subtitle, room, size=SUBTITLE), SUBTITLE, MUTED, "normal"),
    ]
    foot = wrap(footer, room, size=SMALL)
    heads = [_lines(text) * size * LINE_IN for text, size, *_ in words]
    top = MARGIN + sum(heads) + UNDER_HEADS
    height = top + body + OVER_FOOT + _lines(foot) * SMALL * LINE_IN + MARGIN
    figure = Figure(figsize=(width, height), dpi=DPI)
    FigureCanvasAgg(figure)
    down = MARGIN
    for (text, size, colour, weight), head in zip(words, heads, strict=True):
        _write(figure, text, MARGIN, down, size=size, colour=colour, weight=weight)
        down += head + UNDER_HEAD
    _write(figure, foot, MARGIN, top + body + OVER_FOOT, size=SMALL, colour=MUTED)
    return Page(figure, width, height, top, body)


def _write(
    figure: Figure,
    text: str,
    left: float,
    down: float,
    *,
    size: float = BODY,
    colour: str = INK,
    weight: str = "normal",
    align: str = "left",
) -> None:
    width, height = figure.get_size_inches()
    for k, line in enumerate(text.split("\n")):
        baseline = down + BASELINE * size / POINTS_PER_INCH + k * size * LINE_IN
        figure.text(
            left / width,
            1 - baseline / height,
            line,
            size=size,
            color=colour,
            weight=weight,
            ha=align,
            va="baseline",  # tops differ from word to word
        )


def _lines(text: str) -> int:
    return text.count("\n") + 1


def wrap(text: str, room: float, *, size: float = BODY, weight: str = "normal") -> str:
    """The text broken into lines that fit ``room`` inches; a number keeps its % and its EUR."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in _WORD_GAP.split(paragraph):
            longer = f"{line} {word}" if line else word
            if line and width_of(longer, size=size, weight=weight) > room:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return "\n".join(lines)


def heading(text: str, room: float, *, size: float, weight: str = "normal") -> str:
    """The text broken into as many lines as fit ``room`` inches, of even length."""
    return "\n".join(_even(each, room, size, weight) for each in text.split("\n"))


def _even(paragraph: str, room: float, size: float, weight: str) -> str:
    """A paragraph in the narrowest room in which it takes no line more."""
    broken = wrap(paragraph, room, size=size, weight=weight)
    too_narrow, wide = 0.0, room
    while "\n" in broken and wide - too_narrow > EVEN * room:
        middle = (too_narrow + wide) / 2.0
        tried = wrap(paragraph, middle, size=size, weight=weight)
        if tried.count("\n") > broken.count("\n"):
            too_narrow = middle
        else:
            wide, broken = middle, tried
    return broken


def fit(
    text: str, room: float, *, size: float = BODY, weight: str = "normal", most: int = 2
) -> str:
    """The text on at most ``most`` lines of ``room`` inches, with an ellipsis where it is cut."""
    lines = wrap(text, room, size=size, weight=weight).split("\n")
    kept = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return "\n".join(_cut(line, room, size=size, weight=weight) for line in kept if line)


def fit_whole(
    text: str, room: float, *, size: float = BODY, weight: str = "normal", most: int = 2
) -> tuple[str, float]:
    """The text on at most ``most`` lines, and its size: smaller where it would else be cut.

    It is cut only where it could not be read.
    """
    held = size
    while held > LEAST and not _holds(text, room, size=held, weight=weight, most=most):
        held = max(LEAST, held - STEP)
    return fit(text, room, size=held, weight=weight, most=most), held


def _holds(text: str, room: float, *, size: float, weight: str, most: int) -> bool:
    """Whether the text is whole on so many lines; a long word may be wider than the room."""
    lines = wrap(text, room, size=size, weight=weight).split("\n")
    widest = max(width_of(line, size=size, weight=weight) for line in lines)
    return len(lines) <= most and widest <= room


def _cut(line: str, room: float, *, size: float, weight: str) -> str:
    if width_of(line, size=size, weight=weight) <= room:
        return line
    kept = line
    while kept and width_of(kept + "…", size=size, weight=weight) > room:
        kept = kept[:-1].rstrip()
    return kept + "…"


def width_of(text: str, *, size: float = BODY, weight: str = "normal") -> float:
    """Width of one line of text in inches, in the charts' font."""
    return _width(text, size, weight, families())


@lru_cache(maxsize=16_384)
def _width(text: str, size: float, weight: str, names: tuple[str, ...]) -> float:
    """Letter by letter: a font lays out a line a hundred times slower than a pair of letters."""
    pairs = pairwise(f" {text}")
    return sum(_growth(before, sign, weight, names) for before, sign in pairs) * size / MEASURED


@lru_cache(maxsize=16_384)
def _growth(before: str, sign: str, weight: str, names: tuple[str, ...]) -> float:
    """How much wider a line that ends in a sign is with another behind it, inches.

    With the gap between these two; the sum over a line is the width of the line.
    """
    return _measured(before + sign, weight, names) - _measured(before, weight, names)


@lru_cache(maxsize=16_384)
def _measured(text: str, weight: str, names: tuple[str, ...]) -> float:
    """Width of a short text in large letters, inches."""
    measured = font(weight, names)
    measured.set_size(MEASURED, POINTS_PER_INCH * FINE)
    measured.set_text(text, 0.0)
    return cast("float", measured.get_width_height()[0]) / SUBPIXELS / POINTS_PER_INCH / FINE


def lanes(spans: Sequence[tuple[float, float]], *, gap: float = 0.06) -> list[int]:
    """For each span, left to right, the lowest lane in which it touches no other."""
    ends: list[float] = []
    chosen: list[int] = []
    for left, right in spans:
        lane = next((k for k, end in enumerate(ends) if end + gap <= left), len(ends))
        if lane == len(ends):
            ends.append(right)
        ends[lane] = right
        chosen.append(lane)
    return chosen


def date_axis(axes: Axes, days: Sequence[date], *, width: float, size: float = SMALL) -> None:
    """Days on the x axis (day k is drawn at k): as many labels as fit ``width`` inches."""
    axes.set_xlim(-0.5, len(days) - 0.5)
    for step in DAY_STEPS:
        ticks = [k for k in _ticks(days, step) if _within(k, days, width=width, size=size)]
        if ticks and _apart(ticks, days, width=width, size=size):
            break
    axes.set_xticks(ticks, [day(days[k]) for k in ticks], size=size)


def _ticks(days: Sequence[date], step: int) -> list[int]:
    """Every ``step`` days, or where step is not positive, firsts of every so many months."""
    if step > 0:
        return list(range(0, len(days), step))
    every = max(1, -step)
    return [k for k, d in enumerate(days) if d.day == 1 and (d.month - 1) % every == 0]


def _span(k: int, days: Sequence[date], *, width: float, size: float) -> tuple[float, float]:
    middle, half = (k + 0.5) / len(days) * width, width_of(day(days[k]), size=size) / 2
    return middle - half, middle + half


def _within(k: int, days: Sequence[date], *, width: float, size: float) -> bool:
    """Whether a label keeps to its panel; the left may reach into the gap before it."""
    left, right = _span(k, days, width=width, size=size)
    return left > -DAYS_LEFT and right < width + DAYS_RIGHT


def _apart(ticks: Sequence[int], days: Sequence[date], *, width: float, size: float) -> bool:
    spans = [_span(k, days, width=width, size=size) for k in ticks]
    return all(b[0] - a[1] > DAYS_APART for a, b in pairwise(spans))


@styled  # as it is saved: other hinting makes other widths
def text_problems(figure: Figure) -> list[str]:
    """Labels of a drawn figure that leave the canvas or touch one another; empty when clean."""
    figure.draw_without_rendering()
    texts = [text for text in _texts(figure) if text.get_visible() and text.get_text().strip()]
    if not texts:
        return []
    boxes = np.array([text.get_window_extent().extents for text in texts])
    return [*_outside(figure, texts, boxes), *_touching(texts, boxes)]


def _outside(figure: Figure, texts: Sequence[Text], boxes: np.ndarray) -> list[str]:
    right, top = figure.bbox.width, figure.bbox.height
    out = (boxes[:, :2].min(axis=1) < 0) | (boxes[:, 2] > right) | (boxes[:, 3] > top)
    return [f"{texts[k].get_text()!r} leaves the canvas" for k in np.flatnonzero(out).tolist()]


def _touching(texts: Sequence[Text], boxes: np.ndarray, *, slack: float = 1.0) -> list[str]:
    low, high = boxes[:, :2] + slack, boxes[:, 2:] - slack
    meets = (low[:, None, :] < high[None, :, :]) & (low[None, :, :] < high[:, None, :])
    pairs = np.argwhere(np.triu(meets.all(axis=2), k=1))
    return [f"{texts[a].get_text()!r} touches {texts[b].get_text()!r}" for a, b in pairs.tolist()]


def _texts(figure: Figure) -> Iterator[Text]:
    yield from figure.texts
    for axes in figure.axes:
        yield from axes.texts
        yield from (axes.title, axes.xaxis.label, axes.yaxis.label)
        yield from _tick_labels(axes.xaxis)
        yield from _tick_labels(axes.yaxis)
        if legend := axes.get_legend():
            yield from legend.get_texts()


def _tick_labels(axis: Axis) -> Iterator[Text]:
    """The tick labels that are drawn: those within the view."""
    low, high = sorted(axis.get_view_interval())
    for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=False):
        if low <= place <= high:
            yield label
