"""States of the world of a hindcast out of posteriors, which may not know later counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sim.errors import InputError
from sim.results.posterior_folder import Posterior
from sim.scenario.scenario import Scenario
from sim.study.posterior_states import posterior_state
from sim.study.states import StateOfWorld


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


def states_of_one(
    scenario: Scenario, posterior: Posterior, seed: int
) -> Callable[[date], PosteriorStates]:
    """Gives the states of one posterior for forecasts from days that it does not look beyond."""

    def states_for(fit_until: date) -> PosteriorStates:
        until = date.fromisoformat(posterior.manifest["until"])
        if until > fit_until:
            raise InputError(
                f"the posterior in {posterior.folder} knows counts until {until}, and a forecast "
                f"from {fit_until} may not: calibrate with --until {fit_until}"
            )
        return PosteriorStates(scenario, posterior, seed)

    return states_for


def refitted_states(
    scenario: Scenario, fit: Callable[[date], Posterior], seed: int
) -> Callable[[date], PosteriorStates]:
    """Gives states that are fitted anew to the counts up to each day, once for a day."""
    made: dict[date, PosteriorStates] = {}

    def states_for(fit_until: date) -> PosteriorStates:
        if fit_until not in made:
            made[fit_until] = PosteriorStates(scenario, fit(fit_until), seed)
        return made[fit_until]

    return states_for
