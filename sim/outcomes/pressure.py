"""Pressure and coercion: Q1 to Q7, a vector that describes. No pay-off, and nothing ranks by it."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.engine.codes import PersonState as State
from sim.engine.person_states import IN_TRANSIT_STATE
from sim.outcomes.costs import cost
from sim.outcomes.indicator import Direction, Family, FamilyTable, share_of
from sim.outcomes.rights import turned_back
from sim.outcomes.run_record import RunRecord
from sim.world.modelled import Need

TABLE: Final = FamilyTable(Family.COERCION)
_NONE = Direction.NONE


@TABLE.of_run("Q1", "Arrivals against usual", "x", _NONE)
def relative_volume(run: RunRecord) -> float:
    """Arrivals a day divided by those of usual times (``usual_arrivals_per_d``)."""
    per_day = float(run.daily_arrivals.sum(axis=1).mean())
    return per_day / run.parameters.usual_arrivals_per_d


@TABLE.of_run("Q2", "Open hours with traffic suspended", "%", _NONE, needs=Need.SUSPENSION)
def disruption(run: RunRecord) -> float:
    """Suspended traffic (O3) in % of the hours that crossings were open; missing where none was."""
    return share_of(100.0 * float(run.engine.suspended_h.sum()), float(run.usable_h.sum()))


@TABLE.of_run("Q3", "Cost per arrival", "EUR/person", _NONE)
def cost_per_arrival(run: RunRecord) -> float:
    """K1 divided by arrivals; missing where nobody arrived."""
    return share_of(cost(run), float(run.daily_arrivals.sum()))


@TABLE.of_run("Q4", "Own norms set aside", "person-days", _NONE, needs=Need.CROSSINGS)
def norms_set_aside(run: RunRecord) -> float:
    """Person-days in the transit state without effective access, and a day for each of R6.

    Access as in R5, but by what the receiving state orders: closures, caps, bans and hours. Queues
    and what the transit side stops do not count.
    """
    without = run.engine.access_stock.sum() - run.engine.access_offered.sum()
    return float(without) + turned_back(run)


@TABLE.of_run("Q5", "Days of pressure after the response", "d", _NONE)
def persistence(run: RunRecord) -> float:
    """Days on which over ``pressure_per_d`` people came to the transit side's posts.

    Counted from the first restrictive decision on; from the start where there is none.
    """
    came = run.engine.entries[:, run.crossing_places, State.EXIT_QUEUE].sum(axis=1)
    first_day = int(np.searchsorted(run.engine.day_ends_h, run.first_restriction_h, side="right"))
    return float((came[first_day:] > run.parameters.pressure_per_d).sum())


@TABLE.of_run("Q6", "Concession made", "0 or 1", _NONE)
def concession(run: RunRecord) -> float:
    """Whether the policy gives the transit side something it asks for, as the scenario says."""
    return float(run.concession)


@TABLE.of_run("Q7", "Still in the transit state at the end", "persons", _NONE)
def left_in_transit(run: RunRecord) -> float:
    """People who want to cross and are in the transit state when the scenario ends."""
    return float(run.people_by_state[list(IN_TRANSIT_STATE)].sum())
