"""States of the world out of a posterior: each is a particle, as often as it weighs.

Particles are laid side by side, each as wide as it weighs: by hypothesis, then by response, and
among these in an order that is random but fixed. The states of the world are the terms of a
sequence that fills that row evenly. So hypotheses and responses have their shares in few states of
the world already, and state k is the same however many there are. Its runs have the key that they
have under the prior.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

import numpy as np

from sim.errors import InputError, quoted
from sim.randomness import POSTERIOR_ORDER, POSTERIOR_START, state_key, uniform
from sim.results.posterior_folder import Posterior
from sim.scenario.scenario import Scenario
from sim.study.states import GOLDEN_RATIO, StateOfWorld, draw_state, response_weights, state_of

KEPT = 4  # orders that are made once for many states of the world


def posterior_state(
    scenario: Scenario,
    posterior: Posterior,
    number: int,
    *,
    seed: int,
    hypothesis: str | None = None,
    response: str | None = None,
) -> StateOfWorld:
    """State of the world ``number`` of a study whose states are drawn from a posterior.

    What the posterior does not know is drawn from the prior.

    Args:
        scenario: the scenario.
        posterior: what is drawn from.
        number: number of the state of the world, from 0.
        seed: seed of the study.
        hypothesis: id of the hypothesis that every state of the world holds: only particles that
            hold it are drawn; any if None.
        response: the same of the response rule, where the hypothesis may go with it.
    """
    rows = rows_of(scenario, posterior, hypothesis, response)
    row = _drawn_row(posterior, rows, number, seed)
    held = posterior.hypotheses[row]
    prior = draw_state(scenario, number, seed=seed, central=False, hypothesis=held)
    known = dict(zip(posterior.parameters, posterior.values[row].tolist(), strict=True))
    drawn = {name: known.get(name, value) for name, value in prior.drawn.items()}
    return state_of(scenario, number, drawn, hypothesis=held, response=posterior.responses[row])


def rows_of(
    scenario: Scenario, posterior: Posterior, hypothesis: str | None, response: str | None
) -> tuple[int, ...]:
    """Particles that hold what every state of the world is to hold.

    Raises:
        InputError: if none does.
    """
    rows = [
        row
        for row, (held, answer) in enumerate(
            zip(posterior.hypotheses, posterior.responses, strict=True)
        )
        if hypothesis in (None, held)
        and (response in (None, answer) or response not in response_weights(scenario, held))
    ]
    if not rows:
        asked = " and ".join(quoted(each) for each in (hypothesis, response) if each)
        raise InputError(
            f"the posterior in {posterior.folder} has no particle with {asked}; the prior has: "
            "take it with --prior"
        )
    return tuple(rows)


def _drawn_row(posterior: Posterior, rows: tuple[int, ...], number: int, seed: int) -> int:
    mixed, running = _laid_out(posterior, rows, seed)
    start = float(uniform(np.uint64(state_key(seed, 0)), POSTERIOR_START, np.uint64(0), 0))
    u = (start + number * GOLDEN_RATIO) % 1.0
    return mixed[min(bisect_right(running, u * running[-1]), len(mixed) - 1)]


@lru_cache(KEPT)
def _laid_out(
    posterior: Posterior, rows: tuple[int, ...], seed: int
) -> tuple[list[int], list[float]]:
    """Rows in their random order, and where each ends."""
    key = np.uint64(state_key(seed, 0))

    def place(row: int) -> tuple[str, str, float]:
        order = float(uniform(key, POSTERIOR_ORDER, np.uint64(row), 0))
        return posterior.hypotheses[row], posterior.responses[row], order

    mixed = sorted(rows, key=place)
    return mixed, list(accumulate(float(posterior.weights[row]) for row in mixed))


def require_fitting(scenario: Scenario, posterior: Posterior) -> None:
    """Refuse a posterior that is of something else than the scenario.

    Raises:
        InputError: if it has parameters, hypotheses or responses that the scenario has not, or
            values beyond the scenario's ranges.
    """
    ranges = {each.parameter: each for each in scenario.uncertainties}
    strange = sorted(
        [name for name in posterior.parameters if name not in ranges]
        + [name for name in set(posterior.hypotheses) if name not in scenario.hypotheses]
        + [name for name in set(posterior.responses) if name and name not in scenario.responses]
    )
    if strange:
        named = ", ".join(quoted(each) for each in strange)
        raise InputError(
            f"the posterior in {posterior.folder} is of another case: this scenario does not draw "
            f"{named}; run rajasim calibrate on it"
        )
    for name, column in zip(posterior.parameters, posterior.values.T, strict=True):
        if not ranges[name].low <= float(column.min()) <= float(column.max()) <= ranges[name].high:
            raise InputError(
                f"the posterior in {posterior.folder} has values of {quoted(name)} beyond the "
                "range of this scenario; run rajasim calibrate on it"
            )
