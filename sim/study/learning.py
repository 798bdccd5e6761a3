"""L1 to L3: what a study teaches. Indicators of a study, where all others are of a run.

Counts that the scenario holds are those to which its parameters were set by hand: what is said here
of counts is said in sample, and is no score of a forecast.

Sources: Beaumont, Zhang and Balding 2002 (Genetics 162:2025), rejection; Anscombe 1948 (Biometrika
35:246), the root that makes counts alike in spread; Raiffa and Schlaifer 1961, value of
information; Phipson and Smyth 2010 (Stat. Appl. Genet. Mol. Biol. 9:39), p of shuffles; Gneiting
and Raftery 2007 (JASA 102:359), CRPS; Ferro 2014 (QJRMS 140:1917), its fair form for ensembles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum, nan, sqrt
from random import Random
from typing import Final, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.arithmetic.elementary import exp, log, log_gamma
from sim.outcomes.indicator import Direction
from sim.outcomes.indicators import INDICATORS, headline
from sim.results.tables.access_table import OPEN
from sim.results.tables.learning_table import TABLE
from sim.results.tables.record import Rows
from sim.scenario.scenario import Scenario
from sim.study.observed_cells import Cell, observed_cells, simulated_cells
from sim.study.replication import Replication, Study
from sim.world.modelled import not_modelled

Floats: TypeAlias = NDArray[np.float64]
Row: TypeAlias = tuple[str, str, float, float | None, float | None, float | None, str]
SHUFFLES: Final = 199  # of hypotheses among states of the world
KEPT_SHARE: Final = 0.1  # of states of the world, the closest to the counts
LEAST_KEPT: Final = 20
LEAST_MEMBERS: Final = 2  # of an ensemble whose spread a fair CRPS takes off
Z95: Final = 1.96
PERSISTENCE_K: Final = 3.0  # dispersion of the baseline: counts vary more than Poisson


@dataclass(frozen=True)
class StudyIndicator:
    """An indicator of a study.

    Attributes:
        id: short name in results files.
        name: name in tables.
        definition: what is counted.
        unit: its unit.
    """

    id: str
    name: str
    definition: str
    unit: str


LEARNING: Final = (
    StudyIndicator(
        "L1",
        "What counts identify",
        "For each uncertain parameter: spread (standard deviation of ranks) in the tenth of "
        "states of the world closest to the observed counts over that in all states of the world, "
        "with a 95 % interval. Near 1 the counts say nothing of it; above 0.8 it counts as not "
        "identified.",
        "1",
    ),
    StudyIndicator(
        "L2",
        "Value of knowing the hypothesis",
        "For each indicator of the first table that has a direction: how much better the best "
        "policy would do on average if it could be chosen for each hypothesis about the transit "
        "side, against the one best over all states of the world, less what that comes to on "
        "average when hypotheses are shuffled among states of the world, where nothing can be "
        "known (never below zero); with the share of shuffles that come to as much. Zero where the "
        "same policy is best anyway.",
        "of the indicator",
    ),
    StudyIndicator(
        "L3",
        "Skill on observed counts",
        "1 less the ratio of the model's fair CRPS to that of persistence (the count before, "
        "negative binomial with k = 3), over counts of a crossing, or an area, that was open, on a "
        "day or over a longer period, which follow a count of as many days. In sample: parameters "
        "were set to these counts.",
        "1",
    ),
)


class Learner:
    """Takes in runs, some at a time and in order, and says what they teach.

    Of each run only what is learned from is held.
    """

    def __init__(self, study: Study) -> None:
        """Begin with no run.

        Args:
            study: what is run; counts were observed under its reference.
        """
        options = study.options
        self._study = study
        self._cells = observed_cells(options.scenario)
        self._reference = options.policies.index(options.compared_with)
        self._names = list(_with_direction(options.scenario))
        self._numbers = [list(INDICATORS).index(name) for name in self._names]
        self._values: list[Floats] = []  # of some runs each, shape (runs, indicators)
        self._simulated: list[Floats] = []
        self._states: list[int] = []
        self._open_days: set[tuple[int, int]] = set()

    def add(self, runs: Sequence[Replication]) -> None:
        """Take in runs that follow those before."""
        values = np.array([run.rows["indicators"]["value"] for run in runs])
        self._values.append(values[:, self._numbers])
        if not self._is_observed:
            return
        for run in runs:
            if run.policy == self._reference and run.replicate == 0:
                self._take_in(run)

    @property
    def frame(self) -> pl.DataFrame:
        """Rows of ``learning.csv``."""
        rows = [*self._learned_from_counts(), *self._worth_of_hypotheses()]
        return pl.DataFrame(rows, schema=TABLE.schema, orient="row")

    @property
    def _is_observed(self) -> bool:
        """Whether the scenario's reference is run and counts are known."""
        options = self._study.options
        return bool(self._cells) and options.compared_with == options.scenario.reference

    def _take_in(self, run: Replication) -> None:
        scenario = self._study.options.scenario
        if not self._states:
            self._open_days = open_days(scenario, run.rows["access"])
        self._simulated.append(simulated_cells(scenario, run, self._cells))
        self._states.append(run.state)

    def _learned_from_counts(self) -> Iterator[Row]:
        """L1 and L3, where the scenario's reference was run and counts are known.

        Of the first run in each state of the world, so that the members of the ensemble are
        independent draws.
        """
        if not self._is_observed:
            return
        simulated = np.array(self._simulated)
        counts = np.array([cell.people for cell in self._cells])
        if not self._study.options.central:
            found = _identified(self._study, self._states, simulated, counts)
            yield from (("L1", *row, None, "1") for row in found)
        skill = _skill(self._cells, simulated, self._open_days)
        if skill is not None:
            yield "L3", "arrivals a day and open crossing", skill, None, None, None, "1"

    def _worth_of_hypotheses(self) -> Iterator[Row]:
        """L2, for each indicator of the first table that has a direction."""
        options = self._study.options
        policies = len(options.policies)
        if policies < 2 or not self._names or options.hypothesis is not None:
            return
        shape = (-1, options.runs_per_state, policies, len(self._names))
        by_state = np.concatenate(self._values).reshape(shape).mean(axis=1)
        hypotheses = np.array([self._study.state(k).hypothesis for k in range(len(by_state))])
        for k, name in enumerate(self._names):
            each = INDICATORS[name]
            sign = 1.0 if each.direction is Direction.MORE else -1.0
            worth = excess_worth(sign * by_state[:, :, k], hypotheses, seed=options.seed)
            yield "L2", name, worth[0], None, None, worth[1], each.unit


