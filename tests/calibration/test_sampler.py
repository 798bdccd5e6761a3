"""The sampler against brute force on a toy whose posterior can be had by rejection."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest

from sim.calibration.distance import roots, yardstick
from sim.calibration.prior import Floats, Pair, Points, Prior
from sim.calibration.proposals import chosen_rows, reflected
from sim.calibration.regression_adjustment import adjusted, solved
from sim.calibration.sampler import (
    Measure,
    Plan,
    Sampled,
    Sampler,
    Simulated,
    effective_number,
    strongest,
)
from sim.scenario.records import Uncertainty

OBSERVED = np.array([60.0, 50.0])
PARTICLES = 400


def _even(name: str) -> Uncertainty:
    return Uncertainty(name, 0.0, 5.0, 10.0, "linear", "made up")


PRIOR = Prior(
    tuple(map(_even, ("level", "other", "idle"))),
    (Pair("whole", "", 0.5), Pair("half", "", 0.5)),
    seed=4,
)


def simulate(points: Points) -> Floats:
    """Poisson counts: of 20 x level, halved under one hypothesis, and of 5 x (level + other)."""
    rows = []
    for number, pair, position in zip(*points, strict=True):
        chance = np.random.default_rng(int(number))
        value = PRIOR.values(position)
        share = 1.0 if pair == 0 else 0.5
        both = value["level"] + value["other"]
        rows.append([chance.poisson(20.0 * share * value["level"]), chance.poisson(5.0 * both)])
    return np.array(rows, dtype=np.float64)


def measured_by(_: Floats) -> Measure:
    observed = yardstick(OBSERVED, OBSERVED)
    return lambda people: (roots(people), observed.distances(roots(people)))


@pytest.fixture(scope="module")
def sampled() -> Sampled:
    sampler = Sampler(
        PRIOR,
        Plan(runs=16_000, bank=2_000, particles=PARTICLES),
        lambda points, _: simulate(points),
        measured_by,
        lambda bank: strongest(bank, 2),
    )
    return sampler.sample()


@pytest.fixture(scope="module")
def rejected(sampled: Sampled) -> Simulated:
    """All of 150,000 further draws from the prior that come as near as the particles did."""
    points = PRIOR.draw(range(10**6, 10**6 + 150_000))
    people = simulate(points)
    summaries, distances = measured_by(people)(people)
    near = np.flatnonzero(distances <= sampled.particles.distances.max())
    return Simulated(points, people, summaries, distances).take(near)


def test_particles_are_spread_as_brute_force_has_them(
    sampled: Sampled, rejected: Simulated
) -> None:
    """Means and spreads of each coordinate under each hypothesis, and the hypotheses' shares."""
    assert len(rejected.distances) > 500
    ours, theirs = (each.points.pairs == 0 for each in (sampled.particles, rejected))
    assert ours.mean() == pytest.approx(theirs.mean(), abs=0.12)
    for rows, others in ((ours, theirs), (~ours, ~theirs)):
        mine = sampled.particles.points.positions[rows]
        exact = rejected.points.positions[others]
        assert mine.mean(axis=0) == pytest.approx(exact.mean(axis=0), abs=0.06)
        assert mine.std(axis=0) == pytest.approx(exact.std(axis=0), abs=0.05)


def test_of_what_is_too_far_nothing_needs_to_be_known(sampled: Sampled) -> None:
    """The same particles where counts that are farther than was asked for are nan."""

    def near(points: Points, distance: float) -> Floats:
        people = simulate(points)
        _, distances = measured_by(people)(people)
        return np.where((distances <= distance)[:, None], people, nan)

    plan = Plan(runs=16_000, bank=2_000, particles=PARTICLES)
    found = Sampler(PRIOR, plan, near, measured_by, lambda bank: strongest(bank, 2)).sample()
    assert np.array_equal(found.particles.points.numbers, sampled.particles.points.numbers)
    assert np.array_equal(found.particles.people, sampled.particles.people)
    assert found.path == sampled.path


def test_what_counts_do_not_depend_on_stays_as_it_was(sampled: Sampled) -> None:
    assert sampled.free == (0, 1)
    idle = sampled.particles.points.positions[:, 2]
    assert idle.std() == pytest.approx(1.0 / np.sqrt(12.0), abs=0.04)


def test_the_tolerance_falls_and_particles_stay_different(sampled: Sampled) -> None:
    tolerances = [sweep.tolerance for sweep in sampled.path]
    assert tolerances == sorted(tolerances, reverse=True)
    assert tolerances[-1] < 0.4 * tolerances[0]
    assert effective_number(sampled.particles.points.numbers) >= 0.5 * PARTICLES
    assert sampled.path[-1].runs <= 16_000


def test_adjusted_particles_lie_closer_to_each_other(sampled: Sampled) -> None:
    """Given the hypothesis, what is left of the tolerance is taken off."""
    rows = np.flatnonzero(sampled.bank.points.pairs == 0)
    bank = sampled.bank.take(rows)
    near = bank.take(np.flatnonzero(bank.distances <= 4.0))
    positions, weights = adjusted(near, (0,), roots(OBSERVED))
    assert positions[:, 0].std() < 0.6 * near.points.positions[:, 0].std()
    assert np.average(positions[:, 0], weights=weights) == pytest.approx(0.3, abs=0.03)
    assert (positions[:, 1:] == near.points.positions[:, 1:]).all()


def test_small_systems_are_solved() -> None:
    assert solved([[4.0, 1.0], [1.0, 3.0]], [1.0, 2.0]) == pytest.approx([1 / 11, 7 / 11])


@pytest.mark.parametrize(
    ("x", "folded"), [(0.3, 0.3), (-0.3, 0.3), (1.2, 0.8), (2.3, 0.3), (-1.2, 0.8), (1.0, 1.0)]
)
def test_steps_are_reflected_at_both_ends(x: float, folded: float) -> None:
    assert reflected(x) == pytest.approx(folded)


def test_rows_are_resampled_in_proportion_to_their_weights() -> None:
    assert chosen_rows([0.0, 1.0, 3.0, 0.0], 8, 0.5) == [1, 1, 2, 2, 2, 2, 2, 2]
    for start in (0.0, 0.999):
        assert set(chosen_rows([1.0, 0.0, 1.0], 5, start)) == {0, 2}
