"""Policies that react to what is observed: late, inexact counts of the days before."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from annotated_types import Ge, Gt, MinLen

from sim import arithmetic
from sim.clock import require_zone
from sim.engine.codes import Action, QueueRule
from sim.policies.orders import Daily, Observation, Once, Order, policy
from sim.units import Unit
from sim.world.fields import CrossingId


@policy
@dataclass(frozen=True, kw_only=True)
class Threshold:
    """Close when reported arrivals run high, open again when they have run low (hysteresis).

    The signal is an exponentially weighted mean of daily counts with a memory of three days.

    Attributes:
        crossings: what closes together.
        above: close when the signal is above this, persons a day.
        below: reopen when it is below this.
        days: for how many days in a row.
        at_least_d: shortest closure, days.
        announced_before_h: lead time of each decision.
        queue: what happens to people in the queues.
    """

    crossings: Annotated[tuple[CrossingId, ...], MinLen(1)]
    above: Annotated[float, Ge(0.0)]
    below: Annotated[float, Ge(0.0)]
    days: Annotated[int, Gt(0)] = 1
    at_least_d: Annotated[float, Ge(0.0), Unit("d")] = 0.0
    announced_before_h: Annotated[float, Ge(0.0), Unit("h")] = 0.0
    queue: QueueRule = QueueRule.HOLD

    type: ClassVar[str] = "threshold"
    clock: ClassVar[Once | Daily] = Daily()
    memory_d: ClassVar[float] = 3.0

    def __post_init__(self) -> None:
        if self.below > self.above:
            raise ValueError(f"'below' ({self.below}) must not be more than 'above' ({self.above})")

    def decide(self, observation: Observation) -> list[Order]:
        """Close, reopen, or leave things as they are."""
        closed_since_h = self._closed_since(observation)
        signal = self._signal(observation)[-self.days :]
        if len(signal) < self.days:
            return []
        if closed_since_h is None and min(signal) > self.above:
            return [self._order(observation, Action.CLOSE)]
        if (
            closed_since_h is not None
            and max(signal) < self.below
            and observation.now_h - closed_since_h >= 24.0 * self.at_least_d
        ):
            return [self._order(observation, Action.REOPEN)]
        return []

    def _order(self, observation: Observation, action: Action) -> Order:
        return Order(
            action=action,
            crossings=self.crossings,
            announced_h=observation.now_h,
            effective_h=observation.now_h + self.announced_before_h,
            queue=self.queue,
        )

    def _closed_since(self, observation: Observation) -> float | None:
        """When this policy's closure in force took effect, or None."""
        if not observation.orders or observation.orders[-1].action is not Action.CLOSE:
            return None
        return observation.orders[-1].effective_h

    def _signal(self, observation: Observation) -> list[float]:
        """Weighted mean of reported arrivals at these crossings, a value a day."""
        columns = [observation.crossings.index(name) for name in self.crossings]
        keep = arithmetic.elementary.exp(-1.0 / self.memory_d)
        level, values = 0.0, []
        for people in observation.reported_arrivals[:, columns].sum(axis=1):
            level = keep * level + (1.0 - keep) * float(people)
            values.append(level)
        return values


@policy
@dataclass(frozen=True, kw_only=True)
class ReopeningTrial:
    """Close some crossings, open them again on trial, and close for good if too many come.

    Attributes:
        crossings: what closes and is opened on trial.
        closes: when it closes.
        trial: when the trial begins.
        tripwire: reported arrivals on one day, at these crossings together, that end the trial.
        announced_before_h: lead time of every decision.
        queue: what happens to people in the queues.
    """

    crossings: Annotated[tuple[CrossingId, ...], MinLen(1)]
    closes: datetime
    trial: datetime
    tripwire: Annotated[float, Ge(0.0)]
    announced_before_h: Annotated[float, Ge(0.0), Unit("h")] = 0.0
    queue: QueueRule = QueueRule.HOLD

    type: ClassVar[str] = "reopening-trial"
    clock: ClassVar[Once | Daily] = Daily(at_start=True)

    def __post_init__(self) -> None:
        require_zone(self.closes)
        require_zone(self.trial)
        if self.trial <= self.closes:
            raise ValueError(
                f"the trial ({self.trial}) must come after the closure ({self.closes})"
            )

    def decide(self, observation: Observation) -> list[Order]:
        """The closure and the trial at the start; then, at noon, whether the wire is tripped."""
        if not observation.orders:
            return self._first_orders(observation)
        if observation.orders[-1].action is Action.CLOSE or not self._tripped(observation):
            return []
        return [self._close(observation, observation.now_h + self.announced_before_h)]

    def _first_orders(self, observation: Observation) -> list[Order]:
        closes_h, trial_h = (
            observation.clock.hours(self.closes),
            observation.clock.hours(self.trial),
        )
        reopening = Order(
            action=Action.REOPEN,
            crossings=self.crossings,
            announced_h=trial_h - self.announced_before_h,
            effective_h=trial_h,
        )
        return [self._close(observation, closes_h), reopening]

    def _close(self, observation: Observation, at_h: float) -> Order:
        return Order(
            action=Action.CLOSE,
            crossings=self.crossings,
            announced_h=at_h - self.announced_before_h,
            effective_h=at_h,
            queue=self.queue,
        )

    def _tripped(self, observation: Observation) -> bool:
        """Whether some whole day of the trial that is known had too many arrivals."""
        clock = observation.clock
        since = bisect_left(clock.day_begins_h, clock.hours(self.trial))
        columns = [observation.crossings.index(name) for name in self.crossings]
        trial_days = observation.reported_arrivals[since:, columns].sum(axis=1)
        return bool((trial_days > self.tripwire).any())
