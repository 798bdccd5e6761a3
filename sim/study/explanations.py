"""Rival explanations of why people did or did not move on, each switched off in turn.

After one closure nearly everybody may go to the next crossing, after another hardly anybody.
Distance, opening hours, cold, a transit side that stops, capacity and fear of failure can each
explain that. If a pattern can be had without an explanation, the pattern does not prove it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sim.clock import Opening
from sim.errors import InputError
from sim.scenario.scenario import Scenario
from sim.study.episode import samples
from sim.study.execution import Count
from sim.study.options import StudyOptions
from sim.study.patterns import collapse, quotient, substitution
from sim.world.network import Crossing

SUBSTITUTED: Final = 0.7
COLLAPSED: Final = 0.35


@dataclass(frozen=True)
class Explanation:
    """A rival explanation of why people did or did not move on, and the state without it."""

    name: str
    without: Callable[[Scenario], Scenario]


@dataclass(frozen=True)
class Reach:
    """How often states of the world without an explanation show substitution and collapse.

    Attributes:
        explanation: which is switched off.
        states: states of the world in which people came.
        substitution: share of them with near-complete substitution, 0 to 1.
        collapse: share with a collapse.
        both: share with both, one after the other.
    """

    explanation: str
    states: int
    substitution: float
    collapse: float
    both: float


def _with_parameters(scenario: Scenario, **values: float) -> Scenario:
    """The scenario with parameters held at values, and no longer uncertain."""
    world = replace(scenario.world, parameters=replace(scenario.world.parameters, **values))
    kept = tuple(each for each in scenario.uncertainties if each.parameter not in values)
    return replace(scenario, world=world, uncertainties=kept)


def _with_crossings(scenario: Scenario, change: Callable[[Crossing], Crossing]) -> Scenario:
    network = scenario.world.network
    changed = replace(network, crossings=tuple(change(each) for each in network.crossings))
    return replace(scenario, world=replace(scenario.world, network=changed))


def without_distance(scenario: Scenario) -> Scenario:
    """Far crossings are as near as others: travel takes a tenth of the time and costs nothing."""
    return _with_parameters(
        scenario, travel_time_factor=0.1, transport_eur_per_km=0.0, route_scale_eur=0.0
    )


def without_opening_hours(scenario: Scenario) -> Scenario:
    """Every crossing is open round the clock."""
    always = (Opening(hours="24 h"),)
    return _with_crossings(scenario, lambda crossing: replace(crossing, opening=always))


def without_cold(scenario: Scenario) -> Scenario:
    """Cold changes nobody's mind and wears out nobody's patience."""
    return _with_parameters(scenario, cold_cost_eur=0.0, cold_impatience=0.0, give_up_cold=0.0)


def without_transit_response(scenario: Scenario) -> Scenario:
    """The transit side does not respond to what happens."""
    return replace(scenario, responses={})


def without_capacity(scenario: Scenario) -> Scenario:
    """Nothing at the crossings is ever full, and nobody turns away from a queue."""

    def unlimited(crossing: Crossing) -> Crossing:
        return replace(
            crossing,
            admission=replace(crossing.admission, lanes=1000),
            registration=replace(
                crossing.registration, servers=1000, servers_after_hours=1000, interpreters=None
            ),
            suspension=None,
            shelter_places=None,
        )

    return _with_parameters(_with_crossings(scenario, unlimited), balking_per_h=0.0, patience_h=0.0)


def without_fear(scenario: Scenario) -> Scenario:
    """Neither own nor others' failure keeps anybody away."""
    return _with_parameters(
        scenario,
        failure_weight=0.0,
        turned_back_cost_eur=0.0,
        experience_weight=0.0,
        peer_rate_per_h=0.0,
        give_up_failures=0.0,
    )


EXPLANATIONS: Final = (
    Explanation("none", lambda scenario: scenario),
    Explanation("distance", without_distance),
    Explanation("opening hours", without_opening_hours),
    Explanation("cold", without_cold),
    Explanation("the transit side stopping", without_transit_response),
    Explanation("capacity", without_capacity),
    Explanation("fear of failure", without_fear),
)


def reach_without(
    explanation: Explanation, options: StudyOptions, count: Count | None = None
) -> Reach:
    """How often substitution and collapse occur with one explanation switched off.

    Args:
        explanation: the explanation.
        options: a study of a single policy.
        count: counts the states of the world that are done.

    Raises:
        InputError: if the policy has no such episode, or no state of the world has people in it.
    """
    without = replace(options, scenario=explanation.without(options.scenario))
    changes = np.array(
        [
            (
                quotient(*substitution(sample.arrivals, sample.episode)),
                quotient(*collapse(sample.arrivals, sample.episode)),
            )
            for sample in samples(without, count)
            if sample.is_episode
        ]
    )
    if not len(changes):
        raise InputError(
            f"people came in none of {options.replicates} states of the world; patterns need some"
        )
    near, gone = changes[:, 0] >= SUBSTITUTED, changes[:, 1] <= COLLAPSED
    both = near & gone
    shares = (float(found.mean()) for found in (near, gone, both))
    return Reach(explanation.name, len(changes), *shares)
