"""The decision schedule: what actors will do and when, as plain data that can be saved."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple


class Priority(IntEnum):
    """The order of decisions at one instant; :mod:`sim.model.border_model` says why."""

    RULING = 1
    ANNOUNCEMENT = 2
    TRANSIT_STATE = 3
    RECEIVING_STATE = 4
    REVIEW = 5
    NEIGHBOURS = 6


class ActorAction(StrEnum):
    """What an actor can be due to do: the name of its method, with the subject that it takes."""

    DECIDE = "step"
    SET_HOURS = "set_hours"  # number of the order
    REVIEW = "review"  # number of the decision
    RULE = "rule"  # number of the decision
    STRIKE_DOWN = "strike_down"  # number of the decision


class ScheduleEntry(NamedTuple):
    """Something to be done; entries are ordered by their first three fields.

    Attributes:
        hour: when, h.
        priority: its place among the entries of the same hour.
        number: how many entries were planned before.
        actor_id: ``unique_id`` of the actor.
        action: what the actor does.
        subject: number of the order or decision that it is about; None where there is none.
    """

    hour: float
    priority: Priority
    number: int
    actor_id: int
    action: ActorAction
    subject: int | None


class DecisionSchedule:
    """Entries to come, as a binary heap.

    Attributes:
        planned: how many entries there ever were.
    """

    def __init__(self) -> None:
        self._heap: list[ScheduleEntry] = []
        self.planned = 0

    @classmethod
    def from_plain(cls, rows: Iterable[Sequence[Any]], *, planned: int) -> DecisionSchedule:
        """The schedule that was saved as a list of its entries."""
        schedule = cls()
        schedule.planned = planned
        schedule._heap = sorted(  # a sorted list is a heap
            ScheduleEntry(hour, Priority(priority), number, actor_id, ActorAction(action), subject)
            for hour, priority, number, actor_id, action, subject in rows
        )
        return schedule

    def plan(
        self,
        hour: float,
        priority: Priority,
        actor_id: int,
        action: ActorAction,
        subject: int | None = None,
    ) -> None:
        """Have an actor do something at an hour, in the order of priorities."""
        self.planned += 1
        entry = ScheduleEntry(hour, priority, self.planned, actor_id, action, subject)
        heapq.heappush(self._heap, entry)

    def plan_decisions(self, hours: Iterable[float], priority: Priority, actor_id: int) -> None:
        """Have an actor decide at each of these hours."""
        for hour in hours:
            self.plan(hour, priority, actor_id, ActorAction.DECIDE)

    def take_due(self, hour: float) -> ScheduleEntry | None:
        """Remove and return the next entry if it is due by an hour; None if it is not."""
        return heapq.heappop(self._heap) if self._heap and self._heap[0].hour <= hour else None

    def __iter__(self) -> Iterator[ScheduleEntry]:
        """Entries in the order in which they will be carried out."""
        return iter(sorted(self._heap))
