"""The geometry of legs of road and of labels beside a map, in km, for every kind of drawing.

A leg bows to its right-hand side, as traffic keeps to it, so that both directions of a road are
seen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from sim.report.drawing.design_tokens import NOT_ZERO
from sim.report.maps.geography import Frame, Site
from sim.report.maps.projection import Floats

Point: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]  # left, bottom, right, top

BOW = 0.13  # of a leg's length: how far it bows to its right
STEPS = 81
MOST_CLEAR = 0.2  # of a leg, at either end
HEAD_LENGTH, LEAST_HEAD_LENGTH = 1.5, 4.0  # of an arrow: of its width, and points
HEAD_HALF, LEAST_HEAD_HALF = 0.95, 2.2


def leg_curve(origin: Site, destination: Site, *, clear_km: float = 0.0) -> Floats:
    """Points of a leg from place to place, bowed to its right, clear of both; shape (points, 2)."""
    start, end = np.array([origin.x, origin.y]), np.array([destination.x, destination.y])
    bend = leg_bend(origin, destination)
    t = np.linspace(0.0, 1.0, STEPS)[:, None]
    curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(curve, axis=0).T))])
    clear = min(clear_km, MOST_CLEAR * float(along[-1]))
    kept = (along >= clear) & (along <= along[-1] - clear)
    return np.asarray(curve[kept])


def leg_bend(origin: Site, destination: Site) -> Floats:
    """The point that a leg bends towards: to the right of its middle; shape (2,)."""
    east, north = destination.x - origin.x, destination.y - origin.y
    middle = np.array([origin.x + east / 2, origin.y + north / 2])
    return middle + 2 * BOW * np.array([north, -east])


def within(curve: Floats, frame: Frame) -> Floats:
    """The part of a curve within a frame; the longest one if there are several."""
    inside = np.array([frame.holds(x, y) for x, y in curve.tolist()])
    if inside.all():
        return curve
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inside.astype(int), [0]])))
    stretches = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    if not stretches:
        return curve[:0]
    first, last = max(stretches, key=lambda stretch: stretch[1] - stretch[0])
    return curve[first:last]


def spread(wanted: Sequence[float], *, gap: float, low: float, high: float) -> list[float]:
    """Heights as near to those wanted as a gap between neighbours allows, within low and high.

    ``wanted`` ascends. The mean of pushing up and of pushing down keeps the gaps and the middle.
    """
    up, down = list(wanted), list(wanted)
    for k in range(1, len(up)):
        up[k] = max(up[k], up[k - 1] + gap)
    for k in range(len(down) - 2, -1, -1):
        down[k] = min(down[k], down[k + 1] - gap)
    chosen = [(a + b) / 2 for a, b in zip(up, down, strict=True)]
    for k in range(len(chosen) - 1, -1, -1):
        chosen[k] = min(chosen[k], high if k == len(chosen) - 1 else chosen[k + 1] - gap)
    for k in range(len(chosen)):
        chosen[k] = max(chosen[k], low if k == 0 else chosen[k - 1] + gap)
    return chosen


def boxes_along(curve: Floats, width: float) -> list[Box]:
    """Boxes along a curve that leave no gap wider than a letter is high."""
    steps = np.hypot(*np.diff(curve, axis=0).T)
    parts = np.maximum(1, np.ceil(steps / width)).astype(int)
    places = [
        begin + (end - begin) * k / count
        for begin, end, count in zip(curve[:-1], curve[1:], parts.tolist(), strict=True)
        for k in range(count)
    ]
    half = width / 2
    corners = ((*(place - half), *(place + half)) for place in (*places, curve[-1]))
    return [(float(a), float(b), float(c), float(d)) for a, b, c, d in corners]


def is_nearest(box: Box, point: tuple[float, float], others: Sequence[tuple[float, float]]) -> bool:
    """Whether none of the points is nearer to a box than one of them; true of any other point."""
    return point not in others or all(_gap(box, point) <= _gap(box, other) for other in others)


def _gap(box: Box, point: tuple[float, float]) -> float:
    """From a point to a box; 0 within it."""
    (left, bottom, right, top), (x, y) = box, point
    return math.hypot(max(left - x, 0.0, x - right), max(bottom - y, 0.0, y - top))


def arrow(curve: Floats, width: float, point: float) -> tuple[Floats, Floats]:
    """The curve shortened by its head, and the head's corners; a width and a point in km."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(curve, axis=0).T))])
    length = min(max(HEAD_LENGTH * width, LEAST_HEAD_LENGTH * point), 0.5 * float(along[-1]))
    neck = max(1, int(np.searchsorted(along, along[-1] - length)))
    tip, base = curve[-1], curve[neck - 1]
    forward = (tip - base) / max(NOT_ZERO, float(np.hypot(*(tip - base))))
    side = np.array([forward[1], -forward[0]]) * max(HEAD_HALF * width, LEAST_HEAD_HALF * point)
    head = np.array([tip, base + side, base - side])
    return curve[: neck + 1] if neck < 2 else curve[:neck], head
