"""Borders in a chain: exact times by hand, and what must hold whatever happens."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.clock import Opening
from sim.engine.codes import Action, PersonState
from sim.model import BorderModel
from sim.outcomes.by_state import BY_STATE, indicators_by_state, part_of_state
from sim.outcomes.indicators import INDICATORS, compute_indicators
from sim.outcomes.journeys import BETWEEN_BORDERS, journeys
from sim.outcomes.run_record import RunRecord
from sim.outcomes.visits import kept_visits
from sim.policies.composition import Joined
from sim.policies.orders import Daily
from sim.policies.timed import Closure, Open, Schedule, Step
from sim.verification import small_worlds
from sim.verification.small_worlds import CERTAIN, DETERMINISTIC, NEVER, at, road, service
from sim.world.network import Network, Onward, ReceivingState
from sim.world.world import World

DAYS = 10.0


def borders(**onward: Any) -> Network:
    """A town, a border open day and night, a town behind it, and a border open from 8 to 20."""
    lane, desk = service(0.5, DETERMINISTIC), service(1.0, DETERMINISTIC)
    beyond = Onward(hub="between", km=100.0, hours=2.0, source="test", **onward)
    first = small_worlds.crossing("first", lanes=1, admission=lane, servers=2, registration=desk)
    second = small_worlds.crossing(
        "second",
        lanes=1,
        admission=service(0.25, DETERMINISTIC),
        servers=2,
        registration=desk,
        opening=[Opening(hours="08:00-20:00")],
    )
    return Network(
        hubs=(small_worlds.hub(), small_worlds.hub("between")),
        crossings=(replace(first, state="upland", onward=beyond), replace(second, state="lowland")),
        roads=(road("town", "first", 1.0, 60.0), road("between", "second", 1.0, 60.0)),
        states=(
            ReceivingState(id="upland", name="Upland", source="test"),
            ReceivingState(
                id="lowland", name="Lowland", timezone="Europe/Stockholm", source="test"
            ),
        ),
    )


def one_pair(**onward: Any) -> World:
    """Two people at midnight; both borders are in one zone."""
    network = borders(**onward)
    states = tuple(replace(each, timezone=None) for each in network.states)
    return small_worlds.world(
        replace(network, states=states), small_worlds.given([0.0], size=2), days=DAYS
    )


def many(days: float = DAYS, **onward: Any) -> World:
    """One person an hour, who may also wait and see."""
    return small_worlds.world(
        borders(**onward),
        small_worlds.poisson(1.0),
        days=days,
        station_constant=0.0,
        review_rate_per_h=0.2,
        success_value_eur=2000.0,
        peer_rate_per_h=0.1,
        experience_weight=1.0,
        news_delay_h=12.0,
    )


def record(run: BorderModel) -> RunRecord:
    """A finished run as indicators read it."""
    return RunRecord(run.world, run.parameters, run.engine)


def arrivals(run: BorderModel) -> NDArray[np.int64]:
    """People who presented themselves, by day and crossing."""
    return record(run).daily_arrivals


def closing(crossing: str, day: float, *, announced_before_h: float = 24.0) -> Closure:
    """A closure for good."""
    return Closure(crossings=(crossing,), at=at(24.0 * day), announced_before_h=announced_before_h)


def waving(share: float, from_day: float = 0.0) -> Schedule:
    """From a day on this share of groups is waved through."""
    step = Step(
        announced=at(24.0 * from_day),
        effective=at(24.0 * from_day),
        action=Action.WAVE_THROUGH,
        crossings=("first",),
        value=share,
        source="test",
    )
    return Schedule(steps=(step,))


# ---- by hand


def test_registered_at_both_borders_at_the_hours_worked_out_by_hand() -> None:
    """One lane of half an hour, then an hour's interview; the last of the two leaves at 3.

    At 1 both stand at the first border; they are admitted at 1.5 and 2 and registered at 2.5 and 3.
    Two hours to the town behind it and one to the second border: they are there at 6, it opens at
    8, they are admitted at 8.25 and 8.5 and registered at 9.25 and 9.5.
    """
    run = small_worlds.model(one_pair(), audit=True).run()
    visits = kept_visits(run.engine)
    assert visits["queued_h"].tolist() == [1.0, 1.0]
    assert visits["admitted_h"].tolist() == [1.5, 2.0]
    assert visits["registered_h"].tolist() == [2.5, 3.0]
    assert visits["left_h"].tolist() == [3.0, 3.0]
    now = small_worlds.persons(run)
    assert now["queued_h"].tolist() == [6.0, 6.0]
    assert now["presented_h"].tolist() == [8.0, 8.0]
    assert now["admitted_h"].tolist() == [8.25, 8.5]
    assert now["registered_h"].tolist() == [9.25, 9.5]
    assert small_worlds.groups(run)["travelled_km"].tolist() == [220.0]


def test_waved_through_they_leave_when_the_last_is_admitted() -> None:
    """At 2 instead of 3; nobody is registered at the first border."""
    run = small_worlds.model(one_pair(waved_through=1.0), audit=True).run()
    visits = kept_visits(run.engine)
    assert visits["left_h"].tolist() == [2.0, 2.0]
    assert np.isnan(visits["registered_h"]).all()
    assert set(visits["left_as"]) == {int(PersonState.LET_THROUGH)}
    assert small_worlds.persons(run)["queued_h"].tolist() == [5.0, 5.0]
    assert small_worlds.persons(run)["registered_h"].tolist() == [9.25, 9.5]


def test_waits_are_summed_over_borders_and_access_is_the_first_registration() -> None:
    """From presenting to registration: 1.5 + 1.25 h and 2 + 1.5 h; access after 1.5 and 2 h."""
    run = record(small_worlds.model(one_pair()).run())
    assert run.sum_of_waits_h().tolist() == [1.5 + 1.25, 2.0 + 1.5]
    assert run.persons["registered_h"].tolist() == [2.5, 3.0]
    values = compute_indicators(run)
    assert values["R4_without_access"] == 0.0
    assert values["R4_72h"] == 100.0
    assert values["O1"] == 4.0
    waved = record(small_worlds.model(one_pair(waved_through=1.0)).run())
    assert waved.persons["registered_h"].tolist() == [9.25, 9.5]
    assert waved.persons["queued_h"].tolist() == [5.0, 5.0]
    assert waved.sum_of_waits_h().tolist() == [0.5 + 1.25, 1.0 + 1.5]


def test_reception_is_paid_where_people_stay() -> None:
    """Those who went on are in reception at the second border alone, from 9.25 and 9.5 h."""
    run = record(small_worlds.model(one_pair()).run())
    days = (24.0 * DAYS - 9.25 + 24.0 * DAYS - 9.5) / 24.0
    price = run.parameters.reception_eur_per_d
    assert INDICATORS["K1_reception"].compute(run) == pytest.approx(days * price)
    first = part_of_state(run, "upland")
    assert INDICATORS["K1_registration"].compute(first) == 2 * run.parameters.registration_eur
    assert INDICATORS["K1_registration"].compute(run) == 4 * run.parameters.registration_eur


def test_a_waved_through_group_counts_as_barred_where_the_next_border_is_closed() -> None:
    """It asked nowhere, and cannot ask; a registered one has had access."""
    closed = closing("second", 0.1, announced_before_h=0.0)
    waved = record(small_worlds.model(one_pair(waved_through=1.0), closed).run())
    assert INDICATORS["R4_barred"].compute(waved) == 2.0
    registered = record(small_worlds.model(one_pair(), closed).run())
    assert INDICATORS["R4_without_access"].compute(registered) == 0.0


def test_who_has_passed_a_border_and_is_not_at_the_next_is_between_them() -> None:
    """Not in the transit state: on the road, or in the town beyond, for good."""
    where = one_pair(waved_through=1.0)
    closed = closing("second", 0.1, announced_before_h=0.0)
    for policy in (None, closed):
        run = small_worlds.model(where, policy)
        run.advance_to(3.0)  # the road to the town beyond takes until 4
        found = journeys(record(run))
        first = run.world.network.number["first"]
        assert (found.first_choice.tolist(), found.reached.tolist()) == ([first], [first])
        assert (found.state.tolist(), found.people.tolist()) == ([BETWEEN_BORDERS], [2])
    there = small_worlds.model(where)
    there.advance_to(0.5)
    assert journeys(record(there)).state.tolist() == [PersonState.TRAVEL], "not yet at any border"


# ---- what must hold


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("waved", [0.0, 0.5])
def test_nobody_is_lost_and_nobody_arrives_who_did_not_leave(share: float, waved: float) -> None:
    run = small_worlds.model(many(share=share, waved_through=waved), audit=True).run()
    visits = kept_visits(run.engine)
    by_crossing = arrivals(run).sum(axis=0)
    assert by_crossing[0] > 100
    assert by_crossing[1] <= len(visits) <= by_crossing[0]
    if share == 0.0 == waved:
        assert by_crossing[1] == 0
    assert run.engine.occupancy.sum() == len(small_worlds.persons(run))


def test_where_nobody_goes_on_the_second_border_changes_nothing_at_the_first() -> None:
    """Bit for bit: arrivals, waits and costs of the first border alone."""
    both = many(share=0.0)
    first = replace(both.network.crossings[0], onward=None)
    alone = replace(
        both.network, crossings=(first,), hubs=both.network.hubs[:1], roads=both.network.roads[:1]
    )
    one = small_worlds.model(replace(both, network=alone)).run()
    two = small_worlds.model(both).run()
    assert np.array_equal(arrivals(one)[:, 0], arrivals(two)[:, 0])
    assert np.array_equal(
        small_worlds.persons(one)["registered_h"],
        small_worlds.persons(two)["registered_h"],
        equal_nan=True,
    )


def test_closed_is_closed_at_each_border() -> None:
    closed = small_worlds.model(many(), closing("second", 4.0), audit=True).run()
    assert arrivals(closed)[:4, 1].sum() > 0
    assert arrivals(closed)[4:, 1].sum() == 0
    before = small_worlds.model(many(), closing("first", 4.0), audit=True).run()
    assert arrivals(before)[4:, 0].sum() == 0
    assert arrivals(before)[6:, 1].sum() == 0, "nobody comes any more, a day or two later"


def test_a_closure_is_felt_upstream_once_it_is_known_and_not_before() -> None:
    opened = small_worlds.model(many()).run()
    closed = small_worlds.model(many(), closing("second", 5.0)).run()
    assert np.array_equal(arrivals(opened)[:4], arrivals(closed)[:4])
    assert arrivals(closed)[5:, 0].sum() < 0.8 * arrivals(opened)[5:, 0].sum()


def test_those_who_stay_do_not_mind_what_is_closed_beyond() -> None:
    opened = small_worlds.model(many(share=0.0)).run()
    closed = small_worlds.model(many(share=0.0), closing("second", 5.0)).run()
    assert np.array_equal(arrivals(opened), arrivals(closed))


def test_a_longer_period_does_not_change_the_past() -> None:
    short = small_worlds.model(many(), closing("second", 5.0)).run()
    longer = small_worlds.model(many(2.0 * DAYS), closing("second", 5.0)).run()
    assert np.array_equal(arrivals(short), arrivals(longer)[: len(arrivals(short))])


def test_waving_nobody_through_is_what_is_done_already() -> None:
    for share in (0.0, 0.3):
        plain = small_worlds.model(many(waved_through=share)).run()
        ordered = small_worlds.model(many(waved_through=share), waving(share, 2.0)).run()
        assert np.array_equal(arrivals(plain), arrivals(ordered))


def test_the_share_waved_through_changes_with_the_order_and_back_with_its_end() -> None:
    run = small_worlds.model(many(), waving(1.0, 4.0), audit=True).run()
    visits = kept_visits(run.engine)
    waved = visits["left_as"] == PersonState.LET_THROUGH
    assert not waved[visits["admitted_h"] < 96.0].any()
    assert waved[visits["admitted_h"] > 96.0].all()


# ---- states


class Noon(Open):
    """Decides nothing, each noon."""

    clock = Daily()


def by_state(**policies: Any) -> Joined:
    """A policy for each state, as the loader joins them."""
    return Joined(tuple(policies), tuple(policies.values()), tuple(policies))


def test_each_state_decides_at_noon_by_its_own_clock_and_sees_its_own_crossings() -> None:
    run = small_worlds.model(many(), by_state(upland=Noon(), lowland=Noon()))
    upland, lowland = run.actors
    assert upland.observe().crossings == ("first",)
    assert lowland.observe().crossings == ("second",)
    assert upland.decision_times[0] == 12.0
    assert lowland.decision_times[0] == 11.0, "noon in Stockholm is 11:00 UTC in winter"


def test_arrivals_of_states_add_up_to_those_of_the_route() -> None:
    run = record(small_worlds.model(many(), closing("second", 5.0)).run())
    by_state_values: dict[str, list[float]] = {}
    for _, name, value in indicators_by_state(run):
        by_state_values.setdefault(name, []).append(value)
    assert set(by_state_values) == set(BY_STATE)
    for name in ("O1", "O4", "R6", "K1_staff", "K1_lanes", "K1_stations", "K1_registration", "K4"):
        assert sum(by_state_values[name]) == pytest.approx(INDICATORS[name].compute(run)), name
    assert by_state_values["R13"] == pytest.approx([0.0, DAYS - 5.0])
    assert by_state_values["O1"] == run.daily_arrivals.sum(axis=0).tolist()


def test_a_state_that_orders_nothing_is_as_if_it_were_not_named() -> None:
    alone = small_worlds.model(many(), by_state(lowland=closing("second", 5.0))).run()
    named = small_worlds.model(
        many(), by_state(upland=Open(), lowland=closing("second", 5.0))
    ).run()
    assert np.array_equal(arrivals(alone), arrivals(named))


def test_a_saved_chain_goes_on_to_the_same_people(tmp_path: Any) -> None:
    whole = small_worlds.model(many()).run()
    part = small_worlds.model(many())
    part.advance_to(100.0)
    path = part.save(tmp_path / "half.rajasim")
    resumed = small_worlds.model(many()).resume(path).run()
    assert np.array_equal(arrivals(whole), arrivals(resumed))
    assert np.array_equal(
        kept_visits(whole.engine)["left_h"], kept_visits(resumed.engine)["left_h"]
    )


def test_a_stretch_without_a_crossing_belongs_to_the_state_that_it_names() -> None:
    network = borders()
    stretch = small_worlds.forest(crossing=None, state="upland", detection=1.0)
    run = small_worlds.model(
        replace(many(), network=replace(network, segments=(stretch,))), closing("first", 0.5)
    ).run()
    found = run.engine.entries[:, :, PersonState.GREEN_ATTEMPT].sum()
    upland, lowland = (part_of_state(record(run), name) for name in ("upland", "lowland"))
    assert INDICATORS["O5_attempts"].compute(upland) == found
    assert lowland.world.network.segments == ()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"state": None}, "must name its 'state'"),
        ({"state": "nowhere"}, "there is no state 'nowhere'"),
        ({"onward": Onward(hub="moon", km=1.0, hours=1.0, source="test")}, "no hub 'moon'"),
    ],
)
def test_what_a_chain_names_must_be_there(changes: dict[str, Any], message: str) -> None:
    network = borders()
    first, second = network.crossings
    with pytest.raises(ValueError, match=message):
        replace(network, crossings=(replace(first, **changes), second))


def test_those_who_are_all_waved_through_mind_what_is_closed_beyond() -> None:
    """Though nobody who is registered would go on."""
    waved = {"share": 0.0, "waved_through": 1.0}
    opened = small_worlds.model(many(**waved)).run()
    closed = small_worlds.model(many(**waved), closing("second", 5.0)).run()
    assert arrivals(closed)[5:, 0].sum() < 0.8 * arrivals(opened)[5:, 0].sum()


def waving_between(begins_h: float, ends_h: float) -> Schedule:
    """Everybody is waved through between two hours."""
    step = Step(
        announced=at(0.0),
        effective=at(begins_h),
        until=at(ends_h),
        action=Action.WAVE_THROUGH,
        crossings=("first",),
        value=1.0,
        source="test",
    )
    return Schedule(steps=(step,))


@pytest.mark.parametrize(("begins_h", "ends_h", "waved"), [(0.0, 1.75, True), (1.75, 9.0, False)])
def test_an_order_that_comes_while_some_of_a_pair_are_admitted_parts_nobody(
    begins_h: float, ends_h: float, waved: bool
) -> None:
    """They come at 1; one is admitted at 1.5 and the other at 2: both as it was at 1."""
    policy = waving_between(begins_h, ends_h)
    run = small_worlds.model(one_pair(), policy, audit=True).run()
    left_as = PersonState.LET_THROUGH if waved else PersonState.REGISTERED
    assert set(kept_visits(run.engine)["left_as"]) == {int(left_as)}
    assert len(kept_visits(run.engine)) == 2


def test_a_pair_that_was_found_goes_on_when_both_are_registered() -> None:
    """One desk for both; nobody leaves the other in the queue."""
    network = borders()
    first = network.crossings[0]
    one_desk = replace(first, registration=replace(first.registration, servers=1))
    one_desk = replace(one_desk, registration=replace(one_desk.registration, servers_after_hours=1))
    stretch = small_worlds.forest(crossing="first", detection=1.0)
    where = small_worlds.world(
        replace(network, crossings=(one_desk, network.crossings[1]), segments=(stretch,)),
        small_worlds.given([0.0], size=2),
        days=DAYS,
        green_constant=CERTAIN,
        station_constant=NEVER,
    )
    run = small_worlds.model(where, audit=True).run()
    visits = kept_visits(run.engine)
    found = visits[visits["station"] == 0]
    assert len(found) == 2
    assert (found["left_h"] == found["registered_h"].max()).all()
    assert found["registered_h"].max() == found["registered_h"].min() + 1.0


def test_who_passed_a_border_unseen_stood_at_the_next_one_alone() -> None:
    """The terrain border leaves no times: access, waits and rights are of where they stood."""
    network = borders()
    stretch = small_worlds.forest(crossing="first", detection=0.0)
    where = small_worlds.world(
        replace(network, segments=(stretch,)),
        small_worlds.given([0.0], size=2),
        days=DAYS,
        green_constant=CERTAIN,
    )
    plain = small_worlds.model(where, closing("first", 0.0), audit=True).run()
    assert np.isnan(kept_visits(plain.engine)["presented_h"]).all()
    assert len(kept_visits(plain.engine)) == 2
    run = record(plain)
    assert run.visits()["station"].tolist() == [1, 1]
    now = small_worlds.persons(plain)
    assert run.persons["presented_h"].tolist() == now["presented_h"].tolist()
    assert run.presented.all()
    assert run.reached_border.all()
    waited_h = now["registered_h"] - run.first_at_border_h
    assert run.longest_border_wait_h().tolist() == waited_h.tolist()
