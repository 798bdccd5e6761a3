"""Who serves and how long: officers on duty, and service times that belong to people.

The same person takes the same time under every policy.
"""

from __future__ import annotations

import math

from numba import njit

from sim.arithmetic.elementary import exp, log
from sim.engine.codes import Distribution
from sim.engine.signatures import Columns, Record, Row
from sim.randomness import exponential, gamma, normal


@njit
def registration_servers(station: Record) -> int:
    """Interviews that may run at a time now; seconded officers work whenever there are people."""
    base = station.servers_open if station.open_by_hours else station.servers_after_hours
    return max(0, base + station.extra_servers)


@njit
def unit_service(e: Columns, p: Row, purpose: int, distribution: int, cv: float) -> float:
    """A service time with mean 1 of person ``p``, by its Distribution."""
    group = e.groups[e.persons[p].group]
    member = p - group.first_person
    key = e.status[0].key
    if distribution == Distribution.DETERMINISTIC:
        return 1.0
    if distribution == Distribution.EXPONENTIAL:
        return exponential(key, purpose, group.key, member)
    if cv <= 0.0:
        return 1.0
    if distribution == Distribution.GAMMA:
        shape = 1.0 / (cv * cv)
        return gamma(key, purpose, group.key, member, shape) / shape
    variance = log(1.0 + cv * cv)
    return exp(math.sqrt(variance) * normal(key, purpose, group.key, member) - 0.5 * variance)
