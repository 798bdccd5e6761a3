"""Measures: what the receiving and the transit state have decided, announced or not.

A measure is one row for one crossing: it is announced, begins, and ends. Closures compose by count:
a crossing is open again only when the last reason to close it has ended. A measure may be revised
(an earlier end), more than once: each revision is a row of its own, and people believe the latest
that they have heard of.

The exit gate of a station follows three things: the chance that the hypothesis sets, the level of
the transit side's facilitation (S10), and checks that were agreed with the transit state, which no
gate exceeds: ``gate = min(agreed, leakage + (chance - leakage) min(1, level))``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic.compiled import njit
from sim.engine.codes import GATE, NOBODY, REVISION, Action
from sim.engine.cold_exposure import update_outdoor_hours
from sim.engine.events import EventKind, schedule
from sim.engine.filters import concerns, concerns_everybody, is_filtered
from sim.engine.onward import leads_through, set_waved_share
from sim.engine.signatures import Columns, Hours, Record, Row
from sim.engine.staff_hours import update_staff_hours
from sim.engine.terrain_guard import build_fence, claims_taken_on_terrain, set_guard
from sim.engine.time_statistics import update_suspended_hours

PASSABLE_MODES: Final = 0b111  # foot, bicycle, car: what people can have at the border


@njit
def schedule_measures(e: Columns, first: Row) -> None:
    """Schedule what the measures from row ``first`` on will do."""
    for m in range(first, e.status[0].measures):
        measure = e.measures[m]
        now = e.status[0].now_h
        if measure.kind == REVISION:
            schedule(e, max(now, measure.ends_h), EventKind.MEASURE_ENDS, measure.destination, 0)
        else:
            schedule(e, max(now, measure.begins_h), EventKind.MEASURE_BEGINS, m, 0)
            if not np.isinf(measure.ends_h):
                schedule(e, max(now, measure.ends_h), EventKind.MEASURE_ENDS, m, 0)
        _announce(e, measure.announced_h)


@njit
def _announce(e: Columns, at_h: Hours) -> None:
    """Note a bulletin, unless one of the same instant is already noted."""
    if np.isinf(at_h):
        return
    for b in range(e.status[0].bulletins):
        if e.bulletins[b] == at_h:
            return
    b = e.status[0].bulletins
    e.bulletins[b] = at_h
    e.status[0].bulletins = b + 1
    schedule(e, max(e.status[0].now_h, at_h), EventKind.BULLETIN, b, 0)


@njit
def begin_measure(e: Columns, m: Row, now: Hours) -> None:
    """Put a measure in force."""
    if e.measures[m].ends_h <= e.measures[m].begins_h:
        return
    e.measures[m].in_force = 1
    _apply(e, m, 1, now)


@njit
def end_measure(e: Columns, m: Row, now: Hours) -> bool:
    """End a measure; says whether it was in force and this is its present end."""
    measure = e.measures[m]
    if measure.in_force == 0 or measure.ends_h > now:
        return False
    measure.in_force = 0
    _apply(e, m, -1, now)
    return True


@njit
def _apply(e: Columns, m: Row, sign: int, now: Hours) -> None:
    """Put a measure in force (sign 1) or out of it (sign -1)."""
    measure = e.measures[m]
    if measure.kind == Action.CARRIER_MEASURES:
        return
    if measure.kind == Action.BUILD_FENCE:
        if sign > 0:
            build_fence(e.destinations[measure.destination], measure.value)
    elif measure.kind == Action.GUARD or measure.kind == Action.PUSHBACK:
        set_guard(e, measure.destination)
    elif measure.destination < len(e.stations):
        _apply_to_station(e, m, sign, now)
    elif measure.kind == Action.CLOSE:
        e.destinations[measure.destination].closures += sign


@njit
def _adds_staff(measure: Record) -> bool:
    """Whether a measure adds or takes away somebody at work; none added is no change."""
    is_about_staff = (
        measure.kind == Action.ADD_OFFICERS
        or measure.kind == Action.ADD_OFFICERS_AFTER_HOURS
        or measure.kind == Action.ADD_INTERPRETERS
        or measure.kind == Action.ADD_LANES
    )
    return is_about_staff and measure.value != 0.0


@njit
def _bring_up_to_date(e: Columns, m: Row, sign: int, now: Hours) -> None:
    """Record up to now what is summed over time and changes with a measure; nothing else.

    So what changes nothing, as a closure over another, leaves the very same sums.
    """
    measure = e.measures[m]
    s = measure.destination
    brings_warm_places = measure.kind == Action.METER and measure.warm_places != 0
    shuts = measure.kind == Action.CLOSE and not is_filtered(measure)
    if shuts and e.stations[s].closures == (0 if sign > 0 else 1):
        update_suspended_hours(e, s, now)
    if brings_warm_places or _adds_staff(measure):
        update_staff_hours(e, s, now)
    if brings_warm_places and e.zone[e.stations[s].place] >= 0:
        update_outdoor_hours(e, e.stations[s].place, now)


@njit
def _apply_to_station(e: Columns, m: Row, sign: int, now: Hours) -> None:
    measure = e.measures[m]
    station = e.stations[measure.destination]
    _bring_up_to_date(e, m, sign, now)
    if _is_closing(measure) and is_filtered(measure):
        station.filters += sign
    elif measure.kind == Action.CLOSE:
        station.closures += sign
    elif measure.kind == Action.NO_ASYLUM:
        station.asylum_restrictions += sign
    elif measure.kind == Action.BAN_MODE:
        station.mode_bans += sign
    elif measure.kind == Action.ADD_OFFICERS:
        station.extra_servers += sign * int(measure.value)
    elif measure.kind == Action.ADD_OFFICERS_AFTER_HOURS:
        station.extra_after_hours += sign * int(measure.value)
    elif measure.kind == Action.ADD_INTERPRETERS:
        station.interpreters += sign * int(measure.value)
    elif measure.kind == Action.ADD_LANES:
        station.lanes += sign * int(measure.value)
    elif measure.kind == GATE:
        if sign > 0:
            station.gate_chance = measure.value
            set_gate(e, measure.destination)
    elif measure.kind == Action.RESUME_CHECKS:
        set_gate(e, measure.destination)
    elif measure.kind == Action.WAVE_THROUGH:
        set_waved_share(e, measure.destination)
    elif measure.kind == Action.METER:
        station.metered += sign
        station.filtered_meters += 0 if concerns_everybody(measure) else sign
        station.warm_places += sign * measure.warm_places
    elif measure.kind == Action.CAP_ARRIVALS:
        station.arrival_caps += sign


@njit
def set_gate(e: Columns, s: Row) -> None:
    """Set the exit gate of station ``s`` as the hypothesis, the level and agreements have it."""
    station, status = e.stations[s], e.status[0]
    gate = station.gate_chance
    if status.transit_level < 1.0:
        gate = status.gate_leakage + (gate - status.gate_leakage) * status.transit_level
    for m in range(status.measures):
        measure = e.measures[m]
        agreed = measure.kind == Action.RESUME_CHECKS and measure.destination == s
        if agreed and measure.in_force:
            gate = min(gate, measure.value)
    station.gate = gate


@njit
def share_setting_out(e: Columns, origin: Row) -> float:
    """Share of an origin's people who still set out under the carrier measures in force."""
    share = 1.0
    for m in range(e.status[0].measures):
        measure = e.measures[m]
        if (
            measure.kind == Action.CARRIER_MEASURES
            and measure.in_force
            and (measure.origin == NOBODY or measure.origin == origin)
        ):
            share *= measure.value
    return share


