"""Our scores beside those of scoringrules: ``python -m benchmarks.cross_check_scores``.

Needs ``pip install 'rajasim[cross-check]'``. Samples are negative binomial, as counts of arrivals
are, with many ties; fair CRPS, its logarithmic form, interval scores, WIS, energy and Brier score
are compared on each. It ends with an error where any differs by more than rounding.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from math import log1p
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.forecasting import scores
from sim.study.learning import fair_crps

Floats: TypeAlias = NDArray[np.float64]
CASES: Final = 200
MEMBERS: Final = (2, 17, 400)
PARTS: Final = 5  # of a vector
MOST: Final = 1e-9  # relative difference
LIMIT: Final = 50.0  # persons, of the event that is scored


def compared(rules: Any, seed: int = 1) -> Iterator[tuple[str, float, float]]:
    """Name of a score, ours and theirs, for every score of every case.

    Args:
        rules: the package scoringrules.
        seed: of the made-up samples and counts.
    """
    draws = np.random.default_rng(seed)
    for _ in range(CASES):
        members = int(draws.choice(MEMBERS))
        mean = float(draws.choice([0.5, 8.0, 120.0]))
        vector = draws.negative_binomial(3, 3.0 / (3.0 + mean), size=(members, PARTS)).astype(float)
        came = draws.negative_binomial(3, 3.0 / (3.0 + mean), size=PARTS).astype(float)
        yield from _of_one(rules, vector[:, 0], float(came[0]))
        theirs = rules.energy_score(came, vector, estimator="fair")
        yield "energy", scores.energy_score(vector, came), float(theirs)


def _of_one(rules: Any, samples: Floats, came: float) -> Iterator[tuple[str, float, float]]:
    """Scores of one count."""
    theirs = rules.crps_ensemble(came, samples, estimator="fair")
    yield "crps", fair_crps(samples, came), float(theirs)
    theirs = rules.crps_ensemble(log1p(came), np.log1p(samples), estimator="fair")
    yield "crps_log", scores.log_crps(samples, came), float(theirs)
    alphas = np.array(scores.ALPHAS)
    low, high = np.quantile(samples, alphas / 2.0), np.quantile(samples, 1.0 - alphas / 2.0)
    theirs = rules.interval_score(came, low[2], high[2], alphas[2])
    yield "interval", scores.interval_score(samples, came, float(alphas[2])), float(theirs)
    theirs = rules.weighted_interval_score(came, np.median(samples), low, high, alphas)
    yield "wis", scores.weighted_interval_score(samples, came), float(theirs)
    chance = float((samples > LIMIT).mean())
    yield (
        "brier",
        scores.brier(chance, came > LIMIT),
        float(rules.brier_score(came > LIMIT, chance)),
    )


def main() -> None:
    """Compare, and print the largest difference of each score.

    Raises:
        SystemExit: if one is more than rounding, or the package is not there.
    """
    try:
        rules = import_module("scoringrules")
    except ImportError:
        raise SystemExit("needs scoringrules: pip install 'rajasim[cross-check]'") from None
    worst: dict[str, float] = {}
    for name, ours, theirs in compared(rules):
        gap = abs(ours - theirs) / max(1.0, abs(theirs))
        worst[name] = max(worst.get(name, 0.0), gap)
    for name, gap in worst.items():
        print(f"{name:10} largest relative difference {gap:.1e} over {CASES} cases")
    if max(worst.values()) > MOST:
        raise SystemExit(f"scores differ by more than {MOST}")


if __name__ == "__main__":
    main()
