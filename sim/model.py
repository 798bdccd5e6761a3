"""The border model: Mesa agents at the surface, columns underneath, events in between.

What happens in an hour, in order (see :mod:`sim.engine.advance` for events of the same instant):

1. at the start, the transit side sets its exit gates and the receiving state decides for the first
   time; known openings, measures and demand are scheduled;
2. compiled events run until the receiving state decides next: groups appear, hear news, choose,
   travel, stand in line, present themselves, are admitted and registered;
3. the receiving state looks at late, inexact counts and gives orders; they become measures;
4. at the end of each local day the stocks are noted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import mesa
import numpy as np

from sim.agents.actors import PolicyActor, TransitActor, add_measures
from sim.agents.groups import GroupRows, MigrantGroup
from sim.agents.mesa_adapter import (
    AgentViews,
    Chained,
    registered_agents,
    registered_by_type,
    release,
)
from sim.agents.stations import CrossingStation
from sim.assembly import Blueprint, Capacity, build_engine
from sim.clock import Clock
from sim.engine.advance import LOST_PEOPLE, NEEDS_ROOM, advance, begin
from sim.engine.columns import Engine, MeasureKind, grown
from sim.engine.handle import pack
from sim.errors import RajasimError
from sim.hypotheses import Conduct, Hypothesis
from sim.policies import Policy
from sim.randomness import replicate_key
from sim.world.parameters import Parameters
from sim.world.world import World

EVENTS_PER_MEASURE = 4
GROWTH = 2


class BorderModel(mesa.Model):
    """One replicate: a world, a policy, a hypothesis about the transit side, and luck.

    Args:
        world: the checked world, or a blueprint of it where many replicates share one.
        policy: the receiving state's strategy.
        hypothesis: what the transit side does.
        parameters: scalar parameters of this replicate; the world's central ones if None.
        seed: seed of the study.
        number: number of the world (replicate) within the study; same number, same luck.
        audit: count people anew after every event (slow; on in tests).
    """

    def __init__(
        self,
        world: World | Blueprint,
        policy: Policy,
        hypothesis: Hypothesis,
        *,
        parameters: Parameters | None = None,
        seed: int = 1,
        number: int = 0,
        audit: bool = False,
        capacity: Capacity | None = None,
    ) -> None:
        super().__init__(rng=seed)
        blueprint = world if isinstance(world, Blueprint) else Blueprint(world)
        self.world = blueprint.world
        self.key = np.uint64(replicate_key(seed, number))
        conduct = hypothesis.conduct(self.clock)
        self.parameters = _priced(parameters or self.world.parameters, conduct)
        self._use(
            build_engine(
                blueprint,
                self.parameters,
                int(self.key),
                organised=conduct.organised,
                capacity=capacity,
                audit=audit,
            )
        )
        self.begun = False
        self.stations = [
            CrossingStation(self, crossing, row)
            for row, crossing in enumerate(self.world.network.crossings)
        ]
        self.transit = TransitActor(self, conduct)
        self.actor = PolicyActor(self, policy)
        self.first_group_id = len(self.stations) + 2
        self._decisions = list(self.actor.decision_times)
        self._begin()

    @property
    def clock(self) -> Clock:
        """Span and zone of the scenario."""
        return self.world.clock

    @property
    def now_h(self) -> float:
        """Simulated hours since the start."""
        return float(self.engine.status["now_h"][0])

    @property
    def groups(self) -> AgentViews:
        """All migrant groups so far."""
        return AgentViews(GroupRows(self), self.random)

    @property
    def agents(self) -> AgentViews:
        """All agents: stations and actors, then migrant groups."""
        return AgentViews(Chained(registered_agents(self), GroupRows(self)), self.random)

    @property
    def agents_by_type(self) -> dict[type[Any], Any]:
        """Agents by their type."""
        return {**registered_by_type(self), MigrantGroup: self.groups}

    @property
    def agent_types(self) -> list[type]:
        """The types of agents."""
        return list(self.agents_by_type)

    def step(self) -> None:
        """Advance by one simulated hour."""
        self.advance_to(min(self.now_h + 1.0, self.clock.duration_h))
        self.running = self.now_h < self.clock.duration_h

    def run(self) -> BorderModel:
        """Run to the end of the scenario."""
        self.advance_to(self.clock.duration_h)
        self.running = False
        return self

    def advance_to(self, hour: float) -> None:
        """Run until an hour, letting the receiving state decide when it is due.

        Raises:
            ValueError: if that hour has passed.
            RajasimError: if people were lost or doubled (audit only); a fault of the program.
        """
        if hour < self.now_h:
            raise ValueError(f"asked for hour {hour} when it is hour {self.now_h}")
        while self._decisions and self._decisions[0] <= hour:
            self._advance_engine(self._decisions.pop(0))
            self.actor.step()
        self._advance_engine(hour)

    def release(self) -> None:
        """Let go of the agents, so that a finished replicate leaves nothing behind."""
        self.stations = []
        release(self)

    def make_room_for_measures(self, measures: int) -> None:
        """Let the measure and bulletin tables hold ``measures`` rows and the heap their events."""
        engine = self.engine
        if measures > len(engine.measures):
            capacity = max(measures, GROWTH * len(engine.measures))
            engine = engine._replace(
                measures=grown(engine.measures, capacity),
                known=grown(engine.known, capacity),
                bulletins=grown(engine.bulletins, 2 * capacity),
            )
        events = int(engine.status["heap"][0]) + EVENTS_PER_MEASURE * measures
        if events > len(engine.heap):
            engine = engine._replace(heap=grown(engine.heap, GROWTH * events))
        if engine is not self.engine:
            self._use(engine)

    def _begin(self) -> None:
        """Set the stage: standing restrictions, the transit side, the first decisions."""
        add_measures(self, _standing_restrictions(self.world))
        self.transit.step()
        while self._decisions and self._decisions[0] <= 0.0:
            self._decisions.pop(0)
            self.actor.step()
        self.make_room_for_measures(int(self.engine.status["measures"][0]))
        begin(self.handle)
        self.begun = True

    def _advance_engine(self, hour: float) -> None:
        outcome = advance(self.handle, hour)
        while outcome == NEEDS_ROOM:
            self._grow()
            outcome = advance(self.handle, hour)
        if outcome == LOST_PEOPLE:
            raise RajasimError(
                f"conservation of persons failed at hour {self.now_h:.3f}; this is a fault of the "
                "program: please report it with the scenario and the seed"
            )

    def _grow(self) -> None:
        engine = self.engine
        learning = bool(engine.status["learning"][0])
        people = len(engine.persons) + int(engine.status["largest_group"][0])
        self._use(
            engine._replace(
                groups=grown(engine.groups, GROWTH * len(engine.groups)),
                persons=grown(engine.persons, GROWTH * people),
                beliefs=grown(engine.beliefs, GROWTH * len(engine.beliefs))
                if learning
                else engine.beliefs,
                heap=grown(engine.heap, GROWTH * (len(engine.heap) + people)),
            )
        )

    def _use(self, engine: Engine) -> None:
        """Work on these columns from now on."""
        self.engine = engine
        self.handle = pack(engine)


def _priced(parameters: Parameters, conduct: Conduct) -> Parameters:
    """Prices on the way as the transit side's conduct makes them."""
    if conduct.price_factor == 1.0:
        return parameters
    factor = conduct.price_factor
    return replace(
        parameters,
        transport_eur_per_km=parameters.transport_eur_per_km * factor,
        bicycle_eur=parameters.bicycle_eur * factor,
        vehicle_eur=parameters.vehicle_eur * factor,
    )


def _standing_restrictions(world: World) -> list[dict[str, Any]]:
    """Crossings where asylum cannot be sought from the start."""
    return [
        {
            "destination": station,
            "kind": MeasureKind.NO_ASYLUM,
            "announced_h": -np.inf,
            "begins_h": 0.0,
            "ends_h": np.inf,
        }
        for station, crossing in enumerate(world.network.crossings)
        if not crossing.accepts_asylum
    ]
