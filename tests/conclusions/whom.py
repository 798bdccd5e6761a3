"""Small worlds with people of two origins, for tests of filters and caps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import Action
from sim.model import BorderModel
from sim.policies.timed import Schedule, Step
from sim.verification import small_worlds
from sim.world.origins import Demand, Origin
from sim.world.world import World

ORIGINS = ("a", "b")
BOTH = ("gate", "other")


def origins(*names: str) -> tuple[Origin, ...]:
    """Origins with equal shares, all of which first appear in the town."""
    return tuple(
        Origin(
            id=name,
            name=name,
            share=1.0,
            gateways={small_worlds.TOWN: 1.0},
            source=small_worlds.SOURCE,
        )
        for name in names
    )


def mixed(persons_per_d: float, *, size: int | None = 1, names: Sequence[str] = ORIGINS) -> Demand:
    """A steady demand of people of some origins alike."""
    demand = small_worlds.poisson(persons_per_d / 24.0)
    return replace(demand, origins=origins(*names), group_size=size)


def two_gates(demand: Demand, *, days: float = 10.0, parameters: Any = None, **gate: Any) -> World:
    """A town and two crossings that are alike, an hour away."""
    crossings = [small_worlds.crossing(name, **gate) for name in BOTH]
    network = small_worlds.star(*crossings, hours=[1.0, 1.0])
    return small_worlds.world(network, demand, days=days, **(parameters or {}))


def one_by_one(
    policy: Schedule | None,
    of_origin: Sequence[int],
    *,
    crossings: Sequence[str] = BOTH,
    size: int = 1,
    parameters: Any = None,
) -> BorderModel:
    """A finished run of three days with a group at each full hour from 2 on, at no distance."""
    demand = small_worlds.given([2.0 + k for k in range(len(of_origin))], size=size)
    where = small_worlds.world(
        small_worlds.star(*(small_worlds.crossing(name) for name in crossings)),
        replace(demand, origins=origins(*ORIGINS)),
        days=3,
        **(parameters or {}),
    )
    run = small_worlds.model(where, policy, audit=True)
    run.engine.streams["origin"] = of_origin
    return run.run()


def schedule(action: Action, *, at_h: float = 1.0, ahead_h: float = 0.0, **terms: Any) -> Schedule:
    """One step without an end, at both crossings unless said."""
    return Schedule(steps=(step(action, at_h=at_h, ahead_h=ahead_h, **terms),))


def step(action: Action, *, at_h: float = 1.0, ahead_h: float = 0.0, **terms: Any) -> Step:
    """One step without an end, at both crossings unless said."""
    return Step(
        action=action,
        announced=small_worlds.at(at_h - ahead_h),
        effective=small_worlds.at(at_h),
        source=small_worlds.SOURCE,
        **{"crossings": BOTH, **terms},
    )


def of_group(run: BorderModel, column: str) -> NDArray[Any]:
    """A column of everybody's group, by person."""
    people = small_worlds.persons(run)
    return np.asarray(small_worlds.groups(run)[column][people["group"]])


def unlike(one: BorderModel, other: BorderModel, but: Iterable[str] = ()) -> set[str]:
    """Columns of results, and daily R5, that are not the same bytes in two runs."""
    differing = set(small_worlds.differing(one, other)) - set(but)
    for name in ("access_stock", "access_reached", "access_offered"):
        mine, theirs = getattr(one.engine, name), getattr(other.engine, name)
        if mine.tobytes() != theirs.tobytes():
            differing.add(name)
    return differing
