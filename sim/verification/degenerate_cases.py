"""V25, V26: policies and hypotheses at their limits are simpler ones, to the last byte."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from sim.engine.codes import Action, Trait
from sim.hypotheses import Checks, Facilitates, LetsThrough
from sim.hypotheses.responses import Scripted
from sim.model import BorderModel
from sim.policies import Daily, Observation, Order
from sim.policies.timed import Closure, Open
from sim.policies.triggered import Threshold
from sim.verification import small_worlds
from sim.verification.case import Case, Finding, Trial, for_certain
from sim.verification.full_world import reference_world
from sim.verification.invariance_cases import choosing_world, differences

GATES = ("gate", "other")
LEVEL = 12.0
MEMORY_D = 3.0


@dataclass(frozen=True)
class PlainThreshold:
    """Closes above a level and opens below it, with no memory of its own."""

    level: float

    type: ClassVar[str] = "plain-threshold"
    clock: ClassVar[Daily] = Daily()

    def decide(self, observation: Observation) -> list[Order]:
        """Compare the latest signal with the level."""
        signal = _signal(observation)
        closed = bool(observation.orders) and observation.orders[-1].action is Action.CLOSE
        if signal is None or (signal > self.level) == closed or signal == self.level:
            return []
        action = Action.REOPEN if closed else Action.CLOSE
        return [
            Order(
                action=action,
                crossings=GATES,
                announced_h=observation.now_h,
                effective_h=observation.now_h,
            )
        ]


def _signal(observation: Observation) -> float | None:
    """The weighted mean of daily counts that thresholds look at; None before the first count.

    As a sum over all days, of which each counts for e^(-1/3) of the next; a policy goes day by day.
    """
    columns = [observation.crossings.index(name) for name in GATES]
    counts = observation.reported_arrivals[:, columns].sum(axis=1)
    ages_d = np.arange(len(counts))[::-1]
    weights = -np.expm1(-1.0 / MEMORY_D) * np.exp(-ages_d / MEMORY_D)
    return float(weights @ counts) if len(counts) else None


def threshold(above: float, below: float) -> Threshold:
    """Both crossings, decisions at once."""
    return Threshold(crossings=GATES, above=above, below=below)


def degenerate_policies(trial: Trial) -> list[Finding]:
    """V25: thresholds that are never or always passed, an exception for all, no hysteresis."""
    where = reference_world()
    nothing = trial.one(where, Open())
    never = trial.one(where, threshold(1e300, 0.0))
    always = trial.one(where, threshold(0.0, 0.0))
    closed_h = always.actor.orders[0].effective_h
    at_once = trial.one(where, Closure(crossings=GATES, at=small_worlds.at(closed_h)))
    single = trial.one(where, threshold(LEVEL, LEVEL))
    plain = trial.one(where, PlainThreshold(LEVEL))
    decisions = len(plain.actor.orders)
    return [
        _same("threshold = infinity, and open", never, nothing),
        _same("threshold = 0, and full closure", always, at_once),
        _exception_for_all(trial),
        _same("no hysteresis, and a plain threshold", single, plain),
        for_certain("decisions, no hysteresis", "orders", decisions, len(single.actor.orders)),
    ]


def _exception_for_all(trial: Trial) -> Finding:
    """A closure that exempts everybody: they may know of it, and nothing else differs."""
    where = choosing_world()
    vulnerable = replace(where.parameters, vulnerable_share=1.0)
    where = replace(where, parameters=vulnerable)
    exempt = Closure(crossings=GATES, at=small_worlds.at(100.0), exempt=frozenset(Trait))
    unlike = differences(
        trial.one(where, exempt), trial.one(where), but=("journeys.heard_h", "groups.fresh")
    )
    return for_certain("columns that differ: exception for all, and open", "columns", 0.0, unlike)


def degenerate_transit_side(trial: Trial) -> list[Finding]:
    """V26: H2 that sends nobody and lets out as few is H0; R3 without end is no response."""
    where = reference_world()
    leakage = 0.4
    idle = Facilitates(
        leakage=leakage,
        hub=small_worlds.TOWN,
        begins=small_worlds.START,
        persons_per_d=0.0,
        price_factor=1.0,
    )
    open_gates = LetsThrough(leakage=leakage, opens={"default": small_worlds.at(72.0)})
    return [
        _same(
            "H2 with B = 0 and g = l, and H0",
            trial.one(where, hypothesis=idle),
            trial.one(where, hypothesis=Checks(leakage=leakage)),
        ),
        _same(
            "R3 without end, and no response",
            trial.one(where, hypothesis=open_gates, response=Scripted()),
            trial.one(where, hypothesis=open_gates),
        ),
    ]


def _same(what: str, one: BorderModel, other: BorderModel) -> Finding:
    return for_certain(
        f"columns that differ: {what}", "columns", 0.0, len(small_worlds.differing(one, other))
    )


CASES = (
    Case("V25", "policies at their limits", "by definition", degenerate_policies),
    Case("V26", "transit side at its limits", "by definition", degenerate_transit_side),
)
