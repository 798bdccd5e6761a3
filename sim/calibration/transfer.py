"""What another case has learned, as the prior of this one, where both draw the same parameters.

People of another border are not those of this one, and yet what was learned of how they decide may
be better than nothing. So half of the prior of such a parameter stays as wide as the scenario has
it, and half follows the other case's particles, as a histogram of tenths of the scenario's own
prior: no value is excluded, and what was learned counts for no more than one half. Mixtures of that
kind keep a prior robust where both disagree (Schmidli et al. 2014, Biometrics 70:1023; one half is
an expert guess). Each parameter is carried over by itself, without what goes together.

Carried over are parameters of the model: no keys of crossings, hypotheses and controls, no stocks,
and nothing of demand, which is a case's own: factors multiply its numbers, and what comes after its
last counts is another question at another border.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final

from sim.results.posterior_folder import Posterior
from sim.scenario.records import Uncertainty
from sim.scenario.scenario import Scenario
from sim.storage.json_object import JsonObject
from sim.study.states import rank
from sim.world.parameter_names import PARAMETER_NAMES

BINS: Final = 10
CARRIED_SHARE: Final = 0.5  # of the prior
LEAST: Final = 1e-9  # share beyond a range that is more than a rounding error
FACTOR: Final = "_factor"
DRIFT: Final = "demand_drift_per_d"


@dataclass(frozen=True)
class Carried:
    """A parameter whose prior follows another case in part.

    Attributes:
        name: of the parameter.
        masses: what each tenth of the scenario's own prior weighs now, in order; 1 together.
    """

    name: str
    masses: tuple[float, ...]

    def own_rank(self, u: float) -> float:
        """Rank in the scenario's own prior of what has rank ``u`` in this one; both 0 to 1."""
        below = 0.0
        for number, mass in enumerate(self.masses[:-1]):
            if u < below + mass:
                return (number + (u - below) / mass) / BINS
            below += mass
        return min(1.0, (BINS - 1 + (u - below) / self.masses[-1]) / BINS)


@dataclass(frozen=True)
class Transfer:
    """What is carried over from a posterior of another case.

    Attributes:
        digest: hash of its particles.
        folder: its name.
        carried: by parameter.
        unknown: what the other case has learned of and this one does not draw.
        own: parameters that this one draws and the other case has not learned of.
        beyond: of carried ones, share of the other case's weight beyond the scenario's range, where
            that is not 0; such particles are left out.
    """

    digest: str
    folder: str
    carried: tuple[Carried, ...]
    unknown: tuple[str, ...]
    own: tuple[str, ...]
    beyond: tuple[tuple[str, float], ...]

    @property
    def described(self) -> JsonObject:
        """What the manifest says of it."""
        return {
            "digest": self.digest,
            "folder": self.folder,
            "share": CARRIED_SHARE,
            "carried": [each.name for each in self.carried],
            "unknown": list(self.unknown),
            "own": list(self.own),
            "beyond": dict(self.beyond),
        }


def transfer_of(scenario: Scenario, posterior: Posterior) -> Transfer:
    """What a scenario takes from a posterior of another case."""
    learned = [name for name in posterior.parameters if is_carried(name)]
    drawn = {each.parameter: each for each in scenario.uncertainties if is_carried(each.parameter)}
    columns = dict(zip(posterior.parameters, posterior.values.T, strict=True))
    weights = posterior.weights.tolist()
    found = {n: _carried(drawn[n], columns[n].tolist(), weights) for n in learned if n in drawn}
    return Transfer(
        posterior.digest,
        posterior.folder.name,
        tuple(each for each, _ in found.values() if each is not None),
        tuple(name for name in learned if name not in drawn),
        tuple(name for name in drawn if name not in learned),
        tuple((name, round(beyond, 4)) for name, (_, beyond) in found.items() if beyond > LEAST),
    )


def is_carried(name: str) -> bool:
    """Whether an uncertainty is one of those that another case may tell something of."""
    return name in PARAMETER_NAMES and name != DRIFT and not name.endswith(FACTOR)


def _carried(
    own: Uncertainty, values: Sequence[float], weights: Sequence[float]
) -> tuple[Carried | None, float]:
    """The mixture, and the share of the weight beyond the range; nothing where all of it is."""
    inside = [
        (rank(own, value), weight)
        for value, weight in zip(values, weights, strict=True)
        if own.low <= value <= own.high
    ]
    total = fsum(weight for _, weight in inside)
    if total <= 0.0:
        return None, 1.0
    sums = [0.0] * BINS
    for place, weight in inside:
        sums[min(BINS - 1, int(BINS * place))] += weight
    wide = (1.0 - CARRIED_SHARE) / BINS
    masses = tuple(wide + CARRIED_SHARE * each / total for each in sums)
    return Carried(own.parameter, masses), 1.0 - total / fsum(weights)
