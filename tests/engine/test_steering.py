"""S10: where the transit side brings organised groups, and which closures it minds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit

from sim.engine.codes import NOBODY, Action, Documents, Mode, QueueRule
from sim.engine.filters import BY_DOCUMENTS
from sim.engine.handle import columns_of
from sim.engine.measures import restriction
from sim.engine.steering import nearest_open
from sim.engine.transit_view import transit_view
from sim.model import BorderModel
from sim.policies.timed import Step
from sim.verification import small_worlds
from tests.golden.world_parts import groups_at, step, under

GATE, OTHER, FAR = 1, 2, 3


@njit
def brought_to(handle: Any, place: int, kind: int) -> Any:
    """The crossing to which people of a kind are brought from a place."""
    return nearest_open(columns_of(handle), place, kind)


@njit
def rule_at(handle: Any, s: int, kind: int) -> Any:
    """What becomes of people of a kind at a crossing that is closed to them; -1 if it is not."""
    return restriction(columns_of(handle), s, kind)


def crossings(*orders: Step) -> BorderModel:
    """A railway nearby, two crossings equally far away, and one beyond; at two o'clock."""
    gates = [small_worlds.crossing(name) for name in ("gate", "other", "far")]
    railway = small_worlds.crossing("railway", modes=(Mode.RAIL,))
    network = small_worlds.star(railway, *gates, hours=[1.0, 3.0, 3.0, 5.0])
    run = under(small_worlds.world(network, small_worlds.given([]), days=1), *orders)
    run.advance_to(2.0)
    return run


def closed(*names: str, action: Action = Action.CLOSE, begins_h: float = 1.0, **terms: Any) -> Step:
    terms.setdefault("queue", QueueRule.HOLD)
    return step(action, begins_h, crossings=names, ahead_h=0.0, **terms)


@pytest.mark.parametrize("action", [Action.CLOSE, Action.NO_ASYLUM])
def test_people_are_brought_to_the_nearest_crossing_that_is_open(action: Action) -> None:
    """Of two equally far away to the first."""
    found = [
        brought_to(crossings(*orders).handle, 0, 0)
        for orders in (
            (),
            (closed("gate", action=action),),
            (closed("gate", action=action), closed("other")),
            (closed("gate", "other", "far", action=action),),
            (closed("gate", action=action, begins_h=3.0),),
        )
    ]
    assert found == [GATE, OTHER, FAR, NOBODY, GATE]


def test_the_transit_side_sees_the_people_on_its_side() -> None:
    """Seven in town, of whom two are let in at once, and the share of crossings that is open."""
    gates = [small_worlds.crossing(name) for name in ("gate", "other")]
    where = small_worlds.world(
        small_worlds.star(*gates),
        groups_at((1.0, 2), (3.5, 4), (3.5, 1)),
        days=1,
        arrive_ahead_h=0.0,
    )
    run = under(where, closed(*("gate", "other"), begins_h=3.0))
    found = []
    for now in (0.5, 2.0, 4.0):
        run.advance_to(now)
        found.append(tuple(map(float, transit_view(run.handle, np.array([0.25, 0.75])))))
    assert found == [(1.0, 0.0), (1.0, 0.0), (0.0, 5.0)]


def test_it_is_open_to_whom_no_order_concerns() -> None:
    handle = crossings(closed("gate", documents=Documents.NONE)).handle
    assert brought_to(handle, 0, 0) == OTHER
    assert brought_to(handle, 0, BY_DOCUMENTS) == GATE


def test_of_several_orders_the_strictest_holds() -> None:
    run = crossings(
        closed("gate", queue=QueueRule.HOLD),
        closed("gate", queue=QueueRule.TURN_BACK, documents=Documents.NONE),
        closed("gate", queue=QueueRule.REROUTE),
        closed("far", queue=QueueRule.TURN_BACK, begins_h=3.0),
    )
    assert rule_at(run.handle, GATE, 0) == QueueRule.TURN_BACK
    assert rule_at(run.handle, GATE, BY_DOCUMENTS) == QueueRule.REROUTE
    assert rule_at(run.handle, OTHER, 0) == rule_at(run.handle, FAR, 0) == -1
