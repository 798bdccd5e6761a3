"""The indicators: one table with id, name, definition, unit, direction and family.

Security and order (S), rights and humanitarian (R), cost (K), pressure (Q). Rights indicators stand
in every table and cannot be switched off. "Direction" says which way is better where that can be
said: fewer arrivals is never better by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from sim.engine.columns import PersonState as State
from sim.outcomes.run_record import IN_TRANSIT_STATE, WAITING_AT_BORDER, RunRecord


class Family(StrEnum):
    """What an indicator is about."""

    SECURITY = "security"
    RIGHTS = "rights"
    COST = "cost"
    COERCION = "coercion"


class Direction(StrEnum):
    """Which way is better."""

    LESS = "less"
    MORE = "more"
    NONE = "none"


@dataclass(frozen=True)
class Indicator:
    """One number of a run.

    Attributes:
        id: short name in results files.
        name: name in tables.
        definition: what is counted.
        unit: its unit.
        direction: which way is better.
        family: what it is about.
        compute: from a finished run to the number.
        headline: whether it stands in the first table.
    """

    id: str
    name: str
    definition: str
    unit: str
    direction: Direction
    family: Family
    compute: Callable[[RunRecord], float]
    headline: bool = False


INDICATORS: Final[dict[str, Indicator]] = {}


def _indicator(
    id: str,
    name: str,
    unit: str,
    direction: Direction,
    family: Family,
    *,
    headline: bool = False,
) -> Callable[[Callable[[RunRecord], float]], Callable[[RunRecord], float]]:
    """Register a function as an indicator; its docstring is the definition."""

    def register(compute: Callable[[RunRecord], float]) -> Callable[[RunRecord], float]:
        definition = " ".join((compute.__doc__ or "").split())
        INDICATORS[id] = Indicator(id, name, definition, unit, direction, family, compute, headline)
        return compute

    return register


_SECURITY, _RIGHTS, _COST, _COERCION = Family
_LESS, _MORE, _NONE = Direction


@_indicator("S1", "Arrivals", "persons", _NONE, _SECURITY, headline=True)
def arrivals(run: RunRecord) -> float:
    """People who presented themselves at crossings without a right of entry."""
    return float(run.daily_arrivals.sum())


@_indicator("S2", "Busiest day", "persons/d", _LESS, _SECURITY, headline=True)
def busiest_day(run: RunRecord) -> float:
    """Most people who presented themselves on one local day, all crossings together."""
    return float(run.daily_arrivals.sum(axis=1).max(initial=0))


@_indicator("S3", "Traffic suspended", "h", _LESS, _SECURITY)
def suspended(run: RunRecord) -> float:
    """Open hours in which traffic was suspended for want of room between the posts."""
    return float(run.engine.suspended_h.sum())


@_indicator("S4", "Unregistered after 24 h", "persons", _LESS, _SECURITY)
def unregistered_after_a_day(run: RunRecord) -> float:
    """People not registered 24 hours after they presented themselves."""
    return float((run.registration_wait_h > 24.0).sum())


@_indicator("S5_attempts", "Terrain border attempts", "persons", _LESS, _SECURITY, headline=True)
def green_border_attempts(run: RunRecord) -> float:
    """People who tried to cross the terrain border between crossings."""
    return float(run.entries_by_state[State.GREEN_ATTEMPT])


@_indicator("S5_unknown", "Unnoticed entries", "persons", _LESS, _SECURITY)
def unnoticed_entries(run: RunRecord) -> float:
    """People who crossed the terrain border and were not found."""
    return float(run.entries_by_state[State.GREEN_UNKNOWN])


@_indicator("S6", "Registration staff in use", "%", _NONE, _SECURITY)
def staff_utilisation(run: RunRecord) -> float:
    """Interview hours over the hours that registration officers were on duty."""
    on_duty = run.officer_hours + run.surge_hours
    interviews = float(run.hours_by_state[State.IN_REGISTRATION])
    return 100.0 * interviews / on_duty if on_duty > 0.0 else 0.0


@_indicator("S7", "Days over capacity", "d", _LESS, _SECURITY)
def days_over_capacity(run: RunRecord) -> float:
    """Crossing-days with more arrivals than the crossing's stated daily capacity."""
    capacity = np.array(
        [
            np.inf if crossing.daily_capacity is None else crossing.daily_capacity
            for crossing in run.world.network.crossings
        ]
    )
    return float((run.daily_arrivals > capacity).sum())


