"""Our sampler beside pyabc's on a toy with a known posterior: ``benchmarks.cross_check_sampler``.

Needs ``pip install 'rajasim[cross-check]'``. One count is Poisson with a mean that is even between
0 and 100; given the count n, the mean is a gamma variable of shape n + 1 (its upper end is cut off
with a chance below 1e-12). Both samplers go on until their runs equal the count, so that each has
draws from that posterior itself. pyabc uses one core: in parallel it is not reproducible.
``python -m benchmarks.cross_check_sampler`` prints means and spreads, and ends with an error where
either is farther from the truth than chance allows.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from importlib import import_module
from math import sqrt
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.calibration.distance import roots, yardstick
from sim.calibration.prior import Floats, Pair, Points, Prior
from sim.calibration.sampler import Measure, Plan, Sampler, effective_number
from sim.scenario.records import Uncertainty

COUNT: Final = 30
TOP: Final = 100.0
PARTICLES: Final = 300
RUNS: Final = 20_000
LEVEL: Final = "level"
EXACT: Final = 0.01  # roots: less than between a count and the next
MOST: Final = 4.0  # standard errors
PRIOR: Final = Prior(
    (Uncertainty(LEVEL, 0.0, TOP / 2.0, TOP, "linear", "made up"),),
    (Pair("one", "", 1.0),),
    seed=4,
)


@dataclass(frozen=True)
class Found:
    """What a sampler has.

    Attributes:
        name: which one.
        mean: of the level.
        spread: its standard deviation.
        number: effective number of different particles.
    """

    name: str
    mean: float
    spread: float
    number: float

    @property
    def z_scores(self) -> tuple[float, float]:
        """How far mean and spread are from the truth, in standard errors."""
        mean, spread = COUNT + 1.0, sqrt(COUNT + 1.0)
        error = spread / sqrt(self.number)
        return (self.mean - mean) / error, (self.spread - spread) / (error / sqrt(2.0))


def simulate(points: Points) -> Floats:
    """A Poisson count at each point, by its number."""
    rows = [
        [np.random.default_rng(int(number)).poisson(PRIOR.values(position)[LEVEL])]
        for number, position in zip(points.numbers, points.positions, strict=True)
    ]
    return np.array(rows, dtype=np.float64)


def measured_by(_: Floats) -> Measure:
    """The distance of roots."""
    observed = yardstick(np.array([float(COUNT)]), np.array([float(COUNT)]))
    return lambda people: (roots(people), observed.distances(roots(people)))


def ours() -> Found:
    """Particles of our sampler that equal the count."""
    plan = Plan(runs=RUNS, bank=4 * PARTICLES, particles=PARTICLES, free=(0,))
    particles = (
        Sampler(PRIOR, plan, lambda points, _: simulate(points), measured_by, lambda bank: (0,))
        .sample()
        .particles
    )
    near = particles.take(np.flatnonzero(particles.distances < EXACT))
    levels = np.array([PRIOR.values(each)[LEVEL] for each in near.points.positions])
    return Found("ours", levels.mean(), levels.std(), effective_number(near.points.numbers))


def theirs(pyabc: Any) -> Found:
    """Particles of pyabc's, on one core.

    Args:
        pyabc: the package.
    """
    draws = np.random.default_rng(7)
    np.random.seed(7)  # noqa: NPY002 - pyabc draws from the global stream

    def model(given: Any) -> dict[str, float]:
        return {"count": float(draws.poisson(given[LEVEL]))}

    def distance(one: Any, other: Any) -> float:
        return abs(float(roots(np.array(one["count"])) - roots(np.array(other["count"]))))

    prior = pyabc.Distribution(**{LEVEL: pyabc.RV("uniform", 0.0, TOP)})
    sampler = pyabc.sampler.SingleCoreSampler()
    falling = pyabc.QuantileEpsilon(alpha=0.3)
    abc = pyabc.ABCSMC(
        model, prior, distance, population_size=PARTICLES, sampler=sampler, eps=falling
    )
    with tempfile.TemporaryDirectory() as place:
        abc.new(f"sqlite:///{Path(place) / 'toy.db'}", {"count": float(COUNT)})
        frame, weights = abc.run(minimum_epsilon=EXACT, max_nr_populations=12).get_distribution()
    levels = frame[LEVEL].to_numpy()
    mean = float((weights * levels).sum())
    spread = sqrt(float((weights * (levels - mean) ** 2).sum()))
    return Found("pyabc", mean, spread, 1.0 / float((weights**2).sum()))


def main() -> None:
    """Run both and print them beside the truth.

    Raises:
        SystemExit: if one is off, or the package is not there.
    """
    try:
        pyabc = import_module("pyabc")
    except ImportError:
        raise SystemExit("needs pyabc: pip install 'rajasim[cross-check]'") from None
    print(f"truth: mean {COUNT + 1:.2f}, spread {sqrt(COUNT + 1):.2f}")
    found = (ours(), theirs(pyabc))
    for each in found:
        mean, spread = each.z_scores
        print(
            f"{each.name}: mean {each.mean:.2f} ({mean:+.1f} standard errors), spread "
            f"{each.spread:.2f} ({spread:+.1f}), {each.number:.0f} different particles"
        )
    if max(abs(z) for each in found for z in each.z_scores) > MOST:
        raise SystemExit(f"a sampler is more than {MOST:g} standard errors off")


if __name__ == "__main__":
    main()
