"""Courts and overseers of the receiving state: they review restrictions (S9)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import mesa
import numpy as np

from sim.agents.decision_schedule import ActorAction, Priority
from sim.agents.host_model import Decider, HostModel, PlainState
from sim.agents.measure_scheduling import (
    RESTRICTIONS,
    add_measures,
    closed_to_at,
    end_earlier,
)
from sim.agents.order_filters import MeasureRow
from sim.engine.access_index import index_if
from sim.engine.codes import Action
from sim.engine.columns import MEASURE
from sim.policies import Order
from sim.policies.oversight import Oversight, Power
from sim.randomness import COURT_RULING, OVERSIGHT_REVIEW, exponential, uniform


class Decision(NamedTuple):
    """Everything restrictive that one policy makes public at the same time.

    Attributes:
        decider: ``unique_id`` of the actor that decided.
        rows: its measures; those that a ruling puts in their place are added.
    """

    decider: int
    rows: list[int]


class OversightActor(mesa.Agent):
    """A court or overseer, which may delay, amend or strike down a decision.

    Attributes:
        rules: how decisions are reviewed.
        decisions: those that it has recorded.
    """

    model: HostModel

    def __init__(self, model: HostModel, rules: Oversight) -> None:
        super().__init__(model)
        self.rules = rules
        self.decisions: list[Decision] = []

    def note(self, decider: Decider, rows: Iterable[int]) -> None:
        """Record new measures: each decision is reviewed when it is made public."""
        for announced_h, restrictive in self._by_announcement(rows).items():
            at_h = max(self.model.now_h, announced_h)
            number = len(self.decisions)
            self.decisions.append(Decision(decider.unique_id, restrictive))
            self.model.decision_schedule.plan(
                at_h, Priority.REVIEW, self.unique_id, ActorAction.REVIEW, number
            )

    def review(self, number: int) -> None:
        """Perhaps demand something, by how much access a decision would leave."""
        table, rows = self.model.engine.measures, self.decisions[number].rows
        begins_h = max(float(table[row]["begins_h"]) for row in rows)
        access = self.access_under(begins_h)
        minute = _minute(float(table[rows[0]]["announced_h"]))
        draw = float(uniform(self.model.key, OVERSIGHT_REVIEW, np.uint64(0), minute))
        if draw < self.rules.review_chance(access):
            self.model.engine.status["reviews"] += 1
            at_h = self.model.now_h + self.rules.delay_h
            self.model.decision_schedule.plan(
                at_h, Priority.RULING, self.unique_id, ActorAction.RULE, number
            )
        self._plan_court(number, begins_h, minute)

    def access_under(self, hour: float) -> float:
        """The index of effective access that there would be with what is decided for an hour."""
        closed_to = closed_to_at(self.model, max(hour, self.model.now_h))
        return float(index_if(self.model.handle, closed_to))

    def rule(self, number: int) -> None:
        """Carry out what a review of a decision demanded."""
        rows = self._in_effect(number)
        if self.rules.power is Power.KEEP_ONE:
            self._end([row for row in rows if self._is_kept(row)])
        elif self.rules.power is Power.STRIKE_DOWN:
            self.strike_down(number)
        else:
            self.decisions[number].rows.extend(self._replace(rows, self._amendment()))

    def strike_down(self, number: int) -> None:
        """End a decision."""
        rows = self._in_effect(number)
        self._end(rows)
        self._record_reopening(self.decisions[number].decider, rows)

    def state(self) -> PlainState:
        """What it holds beside what it was made from, as plain data."""
        return {"decisions": [list(decision) for decision in self.decisions]}

    def resume(self, state: PlainState) -> None:
        """Hold what such an actor held."""
        self.decisions = [Decision(decider, rows) for decider, rows in state["decisions"]]

    def _amendment(self) -> MeasureRow:
        if self.rules.power is Power.REQUIRE_EXCEPTION:
            return {"exempt": sum(self.rules.exempt)}
        return {"postponed_h": self.rules.postponed_h}

    def _plan_court(self, number: int, begins_h: float, minute: int) -> None:
        """A court may strike the decision down some time after it has taken effect."""
        if self.rules.court_hazard_per_d <= 0.0:
            return
        wait_d = exponential(self.model.key, COURT_RULING, np.uint64(0), minute)
        at_h = begins_h + 24.0 * float(wait_d) / self.rules.court_hazard_per_d
        if at_h < self.model.clock.duration_h:
            at_h = max(at_h, self.model.now_h)
            self.model.decision_schedule.plan(
                at_h, Priority.RULING, self.unique_id, ActorAction.STRIKE_DOWN, number
            )

    def _by_announcement(self, rows: Iterable[int]) -> dict[float, list[int]]:
        """Rows of restrictive measures by the time at which they are made public."""
        table = self.model.engine.measures
        found: dict[float, list[int]] = {}
        for row in rows:
            if table[row]["kind"] in RESTRICTIONS:
                found.setdefault(float(table[row]["announced_h"]), []).append(row)
        return found

    def _in_effect(self, number: int) -> list[int]:
        """Measures of a decision that still restrict somebody."""
        return [row for row in self.decisions[number].rows if self._restricts(row)]

    def _restricts(self, row: int) -> bool:
        """Whether a measure still restricts somebody, now or later."""
        measure = self.model.engine.measures[row]
        return bool(measure["ends_h"] > max(self.model.now_h, measure["begins_h"]))

    def _is_kept(self, row: int) -> bool:
        kept = self.model.world.network.crossing_number[self.rules.keep or ""]
        return bool(self.model.engine.measures[row]["destination"] == kept)

    def _end(self, rows: Iterable[int]) -> None:
        """Let measures end now; those that have not begun never do."""
        now_h = self.model.now_h
        for row in rows:
            begins_h = float(self.model.engine.measures[row]["begins_h"])
            end_earlier(self.model, row, now_h, max(now_h, begins_h))

    def _replace(self, rows: list[int], change: MeasureRow) -> list[int]:
        """End measures and put amended ones in their place; returns their rows."""
        amended = [self._amended(row, change) for row in rows]
        amended = [each for each in amended if each["begins_h"] < each["ends_h"]]
        self._end(rows)
        first = int(self.model.engine.status["measures"][0])
        add_measures(self.model, amended)
        return list(range(first, first + len(amended)))

    def _amended(self, row: int, change: MeasureRow) -> MeasureRow:
        measure = self.model.engine.measures[row]
        old = {name: measure[name].item() for name in MEASURE.names or ()}
        begins_h = old["begins_h"] + change.get("postponed_h", 0.0)
        return {
            **old,
            "announced_h": self.model.now_h,
            "begins_h": max(begins_h, self.model.now_h),
            "exempt": old["exempt"] | change.get("exempt", 0),
            "in_force": 0,
        }

    def _record_reopening(self, decider: int, rows: list[int]) -> None:
        """Record for the decider that what is struck down is reopened."""
        actor = next(actor for actor in self.model.actors if actor.unique_id == decider)
        network = self.model.world.network
        numbers = sorted({int(self.model.engine.measures[row]["destination"]) for row in rows})
        ids = [network.destinations[number].id for number in numbers]
        if ids:
            actor.orders.append(
                Order(
                    action=Action.REOPEN,
                    crossings=tuple(each for each in ids if each in network.crossing_number),
                    segments=tuple(each for each in ids if each not in network.crossing_number),
                    announced_h=self.model.now_h,
                    effective_h=self.model.now_h,
                )
            )


def _minute(hour: float) -> int:
    """An index for a draw that belongs to a moment."""
    return round(hour * 60.0) + (1 << 20)