@_indicator("S9", "Gone to another country", "persons", _NONE, _SECURITY, headline=True)
def diverted(run: RunRecord) -> float:
    """People who went to a neighbouring country's border instead."""
    return float(run.entries_by_state[State.DIVERTED])


@_indicator("R1_mean", "Mean wait for registration", "h", _LESS, _RIGHTS)
def mean_wait(run: RunRecord) -> float:
    """Mean time from presenting oneself to being registered; unfinished waits count up to the end.

    Zero where nobody could present themselves: read it beside access (R4, R13).
    """
    waits = run.registration_wait_h
    return float(waits.mean()) if len(waits) else 0.0


@_indicator("R1_p95", "95th percentile of that wait", "h", _LESS, _RIGHTS)
def long_wait(run: RunRecord) -> float:
    """95th percentile of the time from presenting oneself to being registered."""
    waits = run.registration_wait_h
    return float(np.quantile(waits, 0.95)) if len(waits) else 0.0


@_indicator("R1_max", "Longest wait", "h", _LESS, _RIGHTS)
def longest_wait(run: RunRecord) -> float:
    """Longest time from presenting oneself to being registered."""
    return float(run.registration_wait_h.max(initial=0.0))


@_indicator("R1_person_days", "Waiting at the border", "person-days", _LESS, _RIGHTS, headline=True)
def waiting_at_border(run: RunRecord) -> float:
    """Time that people spent in line, between the posts and until registered."""
    return run.hours_in(WAITING_AT_BORDER) / 24.0


@_indicator("R2_cold", "Outdoors at -10 and colder", "person-h", _LESS, _RIGHTS, headline=True)
def cold_hours(run: RunRecord) -> float:
    """Person-hours outdoors at the border at a wind chill of -10 deg C or colder."""
    return float(run.engine.outdoor_h[:, :, 1:].sum())


@_indicator("R2_below28", "Outdoors at -28 and colder", "person-h", _LESS, _RIGHTS)
def extreme_cold_hours(run: RunRecord) -> float:
    """Person-hours outdoors at the border at a wind chill of -28 deg C or colder."""
    return float(run.engine.outdoor_h[:, :, 2:].sum())


@_indicator("R4_24h", "Registered within 24 h", "%", _MORE, _RIGHTS)
def registered_within_a_day(run: RunRecord) -> float:
    """Share of people who reached a border post and were registered within 24 hours of it."""
    return _share_registered_within(run, 24.0)


@_indicator("R4_72h", "Registered within 72 h", "%", _MORE, _RIGHTS, headline=True)
def registered_within_three_days(run: RunRecord) -> float:
    """Share of people who reached a border post and were registered within 72 hours of it."""
    return _share_registered_within(run, 72.0)


def _share_registered_within(run: RunRecord, hours: float) -> float:
    registered = ~np.isnan(run.persons["registered_h"][run.reached_border])
    if not len(registered):
        return 0.0
    return float(100.0 * (registered & (run.border_wait_h <= hours)).mean())


@_indicator(
    "R4_without_access", "Without access to asylum", "persons", _LESS, _RIGHTS, headline=True
)
def without_access(run: RunRecord) -> float:
    """People who wanted to apply and by the end were neither registered nor gone elsewhere.

    Those still waiting anywhere, turned back, settled in the transit state, gone home or removed,
    and those who did not even set out: a closure that keeps people from coming is no access.
    """
    people = run.people_by_state
    reached = people[[State.REGISTERED, State.GREEN_UNKNOWN, State.DIVERTED]].sum()
    return float(people.sum() - reached) + run.deterred


@_indicator("R4_deterred", "of whom did not set out", "persons", _LESS, _RIGHTS)
def deterred(run: RunRecord) -> float:
    """People who would have set out and did not, for closures or for news of failure."""
    return float(run.deterred)


@_indicator("R6", "Turned back unheard", "persons", _LESS, _RIGHTS, headline=True)
def turned_back(run: RunRecord) -> float:
    """Times that people were turned back without their claim being received."""
    return float(run.entries_by_state[State.TURNED_BACK])


