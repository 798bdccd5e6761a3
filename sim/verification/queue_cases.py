"""V1 to V8, V10, V12: queues against their exact theory, through the real engine.

Service has mean 1 h unless a case says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from sim.engine.codes import Distribution
from sim.engine.codes import PersonState as State
from sim.hypotheses import LetsThrough
from sim.model import BorderModel
from sim.verification import small_worlds
from sim.verification.case import ROOMY, Case, Finding, Trial, by_chance
from sim.verification.queue_observation import (
    ADMISSION,
    WARM_UP_D,
    days_for,
    mean_number,
    observe,
    sampled,
)
from sim.verification.queue_theory import (
    ErlangA,
    LossQueue,
    erlang_b,
    erlang_c,
    overload_queue,
    pollaczek_khinchine,
)
from sim.world.world import World

PEOPLE = 40_000  # in a replicate
IMPATIENT_H = 1e-9


# ---- V1 to V5


@dataclass(frozen=True)
class Queue:
    """A single station, first come first served, with mean service 1 h; people in a replicate."""

    rate_per_h: float
    servers: int
    wait_h: float
    waiting_share: float
    distribution: Distribution = Distribution.EXPONENTIAL
    cv: float = 1.0
    label: str = ""
    people: int = PEOPLE

    @property
    def world(self) -> World:
        """Registration alone."""
        return small_worlds.tandem(
            self.rate_per_h,
            servers=self.servers,
            registration=small_worlds.service(1.0, self.distribution, self.cv),
            days=days_for(self.people, self.rate_per_h),
        )


def m_m_c(rate_per_h: float, servers: int) -> Queue:
    """M/M/c by Erlang's formula."""
    waiting = erlang_c(servers, rate_per_h)
    return Queue(rate_per_h, servers, waiting / (servers - rate_per_h), waiting)


def m_g_1(rate_per_h: float, distribution: Distribution, cv: float, label: str) -> Queue:
    """M/G/1 by Pollaczek and Khinchine; by PASTA as many wait as the server is busy."""
    wait_h = pollaczek_khinchine(rate_per_h, 1.0, cv)
    return Queue(rate_per_h, 1, wait_h, rate_per_h, distribution, cv, label)


def stationary(queue: Queue, trial: Trial) -> list[Finding]:
    """Mean wait, line, and chance of waiting of one queue."""
    runs = [observe(run, queue.servers) for run in trial.runs(queue.world, capacity=ROOMY)]
    of = f" {queue.label}" if queue.label else ""
    exact_line = queue.rate_per_h * queue.wait_h
    return [
        by_chance(f"Wq{of}", "h", queue.wait_h, [each.wait_h for each in runs]),
        by_chance(f"Lq{of}", "persons", exact_line, [each.in_line for each in runs]),
        by_chance(f"P(wait){of}", "1", queue.waiting_share, [each.waiting_share for each in runs]),
    ]


def erlang_loss_and_delay(trial: Trial) -> list[Finding]:
    """V4: five servers, load 3; without a line (B) and with one (C)."""
    loss = lost_share(LossQueue(3.0, 5, 5), trial)
    wait_h, line, waiting = stationary(m_m_c(3.0, 5), trial)
    return [by_chance("P(lost), Erlang B", "1", erlang_b(5, 3.0), loss), waiting, wait_h, line]


def general_service(trial: Trial) -> list[Finding]:
    """V5: one server, four service distributions."""
    queues = (
        m_g_1(0.8, small_worlds.DETERMINISTIC, 0.0, "M/D/1"),
        m_g_1(0.8, small_worlds.GAMMA, 0.6, "gamma, cv 0.6"),
        m_g_1(0.7, small_worlds.GAMMA, 1.5, "gamma, cv 1.5"),
        m_g_1(0.7, small_worlds.LOGNORMAL, 1.0, "lognormal, cv 1"),
    )
    return [finding for queue in queues for finding in stationary(queue, trial)]


# ---- V6


def gated_world(rate_per_h: float, *, lanes: int, inside: int, patience_h: float) -> World:
    """Lanes whose gate closes while so many people are inside; anyone who reneges stays away.

    The model loses nobody by itself: people leave by their own patience, at once where it is nil.
    """
    station = small_worlds.crossing(
        lanes=lanes, admission=small_worlds.HOUR, suspension=(inside, inside - 1)
    )
    return small_worlds.world(
        small_worlds.star(station),
        small_worlds.poisson(rate_per_h),
        days=days_for(PEOPLE, rate_per_h),
        patience_h=patience_h,
        **small_worlds.NEVER_AGAIN,
    )


def loss_world(queue: LossQueue) -> World:
    """Anyone who finds the gate closed leaves at once."""
    return gated_world(
        queue.rate_per_h, lanes=queue.servers, inside=queue.places, patience_h=IMPATIENT_H
    )


def blocked_share(run: BorderModel) -> float:
    """Share of those who came after the warm-up that were not let in."""
    people = small_worlds.persons(run)
    later = people[people["queued_h"] > 24.0 * WARM_UP_D]
    return float(np.isnan(later["presented_h"]).mean())


