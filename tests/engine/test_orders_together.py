"""What orders in force come to together: caps, bans, carriers' measures, checks at the gate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numba import njit

from sim.engine.codes import Action, Documents, Mode
from sim.engine.handle import columns_of
from sim.engine.measures import ban_in_force, daily_cap, share_setting_out
from sim.model import BorderModel
from sim.policies.timed import Step
from sim.verification import small_worlds
from sim.world.origins import Origin
from tests.golden.world_parts import step, under

GATES = ("gate", "other")


@njit
def cap_at(handle: Any, s: int) -> Any:
    """The lowest cap on everybody at a crossing alone."""
    return daily_cap(columns_of(handle), s)


@njit
def ban_at(handle: Any, s: int, mode: int) -> Any:
    """How strictly a mode is banned at a crossing."""
    return ban_in_force(columns_of(handle), s, mode)


@njit
def share_of(handle: Any, origin: int) -> Any:
    """The share of an origin's people who still set out."""
    return share_setting_out(columns_of(handle), origin)


def order(action: Action, begins_h: float, ends_h: float | None = None, **terms: Any) -> Step:
    return step(action, begins_h, ends_h, ahead_h=0.0, **terms)


def ordered(*orders: Step) -> BorderModel:
    """Two crossings, and two origins of which nobody comes."""
    gates = [small_worlds.crossing(name) for name in GATES]
    origins = tuple(
        Origin(id=name, name=name, share=1.0, gateways={small_worlds.TOWN: 1.0}, source="test")
        for name in ("a", "b")
    )
    people = replace(small_worlds.poisson(0.0), origins=origins)
    return under(small_worlds.world(small_worlds.star(*gates), people, days=1), *orders)


def test_the_lowest_cap_on_everybody_at_a_crossing_counts() -> None:
    """Not one that it shares with another, nor one on some alone."""
    run = ordered(
        order(Action.METER, 1.0, value=9.0),
        order(Action.METER, 2.0, 4.0, value=4.0),
        order(Action.CAP_ARRIVALS, 3.0, value=6.0),
        order(Action.METER, 1.0, value=2.0, crossings=GATES, joint=True),
        order(Action.METER, 1.0, value=1.0, documents=Documents.NONE),
    )
    found = []
    for now in (0.5, 1.5, 2.5, 3.5, 4.5):
        run.advance_to(now)
        found.append(cap_at(run.handle, 0))
        assert cap_at(run.handle, 1) == np.inf
    assert found == [np.inf, 9.0, 4.0, 4.0, 6.0]


def test_a_cap_on_admission_and_one_on_arrivals_count_together() -> None:
    run = ordered(order(Action.METER, 0.0, value=9.0), order(Action.CAP_ARRIVALS, 0.0, value=8.0))
    run.advance_to(0.5)
    assert cap_at(run.handle, 0) == 8.0


def test_the_strictest_ban_on_a_mode_counts() -> None:
    run = ordered(
        order(Action.BAN_MODE, 1.0, mode=Mode.FOOT, value=0.5),
        order(Action.BAN_MODE, 2.0, 4.0, mode=Mode.FOOT, value=0.8),
        order(Action.BAN_MODE, 3.0, mode=Mode.CAR, value=1.0),
    )
    found = []
    for now in (0.5, 1.5, 2.5, 3.5, 4.5):
        run.advance_to(now)
        found.append((ban_at(run.handle, 0, Mode.FOOT), ban_at(run.handle, 0, Mode.CAR)))
        assert ban_at(run.handle, 0, Mode.BICYCLE) == ban_at(run.handle, 1, Mode.FOOT) == 0.0
    assert found == [(0.0, 0.0), (0.5, 0.0), (0.8, 0.0), (0.8, 1.0), (0.5, 1.0)]


def test_measures_of_carriers_on_all_and_on_some_multiply() -> None:
    run = ordered(
        order(Action.CARRIER_MEASURES, 1.0, crossings=(), value=0.5),
        order(Action.CARRIER_MEASURES, 2.0, 4.0, crossings=(), value=0.4, origins=("a",)),
    )
    found = []
    for now in (0.5, 1.5, 2.5, 4.5):
        run.advance_to(now)
        found.append((share_of(run.handle, 0), share_of(run.handle, 1)))
    assert np.array(found) == pytest.approx(
        np.array([(1.0, 1.0), (0.5, 0.5), (0.2, 0.5), (0.5, 0.5)])
    )


def test_no_gate_lets_out_more_than_was_agreed() -> None:
    run = ordered(
        order(Action.RESUME_CHECKS, 1.0, 4.0, value=0.3),
        order(Action.RESUME_CHECKS, 2.0, 3.0, value=0.1),
        order(Action.RESUME_CHECKS, 2.0, 3.0, value=0.6, crossings=("other",)),
    )
    found = []
    for now in (0.5, 1.5, 2.5, 3.5, 4.5):
        run.advance_to(now)
        found.append(run.engine.stations["gate"].tolist())
    assert found == [[1.0, 1.0], [0.3, 1.0], [0.1, 0.6], [0.3, 1.0], [1.0, 1.0]]
