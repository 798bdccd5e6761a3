"""Queues against their exact theory, through the real engine (MODEL.md section 4).

Waits are read off people's timestamps alone: under first come first served with c servers, person i
starts when they arrive or when the (i - c)th person has left, whichever is later. So no test knows
how the engine draws a service time. Stationary means are given with a 99 % interval from 25
independent replicates after a warm-up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from sim.assembly import Blueprint, Capacity
from sim.clock import Opening
from sim.engine.choice import appraise, logsum
from sim.engine.columns import PersonState as State
from sim.engine.handle import columns_of
from sim.model import BorderModel
from sim.policies.timed import Closure
from sim.randomness import REGISTRATION_SERVICE, exponential
from sim.verification import worlds
from sim.verification.statistics import REPLICATES, Interval, interval_of_mean, interval_of_share
from sim.world.network import Distribution
from sim.world.world import World

DETERMINISTIC, GAMMA, LOGNORMAL = (
    Distribution.DETERMINISTIC,
    Distribution.GAMMA,
    Distribution.LOGNORMAL,
)
ROOMY = Capacity(groups=1 << 17, persons=1 << 17, events=1 << 18)


# Exact values ------------------------------------------------------------------------------------


def erlang_b(servers: int, load: float) -> float:
    """Chance that all servers are busy where nobody waits (Erlang 1917), by its recursion."""
    blocked = 1.0
    for c in range(1, servers + 1):
        blocked = load * blocked / (c + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Chance of waiting in M/M/c with offered load below c."""
    blocked = erlang_b(servers, load)
    return servers * blocked / (servers - load * (1.0 - blocked))


def pollaczek_khinchine(rate: float, mean: float, cv: float) -> float:
    """Mean wait in M/G/1: lambda E[S^2] / (2 (1 - rho))."""
    return rate * mean**2 * (1.0 + cv**2) / (2.0 * (1.0 - rate * mean))


@dataclass(frozen=True)
class Queue:
    """A single station in MODEL.md's notation; service has mean 1 h.

    Attributes:
        wait_h: exact mean wait.
        waiting_chance: exact chance of waiting.
    """

    name: str
    rate_per_h: float
    servers: int
    wait_h: float
    waiting_chance: float
    law: Distribution = Distribution.EXPONENTIAL
    cv: float = 1.0

    def __str__(self) -> str:
        return self.name


QUEUES = (
    Queue("V1 M/M/1", 0.8, 1, 4.0, 0.8),
    Queue("V2 M/M/2", 1.2, 2, 0.5625, 0.45),
    Queue("V3 M/M/4", 3.0, 4, 0.50943396, 0.50943396),
    Queue("V4 M/M/5", 3.0, 5, 0.2361516035 / 2.0, 0.2361516035),
    Queue("V5 M/D/1", 0.8, 1, 2.0, 0.8, DETERMINISTIC, 0.0),
    Queue("V5 M/gamma/1, cv 0.6", 0.8, 1, pollaczek_khinchine(0.8, 1.0, 0.6), 0.8, GAMMA, 0.6),
    Queue("V5 M/gamma/1, cv 1.5", 0.7, 1, pollaczek_khinchine(0.7, 1.0, 1.5), 0.7, GAMMA, 1.5),
    Queue("V5 M/lognormal/1", 0.7, 1, pollaczek_khinchine(0.7, 1.0, 1.0), 0.7, LOGNORMAL, 1.0),
)


# Reading a run -----------------------------------------------------------------------------------


def fcfs_waits(
    arrived: NDArray[np.float64], left: NDArray[np.float64], servers: int
) -> NDArray[np.float64]:
    """Waits in arrival order, from times of arrival and departure only; inf if never started."""
    departures = np.sort(np.where(np.isnan(left), np.inf, left))
    waits = np.zeros(len(arrived))
    waits[servers:] = np.maximum(0.0, departures[:-servers] - arrived[servers:])
    return waits


@dataclass(frozen=True)
class Observed:
    """Stationary means of one replicate's registration stage."""

    wait_h: float
    waiting_share: float
    in_line: float
    in_stage: float


