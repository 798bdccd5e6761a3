"""Crossing stations as Mesa agents: what a station is, and its present state."""

from __future__ import annotations

import mesa

from sim.agents.host_model import HostModel
from sim.engine.codes import PersonState
from sim.engine.person_states import WAITING_AT_BORDER
from sim.world.network import Crossing


class CrossingStation(mesa.Agent):
    """A crossing of the receiving state, with its queues.

    Attributes:
        crossing: the record that it was built from.
        pos: where it is, degrees east and north.
        row: its row in the station table.
    """

    model: HostModel

    def __init__(self, model: HostModel, crossing: Crossing, row: int) -> None:
        super().__init__(model)
        self.crossing = crossing
        self.pos = (crossing.lon, crossing.lat)
        self.row = row

    @property
    def name(self) -> str:
        """Id of the crossing."""
        return self.crossing.id

    @property
    def is_open(self) -> bool:
        """Whether it is open now, by its hours and by every measure in force."""
        row = self.model.engine.stations[self.row]
        return bool(row["open_by_hours"]) and not row["closures"]

    @property
    def accepts_asylum(self) -> bool:
        """Whether anybody may seek asylum here now, leaving opening hours aside."""
        row = self.model.engine.stations[self.row]
        return not (row["closures"] or row["asylum_restrictions"] or row["filters"])

    @property
    def suspended(self) -> bool:
        """Whether traffic is suspended because there are too many people between the posts."""
        return bool(self.model.engine.stations[self.row]["suspended"])

    @property
    def waiting(self) -> int:
        """People who wait before the gate, between the posts or for registration."""
        return sum(self.people(state) for state in WAITING_AT_BORDER)

    @property
    def registered(self) -> int:
        """People registered here so far."""
        return self.people(PersonState.REGISTERED)

    def people(self, state: PersonState) -> int:
        """People in a state at this station now."""
        place = self.model.engine.stations[self.row]["place"]
        return int(self.model.engine.occupancy[place, state])

    def __repr__(self) -> str:
        state = "open" if self.is_open else "closed"
        return f"<CrossingStation {self.name}: {state}, {self.waiting} waiting>"
