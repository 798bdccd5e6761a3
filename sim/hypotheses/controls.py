"""S10: controls that the transit side may have had at its gates, whatever else is true of it.

A hypothesis says why people are let out; a control says how, at some crossings and from some time
on: that people were held, let go on so many a day, or checked again. Whether there was one is as
unknown as the hypothesis, so each state of the world draws it with a chance, and the numbers of its
steps may be drawn too. Like all conduct of the transit side it has a source, and is never searched
or optimised.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sim.clock import Clock
from sim.hypotheses.gate_steps import GateStep
from sim.hypotheses.transit_side import Conduct, step_settings


def with_controls(conduct: Conduct, steps: Iterable[GateStep], clock: Clock) -> Conduct:
    """What the transit side does under a hypothesis when these steps are taken besides."""
    steps = tuple(steps)
    gates = [each for step in steps for each in step_settings(step, clock, conduct.leakage)]
    limits = [step.limit(clock) for step in steps]
    return replace(
        conduct,
        gates=tuple(sorted((*conduct.gates, *gates), key=lambda setting: setting.since_h)),
        limits=(*conduct.limits, *(limit for limit in limits if limit is not None)),
    )
