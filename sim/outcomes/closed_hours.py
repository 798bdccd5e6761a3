"""When crossings that people can use were closed, and what that does to travellers with papers.

Orders that only refuse asylum claims (NO_ASYLUM) leave travellers with papers alone; a closure with
a humanitarian exception does not. Closures for some people alone, by origin, papers or class, leave
them alone too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import NOBODY, Action
from sim.engine.filters import EVERYBODY
from sim.engine.signatures import Table
from sim.world.traveller_numbers import travellers_a_day
from sim.world.world import World


@dataclass(frozen=True)
class ClosedHours:
    """Stretches of time between which nothing changes.

    Attributes:
        numbers: the crossings that people can use, shape (crossings,).
        edges_h: begins and ends of the stretches, shape (stretches + 1,), h.
        is_closed: whether a crossing is closed in a stretch, shape (crossings, stretches).
        travellers_per_d: crossings a day while it is open, shape (crossings,).
    """

    numbers: NDArray[np.int64]
    edges_h: NDArray[np.float64]
    is_closed: NDArray[np.bool_]
    travellers_per_d: NDArray[np.float64]

    @classmethod
    def of(cls, measures: Table, world: World) -> ClosedHours:
        """Lay out the closures among the measures of a run."""
        crossings = world.network.crossings
        usable = [k for k, crossing in enumerate(crossings) if crossing.takes_people]
        numbers = np.array(usable, dtype=np.int64)
        travellers = np.array([travellers_a_day(crossings[k]) for k in usable])
        end_h = world.clock.duration_h
        closures = measures[measures["kind"] == Action.CLOSE]
        closures = closures[(closures["origin"] == NOBODY) & (closures["concerned"] == EVERYBODY)]
        begins_h = np.clip(closures["begins_h"], 0.0, end_h)
        ends_h = np.clip(closures["ends_h"], 0.0, end_h)
        edges_h = np.unique(np.concatenate(([0.0, end_h], begins_h, ends_h)))
        middle_h = 0.5 * (edges_h[:-1] + edges_h[1:])
        in_force = (begins_h[:, None] <= middle_h) & (middle_h < ends_h[:, None])
        here = closures["destination"] == numbers[:, None]
        return cls(numbers, edges_h, (here[:, :, None] & in_force).any(axis=1), travellers)

    @property
    def hours(self) -> NDArray[np.float64]:
        """Length of each stretch, h."""
        return np.diff(self.edges_h)

    @property
    def by_crossing(self) -> NDArray[np.float64]:
        """Closed hours of each crossing, shape (crossings,)."""
        return (self.is_closed * self.hours).sum(axis=1)

    def open_hours(self, calendars: Sequence[Table]) -> NDArray[np.float64]:
        """Open hours by calendar while a crossing is not closed, shape (crossings,), h.

        Args:
            calendars: open stretches of each crossing, with ``opens_h`` and ``closes_h``.
        """
        begin_h, end_h = self.edges_h[:-1], self.edges_h[1:]
        total_h = np.zeros(len(self.numbers))
        for k, calendar in enumerate(calendars):
            opens_h, closes_h = calendar["opens_h"][:, None], calendar["closes_h"][:, None]
            overlap_h = np.minimum(closes_h, end_h) - np.maximum(opens_h, begin_h)
            total_h[k] = np.maximum(0.0, overlap_h)[:, ~self.is_closed[k]].sum()
        return total_h

    def lost_crossings(self, detour_share: float) -> float:
        """Crossings that travellers could not make.

        Args:
            detour_share: share of a closed crossing's travellers who use another while one is open.
        """
        wanting = (self.travellers_per_d[:, None] * self.is_closed).sum(axis=0) / 24.0
        somewhere_else = (~self.is_closed & (self.travellers_per_d > 0.0)[:, None]).any(axis=0)
        lost_share = np.where(somewhere_else, 1.0 - detour_share, 1.0)
        return float((wanting * lost_share * self.hours).sum())
