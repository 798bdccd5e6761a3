"""S13, costs: K1 to K7 of the indicators, in euros. Never netted against rights.

The receiving state's cost is a sum of items, each an amount of something times its price: a
parameter with its source. Beside it stands what others bear: travellers and businesses,
neighbouring countries, and the people who want to cross; K_all is the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from math import fsum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic.elementary import power
from sim.engine.codes import AgeClass
from sim.engine.codes import PersonState as State
from sim.engine.person_states import IN_TRANSIT_STATE, PAST_THE_GATE
from sim.outcomes.indicator import Direction, Family, FamilyTable, share_of
from sim.outcomes.run_record import RunRecord
from sim.world.modelled import Need

TABLE: Final = FamilyTable(Family.COST)
_LESS, _MORE, _NONE = Direction
DAYS_OF_TAIL: Final = 365.0


@TABLE.of_run("K_all", "Whole cost", "EUR", _LESS, headline=True)
def whole_cost(run: RunRecord) -> float:
    """K_state, K5, K6 and K7 together: what all bear, not the receiving state alone.

    What is not modelled is not included.
    """
    return fsum(part(run) for part in (state_cost, trade_lost, neighbour_cost, migrant_cost))


@TABLE.of_run("K_state", "Borne by the receiving state", "EUR", _LESS, headline=True)
def state_cost(run: RunRecord) -> float:
    """K1, and reception after the end of the scenario (K4_later)."""
    return cost(run) + later_reception(run)


@TABLE.of_run("K1", "Receiving state, to the end of the scenario", "EUR", _LESS)
def cost(run: RunRecord) -> float:
    """The items of K1 below, up to the end of the scenario; later costs are in K4_later.

    Items that are not modelled are not included.
    """
    return fsum(item(run) for item in ITEMS)  # exact, so the same on every Python


@TABLE.of_run("K1_staff", "of which officers at the desks", "EUR", _LESS)
def staff_cost(run: RunRecord) -> float:
    """Hours of registration officers on duty, idle or not, seconded ones among them."""
    return run.desk_hours * run.parameters.officer_eur_per_h


@TABLE.of_run("K1_lanes", "of which officers at the lanes", "EUR", _LESS)
def lane_cost(run: RunRecord) -> float:
    """Hours of admission officers on duty, idle or not."""
    return run.staff_total("lane_h") * run.parameters.officer_eur_per_h


@TABLE.of_run("K1_interpreters", "of which interpreters", "EUR", _LESS)
def interpreter_cost(run: RunRecord) -> float:
    """Hours of interpreters on duty, idle or not; where they are not counted, of interviews."""
    return run.staff_total("interpreter_h") * run.parameters.interpreter_eur_per_h


@TABLE.of_run("K1_night", "of which night work", "EUR", _LESS)
def night_cost(run: RunRecord) -> float:
    """What hours on duty at night cost beyond others, of officers and interpreters."""
    parameters = run.parameters
    officers = run.staff_total("night_officer_h") * parameters.officer_eur_per_h
    interpreters = run.staff_total("night_interpreter_h") * parameters.interpreter_eur_per_h
    return parameters.night_premium * (officers + interpreters)


@TABLE.of_run("K1_surge", "of which travel and lodging", "EUR", _LESS)
def surge_cost(run: RunRecord) -> float:
    """Travel and lodging of officers beyond a crossing's own, seconded or moved, by shift."""
    shifts = run.staff_total("away_h") / run.parameters.shift_h
    return shifts * run.parameters.surge_eur_per_d


@TABLE.of_run("K1_stations", "of which running crossings", "EUR", _LESS)
def station_cost(run: RunRecord) -> float:
    """Running cost of crossings that people can use, for the days when they are not closed."""
    days = (run.clock.duration_h * len(run.closed_h) - run.closed_h.sum()) / 24.0
    return float(days) * run.parameters.station_eur_per_d


@TABLE.of_run("K1_shelter", "of which shelter", "EUR", _LESS)
def shelter_cost(run: RunRecord) -> float:
    """Shelter, food and care for people from the gate until they leave the crossing."""
    return run.hours_in(PAST_THE_GATE) / 24.0 * run.parameters.shelter_eur_per_d


@TABLE.of_run("K1_warm", "of which heated places", "EUR", _LESS)
def warm_cost(run: RunRecord) -> float:
    """Heated places for people who wait, used or not, day by day."""
    return run.staff_total("warm_place_h") / 24.0 * run.parameters.warm_place_eur_per_d


@TABLE.of_run("K1_registration", "of which registration", "EUR", _LESS)
def registration_cost(run: RunRecord) -> float:
    """Checks and papers for every registration."""
    return run.registrations * run.parameters.registration_eur


@TABLE.of_run("K1_transport", "of which transport", "EUR", _LESS, needs=Need.TRANSPORT)
def transport_cost(run: RunRecord) -> float:
    """Transport of people from crossings to reception."""
    return float(run.entries_by_state[State.TRANSFERRED]) * run.parameters.transport_eur


