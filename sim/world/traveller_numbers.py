"""How many travellers with papers there are, however the scenario says it."""

from __future__ import annotations

from sim.world.network import Crossing


def travellers_a_day(crossing: Crossing) -> float:
    """Travellers a day, both ways, while a crossing is open."""
    given = crossing.travellers
    return crossing.travellers_per_d if given is None else sum(given.by_hour, given.persons_per_d)
