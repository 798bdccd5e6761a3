"""When people leave, and what makes them leave earlier: exact distributions of S3 and S5.

A group that waits reconsiders at rate r and leaves with the logit's chance. Decisions that change
nothing are not simulated; what is tested here is that it makes no difference. Samples are everyone
of a crowd that shares one moment, and each member's draws are their own.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.engine.codes import Action, Mode, QueueRule, Trait
from sim.policies.timed import Closure, Schedule, Step
from sim.verification import small_worlds
from sim.verification.probes import first_leaving_probability, first_utilities, stale_utilities
from sim.verification.reference_statistics import (
    interval_of_share,
    is_exponential,
    kolmogorov_smirnov_p,
)
from sim.world.network import Network
from sim.world.world import World

CROWD = 20_000
RATE_PER_H = 0.25
LEAST_P = 0.001  # seeds are fixed, so a test that passes goes on passing


def chance(utility: float) -> float:
    """P(leave) of somebody whose ways out have this logsum."""
    return 1.0 / (1.0 + math.exp(-utility))


def waiting_world(*utilities: float, days: float = 60, **parameters: float) -> World:
    """Crossings at no distance with these utilities (up to 2 below the best), and a crowd."""
    best = max(utilities)
    crossings = [
        small_worlds.crossing(f"c{k}", known=1.0 - 0.5 * (best - utility))
        for k, utility in enumerate(utilities)
    ]
    chosen: dict[str, Any] = {
        "station_constant": best - 2.0,
        "success_value_eur": 200.0,
        "utility_scale_eur": 100.0,
        "review_rate_per_h": RATE_PER_H,
        **parameters,
    }
    return small_worlds.world(
        small_worlds.star(*crossings), small_worlds.crowd(CROWD), days=days, **chosen
    )


def leaving_times(where: World, policy: small_worlds.AnyPolicy = None) -> NDArray[np.float64]:
    """When each member of the crowd reached a crossing at no distance; inf if never."""
    queued = small_worlds.persons(small_worlds.model(where, policy).run())["queued_h"]
    return np.where(np.isnan(queued), np.inf, queued)


@pytest.mark.parametrize("utilities", [(-3.0,), (-1.0,), (2.0,), (-1.0, -1.5, -2.2)], ids=str)
def test_skipping_reviews_that_change_nothing_leaves_the_law_as_it_is(
    utilities: tuple[float, ...],
) -> None:
    """P(leave) at once; else exponential with rate r P(leave), as with every decision simulated."""
    leaving = chance(math.log(math.fsum(map(math.exp, utilities))))
    times = leaving_times(waiting_world(*utilities, days=150))
    low, high = interval_of_share(int((times == 0.0).sum()), CROWD)
    assert low <= leaving <= high, f"at once: exact {leaving}, got {low} to {high}"
    later = times[times > 0.0]
    assert np.isfinite(later).all()
    assert is_exponential(later, 1.0 / (RATE_PER_H * leaving)) > LEAST_P


def test_a_review_rate_of_zero_lets_nobody_leave_later() -> None:
    times = leaving_times(waiting_world(-1.0, review_rate_per_h=0.0))
    assert set(times) == {0.0, np.inf}


# Deadline rush -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rush:
    """A crossing closes for good and another stays, or none.

    Attributes:
        rho: how much stronger the pull to leave is while the closure is within the horizon.
    """

    name: str
    utilities: tuple[float, ...]
    scale: float
    limit: float
    rho: float

    def __str__(self) -> str:
        return self.name


CLOSES_H, HORIZON_H = 48.0, 24.0
BOTH = math.log(math.exp(-3.0) + math.exp(-3.5))
RUSHES = (
    Rush("the only crossing closes", (-3.0,), 1.0, 20.0, 20.0),
    Rush("a lower limit holds", (-3.0,), 1.0, 4.0, 4.0),
    Rush("one of two closes", (-3.0, -3.5), 0.5, 20.0, math.exp((BOTH + 3.5) / 0.5)),
    Rush("more than the limit", (-3.0, -3.5), 0.25, 20.0, 20.0),
    Rush("insensitive people", (-3.0, -3.5), 100.0, 20.0, math.exp((BOTH + 3.5) / 100.0)),
    Rush("the limit is 1", (-3.0, -3.5), 0.25, 1.0, 1.0),
)


def integrated_hazard(times: NDArray[np.float64], rush: Rush) -> NDArray[np.float64]:
    """Hazard until each time: r P before the horizon, then r P_rho until the closure."""
    total = math.log(math.fsum(map(math.exp, rush.utilities)))
    calm = RATE_PER_H * chance(total)
    urgent = RATE_PER_H * chance(total + math.log(rush.rho))
    begins_h = CLOSES_H - HORIZON_H
    return calm * np.minimum(times, begins_h) + urgent * np.maximum(0.0, times - begins_h)


@pytest.mark.parametrize("rush", RUSHES, ids=str)
def test_a_known_deadline_raises_attempts_as_rho_says(rush: Rush) -> None:
    """Rho = exp((V_now - V_later) / theta), at least 1 and at most the limit."""
    where = waiting_world(
        *rush.utilities,
        days=10,
        rush_horizon_h=HORIZON_H,
        rush_scale=rush.scale,
        rush_limit=rush.limit,
    )
    closure = Closure(crossings=("c0",), at=small_worlds.at(CLOSES_H), announced_before_h=1000.0)
    times = leaving_times(where, closure)
    waited = times > 0.0
    left_before = times[waited & (times < CLOSES_H)]
    most = integrated_hazard(np.array([CLOSES_H]), rush)[0]
    share = 1.0 - math.exp(-most)
    # All rushes meet the same people (common random numbers), so one unusual crowd fails them all.
    low, high = interval_of_share(len(left_before), int(waited.sum()), confidence=1.0 - LEAST_P)
    assert low <= share <= high, f"{rush}: exact {share} leave in time, got {low} to {high}"
    uniform = (1.0 - np.exp(-integrated_hazard(left_before, rush))) / share
    assert kolmogorov_smirnov_p(uniform) > LEAST_P
    in_rush = left_before > CLOSES_H - HORIZON_H
    assert 0 < in_rush.sum() < len(left_before)


def test_those_who_do_not_know_of_a_closure_do_not_rush() -> None:
    where = waiting_world(-3.0, days=120, rush_horizon_h=HORIZON_H, news_reach=0.0)
    closure = Closure(crossings=("c0",), at=small_worlds.at(CLOSES_H), announced_before_h=1000.0)
    times = leaving_times(where, closure)
    later = times[times > 0.0]
    assert is_exponential(later, 1.0 / (RATE_PER_H * chance(-3.0))) > LEAST_P


# News --------------------------------------------------------------------------------------------

ANNOUNCED_H = 5.0


def heard(**parameters: float) -> NDArray[np.float64]:
    """Hours from an announcement until each group of a crowd reconsiders; inf if never.

    Nobody wants to go anywhere, and the closure is at the edge of what people look ahead to: the
    only occasion to reconsider is the news itself.
    """
    where = waiting_world(-900.0, days=60, rush_horizon_h=5000.0, **parameters)
    closure = Closure(
        crossings=("c0",), at=small_worlds.at(5000.0), announced_before_h=5000.0 - ANNOUNCED_H
    )
    run = small_worlds.model(where, closure).run()
    delay = small_worlds.journeys(run)["since_h"] - ANNOUNCED_H
    return np.where(small_worlds.journeys(run)["heard_h"] == ANNOUNCED_H, delay, np.inf)


@pytest.mark.parametrize("mean_h", [2.0, 8.0, 24.0])
def test_news_is_heard_after_an_exponential_delay(mean_h: float) -> None:
    delays = heard(news_delay_h=mean_h, news_reach=1.0)
    assert np.isfinite(delays).all()
    assert is_exponential(delays, mean_h) > LEAST_P


@pytest.mark.parametrize("reach", [0.0, 0.3, 0.95, 1.0])
def test_news_reaches_the_given_share_of_groups(reach: float) -> None:
    delays = heard(news_delay_h=8.0, news_reach=reach)
    count = int(np.isfinite(delays).sum())
    low, high = interval_of_share(count, CROWD)
    assert low - 1e-12 <= reach <= high + 1e-12, f"reach {reach}: {count} of {CROWD}"
    if count:
        assert is_exponential(delays[np.isfinite(delays)], 8.0) > LEAST_P


def test_no_delay_means_at_once() -> None:
    assert set(heard(news_delay_h=0.0, news_reach=1.0)) == {0.0}


def test_those_who_come_later_have_heard_as_much_as_those_who_were_there() -> None:
    """The age of news counts, not whether one was there when it was spread."""
    mean_h, comes_h = 24.0, 36.0
    crossing = small_worlds.crossing("c0")
    where = small_worlds.world(
        small_worlds.star(crossing),
        small_worlds.crowd(CROWD, at_h=comes_h),
        days=60,
        station_constant=-900.0,
        rush_horizon_h=5000.0,
        news_delay_h=mean_h,
    )
    closure = Closure(
        crossings=("c0",), at=small_worlds.at(5000.0), announced_before_h=5000.0 - ANNOUNCED_H
    )
    run = small_worlds.model(where, closure)
    run.advance_to(comes_h)
    knew = int((small_worlds.journeys(run)["heard_h"] == ANNOUNCED_H).sum())
    low, high = interval_of_share(knew, CROWD)
    assert low <= 1.0 - math.exp(-(comes_h - ANNOUNCED_H) / mean_h) <= high
    run.run()
    reconsidered_h = small_worlds.journeys(run)["since_h"]
    later = reconsidered_h[reconsidered_h > comes_h] - comes_h
    assert len(later) == CROWD - knew
    assert is_exponential(later, mean_h) > LEAST_P


# Utilities that many share -----------------------------------------------------------------------


def confused(seed: int) -> Schedule:
    """Twelve decisions at odd times about three crossings, some known well before."""
    draw = Random(seed)  # noqa: S311 - reproducible patterns
    actions = [Action.CLOSE, Action.NO_ASYLUM, Action.ACCEPT_ASYLUM, Action.BAN_MODE]
    steps = []
    for _ in range(12):
        begins_h = draw.uniform(0.0, 200.0)
        action = draw.choice([*actions, Action.REOPEN])
        terms: dict[str, Any] = {}
        if action in (Action.CLOSE, Action.NO_ASYLUM):
            terms["exempt"] = frozenset(draw.sample(list(Trait), draw.randint(0, 2)))
            terms["queue"] = draw.choice(list(QueueRule))
        elif action is Action.BAN_MODE:
            terms["mode"] = Mode.FOOT
        if action is not Action.REOPEN:
            terms["until"] = small_worlds.at(begins_h + draw.uniform(1.0, 80.0))
        steps.append(
            Step(
                crossings=tuple(draw.sample(["c0", "c1", "c2"], draw.randint(1, 2))),
                action=action,
                announced=small_worlds.at(begins_h - draw.uniform(0.0, 60.0)),
                effective=small_worlds.at(begins_h),
                source=small_worlds.SOURCE,
                **terms,
            )
        )
    return Schedule(steps=tuple(steps))


@pytest.mark.parametrize("seed", range(12))
def test_what_people_see_together_is_what_each_would_see_alone(seed: int) -> None:
    """Utilities are cached until something known changes; at any hour they are the same again."""
    crossings = [
        small_worlds.crossing(f"c{k}", known=0.3 * k, modes=(Mode.FOOT, Mode.BICYCLE))
        for k in range(3)
    ]
    where = small_worlds.world(
        small_worlds.star(*crossings, hours=[1.3, 4.1, 9.7]),
        replace(small_worlds.poisson(1.0), group_size=None),
        days=10,
        station_constant=-4.0,
        review_rate_per_h=1.0 / 6.0,
        news_delay_h=6.0,
        rush_horizon_h=30.0,
        family_share=0.4,
    )
    run = small_worlds.model(where, confused(seed))
    looked = 0
    while run.now_h < run.clock.duration_h:
        run.step()
        stale, groups = stale_utilities(run)
        assert stale == 0, f"hour {run.now_h}: {stale} of {groups} see what is no longer so"
        looked += groups
    assert looked > 500


@pytest.mark.parametrize("seed", range(20))
def test_people_come_when_a_known_closure_ends_from_any_distance(seed: int) -> None:
    """They set out so as to arrive at the end, whatever the rounding of end minus travel time."""
    draw = Random(seed)  # noqa: S311 - reproducible patterns
    hours, ends_h = draw.uniform(0.1, 40.0), draw.uniform(60.0, 200.0)
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing(), hours=[hours]),
        small_worlds.given([1.0, 2.0, 3.0]),
        days=30,
    )
    closure = Closure(
        crossings=(small_worlds.GATE,),
        at=small_worlds.START,
        until=small_worlds.at(ends_h),
        announced_before_h=1.0,
    )
    queued = small_worlds.persons(small_worlds.model(where, closure).run())["queued_h"]
    ends_h = where.clock.hours(small_worlds.at(ends_h))  # instants are whole microseconds
    assert not np.isnan(queued).any(), f"{hours} h away, they never come after {ends_h} h"
    assert (queued >= ends_h - 1e-9).all()
    assert (queued <= ends_h + 1.0 / 60.0).all(), "at 1,000 times an hour, within a minute"


# Recursive logit -------------------------------------------------------------------------------


def test_roads_too_short_for_the_scale_are_an_error() -> None:
    """Three towns a moment apart: everybody would go round in circles."""
    towns = [small_worlds.TOWN, "A", "B"]
    network = Network(
        hubs=tuple(map(small_worlds.hub, towns)),
        crossings=(small_worlds.crossing(),),
        roads=tuple(
            small_worlds.road(a, b, 0.001)
            for a, b in [*itertools.combinations(towns, 2), (small_worlds.TOWN, small_worlds.GATE)]
        ),
    )
    where = small_worlds.world(network, small_worlds.crowd(1), route_scale_eur=1e5)
    with pytest.raises(ValueError, match="route_scale_eur = 100000 is too large"):
        small_worlds.model(where)


# Means -------------------------------------------------------------------------------------------


def test_money_that_burns_down_makes_prices_weigh_more() -> None:
    """After half of the money is gone a price of utility 1 weighs sqrt(2)."""
    where = waiting_world(
        -3.0,
        cash_median_eur=1000.0,
        cash_sigma=0.0,
        daily_burn_eur=50.0,
        income_elasticity=0.5,
        bicycle_eur=100.0,
        review_rate_per_h=0.0,
    )
    bicycles = replace(where.network.crossings[0], modes=frozenset({Mode.BICYCLE}))
    where = replace(where, network=replace(where.network, crossings=(bicycles,)))
    run = small_worlds.model(where)
    utilities = []
    for hour in (0.0, 240.0):
        run.advance_to(hour)
        utilities.append(float(first_utilities(run)[0]))
    assert utilities[0] - utilities[1] == pytest.approx(math.sqrt(2.0) - 1.0, abs=1e-9)


# Waiting without hope ----------------------------------------------------------------------------


def log_odds_of_leaving(
    *, lost_hope: float, accepts_asylum: bool, policy: small_worlds.AnyPolicy = None
) -> float:
    """Of somebody with one crossing, which takes claims or not, and a forest."""
    where = small_worlds.world(
        small_worlds.star(
            small_worlds.crossing(accepts_asylum=accepts_asylum), segments=[small_worlds.forest()]
        ),
        small_worlds.crowd(1),
        days=5,
        station_constant=-4.0,
        green_constant=-3.0,
        rush_horizon_h=48.0,
        lost_hope=lost_hope,
    )
    run = small_worlds.model(where, policy)
    run.advance_to(0.0)
    chance_of_leaving = first_leaving_probability(run)
    return math.log(chance_of_leaving / (1.0 - chance_of_leaving))


def test_waiting_loses_hope_only_while_every_crossing_is_believed_closed() -> None:
    """Its utility falls by ``lost_hope``: the log-odds of leaving rise by just that."""
    closed = [log_odds_of_leaving(lost_hope=h, accepts_asylum=False) for h in (0.0, 1.5)]
    assert closed[1] - closed[0] == pytest.approx(1.5, abs=1e-9)
    open_ = [log_odds_of_leaving(lost_hope=h, accepts_asylum=True) for h in (0.0, 1.5)]
    assert open_[1] == open_[0]


def test_hope_stays_lost_while_something_else_is_to_change() -> None:
    """A ban of a mode tomorrow, at a crossing that is closed anyway, gives nobody hope."""
    ban = Step(
        crossings=("gate",),
        action=Action.BAN_MODE,
        mode=Mode.FOOT,
        value=0.5,
        announced=small_worlds.at(0.0),
        effective=small_worlds.at(24.0),
        source=small_worlds.SOURCE,
    )
    closed = [
        log_odds_of_leaving(lost_hope=h, accepts_asylum=False, policy=Schedule(steps=(ban,)))
        for h in (0.0, 1.5)
    ]
    assert closed[1] - closed[0] == pytest.approx(1.5, abs=1e-9)
