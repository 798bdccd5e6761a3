"""The one file that touches Mesa's private parts.

Works on Mesa 3.3 (Python 3.11) and 3.5 (Python 3.12 and later). Mesa keeps every agent as an object
and, before 3.4.2, keeps every model for ever (``Agent._ids``); here most agents are rows of a
table, and a finished model is let go.
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random
from typing import Any, Final, Literal, TypeAlias

import mesa
from mesa.agent import AgentSet
from mesa.space import ContinuousSpace

from sim.agents.host_model import PlainState

try:  # Mesa 3.5 moved it.
    from mesa.agentset import GroupBy
except ImportError:  # Mesa 3.3
    from mesa.agent import GroupBy

# What Mesa keeps in a model that knows the model: two methods, and since 3.5 three things more.
CIRCLES: Final = ("step", "_user_step", "_scenario", "_default_schedule", "_event_generators")
MARGIN, LEAST_ROOM = 0.1, 0.1  # around places on a map: a share of its size, and degrees
Member: TypeAlias = Any  # an agent, or a view of a row that behaves like one
Value: TypeAlias = Any  # of an attribute, or what a method returns
Selector: TypeAlias = Callable[[Member], Value] | str


class AgentViews(AgentSet):
    """A Mesa agent set over a sequence of agents that need not exist as objects until asked for.

    Members are held strongly or made on demand; the order is the sequence's. Membership is decided
    by the model: agents are neither added nor removed by hand.
    """

    def __init__(self, agents: Sequence[Member], random: Random) -> None:
        self._views = agents
        self.random = random

    def __len__(self) -> int:
        return len(self._views)

    def __iter__(self) -> Iterator[Member]:
        return iter(self._views)

    def __contains__(self, agent: object) -> bool:
        return any(agent == member for member in self._views)

    def __getitem__(self, item: int | slice) -> Member:
        return list(self._views[item]) if isinstance(item, slice) else self._views[item]

    def __copy__(self) -> AgentViews:
        return self._with(self._views)

    def copy(self) -> AgentViews:
        """A set of the same members."""
        return self._with(self._views)

    def to_list(self) -> list[Member]:
        """The members in order."""
        return list(self._views)

    def select(
        self,
        filter_func: Callable[[Member], bool] | None = None,
        at_most: int | float = float("inf"),
        inplace: bool = False,
        agent_type: type[Member] | None = None,
    ) -> AgentViews:
        """Members that pass a filter and are of a type, at most so many (or such a share)."""
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        chosen: list[Member] = []
        for agent in self._views:
            if len(chosen) >= at_most:
                break
            if (filter_func is None or filter_func(agent)) and (
                agent_type is None or isinstance(agent, agent_type)
            ):
                chosen.append(agent)
        return self._result(chosen, inplace=inplace)

    def shuffle(self, inplace: bool = False) -> AgentViews:
        """Members in random order, from the model's own generator."""
        members = list(self._views)
        self.random.shuffle(members)
        return self._result(members, inplace=inplace)

    def sort(self, key: Selector, ascending: bool = False, inplace: bool = False) -> AgentViews:
        """Members sorted by an attribute or a function."""
        members = sorted(self._views, key=_getter(key), reverse=not ascending)
        return self._result(members, inplace=inplace)

    def do(self, method: Selector, *args: object, **kwargs: object) -> AgentViews:
        """Call a method or function for each member."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: Selector, *args: object, **kwargs: object) -> AgentViews:
        """Call a method or function for each member in random order."""
        self.shuffle().map(method, *args, **kwargs)
        return self

    def map(self, method: Selector, *args: object, **kwargs: object) -> list[Value]:
        """What a method or function returns for each member."""
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self._views]
        return [method(agent, *args, **kwargs) for agent in self._views]

    def agg(
        self, attribute: str, func: Callable[..., Value] | Iterable[Callable[..., Value]]
    ) -> Value:
        """One or several functions of an attribute's values."""
        values = self.get(attribute)
        return func(values) if callable(func) else [each(values) for each in func]

    def get(
        self,
        attr_names: str | list[str],
        handle_missing: Literal["error", "default"] = "error",
        default_value: object = None,
    ) -> list[Value]:
        """Values of one attribute, or lists of values of several, member by member."""
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing must be 'error' or 'default', got {handle_missing!r}")
        if isinstance(attr_names, str):
            return self._values(attr_names, handle_missing, default_value)
        columns = [self._values(name, handle_missing, default_value) for name in attr_names]
        return [list(row) for row in zip(*columns, strict=True)]

    def _values(self, name: str, handle_missing: str, default: object) -> list[Value]:
        column = getattr(self._views, "column", None)
        if column is not None and (values := column(name)) is not None:
            return list(values.tolist())
        if handle_missing == "error":
            return [getattr(agent, name) for agent in self._views]
        return [getattr(agent, name, default) for agent in self._views]

    def set(self, attr_name: str, value: object) -> AgentViews:
        """Set an attribute of every member."""
        for agent in self._views:
            setattr(agent, attr_name, value)
        return self

    def groupby(
        self, by: Selector, result_type: Literal["agentset", "list"] = "agentset"
    ) -> GroupBy:
        """Members by the value of an attribute or function."""
        groups: dict[Value, list[Member]] = {}
        key = _getter(by)
        for agent in self._views:
            groups.setdefault(key(agent), []).append(agent)
        if result_type == "agentset":
            groups = {value: self._with(members) for value, members in groups.items()}
        return GroupBy(groups)

    def add(self, agent: Member) -> None:
        """Refused: the model alone decides who its agents are."""
        raise TypeError("agents come into being in the model; they cannot be added to a set")

    discard = remove = add

    def _with(self, agents: Sequence[Member]) -> AgentViews:
        return AgentViews(agents, self.random)

    def _result(self, members: Sequence[Member], *, inplace: bool) -> AgentViews:
        if not inplace:
            return self._with(members)
        self._views = members
        return self

    def __getstate__(self) -> PlainState:
        return {"_views": self._views, "random": self.random}

    def __setstate__(self, state: PlainState) -> None:
        self.__dict__.update(state)


