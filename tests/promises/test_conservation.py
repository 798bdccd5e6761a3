"""Promise: nobody is lost and nobody is doubled, at any event, in any world.

With ``audit=True`` the engine adds up all cells after every event, and counts everybody again from
their own row, queue by queue, whenever it stops; here it stops every hour. A fault raises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.clock import Opening
from sim.engine.codes import Action, QueueRule
from sim.engine.codes import PersonState as State
from sim.engine.person_states import COUNTED_BY_ORIGIN
from sim.errors import RajasimError
from sim.model import BorderModel
from sim.model.table_room import Capacity
from sim.policies.timed import Closure, Open, Schedule, Step
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from sim.verification import small_worlds
from sim.verification.full_world import reference_model
from sim.world.world import World

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FILES = ("teaching/one-crossing", "teaching/two-crossings", "finland-2023/base")
CASES = [
    (file, policy)
    for file in FILES
    for policy in load_scenario(SCENARIOS / f"{file}.yaml").policies
]


@pytest.fixture(scope="module")
def scenarios() -> dict[str, Scenario]:
    return {file: load_scenario(SCENARIOS / f"{file}.yaml") for file in FILES}


def check_ledger(run: BorderModel) -> None:
    """What the accounts say at the end agrees with everybody's own row."""
    people = small_worlds.persons(run)
    entries = run.engine.entries.sum(axis=0, dtype=np.int64)
    assert run.engine.occupancy.sum() == len(people)
    assert np.array_equal(run.engine.stock[-1], run.engine.occupancy)
    assert entries[:, State.GATEWAY].sum() == len(people)
    assert (run.engine.occupancy >= 0).all()
    assert (entries >= run.engine.occupancy).all(), "more people in a cell than ever entered it"
    for name, state in (("registered_h", State.REGISTERED),):
        assert entries[:, state].sum() == np.count_nonzero(~np.isnan(people[name]))
    lives = run.clock.duration_h - small_worlds.groups(run)["created_h"][people["group"]]
    assert run.engine.person_hours.sum() == pytest.approx(float(lives.sum()), rel=1e-9)
    by_origin = run.engine.entries_by_origin.sum(axis=3)
    assert np.array_equal(by_origin, run.engine.entries[:, :, list(COUNTED_BY_ORIGIN)])
    rows = small_worlds.groups(run)
    assert rows["people"].sum() == len(people)
    if not len(rows):
        return
    members = np.concatenate([np.arange(r["people"]) + r["first_person"] for r in rows])
    assert np.array_equal(np.sort(members), np.arange(len(people))), "each in one group"
    assert np.array_equal(np.repeat(np.arange(len(rows)), rows["people"]), people["group"][members])


def step_through(run: BorderModel) -> None:
    while run.now_h < run.clock.duration_h:
        run.step()
    check_ledger(run)


@pytest.mark.parametrize(("file", "policy"), CASES)
def test_nobody_is_lost_in_the_scenarios(
    scenarios: dict[str, Scenario], file: str, policy: str
) -> None:
    scenario = scenarios[file]
    hypothesis = list(scenario.hypotheses.values())[-1].rule
    step_through(
        BorderModel(scenario.world, scenario.policies[policy].rule, hypothesis, audit=True)
    )


def closing(name: str, begins_h: float, ends_h: float | None, queue: QueueRule) -> Step:
    return Step(
        crossings=(name,),
        action=Action.CLOSE,
        announced=small_worlds.at(max(0.0, begins_h - 5.0)),
        effective=small_worlds.at(begins_h),
        until=None if ends_h is None else small_worlds.at(ends_h),
        queue=queue,
        source=small_worlds.SOURCE,
    )


def lively(**crossing: object) -> World:
    """Two crossings a little off, a stretch of forest, and a stream of mixed groups."""
    settings: dict[str, object] = {
        "lanes": 1,
        "admission": small_worlds.service(0.1),
        "servers": 3,
        "registration": small_worlds.service(1.0),
        "opening": (Opening(hours="08:00-20:00"),),
        "suspension": (10, 4),
        **crossing,
    }
    gates = [small_worlds.crossing(name, **settings) for name in ("gate", "other")]  # type: ignore[arg-type]
    forest = small_worlds.forest()
    network = small_worlds.star(*gates, hours=[0.5, 3.0], segments=[forest])
    demand = replace(small_worlds.poisson(1.5), group_size=None)
    return small_worlds.world(
        network,
        demand,
        days=10,
        station_constant=1.0,
        green_constant=-1.0,
        settle_constant=-4.0,
        news_delay_h=6.0,
        rush_horizon_h=48.0,
    )


