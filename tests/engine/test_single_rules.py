"""Rules with one thing alone to go by: a limit, a cap on some, a closure, a person, a mode.

In small worlds there are several of each, so that a rule that counts one as none goes unseen.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from numba import njit

from sim.clock import Opening
from sim.engine.codes import Action, DestinationKind, Documents, Mode, PersonState
from sim.engine.exit_gate import last_not_above
from sim.engine.gate_limits import wait_for_release_h
from sim.engine.handle import columns_of
from sim.engine.measures import asylum_open_anywhere
from sim.engine.mode_choice import modes_value
from sim.engine.service import officers_after_hours, officers_in_open_hours
from sim.engine.terrain_guard import claims_taken_on_terrain
from sim.engine.terrain_utility import stretch_looks_other
from sim.engine.transit_view import transit_view
from sim.engine.travellers import draw_travellers
from sim.hypotheses import Facilitates, GateAction, GateStep, LetsThrough
from sim.model import BorderModel
from sim.model.table_room import Capacity
from sim.outcomes.access import Access, access_spans
from sim.policies.timed import Step
from sim.verification import small_worlds
from sim.world.network import Network, Onward, ReceivingState
from sim.world.origins import Demand
from tests.golden.world_parts import exactly, groups_at, step, under

A_DAY = 24.0


def arrived(run: BorderModel) -> list[float]:
    """When people presented themselves, h."""
    hours = small_worlds.persons(run)["presented_h"]
    return sorted(float(hour) for hour in hours if not np.isnan(hour))


def metered(
    *,
    demand: Demand,
    every_h: float,
    batch: int,
    policy: tuple[Step, ...] = (),
    valid_document_share: float = 1.0,
) -> BorderModel:
    """A gate before which the transit side meters everybody from the start."""
    limit = GateStep(
        action=GateAction.METER,
        since=small_worlds.at(0.0),
        every_h=every_h,
        batch=batch,
        source=small_worlds.SOURCE,
    )
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()),
        demand,
        days=2,
        valid_document_share=valid_document_share,
    )
    return under(where, *policy, hypothesis=LetsThrough(leakage=1.0, steps=(limit,)))


class TestGateLimit:
    """What the transit side lets through, where that is its only limit."""

    def test_it_holds_everybody_to_its_pace(self) -> None:
        run = metered(demand=groups_at(*[(1.0, 1)] * 12), every_h=2.0, batch=3).run()
        assert arrived(run) == [hour for hour in (2.0, 4.0, 6.0, 8.0) for _ in range(3)]

    def test_who_comes_waits_for_those_before(self) -> None:
        """Six people at three every two hours: four hours."""
        run = metered(demand=groups_at(*[(1.0, 1)] * 9), every_h=2.0, batch=3)
        run.advance_to(3.0)
        assert wait_before(run.handle, 0, 0, 3.0) == pytest.approx(4.0)

    def test_no_batch_is_spent_on_those_whom_the_receiving_side_bars(self) -> None:
        """One every two hours; those without papers may not come in before the second day."""
        barred = step(Action.CLOSE, 1.9, A_DAY, documents=Documents.NONE, ahead_h=0.0)
        run = metered(
            demand=groups_at(*[(1.1 + 0.1 * k, 1) for k in range(8)]),
            policy=(barred,),
            every_h=2.0,
            batch=1,
            valid_document_share=0.7,
        ).run()
        valid = small_worlds.groups(run)["valid_documents"].astype(bool)
        comes_h = small_worlds.persons(run)["presented_h"]
        assert 2 < valid.sum() < 8
        assert comes_h[valid].tolist() == [2.0 * k for k in range(1, valid.sum() + 1)]
        assert sorted(comes_h[~valid]) == [A_DAY + 2.0 * k for k in range(8 - valid.sum())]


@njit
def wait_before(handle: Any, g: int, s: int, now: float) -> Any:
    """How long the transit side takes for the people in a queue, h."""
    return wait_for_release_h(columns_of(handle), g, s, now)


def test_one_cap_on_some_holds_these_and_lets_others_pass() -> None:
    """A cap of nobody without papers: they stand first in the queue for the lanes."""
    gate = small_worlds.crossing(lanes=1, admission=exactly(1.0))
    where = small_worlds.world(
        small_worlds.star(gate),
        groups_at(*[(1.0 + 0.1 * k, 1) for k in range(20)]),
        days=2,
        valid_document_share=0.5,
    )
    run = under(where, step(Action.METER, 0.0, value=0.0, documents=Documents.NONE, ahead_h=0.0))
    run.run()
    valid = small_worlds.groups(run)["valid_documents"].astype(bool)
    admitted = ~np.isnan(small_worlds.persons(run)["admitted_h"])
    assert valid.any()
    assert not valid[0] or not valid[:5].all()
    assert admitted.tolist() == valid.tolist()


def test_travellers_of_any_number_come_in_order() -> None:
    """More than the room that is made for them at first, by twice."""
    begins_h, ends_h = np.array([0.0, 10.0]), np.array([10.0, 20.0])
    comes_h = draw_travellers(7, 0, begins_h, ends_h, np.array([150.0, 300.0]))
    assert len(comes_h) == pytest.approx(4500, abs=4 * np.sqrt(4500))
    assert np.all(np.diff(comes_h) > 0.0)
    assert np.count_nonzero(comes_h < 10.0) == pytest.approx(1500, abs=4 * np.sqrt(1500))
    assert comes_h[-1] < 20.0


def test_the_transit_side_sees_the_share_of_crossings_that_are_open() -> None:
    gates = [small_worlds.crossing(name) for name in ("gate", "other")]
    where = small_worlds.world(small_worlds.star(*gates), small_worlds.crowd(5), days=1)
    run = under(where, step(Action.CLOSE, 2.0, ahead_h=0.0))
    capacity = np.array([0.25, 0.75])
    assert transit_view(run.handle, capacity)[0] == 1.0
    run.advance_to(3.0)
    assert transit_view(run.handle, capacity)[0] == 0.75


def test_a_calendar_without_an_opening_lets_nobody_through() -> None:
    """No class of people is exempt from opening hours."""
    gate = small_worlds.crossing(opening=(Opening(hours="00:00-24:00", until=date(2023, 1, 8)),))
    where = small_worlds.world(small_worlds.star(gate), small_worlds.crowd(1), days=30)
    run = small_worlds.model(where)
    last = access_spans(run.engine, run.world)[-1]
    assert last.access is Access.CLOSED


def terrain(**changes: Any) -> BorderModel:
    """A border of one stretch and nothing else."""
    stretch = small_worlds.forest(crossing=None, **changes)
    network = Network(
        hubs=(small_worlds.hub(),),
        crossings=(),
        segments=(stretch,),
        roads=(),
    )
    where = small_worlds.world(
        network, groups_at((1.0, 2)), days=3, green_constant=9.0, news_delay_h=50.0
    )
    nowhere: dict[str, Any] = {"crossings": (), "segments": ("forest",)}
    return under(where, step(Action.CLOSE, 0.5, 40.0, ahead_h=0.0, **nowhere))


class TestOneStretch:
    """A stretch of terrain border, closed by one order of which two people have not heard."""

    def test_who_comes_to_it_is_turned_back(self) -> None:
        run = terrain()
        run.advance_to(2.5)
        assert run.engine.entries[..., PersonState.TURNED_BACK].sum() == 2
        assert run.engine.entries[..., PersonState.GREEN_ATTEMPT].sum() == 0

    def test_nobody_can_claim_there_until_it_opens(self) -> None:
        run = terrain()
        assert claims_taken(run.handle)
        run.advance_to(2.5)
        assert not claims_taken(run.handle)
        run.advance_to(41.0)
        assert claims_taken(run.handle)

    def test_news_of_nothing_leaves_it_as_it_looked(self) -> None:
        """A guard began at five and pushbacks begin at seven: at six nobody has heard more."""
        gate = small_worlds.crossing()
        network = small_worlds.star(gate, segments=[small_worlds.forest()])
        there: dict[str, Any] = {"crossings": (), "segments": ("forest",), "ahead_h": 3.0}
        run = under(
            small_worlds.world(network, small_worlds.crowd(1), days=2),
            step(Action.GUARD, 5.0, value=0.9, **there),
            step(Action.PUSHBACK, 7.0, value=0.5, **there),
        )
        run.advance_to(6.0)
        kinds = run.engine.destinations["kind"].tolist()
        d = kinds.index(DestinationKind.SEGMENT)
        for now in (5.5, 6.5):
            assert not looks_other(run.handle, d, 6.0, 6.0, now)
        assert looks_other(run.handle, d, 1.0, 6.0, 6.0)


@njit
def claims_taken(handle: Any) -> Any:
    """Whether claims are taken at some stretch."""
    return claims_taken_on_terrain(columns_of(handle))


@njit
def looks_other(handle: Any, d: int, before_h: float, heard_h: float, now: float) -> Any:
    """Whether news changes what is expected of a stretch."""
    return stretch_looks_other(columns_of(handle), d, before_h, heard_h, now)


@njit
def anybody_can_apply(handle: Any) -> Any:
    """Whether asylum can be applied for anywhere."""
    return asylum_open_anywhere(columns_of(handle))


@pytest.mark.parametrize(
    ("share", "beyond", "open_after"),
    [(1.0, (), False), (0.5, (), True), (1.0, ("elsewhere",), True)],
)
def test_where_all_go_on_an_open_crossing_before_a_closed_one_leads_nowhere(
    share: float, beyond: tuple[str, ...], open_after: bool
) -> None:
    """Unless one can go on from there to another country."""
    first = replace(
        small_worlds.crossing("gate"),
        state="near",
        onward=Onward(hub="between", km=9.0, hours=1.0, share=share, source=small_worlds.SOURCE),
    )
    last = replace(small_worlds.crossing("last"), state="far")
    network = Network(
        hubs=(small_worlds.hub(), small_worlds.hub("between")),
        crossings=(first, last),
        roads=(
            small_worlds.road(small_worlds.TOWN, "gate", 1.0),
            small_worlds.road("between", "last", 1.0),
            *(small_worlds.road("between", name, 1.0) for name in beyond),
        ),
        neighbours=tuple(map(small_worlds.neighbour, beyond)),
        states=tuple(
            ReceivingState(id=name, name=name, source=small_worlds.SOURCE)
            for name in ("near", "far")
        ),
    )
    where = small_worlds.world(network, small_worlds.crowd(1), days=2)
    run = under(where, step(Action.CLOSE, 2.0, crossings=("last",), ahead_h=0.0))
    assert anybody_can_apply(run.handle)
    run.advance_to(3.0)
    assert bool(anybody_can_apply(run.handle)) is open_after


def test_two_orders_that_take_no_claims_do_not_open_a_crossing() -> None:
    """It is closed, and claims are not taken there either."""
    orders = [step(action, 2.0, ahead_h=0.0) for action in (Action.CLOSE, Action.NO_ASYLUM)]
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.crowd(1), days=1
    )
    run = under(where, *orders)
    assert anybody_can_apply(run.handle)
    run.advance_to(3.0)
    assert not anybody_can_apply(run.handle)


def test_suspended_hours_leave_a_closure_out() -> None:
    """Traffic is suspended before and after a closure of ten hours, since the lane is blocked."""
    gate = small_worlds.crossing(suspension=(1, 0), lanes=1, admission=exactly(100.0))
    run = under(
        small_worlds.world(small_worlds.star(gate), groups_at((1.0, 3)), days=2),
        step(Action.CLOSE, 6.0, 16.0, ahead_h=0.0),
    )
    run.run()
    without = under(small_worlds.world(small_worlds.star(gate), groups_at((1.0, 3)), days=2)).run()
    suspended = run.engine.suspended_h.sum()
    assert 30.0 < suspended < 48.0
    assert suspended == pytest.approx(without.engine.suspended_h.sum() - 10.0)


def test_officers_after_hours_are_counted_while_they_are_there() -> None:
    """Two officers at night for ten hours, while people who came by day wait for them."""
    gate = replace(
        small_worlds.crossing(
            servers=0, registration=exactly(30.0), opening=(Opening(hours="08:00-16:00"),)
        )
    )
    gate = replace(gate, registration=replace(gate.registration, servers_after_hours=0))
    run = under(
        small_worlds.world(small_worlds.star(gate), groups_at((9.0, 4)), days=3),
        step(Action.ADD_OFFICERS_AFTER_HOURS, 20.0, 30.0, value=2.0, ahead_h=0.0),
    )
    run.run()
    assert run.engine.officer_h[0].sum() == pytest.approx(2.0 * 4.0)


@njit
def value_of_modes(handle: Any, g: int, modes: int, bans: Any, success: float) -> Any:
    """The logsum of modes for a group with money for all of them."""
    return modes_value(columns_of(handle), g, modes, bans, success, (0.0, 1e6))


def test_a_mode_that_is_banned_takes_nothing_from_the_others() -> None:
    """Two modes that are alike are worth ln 2 of their scale more than one, a third or not."""
    where = small_worlds.world(small_worlds.star(small_worlds.crossing()), small_worlds.crowd(1))
    run = small_worlds.model(where)
    run.advance_to(1.0)
    first, second, third = Mode.FOOT, Mode.BICYCLE, Mode.CAR
    all_three = (1 << first) | (1 << second) | (1 << third)
    bans = np.zeros(len(Mode))
    bans[first] = 1.0
    scale = run.parameters.mode_nest * run.parameters.station_nest
    found = value_of_modes(run.handle, 0, all_three, bans, 1.0)
    assert found == pytest.approx(1.0 + scale * np.log(2.0))
    assert value_of_modes(run.handle, 0, 1 << second, bans, 1.0) == pytest.approx(1.0)


def test_who_is_brought_alone_comes_alone_where_others_come_in_fours() -> None:
    brought = Facilitates(
        leakage=1.0,
        opens={"default": small_worlds.START},
        hub=small_worlds.TOWN,
        begins=small_worlds.START,
        persons_per_d=48.0,
        batch=1,
    )
    demand = replace(groups_at((1.0, 1), (2.0, 3)), group_size=4)
    where = small_worlds.world(small_worlds.star(small_worlds.crossing()), demand, days=1)
    run = under(where, hypothesis=brought).run()
    sizes = small_worlds.groups(run)["people"].tolist()
    assert len(sizes) > 20
    assert sorted(sizes) == [1] * (len(sizes) - 1) + [3]


@pytest.mark.parametrize(("value", "found"), [(0.0, 0), (0.5, 0), (1.0, 1), (2.5, 1), (6.0, 3)])
def test_hours_of_patience_are_looked_for_from_the_first(value: float, found: int) -> None:
    assert last_not_above(np.array([0.0, 1.0, 3.0, 6.0]), value) == found


def test_there_is_room_for_the_events_of_all_who_wait_for_an_opening() -> None:
    """Twelve groups of forty before a gate with a lane for each, and tables of one row."""
    gate = small_worlds.crossing(admission=exactly(1.0), opening=(Opening(hours="05:00-24:00"),))
    where = small_worlds.world(
        small_worlds.star(gate), groups_at(*[(1.0, 40)] * 12), days=1, arrive_ahead_h=24.0
    )
    tight = Capacity(groups=1, persons=1, events=1, measures=1)
    run = under(where, capacity=tight)
    run.advance_to(5.5)
    assert (small_worlds.persons(run)["state"] == PersonState.IN_ADMISSION).sum() == 480


@njit
def officers(handle: Any, s: int) -> Any:
    """Officers for interviews at a crossing in its hours, and after these."""
    station = columns_of(handle).stations[s]
    return officers_in_open_hours(station), officers_after_hours(station)


def test_of_fewer_officers_than_are_taken_away_none_is_left() -> None:
    gate = small_worlds.crossing(servers=3)
    run = under(small_worlds.world(small_worlds.star(gate), groups_at(), days=1))
    station = run.engine.stations[0]
    for added, after_hours, found in ((0, 0, (3, 3)), (-2, 1, (1, 2)), (-5, 0, (0, 0))):
        station["extra_servers"], station["extra_after_hours"] = added, after_hours
        assert officers(run.handle, 0) == found
