"""Security and order: O1 to O9 of the indicators."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.engine.codes import PersonState as State
from sim.outcomes.indicator import Direction, Family, FamilyTable, share_of
from sim.outcomes.run_record import RunRecord
from sim.world.modelled import Need

TABLE: Final = FamilyTable(Family.SECURITY)
_LESS, _MORE, _NONE = Direction
DAYS_OF_MEAN: Final = 3


@TABLE.of_run("O1", "Arrivals", "persons", _NONE, headline=True)
def arrivals(run: RunRecord) -> float:
    """People who presented themselves at crossings without a right of entry."""
    return float(run.daily_arrivals.sum())


@TABLE.of_run("O2", "Busiest day", "persons/d", _LESS, headline=True)
def busiest_day(run: RunRecord) -> float:
    """Most people who presented themselves on one local day, all crossings together."""
    return float(run.daily_arrivals.sum(axis=1).max(initial=0))


@TABLE.of_run("O3", "Traffic suspended", "h", _LESS, needs=Need.SUSPENSION)
def suspended(run: RunRecord) -> float:
    """Open hours in which traffic was suspended because there was no room between the posts."""
    return float(run.engine.suspended_h.sum())


@TABLE.of_run("O4", "Unregistered after 24 h", "persons", _LESS)
def unregistered_after_a_day(run: RunRecord) -> float:
    """People not registered (or heard and found to claim nothing) 24 hours after presenting."""
    return float((run.registration_wait_h > 24.0).sum())


@TABLE.of_run(
    "O5_attempts", "Terrain border attempts", "persons", _LESS, headline=True, needs=Need.TERRAIN
)
def green_border_attempts(run: RunRecord) -> float:
    """Times that people tried to cross the terrain border between crossings."""
    return float(run.entries_by_state[State.GREEN_ATTEMPT])


@TABLE.of_run("O5_found", "Found on the terrain border", "persons", _NONE, needs=Need.TERRAIN)
def found_on_terrain(run: RunRecord) -> float:
    """Times that people were found on the terrain border, those pushed back among them."""
    found = run.engine.entries[:, :, State.GREEN_FOUND].sum(axis=0, dtype=np.int64)
    return float(found.sum() - found[run.crossing_places].sum())  # at crossings they wait


@TABLE.of_run("O5_unknown", "Unnoticed entries", "persons", _LESS, needs=Need.TERRAIN)
def unnoticed_entries(run: RunRecord) -> float:
    """People who crossed the terrain border and were not found."""
    return float(run.entries_by_state[State.GREEN_UNKNOWN])


@TABLE.of_run("O6", "Registration staff in use", "%", _NONE)
def staff_utilisation(run: RunRecord) -> float:
    """Interview hours over the hours that registration officers were on duty.

    Missing where no officer was ever on duty.
    """
    interviews = float(run.hours_by_state[State.IN_REGISTRATION])
    return share_of(100.0 * interviews, float(run.engine.officer_h.sum()))


@TABLE.of_run("O6_overtime", "Interviews after closing", "h", _LESS)
def overtime(run: RunRecord) -> float:
    """Hours of interviews outside a crossing's opening hours."""
    return float(run.engine.stations["overtime_h"].sum())


@TABLE.of_run("O7", "Days over capacity", "d", _LESS, needs=Need.CAPACITY)
def days_over_capacity(run: RunRecord) -> float:
    """Crossing-days with more arrivals than the crossing's stated daily capacity."""
    capacity = np.array(
        [
            np.inf if crossing.daily_capacity is None else crossing.daily_capacity
            for crossing in run.world.network.crossings
        ]
    )
    return float((run.daily_arrivals > capacity).sum())


@TABLE.of_run("O8", "Days until few arrive", "d", _NONE)
def days_to_regain_control(run: RunRecord) -> float:
    """Days from the first to the last on which arrivals are at ``control_per_d`` or above.

    Arrivals are a three-day mean; zero if there is no such day. Fewer arrivals are not a success in
    themselves: read it beside R4 and R13.
    """
    above = np.flatnonzero(_three_day_means(run) >= run.parameters.control_per_d)
    return float(above[-1] - above[0] + 1) if len(above) else 0.0


def _three_day_means(run: RunRecord) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Means of arrivals over each day and the two before it (fewer at the start)."""
    totals = np.concatenate(([0.0], run.daily_arrivals.sum(axis=1).cumsum()))
    day = np.arange(1, len(totals))
    first = np.maximum(0, day - DAYS_OF_MEAN)
    means: np.ndarray[tuple[int], np.dtype[np.float64]] = (totals[day] - totals[first]) / (
        day - first
    )
    return means


@TABLE.of_run(
    "O9", "Gone to another country", "persons", _NONE, headline=True, needs=Need.NEIGHBOURS
)
def diverted(run: RunRecord) -> float:
    """People who went to a neighbouring country's border instead."""
    return float(run.entries_by_state[State.DIVERTED])
