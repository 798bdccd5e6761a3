"""The counts of a calibration: what was counted, and what of it is compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from math import isnan

import numpy as np

from sim.calibration.distance import Yardstick, roots, weighed_spread, yardstick
from sim.calibration.prior import Floats, Integers
from sim.calibration.summaries import Summary, cell_bounds, summaries_of, summed
from sim.errors import InputError
from sim.scenario.records import Observation
from sim.scenario.scenario import Scenario
from sim.study.learning import open_days
from sim.study.observed_cells import Cell, observed_cells
from sim.study.options import StudyOptions
from sim.study.replication import Study

LEAST_CELLS = 2
CLOSING_TIME_H = 6.0  # what changes in the evening changes the day after


def known_until(observed: tuple[Observation, ...], until: date) -> tuple[Observation, ...]:
    """Counts of periods that are over by the end of a day: no others are ever looked at."""
    return tuple(each for each in observed if each.period_end <= until)


@dataclass(frozen=True)
class Counts:
    """What was counted until a day, and how it is compared.

    Attributes:
        cells: counts, and bounds of such.
        summaries: what is compared of them.
        crossing_days: numbers of the counts of arrivals at a crossing on a day on which it was
            open, from the first day on which anybody was counted anywhere; of all counts where
            there are none of that kind.
        is_by_day: whether there are some of that kind.
        until_h: end of the last day of any of them, hours from the start.
    """

    cells: tuple[Cell, ...]
    summaries: tuple[Summary, ...]
    crossing_days: tuple[int, ...]
    is_by_day: bool
    until_h: float

    @cached_property
    def bounds(self) -> tuple[Floats, Floats]:
        """Least and most that each count allows."""
        return cell_bounds(self.cells)

    @cached_property
    def _of_crossing_days(self) -> Integers:
        return np.array(self.crossing_days)

    @property
    def day_by_day(self) -> Yardstick:
        """What crossing-days are measured against: one root is 1."""
        low, high = (bound[self._of_crossing_days] for bound in self.bounds)
        return yardstick(low, high)

    def roots_by_day(self, people: Floats) -> Floats:
        """Roots of simulated counts of crossing-days, shape (runs, crossing-days)."""
        return roots(people[:, self._of_crossing_days])

    def summary_roots(self, people: Floats) -> Floats:
        """Roots of summaries of simulated counts, shape (runs, summaries)."""
        return roots(summed(self.summaries, people))

    def summary_yardstick(self, bank: Floats) -> Yardstick:
        """What summaries are measured against: the spread of each in the bank, by its weight.

        Args:
            bank: roots of summaries of runs from the prior, shape (runs, summaries).
        """
        low, high = (np.array([getattr(s, end) for s in self.summaries]) for end in ("low", "high"))
        weights = np.array([each.weight for each in self.summaries])
        return yardstick(low, high, weighed_spread(bank, weights))


def counts_of(options: StudyOptions) -> Counts:
    """The counts of a scenario that holds no later ones than are wanted.

    Dates at which its policy changes what crossings are open to are those of a run with central
    values: policies that follow a script have the same ones in every run.

    Raises:
        InputError: if there are none that the model can be compared with.
    """
    scenario = options.scenario
    cells = tuple(observed_cells(scenario, bounds=True))
    if len(cells) < LEAST_CELLS:
        raise InputError(
            f"there are {len(cells)} counts until that day that the model can be compared with; a "
            f"calibration needs {LEAST_CELLS} or more: name a later day, or a table under "
            "'observed' or --observed"
        )
    changes, is_open = _policy_path(options)
    since = min((cell.first for cell in cells if cell.people > 0.0), default=0)
    by_day = tuple(
        k for k, cell in enumerate(cells) if cell.first >= since and _is_crossing_day(cell, is_open)
    )
    clock = scenario.world.clock
    return Counts(
        cells,
        summaries_of(cells, changes, clock.days[0]),
        by_day or tuple(range(len(cells))),
        bool(by_day),
        float(clock.day_ends_h[max(cell.last for cell in cells)]),
    )


def _policy_path(options: StudyOptions) -> tuple[list[int], set[tuple[int, int]]]:
    """Days on which access to crossings changes, and (day, crossing) that were open."""
    central = replace(options, central=True, posterior=None)
    access = Study(central).run_numbers([0])[0].rows["access"]
    ends_h = np.asarray(options.scenario.world.clock.day_ends_h, dtype=np.float64)
    later = access["begins"][access["begins"] > 0.0] + CLOSING_TIME_H
    changes = sorted(set(np.searchsorted(ends_h, later, side="right").tolist()))
    return changes, open_days(options.scenario, access)


def _is_crossing_day(cell: Cell, is_open: set[tuple[int, int]]) -> bool:
    of_a_day = cell.first == cell.last and len(cell.crossings) == len(cell.places) == 1
    counted = cell.series == "arrivals" and not isnan(cell.people)
    return of_a_day and counted and cell.is_open(is_open)


def label(scenario: Scenario, cell: Cell) -> dict[str, object]:
    """A count as the manifest names it."""
    names = {place.id: place.name for place in scenario.world.network.places}
    names |= {area.id: area.name for area in scenario.areas}
    days = scenario.world.clock.days
    return {
        "series": cell.series,
        "place": cell.place,
        "name": names.get(cell.place, cell.place),
        "first": days[cell.first].isoformat(),
        "last": days[cell.last].isoformat(),
    }