def huge_groups() -> tuple[World, small_worlds.AnyPolicy]:
    where = lively()
    return replace(where, demand=small_worlds.given([1.0, 1.0, 30.0], size=10_000)), Open()


def zero_demand() -> tuple[World, small_worlds.AnyPolicy]:
    return replace(lively(), demand=small_worlds.given([])), Open()


def zero_servers() -> tuple[World, small_worlds.AnyPolicy]:
    return lively(servers=0), Open()


def overlapping_closures() -> tuple[World, small_worlds.AnyPolicy]:
    steps = [
        closing("gate", 30.0, 100.0, QueueRule.HOLD),
        closing("gate", 50.0, 120.0, QueueRule.REROUTE),
        closing("gate", 50.0, 60.0, QueueRule.TURN_BACK),
        closing("other", 80.0, 81.0, QueueRule.TURN_BACK),
        closing("gate", 120.0, None, QueueRule.TURN_BACK),
        closing("gate", 130.0, 131.0, QueueRule.HOLD),
    ]
    return lively(), Schedule(steps=tuple(steps))


def always_closed() -> tuple[World, small_worlds.AnyPolicy]:
    return lively(), Closure(crossings=("gate", "other"), at=small_worlds.START)


def never_opening() -> tuple[World, small_worlds.AnyPolicy]:
    """Opening hours that fall outside the scenario: no crossing ever opens."""
    later = small_worlds.at(24.0 * 400).date()
    return lively(opening=(Opening(hours="08:00-20:00", since=later),)), Open()


def closing_on_the_tick() -> tuple[World, small_worlds.AnyPolicy]:
    """Closures that begin and end at opening, closing and midnight, to the instant."""
    steps = [closing("gate", h, h + 12.0, QueueRule.REROUTE) for h in (8.0, 20.0, 32.0, 48.0, 72.0)]
    return lively(), Schedule(steps=tuple(steps))


ODD: tuple[Callable[[], tuple[World, small_worlds.AnyPolicy]], ...] = (
    huge_groups,
    zero_demand,
    zero_servers,
    overlapping_closures,
    always_closed,
    never_opening,
    closing_on_the_tick,
)


@pytest.mark.parametrize("case", ODD, ids=lambda case: case.__name__)
def test_nobody_is_lost_in_odd_worlds(
    case: Callable[[], tuple[World, small_worlds.AnyPolicy]],
) -> None:
    where, policy = case()
    step_through(small_worlds.model(where, policy, audit=True))


def test_the_audit_can_fail() -> None:
    """A person moved behind the accounts' back is found at the next stop."""
    where, policy = overlapping_closures()
    run = small_worlds.model(where, policy, audit=True)
    run.advance_to(48.0)
    row = small_worlds.persons(run)[0]
    row["state"] = (row["state"] + 1) % len(State)
    with pytest.raises(RajasimError, match="conservation of persons failed"):
        run.step()


def test_a_person_gone_from_the_accounts_is_missed_at_the_next_event() -> None:
    where, policy = overlapping_closures()
    run = small_worlds.model(where, policy, audit=True)
    run.advance_to(48.0)
    busy = np.unravel_index(int(run.engine.occupancy.argmax()), run.engine.occupancy.shape)
    run.engine.occupancy[busy] -= 1
    with pytest.raises(RajasimError, match="fault of the program"):
        run.run()
    assert run.now_h < run.clock.duration_h


def test_without_room_the_tables_grow_and_nothing_changes() -> None:
    """Starting with room for one group gives the same bytes as starting with plenty."""
    where, policy = overlapping_closures()
    tight = Capacity(groups=1, persons=1, events=1, measures=1)
    one = small_worlds.model(where, policy, audit=True, capacity=tight).run()
    other = small_worlds.model(where, policy).run()
    assert small_worlds.differing(one, other) == []


@pytest.mark.parametrize("number", range(3))
def test_with_every_submodel_and_actor_nobody_is_lost(number: int) -> None:
    """Every queue, partings, transport, refusals, walks: counted again after each event."""
    run = reference_model(number=number, audit=True)
    step_through(run)
    check_ledger(run)
    assert run.engine.status["separations"][0] > 0
    assert run.engine.status["reneged"][0] > 0
    assert run.engine.status["balked"][0] > 0
    assert run.engine.status["reviews"][0] > 0
