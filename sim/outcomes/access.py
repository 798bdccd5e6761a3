"""When and where asylum could be sought: the measures that were in force, as spans of time."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from sim.engine.columns import Engine, MeasureKind
from sim.engine.measures import PASSABLE_MODES
from sim.world.world import World


class Access(StrEnum):
    """What a crossing is for people without a right of entry, opening hours aside."""

    OPEN = "open"
    EXCEPTION_ONLY = "exception_only"
    NO_ASYLUM = "no_asylum"
    CLOSED = "closed"


@dataclass(frozen=True)
class AccessSpan:
    """A crossing's access between two times, h."""

    crossing: int
    begins_h: float
    ends_h: float
    access: Access


def access_spans(engine: Engine, world: World) -> tuple[AccessSpan, ...]:
    """Spans of all crossings that people can use, in order of crossing and time; no gaps."""
    measures = engine.measures[: int(engine.status["measures"][0])]
    barring = measures[
        (measures["kind"] == MeasureKind.CLOSED) | (measures["kind"] == MeasureKind.NO_ASYLUM)
    ]
    spans: list[AccessSpan] = []
    for station, row in enumerate(engine.stations):
        if row["modes"] & PASSABLE_MODES:
            own = barring[barring["station"] == station]
            spans += _spans(station, own, world.clock.duration_h)
    return tuple(spans)


def _spans(station: int, measures: Any, duration_h: float) -> list[AccessSpan]:
    edges = {0.0, duration_h}
    for name in ("begins_h", "ends_h"):
        edges.update(float(h) for h in measures[name] if 0.0 < h < duration_h)
    times = sorted(edges)
    spans: list[AccessSpan] = []
    for begin, end in itertools.pairwise(times):
        access = _access_at(measures, begin)
        if spans and spans[-1].access is access:
            spans[-1] = AccessSpan(station, spans[-1].begins_h, end, access)
        else:
            spans.append(AccessSpan(station, begin, end, access))
    return spans


def _access_at(measures: Any, hour: float) -> Access:
    """The strictest of the measures in force."""
    now = measures[(measures["begins_h"] <= hour) & (hour < measures["ends_h"])]
    if not len(now):
        return Access.OPEN
    without_exception = now[now["exempt"] == 0]
    if not len(without_exception):
        return Access.EXCEPTION_ONLY
    if np.any(without_exception["kind"] == MeasureKind.CLOSED):
        return Access.CLOSED
    return Access.NO_ASYLUM


def hours_without_access(spans: tuple[AccessSpan, ...], world: World) -> float:
    """Hours in which no crossing took claims from everybody."""
    edges = sorted({h for span in spans for h in (span.begins_h, span.ends_h)})
    without = 0.0
    for begin, end in itertools.pairwise(edges):
        open_somewhere = any(
            span.access is Access.OPEN and span.begins_h <= begin < span.ends_h for span in spans
        )
        if not open_somewhere:
            without += end - begin
    return without
