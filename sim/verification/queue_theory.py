"""Exact values of queues: Erlang, Cobham, birth-and-death chains, uniformisation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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


def cobham(rates: Sequence[float], mean: float, cv: float) -> list[float]:
    """Mean waits in M/G/1 of classes in order of priority; nobody is interrupted (Cobham 1954).

    ``W_k = W_0 / ((1 - s_(k-1)) (1 - s_k))`` with ``W_0 = lambda E[S^2] / 2`` and s_k the load of
    the classes up to k.
    """
    begun_h = 0.5 * sum(rates) * mean**2 * (1.0 + cv**2)
    loads = [mean * sum(rates[:k]) for k in range(len(rates) + 1)]
    return [begun_h / ((1.0 - above) * (1.0 - own)) for above, own in pairwise(loads)]


def batch_wait_h(batches_per_h: float, size: int, servers: int, *, most: int = 4000) -> float:
    """Mean wait in M^[X]/M/c with batches of one size and mean service 1 h.

    Flows over the cut between n and n + 1 present are equal: batches that come to ``size`` states
    below carry up, ``min(n + 1, c)`` servers carry down. The wait follows by Little's law.
    """
    chances = [1.0]
    for n in range(most):
        upward = batches_per_h * math.fsum(chances[max(0, n - size + 1) : n + 1])
        chances.append(upward / min(n + 1, servers))
    in_line = math.fsum(max(0, n - servers) * each for n, each in enumerate(chances))
    return in_line / math.fsum(chances) / (batches_per_h * size)


@dataclass(frozen=True)
class DailyStaff:
    """M/M/c whose number of servers follows the clock, the same every day; nobody is interrupted.

    The state is (waiting, served). Those served when servers leave stay until they are done, and
    nobody else begins before fewer are served than there are servers. Within a stretch of the day
    the chain and the integral of the line are uniformised (Jensen 1953); days are repeated until
    they are alike.

    Attributes:
        rate_per_h: people who come, at all hours; mean service is 1 h.
        stretches: (hours, servers) of the stretches of a day.
        most: people who wait at most; chances of more must be nil.
    """

    rate_per_h: float
    stretches: tuple[tuple[float, int], ...]
    most: int = 200

    @property
    def in_line(self) -> float:
        """Mean number who wait, over a day."""
        chances = np.zeros((self.most + 1, self._highest + 1))
        chances[0, 0] = 1.0
        before, line = -1.0, 0.0
        while abs(line - before) > 1e-8:
            before, line = line, 0.0
            for hours, servers in self.stretches:
                chances, person_h = self._after(self._begun(chances, servers), hours, servers)
                line += person_h
        return line / sum(hours for hours, _ in self.stretches)

    @property
    def wait_h(self) -> float:
        """Mean wait (Little)."""
        return self.in_line / self.rate_per_h

    @property
    def _highest(self) -> int:
        return max(servers for _, servers in self.stretches)

    def _begun(self, chances: NDArray[np.float64], servers: int) -> NDArray[np.float64]:
        """Once so many servers are there, those who wait begin as far as there are."""
        after = np.zeros_like(chances)
        for waiting in range(self.most + 1):
            for served in range(self._highest + 1):
                begin = min(waiting, max(0, servers - served))
                after[waiting - begin, served + begin] += chances[waiting, served]
        return after

    def _after(
        self, chances: NDArray[np.float64], hours: float, servers: int
    ) -> tuple[NDArray[np.float64], float]:
        """Chances after a stretch, and the person-hours of waiting in it."""
        rate = self.rate_per_h + self._highest
        line = np.arange(self.most + 1)
        mixture, person_h, beyond = np.zeros_like(chances), 0.0, 1.0
        for k in range(int(rate * hours + 12.0 * math.sqrt(rate * hours) + 20.0) + 1):
            weight = math.exp(k * math.log(rate * hours) - rate * hours - math.lgamma(k + 1.0))
            beyond -= weight
            mixture += weight * chances
            person_h += max(0.0, beyond) / rate * float(line @ chances.sum(axis=1))
            chances = self._stepped(chances, rate, servers)
        return mixture, person_h

    def _stepped(
        self, chances: NDArray[np.float64], rate: float, servers: int
    ) -> NDArray[np.float64]:
        """One step of the uniformised chain."""
        after = np.zeros_like(chances)
        for served in range(self._highest + 1):
            here, coming = chances[:, served], self.rate_per_h / rate
            after[:, served] += here * (1.0 - coming - served / rate)
            if served < servers:
                after[:, served + 1] += coming * here
            else:
                after[1:, served] += coming * here[:-1]
                after[-1, served] += coming * here[-1]
            if served == 0:
                continue
            leaving = served / rate * here
            after[0, served - 1] += leaving[0]
            if served <= servers:
                after[:-1, served] += leaving[1:]
            else:
                after[1:, served - 1] += leaving[1:]
        return after