@njit
def _is_closing(measure: Record) -> bool:
    """Whether a measure keeps people out whom it concerns."""
    return measure.kind == Action.CLOSE or measure.kind == Action.NO_ASYLUM


@njit
def restricts(measure: Record, s: Row, kind: int) -> bool:
    """Whether a measure is in force and closes station ``s`` to people of a kind."""
    return (
        measure.in_force
        and measure.destination == s
        and _is_closing(measure)
        and concerns(measure, kind)
    )


@njit
def is_restricted(station: Record) -> bool:
    """Whether anything in force closes a station to anybody, opening hours aside."""
    return station.closures + station.asylum_restrictions + station.filters > 0


@njit
def restriction(e: Columns, s: Row, kind: int) -> int:
    """The strictest queue rule of the measures that close station ``s`` to a kind, or -1."""
    strictest = -1
    if not is_restricted(e.stations[s]):
        return strictest
    for m in range(e.status[0].measures):
        if restricts(e.measures[m], s, kind):
            strictest = max(strictest, e.measures[m].queue_rule)
    return strictest


@njit
def daily_cap(e: Columns, s: Row) -> float:
    """The lowest cap on everybody at station ``s`` alone, persons a day; infinite without one."""
    cap = np.inf
    if e.stations[s].metered + e.stations[s].arrival_caps == 0:
        return cap
    for m in range(e.status[0].measures):
        measure = e.measures[m]
        is_cap = measure.kind == Action.METER or measure.kind == Action.CAP_ARRIVALS
        is_here = is_cap and measure.in_force and measure.destination == s
        if is_here and measure.pool == NOBODY and concerns_everybody(measure):
            cap = min(cap, measure.value)
    return cap


