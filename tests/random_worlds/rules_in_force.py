"""What is in force at an instant, computed again from rows of measures and from opening hours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.clock import Clock, Opening, opening_intervals, parse_opening_hours
from sim.engine.codes import NOBODY, Action
from sim.model import BorderModel

INSTANT_H = 1e-6  # a little before or after: some thousandths of a second
RESTRICTIONS = (Action.CLOSE, Action.NO_ASYLUM)


@dataclass(frozen=True)
class Rule:
    """A measure as its row says it, and when it was decided."""

    kind: int
    destination: int
    begins_h: float
    ends_h: float
    exempt: int
    value: float
    origin: int
    concerned: int
    pool: int
    made_h: float

    def in_force(self, hour: float) -> bool:
        return self.begins_h <= hour < self.ends_h

    @property
    def is_filtered(self) -> bool:
        """Whether it is about some people alone; exceptions aside."""
        return self.origin != NOBODY or self.concerned != 0

    def concerns(self, group: Any) -> bool:
        """Whether it is about a group, a row of the groups."""
        traits, papers = int(group["traits"]), int(group["valid_documents"])
        if self.exempt & traits or self.origin not in (NOBODY, int(group["origin"])):
            return False
        return self.concerned == 0 or bool(self.concerned >> (traits + 8 * papers) & 1)

    def restricts(self, station: int, group: Any) -> bool:
        return self.destination == station and self.kind in RESTRICTIONS and self.concerns(group)


@dataclass(frozen=True)
class Calendar:
    """When a crossing is open by its hours, as wall clock and calendar say, order by order.

    Attributes:
        base: hours of the scenario.
        ordered: (from h, until h, hours) of orders, in the order in which they were made public.
    """

    clock: Clock
    base: tuple[Opening, ...]
    ordered: tuple[tuple[float, float, str], ...]

    def is_open(self, hour: float) -> bool:
        """Whether it is open at an hour: from opening on, and not at closing time any more.

        Hours are sums of floats, so that an hour just before a full minute may print as it.
        """
        minute = self.clock.instant(hour + INSTANT_H).replace(second=0, microsecond=0)
        just_before = 0.0 < self.clock.hours(minute) - hour < INSTANT_H
        return self._is_open(hour - INSTANT_H if just_before else hour)

    def _is_open(self, hour: float) -> bool:
        openings = self.base
        for begins_h, ends_h, hours in self.ordered:
            if begins_h <= hour < ends_h:
                openings = (Opening(hours=hours),)
        if self._clocks_change_near(hour):
            return any(a <= hour < b for a, b in opening_intervals(openings, self.clock))
        local = self.clock.instant(hour)
        covering = [each for each in openings if each.covers(local.date())]
        return any(
            opens <= local.time() and (closes is None or local.time() < closes)
            for opening in covering
            if (opening.since, opening.until) == (covering[-1].since, covering[-1].until)
            for opens, closes in parse_opening_hours(opening.hours)
        )

    def _clocks_change_near(self, hour: float) -> bool:
        """Whether wall-clock times are doubtful: some hours of the day are missing or doubled."""
        near = [self.clock.instant(hour + k).utcoffset() for k in (-2.0, 2.0)]
        return near[0] != near[1]


def calendars(run: BorderModel) -> list[Calendar]:
    """The calendar of each crossing, of all orders of new hours that the run's actors gave."""
    orders = [
        (max(order.announced_h, 0.0), order)
        for actor in run.actors
        for order in actor.orders
        if order.action is Action.SET_HOURS
    ]
    orders.sort(key=lambda pair: pair[0])
    made = [
        (order.crossings, (max(order.effective_h, at_h), order.until_h, order.hours))
        for at_h, order in orders
        if at_h <= run.clock.duration_h
    ]
    network = run.world.network
    return [
        Calendar(
            network.clock_of(crossing, run.clock),
            crossing.opening,
            tuple(span for names, span in made if crossing.id in names),
        )
        for crossing in network.crossings
    ]


def added(rules: Sequence[Rule], kind: Action, hour: float) -> int:
    """What measures add; one that begins or ends at this instant may have had either effect."""
    steady = sum(int(r.value) for r in rules if r.kind == kind and r.begins_h < hour < r.ends_h)
    edge = [
        int(r.value)
        for r in rules
        if r.kind == kind and r.begins_h < r.ends_h and hour in (r.begins_h, r.ends_h)
    ]
    return steady + sum(max(0, value) for value in edge)


def lowest_cap(rules: Sequence[Rule], hour: float) -> float:
    """The lowest cap that surely was in force all through this instant."""
    caps = [
        r.value
        for r in rules
        if r.kind == Action.METER
        and r.begins_h < hour < r.ends_h
        and not (r.is_filtered or r.exempt)
    ]
    return min(caps, default=math.inf)