def observe(run: BorderModel, servers: int, *, warm_up_days: int, tail_days: int) -> Observed:
    people = worlds.persons(run)
    people = people[~np.isnan(people["admitted_h"])]
    order = np.argsort(people["admitted_h"], kind="stable")
    arrived, left = people["admitted_h"][order], people["registered_h"][order]
    waits = fcfs_waits(arrived, left, servers)
    last_day = len(run.clock.days) - tail_days
    counted = waits[(arrived > 24.0 * warm_up_days) & (arrived < 24.0 * last_day)]
    assert np.all(np.isfinite(counted)), "the tail is too short for the last waits to end"
    hours = run.engine.person_hours[warm_up_days:last_day].sum(axis=(0, 1))
    span_h = 24.0 * (last_day - warm_up_days)
    in_line = hours[State.WAIT_REGISTRATION] / span_h
    return Observed(
        wait_h=float(counted.mean()),
        waiting_share=float((counted > 0.0).mean()),
        in_line=float(in_line),
        in_stage=float(in_line + hours[State.IN_REGISTRATION] / span_h),
    )


def replicate(
    where: World, servers: int, *, warm_up_days: int = 60, tail_days: int = 30
) -> list[Observed]:
    """25 independent replicates of one world."""
    blueprint = Blueprint(where)
    return [
        observe(
            worlds.model(blueprint, number=number, capacity=ROOMY).run(),
            servers,
            warm_up_days=warm_up_days,
            tail_days=tail_days,
        )
        for number in range(REPLICATES)
    ]


def interval(observed: list[Observed], name: str) -> Interval:
    return interval_of_mean([getattr(each, name) for each in observed])


# V1-V5 -------------------------------------------------------------------------------------------


def test_the_printed_values_are_erlangs() -> None:
    """V4: the engine has no loss mode: Erlang B is checked as a formula, C also by simulation."""
    assert erlang_b(5, 3.0) == pytest.approx(0.1100543478, abs=1e-10)
    assert erlang_c(5, 3.0) == pytest.approx(0.2361516035, abs=1e-10)
    for queue in QUEUES[:4]:
        chance = erlang_c(queue.servers, queue.rate_per_h)
        assert queue.waiting_chance == pytest.approx(chance, abs=1e-8), queue.name
        exact = chance / (queue.servers - queue.rate_per_h)
        assert queue.wait_h == pytest.approx(exact, abs=1e-8), queue.name


@cache
def run_queue(queue: Queue) -> tuple[Observed, ...]:
    """Replicates of a queue; about 40,000 people each."""
    where = worlds.tandem(
        queue.rate_per_h,
        servers=queue.servers,
        registration=worlds.service(1.0, queue.law, queue.cv),
        days=40_000.0 / queue.rate_per_h / 24.0,
    )
    return tuple(replicate(where, queue.servers))


@pytest.mark.parametrize("queue", QUEUES, ids=str)
def test_mean_wait_and_line_are_exact(queue: Queue) -> None:
    observed = list(run_queue(queue))
    wait, line = interval(observed, "wait_h"), interval(observed, "in_line")
    assert queue.wait_h in wait, f"{queue}: exact Wq {queue.wait_h:.6f}, simulated {wait}"
    exact = queue.rate_per_h * queue.wait_h
    assert exact in line, f"{queue}: exact Lq {exact:.6f}, simulated {line}"
    assert wait.half_width < 0.06 * queue.wait_h, f"{queue}: {wait} could not see a bias"


@pytest.mark.parametrize("queue", QUEUES, ids=str)
def test_the_chance_of_waiting_is_exact(queue: Queue) -> None:
    """Erlang C for M/M/c; the load for a single server, whatever its law (PASTA)."""
    share = interval(list(run_queue(queue)), "waiting_share")
    assert queue.waiting_chance in share, f"{queue}: exact {queue.waiting_chance}, got {share}"


# V8, V10 -----------------------------------------------------------------------------------------


def test_v8_batches_wait_as_the_batch_queue_says() -> None:
    """M^[3]/M/1, 0.2 batches an hour: L = rho (E X + E X^2) / (2 E X (1 - rho)) = 3."""
    where = worlds.tandem(
        0.2, size=3, servers=1, registration=worlds.service(1.0), days=60_000.0 / 0.6 / 24.0
    )
    in_stage = interval(replicate(where, 1), "in_stage")
    assert 3.0 in in_stage, f"exact L 3, simulated {in_stage}"


