"""How the transit side may behave: a fixed, descriptive library, sampled and never optimised."""

from sim.hypotheses.transit_side import (
    Checks,
    Conduct,
    Facilitates,
    GateSetting,
    Hypothesis,
    LetsThrough,
    OrganisedTravel,
    registered_hypotheses,
)

__all__ = [
    "Checks",
    "Conduct",
    "Facilitates",
    "GateSetting",
    "Hypothesis",
    "LetsThrough",
    "OrganisedTravel",
    "registered_hypotheses",
]