@_indicator(
    "R8", "Minors and vulnerable waiting over 6 h", "persons", _LESS, _RIGHTS, headline=True
)
def vulnerable_waiting(run: RunRecord) -> float:
    """Minors and particularly vulnerable people registered later than 6 hours after arriving."""
    care = run.needs_care[run.reached_border]
    return float((care & (run.border_wait_h > 6.0)).sum())


@_indicator("R8_minors", "Minors among those waiting over 6 h", "persons", _LESS, _RIGHTS)
def minors_waiting(run: RunRecord) -> float:
    """Minors registered later than 6 hours after they reached the border, or never."""
    minors = (run.persons["age_class"] != 0)[run.reached_border]
    return float((minors & (run.border_wait_h > 6.0)).sum())


@_indicator("R9", "Stranded in the transit state", "person-days", _LESS, _RIGHTS, headline=True)
def stranded(run: RunRecord) -> float:
    """Time that people who want to cross spent in the transit state."""
    return run.hours_in(IN_TRANSIT_STATE) / 24.0


@_indicator("R9_settled", "Stayed in the transit state", "persons", _NONE, _RIGHTS)
def settled(run: RunRecord) -> float:
    """People who gave up and stayed in the transit state."""
    return float(run.people_by_state[State.SETTLED_TRANSIT])


@_indicator("R9_returned", "Gave up and went home", "persons", _NONE, _RIGHTS)
def returned(run: RunRecord) -> float:
    """People who gave up while they waited and went back where they came from."""
    return float(run.people_by_state[State.RETURNED])


@_indicator("R9_removed", "Removed by the transit state", "persons", _LESS, _RIGHTS)
def removed(run: RunRecord) -> float:
    """People whom the transit state removed while they waited."""
    return float(run.people_by_state[State.REMOVED_BY_TRANSIT])


@_indicator("R13", "No land access to asylum", "d", _LESS, _RIGHTS, headline=True)
def days_without_access(run: RunRecord) -> float:
    """Days in which no land crossing took asylum claims from everybody."""
    return run.hours_without_access / 24.0


@_indicator("K1", "Cost to the receiving state", "EUR", _LESS, _COST, headline=True)
def cost(run: RunRecord) -> float:
    """Registration staff, seconded officers and reception up to the end of the scenario."""
    return staff_cost(run) + surge_cost(run) + reception_cost(run)


@_indicator("K1_staff", "of which standing staff", "EUR", _LESS, _COST)
def staff_cost(run: RunRecord) -> float:
    """Hours of registration officers on duty, at their hourly cost."""
    return run.officer_hours * run.parameters.officer_eur_per_h


@_indicator("K1_surge", "of which seconded officers", "EUR", _LESS, _COST)
def surge_cost(run: RunRecord) -> float:
    """Seconded officers: working hours (a third of the time) and travel and lodging."""
    officer_days = run.surge_hours / 24.0
    hourly = 8.0 * run.parameters.officer_eur_per_h
    return officer_days * (hourly + run.parameters.surge_eur_per_d)


@_indicator("K4", "of which reception", "EUR", _LESS, _COST)
def reception_cost(run: RunRecord) -> float:
    """Reception of registered people up to the end of the scenario, not the years after."""
    return run.reception_days * run.parameters.reception_eur_per_d


@_indicator("K2", "Cost per registered person", "EUR/person", _LESS, _COST)
def cost_per_registered(run: RunRecord) -> float:
    """K1 over the people registered; zero where nobody was registered: read it beside R4."""
    registered = float(run.people_by_state[State.REGISTERED])
    return cost(run) / registered if registered else 0.0


@_indicator("Q7", "Still in the transit state at the end", "persons", _NONE, _COERCION)
def left_in_transit(run: RunRecord) -> float:
    """People who want to cross and are in the transit state when the scenario ends."""
    return float(run.people_by_state[list(IN_TRANSIT_STATE)].sum())


HEADLINE: Final = tuple(each.id for each in INDICATORS.values() if each.headline)


def compute_indicators(run: RunRecord) -> dict[str, float]:
    """Every indicator of a run, in the table's order."""
    return {name: each.compute(run) for name, each in INDICATORS.items()}
