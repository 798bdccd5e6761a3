"""Neighbouring states: those that coordinate close and reopen in step, with a lag (S11)."""

from __future__ import annotations

from datetime import time

import mesa
import numpy as np

from sim.agents.decision_schedule import Priority
from sim.agents.host_model import HostModel, PlainState
from sim.agents.measure_scheduling import add_measures, claims_at_stretches, end_earlier
from sim.engine.codes import Action, QueueRule
from sim.engine.measures import PASSABLE_MODES
from sim.world.network import Neighbour

DECIDES_AT = time(12)


class NeighbourActor(mesa.Agent):
    """The state behind one neighbouring crossing.

    It looks at noon of each day whether any crossing of the receiving state takes claims from
    everybody; where it has none, whether any stretch does. If none does it announces that it will
    close ``lag_h`` later; once one does again it announces in the same way that it will reopen.

    Attributes:
        neighbour: its crossing.
        destination: number of the crossing among the destinations.
        follows: whether it acts in step with the receiving state.
        closure: row of its closure among the measures, or None.
    """

    model: HostModel

    def __init__(self, model: HostModel, neighbour: Neighbour, destination: int) -> None:
        super().__init__(model)
        self.neighbour = neighbour
        self.destination = destination
        self.follows = False
        self.closure: int | None = None
        if neighbour.coordinates:
            self.follow()

    def follow(self) -> None:
        """From now on, look each day at what the receiving state does."""
        if self.follows:
            return
        self.follows = True
        hours = [each for each in self.model.clock.daily(DECIDES_AT) if each >= self.model.now_h]
        self.model.decision_schedule.plan_decisions(hours, Priority.NEIGHBOURS, self.unique_id)

    def step(self) -> None:
        """Close or reopen after the receiving state, or leave things as they are."""
        open_there = self._claims_taken_there()
        if not open_there and self.closure is None:
            self._close()
        elif open_there and self.closure is not None:
            now_h = self.model.now_h
            end_earlier(self.model, self.closure, now_h, now_h + self.neighbour.lag_h)
            self.closure = None

    def state(self) -> PlainState:
        """What it holds beside what it was made from, as plain data."""
        return {"follows": self.follows, "closure": self.closure}

    def resume(self, state: PlainState) -> None:
        """Hold what such an actor held."""
        self.follows, self.closure = state["follows"], state["closure"]

    def _close(self) -> None:
        self.closure = int(self.model.engine.status["measures"][0])
        closing = {
            "destination": self.destination,
            "kind": Action.CLOSE,
            "announced_h": self.model.now_h,
            "begins_h": self.model.now_h + self.neighbour.lag_h,
            "ends_h": np.inf,
            "queue_rule": QueueRule.TURN_BACK,
        }
        add_measures(self.model, [closing])

    def _claims_taken_there(self) -> bool:
        stations = self.model.engine.stations
        if len(stations) == 0:
            return bool(claims_at_stretches(self.model.engine.destinations).any())
        return bool(
            (
                ((stations["modes"] & PASSABLE_MODES) > 0)
                & (stations["closures"] == 0)
                & (stations["asylum_restrictions"] == 0)
                & (stations["filters"] == 0)
            ).any()
        )
