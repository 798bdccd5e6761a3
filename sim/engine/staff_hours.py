"""S13, hours on duty: the integrals over time of everybody who is at work at a station.

Officers at the desks for interviews are on duty by the hour, those added or taken away among them,
whether anybody is there or not; those who finish an interview after their shift go on until it
ends. Officers at the lanes are on duty in opening hours, and after them those who still receive
somebody. Interpreters are on duty in opening hours, and outside them as many as there are officers;
where they are not counted (no limit) only those in an interview are. The night is from 22 to 6
o'clock, local time.

Integrals are exact: they are brought up to date before anything that they depend on changes, and at
the end of each local day.
"""

from __future__ import annotations

from numba import njit

from sim.engine.codes import UNLIMITED
from sim.engine.service import officers_away, registration_servers
from sim.engine.signatures import Columns, Hours, Record, Row


@njit
def update_staff_hours(e: Columns, s: Row, now: Hours) -> None:
    """Record up to now the hours of everybody on duty, and of the heated places that there are."""
    station = e.stations[s]
    hours = now - station.staff_since_h
    if hours <= 0.0:
        return
    night_h = _night_hours(e, station.staff_since_h, now)
    desks = max(registration_servers(station), station.registration_busy)
    lanes = _officers_at_lanes(station)
    interpreters = _interpreters_on_duty(station, desks)
    e.officer_h[e.status[0].day, s] += desks * hours
    station.lane_h += lanes * hours
    station.interpreter_h += interpreters * hours
    station.away_h += officers_away(station) * hours
    station.night_officer_h += (desks + lanes) * night_h
    station.night_interpreter_h += interpreters * night_h
    station.warm_place_h += station.warm_places * hours
    if not station.open_by_hours:
        station.overtime_h += station.registration_busy * hours
    station.staff_since_h = now


@njit
def _night_hours(e: Columns, since: Hours, now: Hours) -> Hours:
    """Hours of a stretch of the present day that are in the night."""
    morning_h, evening_h = e.nights_h[e.status[0].day]
    before = max(0.0, min(now, morning_h) - since)
    return before + max(0.0, now - max(since, evening_h))


@njit
def _officers_at_lanes(station: Record) -> int:
    busy = station.admission_busy + station.travellers_in_lanes
    return max(station.lanes, busy) if station.open_by_hours else busy


@njit
def _interpreters_on_duty(station: Record, desks: int) -> int:
    """Interpreters at work; ``desks`` officers are."""
    there = max(0, station.interpreters)
    if there > UNLIMITED // 2:
        return station.interpreters_busy
    if not station.open_by_hours:
        there = min(there, desks)
    return max(there, station.interpreters_busy)
