"""Caps that crossings share, and the transit side's limits at its gates, by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numba import njit

from sim.clock import Opening
from sim.engine.codes import NOBODY, TRAITS, Action, Documents
from sim.engine.gate_limits import limit_of, released_in, wait_for_release_h
from sim.engine.handle import columns_of
from sim.engine.shared_caps import MOST_CAPS, most_served_under, shared_caps
from sim.hypotheses import GateAction, GateStep, LetsThrough
from sim.model import BorderModel
from sim.policies.timed import Step
from sim.verification import small_worlds
from sim.world.network import Crossing
from sim.world.origins import Demand, Origin
from tests.golden.world_parts import groups_at, step, under

GATES = ("gate", "other")
ORIGINS = tuple(
    Origin(id=name, name=name, share=1.0, gateways={small_worlds.TOWN: 1.0}, source="test")
    for name in ("a", "b")
)
NOBODY_INSIDE = np.zeros(3, dtype=np.int64)


@njit
def caps_of(handle: Any, between: Any, hours: float) -> Any:
    """What caps are about, the people whom they allow, and those of them who may still come."""
    caps = shared_caps(columns_of(handle), between, hours)
    return caps.covers, caps.allowed, caps.left


def capped(*steps: Step) -> BorderModel:
    """Three crossings under orders, and nobody of two origins who comes, at one o'clock."""
    gates = [small_worlds.crossing(name) for name in (*GATES, "third")]
    people = replace(small_worlds.poisson(0.0), origins=ORIGINS)
    run = under(small_worlds.world(small_worlds.star(*gates), people, days=2), *steps)
    run.advance_to(1.0)
    return run


def cap(value: float, action: Action = Action.METER, begins_h: float = 0.0, **terms: Any) -> Step:
    return step(action, begins_h, value=value, ahead_h=0.0, **terms)


def allowed(*steps: Step) -> list[float]:
    """People whom each cap allows in a day."""
    found: list[float] = caps_of(capped(*steps).handle, NOBODY_INSIDE, 24.0)[1]
    return list(found)


@pytest.mark.parametrize("action", [Action.METER, Action.CAP_ARRIVALS])
def test_with_a_new_day_as_many_may_come_again(action: Action) -> None:
    """Two a day, and five who stand there at one."""
    three_days = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), groups_at(*[(1.0, 1)] * 5), days=3
    )
    run = under(three_days, cap(2.0, action)).run()
    passed_h = "admitted_h" if action == Action.METER else "presented_h"
    assert sorted(small_worlds.persons(run)[passed_h]) == [1.0, 1.0, 24.0, 24.0, 48.0]


class TestSharedCaps:
    """How many may come under caps that crossings share, or that concern only some."""

    def test_those_past_the_gate_have_taken_some_of_a_joint_cap(self) -> None:
        """Of 40 a day 20 in twelve hours, of whom three and five are past the gates."""
        run = capped(cap(40.0, crossings=GATES, joint=True))
        _, allows, left = caps_of(run.handle, np.array([3, 5, 9]), 12.0)
        assert allows.tolist() == [20.0]
        assert left.tolist() == [12.0]

    def test_a_joint_cap_that_is_used_up_leaves_nobody(self) -> None:
        run = capped(cap(4.0, crossings=GATES, joint=True))
        assert caps_of(run.handle, np.array([3, 5, 9]), 24.0)[2].tolist() == [0.0]

    def test_under_a_cap_on_some_it_is_not_known_who_is_past_the_gate(self) -> None:
        run = capped(cap(24.0, documents=Documents.NONE))
        _, allows, left = caps_of(run.handle, np.array([3, 5, 9]), 24.0)
        assert allows.tolist() == left.tolist() == [24.0]

    def test_those_who_may_come_are_counted_before_they_are_past_the_gate(self) -> None:
        run = capped(cap(40.0, Action.CAP_ARRIVALS, crossings=GATES, joint=True))
        assert caps_of(run.handle, np.array([3, 5, 9]), 24.0)[2].tolist() == [40.0]

    def test_a_cap_on_everybody_at_one_crossing_is_none_that_is_shared(self) -> None:
        assert allowed(cap(9.0), cap(8.0, crossings=("other",))) == []

    def test_only_caps_in_force_count(self) -> None:
        papers: dict[str, Any] = {"documents": Documents.NONE}
        assert allowed(
            cap(9.0, begins_h=5.0, **papers),
            step(Action.CLOSE, 0.0, ahead_h=0.0, **papers),
            cap(7.0, Action.CAP_ARRIVALS, **papers),
        ) == [7.0]

    def test_each_cap_is_about_its_people_at_its_crossings(self) -> None:
        """All at two crossings; those without papers at the first, with papers at the third."""
        run = capped(
            cap(7.0, crossings=GATES, joint=True),
            cap(9.0, documents=Documents.NONE),
            cap(8.0, documents=Documents.VALID, crossings=("third",)),
        )
        covers, allows, _ = caps_of(run.handle, NOBODY_INSIDE, 24.0)
        assert allows.tolist() == [7.0, 9.0, 8.0]
        valid = np.arange(2 * TRAITS) >= TRAITS
        none, everybody = np.zeros_like(valid), np.ones_like(valid)
        assert np.array_equal(covers[0].T, [everybody, everybody, none])
        assert np.array_equal(covers[1].T, [~valid, none, none])
        assert np.array_equal(covers[2].T, [none, none, valid])

    def test_a_joint_cap_on_one_origin_is_about_nobody_else(self) -> None:
        run = capped(cap(7.0, crossings=("other", "third"), joint=True, origins=("b",)))
        covers = caps_of(run.handle, NOBODY_INSIDE, 24.0)[0]
        of_b = np.arange(covers.shape[1]) // (2 * TRAITS) == 2
        assert np.array_equal(covers[0].T, [np.zeros_like(of_b), of_b, of_b])

    def test_of_too_many_caps_the_first_count(self) -> None:
        values = [20.0 + k for k in range(MOST_CAPS + 1)]
        found = allowed(*(cap(value, documents=Documents.NONE) for value in values))
        assert found == [20.0, 21.0, 22.0, 23.0, 24.0, 25.0]


