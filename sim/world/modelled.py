"""What a scenario leaves out of the model, and so has no numbers for: not modelled is not zero.

Each indicator, series and chart that depends on one of these says so where it is declared; where a
scenario lacks it, there is no value, and tables say "not modelled".
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final, TypeAlias

from sim.world.traveller_numbers import travellers_a_day
from sim.world.world import World


class Need(StrEnum):
    """A part of a scenario that may be left out."""

    CROSSINGS = "crossings"
    WEATHER = "weather"
    TERRAIN = "terrain"
    NEIGHBOURS = "neighbours"
    TRAVELLERS = "travellers"
    SUSPENSION = "suspension"
    CAPACITY = "capacity"
    TRANSPORT = "transport"


Has: TypeAlias = Callable[[World], bool]


def _has_weather(world: World) -> bool:
    """Whether any place is in a zone of a series."""
    network, zones = world.network, world.weather.zones
    named = {*(each.weather for each in network.crossings), *(s.weather for s in network.segments)}
    return any(zone in zones for zone in named)


_HAS: Final[dict[Need, Has]] = {
    Need.CROSSINGS: lambda world: bool(world.network.crossings),
    Need.WEATHER: _has_weather,
    Need.TERRAIN: lambda world: bool(world.network.segments),
    Need.NEIGHBOURS: lambda world: bool(world.network.neighbours),
    Need.TRAVELLERS: lambda world: any(map(travellers_a_day, world.network.crossings)),
    Need.SUSPENSION: lambda world: any(c.suspension for c in world.network.crossings),
    Need.CAPACITY: lambda world: any(c.daily_capacity is not None for c in world.network.crossings),
    Need.TRANSPORT: lambda world: any(c.transport for c in world.network.crossings),
}


def not_modelled(world: World) -> frozenset[Need]:
    """What a scenario leaves out."""
    return frozenset(need for need, has in _HAS.items() if not has(world))
