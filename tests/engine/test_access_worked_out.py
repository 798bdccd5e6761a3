"""R5 worked out by hand: officers of the day and of the night, travellers in the lanes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from numba import njit

from sim.clock import Opening
from sim.engine.codes import Action, Trait
from sim.engine.exit_gate import expected_wait_h
from sim.engine.handle import columns_of
from sim.model import BorderModel
from sim.policies.timed import Step
from sim.verification import small_worlds
from sim.world.network import Crossing
from sim.world.station_records import Travellers
from tests.golden.world_parts import exactly, groups_at, step, under

PEOPLE = 100


def waiting_before(
    gate: Crossing, *steps: Step, days: int = 1, people: int = PEOPLE, **parameters: Any
) -> BorderModel:
    """A hundred people who stay in a town two hours from a gate, so many days later."""
    given: dict[str, Any] = {"station_constant": small_worlds.NEVER, **parameters}
    where = small_worlds.world(
        small_worlds.star(gate, hours=[2.0]),
        small_worlds.crowd(people, size=10),
        days=days + 1,
        **given,
    )
    run = under(where, *steps)
    run.advance_to(24.0 * days)
    return run


def served(run: BorderModel, day: int = 0) -> float:
    """How many could be served on a day."""
    return float(run.engine.access_reached[day])


def by_day_and_night(by_day: int, by_night: int) -> Crossing:
    """Open from 8 to 16; an interview takes an hour, and officers alone are few."""
    gate = small_worlds.crossing(
        servers=by_day, registration=exactly(1.0), opening=(Opening(hours="08:00-16:00"),)
    )
    return replace(gate, registration=replace(gate.registration, servers_after_hours=by_night))


class TestOfficers:
    """Interviews are held by those of the day while it is open, and by those of the night."""

    def test_those_of_the_day_and_of_the_night_have_their_hours(self) -> None:
        assert served(waiting_before(by_day_and_night(3, 1))) == pytest.approx(3 * 8 + 16)
        assert served(waiting_before(by_day_and_night(3, 0))) == pytest.approx(3 * 8)

    def test_those_added_work_at_night_too_and_some_then_alone(self) -> None:
        whole, night = Action.ADD_OFFICERS, Action.ADD_OFFICERS_AFTER_HOURS
        found = [
            served(waiting_before(by_day_and_night(2, 1), step(action, 0.0, value=1.0)))
            for action in (whole, night)
        ]
        assert found == pytest.approx([3 * 8 + 2 * 16, 2 * 8 + 2 * 16])

    def test_what_an_interview_takes_divides_their_hours(self) -> None:
        """A quarter of an hour, and twice as long as usual: two an hour."""
        gate = small_worlds.crossing(servers=1, registration=exactly(0.25))
        assert served(waiting_before(gate, registration_time_factor=2.0)) == pytest.approx(48.0)

    def test_half_an_hour_is_enough_for_interviews_that_take_no_time(self) -> None:
        gate = small_worlds.crossing(servers=1, opening=(Opening(hours="08:00-08:30"),))
        gate = replace(gate, registration=replace(gate.registration, servers_after_hours=0))
        assert served(waiting_before(gate)) == PEOPLE

    def test_every_day_is_as_long_as_the_first(self) -> None:
        run = waiting_before(by_day_and_night(3, 1), days=3)
        assert [served(run, day) for day in range(3)] == pytest.approx([40.0] * 3)


@pytest.mark.parametrize(("officers", "added"), [(0, 0), (1, 0), (1, 1), (3, 0), (3, -1)])
def test_who_comes_expects_to_wait_for_interviews_of_those_before(
    officers: int, added: int
) -> None:
    """Seven people came, and some are heard already. An interview takes two hours."""
    gate = small_worlds.crossing(servers=officers, registration=exactly(1.0))
    where = small_worlds.world(
        small_worlds.star(gate), groups_at((0.5, 7)), days=1, registration_time_factor=2.0
    )
    run = under(where, step(Action.ADD_OFFICERS, 0.0, value=float(added)))
    run.advance_to(1.0)
    at_work = officers + added
    expected_h = 2.0 * (7 - at_work) / max(1, at_work)
    assert wait_at_sight(run.handle, 1.0) == pytest.approx(expected_h)


def test_they_reckon_with_the_officers_of_the_better_staffed_hours() -> None:
    """One by day, who hears one of seven; two and one more by night."""
    gate = small_worlds.crossing(servers=1, registration=exactly(2.0))
    gate = replace(gate, registration=replace(gate.registration, servers_after_hours=2))
    where = small_worlds.world(small_worlds.star(gate), groups_at((0.5, 7)), days=1)
    run = under(where, step(Action.ADD_OFFICERS_AFTER_HOURS, 0.0, value=1.0))
    run.advance_to(1.0)
    assert wait_at_sight(run.handle, 1.0) == pytest.approx(6 * 2.0 / 3)


@pytest.mark.parametrize("lanes", [1, 2, 3])
def test_who_comes_expects_to_wait_for_the_lanes(lanes: int) -> None:
    """Seven people came, and all are still before the lanes or in them, for three hours each."""
    gate = small_worlds.crossing(lanes=lanes, admission=exactly(1.5))
    where = small_worlds.world(
        small_worlds.star(gate), small_worlds.crowd(7), days=1, admission_time_factor=2.0
    )
    run = under(where)
    run.advance_to(1.0)
    assert wait_at_sight(run.handle, 1.0) == pytest.approx(3.0 * 7 / lanes)


def test_where_it_never_opens_again_the_wait_has_no_end() -> None:
    """It is open from 6 to 12 on the first day, and not again; at 13 that is known."""
    only_then = Opening(hours="06:00-12:00", until=small_worlds.at(0.0).date())
    gate = small_worlds.crossing(opening=(only_then,))
    run = under(small_worlds.world(small_worlds.star(gate), small_worlds.crowd(1), days=3))
    run.advance_to(4.5)
    assert wait_at_sight(run.handle, 4.5) == 1.5
    run.advance_to(13.0)
    assert wait_at_sight(run.handle, 13.0) == float("inf")


def with_travellers(many: float, **gate: Any) -> Crossing:
    """So many travellers on average in the last hour of a day, each an hour in the one lane."""
    by_hour = tuple(2.0 * many if hour == 23 else 0.0 for hour in range(24))
    travellers = Travellers(
        by_hour=by_hour, share_lanes=True, service=exactly(1.0), source=small_worlds.SOURCE
    )
    return replace(small_worlds.crossing(**{"lanes": 1, **gate}), travellers=travellers)


def in_line(run: BorderModel) -> int:
    """Travellers who wait for the lane."""
    station = run.engine.stations[0]
    return int(station["travellers_last"] - station["travellers_first"])


@njit
def wait_at_sight(handle: Any, now: float) -> Any:
    """What somebody who comes now expects to wait at the first crossing, h."""
    return expected_wait_h(columns_of(handle), 0, now)


class TestTravellersInTheLane:
    """Those who wait already are before everybody who has yet to come."""

    @pytest.mark.parametrize("factor", [1.0, 2.0])
    def test_the_lane_has_the_hours_that_they_leave(self, factor: float) -> None:
        gate = with_travellers(6.0, admission=exactly(0.5))
        run = waiting_before(gate, admission_time_factor=factor)
        assert 2 < in_line(run) < 12
        left_h = 24.0 - factor * in_line(run)
        assert served(run) == pytest.approx(left_h / (0.5 * factor))

    def test_where_they_take_all_of_it_nobody_is_served(self) -> None:
        run = waiting_before(with_travellers(40.0, admission=exactly(0.5)))
        assert in_line(run) > 24
        assert served(run) == 0.0

    @pytest.mark.parametrize("lanes", [1, 2])
    def test_who_comes_expects_to_wait_for_them(self, lanes: int) -> None:
        gate = with_travellers(6.0, admission=exactly(0.5), lanes=lanes)
        run = waiting_before(gate, admission_time_factor=2.0)
        assert in_line(run) > 2
        assert wait_at_sight(run.handle, 24.0) == pytest.approx(2.0 * in_line(run) / lanes)

    def test_where_the_lane_is_shut_they_reckon_with_one(self) -> None:
        shut = step(Action.ADD_LANES, 23.99, value=-1.0)
        run = waiting_before(with_travellers(6.0, admission=exactly(0.5)), shut)
        assert in_line(run) > 2
        assert wait_at_sight(run.handle, 24.0) == pytest.approx(in_line(run))


def test_an_order_about_families_is_about_no_others() -> None:
    for family_share, many in ((1.0, 0.0), (0.0, PEOPLE)):
        closed = step(Action.CLOSE, 0.0, classes=frozenset({Trait.CHILDREN}))
        run = waiting_before(
            small_worlds.crossing(),
            closed,
            family_share=family_share,
            vulnerable_share=0.0,
            unaccompanied_share=0.0,
        )
        assert served(run) == many


def test_hours_on_any_day_that_no_order_takes_are_those_of_the_lane() -> None:
    """Closed from 0 to 23 on the second day; ten people an hour, and none after hours."""
    closed = step(Action.CLOSE, 24.0, 47.0, ahead_h=0.0)
    gate = small_worlds.crossing(lanes=1, admission=exactly(0.1), work_after_closing=False)
    run = waiting_before(gate, closed, days=2, people=300)
    assert [served(run, day) for day in range(2)] == pytest.approx([240.0, 10.0])


def test_nobody_is_served_where_there_is_no_lane() -> None:
    """However short admission is."""
    shut = step(Action.ADD_LANES, 0.0, value=-1.0)
    assert served(waiting_before(small_worlds.crossing(lanes=1))) == PEOPLE
    assert served(waiting_before(small_worlds.crossing(lanes=1), shut)) == 0.0


def test_officers_who_are_taken_away_leave_nobody_and_not_less() -> None:
    """Of one officer two are taken away: none is left."""
    less = step(Action.ADD_OFFICERS, 0.0, value=-2.0)
    assert served(waiting_before(by_day_and_night(1, 1), less)) == 0.0
    assert served(waiting_before(by_day_and_night(1, 3), less)) == pytest.approx(16)
    by_night = step(Action.ADD_OFFICERS_AFTER_HOURS, 0.0, value=-2.0)
    assert served(waiting_before(by_day_and_night(3, 1), by_night)) == pytest.approx(3 * 8)
    assert served(waiting_before(by_day_and_night(1, 1))) == pytest.approx(24.0)


def test_where_nobody_needs_an_interpreter_officers_alone_count() -> None:
    """There is no interpreter at all."""
    gate = small_worlds.crossing(servers=2, registration=exactly(1.0), interpreters=0)
    assert served(waiting_before(gate)) == 0.0
    assert served(waiting_before(gate, interpreter_share=0.0)) == pytest.approx(48.0)


def test_who_is_past_the_gate_and_waits_for_a_lane_is_before_all_others() -> None:
    """Twenty came at eight in the evening; four were admitted, an hour each, by midnight."""
    gate = small_worlds.crossing(lanes=1, admission=exactly(1.0))
    where = small_worlds.world(
        small_worlds.star(gate, hours=[2.0]), groups_at((18.0, 20), (23.5, 10)), days=2
    )
    run = under(where)
    run.advance_to(24.0)
    assert served(run) == pytest.approx(24 - (20 - 4))