@pytest.mark.parametrize(
    ("limits", "most"),
    [((99.0, 99.0), 20.0), ((12.0, 99.0), 12.0), ((99.0, 3.0), 13.0), ((5.0, 3.0), 5.0)],
)
def test_served_are_those_of_the_tightest_caps(limits: tuple[float, float], most: float) -> None:
    """Ten of each of two kinds; one cap is on everybody, one on the second kind alone."""
    covers = np.ones((2, 2, 2), dtype=bool)
    covers[1, 0] = False
    found = most_served_under(
        np.array([10.0, 10.0]),
        np.array([0, 1]),
        np.ones((2, 2), dtype=bool),
        np.array([100.0, 100.0]),
        covers,
        np.array(limits),
    )
    assert found == most


@pytest.mark.parametrize(("limits", "most"), [((4.0, 3.0), 7.0), ((4.0, 30.0), 14.0)])
def test_served_are_no_more_than_two_caps_allow_together(
    limits: tuple[float, float], most: float
) -> None:
    """Ten of each of two kinds, and a cap on each."""
    covers = np.zeros((2, 2, 1), dtype=bool)
    covers[0, 0] = covers[1, 1] = True
    found = most_served_under(
        np.array([10.0, 10.0]),
        np.array([0, 1]),
        np.ones((2, 1), dtype=bool),
        np.array([100.0]),
        covers,
        np.array(limits),
    )
    assert found == most


# ---- limits at the transit side's gates


@njit
def hours_for_one(handle: Any, s: int, origin: int, now: float) -> Any:
    """How long the transit side takes for a person of an origin, h; -1 where they go freely."""
    e = columns_of(handle)
    k = limit_of(e, s, origin, now)
    return -1.0 if k < 0 else e.gate_limits[k].person_h


@njit
def wait_before(handle: Any, g: int, s: int, now: float) -> Any:
    """How long the transit side takes for the people in a queue, h."""
    return wait_for_release_h(columns_of(handle), g, s, now)


@njit
def people_let_go(handle: Any, s: int, hours: float, now: float) -> Any:
    """People of any origin whom the transit side lets go on in so many hours."""
    return released_in(columns_of(handle), s, hours, now)


def gate_step(action: GateAction, since_h: float, **terms: Any) -> GateStep:
    since = small_worlds.at(since_h)
    return GateStep(action=action, since=since, source=small_worlds.SOURCE, **terms)


def limited(
    *steps: GateStep, demand: Demand | None = None, gate: Crossing | None = None
) -> BorderModel:
    """The transit side takes steps at two crossings; people of two origins come to the first."""
    gates = [gate or small_worlds.crossing("gate"), small_worlds.crossing("other")]
    given = demand or groups_at((0.5, 1))
    people = replace(small_worlds.poisson(0.0), origins=ORIGINS, groups=given.groups)
    network = small_worlds.star(*gates, hours=[0.0, 9999.0])
    where = small_worlds.world(network, people, days=2)
    return under(where, hypothesis=LetsThrough(leakage=1.0, steps=steps))


