"""Marks at points, and stretches of days that are hatched: what several charts draw alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.report.drawing.design_tokens import Layer, Stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
