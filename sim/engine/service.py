"""Who serves and how long: officers on duty, and service times that belong to people.

The same person takes the same time under every policy.
"""

from __future__ import annotations

import math

from sim.arithmetic.compiled import njit
from sim.arithmetic.elementary import exp, log
from sim.engine.codes import LARGEST_GROUP, Distribution
from sim.engine.signatures import Columns, Key, Record, Row
from sim.randomness import exponential, gamma, normal


@njit
def registration_servers(station: Record) -> int:
    """Officers on duty for interviews now."""
    if station.open_by_hours:
        return officers_in_open_hours(station)
    return officers_after_hours(station)


@njit
def officers_in_open_hours(station: Record) -> int:
    """Officers for interviews while it is open by its hours, with those added or taken away."""
    return max(0, station.servers_open + station.extra_servers)


@njit
def officers_after_hours(station: Record) -> int:
    """The same while it is not."""
    added = station.extra_servers + station.extra_after_hours
    return max(0, station.servers_after_hours + added)


@njit
def officers_away(station: Record) -> int:
    """Officers on duty beyond the station's own: they are away from home."""
    added = station.extra_servers
    if not station.open_by_hours:
        added += station.extra_after_hours
    return max(0, added)


@njit
def unit_service(e: Columns, p: Row, purpose: int, distribution: int, cv: float) -> float:
    """A service time with mean 1 of person ``p``, by its Distribution; another at each border.

    With the same at every border of a chain, those who take long at one would meet nobody at the
    next who came from the same queue: its waits would be too short.
    """
    group = e.groups[e.persons[p].group]
    member = p - group.first_person + LARGEST_GROUP * int(group.borders)
    return unit_time(e.status[0].key, purpose, group.key, member, distribution, cv)


@njit
def unit_time(
    key: Key, purpose: int, entity: Key, index: int, distribution: int, cv: float
) -> float:
    """A service time with mean 1 by its Distribution, of a member of an entity."""
    if distribution == Distribution.DETERMINISTIC:
        return 1.0
    if distribution == Distribution.EXPONENTIAL:
        return exponential(key, purpose, entity, index)
    if cv <= 0.0:
        return 1.0
    if distribution == Distribution.GAMMA:
        shape = 1.0 / (cv * cv)
        return gamma(key, purpose, entity, index, shape) / shape
    variance = log(1.0 + cv * cv)
    return exp(math.sqrt(variance) * normal(key, purpose, entity, index) - 0.5 * variance)