class Chained(Sequence[Member]):
    """Several sequences read as one."""

    def __init__(self, *parts: Sequence[Member]) -> None:
        self._parts = parts

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __iter__(self) -> Iterator[Member]:
        for part in self._parts:
            yield from part

    def __getitem__(self, item: int | slice) -> Member:
        if isinstance(item, slice):
            return list(self)[item]
        index = range(len(self))[item]
        for part in self._parts:
            if index < len(part):
                return part[index]
            index -= len(part)
        raise IndexError(item)


def _getter(key: Selector) -> Callable[[Member], Value]:
    return operator.attrgetter(key) if isinstance(key, str) else key


class PlacesSpace(ContinuousSpace):
    """A map as Mesa draws it, over agents that know where they are: nobody is placed or moved."""

    def __init__(
        self, points: Iterable[tuple[float, float]], agents: Sequence[Member], random: Random
    ) -> None:
        """Make a space that holds some points with room around them.

        Args:
            points: x and y of each.
            agents: who is in it, each with its ``pos``.
            random: the model's generator.
        """
        xs, ys = zip(*points, strict=True)
        room = max(MARGIN * max(max(xs) - min(xs), max(ys) - min(ys)), LEAST_ROOM)
        super().__init__(
            max(xs) + room, max(ys) + room, torus=False, x_min=min(xs) - room, y_min=min(ys) - room
        )
        self._shown = AgentViews(agents, random)

    @property
    def agents(self) -> AgentViews:
        """Who is in it."""
        return self._shown


def registered_agents(model: mesa.Model) -> list[Member]:
    """The agents that exist as objects, in the order in which they were made."""
    return list(model._all_agents)


def registered_by_type(model: mesa.Model) -> dict[type[Member], AgentSet]:
    """Mesa's own agent sets by type, for agents that exist as objects."""
    return dict(model._agents_by_type)


def view_agent(agent: mesa.Agent, model: mesa.Model, unique_id: int) -> None:
    """Make an agent a view: it knows its model, and its model does not count it as an object."""
    agent.model = model
    agent.unique_id = unique_id


def mesa_state(model: mesa.Model) -> PlainState:
    """What Mesa itself holds of a run: its count of steps and its generators, as plain data."""
    version, words, spare = model.random.getstate()
    return {
        "steps": model.steps,
        "running": model.running,
        "random": [version, list(words), spare],
        "rng": model.rng.bit_generator.state,
    }


def resume_mesa(model: mesa.Model, state: PlainState) -> None:
    """Let Mesa hold what it held."""
    version, words, spare = state["random"]
    model.steps, model.running = state["steps"], state["running"]
    model.random.setstate((version, tuple(words), spare))
    model.rng.bit_generator.state = state["rng"]


def release(model: mesa.Model) -> None:
    """Let Mesa forget a finished model, and the model itself.

    A circle is freed when Python next looks for circles, some ten runs later, with the tables of
    all of them.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.remove_all_agents()
    ids = getattr(mesa.Agent, "_ids", None)
    if ids is not None:
        ids.pop(model, None)
    for name in CIRCLES:
        vars(model).pop(name, None)
