"""S7: travellers with papers and people who claim in one queue for the lanes, by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np
import pytest

from sim.clock import Opening
from sim.engine.codes import Action, Trait
from sim.model import BorderModel
from sim.policies.timed import Step
from sim.verification import small_worlds
from sim.world.station_records import Travellers
from tests.golden.world_parts import exactly, groups_at, step, under

SERVICE_H, TRAVELLER_H = 0.5, 0.25
PEOPLE_H = (1.0, 1.0, 2.5, 6.0, 6.25, 11.5)


def shared(
    *orders: Step, lanes: int = 1, per_h: float = 3.0, **terms: Any
) -> tuple[BorderModel, Any]:
    """A crossing open until noon to which so many travellers come an hour; and when they do."""
    stream = Travellers(
        by_hour=(per_h,) * 24,
        inbound=1.0,
        share_lanes=True,
        service=exactly(TRAVELLER_H),
        source=small_worlds.SOURCE,
    )
    gate = small_worlds.crossing(
        lanes=lanes, admission=exactly(SERVICE_H), opening=(Opening(hours="00:00-12:00"),), **terms
    )
    gate = replace(gate, travellers=stream)
    where = small_worlds.world(
        small_worlds.star(gate), groups_at(*((at_h, 1) for at_h in PEOPLE_H)), days=1
    )
    run = under(where, *orders)
    return run, run.engine.travellers["comes_h"].copy()


def served(travellers_h: Any, lanes_h: Sequence[float]) -> tuple[list[float], list[float]]:
    """When people have been through a lane, and how long travellers waited; lanes from when on."""
    comers = sorted(
        [(at_h, SERVICE_H) for at_h in PEOPLE_H] + [(h, TRAVELLER_H) for h in travellers_h]
    )
    free_h = list(lanes_h)
    heapify(free_h)
    admitted_h, waited_h = [], []
    for at_h, service_h in comers:
        begins_h = max(at_h, heappop(free_h))
        heappush(free_h, begins_h + service_h)
        if service_h == SERVICE_H:
            admitted_h.append(begins_h + service_h)
        else:
            waited_h.append(begins_h - at_h)
    return admitted_h, waited_h


@pytest.mark.parametrize("lanes", [1, 2])
def test_all_are_served_in_the_order_in_which_they_came(lanes: int) -> None:
    """Who came before noon is received after it too; who comes later turns around."""
    run, comes_h = shared(lanes=lanes)
    run.run()
    admitted_h, waited_h = served(comes_h[comes_h < 12.0], [0.0] * lanes)
    assert sorted(small_worlds.persons(run)["admitted_h"]) == pytest.approx(admitted_h)
    assert run.engine.travellers_admitted.sum() == len(waited_h) < len(comes_h)
    assert run.engine.travellers_waited_h.sum() == pytest.approx(sum(waited_h))
    assert run.engine.status["travellers_waiting"][0] == 0


def test_all_lanes_that_are_added_begin_at_once() -> None:
    """Some twenty wait for the one lane when there are three more, at five o'clock."""
    run, comes_h = shared(step(Action.ADD_LANES, 5.0, value=3.0, ahead_h=0.0), per_h=8.0)
    run.run()
    admitted_h, waited_h = served(comes_h[comes_h < 12.0], [0.0, 5.0, 5.0, 5.0])
    assert sorted(small_worlds.persons(run)["admitted_h"]) == pytest.approx(admitted_h)
    assert run.engine.travellers_waited_h.sum() == pytest.approx(sum(waited_h))


def test_while_it_is_closed_travellers_turn_around() -> None:
    """Also from a closure with an exception; where only claims are refused they may pass."""
    exempt = {"exempt": frozenset({Trait.CHILDREN})}
    for action, terms, turn in (
        (Action.CLOSE, {}, True),
        (Action.CLOSE, exempt, True),
        (Action.NO_ASYLUM, {}, False),
    ):
        run, comes_h = shared(step(action, 3.0, 5.0, ahead_h=0.0, **terms), lanes=9)
        run.run()
        in_time = comes_h < 12.0
        while_closed = (comes_h >= 3.0) & (comes_h < 5.0)
        assert while_closed.any()
        came = in_time & ~while_closed if turn else in_time
        assert run.engine.travellers_admitted.sum() == came.sum()


def test_a_cap_on_those_who_claim_lets_travellers_pass() -> None:
    run, comes_h = shared(step(Action.METER, 0.0, value=2.0, ahead_h=0.0), lanes=9)
    run.run()
    assert np.isfinite(small_worlds.persons(run)["admitted_h"]).sum() == 2
    assert run.engine.travellers_admitted.sum() == (comes_h < 12.0).sum()
    assert run.engine.travellers_waited_h.sum() == 0.0