def _with_direction(scenario: Scenario) -> Iterator[str]:
    """Indicators of the first table of which more or less is better, if they are modelled."""
    missing = not_modelled(scenario.world)
    for name in headline():
        each = INDICATORS[name]
        if each.direction is not Direction.NONE and each.needs not in missing:
            yield name


def learn(study: Study, runs: Sequence[Replication]) -> pl.DataFrame:
    """Rows of ``learning.csv``.

    Args:
        study: what was run.
        runs: every policy in every state of the world, in order.
    """
    learner = Learner(study)
    learner.add(runs)
    return learner.frame


# L1 -----------------------------------------------------------------------------------------------


def _identified(
    study: Study, states: Sequence[int], simulated: Floats, counts: Floats
) -> list[tuple[str, float, float, float]]:
    """(parameter, ratio of spreads, low, high); nothing where states are too few to say."""
    kept = round(KEPT_SHARE * len(states))
    if kept < LEAST_KEPT:
        return []
    closest = np.argsort(root_distance(simulated, counts), kind="stable")[:kept]
    names = [each.parameter for each in study.options.scenario.uncertainties]
    drawn = (study.state(state).drawn for state in states)
    values = np.array([[draw[name] for name in names] for draw in drawn])
    error = Z95 / sqrt(2.0 * (kept - 1))
    found = []
    for name, of_name in zip(names, values.T, strict=True):
        ratio = spread_ratio(of_name, closest)
        found.append((name, ratio, ratio * (1.0 - error), ratio * (1.0 + error)))
    return found


def root_distance(simulated: Floats, counts: Floats) -> Floats:
    """Root mean square difference of Anscombe roots, shape (states of the world,).

    Args:
        simulated: shape (states of the world, cells).
        counts: shape (cells,).
    """
    apart = 2.0 * (np.sqrt(simulated + 0.375) - np.sqrt(counts + 0.375))
    return np.sqrt(np.mean(apart * apart, axis=1))


def spread_ratio(values: Floats, kept: NDArray[np.int64]) -> float:
    """Standard deviation of the ranks of the kept values over that of all ranks."""
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(float)
    spread = float(ranks.std())
    return float(ranks[kept].std()) / spread if spread > 0.0 else 1.0


# L2 -----------------------------------------------------------------------------------------------


def excess_worth(values: Floats, groups: NDArray[np.str_], *, seed: int) -> tuple[float, float]:
    """Value of knowing beyond what shuffled groups give, and the chance of as much by shuffling.

    The best of several noisy means is always above the mean of the best, so that the worth itself
    is above zero where there is nothing to know.

    Args:
        values: more is better, shape (states of the world, policies); states of the world that
            lack a value are left out.
        groups: what could be known of each state of the world, shape (states of the world,).
        seed: seed of the shuffles.
    """
    whole = np.isfinite(values).all(axis=1)
    values, groups = values[whole], groups[whole]
    if len(values) < 2:
        return 0.0, 1.0
    draw = Random(seed).random  # noqa: S311 - its numbers are the same in every version
    _, numbers = np.unique(groups, return_inverse=True)
    best = _Best(values, np.bincount(numbers))
    worth = best.worth_of_knowing(numbers)
    null = []
    for _ in range(SHUFFLES):
        order = np.argsort([draw() for _ in groups], kind="stable")
        null.append(best.worth_of_knowing(numbers[order]))
    as_much = sum(each >= worth for each in null)
    return max(0.0, worth - fsum(null) / SHUFFLES), (1 + as_much) / (1 + SHUFFLES)


