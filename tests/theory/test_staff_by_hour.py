"""Every change of hours, staff, interpreters, lanes or room lets those begin who now can."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim import load_scenario
from sim.clock import Opening
from sim.engine.codes import Action, Distribution
from sim.engine.codes import PersonState as State
from sim.model import BorderModel
from sim.policies.hours_and_fences import OpeningHours
from sim.policies.timed import Schedule, Step
from sim.verification import small_worlds
from sim.verification.small_worlds import GATE, SOURCE, at
from sim.world.network import Crossing

TEACHING = Path(__file__).parents[2] / "scenarios" / "teaching" / "one-crossing.yaml"
HOUR = small_worlds.service(1.0, Distribution.DETERMINISTIC)
BY_DAY = Opening(hours="08:00-20:00")


def staffed(by_day: int, by_night: int, **more: Any) -> Crossing:
    """A crossing that is open by day, with its own number of officers by day and by night."""
    station = small_worlds.crossing(servers=by_day, registration=HOUR, opening=(BY_DAY,), **more)
    nights = replace(station.registration, servers_after_hours=by_night)
    return replace(station, registration=nights)


def registered_at(
    station: Crossing,
    arrivals: list[float],
    policy: small_worlds.AnyPolicy = None,
    **parameters: Any,
) -> list[float]:
    """When people were registered, in order, h."""
    where = small_worlds.world(
        small_worlds.star(station), small_worlds.given(arrivals), days=3, **parameters
    )
    run = small_worlds.model(where, policy, audit=True).run()
    return sorted(small_worlds.persons(run)["registered_h"].tolist())


def test_interviews_begin_when_the_staff_of_the_night_begins() -> None:
    """Six people come by day to a crossing that has officers only when it is closed."""
    found = registered_at(staffed(0, 3), [9.0, 10.0, 11.0, 12.0, 13.0, 14.0])
    assert found == [21.0, 21.0, 21.0, 22.0, 22.0, 22.0]


def test_with_desks_staffed_only_at_night_all_are_registered_who_could_be() -> None:
    """The teaching world with 0 officers by day and 3 by night: 36 interviews a night at least."""
    assignments = [
        "crossings.gate.registration.servers=0",
        "crossings.gate.registration.servers_after_hours=3",
    ]
    scenario = load_scenario(TEACHING, assignments=assignments)
    hypothesis = next(iter(scenario.hypotheses.values())).rule
    run = BorderModel(scenario.world, scenario.policies["open"].rule, hypothesis).run()
    hours = run.engine.person_hours.sum(axis=(0, 1))
    arrived = int(run.engine.entries[:, :, State.BETWEEN_POSTS].sum())
    registered = int(run.engine.entries[:, :, State.REGISTERED].sum())
    assert arrived > 200
    assert registered > 0.8 * arrived
    assert hours[State.IN_REGISTRATION] > 0.7 * run.engine.officer_h.sum(), "it was 18 %"


def step(action: Action, at_h: float, value: float = 1.0, until_h: float | None = None) -> Step:
    return Step(
        action=action,
        crossings=(GATE,),
        announced=at(0.0),
        effective=at(at_h),
        until=None if until_h is None else at(until_h),
        value=value,
        source=SOURCE,
    )


def nobody_at_work(**more: Any) -> Crossing:
    return small_worlds.crossing(servers=0, registration=HOUR, **more)


@pytest.mark.parametrize(
    ("station", "change"),
    [
        (nobody_at_work(), step(Action.ADD_OFFICERS, 15.0)),
        (staffed(0, 0), step(Action.ADD_OFFICERS, 15.0)),
        (
            small_worlds.crossing(servers=1, registration=HOUR, interpreters=0),
            step(Action.ADD_INTERPRETERS, 15.0),
        ),
        (
            small_worlds.crossing(servers=1, registration=HOUR),
            step(Action.ADD_OFFICERS, 0.0, -1.0, until_h=15.0),
        ),
        (
            small_worlds.crossing(servers=1, registration=HOUR, lanes=1),
            step(Action.ADD_LANES, 0.0, -1.0, until_h=15.0),
        ),
        (
            small_worlds.crossing(servers=1, registration=HOUR),
            step(Action.METER, 0.0, 0.0, until_h=15.0),
        ),
    ],
    ids=["officers", "officers by day", "interpreters", "officers back", "lanes back", "cap ends"],
)
def test_whoever_can_begin_begins_with_the_change(station: Crossing, change: Step) -> None:
    assert registered_at(station, [9.0, 9.5], Schedule(steps=(change,))) == [16.0, 17.0]


def test_officers_of_the_night_alone_can_be_added() -> None:
    added = step(Action.ADD_OFFICERS_AFTER_HOURS, 10.0, 2.0)
    assert registered_at(staffed(0, 0), [9.0, 9.5], Schedule(steps=(added,))) == [21.0, 21.0]


def test_shorter_hours_by_order_start_the_night_of_the_officers() -> None:
    """From hour 10 on the crossing closes at 12:00 and not at 20:00."""
    shorter = OpeningHours(crossings=(GATE,), hours="08:00-12:00", since=at(10.0))
    assert registered_at(staffed(0, 2), [9.0, 9.5], shorter) == [13.0, 13.0]
