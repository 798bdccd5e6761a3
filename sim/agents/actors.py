"""The actors: each a clock and a strategy, deciding in plain Python, on what it can see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.engine.advance import enact_from, shorten_measure
from sim.engine.columns import (
    HAS_CHILD,
    HAS_UNACCOMPANIED_MINOR,
    HAS_VULNERABLE,
    MEASURE,
    MeasureKind,
    PersonState,
    QueueRule,
)
from sim.hypotheses import Conduct
from sim.policies import Action, Exempt, Observation, Order, Policy, Queue
from sim.randomness import POLICY, REPORTING, name_key, normal, uniform
from sim.world.network import Mode

if TYPE_CHECKING:
    from sim.model import BorderModel

KINDS = {
    Action.CLOSE: MeasureKind.CLOSED,
    Action.NO_ASYLUM: MeasureKind.NO_ASYLUM,
    Action.ACCEPT_ASYLUM: MeasureKind.ASSURED,
    Action.BAN_MODE: MeasureKind.MODE_BAN,
    Action.METER: MeasureKind.METER,
    Action.ADD_OFFICERS: MeasureKind.STAFF,
}
RULES = {
    Queue.HOLD: QueueRule.HOLD,
    Queue.REROUTE: QueueRule.REROUTE,
    Queue.TURN_BACK: QueueRule.TURN_BACK,
}
FLAGS = {
    Exempt.CHILDREN: HAS_CHILD,
    Exempt.UNACCOMPANIED_MINORS: HAS_UNACCOMPANIED_MINOR,
    Exempt.VULNERABLE: HAS_VULNERABLE,
}
MODES = {mode: number for number, mode in enumerate(Mode)}
BARRING = (MeasureKind.CLOSED, MeasureKind.NO_ASYLUM)


class PolicyActor(mesa.Agent):
    """The receiving state: sees late and inexact counts, and gives orders.

    Attributes:
        policy: its strategy.
        orders: what it has ordered so far.
        decision_times: when it decides, h.
    """

    def __init__(self, model: BorderModel, policy: Policy) -> None:
        super().__init__(model)
        self.policy = policy
        self.orders: list[Order] = []
        self.decision_times = policy.clock.decision_times(model.clock)
        self._reported = np.zeros((len(model.clock.days), len(model.world.network.crossings)))
        self._days_reported = 0

    def step(self) -> None:
        """Decide now, and have the orders carried out."""
        new = self.policy.decide(self.observe())
        self.orders += new
        carry_out(self.model, new)

    def observe(self) -> Observation:
        """What the receiving state can know at this moment."""
        network = self.model.world.network
        return Observation(
            now_h=self.model.now_h,
            clock=self.model.clock,
            crossings=tuple(crossing.id for crossing in network.crossings),
            reported_arrivals=self._reported_arrivals(),
            orders=tuple(self.orders),
            luck=self._luck,
        )

    def _luck(self, name: str) -> float:
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
        places = engine.stations["place"]
        counts = engine.entries[days, :, PersonState.BETWEEN_POSTS][:, places].astype(float)
        for day, station in zip(*np.nonzero(counts), strict=True):
            z = normal(self.model.key, REPORTING, np.uint64(station), days.start + int(day))
            counts[day, station] *= max(0.0, 1.0 + error * z)
        return counts


class TransitActor(mesa.Agent):
    """The transit state: does what the hypothesis drawn for this world says."""

    def __init__(self, model: BorderModel, conduct: Conduct) -> None:
        super().__init__(model)
        self.conduct = conduct

    def step(self) -> None:
        """Set the exit gates for the whole run; called once, at the start."""
        numbers = self.model.world.network.crossing_number
        rows = [
            {
                "destination": station,
                "kind": MeasureKind.GATE,
                "announced_h": np.inf,
                "begins_h": gate.since_h,
                "ends_h": np.inf,
                "value": gate.chance,
            }
            for gate in self.conduct.gates
            for station in ([numbers[gate.crossing]] if gate.crossing else numbers.values())
        ]
        add_measures(self.model, rows)


def carry_out(model: BorderModel, orders: Iterable[Order]) -> None:
    """Turn orders into measures of the engine.

    Raises:
        ValueError: if an order is about a crossing that does not exist.
    """
    for order in orders:
        stations = [_station(model, name) for name in order.crossings]
        if order.action is Action.REOPEN:
            _reopen(model, stations, order)
        else:
            add_measures(model, [_measure(order, station) for station in stations])


def _station(model: BorderModel, name: str) -> int:
    numbers = model.world.network.crossing_number
    if name not in numbers:
        raise ValueError(f"an order is about {name!r}; the crossings are {', '.join(numbers)}")
    return numbers[name]


def _measure(order: Order, station: int) -> dict[str, Any]:
    return {
        "destination": station,
        "kind": KINDS[order.action],
        "announced_h": order.announced_h,
        "begins_h": order.effective_h,
        "ends_h": order.until_h,
        "queue_rule": RULES[order.queue],
        "exempt": sum(FLAGS[each] for each in order.exempt),
        "mode": MODES[order.mode],
        "value": order.value,
        "warm_places": order.warm_places,
    }


def add_measures(model: BorderModel, rows: list[dict[str, Any]]) -> None:
    """Write measures into the engine and schedule them."""
    first = int(model.engine.status["measures"][0])
    model.make_room_for_measures(first + len(rows))
    model.engine.measures[first : first + len(rows)] = [
        tuple(
            {**row, "first_ends_h": row["ends_h"], "revised_h": np.inf}.get(name, 0)
            for name in MEASURE.names or ()
        )
        for row in rows
    ]
    model.engine.status["measures"][0] = first + len(rows)
    if model.begun:
        enact_from(model.handle, first)


def _reopen(model: BorderModel, stations: list[int], order: Order) -> None:
    """Let every closure that then bars people from these crossings end."""
    table = model.engine.measures
    for number in range(int(model.engine.status["measures"][0])):
        row = table[number]
        if (
            row["destination"] in stations
            and row["kind"] in BARRING
            and row["begins_h"] < order.effective_h < row["ends_h"]
        ):
            _end_earlier(model, number, order)


def _end_earlier(model: BorderModel, number: int, order: Order) -> None:
    if model.begun:
        shorten_measure(model.handle, number, order.announced_h, order.effective_h)
        return
    row = model.engine.measures[number]
    row["revised_h"], row["ends_h"] = order.announced_h, order.effective_h
