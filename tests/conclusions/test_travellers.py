"""Travellers with papers in the same lanes as those who claim; their means are V39."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.clock import Opening
from sim.engine.codes import PersonState as State
from sim.model import BorderModel
from sim.outcomes.indicators import INDICATORS
from sim.outcomes.run_record import RunRecord
from sim.policies.timed import Closure
from sim.verification import small_worlds
from sim.world.network import Travellers
from sim.world.world import World
from tests.conclusions.whom import unlike

TWELVE_MIN = small_worlds.service(0.2, small_worlds.DETERMINISTIC)


def travellers(**changes: Any) -> Travellers:
    """Four an hour who enter, each six minutes in a lane."""
    record: dict[str, Any] = {
        "persons_per_d": 192.0,
        "share_lanes": True,
        "service": small_worlds.service(0.1, small_worlds.DETERMINISTIC),
        "source": small_worlds.SOURCE,
        **changes,
    }
    return Travellers(**record)


def shared(given: Travellers | None, *, days: float = 20.0, **gate: Any) -> World:
    options = {"lanes": 1, "admission": TWELVE_MIN, **gate}
    crossing = replace(small_worlds.crossing(**options), travellers=given)
    return small_worlds.world(small_worlds.star(crossing), small_worlds.poisson(2.0), days=days)


def indicator(run: BorderModel, name: str) -> float:
    record = RunRecord(run.world, run.parameters, run.engine)
    return INDICATORS[name].compute(record)


@pytest.mark.parametrize("lanes", [1, 2])
def test_everybody_is_served_in_the_order_in_which_they_came(lanes: int) -> None:
    """Whole paths, by the recursion over workloads of both streams together (Kiefer, Wolfowitz)."""
    run = small_worlds.model(shared(travellers(), lanes=lanes), audit=True).run()
    people, engine = small_worlds.persons(run), run.engine
    comes_h = engine.travellers["comes_h"]
    came = [(at_h, 0, k) for k, at_h in enumerate(people["presented_h"]) if at_h >= 0.0]
    came += [(at_h, 1, k) for k, at_h in enumerate(comes_h)]
    free, waited_h, left_h = [0.0] * lanes, 0.0, np.full(len(people), math.nan)
    for at_h, travels, k in sorted(came):
        lane = min(range(lanes), key=free.__getitem__)
        begins_h = max(at_h, free[lane])
        free[lane] = begins_h + (0.1 if travels else 0.2)
        if not travels:
            left_h[k] = free[lane]
        elif begins_h <= run.clock.duration_h:
            waited_h += begins_h - at_h
    done = ~np.isnan(people["admitted_h"])
    assert done.sum() > 500
    np.testing.assert_allclose(people["admitted_h"][done], left_h[done], rtol=0, atol=1e-9)
    assert engine.travellers_waited_h.sum() == pytest.approx(waited_h)
    assert engine.travellers_admitted.sum() > 1500


def test_they_make_others_wait_longer_and_wait_as_long_themselves() -> None:
    alone, together = (small_worlds.model(shared(each)).run() for each in (None, travellers()))
    waits = [small_worlds.person_hours(run, State.ADMISSION_QUEUE) for run in (alone, together)]
    assert waits[1] > 2.0 * waits[0]
    claiming_h = waits[1] / len(small_worlds.persons(together))
    assert indicator(together, "R14_wait") == pytest.approx(claiming_h, rel=0.25)
    assert math.isnan(indicator(alone, "R14_wait"))


def test_travellers_who_share_no_lane_change_nothing_but_what_closures_cost() -> None:
    """One declaration: as many are kept from crossing however they are given."""
    closure = Closure(crossings=("gate",), at=small_worlds.at(24.0), until=small_worlds.at(72.0))
    by_hour = tuple([0.0] * 8 + [12.0] * 16)
    given = [
        travellers(share_lanes=False, service=None),
        travellers(share_lanes=False, service=None, persons_per_d=0.0, by_hour=by_hour),
    ]
    worlds = [shared(each, days=5.0) for each in given]
    old = shared(None, days=5.0)
    crossing = replace(old.network.crossings[0], travellers_per_d=192.0)
    worlds.append(replace(old, network=replace(old.network, crossings=(crossing,))))
    runs = [small_worlds.model(where, closure).run() for where in worlds]
    assert unlike(runs[0], runs[2]) == unlike(runs[1], runs[2]) == set()
    assert {indicator(run, "K5") for run in runs} == {indicator(runs[0], "K5")}
    assert indicator(runs[0], "R14") * 5.0 == pytest.approx(2.0 * 192.0)
    assert [len(run.engine.travellers) for run in runs] == [0, 0, 0]


def test_nobody_comes_while_it_is_shut() -> None:
    """Open from 8 to 20, closed by order on the second day: none of its travellers queue then."""
    closure = Closure(crossings=("gate",), at=small_worlds.at(24.0), until=small_worlds.at(48.0))
    where = shared(travellers(), days=4.0, lanes=4, opening=(Opening(hours="08:00-20:00"),))
    run = small_worlds.model(where, closure, audit=True).run()
    hours = run.engine.travellers["comes_h"] % 24.0
    assert ((hours >= 8.0) & (hours <= 20.0)).all()
    admitted = run.engine.travellers_admitted[:, 0]
    assert admitted[1] <= 1
    assert admitted[[0, 2, 3]].min() > 60


def test_those_of_each_hour_come_in_it() -> None:
    by_hour = tuple(100.0 if hour in (7, 23) else 0.0 for hour in range(24))
    run = small_worlds.model(shared(travellers(persons_per_d=0.0, by_hour=by_hour)))
    hours = run.engine.travellers["comes_h"] % 24.0
    assert set(hours.astype(int)) == {7, 23}
    expected = 20 * 2 * 50.0
    assert abs(len(hours) - expected) < 4.0 * math.sqrt(expected)


def test_they_are_the_same_whatever_the_policy() -> None:
    closure = Closure(crossings=("gate",), at=small_worlds.at(24.0))
    one, other = (small_worlds.model(shared(travellers()), each) for each in (None, closure))
    assert one.engine.travellers.tobytes() == other.engine.travellers.tobytes()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"service": None}, "'service' goes with"),
        ({"by_hour": (1.0,) * 24}, "'persons_per_d' or 24"),
        ({"by_hour": (1.0,) * 3, "persons_per_d": 0.0}, "'persons_per_d' or 24"),
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        travellers(**changes)


def test_one_declaration() -> None:
    with pytest.raises(ValueError, match="say the same"):
        replace(small_worlds.crossing(), travellers=travellers(), travellers_per_d=5.0)
