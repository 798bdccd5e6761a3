"""A policy that gives its order after the time from which the order says that it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.engine.codes import Action, QueueRule
from sim.policies import Daily, Observation, Order
from sim.verification.small_worlds import GATE


@dataclass(frozen=True)
class Backdated:
    """At noon of the first day it closes the gate since the start, until an hour."""

    until_h: float
    queue: QueueRule = QueueRule.HOLD

    type: ClassVar[str] = "backdated"
    clock: ClassVar[Daily] = Daily()

    def decide(self, observation: Observation) -> list[Order]:
        if observation.orders:
            return []
        return [
            Order(
                action=Action.CLOSE,
                crossings=(GATE,),
                announced_h=0.0,
                effective_h=0.0,
                until_h=self.until_h,
                queue=self.queue,
            )
        ]
