"""Promises about closures: closed is closed, for whom it is meant, until the last reason ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.clock import Opening, opening_intervals
from sim.engine.codes import Action, DestinationKind, Distribution, GroupStage, QueueRule, Trait
from sim.engine.codes import PersonState as State
from sim.model import BorderModel
from sim.outcomes.access import Access, access_spans
from sim.policies.timed import Closure, Schedule, Step
from sim.policies.triggered import ReopeningTrial
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from sim.verification import small_worlds
from sim.verification.small_worlds import GATE, TOWN
from sim.world.world import World
from tests.effort import effort
from tests.policies.backdated import Backdated

FINLAND = Path(__file__).parents[2] / "scenarios" / "finland-2023" / "base.yaml"


def step(
    action: Action,
    begins_h: float,
    ends_h: float | None = None,
    *,
    crossing: str = GATE,
    queue: QueueRule = QueueRule.HOLD,
    exempt: Iterable[Trait] = (),
) -> Step:
    """A dated decision, announced when it takes effect."""
    return Step(
        crossings=(crossing,),
        action=action,
        announced=small_worlds.at(begins_h),
        effective=small_worlds.at(begins_h),
        until=None if ends_h is None else small_worlds.at(ends_h),
        queue=queue,
        exempt=frozenset(exempt),
        source=small_worlds.SOURCE,
    )


def schedule(*steps: Step) -> Schedule:
    return Schedule(steps=steps)


# Closed means that nobody passes -----------------------------------------------------------------


@cache
def finland() -> Scenario:
    return load_scenario(FINLAND)


def presented_at(run: BorderModel, station: int) -> NDArray[Any]:
    """People who presented themselves at a crossing (and were not found in the terrain)."""
    people = small_worlds.persons(run)
    rows = small_worlds.groups(run)[people["group"]]
    kinds = run.engine.destinations["kind"][rows["destination"]]
    here = people["place"] == run.engine.stations["place"][station]
    passed = here & ~np.isnan(people["presented_h"]) & (kinds == DestinationKind.CROSSING)
    return np.asarray(people[passed])


def flags_of(run: BorderModel, people: NDArray[Any]) -> NDArray[np.int8]:
    return np.asarray(small_worlds.groups(run)["traits"][people["group"]])


@pytest.mark.parametrize("number", range(effort(1, 2)))
@pytest.mark.parametrize("policy", list(finland().policies))
def test_nobody_passes_a_closed_crossing(policy: str, number: int) -> None:
    scenario = finland()
    rule = scenario.policies[policy].rule
    for hypothesis in scenario.hypotheses.values():
        run = BorderModel(scenario.world, rule, hypothesis.rule, number=number).run()
        all_presented = 0
        for span in access_spans(run.engine, run.world):
            people = presented_at(run, span.crossing)
            hours = people["presented_h"]
            inside = people[(span.begins_h <= hours) & (hours < span.ends_h)]
            all_presented += len(inside)
            if span.access in (Access.CLOSED, Access.NO_ASYLUM):
                assert len(inside) == 0, f"{policy}: {len(inside)} passed in {span}"
            if span.access is Access.EXCEPTION_ONLY:
                assert (flags_of(run, inside) != 0).all(), f"{policy}: not exempt in {span}"
        # Nobody is forgotten by this way of counting.
        entries = run.engine.entries[:, run.engine.stations["place"], State.BETWEEN_POSTS]
        assert all_presented == entries.sum()


@pytest.mark.parametrize("policy", ["open", "historical", "cap-with-warm-waiting"])
def test_nobody_passes_outside_opening_hours(policy: str) -> None:
    scenario = finland()
    run = BorderModel(
        scenario.world, scenario.policies[policy].rule, scenario.hypotheses["H1"].rule
    ).run()
    passes = 0
    for station, crossing in enumerate(scenario.world.network.crossings):
        hours = np.sort(presented_at(run, station)["presented_h"])
        spans = opening_intervals(crossing.opening, scenario.world.clock)
        opens = np.array([begin for begin, _ in spans])
        closes = np.array([end for _, end in spans])
        which = np.searchsorted(opens, hours, side="right") - 1
        assert (which >= 0).all()
        assert (hours <= closes[which]).all(), crossing.id
        passes += len(hours)
    assert passes > 100


# Those on the road -------------------------------------------------------------------------------


def one_group(
    *, legs: tuple[float, ...], at_h: float = 0.0, size: int = 3, days: float = 10
) -> World:
    return small_worlds.world(
        small_worlds.chain(small_worlds.crossing(), *legs),
        small_worlds.given([at_h], size=size),
        days=days,
    )


def test_those_on_the_last_leg_still_arrive_and_wait() -> None:
    """They set out at 0 h, hear at 5 h, arrive at 10 h, and pass when the closure ends at 30 h."""
    run = small_worlds.model(one_group(legs=(10.0,)), schedule(step(Action.CLOSE, 5.0, 30.0)))
    run.advance_to(9.999)
    assert run.groups[0].states == ["TRAVEL"] * 3
    run.advance_to(10.0)
    assert run.groups[0].states == ["EXIT_QUEUE"] * 3
    run.run()
    assert set(small_worlds.persons(run)["queued_h"]) == {10.0}
    assert set(small_worlds.persons(run)["presented_h"]) == {30.0}


def test_those_who_pass_a_town_on_the_way_reconsider_there() -> None:
    """They hear at 1 h, stop at the town in between at 5 h, and come when it opens, at 40 h.

    They reconsider 1,000 times an hour, so they set out within a minute.
    """
    run = small_worlds.model(one_group(legs=(5.0, 5.0)), schedule(step(Action.CLOSE, 1.0, 40.0)))
    run.advance_to(6.0)
    group = run.groups[0]
    assert (group.place_id, group.states[0], group.attempts) == ("town-1", "STAGING", 0)
    run.run()
    people = small_worlds.persons(run)
    assert np.array_equal(people["queued_h"], people["presented_h"])
    np.testing.assert_allclose(people["queued_h"], 40.0, rtol=0, atol=1.0 / 60.0)


def test_those_between_the_posts_are_received_although_it_closes() -> None:
    """Closing turns back only people who are still in the queue."""
    station = small_worlds.crossing(
        lanes=1, admission=small_worlds.service(1.0, Distribution.DETERMINISTIC)
    )
    where = small_worlds.world(
        small_worlds.star(station), small_worlds.given([0.0], size=5), days=3
    )
    closure = Closure(crossings=(GATE,), at=small_worlds.at(1.5), queue=QueueRule.TURN_BACK)
    run = small_worlds.model(where, closure).run()
    assert sorted(small_worlds.persons(run)["registered_h"]) == [1.0, 2.0, 3.0, 4.0, 5.0]


# Hold, reroute, turn back ------------------------------------------------------------------------

# Open from 8 to 20. A group reaches the queue at 4 h, 3 h from town; a closure begins at 6 h or has
# begun before, and ends at 30 h.
QUEUE_H, BACK_H, ENDS_H = 4.0, 3.0, 30.0


def queue_before(begins_h: float, queue: QueueRule, *, other: bool = False) -> BorderModel:
    hours = (Opening(hours="08:00-20:00"),)
    crossings = [small_worlds.crossing(opening=hours)]
    if other:
        crossings.append(small_worlds.crossing("other", known=0.0))
    where = small_worlds.world(
        small_worlds.star(*crossings, hours=[BACK_H, 20.0][: len(crossings)]),
        small_worlds.given([QUEUE_H - BACK_H], size=2),
        news_reach=0.0,
        success_value_eur=1e6,
        station_constant=-900.0 if other else small_worlds.CERTAIN,
    )
    return small_worlds.model(where, schedule(step(Action.CLOSE, begins_h, ENDS_H, queue=queue)))


@pytest.mark.parametrize("begins_h", [6.0, 2.0], ids=["while in the queue", "before arrival"])
def test_hold_keeps_people_in_the_queue_until_it_opens(begins_h: float) -> None:
    run = queue_before(begins_h, QueueRule.HOLD)
    run.advance_to(ENDS_H)
    group = run.groups[0]
    assert (group.states, group.failures, group.attempts) == (["EXIT_QUEUE"] * 2, 0, 1)
    run.run()
    assert set(small_worlds.persons(run)["presented_h"]) == {32.0}, (
        "closed until 30 h, then until 32 h"
    )


@pytest.mark.parametrize("begins_h", [6.0, 2.0], ids=["while in the queue", "before arrival"])
@pytest.mark.parametrize(
    ("queue", "state", "failures"),
    [(QueueRule.REROUTE, "TRAVEL", 0), (QueueRule.TURN_BACK, "TURNED_BACK", 1)],
)
def test_reroute_and_turn_back_send_people_to_town(
    begins_h: float, queue: QueueRule, state: str, failures: int
) -> None:
    run = queue_before(begins_h, queue)
    leaves_h = max(begins_h, QUEUE_H)
    run.advance_to(leaves_h)
    assert run.groups[0].states == [state] * 2
    run.advance_to(leaves_h + BACK_H)
    group = run.groups[0]
    assert (group.states, group.place_id) == (["STAGING"] * 2, TOWN)
    assert (group.failures, group.attempts) == (failures, 1)
    assert np.isnan(small_worlds.persons(run)["presented_h"]).all()
    turned_back = run.engine.entries[:, :, State.TURNED_BACK].sum()
    assert turned_back == (2 if queue is QueueRule.TURN_BACK else 0)
    run.run()
    assert run.groups[0].attempts == 2, "they know when it ends, and come again"
    assert set(small_worlds.persons(run)["presented_h"]) == {32.0}


@pytest.mark.parametrize("queue", [QueueRule.HOLD, QueueRule.REROUTE])
def test_people_who_are_not_turned_back_may_go_to_another_crossing(queue: QueueRule) -> None:
    """Straight from the queue if there is a better way; being turned back leads to town first."""
    where = replace(
        queue_before(6.0, queue, other=True).world,
        parameters=replace(small_worlds.GOING_AT_ONCE, news_reach=0.0, success_value_eur=2e5),
    )
    run = small_worlds.model(where, schedule(step(Action.CLOSE, 6.0, None, queue=queue))).run()
    assert run.groups[0].destination_id == "other"
    assert set(small_worlds.persons(run)["queued_h"]) == {QUEUE_H}
    assert set(small_worlds.persons(run)["presented_h"]) == {6.0 + BACK_H + 20.0}


# Exceptions --------------------------------------------------------------------------------------


@pytest.mark.parametrize("queue", list(QueueRule))
@pytest.mark.parametrize(
    "exempt",
    [(each,) for each in Trait] + [tuple(Trait), ()],
    ids=lambda each: "+".join(map(str, each)) or "nobody",
)
def test_an_exception_lets_exactly_the_exempt_pass(
    exempt: tuple[Trait, ...], queue: QueueRule
) -> None:
    """Nobody has heard of the closure, so everybody comes and finds out."""
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()),
        small_worlds.crowd(1500, size=None),
        days=3,
        family_share=0.4,
        unaccompanied_share=0.3,
        vulnerable_share=0.1,
        news_reach=0.0,
    )
    closure = Closure(
        crossings=(GATE,), at=small_worlds.START, queue=queue, exempt=frozenset(exempt)
    )
    run = small_worlds.model(where, closure).run()
    mask = sum(exempt)
    people = small_worlds.persons(run)
    allowed = (flags_of(run, people) & mask) != 0
    assert bool(exempt) == allowed.any()
    assert not allowed.all()
    assert np.array_equal(~np.isnan(people["presented_h"]), allowed)


# Overlap -----------------------------------------------------------------------------------------


def first_free_h(hour: float, spans: Iterable[tuple[float, float]]) -> float:
    """The first time from an hour on that no span covers."""
    for begin, end in sorted(spans):
        if begin <= hour < end:
            hour = end
    return hour


def passing_times(steps: Iterable[Step], arrivals: Iterable[float]) -> NDArray[np.float64]:
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.given(arrivals), news_reach=0.0
    )
    people = small_worlds.persons(small_worlds.model(where, schedule(*steps)).run())
    return np.asarray(people["presented_h"])


def test_a_crossing_opens_when_the_last_reason_to_close_it_ends() -> None:
    spans = [(10.0, 50.0), (20.0, 80.0), (30.0, 40.0)]
    steps = [step(Action.CLOSE, *span) for span in spans]
    passed = passing_times(steps, [5.0, 15.0, 45.0, 79.0, 90.0])
    assert list(passed) == [5.0, 80.0, 80.0, 80.0, 90.0]


def test_any_pattern_of_closures_adds_up() -> None:
    """Forty random patterns of up to six closures of two kinds, on whole hours: they touch."""
    draw = Random(20231116)  # noqa: S311 - reproducible patterns
    arrivals = [h + 0.5 for h in range(0, 120, 3)]
    for _ in range(40):
        spans = []
        for _ in range(draw.randint(1, 6)):
            begin = float(draw.randint(0, 100))
            spans.append((begin, begin + draw.randint(1, 40)))
        steps = [
            step(draw.choice([Action.CLOSE, Action.NO_ASYLUM]), begin, end) for begin, end in spans
        ]
        expected = [first_free_h(h, spans) for h in arrivals]
        np.testing.assert_array_equal(np.sort(passing_times(steps, arrivals)), np.sort(expected))


def test_reopening_ends_every_closure_in_force_and_none_to_come() -> None:
    steps = [
        step(Action.CLOSE, 10.0),
        step(Action.NO_ASYLUM, 20.0, 200.0),
        step(Action.CLOSE, 60.0, 90.0),
        step(Action.REOPEN, 40.0),
    ]
    assert list(passing_times(steps, [15.0, 25.0, 50.0, 70.0])) == [40.0, 40.0, 50.0, 90.0]


@pytest.mark.parametrize(("until_h", "closed"), [(30.0, (12.0, 30.0)), (1.0, (12.0, 12.0))])
def test_no_order_works_backwards(until_h: float, closed: tuple[float, float]) -> None:
    arrivals = [0.5, 5.0, 15.0, 40.0]
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.given(arrivals), news_reach=0.0
    )
    run = small_worlds.model(where, Backdated(until_h)).run()
    assert list(small_worlds.persons(run)["presented_h"]) == [
        first_free_h(h, [closed]) for h in arrivals
    ]
    table = run.engine.measures[: int(run.engine.status["measures"][0])]
    (measure,) = table[table["kind"] == Action.CLOSE]
    assert (measure["announced_h"], measure["begins_h"], measure["ends_h"]) == (12.0, *closed)


def test_a_trial_that_begins_before_the_first_noon_closes_and_opens_when_it_says() -> None:
    policy = ReopeningTrial(
        crossings=(GATE,), closes=small_worlds.at(2.0), trial=small_worlds.at(8.0), tripwire=1e9
    )
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.given([1.0, 5.0, 9.0, 13.0])
    )
    run = small_worlds.model(where, policy).run()
    assert list(small_worlds.persons(run)["presented_h"]) == [1.0, 8.0, 9.0, 13.0]


def test_a_crossing_without_asylum_lets_nobody_pass() -> None:
    """It is open, but not to people who seek asylum; known from the start, so nobody goes."""
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing(accepts_asylum=False)), small_worlds.given([1.0])
    )
    run = small_worlds.model(where).run()
    assert run.groups[0].stage == GroupStage.WAITING
    assert np.isnan(small_worlds.persons(run)["queued_h"]).all()