class TestGateLimits:
    """Which limit holds for whom, and for how long."""

    STEPS = (
        gate_step(GateAction.METER, 2.0, every_h=2.0, crossings=("gate",)),
        gate_step(GateAction.METER, 2.0, every_h=1.5, batch=3, crossings=("other",)),
        gate_step(GateAction.HOLD, 10.0, origins=("a",), crossings=("gate",)),
        gate_step(GateAction.RESUME, 20.0, origins=("a",), crossings=("gate",)),
    )

    @pytest.mark.parametrize(
        ("now", "of_a", "of_b"),
        [
            (1.5, -1.0, -1.0),
            (2.0, 2.0, 2.0),
            (9.5, 2.0, 2.0),
            (10.0, np.inf, 2.0),
            (19.5, np.inf, 2.0),
            (20.0, -1.0, 2.0),
            (40.0, -1.0, 2.0),
        ],
    )
    def test_one_that_names_people_goes_before_one_for_all(
        self, now: float, of_a: float, of_b: float
    ) -> None:
        handle = limited(*self.STEPS).handle
        assert hours_for_one(handle, 0, 0, now) == of_a
        assert hours_for_one(handle, 0, 1, now) == hours_for_one(handle, 0, NOBODY, now) == of_b
        assert {hours_for_one(handle, 1, k, now) for k in (0, 1)} == {0.5 if now > 1.5 else -1.0}

    def test_a_later_limit_for_all_leaves_the_one_that_names_people(self) -> None:
        later = gate_step(GateAction.METER, 12.0, every_h=6.0, crossings=("gate",))
        handle = limited(*self.STEPS[:3], later).handle
        assert hours_for_one(handle, 0, 0, 13.0) == np.inf
        assert hours_for_one(handle, 0, 1, 13.0) == 6.0

    def test_at_the_end_of_a_limit_people_go_freely(self) -> None:
        handle = limited(
            gate_step(GateAction.METER, 2.0, every_h=2.0), gate_step(GateAction.RESUME, 8.0)
        ).handle
        assert [hours_for_one(handle, 0, 0, now) for now in (7.5, 8.0)] == [2.0, -1.0]

    def test_as_many_go_on_as_it_lets_go(self) -> None:
        handle = limited(*self.STEPS).handle
        assert people_let_go(handle, 0, 6.0, 1.0) == np.inf
        assert people_let_go(handle, 0, 6.0, 15.0) == 3.0
        assert people_let_go(handle, 1, 6.0, 15.0) == 12.0
        held = limited(gate_step(GateAction.HOLD, 0.0, crossings=("gate",))).handle
        assert people_let_go(held, 0, 6.0, 1.0) == 0.0
        assert people_let_go(limited().handle, 0, 6.0, 1.0) == np.inf

    def test_who_is_held_waits_without_end_and_who_is_free_does_not(self) -> None:
        """In the queue before them is one person, for whom the transit side takes two hours."""
        run = limited(*self.STEPS, demand=groups_at((2.5, 1), (40.0, 1), (40.0, 1)))
        run.advance_to(3.0)
        run.engine.groups["origin"][1:3] = (0, 1)
        assert wait_before(run.handle, 1, 0, 3.0) == 2.0
        assert wait_before(run.handle, 1, 0, 15.0) == np.inf
        assert wait_before(run.handle, 2, 0, 15.0) == 2.0
        assert wait_before(run.handle, 1, 0, 25.0) == 0.0
        assert wait_before(limited().handle, 0, 0, 3.0) == 0.0

    def test_people_beyond_a_batch_are_taken_off_the_next(self) -> None:
        """One an hour, in groups of three: a group every three hours."""
        meter = gate_step(GateAction.METER, 0.0, every_h=1.0)
        run = limited(meter, demand=groups_at((0.5, 3), (0.5, 3), (0.5, 1), (0.5, 1))).run()
        came_h = sorted(small_worlds.persons(run)["presented_h"])
        assert came_h == [1.0] * 3 + [4.0] * 3 + [7.0, 8.0]

    def test_who_may_go_on_and_still_waits_takes_no_place_of_the_next(self) -> None:
        """One every two hours; the crossing opens at seven, when three may go on; later one."""
        meter = gate_step(GateAction.METER, 0.0, every_h=2.0, crossings=("gate",))
        gate = small_worlds.crossing(opening=(Opening(hours="07:00-24:00"),))
        run = limited(meter, demand=groups_at(*[(1.0, 1)] * 4), gate=gate)
        run.advance_to(5.0)
        assert wait_before(run.handle, 0, 0, 5.0) == 2 * 2.0
        run.run()
        assert sorted(small_worlds.persons(run)["presented_h"]) == [7.0, 7.0, 7.0, 8.0]
