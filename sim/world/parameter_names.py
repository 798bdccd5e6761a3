"""What there is to know of the parameters, by name."""

from __future__ import annotations

from dataclasses import fields
from typing import cast

from sim.world.parameter_reach import ACTS_ON
from sim.world.parameters import Parameters
from sim.world.quantities import (
    ParameterFacts,
)


def parameter_facts(name: str) -> ParameterFacts:
    """The facts of a parameter.

    Raises:
        KeyError: if there is no such parameter.
    """
    return _FACTS[name]


_FACTS = {
    each.name: cast("ParameterFacts", {**each.metadata, "acts_on": ACTS_ON.get(each.name, ())})
    for each in fields(Parameters)
}


PARAMETER_NAMES = tuple(_FACTS)