def test_v10_the_second_of_two_queues_does_not_know_the_first() -> None:
    """Burke: what leaves M/M/1 (mu 4) is Poisson, so registration is M/M/4 with rate 3."""
    where = worlds.tandem(
        3.0,
        lanes=1,
        admission=worlds.service(0.25),
        servers=4,
        registration=worlds.service(1.0),
        days=40_000.0 / 3.0 / 24.0,
    )
    observed = replicate(where, 4)
    in_stage, wait = interval(observed, "in_stage"), interval(observed, "wait_h")
    assert 4.52830189 in in_stage, f"exact L 4.52830189, simulated {in_stage}"
    assert 0.50943396 in wait, f"exact Wq 0.50943396, simulated {wait}"


# Person by person --------------------------------------------------------------------------------


@njit
def _unit_exponentials(key, purpose, entities):  # type: ignore[no-untyped-def]
    values = np.empty(len(entities))
    for k in range(len(entities)):
        values[k] = exponential(key, purpose, entities[k], 0)
    return values


def kiefer_wolfowitz(
    arrived: NDArray[np.float64], service_h: NDArray[np.float64], servers: int
) -> NDArray[np.float64]:
    """When each person leaves G/G/c, by the recursion over workloads (Kiefer, Wolfowitz 1955)."""
    free = [0.0] * servers
    left = np.empty(len(arrived))
    for k, (at_h, work_h) in enumerate(zip(arrived, service_h, strict=True)):
        server = min(range(servers), key=free.__getitem__)
        left[k] = free[server] = max(at_h, free[server]) + work_h
    return left


@pytest.mark.parametrize("servers", [1, 2, 4])
def test_every_person_leaves_when_the_workload_recursion_says(servers: int) -> None:
    """The whole path, not only its mean: no step size, no drift."""
    where = worlds.tandem(0.8 * servers, servers=servers, registration=worlds.service(1.0), days=60)
    run = worlds.model(where).run()
    people = worlds.persons(run)
    entities = worlds.groups(run)["key"][people["group"]]
    service_h = _unit_exponentials(run.key, REGISTRATION_SERVICE, entities)
    expected = kiefer_wolfowitz(people["admitted_h"], service_h, servers)
    done = ~np.isnan(people["registered_h"])
    assert done.sum() > 1000
    np.testing.assert_allclose(people["registered_h"][done], expected[done], rtol=0, atol=1e-8)


# V9 ----------------------------------------------------------------------------------------------


def empty_to_empty() -> BorderModel:
    """Opening hours, roads, two queues and groups of three; everybody is registered at the end."""
    station = worlds.crossing(
        lanes=2,
        admission=worlds.service(0.1, GAMMA, 0.8),
        servers=6,
        registration=worlds.service(1.0, LOGNORMAL, 0.7),
        opening=(Opening(hours="08:00-20:00"),),
    )
    where = worlds.world(
        worlds.chain(station, 1.25, 2.5),
        worlds.poisson(1.0, size=3, until_h=24.0 * 12.0),
        days=20,
        staging_h=0.7,
    )
    return worlds.model(where, audit=True).run()


@pytest.fixture(scope="module")
def emptied() -> BorderModel:
    return empty_to_empty()


def timestamps(run: BorderModel) -> dict[str, NDArray[np.float64]]:
    people = worlds.persons(run)
    created = worlds.groups(run)["created_h"][people["group"]]
    names = ("queued_h", "presented_h", "admitted_h", "registered_h")
    return {"created_h": created, **{name: people[name] for name in names}}


STAGES = (
    ("on the way", "created_h", "queued_h", (State.GATEWAY, State.STAGING, State.TRAVEL)),
    ("before the gate", "queued_h", "presented_h", (State.EXIT_QUEUE,)),
    ("admission", "presented_h", "admitted_h", (State.ADMISSION_QUEUE, State.IN_ADMISSION)),
    (
        "registration",
        "admitted_h",
        "registered_h",
        (State.WAIT_REGISTRATION, State.IN_REGISTRATION),
    ),
)


@pytest.mark.parametrize(("stage", "enters", "leaves", "states"), STAGES, ids=lambda v: str(v)[:20])
def test_v9_littles_law_is_exact_in_every_stage(
    emptied: BorderModel, stage: str, enters: str, leaves: str, states: tuple[State, ...]
) -> None:
    """The integral of people over time is the sum of their sojourns, to 1e-9."""
    times = timestamps(emptied)
    assert not np.isnan(times["registered_h"]).any(), "the path must end empty"
    sojourns = float((times[leaves] - times[enters]).sum())
    assert sojourns > 0.0
    booked = worlds.person_hours(emptied, *states)
    assert booked == pytest.approx(sojourns, rel=1e-9), f"V9 {stage}"


