"""Courts and overseers of the receiving state: they review what bars people (S9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from sim.agents.agenda import Turn
from sim.agents.measures import BARRING, add_measures, barred_at, end_earlier, exempt_flags
from sim.agents.receiving_state import PolicyActor
from sim.engine.access_index import index_if
from sim.engine.columns import MEASURE
from sim.policies import Action, Order
from sim.policies.oversight import Oversight, Power
from sim.randomness import COURT_RULING, OVERSIGHT_REVIEW, exponential, uniform

if TYPE_CHECKING:
    from sim.model import BorderModel


class OversightActor(mesa.Agent):
    """Whoever may hold up, amend or strike down a decision.

    One decision is everything restrictive that one policy makes public at the same time.

    Attributes:
        rules: how decisions are reviewed.
    """

    def __init__(self, model: BorderModel, rules: Oversight) -> None:
        super().__init__(model)
        self.rules = rules

    def note(self, decider: PolicyActor, rows: Iterable[int]) -> None:
        """Take note of new measures: each decision is reviewed when it is made public."""
        for announced_h, decision in self._decisions(rows).items():
            at_h = max(self.model.now_h, announced_h)
            self.model.plan(at_h, Turn.REVIEW, partial(self.review, decider, decision))

    def review(self, decider: PolicyActor, decision: list[int]) -> None:
        """Perhaps demand something, by how much access there would be left."""
        table = self.model.engine.measures
        begins_h = max(float(table[row]["begins_h"]) for row in decision)
        access = self.access_under(begins_h)
        number = _minute(float(table[decision[0]]["announced_h"]))
        luck = float(uniform(self.model.key, OVERSIGHT_REVIEW, np.uint64(0), number))
        if luck < self.rules.review_chance(access):
            self.model.engine.status["reviews"] += 1
            at_h = self.model.now_h + self.rules.delay_h
            rule = partial(self.rule, self.rules.power, decider, decision)
            self.model.plan(at_h, Turn.RULING, rule)
        self._plan_court(decider, decision, begins_h, number)

    def access_under(self, hour: float) -> float:
        """The index of effective access that there would be with what is decided for an hour."""
        barred = barred_at(self.model, max(hour, self.model.now_h))
        return float(index_if(self.model.handle, barred))

    def rule(self, power: Power, decider: PolicyActor, decision: list[int]) -> None:
        """Carry out a ruling about a decision: the rows of its measures."""
        standing = [row for row in decision if self._stands(row)]
        if power is Power.KEEP_ONE:
            self._end([row for row in standing if self._is_kept(row)])
        elif power is Power.STRIKE_DOWN:
            self._end(standing)
            self._tell(decider, standing)
        else:
            decision += self._replace(standing, self._amendment())

    def _amendment(self) -> Mapping[str, Any]:
        if self.rules.power is Power.REQUIRE_EXCEPTION:
            return {"exempt": exempt_flags(self.rules.exempt)}
        return {"postponed_h": self.rules.postponed_h}

    def _plan_court(
        self, decider: PolicyActor, decision: list[int], begins_h: float, number: int
    ) -> None:
        """A court may strike the decision down some time after it has taken effect."""
        if self.rules.court_hazard_per_d <= 0.0:
            return
        wait_d = exponential(self.model.key, COURT_RULING, np.uint64(0), number)
        at_h = begins_h + 24.0 * float(wait_d) / self.rules.court_hazard_per_d
        if at_h < self.model.clock.duration_h:
            rule = partial(self.rule, Power.STRIKE_DOWN, decider, decision)
            self.model.plan(max(at_h, self.model.now_h), Turn.RULING, rule)

    def _decisions(self, rows: Iterable[int]) -> dict[float, list[int]]:
        """Rows of restrictive measures by the time at which they are made public."""
        table = self.model.engine.measures
        decisions: dict[float, list[int]] = {}
        for row in rows:
            if table[row]["kind"] in BARRING:
                decisions.setdefault(float(table[row]["announced_h"]), []).append(row)
        return decisions

    def _stands(self, row: int) -> bool:
        """Whether a measure still bars somebody, now or later."""
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

    def _replace(self, rows: list[int], change: Mapping[str, Any]) -> list[int]:
        """End measures and put amended ones in their place; returns their rows."""
        amended = [self._amended(row, change) for row in rows]
        amended = [each for each in amended if each["begins_h"] < each["ends_h"]]
        self._end(rows)
        first = int(self.model.engine.status["measures"][0])
        add_measures(self.model, amended)
        return list(range(first, first + len(amended)))

    def _amended(self, row: int, change: Mapping[str, Any]) -> dict[str, Any]:
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

    def _tell(self, decider: PolicyActor, rows: list[int]) -> None:
        """What is struck down counts for the decider as reopened."""
        crossings = self.model.world.network.crossings
        stations = sorted({int(self.model.engine.measures[row]["destination"]) for row in rows})
        if stations:
            decider.orders.append(
                Order(
                    action=Action.REOPEN,
                    crossings=tuple(crossings[station].id for station in stations),
                    announced_h=self.model.now_h,
                    effective_h=self.model.now_h,
                )
            )


def _minute(hour: float) -> int:
    """An index for a draw that belongs to a moment."""
    return round(hour * 60.0) + (1 << 20)
