"""Adaptive approximate Bayesian computation by sequential Monte Carlo.

Del Moral, Doucet and Jasra 2012 (Stat. Comput. 22:1009), with one run a particle: the tolerance
falls so that a fixed share of the particles survives; they are resampled, and moved until enough of
them differ again. A tolerance at which they no longer come to differ is given up for the one
before. It begins with independent draws from the prior, the bank, of which the nearest ones are the
first particles. Random numbers are keyed by the number of each proposal: the outcome
is the same wherever and in whatever order the model is run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil, inf, sqrt
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from sim.calibration.prior import Floats, Integers, Points, Prior
from sim.calibration.proposals import Kernel, adapted, chosen_rows
from sim.randomness import CALIBRATION_RESAMPLING, uniform

SURVIVORS: Final = 0.6  # share of the particles that a lower tolerance leaves
LEAST_ACCEPTANCE: Final = 0.01
APART: Final = 0.65  # effective share of particles that differ, before the tolerance falls further
LEFT: Final = 0.5  # of particles that differ, without which a tolerance was too low
# To counts, shape (points, cells); nan where a run would be farther than a distance.
Simulate: TypeAlias = Callable[[Points, float], Floats]
Measure: TypeAlias = Callable[[Floats], tuple[Floats, Floats]]  # to summaries and distances


@dataclass(frozen=True)
class Plan:
    """How much is run.

    Attributes:
        runs: of the model, at most.
        bank: of these, independent draws from the prior.
        particles: how many there are.
        free: numbers of the coordinates that move; chosen in the bank if None.
    """

    runs: int
    bank: int
    particles: int
    free: tuple[int, ...] | None = None


class Simulated(NamedTuple):
    """Points at which the model was run, and what came of it.

    Attributes:
        points: where.
        people: counts, shape (points, cells).
        summaries: shape (points, summaries).
        distances: from the observed ones, shape (points,).
    """

    points: Points
    people: Floats
    summaries: Floats
    distances: Floats

    def take(self, rows: Integers) -> Simulated:
        """Some of them, by row."""
        return Simulated(
            self.points.take(rows), self.people[rows], self.summaries[rows], self.distances[rows]
        )

    def where(
        self, chosen: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], new: Simulated
    ) -> Simulated:
        """The new ones in the chosen rows, these in the others."""
        rows = np.flatnonzero(chosen)
        merged = self.take(np.arange(len(self.distances)))
        for old, fresh in zip((*merged.points, *merged[1:]), (*new.points, *new[1:]), strict=True):
            old[rows] = fresh[rows]
        return merged


@dataclass(frozen=True)
class Sweep:
    """A round of the sampler, as progress and the manifest have it.

    Attributes:
        generation: which tolerance it is of; the bank is 0.
        tolerance: distance that particles may have at most.
        acceptance: share of proposals that were accepted.
        ess: effective number of different particles.
        runs: of the model, so far.
    """

    generation: int
    tolerance: float
    acceptance: float
    ess: float
    runs: int


@dataclass(frozen=True)
class Sampled:
    """What a sampler leaves.

    Attributes:
        bank: draws from the prior.
        particles: draws from the posterior; some may be there twice, all weigh the same.
        free: numbers of the coordinates that moved.
        path: its rounds.
    """

    bank: Simulated
    particles: Simulated
    free: tuple[int, ...]
    path: tuple[Sweep, ...]


def effective_number(numbers: Integers) -> float:
    """Effective sample size of particles that weigh the same, where some are there repeatedly."""
    _, counts = np.unique(numbers, return_counts=True)
    total = float(counts.sum())
    return total * total / float((counts * counts).sum())


@dataclass
class Sampler:
    """Runs the model where it is worth while.

    Attributes:
        prior: what is drawn from.
        plan: how much is run.
        simulate: runs the model at points whose numbers follow each other; of those that come to
            be farther from the counts than a distance nothing needs to be known.
        measured_by: from the counts of the bank to what measures counts.
        choose_free: from the bank to the coordinates that move, if the plan names none.
        note: called after each round.
    """

    prior: Prior
    plan: Plan
    simulate: Simulate
    measured_by: Callable[[Floats], Measure]
    choose_free: Callable[[Simulated], tuple[int, ...]]
    note: Callable[[Sweep], None] = lambda sweep: None
    path: list[Sweep] = field(default_factory=list)

    def sample(self) -> Sampled:
        """The bank, and particles from the posterior."""
        points = self.prior.draw(range(self.plan.bank))
        people = self.simulate(points, inf)
        self._measure = self.measured_by(people)
        self._runs = self.plan.bank
        bank = Simulated(points, people, *self._measure(people))
        free = self.choose_free(bank) if self.plan.free is None else self.plan.free
        swarm = bank.take(nearest(bank.distances, self.plan.particles))
        self._sweep_done(0, swarm, 1.0)
        swarm = self._generations(swarm, Kernel(self.prior, free))
        return Sampled(bank, swarm, free, tuple(self.path))

    def _generations(self, swarm: Simulated, kernel: Kernel) -> Simulated:
        """Lower the tolerance for as long as particles can still be told apart afterwards."""
        generation, acceptance = 1, 1.0
        while acceptance >= LEAST_ACCEPTANCE and self._room_for_a_sweep:
            lower = self._survivors(swarm, generation)
            if lower is None:
                break
            tolerance = float(lower.distances.max())
            lower, kernel, acceptance = self._moved_apart(lower, kernel, tolerance, generation)
            if effective_number(lower.points.numbers) < LEFT * self.plan.particles:
                break
            swarm, generation = lower, generation + 1
        return swarm

    @property
    def _room_for_a_sweep(self) -> bool:
        return self._runs + self.plan.particles <= self.plan.runs

    def _survivors(self, swarm: Simulated, generation: int) -> Simulated | None:
        """Particles within a lower tolerance, resampled; None if there is no lower one."""
        ordered = np.sort(swarm.distances)
        tolerance = ordered[ceil(SURVIVORS * len(ordered)) - 1]
        if tolerance >= ordered[-1]:
            return None
        weights = (swarm.distances <= tolerance).astype(np.float64)
        start = uniform(self.prior.key, CALIBRATION_RESAMPLING, np.uint64(generation), 0)
        return swarm.take(np.array(chosen_rows(weights, self.plan.particles, float(start))))

    def _moved_apart(
        self, swarm: Simulated, kernel: Kernel, tolerance: float, generation: int
    ) -> tuple[Simulated, Kernel, float]:
        """Move particles until enough of them differ, or it takes too long."""
        acceptance = 1.0
        while acceptance >= LEAST_ACCEPTANCE and self._room_for_a_sweep:
            swarm, acceptance = self._move(swarm, kernel, tolerance)
            kernel = replace(kernel, factor=adapted(kernel.factor, acceptance))
            self._sweep_done(generation, swarm, acceptance, tolerance)
            if effective_number(swarm.points.numbers) >= APART * self.plan.particles:
                break
        return swarm, kernel, acceptance

    def _move(self, swarm: Simulated, kernel: Kernel, tolerance: float) -> tuple[Simulated, float]:
        """Each particle at its proposal, if that is near enough; and the share of those."""
        points = kernel.propose(swarm.points, self._runs)
        self._runs += len(points.numbers)
        people = self.simulate(points, tolerance)
        proposed = Simulated(points, people, *self._measure(people))
        accepted = proposed.distances <= tolerance
        return swarm.where(accepted, proposed), float(accepted.mean())

    def _sweep_done(
        self,
        generation: int,
        swarm: Simulated,
        acceptance: float,
        tolerance: float | None = None,
    ) -> None:
        reached = float(swarm.distances.max()) if tolerance is None else tolerance
        ess = effective_number(swarm.points.numbers)
        self.path.append(Sweep(generation, reached, acceptance, ess, self._runs))
        self.note(self.path[-1])


def nearest(distances: Floats, count: int) -> Integers:
    """Rows with the smallest distances, the first of equal ones."""
    return np.sort(np.argsort(distances, kind="stable")[:count])


def strongest(bank: Simulated, most: int) -> tuple[int, ...]:
    """Coordinates whose ranks go most with those of any summary, by Spearman's correlation.

    Args:
        bank: draws from the prior.
        most: how many are wanted.
    """
    summaries = [_ranks(column) for column in bank.summaries.T]
    strength = [
        max((abs(_together(_ranks(column), each)) for each in summaries), default=0)
        for column in bank.points.positions.T
    ]
    ordered = sorted(range(len(strength)), key=lambda k: (-strength[k], k))
    return tuple(sorted(ordered[:most]))


def _ranks(values: Floats) -> Integers:
    """Twice the mean rank of each value, less that of all: whole numbers, whose sums are exact."""
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (2 * ends - counts - len(values))[where]


def _together(one: Integers, other: Integers) -> float:
    spread = float((one * one).sum()) * float((other * other).sum())
    return float((one * other).sum()) / sqrt(spread) if spread > 0.0 else 0.0
