"""How the transit side may behave: a fixed, descriptive library, sampled and never optimised."""

from sim.hypotheses.gate_steps import OF_PACE, GateAction, GateLimit, GateStep
from sim.hypotheses.responses import Moves, Response, Signals, registered_responses
from sim.hypotheses.transit_side import (
    Checks,
    Conduct,
    Facilitates,
    GateSetting,
    Hypothesis,
    LetsThrough,
    OrganisedTravel,
    registered_hypotheses,
    with_steps,
)

__all__ = [
    "OF_PACE",
    "Checks",
    "Conduct",
    "Facilitates",
    "GateAction",
    "GateLimit",
    "GateSetting",
    "GateStep",
    "Hypothesis",
    "LetsThrough",
    "Moves",
    "OrganisedTravel",
    "Response",
    "Signals",
    "registered_hypotheses",
    "registered_responses",
    "with_steps",
]