@TABLE.of_run("K1_reception", "of which reception", "EUR", _LESS)
def reception_cost(run: RunRecord) -> float:
    """Reception of registered people up to the end of the scenario, not the time after."""
    return _reception(run, _days_since_registration(run))


@TABLE.of_run("K1_legal", "of which legal reviews", "EUR", _LESS)
def legal_cost(run: RunRecord) -> float:
    """Reviews by courts and overseers."""
    return float(run.engine.status["reviews"][0]) * run.parameters.review_eur


@TABLE.of_run("K1_fence", "of which fence", "EUR", _LESS, needs=Need.TERRAIN)
def fence_share(run: RunRecord) -> float:
    """K3, the yearly cost of the fence, for the length of the scenario."""
    return fence_cost(run) * run.clock.duration_h / (24.0 * DAYS_OF_TAIL)


ITEMS: Final[tuple[Callable[[RunRecord], float], ...]] = (
    staff_cost,
    lane_cost,
    interpreter_cost,
    night_cost,
    surge_cost,
    station_cost,
    shelter_cost,
    warm_cost,
    registration_cost,
    transport_cost,
    reception_cost,
    legal_cost,
    fence_share,
)


def _days_since_registration(run: RunRecord) -> NDArray[np.float64]:
    """Days from registration to the end of the scenario, by person; nan for the others."""
    days = run.clock.duration_h - run.stays_since_h
    days /= 24.0
    return days


def _is_alone(run: RunRecord) -> NDArray[np.bool_]:
    """Who is a minor without an adult, by person: their reception has another price."""
    return np.asarray(run.persons["age_class"] == AgeClass.UNACCOMPANIED_MINOR)


def _reception(run: RunRecord, days: NDArray[np.float64]) -> float:
    """What days in reception cost: ``days`` are those of each person (changed), nan for none."""
    parameters, alone = run.parameters, _is_alone(run)
    np.multiply(days, parameters.minor_reception_eur_per_d, out=days, where=alone)
    np.multiply(days, parameters.reception_eur_per_d, out=days, where=~alone)
    days[np.isnan(days)] = 0.0
    return float(days.sum())


@TABLE.of_run("K2", "Cost per registered person", "EUR/person", _LESS)
def cost_per_registered(run: RunRecord) -> float:
    """K1 divided by the people registered; missing where nobody was: read it beside R4."""
    return share_of(cost(run), run.registered_people)


@TABLE.of_run("K3", "Fence, yearly cost", "EUR/y", _LESS, needs=Need.TERRAIN)
def fence_cost(run: RunRecord) -> float:
    """Annuity of the fence built under the policy: capital times ``r / (1 - (1 + r)^-life)``."""
    parameters = run.parameters
    rate, life = parameters.discount_rate, parameters.fence_life_y
    annuity = rate / (1.0 - power(1.0 + rate, -life)) if rate > 0.0 else 1.0 / life
    return run.fence_built_km * parameters.fence_eur_per_km * annuity


@TABLE.of_run("K4", "Reception, twelve months", "EUR", _LESS)
def reception_tail(run: RunRecord) -> float:
    """Reception of everybody registered for twelve months from registration."""
    alone = _is_alone(run)[~np.isnan(run.stays_since_h)]
    eur_per_d = np.where(
        alone, run.parameters.minor_reception_eur_per_d, run.parameters.reception_eur_per_d
    )
    return DAYS_OF_TAIL * float(eur_per_d.sum())


@TABLE.of_run("K4_later", "of which after the scenario", "EUR", _LESS)
def later_reception(run: RunRecord) -> float:
    """The part of K4 after the end of the scenario: it is not in K1, and is in K_state."""
    days_left = _days_since_registration(run)
    np.subtract(DAYS_OF_TAIL, days_left, out=days_left)
    return _reception(run, np.maximum(0.0, days_left, out=days_left))


@TABLE.of_run(
    "K5", "Borne by travellers and businesses", "EUR", _LESS, headline=True, needs=Need.TRAVELLERS
)
def trade_lost(run: RunRecord) -> float:
    """The value of crossings that travellers could not make (R14): lost trade and travel."""
    return run.lost_crossings * run.parameters.lost_crossing_eur


@TABLE.of_run(
    "K6", "Borne by neighbouring countries", "EUR", _LESS, headline=True, needs=Need.NEIGHBOURS
)
def neighbour_cost(run: RunRecord) -> float:
    """Initial cost to other countries of the people who went there instead."""
    return float(run.entries_by_state[State.DIVERTED]) * run.parameters.neighbour_eur


@TABLE.of_run("K7", "Borne by the people who want to cross", "EUR", _LESS, headline=True)
def migrant_cost(run: RunRecord) -> float:
    """Lifts, bicycles and guides, and living in the transit state until they are across."""
    living = run.hours_in(IN_TRANSIT_STATE) / 24.0 * run.parameters.daily_burn_eur
    return float(run.spent_eur.sum()) + living
