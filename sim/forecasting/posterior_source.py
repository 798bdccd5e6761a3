"""States of the world of a hindcast out of posteriors, which may not know later counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sim.errors import InputError
from sim.forecasting.ensemble import StateSource
from sim.results.posterior_folder import Posterior, read_posterior
from sim.scenario.scenario import Scenario
from sim.study.posterior_states import posterior_state, require_fitting
from sim.study.states import StateOfWorld

PRIORS: Final = "the scenario's priors"


@dataclass(frozen=True)
class PosteriorStates:
    """States of the world that are particles of a posterior.

    Attributes:
        scenario: the scenario.
        posterior: what they are drawn from.
        seed: seed of the forecast.
    """

    scenario: Scenario
    posterior: Posterior
    seed: int

    def state(self, number: int) -> StateOfWorld:
        """State of the world ``number``, from 0."""
        return posterior_state(self.scenario, self.posterior, number, seed=self.seed)


@dataclass(frozen=True)
class Drawing:
    """What the states of the world of forecasts are drawn from.

    Attributes:
        words: the same in words, without the hash.
        states_for: gives states that know counts up to a day; None, or giving None, for the priors.
        digest: hash of the posterior; empty where there is none, or one for each first day.
        note: what a user should know who asked for nothing else; empty if nothing.
    """

    words: str = PRIORS
    states_for: Callable[[date], StateSource | None] | None = None
    digest: str = ""
    note: str = ""


def drawn_from_one(scenario: Scenario, posterior: Posterior, seed: int) -> Drawing:
    """States of one posterior, for forecasts from days that it does not look beyond.

    Raises:
        InputError: if it is of another case; and where a forecast from an earlier day asks.
    """
    require_fitting(scenario, posterior)
    states, until = PosteriorStates(scenario, posterior, seed), known_until(posterior)

    def states_for(fit_until: date) -> PosteriorStates:
        if until > fit_until:
            raise InputError(
                f"the posterior in {posterior.folder} knows counts until {until}, and a forecast "
                f"from {fit_until} may not: calibrate with --until {fit_until}"
            )
        return states

    is_carried = bool(posterior.manifest.get("transfer"))  # older posteriors have no such key
    carried = " with half of its prior carried over from another case" if is_carried else ""
    runs = posterior.manifest["runs"]
    words = f"a posterior of {runs} runs and counts until {until}{carried}"
    return Drawing(words, states_for, posterior.digest)


def drawn_as_usual(scenario: Scenario, seed: int, first_days: Sequence[date]) -> Drawing:
    """States of the scenario's own posterior; of the priors where that knows too much.

    Args:
        scenario: the scenario.
        seed: seed of the forecasts.
        first_days: the last known day of each forecast.

    Raises:
        InputError: if the posterior does not fit the scenario.
        ResultsError: if it cannot be read.
    """
    if scenario.posterior is None:
        return Drawing()
    posterior = read_posterior(scenario.posterior)
    require_fitting(scenario, posterior)
    states, until = PosteriorStates(scenario, posterior, seed), known_until(posterior)
    early = sorted({day for day in first_days if day < until})
    own = f"the scenario's posterior of counts until {until}"
    if not early:
        return Drawing(own, lambda day: states, posterior.digest)
    note = _too_early(until, early)
    if len(early) == len(set(first_days)):
        return Drawing(f"{PRIORS}, since its posterior knows counts until {until}", note=note)
    named = f"{own}; {PRIORS} for forecasts from before {until}"
    return Drawing(named, lambda day: None if day < until else states, posterior.digest, note)


def known_until(posterior: Posterior) -> date:
    """The last day whose counts a posterior knows."""
    return date.fromisoformat(posterior.manifest["until"])


def _too_early(until: date, days: Sequence[date]) -> str:
    more = f" and {len(days) - 1} more days" if len(days) > 1 else ""
    return (
        f"the scenario's posterior knows counts until {until}, and a forecast from {days[0]}{more} "
        "may not: the priors are taken; --refit RUNS calibrates to what was known by then, and "
        "--prior takes the priors without this note"
    )


def drawn_refitted(
    scenario: Scenario, fit: Callable[[date], Posterior], seed: int, runs: int
) -> Drawing:
    """States that are fitted again to the counts up to each day, once for a day."""
    made: dict[date, PosteriorStates] = {}

    def states_for(fit_until: date) -> PosteriorStates:
        if fit_until not in made:
            made[fit_until] = PosteriorStates(scenario, fit(fit_until), seed)
        return made[fit_until]

    return Drawing(f"posteriors of counts until each first day, {runs} runs each", states_for)
