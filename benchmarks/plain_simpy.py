"""The plain model in SimPy, event by event: ``python -m benchmarks.plain_simpy GROUPS SEED RUNS``.

Each group is a process, lanes and desks are resources. Who has a lane at night holds it until the
crossing opens: with one queue, first come first served, that is the same as waiting for it.
"""

from __future__ import annotations

from collections.abc import Generator
from random import Random
from typing import Any, TypeAlias

import simpy

from benchmarks.plain_model import CITIES, CROSSINGS, DAYS, HUBS, REVIEW_PER_H, PlainModel
from benchmarks.plain_outcome import Outcome, print_runs
from benchmarks.plain_rules import (
    balking_chance,
    best_crossing,
    draw_tastes,
    leaving_probability,
    until_open_h,
)

Process: TypeAlias = Generator[simpy.Event, Any, None]


class Border:
    """The border, what happens there, and what is counted."""

    def __init__(self, model: PlainModel, seed: int) -> None:
        self.model, self.random, self.env = model, Random(seed), simpy.Environment()
        self.following = model.routes[1]
        self.lanes = [simpy.Resource(self.env, model.lanes) for _ in range(CROSSINGS)]
        self.desks = [simpy.Resource(self.env, model.desks) for _ in range(CROSSINGS)]
        self.before_lanes = [0] * CROSSINGS
        self.exits = [0] * CROSSINGS
        self.groups = self.events = self.decisions = self.balked = 0
        self.waited_h = 0.0

    def appear(self) -> Process:
        """Groups appear as a Poisson process."""
        while True:
            yield self.env.timeout(self.random.expovariate(self.model.groups / (24.0 * DAYS)))
            self.groups += 1
            self.events += 1
            self.env.process(self.journey())

    def journey(self) -> Process:
        """One group, from its city to the end of its registration."""
        tastes = draw_tastes(self.random)
        hub = self.random.randrange(CITIES)
        yield from self.wait_at(hub, at_once=True)
        j = best_crossing(self.model.utility[hub], tastes)
        yield from self.travel(hub, j)
        first_h = self.env.now
        while self.balks(j):
            hub = CITIES + j
            yield self.env.timeout(self.model.leg_h[hub][HUBS + j])
            self.events += 1
            yield from self.wait_at(hub, at_once=False)
            j = best_crossing(self.model.utility[hub], tastes)
            yield from self.travel(hub, j)
        yield from self.cross(j)
        self.exits[j] += 1
        self.waited_h += self.env.now - first_h

    def wait_at(self, hub: int, *, at_once: bool) -> Process:
        """Wait at a hub until the group sets out, which it may do at once."""
        self.decisions += 1
        leaving = leaving_probability(self.model.utility[hub])
        if not (at_once and self.random.random() < leaving):
            yield self.env.timeout(self.random.expovariate(REVIEW_PER_H * leaving))
            self.events += 1

    def travel(self, hub: int, j: int) -> Process:
        """Leg by leg to a crossing."""
        here = hub
        while here < HUBS:
            there = self.following[here][j]
            yield self.env.timeout(self.model.leg_h[here][there])
            self.events += 1
            here = there

    def balks(self, j: int) -> bool:
        """Whether a group turns away at the sight of the queue."""
        before_desks = len(self.desks[j].queue)
        now, before = self.env.now, self.before_lanes[j]
        chance = balking_chance(self.model, j, now, before, before_desks)
        balks = self.random.random() < chance
        self.balked += balks
        return balks

    def cross(self, j: int) -> Process:
        """Admission while the crossing is open, then registration."""
        self.before_lanes[j] += 1
        with self.lanes[j].request() as lane:
            yield lane
            closed_h = until_open_h(self.model, j, self.env.now)
            if closed_h > 0.0:
                yield self.env.timeout(closed_h)
            yield self.env.timeout(self.random.expovariate(1.0 / self.model.service_h))
        self.before_lanes[j] -= 1
        self.events += 1
        with self.desks[j].request() as desk:
            yield desk
            yield self.env.timeout(self.random.expovariate(1.0 / self.model.service_h))
        self.events += 1


def simulate(model: PlainModel, seed: int) -> Outcome:
    """One run."""
    border = Border(model, seed)
    border.env.process(border.appear())
    border.env.run(until=24.0 * DAYS)
    return Outcome(
        groups=border.groups,
        events=border.events,
        decisions=border.decisions,
        balked=border.balked,
        mean_wait_h=border.waited_h / sum(border.exits),
        exits=border.exits,
    )


if __name__ == "__main__":
    print_runs(simulate)
