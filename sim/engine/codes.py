"""The codes that the columns hold: what a number in a table means, and the sizes that follow.

Codes are integers because compiled code branches on them; the enumerations give them their names.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class PersonState(IntEnum):
    """What a person is doing; exhaustive and exclusive (MODEL 2.3)."""

    GATEWAY = 0
    STAGING = 1
    TRAVEL = 2
    EXIT_QUEUE = 3
    ADMISSION_QUEUE = 4
    IN_ADMISSION = 5
    WAIT_REGISTRATION = 6
    IN_REGISTRATION = 7
    REGISTERED = 8
    TURNED_BACK = 9
    GREEN_ATTEMPT = 10
    GREEN_FOUND = 11
    GREEN_UNKNOWN = 12
    DIVERTED = 13
    SETTLED_TRANSIT = 14
    RETURNED = 15
    REMOVED_BY_TRANSIT = 16
    BETWEEN_POSTS = 17
    TRANSFERRED = 18
    REFUSED_NO_CLAIM = 19


class NextStep(IntEnum):
    """What a waiting group will do at its next planned decision."""

    RECONSIDER = 0
    LEAVE = 1
    GIVE_UP = 2
    BE_REMOVED = 3


class GroupStage(IntEnum):
    """What a group is doing, as far as its next event is concerned."""

    WAITING = 0
    TRAVELLING = 1
    QUEUED = 2
    BETWEEN_POSTS = 3
    RETURNING = 4
    HIKING = 5
    DONE = 6


class AgeClass(IntEnum):
    """Coarse age classes."""

    ADULT = 0
    CHILD = 1
    UNACCOMPANIED_MINOR = 2
    ELDERLY = 3


class Vulnerability(IntEnum):
    """Why somebody needs particular care, age aside."""

    NONE = 0
    ILL = 1
    DISABLED = 2
    PREGNANT = 3


class DestinationKind(IntEnum):
    """What may be set out for."""

    CROSSING = 0
    NEIGHBOUR = 1
    SEGMENT = 2


class MeasureKind(IntEnum):
    """What a measure in force does.

    Those up to ``MODE_BAN`` change what people expect of a destination. ``HOURS`` only makes new
    opening hours known: the calendar itself is rebuilt in Python.
    """

    CLOSED = 0
    NO_ASYLUM = 1
    ASSURED = 2
    MODE_BAN = 3
    METER = 4
    STAFF = 5
    GATE = 6
    INTERPRETERS = 7
    LANES = 8
    FENCE = 9
    CARRIERS = 10
    HOURS = 11
    AGREED_CHECKS = 12


class QueueRule(IntEnum):
    """What becomes of those who wait or arrive when a crossing closes to them."""

    HOLD = 0
    REROUTE = 1
    TURN_BACK = 2


class Discipline(IntEnum):
    """Who is interviewed next (S7 stage 2)."""

    FCFS = 0
    VULNERABLE_FIRST = 1
    FAMILY_TOGETHER = 2


class StreamKind(IntEnum):
    """How groups come into being."""

    POISSON = 0
    STOCK = 1
    FIXED = 2


class ServiceDistribution(IntEnum):
    """Families of distributions of service times."""

    DETERMINISTIC = 0
    EXPONENTIAL = 1
    GAMMA = 2
    LOGNORMAL = 3


# Flags of a group that a humanitarian exception may name.
HAS_CHILD: Final = 1
HAS_UNACCOMPANIED_MINOR: Final = 2
HAS_VULNERABLE: Final = 4

NOBODY: Final = -1
# Interpreters where nobody counts them: no limit, whatever is added or taken away.
UNLIMITED: Final = 2**30
TRAITS: Final = 8
STATES: Final = len(PersonState)
BANDS: Final = 7
MODES: Final = 6
# Order of Mode in sim.world.network: what can be had at the border.
FOOT: Final = 0
BICYCLE: Final = 1
CAR: Final = 2
