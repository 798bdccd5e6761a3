"""Burdens of people who want to cross, and of others: R9 to R15 of the indicators of rights."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.engine.codes import PersonState as State
from sim.engine.person_states import IN_TRANSIT_STATE
from sim.outcomes.equity import class_gap, gini, percentile_ratio, worst_tenth
from sim.outcomes.indicator import Direction, Family, FamilyTable, Statistic
from sim.outcomes.rights import Floats, only_of, wait
from sim.outcomes.run_record import RunRecord
from sim.world.modelled import Need

TABLE: Final = FamilyTable(Family.RIGHTS)
_LESS, _MORE, _NONE = Direction
_SUM, _MEAN = Statistic


@TABLE.of_run("R9", "Stranded in the transit state", "person-days", _LESS, headline=True)
def stranded(run: RunRecord) -> float:
    """Time that people who want to cross spent in the transit state."""
    return run.hours_in(IN_TRANSIT_STATE) / 24.0


@TABLE.of_run("R9_settled", "Stayed in the transit state", "persons", _NONE)
def settled(run: RunRecord) -> float:
    """People who gave up and stayed in the transit state."""
    return float(run.people_by_state[State.SETTLED_TRANSIT])


@TABLE.of_run("R9_returned", "Gave up and went home", "persons", _NONE)
def returned(run: RunRecord) -> float:
    """People who gave up while they waited and went back where they came from."""
    return float(run.people_by_state[State.RETURNED])


@TABLE.of_run("R9_removed", "Removed by the transit state", "persons", _LESS)
def removed(run: RunRecord) -> float:
    """People whom the transit state removed while they waited or on the road."""
    return float(run.people_by_state[State.REMOVED_BY_TRANSIT])


@TABLE.of_people("R10", "Money lost on the way", "EUR", _LESS, _SUM)
def money_lost(run: RunRecord) -> Floats:
    """Paid for lifts, bicycles and guides by people who are without access at the end."""
    return np.where(run.without_access, run.spent_eur, 0.0)


@TABLE.of_people("R11", "Detour", "km/person", _LESS, _MEAN)
def detour(run: RunRecord) -> Floats:
    """Road travelled beyond the shortest way to any crossing, by people who reached a post."""
    beyond_km = run.travelled_km - run.shortest_km
    return only_of(np.maximum(0.0, beyond_km, out=beyond_km), run.reached_border)


@TABLE.of_run("R12_ratio", "Long wait over the median", "x", _LESS)
def unequal_waits(run: RunRecord) -> float:
    """95th percentile over median of the wait for registration; missing where that is zero."""
    return percentile_ratio(run.registration_wait_h)


@TABLE.of_run("R12_gini", "Gini of the wait", "1", _LESS)
def gini_of_waits(run: RunRecord) -> float:
    """Gini coefficient of the wait for registration: 0 if all wait alike, near 1 if few wait."""
    return gini(run.registration_wait_h)


@TABLE.of_run("R12_worst", "Wait of the worst-off tenth", "h", _LESS)
def wait_of_the_worst_off(run: RunRecord) -> float:
    """Mean wait for registration of the tenth who waited longest."""
    return worst_tenth(run.registration_wait_h)


@TABLE.of_run("R12_gap", "Widest gap between classes of people", "h", _LESS)
def gap_between_classes(run: RunRecord) -> float:
    """Highest less lowest mean wait for registration of classes with five people or more."""
    return class_gap(run, wait(run))


@TABLE.of_run("R13", "No land access to asylum", "d", _LESS, headline=True, needs=Need.CROSSINGS)
def days_without_access(run: RunRecord) -> float:
    """Days in which no land crossing took asylum claims from everybody."""
    return run.hours_without_access / 24.0


@TABLE.of_run(
    "R14", "Travellers with papers unable to cross", "crossings/d", _LESS, needs=Need.TRAVELLERS
)
def lost_crossings_per_day(run: RunRecord) -> float:
    """Crossings of travellers and families that closures prevented, per day of the scenario.

    While another crossing is open, some (``traveller_detour_share``) use that one instead.
    """
    return run.lost_crossings / (run.clock.duration_h / 24.0)


@TABLE.of_run("R14_wait", "Mean wait of travellers for a lane", "h", _LESS)
def wait_of_travellers(run: RunRecord) -> float:
    """Time that travellers with papers who share the lanes wait for one of them.

    Unfinished waits count up to the end. Missing where none shares a lane.
    """
    return run.travellers.mean_wait_h
