"""S8, the receiving state: sees late and inexact counts, decides, and gives orders.

At noon, at the start, or at both, it sees daily arrivals by crossing up to ``reporting_lag_h`` ago,
``n max(0, 1 + c z)`` with c ``reporting_error`` and z standard normal (a draw of the day and
crossing), what is in force, and its own orders so far; nothing else. A policy turns
that into orders, each with a time of announcement and of effect; orders become measures
(:mod:`sim.engine.measures`), one row for each crossing. Combined policies decide part by
part, and their measures compose.
"""

from __future__ import annotations

from math import inf

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.agents.host_model import HostModel, PlainState
from sim.agents.measure_scheduling import carry_out, set_hours
from sim.engine.codes import PersonState
from sim.policies import Observation, Order, Policy
from sim.randomness import POLICY, REPORTING, name_key, normal, uniform


class PolicyActor(mesa.Agent):
    """A receiving state under one policy; of combined policies, under one part.

    In a chain of borders each state sees only its own crossings, and decides by its own clock.

    Attributes:
        policy: its strategy.
        state_id: id of the state whose crossings it sees; None for all.
        orders: what it has ordered so far.
        decision_times: when it decides, h.
    """

    model: HostModel

    def __init__(self, model: HostModel, policy: Policy, state: str | None = None) -> None:
        super().__init__(model)
        self.policy = policy
        self.state_id = state
        self.orders: list[Order] = []
        network = model.world.network
        self.clock = network.clock_of_state(state, model.clock)
        self.decision_times = policy.clock.decision_times(self.clock)
        self._stations = [
            number
            for number, crossing in enumerate(network.crossings)
            if state is None or crossing.state == state
        ]
        self._reported = np.zeros((len(model.clock.days), len(self._stations)))
        self._days_reported = 0

    def step(self) -> None:
        """Decide now, and have the orders carried out.

        What was decided before the start may have begun before it; later, no order works backwards.
        """
        first = len(self.orders)
        orders = self.policy.decide(self.observe())
        since_h = self.model.now_h if self.model.begun else -inf
        self.orders += [order.no_earlier_than(since_h) for order in orders]
        rows = carry_out(self, first)
        if self.model.oversight is not None:
            self.model.oversight.note(self, rows)

    def set_hours(self, number: int) -> None:
        """Make the opening hours public that it gave in an order."""
        set_hours(self, self.orders[number])

    def state(self) -> PlainState:
        """What it holds beside what it was made from, as plain data."""
        return {
            "orders": [order.as_plain() for order in self.orders],
            "reported": self._reported[: self._days_reported].tolist(),
        }

    def resume(self, state: PlainState) -> None:
        """Hold what such an actor held."""
        self.orders = [Order.from_plain(each) for each in state["orders"]]
        self._days_reported = len(state["reported"])
        self._reported[: self._days_reported] = state["reported"] or 0.0

    def observe(self) -> Observation:
        """What the receiving state can know at this moment."""
        crossings = self.model.world.network.crossings
        return Observation(
            now_h=self.model.now_h,
            clock=self.clock,
            crossings=tuple(crossings[number].id for number in self._stations),
            reported_arrivals=self._reported_arrivals(),
            orders=tuple(self.orders),
            uniform=self._uniform,
        )

    def _uniform(self, name: str) -> float:
        return float(uniform(self.model.key, POLICY, np.uint64(name_key(name)), 0))

    def _reported_arrivals(self) -> NDArray[np.float64]:
        """Daily arrivals whose count is in, with a reporting error that belongs to the day."""
        engine = self.model.engine
        known_until = self.model.now_h - self.model.parameters.reporting_lag_h
        days = int(np.searchsorted(engine.day_ends_h, known_until, side="right"))
        if days > self._days_reported:
            new = slice(self._days_reported, days)
            self._reported[new] = self._misread(new)
            self._days_reported = days
        return self._reported[:days]

    def _misread(self, days: slice) -> NDArray[np.float64]:
        """True counts of some days as they are reported, shape (days, crossings)."""
        engine, error = self.model.engine, self.model.parameters.reporting_error
        places = engine.stations["place"][self._stations]
        counts = engine.entries[days, :, PersonState.BETWEEN_POSTS][:, places].astype(float)
        for day, column in zip(*np.nonzero(counts), strict=True):
            station = np.uint64(self._stations[column])
            z = normal(self.model.key, REPORTING, station, days.start + int(day))
            counts[day, column] *= max(0.0, 1.0 + error * z)
        return counts
