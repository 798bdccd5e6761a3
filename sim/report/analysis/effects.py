"""Effects of policies, and what they depend on: contrasts by thirds of a parameter, by hypothesis.

The effect is the policy minus the reference in the same state of the world with the same random
numbers. For each uncertain parameter that can move the indicator the mean effect in the third of
states of the world with the lowest values is compared with that in the third with the highest; the
interval of the difference separates influence from chance. What hypotheses do to the effect is
taken out first (the mean of the states of the world that hold a hypothesis, less that of all), so
that a parameter is not credited with the hypotheses that its values happened to meet.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.queries import Floats
from sim.report.analysis.statistics import by_state, contrast_interval, mean_interval, paired_runs

if TYPE_CHECKING:
    from sim.results.store import StoredResults

FEWEST_STATES = 9  # three a third
CHANCE = 0.05
HYPOTHESIS = "hypothesis"


@dataclass(frozen=True)
class Swing:
    """How an effect differs between low and high values of one parameter.

    Attributes:
        parameter: Its key.
        states_of_world: How many states of the world a third holds.
        values: Medians of the parameter in the lowest and in the highest third of states of the
            world, in the parameter's unit.
        effects: Mean effects there, in the indicator's unit.
        contrast: Effect at high minus effect at low values, in the indicator's unit.
        low: Lower end of the contrast's 95 % interval.
        high: Upper end.
        significant: Whether the contrast is clear also when all parameters, and all pairs of
            hypotheses, are tested together.
    """

    parameter: str
    states_of_world: int
    values: tuple[float, float]
    effects: tuple[float, float]
    contrast: float
    low: float
    high: float
    significant: bool

    @property
    def clear(self) -> bool:
        """Whether the interval of the contrast leaves out zero."""
        return self.low > 0.0 or self.high < 0.0


@dataclass(frozen=True)
class Held:
    """The mean effect in the states of the world that hold one hypothesis, with its 95 % interval.

    Attributes:
        hypothesis: Its id.
        states_of_world: How many states of the world hold it.
        mean: The mean effect there, in the indicator's unit.
        low: Lower end of the interval; NaN with one state of the world only.
        high: Upper end.
    """

    hypothesis: str
    states_of_world: int
    mean: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether the interval of the effect leaves out zero."""
        return self.low > 0.0 or self.high < 0.0


@dataclass(frozen=True)
class Dependence:
    """What the effect of a policy on an indicator depends on.

    Attributes:
        policy: Id of the policy.
        indicator: The manifest's entry.
        mean: The mean effect with its 95 % interval, in the indicator's unit.
        swings: Parameters by size of contrast, largest first.
        held: Hypotheses in their order; nothing where there is one only.
        apart: The largest difference between two hypotheses that is clear also when all parameters
            and pairs of hypotheses are tested together; zero where none is.
    """

    policy: str
    indicator: queries.Entry
    mean: tuple[float, float, float]
    swings: tuple[Swing, ...]
    held: tuple[Held, ...]
    apart: float

    @property
    def lead(self) -> str:
        """What matters most: a parameter's key, ``HYPOTHESIS``, or nothing."""
        swing = next((swing for swing in self.swings if swing.significant), None)
        if self.apart > (abs(swing.contrast) if swing else 0.0):
            return HYPOTHESIS
        return swing.parameter if swing else ""


def dependence(results: StoredResults, policy: str, entry: queries.Entry) -> Dependence:
    """What the effect of a policy on an indicator, an entry of the manifest, depends on."""
    effect = effect_by_state(results, policy, str(entry["id"]))
    known = effect.join(results.states_of_world, on="state_of_world", how="inner").sort(
        "state_of_world"
    )
    effects = known["difference"].to_numpy()
    names, held = able(results, str(entry["id"])), _held(results, known)
    tests = len(names) + math.comb(len(held), 2)
    within = _without_hypotheses(known)
    swings = [_swing(name, known[name].to_numpy(), within, of=tests) for name in names]
    return Dependence(
        policy,
        entry,
        mean_interval(effects),
        tuple(sorted(swings, key=lambda s: (-abs(s.contrast), s.parameter))),
        tuple(held),
        _apart(known, held, of=tests),
    )


def effect_by_state(results: StoredResults, policy: str, indicator: str) -> pl.DataFrame:
    """The policy minus the reference in each state that has both, in the indicator's unit.

    Returns:
        Columns ``state_of_world`` and ``difference``, a row a state of the world.
    """
    reference = queries.policies(results)[0]
    pairs = paired_runs(results.indicators, policy=policy, reference=reference, indicator=indicator)
    return by_state(pairs).filter(pl.col("difference").is_finite())


def varied(results: StoredResults) -> list[str]:
    """The parameters that differ between states of the world, in their order."""
    drawn = results.states_of_world.drop("state_of_world", "hypothesis", "response")
    return [
        each.name
        for each in drawn
        if each.dtype.is_numeric() and not each.null_count() and each.n_unique() > 1
    ]


def able(results: StoredResults, indicator: str) -> list[str]:
    """Of the parameters that differ, those that can move an indicator, by its id."""
    only = {str(a["key"]): tuple(a["acts_on"]) for a in results.manifest["assumptions"]}
    return [
        name for name in varied(results) if not only.get(name) or indicator.startswith(only[name])
    ]


def _without_hypotheses(known: pl.DataFrame) -> Floats:
    """Effects less what the hypothesis of their state of the world adds to the mean of all."""
    effect = pl.col("difference")
    adjusted = effect - effect.mean().over("hypothesis") + effect.mean()
    return known.select(adjusted).to_series().to_numpy()


def _swing(name: str, values: Floats, effects: Floats, *, of: int) -> Swing:
    """The contrast of one parameter of so many (Bonferroni's correction for all of them)."""
    order = np.argsort(values, kind="stable")
    third = len(order) // 3
    low, high = order[:third], order[len(order) - third :]
    together = 1.0 - CHANCE / of
    _, least, most = contrast_interval(effects[high], effects[low], confidence=together)
    return Swing(
        name,
        third,
        (float(np.median(values[low])), float(np.median(values[high]))),
        (float(effects[low].mean()), float(effects[high].mean())),
        *contrast_interval(effects[high], effects[low]),
        significant=least > 0.0 or most < 0.0,
    )


def _held(results: StoredResults, known: pl.DataFrame) -> list[Held]:
    """A line for each hypothesis where there are two or more."""
    met = known["hypothesis"].unique().sort().to_list()
    names = list(queries.labels_by_id(results, "hypotheses"))
    order = [name for name in names if name in met] + [name for name in met if name not in names]
    effects = {h: known.filter(hypothesis=h)["difference"].to_numpy() for h in order}
    held = [Held(h, len(values), *mean_interval(values)) for h, values in effects.items()]
    return held if len(held) > 1 else []


def _apart(known: pl.DataFrame, held: Sequence[Held], *, of: int) -> float:
    """The largest difference between two hypotheses that is clear beyond chance."""
    effects = [known.filter(hypothesis=each.hypothesis)["difference"].to_numpy() for each in held]
    contrasts = [
        contrast_interval(one, other, confidence=1.0 - CHANCE / of)
        for one, other in combinations(effects, 2)
    ]
    clear = [abs(middle) for middle, low, high in contrasts if low > 0.0 or high < 0.0]
    return max(clear, default=0.0)
