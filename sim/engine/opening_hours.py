"""Calendars of open hours as one table: for crossings, and for neighbours' crossings after them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from sim.engine.columns import OPENING
from sim.engine.signatures import Table


def opening_table(
    calendars: Sequence[Sequence[tuple[float, float]]],
) -> tuple[Table, list[tuple[int, int]]]:
    """Open stretches in one table, and where each calendar's begin and end in it."""
    rows = [span for spans in calendars for span in spans]
    ends = np.cumsum([len(spans) for spans in calendars], dtype=int).tolist()
    bounds = list(pairwise([0, *ends]))
    return np.array(rows or [(np.inf, np.inf)], dtype=OPENING), bounds


def fill_calendars(
    destinations: Table,
    openings: Table,
    bounds: Sequence[tuple[int, int]],
    duration_h: float,
) -> None:
    """Write where each destination's open stretches are, and the mean wait for opening, h."""
    for row, (first, last) in zip(destinations, bounds, strict=False):
        row["first_opening"], row["last_opening"] = first, last
        row["opening_wait_h"] = _mean_wait_for_opening(openings[first:last], duration_h)


def _mean_wait_for_opening(spans: Table, duration_h: float) -> float:
    """Mean wait until open for somebody who comes at a uniform time, h."""
    if not len(spans):
        return duration_h
    gaps = np.diff(np.concatenate(([0.0], spans["opens_h"], [duration_h])))
    gaps[1:] -= spans["closes_h"] - spans["opens_h"]
    return float((gaps * gaps).sum() / (2.0 * duration_h))
