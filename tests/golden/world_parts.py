"""What small worlds of golden results are made of: decisions, people, service times, weather."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sim.arithmetic.elementwise import cosine_of_turns
from sim.clock import Opening
from sim.engine.codes import Action, Distribution
from sim.model import BorderModel
from sim.policies.timed import Schedule, Step
from sim.verification import small_worlds
from sim.world.network import Neighbour
from sim.world.origins import Demand, GivenGroup
from sim.world.station_records import ServiceTime
from sim.world.weather import Weather
from sim.world.world import World


def step(action: Action, begins_h: float, ends_h: float | None = None, **terms: Any) -> Step:
    """A dated decision, announced six hours before unless said otherwise."""
    start = terms.pop("start", small_worlds.START)
    terms.setdefault("crossings", (small_worlds.GATE,))
    ahead_h = terms.pop("ahead_h", 6.0)
    return Step(
        action=action,
        announced=small_worlds.at(begins_h - ahead_h, start),
        effective=small_worlds.at(begins_h, start),
        until=None if ends_h is None else small_worlds.at(ends_h, start),
        source=small_worlds.SOURCE,
        **terms,
    )


def exactly(hours: float) -> ServiceTime:
    """A service time that is always the same."""
    return small_worlds.service(hours, Distribution.DETERMINISTIC)


def weather(*zones: str, days: int) -> Weather:
    """Colder from zone to zone, day to day and at night; the wind comes and goes."""
    hours = np.arange(24 * days)
    coldest_c = -8.0 * np.arange(1, len(zones) + 1)[:, None]
    temperature_c = coldest_c - 0.4 * hours - 9.0 * cosine_of_turns(hours / 24.0)
    temperature_c[:, -1] -= 30.0  # it stays as cold where the series ends too early
    gusts = cosine_of_turns(hours / (10.0 * np.pi) - 0.25)
    wind_kmh = np.broadcast_to(20.0 + 20.0 * gusts, temperature_c.shape)
    return Weather(zones, temperature_c, wind_kmh, "made up")


def groups_at(*groups: tuple[float, int]) -> Demand:
    """Groups that appear at these hours, of so many people each."""
    return Demand(
        groups=tuple(
            GivenGroup(id=f"g{k}", at=small_worlds.at(h), persons=size, hub=small_worlds.TOWN)
            for k, (h, size) in enumerate(groups)
        )
    )


def strict_neighbour(name: str, *, refusal: float, hours: str) -> Neighbour:
    """Another country's crossing that is open by day and refuses some."""
    return Neighbour(
        id=name,
        name=name.capitalize(),
        country="XX",
        lat=60.0,
        lon=28.0,
        refusal=refusal,
        opening=(Opening(hours=hours),),
        source=small_worlds.SOURCE,
    )


def under(where: World, *steps: Step, weather_days: int = 0, **more: Any) -> BorderModel:
    """The model of a world under dated decisions, with weather in the north for so many days."""
    if weather_days:
        where = replace(where, weather=weather("north", days=weather_days))
    return small_worlds.model(where, Schedule(steps=steps) if steps else None, **more)
