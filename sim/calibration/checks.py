"""What a calibration says of itself: how much it found, and how far that can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from sim.calibration.counts import Counts, label
from sim.calibration.coverage_check import Coverage, leave_one_out
from sim.calibration.misfit import Misfit, misfit, outside_bands
from sim.calibration.prior import Floats, Prior
from sim.calibration.sampler import Sampled, Simulated
from sim.scenario.scenario import Scenario
from sim.storage.json_object import JsonObject
from sim.study.learning import fair_crps

LEAST_ESS: Final = 200.0
UNIDENTIFIED: Final = 0.8  # width of the posterior over that of the prior
INTERVAL: Final = (0.05, 0.95)


@dataclass(frozen=True)
class Posed:
    """A posterior that is asked questions.

    Attributes:
        scenario: the scenario.
        prior: what was drawn from.
        counts: what was counted.
        sampled: what the sampler left.
        positions: of particles, adjusted if that was asked for, shape (particles, uncertainties).
        weights: of particles, shape (particles,).
        adjust: whether they were adjusted.
    """

    scenario: Scenario
    prior: Prior
    counts: Counts
    sampled: Sampled
    positions: Floats
    weights: Floats
    adjust: bool

    @property
    def ess(self) -> float:
        """Effective number of different particles."""
        numbers = self.sampled.particles.points.numbers
        _, first = np.unique(numbers, return_inverse=True)
        together = np.bincount(first, weights=self.weights)
        total = float(sum(together.tolist()))
        return total * total / float(sum((together * together).tolist()))

    @cached_property
    def misfit(self) -> Misfit:
        """Whether the model could have produced the counts."""
        found = self.counts.roots_by_day(self.sampled.bank.people)
        return misfit(found, self.counts.day_by_day)

    @cached_property
    def coverage(self) -> dict[str, Coverage]:
        """What leaving out runs of the bank found, by free uncertainty."""
        bank = self.sampled.bank
        scale = self.counts.summary_yardstick(bank.summaries).scale
        names = [self.prior.names[k] for k in self.sampled.free]
        found = leave_one_out(bank, self.sampled.free, scale, adjust=self.adjust)
        return dict(zip(names, found, strict=True))

    @cached_property
    def widths(self) -> dict[str, float]:
        """Width of the 90 % interval over that of the prior, by uncertainty."""
        columns = zip(self.prior.names, self.positions.T, strict=True)
        return {name: _width(column, self.weights) for name, column in columns}

    @property
    def verdict(self) -> JsonObject:
        """Whether the counts are reproduced, and which are not."""
        days = self.scenario.world.clock.days
        last = max(cell.last for cell in self.counts.cells)
        return {
            "reproduces": not self.misfit.fails,
            "until": days[last].isoformat(),
            "not_reproduced": self._not_reproduced(),
        }

    def _not_reproduced(self) -> list[JsonObject]:
        low, high = self.counts.bounds
        found = outside_bands(self.sampled.particles.people, low, high)
        return [
            {
                **label(self.scenario, self.counts.cells[k]),
                "counted": float(low[k] if high[k] == np.inf else high[k]),
                "low": floor,
                "high": ceiling,
            }
            for k, floor, ceiling in found
        ]

    def checks(self) -> JsonObject:
        """Every check, as the manifest has it."""
        covered = self.coverage
        return {
            "ess": round(self.ess, 1),
            "ess_suffices": self.ess >= LEAST_ESS,
            "coverage": {
                name: {
                    "share": round(each.share, 4),
                    "chi_squared": round(each.chi_squared, 2),
                    "passes": each.passes,
                }
                for name, each in covered.items()
            },
            "widths": {name: round(width, 4) for name, width in self.widths.items()},
            "unidentified": [n for n, width in self.widths.items() if width > UNIDENTIFIED],
            "misfit": {
                "observed": round(self.misfit.observed, 4),
                "pseudo_mean": round(float(np.sort(self.misfit.pseudo).mean()), 4),
                "pseudo_95": round(_quantile(self.misfit.pseudo, 0.95), 4),
                "percentile": round(self.misfit.percentile, 4),
                "fails": self.misfit.fails,
                "pseudo": [round(each, 4) for each in np.sort(self.misfit.pseudo).tolist()],
            },
            "in_sample": {
                "crossing_days": len(self._known_days),
                "is_by_day": self.counts.is_by_day,
                "crps_prior": self._crps(self.sampled.bank),
                "crps_posterior": self._crps(self.sampled.particles),
                "bias_per_day": self._bias(),
            },
        }

    @property
    def _known_days(self) -> list[int]:
        """Crossing-days whose count is known, not only bounds of it."""
        low, high = self.counts.bounds
        return [k for k in self.counts.crossing_days if low[k] == high[k]]

    def _crps(self, simulated: Simulated) -> float | None:
        """Mean fair CRPS over crossing-days; None where there are none."""
        low, _ = self.counts.bounds
        scores = [fair_crps(simulated.people[:, k], float(low[k])) for k in self._known_days]
        return round(sum(scores) / len(scores), 3) if scores else None

    def _bias(self) -> dict[str, float]:
        """Mean of the model less the counts over crossing-days, by place."""
        low, _ = self.counts.bounds
        gaps: dict[str, list[float]] = {}
        for k in self._known_days:
            mean = float(self.sampled.particles.people[:, k].sum()) / len(self.weights)
            gaps.setdefault(self.counts.cells[k].place, []).append(mean - float(low[k]))
        return {place: round(sum(some) / len(some), 2) for place, some in gaps.items()}


def _width(positions: Floats, weights: Floats) -> float:
    """Width of the weighted 90 % interval of coordinates, whose prior is even."""
    order = np.argsort(positions, kind="stable")
    running = np.cumsum(weights[order])
    ends = [positions[order][np.searchsorted(running, q * running[-1])] for q in INTERVAL]
    return float(ends[1] - ends[0]) / (INTERVAL[1] - INTERVAL[0])


def _quantile(values: Floats, q: float) -> float:
    return float(np.sort(values)[min(len(values) - 1, int(q * len(values)))])


def shares(names: list[str], weights: Floats) -> dict[str, float]:
    """Shares of the weight, by name."""
    total = float(sum(weights.tolist()))
    return {
        name: round(
            sum(float(w) for k, w in zip(names, weights, strict=True) if k == name) / total, 4
        )
        for name in sorted(set(names))
    }