def lost_share(queue: LossQueue, trial: Trial) -> list[float]:
    """Share of people who find it full, a value a replicate."""
    return [blocked_share(run) for run in trial.runs(loss_world(queue), capacity=ROOMY)]


def full_shelter(trial: Trial) -> list[Finding]:
    """V6: M/M/2/5 with lambda 3, and M/M/1/4 with lambda = mu."""
    queue = LossQueue(3.0, 2, 5)
    blocked, runs = [], []
    for run in trial.runs(loss_world(queue), capacity=ROOMY):
        blocked.append(blocked_share(run))
        runs.append(observe(run, queue.servers, ADMISSION))
    even = LossQueue(1.0, 1, 4)
    return [
        by_chance("P(blocked)", "1", queue.blocked, blocked),
        by_chance("L", "persons", queue.in_system, [each.in_stage for each in runs]),
        by_chance("Lq", "persons", queue.in_line, [each.in_line for each in runs]),
        by_chance("Wq of those let in", "h", queue.wait_h, [each.wait_h for each in runs]),
        by_chance("P(blocked), M/M/1/4", "1", even.blocked, lost_share(even, trial)),
    ]


# ---- V7


def impatient_world(queue: ErlangA) -> World:
    """The line before the gate, and as many between the posts as there are lanes."""
    return gated_world(
        queue.rate_per_h, lanes=queue.servers, inside=queue.servers, patience_h=queue.patience_h
    )


PRESENT = (State.EXIT_QUEUE, State.BETWEEN_POSTS, State.ADMISSION_QUEUE, State.IN_ADMISSION)


def reneging(trial: Trial) -> list[Finding]:
    """V7: lambda 5, mu 1, theta 0.5, c 4; and theta = mu, where the number is Poisson."""
    queue = ErlangA(5.0, 4, 2.0)
    leaving, line, waiting, balance = [], [], [], []
    for run in trial.runs(impatient_world(queue), capacity=ROOMY):
        people = small_worlds.persons(run)
        people = people[people["queued_h"] > 24.0 * WARM_UP_D]
        leaving.append(float(np.isnan(people["presented_h"]).mean()))
        line.append(mean_number(run, State.EXIT_QUEUE))
        waiting.append(float((people["presented_h"] != people["queued_h"]).mean()))
        rate = len(people) / (24.0 * (len(run.clock.days) - WARM_UP_D))
        balance.append(line[-1] / queue.patience_h - rate * leaving[-1])
    as_patient = ErlangA(5.0, 4, 1.0)
    present, spread = zip(*counted_present(impatient_world(as_patient), trial), strict=True)
    return [
        by_chance("P(abandon)", "1", queue.abandoning, leaving),
        by_chance("Lq", "persons", queue.in_line, line),
        by_chance("P(wait)", "1", queue.waiting, waiting),
        by_chance("theta Lq - lambda P(abandon)", "1/h", 0.0, balance),
        by_chance("mean present, theta = mu", "persons", 5.0, present),
        by_chance("variance present, theta = mu", "persons^2", 5.0, spread),
    ]


def counted_present(where: World, trial: Trial) -> Iterator[tuple[float, float]]:
    """Mean and variance of the number of people at the gate, a pair a replicate."""
    for run in trial.models(where, capacity=ROOMY):
        present = sampled(run, *PRESENT).sum(axis=1)
        yield float(present.mean()), float(present.var())


# ---- V8


def batches(trial: Trial) -> list[Finding]:
    """V8: M^[3]/M/1 with 0.2 batches an hour: L = rho (E X + E X^2) / (2 E X (1 - rho))."""
    size, rate = 3, 0.2
    load = size * rate
    in_stage = load * (size + size**2) / (2.0 * size * (1.0 - load))
    where = small_worlds.tandem(
        rate, size=size, servers=1, registration=small_worlds.HOUR, days=days_for(PEOPLE, load)
    )
    runs = [observe(run, 1) for run in trial.runs(where, capacity=ROOMY)]
    return [
        by_chance("rho", "1", load, [each.in_service for each in runs]),
        by_chance("L", "persons", in_stage, [each.in_stage for each in runs]),
        by_chance("W", "h", in_stage / load, [each.stay_h for each in runs]),
    ]


# ---- V10


