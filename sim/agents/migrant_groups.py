"""Migrant groups: light views of rows, made when somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import mesa
import numpy as np

from sim.agents.host_model import HostModel
from sim.agents.mesa_adapter import view_agent
from sim.engine.codes import NOBODY, AgeClass, GroupStage, PersonState, Trait
from sim.engine.columns import GROUP
from sim.engine.signatures import Column, Table


class MigrantGroup(mesa.Agent):
    """People who travel and decide together. A view: it holds no state of its own.

    Two views of the same row are equal. Columns of the group table are attributes
    (``cash_eur``, ``people``, ``attempts``, ...); writing one writes the table.
    """

    model: HostModel

    def __init__(self, model: HostModel, row: int) -> None:
        view_agent(self, model, row + 1 + model.first_group_id)
        self.row = row

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, MigrantGroup) and other.row == self.row and other.model is self.model
        )

    def __hash__(self) -> int:
        return hash((id(self.model), self.row))

    def __getattr__(self, name: str) -> Any:
        if name in _COLUMNS:
            return self.model.engine.groups[name][self.row].item()
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _COLUMNS:
            self.model.engine.groups[name][self.row] = value
        else:
            super().__setattr__(name, value)

    def __repr__(self) -> str:
        return f"<MigrantGroup {self.unique_id}: {self.people} people, {self.stage_name}>"

    @property
    def stage_name(self) -> str:
        """What the group is doing, in words."""
        return GroupStage(self.stage).name.lower()

    @property
    def place_id(self) -> str:
        """Id of the place where the group is, or which it left last."""
        return str(self.model.world.network.places[self.place].id)

    @property
    def pos(self) -> tuple[float, float]:
        """Where that place is, degrees east and north."""
        place = self.model.world.network.places[self.place]
        return place.lon, place.lat

    @property
    def destination_id(self) -> str | None:
        """Id of the place that the group set out for last, or None."""
        if self.destination == NOBODY:
            return None
        return str(self.model.world.network.destinations[self.destination].id)

    @property
    def members(self) -> Table:
        """Rows of the group's members in the person table, read-only."""
        rows = self.model.engine.persons[self.first_person : self.first_person + self.people]
        rows.flags.writeable = False
        return rows

    @property
    def states(self) -> list[str]:
        """State of each member."""
        return [PersonState(state).name for state in self.members["state"]]

    @property
    def has_children(self) -> bool:
        """Whether there are children in the group."""
        return bool(self.traits & Trait.CHILDREN)

    @property
    def has_unaccompanied_minors(self) -> bool:
        """Whether there are minors without an adult in the group."""
        return bool(self.traits & Trait.UNACCOMPANIED_MINORS)

    @property
    def has_vulnerable(self) -> bool:
        """Whether there are particularly vulnerable people in the group."""
        return bool(self.traits & Trait.VULNERABLE)

    @property
    def children(self) -> int:
        """Number of minors in the group."""
        minors = (AgeClass.CHILD, AgeClass.UNACCOMPANIED_MINOR)
        return int(np.isin(self.members["age_class"], minors).sum())


_COLUMNS = frozenset(GROUP.names or ())


class GroupRows(Sequence[MigrantGroup]):
    """All groups of a model as a sequence of views, in order of creation."""

    def __init__(self, model: HostModel) -> None:
        self._model = model

    def __len__(self) -> int:
        return int(self._model.engine.status["groups"][0])

    def __iter__(self) -> Iterator[MigrantGroup]:
        return (MigrantGroup(self._model, row) for row in range(len(self)))

    def __contains__(self, agent: object) -> bool:
        return (
            isinstance(agent, MigrantGroup) and agent.model is self._model and agent.row < len(self)
        )

    def __getitem__(self, item: Any) -> Any:
        rows = range(len(self))[item]
        if isinstance(rows, range):
            return [MigrantGroup(self._model, row) for row in rows]
        return MigrantGroup(self._model, rows)

    def column(self, name: str) -> Column | None:
        """The values of a column for all groups, or None if it is no column."""
        if name not in _COLUMNS:
            return None
        return np.asarray(self._model.engine.groups[name][: len(self)])
