"""The codes that the columns hold: what a number in a table means, and the sizes that follow.

Codes are integers because compiled code branches on them; the enumerations give them their names.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final, Self


class Code(IntEnum):
    """A code that files write as a word; compiled code takes it for its number.

    ``Mode.of("foot")`` finds a code by its word, and ``str`` gives the word.

    Attributes:
        word: how files write it.
    """

    word: str

    def __new__(cls, number: int, word: str) -> Self:
        """A member of an enumeration: its number, and its word."""
        code = int.__new__(cls, number)
        code._value_ = number
        code.word = word
        return code

    @classmethod
    def of(cls, word: str) -> Self:
        """The code that files write as a word.

        Raises:
            ValueError: if there is none.
        """
        for code in cls:
            if code.word == word:
                return code
        raise ValueError(f"{word!r} is none of {', '.join(map(str, cls))}")

    def __str__(self) -> str:
        return self.word


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
    LET_THROUGH = 20
    PUSHED_BACK = 21


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
    GOING_ON = 7


class Cause(IntEnum):
    """What keeps people who want to claim from access; :mod:`sim.engine.causes` says which."""

    NONE = 0
    BARRED = 1
    STOPPED = 2
    WAITING = 3
    MEANS = 4
    OTHER = 5


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


class Action(Code):
    """What an order does.

    Those below 64 are kinds of measures of the engine too. Those up to ``BAN_MODE`` change what
    people expect of a destination, ``GUARD`` and ``PUSHBACK`` what they expect of a stretch of
    terrain border. ``SET_HOURS`` only makes new opening hours known: the calendar
    itself is rebuilt in Python. The engine never sees the others: ``REOPEN`` ends measures, and
    ``COORDINATE`` is about what neighbouring states will do.
    """

    CLOSE = 0, "close"
    NO_ASYLUM = 1, "no-asylum"
    ACCEPT_ASYLUM = 2, "accept-asylum"
    BAN_MODE = 3, "ban-mode"
    METER = 4, "meter"
    ADD_OFFICERS = 5, "add-officers"
    REOPEN = 64, "reopen"
    ADD_INTERPRETERS = 7, "add-interpreters"
    ADD_LANES = 8, "add-lanes"
    ADD_OFFICERS_AFTER_HOURS = 13, "add-officers-after-hours"
    SET_HOURS = 11, "set-hours"
    BUILD_FENCE = 9, "build-fence"
    CARRIER_MEASURES = 10, "carrier-measures"
    RESUME_CHECKS = 12, "resume-checks"
    CAP_ARRIVALS = 24, "cap-arrivals"
    COORDINATE = 65, "coordinate"
    GUARD = 20, "guard"
    PUSHBACK = 21, "pushback"
    WAVE_THROUGH = 22, "wave-through"


# Kinds of measures that no order takes: the transit side sets its exit gates; and the measure in
# the row that is a revision's destination ends earlier than was announced.
GATE: Final = 6
REVISION: Final = 14


class QueueRule(Code):
    """What becomes of those who queue or arrive when a crossing closes to them."""

    HOLD = 0, "hold"
    REROUTE = 1, "reroute"
    TURN_BACK = 2, "turn-back"


class QueueDiscipline(Code):
    """Who is interviewed next."""

    FCFS = 0, "first-come"
    VULNERABLE_FIRST = 1, "vulnerable-first"
    FAMILY_TOGETHER = 2, "family-together"


class Distribution(Code):
    """Families of service times."""

    DETERMINISTIC = 0, "deterministic"
    EXPONENTIAL = 1, "exponential"
    GAMMA = 2, "gamma"
    LOGNORMAL = 3, "lognormal"


class Mode(Code):
    """How people may go over a crossing."""

    FOOT = 0, "foot"
    BICYCLE = 1, "bicycle"
    CAR = 2, "car"
    TRUCK = 3, "truck"
    BUS = 4, "bus"
    RAIL = 5, "rail"


PEOPLES_MODES: Final = (Mode.FOOT, Mode.BICYCLE, Mode.CAR)  # what people can have at the border


class Trait(Code):
    """Classes of people to whom a closure may not apply.

    Each is a flag: a group's traits are the sum of those that hold for somebody in it.
    """

    CHILDREN = 1, "families-with-children"
    UNACCOMPANIED_MINORS = 2, "unaccompanied-minors"
    VULNERABLE = 4, "vulnerable"


class Documents(Code):
    """Papers in the transit state, by which an order may tell people apart."""

    NONE = 0, "none"
    VALID = 1, "valid"


class StreamKind(IntEnum):
    """How groups come into being."""

    POISSON = 0
    STOCK = 1
    FIXED = 2


NOBODY: Final = -1
# Interpreters where nobody counts them: no limit, whatever is added or taken away.
UNLIMITED: Final = 2**30
LARGEST_GROUP: Final = 16384  # draws of members are numbered in steps of it
TRAITS: Final = 8
STATES: Final = len(PersonState)
BANDS: Final = 7
MODES: Final = len(Mode)
