"""V23: the engine has no step; a queue that has one errs by what theory says.

The stepped queue is M/M/4 whose interviews end at whole steps only: anyone who is done within a
step keeps the officer until its end. Its distribution at ticks is that of a Markov chain, worked
out here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import PersonState as State
from sim.model import BorderModel
from sim.verification import small_worlds
from sim.verification.case import ROOMY, Case, Finding, Trial, by_chance, for_certain
from sim.verification.fault_injection import rounded_clock
from sim.verification.full_world import reference_model
from sim.verification.queue_cases import m_m_c
from sim.verification.queue_observation import days_for

STEPS_H = (0.4, 0.2, 0.1)
CHUNKS_H = (0.5, 1.0, 24.0)
PEOPLE = 2_500  # in a replicate
SETTLED_D = 8
NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)
NODES, WEIGHTS = 0.5 * (NODES + 1.0), 0.5 * WEIGHTS  # for means over (0, 1)


@dataclass(frozen=True)
class SteppedQueue:
    """M/M/c, mean service 1 h, whose services end at ticks.

    Attributes:
        most: people present at the most; beyond them nobody counts.
    """

    rate_per_h: float
    servers: int
    step_h: float
    most: int = 600

    @property
    def wait_h(self) -> float:
        """Mean wait, by Little's law from the mean queue over time."""
        queue = np.array([self._queue_from(n) for n in range(self.most + 1)])
        return float(self.stationary @ queue) / self.rate_per_h

    @property
    def stationary(self) -> NDArray[np.float64]:
        """Stationary distribution of the number present just after a tick, by iteration."""
        tick = self._transitions()
        chances: NDArray[np.float64] = np.eye(1, self.most + 1)[0]
        change = 1.0
        while change > 1e-13:
            after = chances @ tick
            change, chances = float(np.abs(after - chances).sum()), after / after.sum()
        return chances

    def _transitions(self) -> NDArray[np.float64]:
        """Chances of n' present after the next tick given n after this one."""
        size = self.most + 1
        table = np.zeros((size, size))
        arrivals = poisson_chances(self.rate_per_h * self.step_h)
        for n in range(size):
            busy = min(n, self.servers)
            old = binomial_chances(busy, -math.expm1(-self.step_h))
            for k, chance in enumerate(arrivals):
                done = np.convolve(old, self._done_of_new(k, self.servers - busy))
                after = np.clip(n + k - np.arange(len(done)), 0, self.most)
                np.add.at(table[n], after, chance * done)
        return table

    def _done_of_new(self, arrivals: int, idle: int) -> NDArray[np.float64]:
        """Distribution of how many who began within the step are done at its end.

        All of them if there are officers enough, at uniform times; else those who came first, and
        they are uniform up to the time of the first who found nobody idle.
        """
        if arrivals <= idle:
            return binomial_chances(arrivals, self._done_if_begun_before(1.0))
        if idle == 0:
            return np.ones(1)
        density = NODES**idle * (1.0 - NODES) ** (arrivals - idle - 1)
        density = WEIGHTS * density / float(WEIGHTS @ density)
        by_first = [binomial_chances(idle, self._done_if_begun_before(float(v))) for v in NODES]
        return np.asarray(density @ np.array(by_first))

    def _done_if_begun_before(self, share: float) -> float:
        """Chance that a service is done that begins uniformly in the first share of the step."""
        begun = share * self.step_h * NODES
        return float(WEIGHTS @ done_within(self.step_h - begun))

    def _queue_from(self, present: int) -> float:
        """Mean queue over the step that begins with so many present."""
        over = present - self.servers
        queues = []
        for share in NODES:
            chances = poisson_chances(self.rate_per_h * self.step_h * float(share))
            queues.append(float(chances @ np.maximum(0, over + np.arange(len(chances)))))
        return float(WEIGHTS @ queues)


def done_within(hours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chance that an exponential service of mean 1 h is over."""
    return np.asarray(-np.expm1(-hours))


def poisson_chances(mean: float, most: int = 30) -> NDArray[np.float64]:
    """Chances of 0 to ``most``."""
    k = np.arange(1, most + 1)
    return np.asarray(np.exp(-mean) * np.concatenate(([1.0], np.cumprod(mean / k))))


def binomial_chances(count: int, chance: float) -> NDArray[np.float64]:
    """Chances of 0 to ``count``."""
    chances = np.ones(1)
    for _ in range(count):
        chances = np.convolve(chances, [1.0 - chance, chance])
    return chances


def refinement(trial: Trial) -> list[Finding]:
    """V23: stopping every half hour, hour or day changes no byte; a stepped M/M/4 waits too long.

    Its bias falls as the step, to first order.
    """
    whole = trial.run(reference_model(seed=trial.seed))
    findings = [
        for_certain(
            f"columns that differ, {chunk_h:g} h at a time",
            "columns",
            0.0,
            len(
                small_worlds.differing(
                    whole, small_worlds.advance_in_chunks(reference_model(seed=trial.seed), chunk_h)
                )
            ),
        )
        for chunk_h in CHUNKS_H
    ]
    exact = m_m_c(3.0, 4)
    where = small_worlds.tandem(
        3.0, servers=4, registration=small_worlds.HOUR, days=days_for(PEOPLE, 3.0)
    )
    for step_h in STEPS_H:
        stepped = replace(trial, run=rounded_clock(step_h))
        waits = [_mean_line(run) / 3.0 for run in stepped.runs(where, capacity=ROOMY)]
        bias = SteppedQueue(3.0, 4, step_h).wait_h - exact.wait_h
        name = f"bias of Wq, interviews in steps of {step_h:g} h"
        findings.append(by_chance(name, "h", bias, [wait - exact.wait_h for wait in waits]))
    return findings


def _mean_line(run: BorderModel) -> float:
    """Mean number in the queue for interviews after the warm-up."""
    hours = run.engine.person_hours[SETTLED_D:, :, State.WAIT_REGISTRATION]
    return float(hours.sum()) / (24.0 * len(hours))


CASES = (
    Case("V23", "no step of time", "stationary distribution of the stepped chain", refinement),
)
