"""The model as its agents see it: what they read and what they may change, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias

import numpy as np

from sim.agents.decision_schedule import DecisionSchedule
from sim.clock import Clock
from sim.engine.columns import Engine
from sim.engine.handle import Handle
from sim.policies import Order
from sim.storage.json_object import JsonObject
from sim.world.parameters import Parameters
from sim.world.world import World

PlainState: TypeAlias = JsonObject
"""What an actor holds, as plain data that a checkpoint can write."""


class Decider(Protocol):
    """An actor whose orders become measures, as other actors see it.

    Attributes:
        model: the model that it is part of.
        unique_id: its number among all agents.
        orders: what it has ordered so far.
    """

    model: HostModel
    unique_id: int
    orders: list[Order]

    def set_hours(self, number: int) -> None:
        """Make the opening hours public that it gave in an order."""
        ...


class Follower(Protocol):
    """An actor that can act in step with the receiving state."""

    def follow(self) -> None:
        """From now on, look each day at what the receiving state does."""
        ...


class Overseer(Protocol):
    """An actor that reviews decisions."""

    def note(self, decider: Decider, rows: Iterable[int]) -> None:
        """Record new measures, by their rows."""
        ...


class HostModel(Protocol):
    """What an agent needs of the model that it is part of.

    Attributes:
        world: the static map and demand.
        parameters: scalar parameters of this replication.
        key: key of its random numbers.
        engine: the columns.
        handle: the same for compiled code.
        begun: whether the first decisions are made and the events are scheduled.
        first_group_id: how many agents came before the first migrant group.
        decision_schedule: what actors will decide and when.
    """

    world: World
    parameters: Parameters
    key: np.uint64
    engine: Engine
    handle: Handle
    begun: bool
    first_group_id: int
    decision_schedule: DecisionSchedule

    @property
    def clock(self) -> Clock:
        """Span and zone of the scenario."""
        ...

    @property
    def now_h(self) -> float:
        """Simulated hours since the start."""
        ...

    @property
    def actors(self) -> Sequence[Decider]:
        """The receiving state, part by part where policies are in force together."""
        ...

    @property
    def neighbours(self) -> Mapping[str, Follower]:
        """Neighbouring states by the id of their crossing."""
        ...

    @property
    def oversight(self) -> Overseer | None:
        """Courts and overseers, or None where there are none."""
        ...

    def use(self, engine: Engine) -> None:
        """Work on these columns from now on."""
        ...

    def make_room_for_measures(self, measures: int) -> None:
        """Let the tables hold so many measures, and the heap their events."""
        ...
