"""The agenda: what actors will do and when, as plain data that can be written down."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import mesa


class Turn(IntEnum):
    """The order of decisions that fall on one instant; :mod:`sim.model` says why."""

    RULING = 1
    ANNOUNCEMENT = 2
    TRANSIT_STATE = 3
    RECEIVING_STATE = 4
    REVIEW = 5
    NEIGHBOURS = 6


class Duty(StrEnum):
    """What an actor can be due to do: a method of its, with what it takes."""

    DECIDE = "step"
    SET_HOURS = "set_hours"  # number of the order
    REVIEW = "review"  # number of the decision
    RULE = "rule"  # number of the decision
    STRIKE_DOWN = "strike_down"  # number of the decision


class Appointment(NamedTuple):
    """Something to be done; appointments are kept in the order of their first three fields.

    Attributes:
        hour: when, h.
        turn: whose turn it is among those of the same hour.
        number: how many were planned before.
        who: ``unique_id`` of the actor.
        duty: what it does.
        about: number of what it is about; none for duties that are about nothing particular.
    """

    hour: float
    turn: Turn
    number: int
    who: int
    duty: Duty
    about: int | None


class Agenda:
    """Appointments to come.

    Attributes:
        planned: how many there ever were.
    """

    def __init__(self) -> None:
        self._heap: list[Appointment] = []
        self.planned = 0

    @classmethod
    def from_plain(cls, rows: Iterable[Sequence[Any]], *, planned: int) -> Agenda:
        """The agenda that was written down as a list of its appointments."""
        agenda = cls()
        agenda.planned = planned
        agenda._heap = sorted(  # a sorted list is a heap
            Appointment(hour, Turn(turn), number, who, Duty(duty), about)
            for hour, turn, number, who, duty, about in rows
        )
        return agenda

    def plan(
        self, hour: float, turn: Turn, who: mesa.Agent, duty: Duty, about: int | None = None
    ) -> None:
        """Have an actor do something at an hour, in its turn."""
        self.planned += 1
        appointment = Appointment(hour, turn, self.planned, who.unique_id, duty, about)
        heapq.heappush(self._heap, appointment)

    def take_due(self, hour: float) -> Appointment | None:
        """Take off the next appointment, if it is due by an hour."""
        return heapq.heappop(self._heap) if self._heap and self._heap[0].hour <= hour else None

    def __iter__(self) -> Iterator[Appointment]:
        """Appointments in the order in which they will be kept."""
        return iter(sorted(self._heap))
