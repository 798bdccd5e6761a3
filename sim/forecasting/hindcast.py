"""A forecast from a day on, with what it says by hypothesis and how it scores on later counts.

Counts of later days reach the scores and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.errors import InputError
from sim.forecasting.baselines import BASELINES
from sim.forecasting.ensemble import Ensemble, StateSource, reference_path, run_ensemble
from sim.forecasting.evaluation import Evaluated, Score, evaluate
from sim.forecasting.hypothesis_signs import Sign, early_signs
from sim.forecasting.past import Past, past_of
from sim.forecasting.policy_path import PolicyPath
from sim.forecasting.scores import naive_error
from sim.forecasting.skill import MODEL, Skill, scored, skills
from sim.forecasting.targets import Target, counted_arrivals, targets_of
from sim.scenario.bounds import MOST_SEED, MOST_WORKERS
from sim.scenario.observed_counts import read_observed
from sim.scenario.observed_series import places_of
from sim.scenario.scenario import Scenario
from sim.study.execution import Progress
from sim.study.observed_cells import Cell
from sim.study.options import chosen_policies, require_within

Floats: TypeAlias = NDArray[np.float64]
StatesFor: TypeAlias = Callable[[date], StateSource | None]
SAMPLES: Final = 1000
MOST_SAMPLES: Final = 100_000
LEAST_SAMPLES: Final = 2
LEVELS: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
ALL: Final = "all"


@dataclass(frozen=True)
class Forecaster:
    """What makes forecasts of a scenario, from whatever day on.

    Attributes:
        scenario: the scenario, with all its counts.
        policy: id of the policy; of another than the reference the receiving state is free to do
            what that does, and baselines still see the reference's path.
        seed: seed of all random numbers.
        samples: states of the world, and samples of each baseline.
        workers: processes.
        states_for: gives states of the world fitted to counts up to a day; None for the priors.
    """

    scenario: Scenario
    policy: str
    seed: int
    samples: int = SAMPLES
    workers: int = 1
    states_for: StatesFor | None = None

    def __post_init__(self) -> None:
        chosen_policies(self.scenario, [self.policy])
        require_within("samples", self.samples, LEAST_SAMPLES, MOST_SAMPLES)
        require_within("seed", self.seed, 0, MOST_SEED)
        require_within("workers", self.workers, 1, MOST_WORKERS)

    def source(self, fit_until: date) -> StateSource | None:
        """Where states of the world come from that know counts up to a day."""
        return None if self.states_for is None else self.states_for(fit_until)

    def ensemble(
        self, until: int, source: StateSource | None, progress: Progress | None = None
    ) -> Ensemble:
        """The model to the end of day ``until``."""
        return run_ensemble(
            self.scenario,
            self.policy,
            samples=self.samples,
            until=until,
            seed=self.seed,
            workers=self.workers,
            source=source,
            progress=progress,
        )

    def hindcast(self, origin: int, until: int, ensemble: Ensemble, path: PolicyPath) -> Hindcast:
        """A forecast of days ``origin + 1`` to ``until`` by an ensemble that has them."""
        scenario, days = self.scenario, self.scenario.world.clock.days
        past = past_of(
            scenario,
            path,
            counted_arrivals(scenario, days[origin]),
            origin=origin,
            until=until,
            seed=self.seed,
            samples=self.samples,
        )
        later = counted_arrivals(scenario, days[until])
        targets = targets_of(scenario, path, later, origin=origin, until=until)
        return Hindcast(scenario, self.policy, past, ensemble, tuple(targets))


@dataclass(frozen=True)
class Hindcast:
    """A forecast, and its scores where later counts are known; it shows itself.

    Attributes:
        scenario: of what.
        policy: id of the policy.
        past: what was known.
        ensemble: the model's samples, from the scenario's first day on.
        targets: later counts, in order of days; none where the forecast is blind.
    """

    scenario: Scenario
    policy: str
    past: Past
    ensemble: Ensemble
    targets: tuple[Target, ...]

    @property
    def days(self) -> list[date]:
        """The days that are forecast."""
        return [self.scenario.world.clock.days[day] for day in self.past.ahead]

    @property
    def fit_until(self) -> date:
        """The last day that was known."""
        return self.scenario.world.clock.days[self.past.origin]

    @property
    def crossings(self) -> list[str]:
        """Ids of the crossings."""
        return [crossing.id for crossing in self.scenario.world.network.crossings]

    @property
    def title(self) -> str:
        """The scenario's, for what chooses letters of a picture."""
        return self.scenario.title

    @property
    def places(self) -> list[dict[str, str]]:
        """Names of the crossings, for the same."""
        return [{"name": each.name} for each in self.scenario.world.network.crossings]

    @property
    def is_blind(self) -> bool:
        """Whether nothing is known of what came later."""
        return not self.targets

    @cached_property
    def straddling(self) -> list[Cell]:
        """Counts of arrivals that began by the last known day and ended later."""
        origin = self.past.origin
        later = counted_arrivals(self.scenario, self.scenario.world.clock.days[self.past.until])
        return [each for each in later if each.first <= origin < each.last]

    @property
    def people(self) -> Floats:
        """The model's samples, shape (samples, days ahead, crossings)."""
        return self.ensemble.people[:, self.past.origin + 1 : self.past.until + 1]

    @cached_property
    def forecast(self) -> pl.DataFrame:
        """Rows of ``forecast.csv``: date, place, sample, value; zeros in."""
        samples, days, places = self.people.shape
        return pl.DataFrame(
            {
                "date": np.repeat(np.array(self.days, dtype="datetime64[D]"), places * samples),
                "place": [
                    name for _ in range(days) for name in self.crossings for _ in range(samples)
                ],
                "sample": np.tile(np.arange(samples), days * places),
                "value": self.people.transpose(1, 2, 0).ravel().astype(np.int64),
            }
        )

    @cached_property
    def forecast_csv(self) -> bytes:
        """``forecast.csv``, the same bytes for the same scenario, code, seed and samples."""
        return csv_of(self.forecast)

    @property
    def digest(self) -> str:
        """SHA-256 of ``forecast.csv``."""
        return hashlib.sha256(self.forecast_csv).hexdigest()

    @cached_property
    def by_hypothesis(self) -> pl.DataFrame:
        """Rows of ``forecast_by_hypothesis.csv``: quantiles by day, place and hypothesis."""
        held = np.array(self.ensemble.hypotheses)
        names = [ALL, *sorted(set(self.ensemble.hypotheses))]
        rows = [
            (day, place, name, *_summary(self.people[(held == name) | (name == ALL), number, k]))
            for number, day in enumerate(self.days)
            for k, place in enumerate(self.crossings)
            for name in names
        ]
        columns = ["date", "place", "hypothesis", "samples", "mean"]
        columns += [f"q{round(100 * level):02d}" for level in LEVELS]
        return pl.DataFrame(rows, schema=columns, orient="row")

    @cached_property
    def signs(self) -> list[Sign]:
        """What one sign in the first two days would tell about hypotheses."""
        is_open = self.past.path.is_open[self.past.origin + 1 : self.past.until + 1]
        return early_signs(self.people, is_open, self.ensemble.hypotheses, self.crossings)

    @cached_property
    def forecasts(self) -> list[Evaluated]:
        """The model and every baseline."""
        series = [self.past.series(crossing) for crossing in range(len(self.crossings))]
        scale = naive_error(series)
        samples = {MODEL: self.people} | {each.id: each.forecast(self.past) for each in BASELINES}
        origin, seed = self.past.origin, self.past.seed
        return [Evaluated(name, x, origin, seed, scale) for name, x in samples.items()]

    @cached_property
    def scores(self) -> list[Score]:
        """Every score of every forecaster; none where the forecast is blind."""
        if self.is_blind:
            return []
        return [row for each in self.forecasts for row in evaluate(each, self.targets)]

    @cached_property
    def skills(self) -> list[Skill]:
        """Skill over all open counts; none where there are none."""
        if self.is_blind:
            return []
        return skills(scored(self.forecasts, self.targets), seed=self.past.seed)

    def score(self, score: str, group: str = "open", forecast: str = MODEL) -> float:
        """One score by its name.

        Raises:
            KeyError: if there is no such score.
        """
        found = {(each.forecast, each.group, each.score): each.value for each in self.scores}
        return found[forecast, group, score]

    def __repr__(self) -> str:
        return f"<Hindcast of {self.scenario.name} from {self.fit_until}, {len(self.days)} days>"