def test_v9_registered_people_are_counted_to_the_end(emptied: BorderModel) -> None:
    since = timestamps(emptied)["registered_h"]
    expected = float((emptied.clock.duration_h - since).sum())
    assert worlds.person_hours(emptied, State.REGISTERED) == pytest.approx(expected, rel=1e-9)


def test_v9_all_hours_of_all_people_are_booked_once(emptied: BorderModel) -> None:
    lives = emptied.clock.duration_h - timestamps(emptied)["created_h"]
    assert worlds.person_hours(emptied, *State) == pytest.approx(float(lives.sum()), rel=1e-9)


# V11 ---------------------------------------------------------------------------------------------

CLOSES_H = 14.0  # the run starts when the crossing has just closed, so a cycle is a day
FLUID_WAIT_H = 9.803922
FLUID_CLEARS_H = 3.529412
FLUID_PERSON_HOURS = 1411.7647


def opening_hours_world(scale: int, days: int, *, lanes: int, service_h: float) -> World:
    """``6 scale`` people an hour, evenly spaced; open 4 hours a day."""
    start = worlds.at(CLOSES_H)
    spacing_h = 1.0 / (6.0 * scale)
    times = [(k + 0.5) * spacing_h for k in range(round(24.0 * days / spacing_h))]
    station = worlds.crossing(
        lanes=lanes,
        admission=worlds.service(service_h, DETERMINISTIC),
        work_after_closing=False,
        opening=(Opening(hours="10:00-14:00"),),
    )
    return worlds.world(
        worlds.star(station), worlds.given(times, start=start), days=days, start=start
    )


def opening_hours_run(scale: int, days: int) -> BorderModel:
    """One lane that serves ``40 scale`` people an hour."""
    where = opening_hours_world(scale, days, lanes=1, service_h=1.0 / (40.0 * scale))
    return worlds.model(where).run()


def discrete_cycle(scale: int) -> tuple[float, float]:
    """Person-hours in line a day and time of clearing after opening, for single arrivals.

    Person j of a cycle comes at (j + 1/2) d with d = 1/(6 m) and is served from 20 + j s on, with
    s = 1/(40 m), as long as that is later: wait_j = 20 - d/2 - j (d - s). The last who waits is the
    largest j with wait_j >= 0; the line is empty when that person's turn comes.
    """
    d, s = 1.0 / (6.0 * scale), 1.0 / (40.0 * scale)
    last = math.floor((20.0 - d / 2.0) / (d - s))
    waits = (last + 1) * (20.0 - d / 2.0) - (d - s) * last * (last + 1) / 2.0
    return waits, last * s


def cycle_waits(run: BorderModel, service_h: float) -> NDArray[np.float64]:
    people = worlds.persons(run)
    return np.asarray(people["admitted_h"] - service_h - people["queued_h"])


@pytest.mark.parametrize("scale", [1, 4, 16])
def test_v11_the_line_before_opening_hours_is_exact(scale: int) -> None:
    days, service_h = 4, 1.0 / (40.0 * scale)
    run = opening_hours_run(scale, days)
    person_hours, clears_h = discrete_cycle(scale)
    waits = cycle_waits(run, service_h)
    assert len(waits) == 144 * scale * days
    assert waits.sum() == pytest.approx(days * person_hours, abs=1e-6 * len(waits))
    booked = worlds.person_hours(run, State.EXIT_QUEUE, State.ADMISSION_QUEUE)
    assert booked == pytest.approx(days * person_hours, abs=1e-6 * len(waits))
    started = worlds.persons(run)["admitted_h"] - service_h
    latest = max(float(h) for h in (started % 24.0)[waits > 1e-6]) - 20.0
    assert latest == pytest.approx(clears_h, abs=1e-6)


def test_v11_a_hundred_and_twenty_wait_at_opening() -> None:
    run = worlds.model(opening_hours_world(1, 1, lanes=1, service_h=1.0 / 40.0))
    run.advance_to(20.0 - 1e-6)
    assert worlds.people_at(run, worlds.GATE, State.EXIT_QUEUE) == 120


