"""Exact values of queues: Erlang's formulas, birth-and-death chains, uniformisation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


def erlang_b(servers: int, load: float) -> float:
    """Chance that all servers are busy where nobody waits (Erlang 1917), by its recursion."""
    blocked = 1.0
    for c in range(1, servers + 1):
        blocked = load * blocked / (c + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Chance of waiting in M/M/c with offered load below c."""
    blocked = erlang_b(servers, load)
    return servers * blocked / (servers - load * (1.0 - blocked))


def pollaczek_khinchine(rate: float, mean: float, cv: float) -> float:
    """Mean wait in M/G/1: lambda E[S^2] / (2 (1 - rho))."""
    return rate * mean**2 * (1.0 + cv**2) / (2.0 * (1.0 - rate * mean))


def birth_and_death(births: Sequence[float], deaths: Sequence[float]) -> NDArray[np.float64]:
    """Stationary chances of 0, 1, 2, ... present, by balance of flows up and down."""
    ratios = np.asarray(births) / np.asarray(deaths)
    weights = np.concatenate(([1.0], np.cumprod(ratios)))
    return np.asarray(weights / weights.sum())


@dataclass(frozen=True)
class LossQueue:
    """M/M/c/K: anyone who finds K people leaves for good."""

    rate_per_h: float
    servers: int
    places: int

    @property
    def present(self) -> NDArray[np.float64]:
        """Chances of 0 to K present."""
        busy = [min(n, self.servers) for n in range(1, self.places + 1)]
        return birth_and_death([self.rate_per_h] * self.places, busy)

    @property
    def blocked(self) -> float:
        """Chance of finding it full."""
        return float(self.present[-1])

    @property
    def in_line(self) -> float:
        """Mean number who wait."""
        waiting = np.maximum(0, np.arange(self.places + 1) - self.servers)
        return float(self.present @ waiting)

    @property
    def in_system(self) -> float:
        """Mean number present."""
        return float(self.present @ np.arange(self.places + 1))

    @property
    def wait_h(self) -> float:
        """Mean wait of those who are let in (Little)."""
        return self.in_line / (self.rate_per_h * (1.0 - self.blocked))


@dataclass(frozen=True)
class ErlangA:
    """M/M/c with exponential patience (Palm 1957; Garnett, Mandelbaum and Reiman 2002)."""

    rate_per_h: float
    servers: int
    patience_h: float
    most: int = 400

    @property
    def present(self) -> NDArray[np.float64]:
        """Chances of 0, 1, 2, ... present."""
        n = np.arange(1, self.most + 1)
        deaths = np.minimum(n, self.servers) + np.maximum(0, n - self.servers) / self.patience_h
        return birth_and_death([self.rate_per_h] * self.most, deaths.tolist())

    @property
    def in_line(self) -> float:
        """Mean number who wait."""
        return float(self.present @ np.maximum(0, np.arange(self.most + 1) - self.servers))

    @property
    def abandoning(self) -> float:
        """Chance of leaving unserved: theta Lq = lambda P(abandon)."""
        return self.in_line / (self.patience_h * self.rate_per_h)

    @property
    def waiting(self) -> float:
        """Chance of finding all servers busy."""
        return float(self.present[self.servers :].sum())


def overload_queue(size: int, hours: float) -> float:
    """Mean line per unit of size in M/M/2n with lambda 3n and mu 1, from empty, at an hour.

    By uniformisation (Jensen 1953): a Poisson mixture of steps of the chain.
    """
    arrivals, servers = 3.0 * size, 2 * size
    most = int(arrivals * hours + 12.0 * math.sqrt(arrivals * hours) + 20.0)
    n = np.arange(most + 1)
    leaves = np.minimum(n, servers) / (arrivals + servers)
    comes = np.where(n < most, arrivals / (arrivals + servers), 0.0)
    chances, mixture = np.zeros(most + 1), np.zeros(most + 1)
    chances[0] = 1.0
    rate = (arrivals + servers) * hours
    steps = int(rate + 12.0 * math.sqrt(rate) + 20.0)
    for k in range(steps + 1):
        mixture += chances * math.exp(k * math.log(rate) - rate - math.lgamma(k + 1.0))
        stays = chances * (1.0 - comes - leaves)
        up, down = chances * comes, chances * leaves
        chances = stays
        chances[1:] += up[:-1]
        chances[:-1] += down[1:]
    return float(mixture @ np.maximum(0, n - servers)) / size
