"""The plain model in Mesa, hour by hour, one object a group.

``python -m benchmarks.plain_mesa GROUPS SEED RUNS`` is idiomatic: every agent is stepped every hour
by its agent set and works its choice out anew. With ``tuned`` after that, only groups that wait or
travel are stepped, from a plain list, and chances to leave are worked out once a hub.

What happens within an hour has its exact time, and crossings go through it in order: no leg is
shorter than an hour, so that nobody comes twice in one. The law is the same as event by event.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from heapq import heapify, heappop, heappush, heapreplace
from typing import Final

import mesa
import numpy as np

from benchmarks.plain_model import CITIES, CROSSINGS, DAYS, HUBS, REVIEW_PER_H, PlainModel
from benchmarks.plain_outcome import Outcome, print_runs
from benchmarks.plain_rules import (
    balking_chance,
    best_crossing,
    draw_tastes,
    leaving_probability,
    until_open_h,
)

TUNED: Final = "tuned"


class Group(mesa.Agent):
    """One group: at a hub, on the road, or at a crossing."""

    def __init__(self, model: Border, since_h: float) -> None:
        super().__init__(model)
        self.border = model
        self.hub, self.since_h = model.random.randrange(CITIES), since_h
        self.place: int | None = self.hub  # none on the road
        self.there = self.crossing = -1
        self.first_h = float("nan")
        self.at_crossing = False
        self.tastes = draw_tastes(model.random)
        model.decisions += 1
        if model.random.random() < model.leaving(self.hub):
            self.set_out(since_h)

    def step(self) -> None:
        """Whatever the group does in this hour."""
        ends_h = self.border.ends_h
        if self.at_crossing:
            return
        if self.place is not None:
            rate = REVIEW_PER_H * self.border.leaving(self.place)
            leaves_h = max(self.since_h, ends_h - 1.0) + self.border.random.expovariate(rate)
            if leaves_h >= ends_h:
                return
            self.border.events += 1
            self.set_out(leaves_h)
        while not self.at_crossing and self.place is None and self.since_h < ends_h:
            self.arrive()

    def set_out(self, now: float) -> None:
        """Choose a crossing and begin the first leg."""
        self.crossing = best_crossing(self.border.plain.utility[self.hub], self.tastes)
        self.begin_leg(self.border.following[self.hub][self.crossing], now)

    def begin_leg(self, there: int, now: float) -> None:
        """On the road to the next place."""
        self.place, self.there = None, there
        self.since_h = now + self.border.plain.leg_h[self.hub][there]

    def arrive(self) -> None:
        """At the end of a leg: go on, or meet the crossing; or stop, having turned away."""
        self.border.events += 1
        if self.there >= HUBS:
            self.at_crossing = True
            self.border.crossings[self.crossing].arrivals.append(
                (self.since_h, self.unique_id, self)
            )
        elif self.there == self.hub:
            self.place = self.hub
            self.border.decisions += 1
        else:
            self.hub = self.there
            self.begin_leg(self.border.following[self.hub][self.crossing], self.since_h)

    def turn_away(self, now: float) -> None:
        """Back to the town by the crossing."""
        self.at_crossing = False
        self.hub = CITIES + self.crossing
        self.since_h = now + self.border.plain.leg_h[self.hub][HUBS + self.crossing]
        self.there = self.hub


class Crossing(mesa.Agent):
    """One crossing: when each lane and desk is free, and who waits for them."""

    def __init__(self, model: Border, number: int) -> None:
        super().__init__(model)
        self.border, self.number = model, number
        self.arrivals: list[tuple[float, int, Group]] = []
        self.admissions: list[tuple[float, int, Group]] = []  # by their ends
        self.interviews: list[float] = []  # that have yet to begin
        self.lanes, self.desks = [0.0] * model.plain.lanes, [0.0] * model.plain.desks
        heapify(self.lanes)
        heapify(self.desks)

    def step(self) -> None:
        """Go through the hour in order of time."""
        for now, _, group in sorted(self.arrivals):
            self.serve_until(now)
            self.meet(group, now)
        self.arrivals.clear()
        self.serve_until(self.border.ends_h)

    def serve_until(self, now: float) -> None:
        """Those admitted by now go to the desk that is free first."""
        while self.admissions and self.admissions[0][0] <= now:
            admitted_h, _, group = heappop(self.admissions)
            begins_h = max(admitted_h, self.desks[0])
            registered_h = begins_h + self.border.service_h()
            heapreplace(self.desks, registered_h)
            heappush(self.interviews, begins_h)
            self.border.events += 1
            self.border.register(group, registered_h)
        while self.interviews and self.interviews[0] <= now:
            heappop(self.interviews)

    def meet(self, group: Group, now: float) -> None:
        """A group comes: it turns away, or has the lane that is free first."""
        border = self.border
        if np.isnan(group.first_h):
            group.first_h = now
        queues = len(self.admissions), len(self.interviews)
        if border.random.random() < balking_chance(border.plain, self.number, now, *queues):
            border.balked += 1
            group.turn_away(now)
            border.step_again(group)
            return
        begins_h = max(now, self.lanes[0])
        begins_h += until_open_h(border.plain, self.number, begins_h)
        admitted_h = begins_h + border.service_h()
        heapreplace(self.lanes, admitted_h)
        heappush(self.admissions, (admitted_h, group.unique_id, group))


class Border(mesa.Model):
    """The idiomatic model: agent sets step every agent every hour."""

    def __init__(self, plain: PlainModel, seed: int) -> None:
        super().__init__(rng=seed)
        self.plain, self.following = plain, plain.routes[1]
        self.utility = np.array(plain.utility)
        self.crossings = [Crossing(self, j) for j in range(CROSSINGS)]
        self.exits = [0] * CROSSINGS
        self.ends_h = 0.0
        self.groups = self.events = self.decisions = self.balked = self.agent_steps = 0
        self.waited_h = 0.0
        self.appears_h = self.interval_h()

    def interval_h(self) -> float:
        """Time to the next group."""
        return self.random.expovariate(self.plain.groups / (24.0 * DAYS))

    def service_h(self) -> float:
        """Time of an admission, or of a registration."""
        return self.random.expovariate(1.0 / self.plain.service_h)

    def leaving(self, hub: int) -> float:
        """The chance that a group at a hub sets out when it reconsiders."""
        weights = np.exp(self.utility[hub])
        return float(weights.sum() / (1.0 + weights.sum()))

    def step(self) -> None:
        """One hour."""
        self.ends_h += 1.0
        self.step_groups()
        while self.appears_h < self.ends_h:
            self.groups += 1
            self.events += 1
            self.welcome(Group(self, self.appears_h))
            self.appears_h += self.interval_h()
        for crossing in self.crossings:
            crossing.step()

    def step_groups(self) -> None:
        """Everybody who is there at the beginning of the hour."""
        if Group in self.agents_by_type:
            groups = self.agents_by_type[Group]
            self.agent_steps += len(groups)
            groups.do("step")

    def welcome(self, group: Group) -> None:
        """A new group does what it does in the rest of its first hour."""
        group.step()

    def step_again(self, group: Group) -> None:
        """A group has turned away from a crossing: it is stepped again."""

    def register(self, group: Group, registered_h: float) -> None:
        """A group's registration, which ends the model's concern."""
        if registered_h <= 24.0 * DAYS:
            self.events += 1
            self.exits[group.crossing] += 1
            self.waited_h += registered_h - group.first_h
        group.remove()


class TunedBorder(Border):
    """The same, with the loop and the logit by hand."""

    def __init__(self, plain: PlainModel, seed: int) -> None:
        super().__init__(plain, seed)
        self.moving: list[Group] = []
        self.leaving_by_hub = [leaving_probability(row) for row in plain.utility]

    def leaving(self, hub: int) -> float:
        """From the table."""
        return self.leaving_by_hub[hub]

    def step_groups(self) -> None:
        """Those who wait or travel."""
        self.agent_steps += len(self.moving)
        for group in self.moving:
            group.step()
        self.moving = [group for group in self.moving if not group.at_crossing]

    def welcome(self, group: Group) -> None:
        """From now on the group is stepped."""
        group.step()
        self.moving.append(group)

    def step_again(self, group: Group) -> None:
        """It is on the road again."""
        self.moving.append(group)


def simulation(border: type[Border]) -> Callable[[PlainModel, int], Outcome]:
    """How one of the two models runs."""

    def simulate(model: PlainModel, seed: int) -> Outcome:
        run = border(model, seed)
        for _ in range(24 * DAYS):
            run.step()
        return Outcome(
            groups=run.groups,
            events=run.events,
            decisions=run.decisions,
            balked=run.balked,
            mean_wait_h=run.waited_h / sum(run.exits),
            exits=run.exits,
            costs={"agent_steps": float(run.agent_steps)},
        )

    return simulate


if __name__ == "__main__":
    print_runs(simulation(TunedBorder if TUNED in sys.argv else Border))