def _summary(values: Floats) -> tuple[float, ...]:
    """Number, mean and quantiles."""
    quantiles = (round(float(each), 6) for each in np.quantile(values, LEVELS))
    return len(values), round(float(values.mean()), 6), *quantiles


def csv_of(frame: pl.DataFrame) -> bytes:
    """A table as CSV, with the line ends of every system's."""
    return frame.write_csv(line_terminator="\n").encode()


def make_hindcast(
    forecaster: Forecaster,
    fit_until: date,
    until: date | None = None,
    *,
    progress: Progress | None = None,
) -> Hindcast:
    """Forecast the days after ``fit_until``.

    Args:
        forecaster: who forecasts.
        fit_until: the last day whose counts may be used.
        until: the last day that is forecast; if None the last with a later count, and if there is
            none the scenario's last.
        progress: called with (states of the world done, states of the world in all).

    Raises:
        InputError: if these are no days of the scenario, in this order.
    """
    scenario = forecaster.scenario
    origin = day_number(scenario, fit_until, "fit-until")
    last = (
        _last_counted(scenario, origin) if until is None else day_number(scenario, until, "until")
    )
    if last <= origin:
        raise InputError(f"nothing is left to forecast: until {until} is not after {fit_until}")
    ensemble = forecaster.ensemble(last, forecaster.source(fit_until), progress)
    path = reference_path(scenario, until=last, seed=forecaster.seed)
    return forecaster.hindcast(origin, last, ensemble, path)


def day_number(scenario: Scenario, day: date, name: str) -> int:
    """Number of a local day.

    Raises:
        InputError: if the scenario does not have it.
    """
    days = scenario.world.clock.days
    if not days[0] <= day <= days[-1]:
        raise InputError(f"{name} must be a day from {days[0]} to {days[-1]}, got {day}")
    return (day - days[0]).days


def _last_counted(scenario: Scenario, origin: int) -> int:
    days = scenario.world.clock.days
    counted = (each for each in counted_arrivals(scenario, days[-1]) if each.first > origin)
    return max((each.last for each in counted), default=len(days) - 1)


def with_counts(scenario: Scenario, file: str | Path | None, source: str = "") -> Scenario:
    """The scenario with the counts of a table in the place of its own.

    Args:
        scenario: the scenario.
        file: a table as ``observed`` takes it; the scenario is as it was if None.
        source: where counts are from whose row does not say so.

    Raises:
        ScenarioError: if the table cannot be used.
    """
    if file is None:
        return scenario
    counts = read_observed(Path(file), places_of(scenario), source or Path(file).name)
    return replace(scenario, observed=counts)


def rows_of(rows: Sequence[Score | Skill | Sign], kind: type) -> pl.DataFrame:
    """Rows as a table with the names of their fields."""
    return pl.DataFrame(list(rows), schema=list(kind._fields), orient="row")  # type: ignore[attr-defined]
