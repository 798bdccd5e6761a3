"""How much room tables of what comes into being have at the start."""

from __future__ import annotations

import math
from dataclasses import dataclass

SPREAD = 4.0  # standard deviations of a Poisson number
LARGEST_EXPECTED = 1 << 22


@dataclass(frozen=True)
class Capacity:
    """Room in the tables at the start; they grow when they must."""

    groups: int = 2048
    persons: int = 4096
    events: int = 16384
    measures: int = 64


def expected_room(groups: float, people_a_group: float) -> Capacity:
    """Room for the groups that are expected; more make tables grow, idle room takes no memory."""
    usual = Capacity()
    most = min(int(groups + SPREAD * math.sqrt(groups)), LARGEST_EXPECTED)
    people = int(people_a_group * most)
    return Capacity(
        groups=max(usual.groups, most),
        persons=max(usual.persons, people),
        events=max(usual.events, most + people),
    )
