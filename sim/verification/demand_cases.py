"""V17, V27: who comes and when, against the theory of point processes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import PersonState as State
from sim.engine.groups import size_chances
from sim.engine.signatures import Column
from sim.hypotheses import Facilitates
from sim.model import BorderModel
from sim.verification import small_worlds
from sim.verification.case import Case, Finding, Trial, by_chance
from sim.verification.choice_cases import NAMES, UTILITIES, logit, waiting_world
from sim.world.origins import Demand, DemandStep
from sim.world.parameters import Parameters
from sim.world.world import World

HOURS_A_DAY = 24.0


def demand_world(demand: Demand, *, days: float, **parameters: Any) -> World:
    """One crossing without queues."""
    return small_worlds.world(
        small_worlds.star(small_worlds.crossing()), demand, days=days, **parameters
    )


def groups_by_day(run: BorderModel) -> NDArray[np.int64]:
    """Groups created on each day."""
    return by_day(run, np.ones(len(small_worlds.groups(run))))


def people_by_day(run: BorderModel) -> NDArray[np.int64]:
    """People created on each day."""
    return by_day(run, small_worlds.groups(run)["people"])


def by_day(run: BorderModel, weights: Column) -> NDArray[np.int64]:
    """Weights of groups summed by the day of their creation."""
    edges = np.arange(len(run.clock.days) + 1) * HOURS_A_DAY
    created_h = small_worlds.groups(run)["created_h"]
    return np.asarray(np.histogram(created_h, bins=edges, weights=weights)[0])


def spread(counts: Column, mean: float) -> float:
    """Variance of counts whose mean is known: no bias, however few there are."""
    return float(((counts - mean) ** 2).mean())


# ---- V17


def changing_rate(trial: Trial) -> list[Finding]:
    """A Poisson process whose rate changes: counts have the integral of the rate as mean."""
    steps = (
        *small_worlds.poisson(0.5).steps,
        DemandStep(since=small_worlds.at(1188.0), persons_per_d=48.0, source=small_worlds.SOURCE),
    )
    where = demand_world(replace(small_worlds.poisson(0.5), steps=steps), days=100)
    counts = np.array([groups_by_day(run) for run in trial.runs(where)])
    before, during, after = counts[:, :49], counts[:, 49], counts[:, 50:]
    return [
        by_chance("groups a day, 0.5 an hour", "groups", 12.0, before.mean(axis=1).tolist()),
        by_chance("groups on the day of the change", "groups", 30.0, during.tolist()),
        by_chance("groups a day, 2 an hour", "groups", 48.0, after.mean(axis=1).tolist()),
        by_chance("variance / mean", "1", 1.0, [spread(each, 48.0) / 48.0 for each in after]),
    ]


def sizes(trial: Trial) -> list[Finding]:
    """Compound Poisson: the variance of people a day is lambda E[X^2], with group size X."""
    p = Parameters()
    chances = size_chances(
        p.own_travel_mean, p.own_travel_dispersion, p.vehicle_share, p.convoy_share
    )
    x = np.arange(1, len(chances) + 1)
    groups_a_day = HOURS_A_DAY / float(chances @ x)
    where = demand_world(replace(small_worlds.poisson(1.0), group_size=None), days=400)
    counts = [people_by_day(run) for run in trial.runs(where)]
    variances = [spread(each, HOURS_A_DAY) for each in counts]
    return [
        by_chance("people a day", "persons", HOURS_A_DAY, [float(c.mean()) for c in counts]),
        by_chance("their variance", "persons^2", groups_a_day * float(chances @ x**2), variances),
    ]


def frailty(trial: Trial) -> list[Finding]:
    """A gamma factor of shape k a day: negative binomial counts, variance m + m^2 / k."""
    mean, k = 12.0, 3.0
    where = demand_world(small_worlds.poisson(mean / HOURS_A_DAY), days=400, frailty_shape=k)
    variances = [spread(groups_by_day(run), mean) for run in trial.runs(where)]
    return [by_chance("variance of days with frailty", "groups^2", mean + mean**2 / k, variances)]


def hawkes_fano(n: float, kernel_mean: float, window: float) -> float:
    """Variance over mean of the count in a window, for an exponential kernel (Hawkes 1971).

    ``1 + n (2 - n) / (1 - n)^2 (1 - (1 - exp(-k T)) / (k T))`` with ``k = (1 - n) / kernel mean``;
    it tends to ``1 / (1 - n)^2``.
    """
    decay = (1.0 - n) / kernel_mean * window
    edge = -math.expm1(-decay) / decay
    return 1.0 + n * (2.0 - n) / (1.0 - n) ** 2 * (1.0 - edge)


def self_excitation(trial: Trial) -> list[Finding]:
    """Hawkes process with n 0.6 and mu 1: rate mu / (1 - n), and clumps in windows of 40 days."""
    n, mu, kernel_d, window_d, settling_d = 0.6, 1.0, 0.25, 40, 40
    where = demand_world(
        small_worlds.poisson(mu), days=1640, branching=n, kernel_mean_d=kernel_d, kernel_shape=1.0
    )
    rate = mu / (1.0 - n)
    expected = HOURS_A_DAY * window_d * rate
    rates, fanos = [], []
    for run in trial.runs(where):
        settled = groups_by_day(run)[settling_d:]
        rates.append(float(settled.mean()) / HOURS_A_DAY)
        fanos.append(spread(settled.reshape(-1, window_d).sum(axis=1), expected) / expected)
    exact = hawkes_fano(n, kernel_d, window_d)
    return [
        by_chance("rate", "groups/h", rate, rates),
        by_chance("variance / mean, 40 days", "1", exact, fanos),
    ]


def point_processes(trial: Trial) -> list[Finding]:
    """V17: thinning, sizes, frailty of days, self-excitation."""
    return [
        *changing_rate(trial),
        *sizes(trial),
        *frailty(trial),
        *self_excitation(trial),
    ]


# ---- V27


def organised(batch: int, *, persons_per_d: float, steering: float = 0.0) -> Facilitates:
    """H2 from the start, and nobody comes but in its groups."""
    return Facilitates(
        leakage=1.0,
        hub=small_worlds.TOWN,
        begins=small_worlds.START,
        persons_per_d=persons_per_d,
        batch=batch,
        price_factor=1.0,
        steering=steering,
    )


def batches_at_the_limit(trial: Trial) -> list[Finding]:
    """V27: batches of one are Poisson, of b have variance b m; unsteered they choose as others."""
    findings, mean = [], 40.0
    for batch in (1, 5):
        where = demand_world(small_worlds.given([]), days=200)
        hypothesis = organised(batch, persons_per_d=mean)
        counts = [people_by_day(run) for run in trial.runs(where, hypothesis=hypothesis)]
        of = f", batches of {batch}"
        findings += [
            by_chance(f"people a day{of}", "persons", mean, [float(c.mean()) for c in counts]),
            by_chance(
                f"variance / mean{of}", "1", float(batch), [spread(c, mean) / mean for c in counts]
            ),
        ]
    crossings = waiting_world(UTILITIES, 1, station_constant=small_worlds.CERTAIN)
    where = replace(crossings, demand=small_worlds.given([]))
    shares = []
    for run in trial.runs(where, hypothesis=organised(1, persons_per_d=150.0)):
        chosen = [small_worlds.people_at(run, name, State.REGISTERED) for name in NAMES]
        shares.append(np.array(chosen) / len(small_worlds.persons(run)))
    table = np.array(shares)
    return findings + [
        by_chance(f"share of {name}, unsteered", "1", float(exact), table[:, k].tolist())
        for k, (name, exact) in enumerate(zip(NAMES, logit(UTILITIES), strict=True))
    ]


CASES = (
    Case("V17", "demand", "Poisson, compound Poisson, Hawkes 1971", point_processes),
    Case("V27", "organised groups at the limit", "Poisson; logit", batches_at_the_limit),
)
