"""Marks at points, and stretches of days that are hatched: what several charts draw alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.report.drawing.colours import INK
from sim.report.drawing.design_tokens import Key, Layer, Stroke
from sim.report.drawing.style import BandStyle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.report.drawing.layout import Page


def draw_marks(
    axes: Axes,
    *points: Any,
    size: float,
    fill: str,
    edge: str,
    marker: str = "o",
    width: float = Stroke.NORMAL,
    layer: float = Layer.AREAS,
    **options: Any,
) -> None:
    """Marks at ``points`` (as ``Axes.plot`` takes them), outlined ``width`` points wide."""
    axes.plot(
        *points, marker=marker, ms=size, mfc=fill, mec=edge, mew=width, zorder=layer, **options
    )


def stretches(days: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First day and the day after the last of every stretch of days that are true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], days.astype(int), [0]))))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def draw_bar(
    axes: Axes, y: float, begins: float, width: float, look: BandStyle, *, height: float
) -> None:
    """A stretch of a bar: its fill and hatch, outlined so that it ends."""
    place = (y, width, height, begins)
    axes.barh(*place, facecolor=look.colour, edgecolor=look.ink, hatch=look.hatch, lw=0)
    axes.barh(*place, fill=False, edgecolor=INK, lw=Stroke.THIN)


def bar_sample(page: Page, left: float, down: float, look: BandStyle) -> None:
    """A stretch of a bar in a key."""
    axes = page.axes(left, down, Key.AREA, Key.HIGH)
    draw_bar(axes, 0.5, 0.0, 1.0, look, height=1.0)
    axes.set(xlim=Key.FRAME_X, ylim=Key.FRAME_Y, xticks=[], yticks=[])
    axes.axis("off")


def line_sample(page: Page, left: float, down: float, *, width: float) -> Axes:
    """Axes for a line in a key, from 0 to 2 across and with the middle at 0."""
    axes = page.axes(left, down, width, Key.HIGH)
    axes.set(xlim=(0, 2), ylim=(-1, 1), xticks=[], yticks=[])
    axes.axis("off")
    return axes