def two_stages(trial: Trial) -> list[Finding]:
    """Burke and Jackson: M/M/1 (mu 4) and then M/M/4 (mu 1), lambda 3, each as if alone."""
    second = m_m_c(3.0, 4)
    first_stay_h = 1.0 / (4.0 - 3.0)
    second_stage = 3.0 * (second.wait_h + 1.0)
    where = small_worlds.tandem(
        3.0,
        lanes=1,
        admission=small_worlds.service(0.25),
        servers=4,
        registration=small_worlds.HOUR,
        days=days_for(PEOPLE, 3.0),
    )
    one, two, stays = [], [], []
    for run in trial.runs(where, capacity=ROOMY):
        lanes, interviews = observe(run, 1, ADMISSION), observe(run, 4)
        one.append(lanes.in_stage)
        two.append(interviews.in_stage)
        stays.append(lanes.stay_h + interviews.stay_h)
    both = [one_ + two_ for one_, two_ in zip(one, two, strict=True)]
    return [
        by_chance("L, lanes", "persons", 3.0 * first_stay_h, one),
        by_chance("L, interviews", "persons", second_stage, two),
        by_chance("L", "persons", 3.0 * first_stay_h + second_stage, both),
        by_chance("W", "h", first_stay_h + second_stage / 3.0, stays),
        by_chance(
            "P(lanes empty, no line for interviews)",
            "1",
            (1.0 - 3.0 / 4.0) * (1.0 - second.waiting_share),
            [empty_and_no_line(run) for run in trial.models(where, capacity=ROOMY)],
        ),
    ]


def empty_and_no_line(run: BorderModel) -> float:
    """Share of moments at which the lanes are empty and fewer than four are at interviews."""
    states = (State.ADMISSION_QUEUE, State.IN_ADMISSION)
    later = (State.WAIT_REGISTRATION, State.IN_REGISTRATION)
    counts = sampled(run, *states, *later)
    return float(((counts[:, :2].sum(axis=1) == 0) & (counts[:, 2:].sum(axis=1) < 4)).mean())


def returning(trial: Trial) -> list[Finding]:
    """Anyone who is not let out tries again: each of them comes 1 / (1 - p) times on average."""
    again = 0.4
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()),
        small_worlds.crowd(4_000),
        turned_back_cost_eur=0,
    )
    attempts = [
        float(small_worlds.groups(run)["attempts"].mean())
        for run in trial.runs(where, hypothesis=LetsThrough(leakage=1.0 - again))
    ]
    return [by_chance("visits to the post, p = 0.4", "1", 1.0 / (1.0 - again), attempts)]


def nobody_waits(trial: Trial) -> list[Finding]:
    """Infinite servers: the number in service is Poisson(lambda E[S]) of any service (BCMP)."""
    findings = []
    for label, distribution, cv in (
        ("gamma, cv 1.5", small_worlds.GAMMA, 1.5),
        ("lognormal, cv 1", small_worlds.LOGNORMAL, 1.0),
    ):
        where = small_worlds.tandem(
            3.0,
            registration=small_worlds.service(1.0, distribution, cv),
            days=days_for(PEOPLE, 3.0),
        )
        counts = [
            sampled(run, State.IN_REGISTRATION) for run in trial.models(where, capacity=ROOMY)
        ]
        means = [float(each.mean()) for each in counts]
        spreads = [float(each.var()) for each in counts]
        findings += [
            by_chance(f"mean served, {label}", "persons", 3.0, means),
            by_chance(f"variance served, {label}", "persons^2", 3.0, spreads),
        ]
    return findings


def networks(trial: Trial) -> list[Finding]:
    """V10: stages in a row, people who come again, and stages where nobody waits."""
    return [*two_stages(trial), *returning(trial), *nobody_waits(trial)]


# ---- V12


def overload(trial: Trial) -> list[Finding]:
    """V12: lambda 3n, 2n servers, from empty; the queue at 8 h tends to (8 - ln 3) n."""
    findings = []
    for size, each in ((1, 40), (10, 10), (100, 4)):
        where = small_worlds.tandem(
            3.0 * size, servers=2 * size, registration=small_worlds.HOUR, days=1.0
        )
        lines = []
        for run in trial.models(where, each=each):
            run.advance_to(8.0)
            lines.append(
                small_worlds.people_at(run, small_worlds.GATE, State.WAIT_REGISTRATION) / size
            )
        means = np.reshape(lines, (-1, each)).mean(axis=1).tolist()
        exact = overload_queue(size, 8.0)
        findings.append(by_chance(f"line / n at 8 h, n = {size}", "persons", exact, means))
    return findings


CASES = (
    Case("V1", "M/M/1", "Erlang 1917", partial(stationary, m_m_c(0.8, 1))),
    Case("V2", "M/M/2", "Erlang 1917", partial(stationary, m_m_c(1.2, 2))),
    Case("V3", "M/M/4", "Erlang 1917", partial(stationary, m_m_c(3.0, 4))),
    Case("V4", "Erlang's B and C", "Erlang 1917", erlang_loss_and_delay),
    Case("V5", "M/G/1", "Pollaczek 1930, Khinchine 1932", general_service),
    Case("V6", "full shelter", "birth-and-death chain M/M/c/K", full_shelter),
    Case("V7", "impatience", "Palm 1957 (Erlang A)", reneging),
    Case("V8", "groups", "batch queue M^[X]/M/1", batches),
    Case("V10", "stages in a row", "Burke 1956, Jackson 1957, BCMP 1975", networks),
    Case("V12", "overload", "uniformisation (Jensen 1953); fluid limit", overload),
)
