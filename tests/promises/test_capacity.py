"""Promises about capacity: caps hold, first come is first served, and groups stay together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.clock import Opening
from sim.engine.codes import Action, Distribution
from sim.engine.codes import PersonState as State
from sim.engine.row_types import GROUP, PERSON
from sim.model import BorderModel
from sim.model.table_room import Capacity
from sim.policies.capacity import CapWithWarmWaiting
from sim.policies.timed import Schedule, Step
from sim.verification import small_worlds
from sim.verification.small_worlds import GATE
from sim.world.network import Crossing
from sim.world.origins import Demand
from sim.world.world import World

HELSINKI = ZoneInfo("Europe/Helsinki")
DAY_SHIFT = Opening(hours="08:00-20:00")
NIGHT_TOO = Opening(hours="24 h")


def served_per_day(run: BorderModel) -> NDArray[np.int64]:
    """People whose admission began, by local day."""
    place = run.world.network.number[GATE]
    return np.asarray(run.engine.entries[:, place, State.IN_ADMISSION], dtype=np.int64)


def admitted_per_day(run: BorderModel) -> NDArray[np.int64]:
    """The same from timestamps and the calendar, where admission takes no time."""
    hours = small_worlds.persons(run)["admitted_h"]
    days = [run.clock.instant(float(h)).date() for h in hours[~np.isnan(hours)]]
    return np.array([days.count(day) for day in run.clock.days])


def summer_time_ends(station: Crossing, groups: Sequence[float], *, size: int) -> World:
    """A week in Helsinki around 29 October 2023, whose Sunday has 25 hours."""
    start = datetime(2023, 10, 26, tzinfo=HELSINKI)
    return small_worlds.world(
        small_worlds.star(station),
        small_worlds.given(groups, size=size, start=start),
        days=7,
        start=start,
        zone="Europe/Helsinki",
    )


def cap(persons_per_d: int, since: datetime) -> CapWithWarmWaiting:
    return CapWithWarmWaiting(
        crossings=(GATE,), since=since, persons_per_d=persons_per_d, warm_places=0
    )


@pytest.mark.parametrize("opening", [NIGHT_TOO, DAY_SHIFT], ids=lambda each: each.hours)
@pytest.mark.parametrize(("size", "every_h"), [(1, 0.25), (7, 2.0)])
def test_a_daily_cap_holds_on_every_local_day(opening: Opening, size: int, every_h: float) -> None:
    """Also on the day of 25 hours, and with groups that do not divide it."""
    arrivals = np.arange(0.1, 168.0, every_h).tolist()
    where = summer_time_ends(small_worlds.crossing(opening=(opening,)), arrivals, size=size)
    run = small_worlds.model(where, cap(20, where.clock.start)).run()
    lengths_h = np.diff(run.clock.day_ends_h, prepend=0.0)
    assert list(lengths_h) == [24.0, 24.0, 24.0, 25.0, 24.0, 24.0, 24.0]
    per_day = admitted_per_day(run)
    assert per_day.max() == 20, f"cap of 20: {per_day}"
    assert (per_day == 20).all(), "there are always more people than the cap"


def test_the_last_day_has_no_second_ration() -> None:
    """The scenario ends at midnight: anyone who is not admitted by then is not."""
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing(lanes=5, admission=small_worlds.service(0.1))),
        small_worlds.given([1.0], size=100),
        days=3,
    )
    run = small_worlds.model(where, cap(20, small_worlds.START)).run()
    assert list(served_per_day(run)) == [20, 20, 20]


def test_a_cap_that_begins_at_noon_counts_from_then() -> None:
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.given([13.0], size=50), days=3.5
    )
    run = small_worlds.model(where, cap(20, small_worlds.at(12.0))).run()
    assert list(admitted_per_day(run)) == [20, 20, 10, 0]


def meter(persons_per_d: float, begins_h: float, ends_h: float | None = None) -> Step:
    return Step(
        crossings=(GATE,),
        action=Action.METER,
        announced=small_worlds.at(begins_h),
        effective=small_worlds.at(begins_h),
        until=None if ends_h is None else small_worlds.at(ends_h),
        value=persons_per_d,
        source=small_worlds.SOURCE,
    )


@pytest.mark.parametrize("order", [(20, 5), (5, 20)], ids=str)
def test_of_two_caps_the_stricter_holds(order: tuple[int, int]) -> None:
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.given([1.0], size=100), days=4.5
    )
    caps = Schedule(steps=tuple(meter(each, 0.0) for each in order))
    run = small_worlds.model(where, caps).run()
    assert list(admitted_per_day(run)) == [5, 5, 5, 5, 5]


def test_the_end_of_one_cap_does_not_refill_another() -> None:
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.given([1.0], size=100), days=2.5
    )
    caps = Schedule(steps=(meter(20, 0.0, 36.0), meter(5, 0.0)))
    run = small_worlds.model(where, caps).run()
    assert list(admitted_per_day(run)) == [5, 5, 5]


def test_when_a_cap_ends_those_between_the_posts_are_received() -> None:
    """Here people between the posts are received after closing too, so at once."""
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing(opening=(DAY_SHIFT,))),
        small_worlds.given([9.0], size=20),
        days=3,
    )
    run = small_worlds.model(where, Schedule(steps=(meter(5, 0.0, 22.0),))).run()
    hours = sorted(small_worlds.persons(run)["admitted_h"])
    assert hours == [9.0] * 5 + [22.0] * 15


# First come, first served ------------------------------------------------------------------------


def test_first_come_is_first_served_at_every_stage() -> None:
    """With one lane and one server nobody overtakes anybody, through nights and suspensions."""
    station = small_worlds.crossing(
        lanes=1,
        admission=small_worlds.service(0.15, Distribution.GAMMA, 1.2),
        servers=1,
        registration=small_worlds.service(0.2, Distribution.LOGNORMAL, 1.0),
        opening=(DAY_SHIFT,),
        suspension=(8, 3),
    )
    demand = small_worlds.poisson(1.1, size=2)
    run = small_worlds.model(small_worlds.world(small_worlds.star(station), demand, days=30)).run()
    people = small_worlds.persons(run)
    people = people[~np.isnan(people["registered_h"])]
    people = people[np.argsort(people["queued_h"], kind="stable")]
    assert len(people) > 1000
    assert run.engine.suspended_h.sum() > 1.0
    assert (people["presented_h"] > people["queued_h"]).any(), "there was a line"
    for stage in ("presented_h", "admitted_h", "registered_h"):
        assert (np.diff(people[stage]) >= 0.0).all(), f"somebody was overtaken: {stage}"


def test_several_servers_with_equal_times_keep_the_order() -> None:
    station = small_worlds.crossing(
        lanes=3,
        admission=small_worlds.service(0.5, Distribution.DETERMINISTIC),
        servers=7,
        registration=small_worlds.service(1.3, Distribution.DETERMINISTIC),
    )
    where = small_worlds.world(small_worlds.star(station), small_worlds.poisson(5.0), days=20)
    people = small_worlds.persons(small_worlds.model(where).run())
    people = people[~np.isnan(people["registered_h"])]
    people = people[np.argsort(people["presented_h"], kind="stable")]
    assert len(people) > 2000
    assert (np.diff(people["admitted_h"]) >= 0.0).all()
    assert (np.diff(people["registered_h"]) >= 0.0).all()


# Groups stay together ----------------------------------------------------------------------------


@pytest.mark.parametrize("size", [21, 64, 65, 300])
def test_a_group_larger_than_a_days_cap_passes_and_stays_together(size: int) -> None:
    days = size // 20 + 2
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing(suspension=(10, 2))),
        small_worlds.given([1.0], size=size),
        days=days,
    )
    run = small_worlds.model(where, cap(20, small_worlds.START), audit=True).run()
    people = small_worlds.persons(run)
    assert set(people["presented_h"]) == {1.0}, "they passed the gate together"
    assert set(people["place"]) == {run.world.network.number[GATE]}
    assert (people["state"] == State.REGISTERED).all()
    rations = [20] * (size // 20) + [size % 20] * (size % 20 > 0)
    assert [n for n in admitted_per_day(run) if n] == rations


def test_members_of_a_group_are_always_in_one_place() -> None:
    station = small_worlds.crossing(
        lanes=1,
        admission=small_worlds.service(0.2),
        servers=2,
        registration=small_worlds.service(1.0),
    )
    where = small_worlds.world(
        small_worlds.chain(station, 3.0, 2.0),
        small_worlds.poisson(0.5, size=6),
        days=10,
        staging_h=0.5,
    )
    run = small_worlds.model(where)
    while run.now_h < run.clock.duration_h:
        run.step()
        people = small_worlds.persons(run)
        first = people[small_worlds.groups(run)["first_person"][people["group"]]]
        assert np.array_equal(people["place"], first["place"])


def test_a_person_takes_less_than_400_bytes() -> None:
    """Rows of people, groups, their beliefs and pending events, with the room kept for more.

    An event is in one of two tables that have the same room: that of one of them is counted.
    """
    where = small_worlds.world(
        small_worlds.star(*(small_worlds.crossing(f"c{k}") for k in range(9))),
        replace(small_worlds.crowd(30_000), group_size=None),
        days=1,
        peer_rate_per_h=0.001,
    )
    engine = small_worlds.model(where).run().engine
    people = int(engine.status["persons"][0])
    assert people >= 30_000
    assert engine.status["learning"][0] == 1
    of_groups = (
        engine.groups,
        engine.journeys,
        engine.free_journeys,
        engine.learners,
        engine.beliefs,
    )
    tables = (engine.persons, engine.exposed_h, *of_groups, engine.heap)
    assert sum(table.nbytes for table in tables) / people < 400.0


def test_little_is_kept_of_people_at_their_end() -> None:
    """A row of a group and one of a person; that of a journey is another's by then."""
    assert GROUP.itemsize + PERSON.itemsize <= 136
    each_day = [small_worlds.crowd(5, at_h=24.0 * day).stocks for day in range(60)]
    demand = Demand(stocks=sum(each_day, ()), group_size=5)
    where = small_worlds.world(small_worlds.star(small_worlds.crossing()), demand, days=90)
    run = small_worlds.model(where).run()
    assert int(run.engine.status["groups"][0]) == 60
    assert int(run.engine.status["journeys"][0]) < 10


def test_groups_learn_where_there_is_no_crossing() -> None:
    """Each has a row of its own for it, also after tables have grown."""
    where = small_worlds.world(
        small_worlds.star(segments=[small_worlds.forest(crossing=None)]),
        small_worlds.poisson(5.0),
        days=3,
        peer_rate_per_h=0.5,
    )
    run = small_worlds.model(where, capacity=Capacity(groups=8, persons=16, events=64)).run()
    groups = small_worlds.groups(run)
    assert len(groups) > 100
    assert len(run.engine.learners) == len(run.engine.groups)
    contacts = run.engine.learners["contacts"]
    assert contacts[: len(groups)].min() >= 1
    assert not contacts[len(groups) :].any()
