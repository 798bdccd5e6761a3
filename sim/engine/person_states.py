"""What each state of a person counts as: one row a state, and every set of states follows from it.

A new state is a member of :class:`~sim.engine.codes.PersonState` and a row here; the two states of
a stage at a station are one row.
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import Final, NamedTuple

import numpy as np

from sim.engine.codes import PersonState

# The two clocks of outdoor hours at a place (S12), by their row in ``exposure_h``.
NOT_OUTDOORS: Final = -1
OUTDOORS: Final = 0
INSIDE_STATION: Final = 1


class Phase(IntEnum):
    """Where on their journey people in a state are, in the order of the journey."""

    TRANSIT_STATE = 0
    EXIT_GATE = 1
    BETWEEN_POSTS = 2
    STATION = 3
    TERRAIN = 4
    ENDED = 5


class JourneyEnd(Enum):
    """As what a journey is reported that has come so far: its id, and whether it led to access.

    Access is to a claim, or to a country where one is taken; people who claim nothing lack none.
    """

    REGISTERED = "registered", True
    NO_CLAIM = "no_claim", True
    ELSEWHERE = "elsewhere", True
    TERRAIN = "terrain", True
    AT_BORDER = "at_border", False
    TURNED_BACK = "turned_back", False
    IN_TRANSIT = "in_transit", False
    GAVE_UP = "gave_up", False
    RETURNED = "returned", False
    REMOVED = "removed", False

    def __init__(self, label: str, access: bool) -> None:
        self.label = label
        self.access = access


class StateRow(NamedTuple):
    """One state of a person.

    Attributes:
        state: the state.
        phase: where on the journey it is.
        clock: which clock of outdoor hours runs: OUTDOORS, INSIDE_STATION or NOT_OUTDOORS.
        end: as what a journey is reported that ends in it.
        by_origin: whether people who enter it are counted by origin too, as observers do.
    """

    state: PersonState
    phase: Phase
    clock: int
    end: JourneyEnd
    by_origin: bool = False


def _served(waiting: PersonState, in_service: PersonState) -> tuple[StateRow, StateRow]:
    """The states of a stage that serves people one by one: queue in the station, then indoors."""
    return (
        StateRow(waiting, Phase.STATION, INSIDE_STATION, JourneyEnd.AT_BORDER),
        StateRow(in_service, Phase.STATION, NOT_OUTDOORS, JourneyEnd.AT_BORDER),
    )


PERSON_STATES: Final = (
    StateRow(PersonState.GATEWAY, Phase.TRANSIT_STATE, NOT_OUTDOORS, JourneyEnd.IN_TRANSIT),
    StateRow(PersonState.STAGING, Phase.TRANSIT_STATE, NOT_OUTDOORS, JourneyEnd.IN_TRANSIT),
    StateRow(PersonState.TRAVEL, Phase.TRANSIT_STATE, NOT_OUTDOORS, JourneyEnd.IN_TRANSIT),
    StateRow(PersonState.EXIT_QUEUE, Phase.EXIT_GATE, OUTDOORS, JourneyEnd.AT_BORDER),
    *_served(PersonState.ADMISSION_QUEUE, PersonState.IN_ADMISSION),
    *_served(PersonState.WAIT_REGISTRATION, PersonState.IN_REGISTRATION),
    StateRow(PersonState.REGISTERED, Phase.ENDED, NOT_OUTDOORS, JourneyEnd.REGISTERED, True),
    StateRow(
        PersonState.TURNED_BACK, Phase.TRANSIT_STATE, NOT_OUTDOORS, JourneyEnd.TURNED_BACK, True
    ),
    StateRow(PersonState.GREEN_ATTEMPT, Phase.TERRAIN, OUTDOORS, JourneyEnd.IN_TRANSIT),
    StateRow(PersonState.GREEN_FOUND, Phase.STATION, OUTDOORS, JourneyEnd.AT_BORDER),
    StateRow(PersonState.GREEN_UNKNOWN, Phase.ENDED, NOT_OUTDOORS, JourneyEnd.TERRAIN),
    StateRow(PersonState.DIVERTED, Phase.ENDED, NOT_OUTDOORS, JourneyEnd.ELSEWHERE),
    StateRow(PersonState.SETTLED_TRANSIT, Phase.ENDED, NOT_OUTDOORS, JourneyEnd.GAVE_UP),
    StateRow(PersonState.RETURNED, Phase.ENDED, NOT_OUTDOORS, JourneyEnd.RETURNED),
    StateRow(PersonState.REMOVED_BY_TRANSIT, Phase.ENDED, NOT_OUTDOORS, JourneyEnd.REMOVED),
    StateRow(
        PersonState.BETWEEN_POSTS, Phase.BETWEEN_POSTS, INSIDE_STATION, JourneyEnd.AT_BORDER, True
    ),
    StateRow(PersonState.TRANSFERRED, Phase.ENDED, NOT_OUTDOORS, JourneyEnd.REGISTERED),
    StateRow(PersonState.REFUSED_NO_CLAIM, Phase.ENDED, NOT_OUTDOORS, JourneyEnd.NO_CLAIM),
    StateRow(PersonState.LET_THROUGH, Phase.STATION, NOT_OUTDOORS, JourneyEnd.ELSEWHERE),
    StateRow(PersonState.PUSHED_BACK, Phase.TERRAIN, OUTDOORS, JourneyEnd.TURNED_BACK),
)


def states_in(*phases: Phase) -> tuple[PersonState, ...]:
    """The states of some phases, in the order of the journey and then by number."""
    rows = sorted(PERSON_STATES, key=lambda row: (row.phase, row.state))
    return tuple(row.state for row in rows if row.phase in phases)


def states_on(clock: int) -> tuple[PersonState, ...]:
    """The states in which a clock of outdoor hours runs."""
    return tuple(row.state for row in PERSON_STATES if row.clock == clock)


def states_that_end(*ends: JourneyEnd) -> tuple[PersonState, ...]:
    """The states that are reported as some ends of a journey."""
    return tuple(row.state for row in PERSON_STATES if row.end in ends)


PAST_THE_GATE: Final = states_in(Phase.BETWEEN_POSTS, Phase.STATION)
WAITING_AT_BORDER: Final = states_in(Phase.EXIT_GATE, Phase.BETWEEN_POSTS, Phase.STATION)
IN_TRANSIT_STATE: Final = states_in(Phase.TRANSIT_STATE, Phase.EXIT_GATE)
WITH_ACCESS: Final = states_that_end(*(end for end in JourneyEnd if end.access))
FULLY_OUTDOORS: Final = states_on(OUTDOORS)
SHARING_SHELTER: Final = states_on(INSIDE_STATION)
COUNTED_BY_ORIGIN: Final = tuple(row.state for row in PERSON_STATES if row.by_origin)
# For compiled code, by the number of the state: its clock, and its number among those that are
# counted by origin, or NOT_COUNTED.
NOT_COUNTED: Final = -1
_CLOCK_OF = {row.state: row.clock for row in PERSON_STATES}
CLOCKS: Final = np.array([_CLOCK_OF[state] for state in PersonState], dtype=np.int64)
_COUNT_OF = {state: number for number, state in enumerate(COUNTED_BY_ORIGIN)}
ORIGIN_COUNTS: Final = np.array(
    [_COUNT_OF.get(state, NOT_COUNTED) for state in PersonState], dtype=np.int64
)
