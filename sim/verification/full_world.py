"""One lively world in which every submodel and actor is at work, for promises about the whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from sim.arithmetic.elementwise import cosine_of_turns
from sim.clock import Opening
from sim.engine.codes import Distribution, Mode, QueueDiscipline, QueueRule
from sim.hypotheses import Facilitates
from sim.hypotheses.responses import Reactance
from sim.model import BorderModel
from sim.policies.oversight import Oversight, Power
from sim.policies.triggered import Threshold
from sim.verification import small_worlds
from sim.world.network import Crossing
from sim.world.weather import Weather
from sim.world.world import World

DAYS = 21


PARAMETERS: Final[dict[str, Any]] = {
    "frailty_shape": 3.0,
    "branching": 0.2,
    "kernel_mean_d": 2.0,
    "failure_weight": 0.5,
    "give_up_rate_per_d": 0.05,
    "removal_rate_per_d": 0.2,
    "station_constant": -1.5,
    "green_constant": -1.0,
    "green_price_eur": 100.0,
    "other_country_constant": -2.0,
    "settle_constant": -4.0,
    "review_rate_per_h": 1.0 / 6.0,
    "news_delay_h": 8.0,
    "news_reach": 0.95,
    "rush_horizon_h": 72.0,
    "staging_h": 1.5,
    "valid_document_share": 0.8,
    "women_share": 0.3,
    "elderly_share": 0.05,
    "family_share": 0.3,
    "unaccompanied_share": 0.05,
    "experience_weight": 2.0,
    "peer_rate_per_h": 0.05,
    "facilitated_share": 0.3,
    "memory_d": 5.0,
    "stifling": 0.2,
    "cold_cost_eur": 5.0,
    "route_scale_eur": 50.0,
    "station_nest": 0.8,
    "transport_eur_per_km": 0.15,
    "splitting": 0.5,
    "forced_separation": 0.2,
    "give_up_cold": 0.2,
    "balking_per_h": 0.02,
    "patience_h": 24.0,
    "patience_shape": 1.5,
    "cold_impatience": 0.02,
    "interpreter_share": 0.9,
    "minor_interview_min": 30.0,
    "claim_share": 0.97,
}


def reference_world() -> World:
    """Every submodel at work, each with all that it can do."""
    gates = [
        _gate("gate", 1.0, QueueDiscipline.VULNERABLE_FIRST),
        _gate("other", 0.4, QueueDiscipline.FAMILY_TOGETHER),
    ]
    forest = small_worlds.forest(weather="north")
    abroad = replace(
        small_worlds.neighbour("abroad"), name="Abroad", country="XX", lon=28.0, refusal=0.1
    )
    demand = replace(
        small_worlds.poisson(3.0), group_size=None, stocks=small_worlds.crowd(60, at_h=5.0).stocks
    )
    network = small_worlds.star(
        *gates, hours=[1.0, 4.0, 9.0], neighbours=[abroad], segments=[forest]
    )
    where = small_worlds.world(network, demand, days=DAYS, **PARAMETERS)
    return replace(where, weather=_changing_weather())


def _gate(name: str, known: float, discipline: QueueDiscipline) -> Crossing:
    """A crossing with every stage, and little room at each."""
    gate = small_worlds.crossing(
        name,
        lanes=1,
        admission=small_worlds.service(0.1, Distribution.GAMMA, 0.7),
        servers=3,
        registration=small_worlds.service(1.0, Distribution.LOGNORMAL, 0.6),
        opening=(Opening(hours="08:00-20:00"),),
        suspension=(12, 5),
        known=known,
        modes=(Mode.FOOT, Mode.BICYCLE, Mode.CAR),
        warm_places=4,
        interpreters=2,
        discipline=discipline,
        exit_check=small_worlds.service(0.02, Distribution.GAMMA, 0.5),
        shelter_places=30,
        transport=(20, 3.0),
    )
    return replace(gate, tent_places=5, weather="north", travellers_per_d=50.0)


def _changing_weather() -> Weather:
    """From -2 deg C by day to -18 by night, with more and less wind: several bands."""
    hours = np.arange(24 * DAYS)
    temperature_c = -10.0 - 8.0 * cosine_of_turns(hours / 24.0)
    wind_kmh = 15.0 + 15.0 * cosine_of_turns(hours / 100.0 - 0.25)
    return Weather(("north",), temperature_c[None, :], wind_kmh[None, :], "made up")


REFERENCE_POLICY = Threshold(
    crossings=("gate",),
    above=20.0,
    below=8.0,
    at_least_d=2.0,
    announced_before_h=18.0,
    queue=QueueRule.TURN_BACK,
)

REFERENCE_HYPOTHESIS = Facilitates(
    leakage=0.6,
    opens={"default": small_worlds.at(48.0)},
    hub=small_worlds.TOWN,
    begins=small_worlds.at(48.0),
    persons_per_d=20.0,
    batch=10,
    steering=0.5,
)
REFERENCE_OVERSIGHT = Oversight(
    intercept=6.0,
    slope=2.0,
    delay_h=12.0,
    power=Power.DELAY,
    postponed_h=6.0,
    source=small_worlds.SOURCE,
)


def reference_model(
    *, number: int = 0, seed: int = 1, audit: bool = False, **parameters: float
) -> BorderModel:
    """The reference run before its first hour, with other parameters where they are given."""
    where = reference_world()
    return small_worlds.model(
        replace(where, parameters=replace(where.parameters, **parameters)),
        REFERENCE_POLICY,
        hypothesis=REFERENCE_HYPOTHESIS,
        response=Reactance(),
        oversight=REFERENCE_OVERSIGHT,
        number=number,
        seed=seed,
        audit=audit,
    )
