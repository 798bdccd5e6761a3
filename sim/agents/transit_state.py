"""The transit state: does what the hypothesis drawn says, and answers by a fixed rule (S10)."""

from __future__ import annotations

from datetime import time

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.agents.host_model import HostModel, PlainState
from sim.agents.measure_scheduling import add_measures, claims_at_stretches
from sim.engine.advance import set_transit_level
from sim.engine.codes import GATE
from sim.engine.measures import PASSABLE_MODES
from sim.engine.signatures import Table
from sim.engine.transit_view import transit_view
from sim.hypotheses import Conduct, Response, Signals
from sim.hypotheses.responses import next_level
from sim.randomness import (
    SCRIPTED_DURATION,
    TRANSIT_ESCALATES,
    TRANSIT_WITHDRAWS,
    gamma,
    uniform,
)

DECIDES_AT = time(8)


class TransitActor(mesa.Agent):
    """The transit state.

    Attributes:
        conduct: what it does under the hypothesis drawn.
        response: how it answers to what it sees; None if it does not.
        level: level of facilitation, 1 where it does what the hypothesis says.
        withdrawing: whether it is withdrawing.
    """

    model: HostModel

    def __init__(self, model: HostModel, conduct: Conduct, response: Response | None) -> None:
        super().__init__(model)
        self.conduct = conduct
        self.response = response
        self.level = 1.0
        self.withdrawing = False
        self._begins_h = conduct.begins_h
        self._duration_factor = self._draw_duration()
        self._capacity = _registration_capacity(model.engine.stations)

    @property
    def decision_times(self) -> tuple[float, ...]:
        """08:00 by its clock of every day from the day on which it begins to do something, h."""
        if self.response is None:
            return ()
        times = self.model.clock.transit.daily(DECIDES_AT)
        return tuple(hour for hour in times if hour >= self._begins_h)

    def begin(self) -> None:
        """Set the exit gates for the whole run; called once, at the start."""
        self.model.engine.status["gate_leakage"] = self.conduct.leakage
        numbers = self.model.world.network.crossing_number
        rows = [
            {
                "destination": station,
                "kind": GATE,
                "announced_h": np.inf,
                "begins_h": gate.since_h,
                "ends_h": np.inf,
                "value": gate.chance,
            }
            for gate in self.conduct.gates
            for station in ([numbers[gate.crossing]] if gate.crossing else numbers.values())
        ]
        add_measures(self.model, rows)

    def step(self) -> None:
        """Answer to the signals of this morning; nothing where there is no response rule."""
        if self.response is None:
            return
        parameters = self.model.parameters
        moves = self.response.moves(self.signals(), parameters)
        self.withdrawing, escalating = self._decide(moves.withdraw, moves.escalate)
        self.level = next_level(
            self.level,
            withdrawing=self.withdrawing,
            escalating=escalating,
            highest=self.response.highest_level(parameters),
            parameters=parameters,
        )
        set_transit_level(self.model.handle, self.level)

    def state(self) -> PlainState:
        """What it holds beside what it was made from, as plain data."""
        return {"level": self.level, "withdrawing": self.withdrawing}

    def resume(self, state: PlainState) -> None:
        """Hold what such an actor held."""
        self.level, self.withdrawing = state["level"], state["withdrawing"]

    def signals(self) -> Signals:
        """What it can see now."""
        engine = self.model.engine
        open_share, people = transit_view(self.model.handle, self._capacity)
        if len(engine.stations) == 0:  # stretches at which claims are taken
            open_share = float(claims_at_stretches(engine.destinations).mean())
        return Signals(
            open_share=open_share,
            failure=float(engine.status["publicised_failure"][0]),
            stranded=people,
            active_d=(self.model.now_h - self._begins_h) / 24.0,
            withdrawing=self.withdrawing,
            duration_factor=self._duration_factor,
        )

    def _decide(self, withdraw: float, escalate: float) -> tuple[bool, bool]:
        """Whether it withdraws and whether it escalates, by the random numbers of this day."""
        day = int(self.model.engine.status["day"][0])
        key, entity = self.model.key, np.uint64(0)
        if float(uniform(key, TRANSIT_WITHDRAWS, entity, day)) < withdraw:
            return True, False
        escalates = float(uniform(key, TRANSIT_ESCALATES, entity, day)) < escalate
        return self.withdrawing and not escalates, escalates

    def _draw_duration(self) -> float:
        """A gamma draw with mean 1 of the state of the world; 1 where the rule needs none."""
        shape = 0.0 if self.response is None else float(self.response.duration_shape)
        if shape <= 0.0:
            return 1.0
        return float(gamma(self.model.key, SCRIPTED_DURATION, np.uint64(0), 0, shape)) / shape


def _registration_capacity(stations: Table) -> NDArray[np.float64]:
    """Each crossing's share of the interviews at a time, or of crossings where there are none."""
    passable = (stations["modes"] & PASSABLE_MODES) > 0
    servers = stations["servers_open"] * passable
    weights = servers if servers.sum() > 0 else passable
    return np.asarray(weights / max(1, weights.sum()), dtype=np.float64)