@njit
def ban_in_force(e: Columns, s: Row, mode: int) -> float:
    """How strictly a mode is banned at station ``s`` now: 0 (not) to 1 (always turned back)."""
    strictness = 0.0
    if e.stations[s].mode_bans == 0:
        return strictness
    for m in range(e.status[0].measures):
        measure = e.measures[m]
        if (
            measure.in_force
            and measure.destination == s
            and measure.kind == Action.BAN_MODE
            and measure.mode == mode
        ):
            strictness = max(strictness, measure.value)
    return strictness


@njit
def asylum_open_anywhere(e: Columns) -> bool:
    """Whether anybody can apply at any crossing, opening hours and filters left aside.

    In a chain of borders: at one of the first from which people get as far as they want to go.
    Where there are only stretches of terrain border, whether any of these is open and lets some of
    those who are found apply.
    """
    is_open = np.zeros(len(e.stations), dtype=np.bool_)
    for s in range(len(e.stations)):
        station = e.stations[s]
        closed = station.closures + station.asylum_restrictions
        is_open[s] = station.modes & PASSABLE_MODES and closed == 0
    return _leads_in(e, is_open)


@njit
def asylum_open_to_all(e: Columns) -> bool:
    """Whether everybody can apply at the same crossing, leaving opening hours aside."""
    is_open = np.zeros(len(e.stations), dtype=np.bool_)
    for s in range(len(e.stations)):
        is_open[s] = e.stations[s].modes & PASSABLE_MODES and not is_restricted(e.stations[s])
    return _leads_in(e, is_open)


@njit
def asylum_open_to(e: Columns, kind: int) -> bool:
    """Whether people of a kind can apply at any crossing."""
    is_open = np.zeros(len(e.stations), dtype=np.bool_)
    for s in range(len(e.stations)):
        is_open[s] = e.stations[s].modes & PASSABLE_MODES and restriction(e, s, kind) < 0
    return _leads_in(e, is_open)


@njit
def _leads_in(e: Columns, is_open: NDArray[np.bool_]) -> bool:
    """Whether there is a way in by crossings that are open, or by terrain where there are none."""
    if len(e.stations) == 0:
        return claims_taken_on_terrain(e)
    if e.status[0].chain:
        return leads_through(e, is_open)
    for s in range(len(is_open)):  # noqa: SIM110 - compiled code has no generator
        if is_open[s]:
            return True
    return False
