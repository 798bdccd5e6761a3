"""S5 on the road graph: recursive logit (Fosgerau, Frejinger and Karlstroem 2013).

With legs of utility v = -cost and a scale m, the value of a place k on the way to a destination is
``V(k) = m ln sum_a exp((v(a|k) + V(a)) / m)``, V = 0 at the end, and the next place is drawn with
``P(a|k) = exp((v(a|k) + V(a) - V(k)) / m)``: the logit over all paths without listing them.
With z = exp(V / m) this is a linear system. Roads make cycles, so it has a solution only while the
spectral radius of exp(-cost / m) is below 1; near 1 people would go round and round before they
arrive, so that more than 0.9 is refused. With m = 0 everybody takes the fastest way.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic.compiled import njit
from sim.arithmetic.elementary import exp, log
from sim.engine.circles import circles_are_worth, too_large
from sim.engine.signatures import Columns, Floats, Row
from sim.randomness import ROUTE_LEG, uniform


def recursive_costs(
    leg_cost: NDArray[np.float64], hubs: int, scale_eur: float
) -> NDArray[np.float64]:
    """-V: the perceived cost of getting from each place to each destination.

    Args:
        leg_cost: cost of each leg, shape (places, places), EUR; infinite where there is none.
        hubs: how many of the places are hubs; the others are destinations.
        scale_eur: m, EUR.

    Returns:
        Shape (destinations, places), EUR; infinite where there is no way.

    Raises:
        ValueError: if the legs are so cheap against m that people would go round in circles.
    """
    weights = _leg_weights(leg_cost, scale_eur)
    if circles_are_worth(weights[:hubs, :hubs]):
        raise ValueError(too_large(scale_eur))
    costs: NDArray[np.float64] = _recursive_costs(leg_cost, weights, hubs, scale_eur)
    return costs


@njit(cache=True)
def _leg_weights(leg_cost: Floats, scale_eur: float) -> Floats:
    weights = np.empty_like(leg_cost)
    for k in range(leg_cost.shape[0]):
        for a in range(leg_cost.shape[1]):
            weights[k, a] = exp(-leg_cost[k, a] / scale_eur)
    return weights


@njit(cache=True)
def _recursive_costs(leg_cost: Floats, weights: Floats, hubs: int, scale_eur: float) -> Floats:
    places = leg_cost.shape[0]
    costs = np.full((places - hubs, places), np.inf)
    for d in range(places - hubs):
        end = hubs + d
        z = _solve(weights[:hubs, :hubs], weights[:hubs, end])
        costs[d, end] = 0.0
        for k in range(places):
            value = z[k] if k < hubs else _inner_product(weights[k], z)
            if k != end and value > 0.0:
                costs[d, k] = -scale_eur * log(value)
        _fill_by_cheapest_way(costs[d], leg_cost, hubs, end)
    return costs


@njit
def _inner_product(weights: Floats, z: Floats) -> float:
    """In order: BLAS sums in another one on another processor."""
    total = 0.0
    for k in range(len(z)):
        total += weights[k] * z[k]
    return total


@njit
def _fill_by_cheapest_way(costs: Floats, leg_cost: Floats, hubs: int, end: Row) -> None:
    """Where z is too small for a number the scale is so small that the cheapest way is taken."""
    unknown = np.isinf(costs)
    for _ in range(hubs + 1):
        for k in np.flatnonzero(unknown):
            onward_eur = leg_cost[k, end] if k < hubs else np.inf
            for a in range(hubs):
                onward_eur = min(onward_eur, leg_cost[k, a] + costs[a])
            costs[k] = min(costs[k], onward_eur)


@njit
def _solve(weights: Floats, to_end: Floats) -> Floats:
    """Z = weights z + to_end by elimination, stable without pivots for an M-matrix; else nan."""
    n = len(to_end)
    matrix, z = np.eye(n) - weights, to_end.copy()
    for k in range(n):
        if matrix[k, k] <= 0.0:
            return np.full(n, np.nan)
        for i in range(k + 1, n):
            factor = matrix[i, k] / matrix[k, k]
            if factor != 0.0:
                for j in range(k, n):
                    matrix[i, j] -= factor * matrix[k, j]
                z[i] -= factor * z[k]
    for k in range(n - 1, -1, -1):
        for j in range(k + 1, n):
            z[k] -= matrix[k, j] * z[j]
        z[k] /= matrix[k, k]
    return z


@njit
def next_leg(e: Columns, g: Row, d: Row, here: Row) -> Row:
    """The next place of group ``g`` on its way to destination ``d``, or -1 at the end."""
    scale_eur = e.parameters[0].route_scale_eur
    group = e.groups[g]
    journey = e.journeys[group.journey]
    journey.legs += 1
    if scale_eur <= 0.0 or e.next_place[d, here] < 0:
        return e.next_place[d, here]
    u = uniform(e.status[0].key, ROUTE_LEG, group.key, journey.legs)
    end = e.destinations[d].place
    running, chosen = 0.0, -1
    for place in range(len(e.zone)):
        onward_eur = e.leg_cost[here, place] + e.route_cost[d, place]
        if np.isinf(onward_eur) or (place >= e.status[0].hubs and place != end):
            continue
        running += exp((e.route_cost[d, here] - onward_eur) / scale_eur)
        chosen = place
        if u < running:
            return chosen
    return chosen