def worth_of_knowing(values: Floats, groups: NDArray[np.str_]) -> float:
    """``sum_g share_g max_p mean_g v - max_p mean v``: never below zero.

    Over the states of the world in which every policy has a value; nan where there is none.

    Args:
        values: more is better, shape (states of the world, policies).
        groups: what could be known of each state of the world, shape (states of the world,).
    """
    known = ~np.isnan(values).any(axis=1)
    if not known.any():
        return nan
    _, numbers = np.unique(groups[known], return_inverse=True)
    return _Best(values[known], np.bincount(numbers)).worth_of_knowing(numbers)


class _Best:
    """The best choice where groups of states of the world are known, and where they are not.

    What does not depend on which state of the world is in which group is worked out once: groups
    are shuffled hundreds of times.
    """

    def __init__(self, values: Floats, sizes: NDArray[np.int64]) -> None:
        """Values of shape (states of the world, policies), none nan; how many are in each group."""
        self._values = values
        self._sizes = [(size, size / len(values)) for size in sizes.tolist()]
        self._over_all = float(values.mean(axis=0).max())

    def worth_of_knowing(self, numbers: NDArray[np.int64]) -> float:
        """How much better the choice is where the number of each one's group is known."""
        chosen = 0.0
        for number, (size, share) in enumerate(self._sizes):
            best = float(np.add.reduce(self._values[numbers == number], axis=0).max())
            chosen += share * (best / size)
        return max(0.0, chosen - self._over_all)


# L3 -----------------------------------------------------------------------------------------------


def _skill(
    cells: Sequence[Cell], simulated: Floats, open_days: set[tuple[int, int]]
) -> float | None:
    """Skill over counts of arrivals that follow another of as many days; None if there are none.

    At crossings that were open in the period. Nor where there are fewer states of the world than a
    fair CRPS needs.
    """
    if len(simulated) < LEAST_MEMBERS:
        return None
    by_period = {(cell.what, cell.first, cell.last): cell.people for cell in cells}
    ours = theirs = 0.0
    for k, cell in enumerate(cells):
        before = by_period.get((cell.what, cell.first - cell.days, cell.first - 1))
        if before is not None and cell.series == "arrivals" and cell.is_open(open_days):
            ours += fair_crps(simulated[:, k], cell.people)
            theirs += persistence_crps(before, cell.people)
    return 1.0 - ours / theirs if theirs > 0.0 else None


def fair_crps(ensemble: Floats, observed: float) -> float:
    """``mean |x - y| - sum |x_i - x_j| / (2 m (m - 1))``, of an ensemble of m.

    Raises:
        ValueError: if the ensemble has fewer than :data:`LEAST_MEMBERS`: it has no spread.
    """
    members = len(ensemble)
    if members < LEAST_MEMBERS:
        raise ValueError(f"a fair CRPS needs {LEAST_MEMBERS} members or more, not {members}")
    ordered = np.sort(ensemble)
    pairs = 2.0 * float(((2.0 * np.arange(members) - members + 1.0) * ordered).sum())
    return float(np.abs(ensemble - observed).mean()) - pairs / (2.0 * members * (members - 1))


def persistence_crps(before: float, observed: float) -> float:
    """CRPS of a negative binomial with the count before as mean, half a person at least."""
    mean = max(before, 0.5)
    score = below = 0.0
    most = int(20.0 * mean + observed) + 50
    for n in range(most):
        chance = log_gamma(n + PERSISTENCE_K) - log_gamma(PERSISTENCE_K) - log_gamma(n + 1.0)
        chance += PERSISTENCE_K * log(PERSISTENCE_K / (PERSISTENCE_K + mean))
        chance += n * log(mean / (PERSISTENCE_K + mean))
        below += exp(chance)
        gap = below - (1.0 if n >= observed else 0.0)
        score += gap * gap
    return score


def open_days(scenario: Scenario, access: Rows) -> set[tuple[int, int]]:
    """(day, crossing) where everybody's claims were taken at some time of the day, by measures."""
    ends_h = np.asarray(scenario.world.clock.day_ends_h, dtype=np.float64)
    starts_h = np.concatenate(([0.0], ends_h[:-1]))
    is_open = access["access"] == OPEN
    begins, ends = access["begins"][is_open, None], access["ends"][is_open, None]
    span, day = np.nonzero((begins < ends_h) & (ends > starts_h))
    crossings = access["crossing"][is_open][span]
    return set(zip(day.tolist(), crossings.tolist(), strict=True))
