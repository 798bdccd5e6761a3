"""The agenda: what actors will do and when, as plain data that can be written down."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import mesa


class Priority(IntEnum):
    """The order of decisions that fall on one instant; :mod:`sim.model` says why."""

    RULING = 1
    ANNOUNCEMENT = 2
    TRANSIT_STATE = 3
    RECEIVING_STATE = 4
    REVIEW = 5
    NEIGHBOURS = 6


class ActorAction(StrEnum):
    """What an actor can be due to do: a method of its, with what it takes."""

    DECIDE = "step"
    SET_HOURS = "set_hours"  # number of the order
    REVIEW = "review"  # number of the decision
    RULE = "rule"  # number of the decision
    STRIKE_DOWN = "strike_down"  # number of the decision


class ScheduleEntry(NamedTuple):
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
    turn: Priority
    number: int
    who: int
    duty: ActorAction
    about: int | None


class DecisionSchedule:
    """Appointments to come.

    Attributes:
        planned: how many there ever were.
    """

    def __init__(self) -> None:
        self._heap: list[ScheduleEntry] = []
        self.planned = 0

    @classmethod
    def from_plain(cls, rows: Iterable[Sequence[Any]], *, planned: int) -> DecisionSchedule:
        """The agenda that was written down as a list of its appointments."""
        decision_schedule = cls()
        decision_schedule.planned = planned
        decision_schedule._heap = sorted(  # a sorted list is a heap
            ScheduleEntry(hour, Priority(turn), number, who, ActorAction(duty), about)
            for hour, turn, number, who, duty, about in rows
        )
        return decision_schedule

    def plan(
        self,
        hour: float,
        turn: Priority,
        who: mesa.Agent,
        duty: ActorAction,
        about: int | None = None,
    ) -> None:
        """Have an actor do something at an hour, in its turn."""
        self.planned += 1
        appointment = ScheduleEntry(hour, turn, self.planned, who.unique_id, duty, about)
        heapq.heappush(self._heap, appointment)

    def take_due(self, hour: float) -> ScheduleEntry | None:
        """Take off the next appointment, if it is due by an hour."""
        return heapq.heappop(self._heap) if self._heap and self._heap[0].hour <= hour else None

    def __iter__(self) -> Iterator[ScheduleEntry]:
        """Appointments in the order in which they will be kept."""
        return iter(sorted(self._heap))
