"""Which crossings take claims when, under a policy: what a forecast knows of later days.

A crossing is open on a day where its opening hours and measures let somebody in at some time of it,
be it only some people. Days between which no measure changes that make a phase.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.access import Access
from sim.outcomes.run_record import RunRecord

Floats: TypeAlias = NDArray[np.float64]
WITHOUT_ASYLUM: Final = (Access.CLOSED, Access.NO_ASYLUM)
CLOCKS_APART_H: Final = 2.0  # a measure at midnight of a neighbouring time zone is one of that day


@dataclass(frozen=True)
class Phase:
    """Days, by their numbers, with the same crossings open by measures.

    Attributes:
        first: its first day.
        last: its last day.
        name: its dates.
    """

    first: int
    last: int
    name: str

    @property
    def days(self) -> int:
        """How many days it has."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class PolicyPath:
    """What a policy opens and closes, day by day.

    Attributes:
        days: the local days.
        open_h: hours in which a crossing takes claims, shape (days, crossings), h.
        accessible: whether measures allow it for more than two hours of the day, opening hours
            aside, same shape.
    """

    days: tuple[date, ...]
    open_h: Floats
    accessible: NDArray[np.bool_]

    @cached_property
    def is_open(self) -> NDArray[np.bool_]:
        """Whether a crossing takes claims at some time of a day, shape (days, crossings)."""
        return self.open_h > 0.0

    def phases(self, first: int, last: int) -> list[Phase]:
        """The phases of these days, in order; a phase that began before is cut there."""
        changed = (self.accessible[first + 1 : last + 1] != self.accessible[first:last]).any(axis=1)
        begins = [first, *(first + 1 + int(k) for k in np.flatnonzero(changed)), last + 1]
        return [
            Phase(begin, end - 1, f"{self.days[begin]}..{self.days[end - 1]}")
            for begin, end in pairwise(begins)
        ]


def path_of(run: RunRecord, days: tuple[date, ...]) -> PolicyPath:
    """What was open when in a finished run.

    Args:
        run: the run; of one that was cut, days after its end are as they were decided by then.
        days: the local days of its scenario.
    """
    begins_h, ends_h = run.world.clock.day_begins_h, run.world.clock.day_ends_h
    shape = (len(days), len(run.engine.stations))
    open_h, allowed_h = np.zeros(shape), np.zeros(shape)
    for span in run.access:
        if span.access in WITHOUT_ASYLUM:
            continue
        within = _overlap(span.begins_h, span.ends_h, begins_h, ends_h)
        allowed_h[:, span.crossing] += within
        for opens_h, closes_h in _openings(run, span.crossing):
            begin, end = max(opens_h, span.begins_h), min(closes_h, span.ends_h)
            open_h[:, span.crossing] += _overlap(begin, end, begins_h, ends_h)
    return PolicyPath(days, open_h, allowed_h > CLOCKS_APART_H)


def _overlap(begin_h: float, end_h: float, begins_h: Floats, ends_h: Floats) -> Floats:
    """Hours of a span on each day, shape (days,)."""
    return np.asarray(np.maximum(np.minimum(end_h, ends_h) - np.maximum(begin_h, begins_h), 0.0))


def _openings(run: RunRecord, crossing: int) -> Iterator[tuple[float, float]]:
    """Begin and end of each opening of a crossing by its hours, h."""
    calendar = run.engine.destinations[crossing]
    spans = run.engine.openings[int(calendar["first_opening"]) : int(calendar["last_opening"])]
    yield from zip(spans["opens_h"].tolist(), spans["closes_h"].tolist(), strict=True)
