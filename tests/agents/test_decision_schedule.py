"""The decision schedule: who is due when, and in which order."""

from __future__ import annotations

import json

from sim.agents.decision_schedule import ActorAction, DecisionSchedule, Priority, ScheduleEntry
from sim.agents.neighbouring_states import NeighbourActor
from sim.agents.receiving_state import PolicyActor

NOON_H = 12.0


def taken(schedule: DecisionSchedule, by_h: float) -> list[ScheduleEntry]:
    return list(iter(lambda: schedule.take_due(by_h), None))


def schedule_of_a_day() -> DecisionSchedule:
    schedule = DecisionSchedule()
    schedule.plan_decisions([NOON_H], Priority.NEIGHBOURS, 4)
    schedule.plan_decisions([NOON_H, 36.0], Priority.RECEIVING_STATE, 3)
    schedule.plan_decisions([NOON_H], Priority.RECEIVING_STATE, 2)
    schedule.plan(8.0, Priority.RULING, 5, ActorAction.RULE, 0)
    return schedule


def test_entries_are_due_by_hour_then_priority_then_in_the_order_planned() -> None:
    entries = taken(schedule_of_a_day(), NOON_H)
    assert [entry.actor_id for entry in entries] == [5, 3, 2, 4]
    assert [entry.subject for entry in entries] == [0, None, None, None]


def test_nothing_is_due_before_its_hour() -> None:
    schedule = schedule_of_a_day()
    assert schedule.take_due(7.9) is None
    assert len(list(schedule)) == schedule.planned == 5


def test_a_saved_schedule_goes_on_as_the_same() -> None:
    schedule = schedule_of_a_day()
    schedule.take_due(NOON_H)
    rows = json.loads(json.dumps(list(schedule)))
    again = DecisionSchedule.from_plain(rows, planned=schedule.planned)
    for each in (schedule, again):
        each.plan(20.0, Priority.REVIEW, 5, ActorAction.REVIEW, 1)
    assert list(again) == list(schedule)
    assert all(isinstance(entry.action, ActorAction) for entry in again)


def test_actions_are_methods_of_actors() -> None:
    assert callable(getattr(PolicyActor, ActorAction.SET_HOURS))
    assert callable(getattr(NeighbourActor, ActorAction.DECIDE))
