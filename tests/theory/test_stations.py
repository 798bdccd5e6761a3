"""S7 stage by stage: what the gate, the lanes, the interviews and the minibuses do, by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.clock import Opening
from sim.engine.codes import Distribution, QueueDiscipline
from sim.engine.codes import PersonState as State
from sim.hypotheses import LetsThrough
from sim.verification import small_worlds
from sim.verification.reference_statistics import (
    interval_of_mean,
    interval_of_share,
    is_exponential,
)
from sim.world.network import Crossing
from sim.world.world import World

HOUR = small_worlds.service(1.0, Distribution.DETERMINISTIC)
NEVER_AGAIN: dict[str, Any] = {"turned_back_cost_eur": 1e6}  # those who came in vain stay away
LEAST_P = 0.001


def at_once(station: Crossing, people: int = 5, *, size: int = 1, **parameters: Any) -> World:
    """People who all come at the start."""
    return small_worlds.world(
        small_worlds.star(station), small_worlds.crowd(people, size=size), **parameters
    )


# Reneging ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [1.0, 2.0])
def test_patience_is_weibull_with_its_mean(shape: float) -> None:
    closed = small_worlds.crossing(opening=(Opening(hours="00:00-00:30", days="Sat"),))
    where = at_once(closed, 5000, patience_h=12.0, patience_shape=shape, **NEVER_AGAIN)
    left_h = small_worlds.journeys(small_worlds.model(where).run())["since_h"]
    mean = 12.0 / math.gamma(1.0 + 1.0 / shape)
    assert is_exponential((left_h / mean) ** shape, 1.0) > LEAST_P


# Balking and the exit check ----------------------------------------------------------------------


def test_people_balk_at_the_wait_they_see() -> None:
    """A crossing that opens in ten hours and gamma = 0.1/h: exp(-1) stay at the first sight."""
    closed = small_worlds.crossing(opening=(Opening(hours="10:00-24:00"),))
    run = small_worlds.model(at_once(closed, 10_000, balking_per_h=0.1))
    run.advance_to(5.0)
    stayed = int((small_worlds.groups(run)["attempts"] == 1).sum())
    low, high = interval_of_share(stayed, 10_000)
    assert low <= math.exp(-1.0) <= high


def test_the_exit_check_is_a_queue_with_one_server() -> None:
    """M/D/1 with lambda 0.8 and D 1: the mean wait in the queue is 2 h (Pollaczek-Khinchine)."""
    waits = []
    for number in range(25):
        where = small_worlds.world(
            small_worlds.star(small_worlds.crossing(exit_check=HOUR)),
            small_worlds.poisson(0.8),
            days=400,
        )
        people = small_worlds.persons(small_worlds.model(where, number=number).run())
        waited = (people["presented_h"] - people["queued_h"])[500:]
        waits.append(float(np.nanmean(waited)))
    assert 2.0 in interval_of_mean(waits), str(interval_of_mean(waits))


# Registration ------------------------------------------------------------------------------------


def test_an_interview_needs_an_officer_and_an_interpreter() -> None:
    """Four officers and two interpreters are worth two of both, person by person.

    Only the hours on duty differ: two of the four wait for an interpreter.
    """
    interview = small_worlds.service(1.0)
    few = small_worlds.crossing(servers=2, registration=interview)
    many = small_worlds.crossing(servers=4, registration=interview, interpreters=2)
    runs = [
        small_worlds.model(
            small_worlds.world(small_worlds.star(each), small_worlds.poisson(1.2), days=60)
        ).run()
        for each in (few, many)
    ]
    assert small_worlds.differing(*runs) == ["officer_h"]


def test_without_interpreters_only_those_are_heard_who_need_none() -> None:
    station = small_worlds.crossing(interpreters=0)
    run = small_worlds.model(at_once(station, 4000, interpreter_share=0.3)).run()
    low, high = interval_of_share(
        small_worlds.people_at(run, small_worlds.GATE, State.REGISTERED), 4000
    )
    assert low <= 0.7 <= high
    waiting = small_worlds.people_at(run, small_worlds.GATE, State.WAIT_REGISTRATION)
    assert waiting + small_worlds.people_at(run, small_worlds.GATE, State.REGISTERED) == 4000


def test_vulnerable_people_go_first_and_nobody_is_interrupted() -> None:
    station = small_worlds.crossing(
        servers=1, registration=HOUR, discipline=QueueDiscipline.VULNERABLE_FIRST
    )
    run = small_worlds.model(at_once(station, 12, vulnerable_share=0.5)).run()
    people = small_worlds.persons(run)
    order = np.argsort(people["registered_h"])
    vulnerable = people["vulnerable"][order][1:] != 0  # the first is in service when they come
    assert 0 < vulnerable.sum() < 11
    assert (np.diff(vulnerable.astype(int)) <= 0).all(), "all of them before all others"
    np.testing.assert_array_equal(np.sort(people["registered_h"]), np.arange(1.0, 13.0))


def test_groups_are_interviewed_side_by_side_where_families_stay_together() -> None:
    admission = small_worlds.service(0.5)
    for discipline, together in (
        (QueueDiscipline.FCFS, False),
        (QueueDiscipline.FAMILY_TOGETHER, True),
    ):
        station = small_worlds.crossing(
            lanes=4, admission=admission, servers=1, registration=HOUR, discipline=discipline
        )
        people = small_worlds.persons(
            small_worlds.model(at_once(station, 30, size=3), audit=True).run()
        )
        groups = people["group"][np.argsort(people["registered_h"])]
        changes = int((np.diff(groups) != 0).sum())
        assert (changes == 9) is together, f"{discipline}: {changes} changes of group"
        assert not np.isnan(people["registered_h"]).any()


def test_a_family_larger_than_the_shelter_is_heard_all_the_same() -> None:
    """Five places and a group of twelve: it cannot gather behind the posts, and need not."""
    station = small_worlds.crossing(
        servers=1,
        registration=HOUR,
        shelter_places=5,
        discipline=QueueDiscipline.FAMILY_TOGETHER,
    )
    people = small_worlds.persons(
        small_worlds.model(at_once(station, 15, size=12), audit=True).run()
    )
    np.testing.assert_array_equal(np.sort(people["registered_h"]), np.arange(1.0, 16.0))


def test_minors_take_longer() -> None:
    station = small_worlds.crossing(servers=1, registration=HOUR)
    where = at_once(station, 2, unaccompanied_share=1.0, minor_interview_min=30.0)
    people = small_worlds.persons(small_worlds.model(where).run())
    np.testing.assert_allclose(np.sort(people["registered_h"]), [1.5, 3.0])


def test_people_who_do_not_claim_are_refused() -> None:
    run = small_worlds.model(at_once(small_worlds.crossing(), 3000, claim_share=0.8)).run()
    low, high = interval_of_share(
        small_worlds.people_at(run, small_worlds.GATE, State.REFUSED_NO_CLAIM), 3000
    )
    assert low <= 0.2 <= high


# Shelter and transport ---------------------------------------------------------------------------


def test_a_full_shelter_blocks_and_loses_nobody() -> None:
    """Two places, one interview of an hour at a time: three of five are between the posts."""
    station = small_worlds.crossing(servers=1, registration=HOUR, shelter_places=2)
    run = small_worlds.model(at_once(station), audit=True)
    run.advance_to(0.5)
    assert small_worlds.people_at(run, small_worlds.GATE, State.BETWEEN_POSTS) == 3
    run.advance_to(1.5)
    assert small_worlds.people_at(run, small_worlds.GATE, State.BETWEEN_POSTS) == 2
    run.run()
    people = small_worlds.persons(run)
    np.testing.assert_array_equal(np.sort(people["registered_h"]), np.arange(1.0, 6.0))


def test_minibuses_follow_their_timetable_and_have_so_many_seats() -> None:
    """Registered at 1, 2, 3, 4, 5 h; two seats every three hours: two leave at 3, two at 6, 9."""
    station = small_worlds.crossing(servers=1, registration=HOUR, transport=(2, 3.0))
    run = small_worlds.model(at_once(station), audit=True)
    left = []
    for hour in (2.9, 3.0, 5.9, 6.0, 8.9, 9.0):
        run.advance_to(hour)
        left.append(small_worlds.people_at(run, small_worlds.GATE, State.TRANSFERRED))
    assert left == [0, 2, 2, 4, 4, 5]


def test_people_who_wait_for_a_minibus_keep_their_place_in_the_shelter() -> None:
    """One place: the second person is admitted only when the first has left, at 3 h."""
    station = small_worlds.crossing(
        servers=1, registration=HOUR, shelter_places=1, transport=(20, 3.0)
    )
    people = small_worlds.persons(small_worlds.model(at_once(station, 3), audit=True).run())
    np.testing.assert_array_equal(np.sort(people["registered_h"]), [1.0, 4.0, 7.0])


# Parting -----------------------------------------------------------------------------------------


def half_open() -> LetsThrough:
    """A transit side that lets out every second person."""
    return LetsThrough(leakage=0.5)


def test_groups_go_through_together_or_not_at_all_by_default() -> None:
    run = small_worlds.model(at_once(small_worlds.crossing(), 300, size=3), hypothesis=half_open())
    run.advance_to(1e-4)
    assert set(small_worlds.groups(run)["people"]) == {3}


def test_adults_may_part_and_every_person_stays_in_one_group() -> None:
    where = at_once(small_worlds.crossing(), 3000, size=3, splitting=1.0, family_share=0.0)
    run = small_worlds.model(where, hypothesis=half_open(), audit=True).run()
    groups, people = small_worlds.groups(run), small_worlds.persons(run)
    assert groups["people"].sum() == len(people) == 3000
    for g in range(len(groups)):
        first = groups["first_person"][g]
        assert (people["group"][first : first + groups["people"][g]] == g).all()
    assert int(run.engine.status["separations"][0]) == 0
    assert len(np.unique(groups["key"])) == len(groups)


def test_families_are_parted_only_by_force_and_that_is_counted() -> None:
    where = at_once(small_worlds.crossing(), 3000, size=4, splitting=1.0, family_share=1.0)
    together = small_worlds.model(where, hypothesis=half_open()).run()
    assert set(small_worlds.groups(together)["people"]) == {4}
    forced = replace(where, parameters=replace(where.parameters, forced_separation=1.0))
    parted = small_worlds.model(forced, hypothesis=half_open(), audit=True).run()
    assert int(parted.engine.status["separations"][0]) > 0
    groups, people = small_worlds.groups(parted), small_worlds.persons(parted)
    for g in range(len(groups)):
        first = groups["first_person"][g]
        ages = people["age_class"][first : first + groups["people"][g]]
        assert not ((ages == 1).any() and not (ages == 0).any()), "a child without an adult"
