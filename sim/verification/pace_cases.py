"""V38: the transit side's pace at its gates: D/D/1, M/D/1 with vacations, bulk service.

Singles come to a gate that lets at most b of them go on at each of its releases, which are D apart.
With b = 1 that is an M/D/1 queue whose server takes a vacation of D whenever nobody is there (Doshi
1986, "Queueing systems with vacations"): ``Wq = rho D / (2 (1 - rho)) + D / 2``. For any b the
number present just before a release is the chain ``X' = max(X - b, 0) + Poisson(lambda D)`` (Bailey
1954, "On queueing processes with bulk service"); between releases people come evenly, so that
``Lq = E max(X - b, 0) + lambda D / 2`` on average over time, and Little's law gives the wait.
"""

from __future__ import annotations

from math import exp

import numpy as np
from numpy.typing import NDArray

from sim.hypotheses import GateAction, GateStep, LetsThrough
from sim.model import BorderModel
from sim.verification import small_worlds
from sim.verification.case import ROOMY, Case, Finding, Trial, by_chance, for_certain
from sim.verification.queue_observation import TAIL_D, WARM_UP_D, days_for
from sim.world.world import World

PEOPLE = 20_000  # in a replicate
MOST_PRESENT = 400  # beyond it the chain's chances are below 1e-12 at the loads used here


def metered(persons_per_d: float, batch: int = 1) -> LetsThrough:
    """Everybody is let out, so many a day and so many at a time."""
    step = GateStep(
        action=GateAction.METER,
        since=small_worlds.START,
        persons_per_d=persons_per_d,
        batch=batch,
        source=small_worlds.SOURCE,
    )
    return LetsThrough(leakage=1.0, steps=(step,))


def vacation_wait_h(rate_per_h: float, every_h: float) -> float:
    """Mean wait of M/D/1 with vacations as long as a service, h."""
    load = rate_per_h * every_h
    return load * every_h / (2.0 * (1.0 - load)) + every_h / 2.0


def bulk_wait_h(rate_per_h: float, every_h: float, batch: int) -> float:
    """Mean wait until a release under bulk service at constant intervals, h."""
    came = poisson_chances(rate_per_h * every_h)
    present = np.zeros(MOST_PRESENT + 1)
    present[0] = 1.0
    for _ in range(20_000):
        following = np.convolve(_after_release(present, batch), came)[: MOST_PRESENT + 1]
        change, present = float(np.abs(following - present).sum()), following
        if change < 1e-14:
            break
    left = float((_after_release(present, batch) * np.arange(MOST_PRESENT + 1)).sum())
    return left / rate_per_h + every_h / 2.0


def _after_release(present: NDArray[np.float64], batch: int) -> NDArray[np.float64]:
    left = np.zeros_like(present)
    left[0] = present[: batch + 1].sum()
    left[1 : MOST_PRESENT + 1 - batch] = present[batch + 1 :]
    return left


def poisson_chances(mean: float) -> NDArray[np.float64]:
    """Chances of 0, 1, ... people."""
    chances = np.empty(MOST_PRESENT + 1)
    chances[0] = exp(-mean)
    for k in range(1, MOST_PRESENT + 1):
        chances[k] = chances[k - 1] * mean / k
    return chances


def _gate_world(rate_per_h: float) -> World:
    return small_worlds.tandem(rate_per_h, days=days_for(PEOPLE, rate_per_h))


def _mean_wait_h(run: BorderModel) -> float:
    people = small_worlds.persons(run)
    ends_h = run.clock.duration_h - 24.0 * TAIL_D
    came_h = people["queued_h"]
    counted = people[(came_h > 24.0 * WARM_UP_D) & (came_h < ends_h)]
    return float((counted["presented_h"] - counted["queued_h"]).mean())


def paces(trial: Trial) -> list[Finding]:
    """A crowd at a steady rate; a Poisson stream one by one; the same in batches of five."""
    crowd = small_worlds.world(
        small_worlds.star(small_worlds.crossing()), small_worlds.crowd(58), days=2
    )
    waits = [_crowd_wait_h(trial.one(crowd, hypothesis=metered(58.0)))]
    found = [
        for_certain("Wq, D/D/1, 58 people at 58 a day", "h", 57.0 / 2.0 * 24.0 / 58.0, waits[0])
    ]
    for label, rate, batch, exact in (
        ("M/D/1 with vacations, rho 0.8", 0.8, 1, vacation_wait_h(0.8, 1.0)),
        ("bulk service of 5, rho 0.8", 0.8, 5, bulk_wait_h(0.8, 5.0, 5)),
    ):
        runs = trial.runs(_gate_world(rate), hypothesis=metered(24.0, batch), capacity=ROOMY)
        found.append(by_chance(f"Wq, {label}", "h", exact, [_mean_wait_h(run) for run in runs]))
    return found


def _crowd_wait_h(run: BorderModel) -> float:
    people = small_worlds.persons(run)
    return float((people["presented_h"] - people["queued_h"]).mean())


CASES = (Case("V38", "the transit side's pace", "Bailey 1954, Doshi 1986", paces),)
