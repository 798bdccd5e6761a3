"""The terrain border: what a fence does to people's expectations, to their walk and to attempts."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sim.engine.codes import Action
from sim.engine.codes import PersonState as State
from sim.policies.hours_and_fences import Fence, FencePart
from sim.policies.timed import Schedule, Step
from sim.verification import small_worlds
from sim.verification.probes import first_utilities
from sim.verification.reference_statistics import interval_of_share
from sim.verification.small_worlds import CERTAIN, NEVER, SOURCE, at
from sim.world.network import Segment
from sim.world.world import World

FOREST = 1  # after the crossing
SCALE, FOUND_EUR, TIME_EUR, DELAY_H = 250.0, 400.0, 8.0, 0.5


def wooded(stretch: Segment, people: int = 1, **changes: Any) -> World:
    """A town with a crossing that nobody takes, and a stretch of terrain border."""
    given: dict[str, Any] = {
        "station_constant": NEVER,
        "green_constant": -50.0,
        "utility_scale_eur": SCALE,
        "found_cost_eur": FOUND_EUR,
        "value_of_time_eur_per_h": TIME_EUR,
        "fence_delay_h": DELAY_H,
        "green_price_eur": 0.0,
        "hike_sigma": 0.0,
    }
    return small_worlds.world(
        small_worlds.star(small_worlds.crossing(), segments=[stretch]),
        small_worlds.crowd(people),
        days=3,
        **{**given, **changes},
    )


def fence(km: float, ready_h: float) -> Fence:
    return Fence(parts=(FencePart(segment="forest", km=km, ready=at(ready_h)),))


def outlook(
    stretch: Segment, hour: float, policy: small_worlds.AnyPolicy = None, **changes: Any
) -> float:
    """The utility of the stretch to somebody in town at an hour."""
    run = small_worlds.model(wooded(stretch, **changes), policy)
    run.advance_to(hour)
    return float(first_utilities(run)[FOREST])


def found_with(stretch: Segment, fenced: float) -> float:
    return 1.0 - (1.0 - stretch.detection) * (1.0 - fenced * stretch.fence_effect)


def lost_to_fence(stretch: Segment, fenced: float) -> float:
    """Utility that so much fence costs: the chance of being found, and a longer walk."""
    more = found_with(stretch, fenced) - stretch.detection
    return (FOUND_EUR * more + TIME_EUR * DELAY_H * fenced) / SCALE


def test_the_chance_of_being_found_lowers_utility_by_what_it_weighs() -> None:
    seldom, often = (small_worlds.forest(detection=chance) for chance in (0.2, 0.9))
    lost = outlook(seldom, 0.0) - outlook(often, 0.0)
    assert lost == pytest.approx(0.7 * FOUND_EUR / SCALE, abs=1e-9)
    assert outlook(seldom, 0.0, found_cost_eur=0.0) == outlook(often, 0.0, found_cost_eur=0.0)


def test_a_fence_counts_for_those_who_have_heard_that_it_stands() -> None:
    stretch = small_worlds.forest(detection=0.4, fence_effect=0.8)
    bare, before = outlook(stretch, 20.0), outlook(stretch, 9.0, fence(6.0, 10.0))
    known = outlook(stretch, 20.0, fence(6.0, 10.0))
    unheard = outlook(stretch, 20.0, fence(6.0, 10.0), news_reach=0.0)
    assert before == bare == unheard
    assert bare - known == pytest.approx(lost_to_fence(stretch, 0.6), abs=1e-9)


def test_a_fence_that_was_there_from_the_start_is_known() -> None:
    stretch = small_worlds.forest(detection=0.4, fence_effect=0.8)
    fenced = small_worlds.forest(detection=0.4, fence_effect=0.8, fence_km=5.0)
    lost = outlook(stretch, 0.0, news_reach=0.0) - outlook(fenced, 0.0, news_reach=0.0)
    assert lost == pytest.approx(lost_to_fence(stretch, 0.5), abs=1e-9)


def test_of_two_fences_the_one_of_the_newest_day_is_believed() -> None:
    """Announced long before, and in the file's other order: people go by what stands."""
    stretch = small_worlds.forest(detection=0.4, fence_effect=0.8)
    steps = tuple(
        Step(
            action=Action.BUILD_FENCE,
            segments=("forest",),
            announced=at(0.0),
            effective=at(hour),
            value=km,
            source=SOURCE,
        )
        for hour, km in ((30.0, 10.0), (10.0, 4.0))
    )
    bare = outlook(stretch, 5.0, Schedule(steps=steps))
    for hour, fenced in ((20.0, 0.4), (40.0, 1.0)):
        lost = bare - outlook(stretch, hour, Schedule(steps=steps))
        assert lost == pytest.approx(lost_to_fence(stretch, fenced), abs=1e-9)


def test_more_fence_means_fewer_attempts_as_the_logit_says() -> None:
    """All leave town at once, by the terrain or to settle: the share is logistic in utility."""
    people = 4000
    stretch = small_worlds.forest(detection=0.2, fence_effect=1.0)
    parameters: dict[str, Any] = {"green_constant": CERTAIN, "settle_constant": CERTAIN - 1.0}
    shares = []
    for km in (0.0, 10.0):
        settles = -1.0 + (TIME_EUR * 8.0 + FOUND_EUR * 0.2) / SCALE
        expected = 1.0 / (1.0 + math.exp(settles + lost_to_fence(stretch, km / 10.0)))
        run = small_worlds.model(wooded(stretch, people, **parameters), fence(km, 0.0)).run()
        attempts = int(run.engine.entries[:, :, State.GREEN_ATTEMPT].sum())
        low, high = interval_of_share(attempts, people)
        assert low <= expected <= high
        shares.append(expected)
    assert shares[1] < 0.6 * shares[0], "being found for certain weighs EUR 320 more"


def test_a_fence_makes_the_walk_longer() -> None:
    stretch = small_worlds.forest(detection=1.0)
    hours = []
    for km in (0.0, 4.0, 10.0):
        where = wooded(stretch, green_constant=CERTAIN, hike_median_h=3.0)
        people = small_worlds.persons(small_worlds.model(where, fence(km, 0.0)).run())
        hours.append(float(people["presented_h"][0]))
    assert hours == pytest.approx([3.0, 3.0 + 0.4 * DELAY_H, 3.0 + DELAY_H])
