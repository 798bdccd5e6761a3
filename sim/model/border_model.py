"""The border model: Mesa agents at the surface, columns underneath, events in between.

At the start the transit side sets its exit gates and the receiving state decides for the first
time; known openings, measures and demand are scheduled. From then on compiled events run from one
decision to the next, and no Python runs between: groups appear, hear news, choose, travel, queue,
present themselves, are admitted and registered (see :mod:`sim.engine.advance` for events of the
same instant). At the end of each local day the stocks are recorded.

Decisions of a day, in order of time; those of one instant in the order of their numbers
(:class:`~sim.agents.decision_schedule.Priority`), all after the events of that instant:

1. whenever it is due: a ruling of oversight about an earlier decision takes effect;
2. whenever it is due: new opening hours are made public, and the calendar is rebuilt;
3. 08:00 local time: the transit side answers to what it sees that morning, if a response rule was
   drawn for this state of the world;
4. 12:00, or at the start for policies that decide once: the receiving state looks at late, inexact
   counts and gives orders, part by part where policies are combined; they become measures;
5. when a restrictive decision is made public: oversight reviews it, and perhaps rules after a
   delay;
6. 12:00: neighbours that coordinate look at what the receiving state does, and close or reopen
   after their lag.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.agents.courts import OversightActor
from sim.agents.crossing_stations import CrossingStation
from sim.agents.decision_schedule import DecisionSchedule, Priority, ScheduleEntry
from sim.agents.measure_scheduling import add_measures
from sim.agents.mesa_adapter import (
    AgentViews,
    Chained,
    mesa_state,
    registered_agents,
    registered_by_type,
    release,
    resume_mesa,
)
from sim.agents.migrant_groups import GroupRows, MigrantGroup
from sim.agents.neighbouring_states import NeighbourActor
from sim.agents.order_filters import MeasureRow
from sim.agents.receiving_state import PolicyActor
from sim.agents.transit_state import TransitActor
from sim.clock import Clock
from sim.engine.advance import LOST_PEOPLE, NEEDS_ROOM, advance, begin, most_events
from sim.engine.causes import note_causes
from sim.engine.codes import Action
from sim.engine.columns import Engine, grown
from sim.engine.handle import pack
from sim.engine.signatures import Column
from sim.errors import RajasimError
from sim.hypotheses import Conduct, GateStep, Hypothesis, Response, with_steps
from sim.model.blueprint import Blueprint
from sim.model.checkpoint import Checkpoint, read_checkpoint, typed_like, write_checkpoint
from sim.model.initialisation import build_engine
from sim.model.mesa_surface import MesaSurface
from sim.model.table_room import Capacity, more_events, more_groups
from sim.policies import Policy
from sim.policies.composition import Joined, rules_by_state
from sim.policies.oversight import Oversight
from sim.randomness import replicate_key
from sim.text import html
from sim.world.parameters import Parameters
from sim.world.world import World

EVENTS_PER_MEASURE = 4
GROWTH = 2


class BorderModel(MesaSurface):
    """One replication: a policy in one state of the world.

    Args:
        world: the checked world, or a blueprint of it where many replications share one.
        policy: the receiving state's strategy, or several combined.
        hypothesis: what the transit side does.
        response: how the transit side answers to what it sees; None if it does not.
        controls: what else it does at its gates.
        oversight: how restrictive decisions are reviewed; None if they are not.
        parameters: scalar parameters of this replication; the world's central ones if None.
        drawn: what else its state of the world drew, by name: people of stocks and keys of
            crossings; central where it has none.
        seed: seed of the study.
        number: number of the state of the world within the study.
        replicate: number of the run within the state of the world; the same two numbers give the
            same random numbers, whatever the policy.
        audit: count people again after every event (slow; on in tests).
        capacity: room in the tables at the start; they grow when they must.
    """

    def __init__(
        self,
        world: World | Blueprint,
        policy: Policy | Joined,
        hypothesis: Hypothesis,
        *,
        response: Response | None = None,
        controls: Sequence[GateStep] = (),
        oversight: Oversight | None = None,
        parameters: Parameters | None = None,
        drawn: Mapping[str, float] | None = None,
        seed: int = 1,
        number: int = 0,
        replicate: int = 0,
        audit: bool = False,
        capacity: Capacity | None = None,
    ) -> None:
        super().__init__(rng=seed)
        blueprint = world if isinstance(world, Blueprint) else Blueprint(world)
        self._made_from = {
            "world": blueprint.world,
            "policy": policy,
            "hypothesis": hypothesis,
            "response": response,
            "controls": tuple(controls),
            "oversight": oversight,
            "parameters": parameters or blueprint.world.parameters,
            "drawn": drawn or {},
            "seed": seed,
            "number": number,
            "replicate": replicate,
        }
        self.world = blueprint.world
        self.key = np.uint64(replicate_key(seed, number, replicate))
        conduct = with_steps(hypothesis.conduct(self.clock), controls, self.clock)
        self.parameters = _under(parameters or self.world.parameters, conduct)
        self.use(
            build_engine(
                blueprint,
                self.parameters,
                int(self.key),
                organised=conduct.organised,
                limits=conduct.limits,
                transit_limit=response.highest_level(self.parameters) if response else 1.0,
                drawn=drawn,
                capacity=capacity,
                audit=audit,
            )
        )
        self.begun = False
        self._create_agents(conduct, response, policy, oversight)
        self._plan_decisions()
        self._begin()

    def _create_agents(
        self,
        conduct: Conduct,
        response: Response | None,
        policy: Policy | Joined,
        oversight: Oversight | None,
    ) -> None:
        self.decision_schedule = DecisionSchedule()
        self.stations = [
            CrossingStation(self, crossing, row)
            for row, crossing in enumerate(self.world.network.crossings)
        ]
        self.transit = TransitActor(self, conduct, response)
        self.actors = [PolicyActor(self, rule, state) for state, rule in rules_by_state(policy)]
        self.oversight = OversightActor(self, oversight) if oversight else None
        self.neighbours = {
            neighbour.id: NeighbourActor(self, neighbour, len(self.stations) + number)
            for number, neighbour in enumerate(self.world.network.neighbours)
        }
        self.first_group_id = len(registered_agents(self))

    def _plan_decisions(self) -> None:
        for priority, actors in (
            (Priority.TRANSIT_STATE, [self.transit]),
            (Priority.RECEIVING_STATE, self.actors),
        ):
            for actor in actors:
                self.decision_schedule.plan_decisions(
                    actor.decision_times, priority, actor.unique_id
                )

    @property
    def actor(self) -> PolicyActor:
        """The receiving state; under combined policies, its first part."""
        return self.actors[0]

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

    def _repr_html_(self) -> str:
        """The crossings as they now are, for notebooks."""
        rows = [
            (
                each.name,
                "yes" if each.is_open else "no",
                "yes" if each.accepts_asylum else "no",
                each.waiting,
                each.registered,
            )
            for each in self.stations
        ]
        now = f"{self.clock.instant(self.now_h):%Y-%m-%d %H:%M}"
        columns = ("crossing", "open", "claims taken", "people waiting", "registered so far")
        return html.table(
            columns,
            rows,
            caption=f"At {now}, after {self.now_h:g} of {self.clock.duration_h:g} hours",
        )

    def __repr__(self) -> str:
        return f"<BorderModel after {self.now_h:g} of {self.clock.duration_h:g} hours>"

    def step(self) -> None:
        """Advance by one simulated hour."""
        self.advance_to(min(self.now_h + 1.0, self.clock.duration_h))
        self.running = self.now_h < self.clock.duration_h
        self.collect_step()

    def run(self) -> BorderModel:
        """Run to the end of the scenario."""
        self.advance_to(self.clock.duration_h)
        self.running = False
        return self

    def advance_to(self, hour: float) -> None:
        """Run until an hour, letting actors decide when they are due.

        Raises:
            ValueError: if that hour has passed.
            RajasimError: if people were lost or doubled (audit only); a fault of the program.
        """
        if hour < self.now_h:
            raise ValueError(f"asked for hour {hour} when it is hour {self.now_h}")
        while entry := self.decision_schedule.take_due(hour):
            self._advance_engine(entry.hour)
            self._act(entry)
        self._advance_engine(hour)
        if hour >= self.clock.duration_h:  # with what happened at the very end, after its day
            self.engine.stock[-1] = self.engine.occupancy
            note_causes(self.handle)

    def save(self, path: str | Path) -> Path:
        """Write everything that the run holds at this hour into one file; returns its path.

        Raises:
            StorageError: if the file could not be written; an older file there is untouched.
        """
        return write_checkpoint(Path(path), self._made_from, self.held())

    def held(self) -> Checkpoint:
        """Everything that the run holds at this hour."""
        deciders = {str(actor.unique_id): actor.state() for actor in self._deciders()}
        state = {
            "mesa": mesa_state(self),
            "actors": deciders,
            "schedule": list(self.decision_schedule),
            "planned": self.decision_schedule.planned,
        }
        return Checkpoint(state, self.engine)

    def resume(self, path: str | Path) -> BorderModel:
        """Continue from the hour at which a model of the same arguments was saved; returns it.

        What this model has done so far is dropped. Whether people are counted again after every
        event (``audit``) is as this model was asked to do.

        Raises:
            ResultsError: if the file is missing, damaged, or belongs to other arguments or to
                another version of the code. The model is then as it was.
        """
        saved = read_checkpoint(Path(path), self._made_from, self.engine)
        saved.engine.status["audit"] = self.engine.status["audit"]
        self._go_on(saved)
        return self

    def hold(self, held: Checkpoint) -> None:
        """Go on from what another run of the same arguments held, whose columns are copied."""
        self._go_on(Checkpoint(held.state, typed_like(held.engine, self.engine)))

    def made_from(self) -> dict[str, Any]:
        """The arguments that the model was made from."""
        return self._made_from

    def _go_on(self, held: Checkpoint) -> None:
        self.use(held.engine)
        self.decision_schedule = DecisionSchedule.from_plain(
            held.state["schedule"], planned=held.state["planned"]
        )
        for actor in self._deciders():
            actor.resume(held.state["actors"][str(actor.unique_id)])
        resume_mesa(self, held.state["mesa"])

    def release(self) -> None:
        """Let go of the agents, so that a finished replication leaves nothing behind.

        Agents know their model: without circles its tables are freed with the last that refers to
        it, and not when Python next looks for circles.
        """
        self.stations, self.actors, self.neighbours, self.oversight = [], [], {}, None
        self.__dict__.pop("transit", None)
        self.decision_schedule = DecisionSchedule()
        release(self)

    def make_room_for_measures(self, measures: int) -> None:
        """Let the measure and bulletin tables hold ``measures`` rows and the heap their events."""
        engine = self.engine
        if measures > (rows := len(engine.measures)):
            capacity = max(measures, GROWTH * rows)
            engine = engine._replace(
                measures=grown(engine.measures, capacity, rows),
                known=grown(engine.known, capacity, rows),
                bulletins=grown(engine.bulletins, 2 * capacity, 2 * rows),
            )
        pending = int(engine.status["heap"][0] + engine.status["later"][0])
        events = pending + EVENTS_PER_MEASURE * measures
        if events > len(engine.heap):
            engine = engine._replace(**more_events(engine, GROWTH * events))
        if engine is not self.engine:
            self.use(engine)

    def use(self, engine: Engine) -> None:
        """Work on these columns from now on."""
        self.engine = engine
        self.handle = pack(engine)

    def _begin(self) -> None:
        """Start: permanent restrictions, the transit side, the first decisions, the events."""
        add_measures(self, _permanent_restrictions(self.world))
        self.transit.begin()
        while entry := self.decision_schedule.take_due(0.0):
            self._act(entry)
        self.make_room_for_measures(int(self.engine.status["measures"][0]))
        begin(self.handle)
        self.begun = True

    def _deciders(self) -> Iterator[Any]:
        """The actors that decide something, each with a state of its own."""
        yield self.transit
        yield from self.actors
        if self.oversight is not None:
            yield self.oversight
        yield from self.neighbours.values()

    def _act(self, entry: ScheduleEntry) -> None:
        """Let an actor do what is due."""
        actor = next(each for each in self._deciders() if each.unique_id == entry.actor_id)
        action = getattr(actor, entry.action)
        if entry.subject is None:
            action()
        else:
            action(entry.subject)

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
        """Make room in the tables that are full: of groups, of people, or else of events."""
        engine, status = self.engine, self.engine.status[0]
        room: dict[str, Column] = {}
        if status["groups"] + 1 > len(engine.groups):
            room |= more_groups(engine, _larger(len(engine.groups)))
        if status["persons"] + status["largest_group"] > len(engine.persons):
            people = _larger(len(engine.persons) + int(status["largest_group"]))
            room["persons"] = grown(engine.persons, people, status["persons"])
            room["exposed_h"] = grown(engine.exposed_h, people, status["persons"])
        if status["chain"] and status["visits"] + status["largest_group"] > len(engine.visits):
            visits = len(engine.visits) + int(status["largest_group"])
            room["visits"] = grown(engine.visits, _larger(visits), status["visits"])
        if not room:
            events = max(most_events(status), _larger(len(engine.heap)))
            room |= more_events(engine, events)
        self.use(engine._replace(**room))


def _larger(rows: int) -> int:
    """Half as many rows again: copies stay rare, and little memory is idle."""
    return rows + rows // 2 + 1


def _under(parameters: Parameters, conduct: Conduct) -> Parameters:
    """Demand, prices, removal and the wish to stay as the transit side's conduct makes them."""
    factor = conduct.price_factor
    return replace(
        parameters,
        demand_factor=parameters.demand_factor * conduct.demand_factor,
        stock_factor=parameters.stock_factor * conduct.demand_factor,
        removal_rate_per_d=parameters.removal_rate_per_d * conduct.removal_factor,
        settle_constant=parameters.settle_constant + conduct.settle_shift,
        transport_eur_per_km=parameters.transport_eur_per_km * factor,
        bicycle_eur=parameters.bicycle_eur * factor,
        vehicle_eur=parameters.vehicle_eur * factor,
    )


def _permanent_restrictions(world: World) -> list[MeasureRow]:
    """Crossings where asylum cannot be sought from the start."""
    return [
        {
            "destination": station,
            "kind": Action.NO_ASYLUM,
            "announced_h": -np.inf,
            "begins_h": 0.0,
            "ends_h": np.inf,
        }
        for station, crossing in enumerate(world.network.crossings)
        if not crossing.accepts_asylum
    ]
