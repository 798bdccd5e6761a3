"""A posterior and its bank as tables: a row a run, with everything that was drawn for it."""

from __future__ import annotations

import numpy as np
import polars as pl

from sim.calibration.checks import Posed
from sim.calibration.prior import Floats
from sim.calibration.sampler import Simulated
from sim.results.posterior_folder import HYPOTHESIS, RESPONSE, WEIGHT


def particles_frame(posed: Posed) -> pl.DataFrame:
    """A row for each particle."""
    return _frame(posed, posed.sampled.particles, posed.positions, posed.weights)


def bank_frame(posed: Posed) -> pl.DataFrame:
    """A row for each run from the prior."""
    bank = posed.sampled.bank
    return _frame(posed, bank, bank.points.positions, np.ones(len(bank.distances)))


def _frame(posed: Posed, simulated: Simulated, positions: Floats, weights: Floats) -> pl.DataFrame:
    """Weight, rules, distances, values and summaries (people) of runs."""
    pairs = [posed.prior.pairs[k] for k in simulated.points.pairs.tolist()]
    by_day = posed.counts.day_by_day.distances(posed.counts.roots_by_day(simulated.people))
    values = [posed.prior.values(each) for each in positions]
    return pl.DataFrame(
        {
            "number": simulated.points.numbers,
            WEIGHT: weights / float(sum(weights.tolist())),
            HYPOTHESIS: [pair.hypothesis for pair in pairs],
            RESPONSE: [pair.response for pair in pairs],
            "distance": simulated.distances,
            "crossing_day_distance": by_day,
            **{name: [each[name] for each in values] for name in posed.prior.names},
            **{
                each.name: simulated.people[:, list(each.cells)].sum(axis=1)
                for each in posed.counts.summaries
            },
        }
    )