def test_v11_finer_arrivals_converge_to_the_fluid() -> None:
    """1/m is the size of a portion; the distance to the fluid limit falls at least as fast."""
    for scale in (1, 4, 16):
        service_h = 1.0 / (40.0 * scale)
        run = opening_hours_run(scale, 3)
        waits = cycle_waits(run, service_h)
        mean_h, daily = float(waits.mean()), float(waits.sum()) / 3.0 / scale
        assert mean_h == pytest.approx(FLUID_WAIT_H, abs=0.02 / scale), f"m = {scale}"
        assert daily == pytest.approx(FLUID_PERSON_HOURS, abs=3.0 / scale), f"m = {scale}"
        assert discrete_cycle(scale)[1] == pytest.approx(FLUID_CLEARS_H, abs=0.03 / scale)


def test_v11_with_too_little_capacity_the_line_grows_by_what_is_missing() -> None:
    """30 an hour for 4 hours is 120 a day of 144: 24 more every day.

    15 lanes of half an hour: every instant is a binary fraction, so that rounding lets nobody in at
    closing time.
    """
    run = worlds.model(opening_hours_world(1, 7, lanes=15, service_h=0.5))
    lines = []
    for day in range(1, 7):
        run.advance_to(24.0 * day)
        lines.append(
            worlds.people_at(run, worlds.GATE, State.EXIT_QUEUE)
            + worlds.people_at(run, worlds.GATE, State.ADMISSION_QUEUE)
        )
    assert lines == [24 * day for day in range(1, 7)]


# V13 ---------------------------------------------------------------------------------------------

UTILITIES = (-1.0, -1.5, -2.2)
SHARES = (0.52418460, 0.31793403, 0.15788137)
SHARES_WITHOUT_THIRD = (0.62245933, 0.37754067)
LOGSUM = -0.35408863
NAMES = ("one", "two", "three")


def logit_world(people: int) -> World:
    """Crossings that differ in what people believe of them: V = -3 + 2 known = -1, -1.5, -2.2."""
    crossings = [
        worlds.crossing(name, known=(utility + 3.0) / 2.0)
        for name, utility in zip(NAMES, UTILITIES, strict=True)
    ]
    return worlds.world(
        worlds.star(*crossings),
        worlds.crowd(people),
        days=30,
        station_constant=-3.0,
        success_value_eur=200.0,
        utility_scale_eur=100.0,
        review_rate_per_h=10.0,
    )


THIRD_CLOSED = Closure(crossings=("three",), at=worlds.START, announced_before_h=24.0)


@njit
def _appraise_first_group(handle):  # type: ignore[no-untyped-def]
    e = columns_of(handle)
    appraise(e, 0, e.status[0].now_h)
    return logsum(e.nests, e.utility[0])


def appraised(run: BorderModel) -> tuple[float, NDArray[Any]]:
    """The logsum of the first group's ways out, and the utilities of the crossings."""
    run.advance_to(0.0)
    total = float(_appraise_first_group(run.handle))
    return total, run.engine.utility[0, : len(run.stations)].copy()


def test_v13_utilities_and_logsum_are_exact() -> None:
    total, utilities = appraised(worlds.model(logit_world(1)))
    np.testing.assert_allclose(utilities, UTILITIES, rtol=0, atol=1e-12)
    assert total == pytest.approx(LOGSUM, abs=5e-9)
    np.testing.assert_allclose(np.exp(utilities - total), SHARES, rtol=0, atol=5e-9)


def test_v13_closing_one_leaves_the_odds_of_the_others() -> None:
    """Independence of irrelevant alternatives; a known closure has utility minus infinity."""
    total, utilities = appraised(worlds.model(logit_world(1), THIRD_CLOSED))
    np.testing.assert_allclose(
        np.exp(utilities - total), [*SHARES_WITHOUT_THIRD, 0.0], rtol=0, atol=5e-9
    )


@pytest.mark.parametrize(
    ("policy", "shares"),
    [(None, SHARES), (THIRD_CLOSED, (*SHARES_WITHOUT_THIRD, 0.0))],
    ids=["all open", "third closed"],
)
def test_v13_people_choose_in_those_shares(
    policy: Closure | None, shares: tuple[float, ...]
) -> None:
    people = 40_000
    run = worlds.model(logit_world(people), policy).run()
    for name, share in zip(NAMES, shares, strict=True):
        count = worlds.people_at(run, name, State.REGISTERED)
        low, high = interval_of_share(count, people)
        assert low - 1e-12 <= share <= high, f"{name}: exact {share}, chosen by {count / people}"
