"""Staff is paid for its hours on duty, whoever ordered it and whatever it is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sim.clock import Opening
from sim.engine.codes import Distribution
from sim.outcomes.indicators import compute_indicators
from sim.outcomes.run_record import RunRecord
from sim.policies.capacity import CapWithWarmWaiting, Reassign, Staffing, Surge
from sim.verification import small_worlds
from sim.verification.small_worlds import GATE, at
from sim.world.network import Crossing
from sim.world.world import World

HOUR = small_worlds.service(1.0, Distribution.DETERMINISTIC)
DAYS = 10
BY_DAY = Opening(hours="08:00-20:00")
PRICES: dict[str, Any] = {
    "officer_eur_per_h": 45.0,
    "surge_eur_per_d": 250.0,
    "interpreter_eur_per_h": 60.0,
    "night_premium": 0.0,
    "warm_place_eur_per_d": 10.0,
}


def crossing(name: str = GATE, by_day: int = 1, by_night: int = 1, **more: Any) -> Crossing:
    station = small_worlds.crossing(name, lanes=1, servers=by_day, registration=HOUR, **more)
    night = replace(station.registration, servers_after_hours=by_night)
    return replace(station, registration=night)


def world(*crossings: Crossing, arrivals: Sequence[float] = (), **parameters: Any) -> World:
    return small_worlds.world(
        small_worlds.star(*crossings),
        small_worlds.given(arrivals, size=3),
        days=DAYS,
        **{**PRICES, **parameters},
    )


def costs(where: World, policy: small_worlds.AnyPolicy = None) -> dict[str, float]:
    run = small_worlds.model(where, policy).run()
    return compute_indicators(RunRecord(run.world, run.parameters, run.engine))


def surge(officers: int, **more: Any) -> Surge:
    return Surge(
        decided=at(0.0), officers={GATE: officers}, delay_min_d=0.0, delay_max_d=0.0, **more
    )


def test_five_officers_round_the_clock_cost_the_same_as_surge_staffing_or_standing_staff() -> None:
    """EUR 54,000 for ten days; who comes from elsewhere travels and lodges besides."""
    arrivals = [float(hour) for hour in range(1, 200, 3)]
    none = costs(world(crossing(), arrivals=arrivals))
    standing = costs(world(crossing(by_day=6, by_night=6), arrivals=arrivals))
    ordered = [
        costs(world(crossing(), arrivals=arrivals), policy)
        for policy in (surge(5), Staffing(decided=at(0.0), officers={GATE: 5}))
    ]
    assert standing["K1_staff"] - none["K1_staff"] == pytest.approx(5 * 24 * DAYS * 45.0)
    for found in ordered:
        assert found["R1_mean"] == pytest.approx(standing["R1_mean"]), "the same path"
        assert found["K1_staff"] == pytest.approx(standing["K1_staff"])
        # At shifts of eight hours five desks are 15 officers: EUR 91,500 with 150 days of lodging.
        assert found["K1_surge"] == pytest.approx(150 * 250.0)
        assert found["K1"] - found["K1_surge"] == pytest.approx(standing["K1"])


def test_only_travel_and_lodging_hangs_on_the_length_of_a_shift() -> None:
    eight, twelve = (costs(world(crossing(), shift_h=shift), surge(5)) for shift in (8.0, 12.0))
    assert eight["K1_surge"] == pytest.approx(1.5 * twelve["K1_surge"])
    assert eight["K1_staff"] == twelve["K1_staff"]


def test_a_cut_of_two_of_three_desks_lowers_the_cost_in_proportion() -> None:
    by_day = crossing(by_day=3, by_night=0, opening=(BY_DAY,))
    whole = costs(world(by_day))
    cut = costs(world(by_day), Staffing(decided=at(0.0), officers={GATE: -2}))
    assert whole["K1_staff"] == 3 * 12 * DAYS * 45.0
    assert cut["K1_staff"] == pytest.approx(whole["K1_staff"] / 3.0)
    assert cut["K1_surge"] == 0.0


def test_more_officers_by_day_alone_are_paid_by_day_alone() -> None:
    station = crossing(opening=(BY_DAY,))
    found = costs(world(station), surge(4, officers_after_hours={GATE: 0}))
    assert found["K1_staff"] == pytest.approx((24 + 4 * 12) * DAYS * 45.0)
    assert found["K1_surge"] == pytest.approx(4 * 12 / 8 * DAYS * 250.0)


def test_officers_who_finish_an_interview_are_paid_until_it_ends() -> None:
    """Three people at 19:00, one officer until 20:00: the second interview is not begun."""
    station = crossing(by_day=1, by_night=0, opening=(BY_DAY,))
    found = costs(world(station, arrivals=[19.5]))
    assert found["K1_staff"] == pytest.approx((12 * DAYS + 0.5) * 45.0)
    assert found["O6_overtime"] == 0.5


def test_idle_interpreters_are_paid_while_they_are_there() -> None:
    """Four by day; at night as many as there are officers."""
    station = crossing(by_day=2, by_night=1, opening=(BY_DAY,), interpreters=4)
    assert costs(world(station))["K1_interpreters"] == (4 * 12 + 1 * 12) * DAYS * 60.0
    uncounted = crossing(by_day=2, by_night=1, opening=(BY_DAY,))
    found = costs(world(uncounted, arrivals=[9.0, 10.0]))
    assert found["K1_interpreters"] == pytest.approx(6 * 60.0), "six interviews of an hour"


def test_lanes_are_staffed_while_open_and_until_the_last_has_been_received() -> None:
    station = replace(
        crossing(opening=(BY_DAY,)),
        admission=replace(crossing().admission, lanes=2, service=HOUR),
    )
    found = costs(world(station, arrivals=[19.0]))  # two until 20:00, and the third until 21:00
    assert found["K1_lanes"] == pytest.approx((2 * 12 * DAYS + 1) * 45.0)


def test_night_work_is_dearer_from_22_to_6_by_the_clock_on_the_wall() -> None:
    """Also in the night in which the clocks go back: it has an hour more."""
    start = datetime(2023, 10, 25, tzinfo=ZoneInfo("Europe/Helsinki"))
    where = small_worlds.world(
        small_worlds.star(crossing()),
        small_worlds.given([], start=start),
        days=DAYS,
        start=start,
        zone="Europe/Helsinki",
        **{**PRICES, "night_premium": 0.4},
    )
    found = costs(where)
    nights_h = 6 + 8 * (DAYS - 1) + 2 + 1
    officers = 2  # at the desk and at the lane
    assert found["K1_night"] == pytest.approx(0.4 * officers * nights_h * 45.0)


def test_heated_places_cost_what_they_cost_used_or_not() -> None:
    cap = CapWithWarmWaiting(crossings=(GATE,), since=at(48.0), persons_per_d=50, warm_places=30)
    station = replace(crossing(), warm_places=5)
    assert costs(world(station), cap)["K1_warm"] == pytest.approx((5 * 10 + 30 * 8) * 10.0)


def test_officers_who_are_moved_work_and_are_paid_where_they_go() -> None:
    far = crossing("far", by_day=3, by_night=3)
    move = Reassign(decided=at(0.0), to=GATE, officers={"far": 2}, delay_min_d=2.0, delay_max_d=2.0)
    before, after = costs(world(crossing(), far)), costs(world(crossing(), far), move)
    assert after["K1_staff"] == pytest.approx(before["K1_staff"])
    assert after["K1_surge"] == pytest.approx(2 * 3 * 8 * 250.0), "two desks, three shifts, 8 days"


def test_the_same_hours_cost_the_same_to_the_bit_whoever_comes() -> None:
    """People who come or stay away change no item of staff and of places by a rounding error."""
    station = replace(crossing(interpreters=1), warm_places=7)
    quiet = costs(world(station, night_premium=0.3))
    busy = costs(world(station, arrivals=[0.1, 7.7, 33.3, 100.7], night_premium=0.3))
    for item in ("K1_staff", "K1_lanes", "K1_interpreters", "K1_night", "K1_warm"):
        assert quiet[item] == busy[item], item
