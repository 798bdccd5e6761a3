"""When and where asylum could be sought: the measures that were in force, as spans of time.

Hours of the day are set aside, but a crossing whose calendar has no opening for long
(:data:`sim.engine.opening_hours.LOOK_AHEAD_D`) counts as closed meanwhile: people know that it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from sim.clock import Interval
from sim.engine.codes import NOBODY, Action
from sim.engine.columns import Engine
from sim.engine.filters import EVERYBODY
from sim.engine.measures import PASSABLE_MODES
from sim.engine.opening_hours import shut_spans
from sim.world.world import World


class Access(StrEnum):
    """What a crossing is for people without a right of entry, hours of the day aside."""

    OPEN = "open"
    EXCEPTION_ONLY = "exception_only"
    NO_ASYLUM = "no_asylum"
    CLOSED = "closed"
    SOME_EXCLUDED = "some_excluded"


@dataclass(frozen=True)
class AccessSpan:
    """A crossing's access between two times, h."""

    crossing: int
    begins_h: float
    ends_h: float
    access: Access


class _Restriction(NamedTuple):
    """A measure that restricts access to a crossing."""

    begins_h: float
    ends_h: float
    kind: int
    exempt: int
    origin: int
    concerned: int

    @property
    def is_filtered(self) -> bool:
        """Whether it is about some people alone, and leaves all others their access."""
        return self.origin != NOBODY or self.concerned != EVERYBODY


def access_spans(engine: Engine, world: World) -> tuple[AccessSpan, ...]:
    """Spans of all crossings that people can use, in order of crossing and time; no gaps."""
    restrictions = _restrictions(engine)
    for station, (begins_h, ends_h) in _shut(engine):
        shut = _Restriction(begins_h, ends_h, Action.CLOSE, 0, NOBODY, EVERYBODY)
        restrictions.setdefault(station, []).append(shut)
    return tuple(
        span
        for station, modes in enumerate(engine.stations["modes"].tolist())
        if modes & PASSABLE_MODES
        for span in _spans(station, restrictions.get(station, []), world.clock.duration_h)
    )


def _restrictions(engine: Engine) -> dict[int, list[_Restriction]]:
    """Measures that restrict access, by station."""
    restrictions: dict[int, list[_Restriction]] = {}
    fields = ["destination", "begins_h", "ends_h", "kind", "exempt", "origin", "concerned"]
    in_use = engine.measures[fields][: int(engine.status["measures"][0])]
    for station, begins_h, ends_h, kind, *whom in in_use.tolist():
        if kind in (Action.CLOSE, Action.NO_ASYLUM) and begins_h < ends_h:
            restrictions.setdefault(station, []).append(_Restriction(begins_h, ends_h, kind, *whom))
    return restrictions


def _shut(engine: Engine) -> Iterator[tuple[int, Interval]]:
    """Stretches in which the calendar of a station has no opening for long, h."""
    for station, row in enumerate(engine.destinations[: len(engine.stations)]):
        openings = engine.openings[row["first_opening"] : row["last_opening"]]
        for span in shut_spans(openings.tolist()):
            yield station, span


def _spans(station: int, restrictions: list[_Restriction], duration_h: float) -> list[AccessSpan]:
    edges = {edge for each in restrictions for edge in (each.begins_h, each.ends_h)}
    times = [0.0, *sorted(edge for edge in edges if 0.0 < edge < duration_h), duration_h]
    spans: list[AccessSpan] = []
    for begin, end in pairwise(times):
        access = _access_at(restrictions, begin)
        if spans and spans[-1].access is access:
            spans[-1] = AccessSpan(station, spans[-1].begins_h, end, access)
        else:
            spans.append(AccessSpan(station, begin, end, access))
    return spans


def _access_at(restrictions: list[_Restriction], hour: float) -> Access:
    """The strictest of the measures in force."""
    now = [each for each in restrictions if each.begins_h <= hour < each.ends_h]
    if not now:
        return Access.OPEN
    for_everybody = [each for each in now if not each.is_filtered]
    if not for_everybody:
        return Access.SOME_EXCLUDED
    without_exception = [each.kind for each in for_everybody if not each.exempt]
    if not without_exception:
        return Access.EXCEPTION_ONLY
    if Action.CLOSE in without_exception:
        return Access.CLOSED
    return Access.NO_ASYLUM


def hours_without_access(spans: tuple[AccessSpan, ...], world: World) -> float:
    """Hours in which no crossing took claims from everybody."""
    if not spans:  # there is no crossing that people can use
        return world.clock.duration_h
    edges = sorted({h for span in spans for h in (span.begins_h, span.ends_h)})
    without = 0.0
    for begin, end in pairwise(edges):
        open_somewhere = any(
            span.access is Access.OPEN and span.begins_h <= begin < span.ends_h for span in spans
        )
        if not open_somewhere:
            without += end - begin
    return without
