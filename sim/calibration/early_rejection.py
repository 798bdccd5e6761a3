"""Runs that can no longer come near enough to the counts end before their last day.

A distance is a sum over summaries, and each of these is known once its own last day is over: what
those that are over lack is never more than what all will. A run that lacks more than is allowed
already would be rejected (Picchini and Forman 2016, J. Stat. Comput. Simul. 86:195), so that what
is accepted is the same to the bit as if every run were finished.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sim.calibration.counts import Counts
from sim.calibration.distance import Yardstick
from sim.calibration.prior import Floats

NEW: Final = 0.25  # of all summaries, over since the last look, before another look is worth it


class Look(NamedTuple):
    """A moment at which a run is measured before its end.

    Attributes:
        hour: when, in hours from the start.
        over: numbers of the summaries whose last day is over by then.
        cells: numbers of the counts in these.
    """

    hour: float
    over: tuple[int, ...]
    cells: tuple[int, ...]


def looks_at(counts: Counts, day_ends_h: Sequence[float]) -> tuple[Look, ...]:
    """When runs are measured before their end, each time that another quarter of all is known.

    Args:
        counts: what is compared.
        day_ends_h: when each day of the scenario ends, in hours from the start.
    """
    last = [max(counts.cells[k].last for k in each.cells) for each in counts.summaries]
    looks: list[Look] = []
    known = 0
    for day in sorted(set(last))[:-1]:
        over = tuple(k for k, each in enumerate(last) if each <= day)
        if len(over) - known >= NEW * len(last):
            cells = {cell for k in over for cell in counts.summaries[k].cells}
            looks.append(Look(float(day_ends_h[day]), over, tuple(sorted(cells))))
            known = len(over)
    return tuple(looks)


@dataclass(frozen=True)
class Limit:
    """How far a run may be from the counts.

    Attributes:
        distance: at most.
        counts: what is compared.
        measured: what it is measured against.
        looks: when that is looked at before the end of a run.
    """

    distance: float
    counts: Counts
    measured: Yardstick
    looks: tuple[Look, ...]

    def is_passed(self, look: Look, reported: Floats) -> bool:
        """Whether a run is too far, whatever comes.

        Args:
            look: the moment.
            reported: its counts as they would be reported, shape (cells,); those that are not over
                may be anything.
        """
        found = self.counts.summary_roots(reported[None])
        return bool(self.measured.distances(found, look.over)[0] > self.distance)
