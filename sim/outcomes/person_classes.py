"""Classes of people by which indicators are broken down: they overlap, and say who bears what.

Origin is where people set out from, coarsely; nobody's need of protection is inferred from it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import AgeClass, Trait
from sim.engine.signatures import Column, Table
from sim.world.world import World


class People(Protocol):
    """A finished run, as far as its people belong to classes."""

    @property
    def world(self) -> World:
        """What it ran in."""

    @property
    def persons(self) -> Table:
        """Rows of everyone who was created."""

    def of_group(self, column: str) -> Column:
        """A column of everybody's group, shape (persons,)."""


Members: TypeAlias = Callable[[People], NDArray[np.bool_]]


def _women(run: People) -> NDArray[np.bool_]:
    return run.persons["female"] != 0


def _men(run: People) -> NDArray[np.bool_]:
    return run.persons["female"] == 0


def _of_age(age_class: AgeClass) -> Members:
    return lambda run: np.asarray(run.persons["age_class"] == age_class)


def _frail(run: People) -> NDArray[np.bool_]:
    return run.persons["vulnerable"] != 0


def _in_families(run: People) -> NDArray[np.bool_]:
    return (run.of_group("traits") & Trait.CHILDREN) != 0


def _alone(run: People) -> NDArray[np.bool_]:
    return run.of_group("people") == 1


CLASSES: Final[dict[str, Members]] = {
    "women and girls": _women,
    "men and boys": _men,
    "children with adults": _of_age(AgeClass.CHILD),
    "unaccompanied minors": _of_age(AgeClass.UNACCOMPANIED_MINOR),
    "elderly people": _of_age(AgeClass.ELDERLY),
    "ill, disabled or pregnant": _frail,
    "families with children": _in_families,
    "travelling alone": _alone,
}


def class_names(origins: tuple[str, ...]) -> tuple[str, ...]:
    """Names of all classes, those by origin last."""
    return (*CLASSES, *(f"from {origin}" for origin in origins))


def class_members(run: People) -> NDArray[np.bool_]:
    """Who belongs to each class, shape (classes, persons); classes of a person side by side."""
    origins = range(len(run.world.demand.origins))
    members = np.empty((len(run.persons), len(CLASSES) + len(origins)), dtype=np.bool_)
    for k, belong in enumerate(CLASSES.values()):
        members[:, k] = belong(run)
    origin = run.of_group("origin")
    for k in origins:
        members[:, len(CLASSES) + k] = origin == k
    return members.T
