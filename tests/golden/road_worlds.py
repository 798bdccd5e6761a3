"""Small worlds of roads that fork, with news on the way and papers that are looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sim.engine.codes import Action, Distribution, Mode, QueueRule, Trait
from sim.hypotheses import LetsThrough
from sim.model import BorderModel
from sim.model.table_room import Capacity
from sim.policies.timed import Schedule
from sim.verification import small_worlds
from sim.world.network import Hub, Network, Road
from sim.world.origins import Demand, DemandStep, Origin, Stock
from sim.world.world import World
from tests.golden.world_parts import step, strict_neighbour, weather


def _country() -> Network:
    """Four towns, of which one has a road to one crossing only; a neighbour by day; two forests."""
    hubs = [
        Hub(id=name, name=name, lat=60.0, lon=29.0, source=small_worlds.SOURCE)
        for name in ("coast", small_worlds.TOWN, "inland", "island")
    ]
    usual: dict[str, Any] = {
        "lanes": 1,
        "admission": small_worlds.service(0.2, Distribution.GAMMA, 0.7),
        "servers": 2,
        "registration": small_worlds.service(0.7, Distribution.LOGNORMAL, 0.6),
        "warm_places": 2,
    }
    crossings = (
        replace(
            small_worlds.crossing("gate", modes=(Mode.BICYCLE, Mode.CAR), known=0.8, **usual),
            weather="north",
            tent_places=1,
            travellers_per_d=40.0,
            daily_capacity=6,
        ),
        replace(
            small_worlds.crossing("other", known=0.3, **usual),
            travellers_per_d=9.0,
            daily_capacity=4,
        ),
        replace(
            small_worlds.crossing("far", modes=(Mode.CAR, Mode.TRUCK), **usual),
            weather="south",
            tent_places=2,
        ),
        small_worlds.crossing("railway", modes=(Mode.RAIL,)),
    )
    abroad = strict_neighbour("abroad", refusal=0.4, hours="08:00-16:00")
    forests = (
        small_worlds.forest(hub="inland", weather="north", fence_km=2.0),
        small_worlds.forest(id="marsh", name="Marsh", hub="coast", crossing="other", detection=0.3),
    )

    def road(a: str, b: str, hours: float, km: float, **more: Any) -> Road:
        return Road(a=a, b=b, hours=hours, km=km, source=small_worlds.SOURCE, **more)

    roads = (
        road("town", "inland", 2.0, 110.0, checkpoint=0.1),
        road("inland", "coast", 1.0, 70.0, checkpoint=0.2),
        road("town", "coast", 4.0, 150.0, one_way=True),
        road("coast", "gate", 0.5, 20.0, checkpoint=0.15),
        road("inland", "gate", 2.0, 90.0),
        road("inland", "other", 1.0, 45.0),
        road("coast", "abroad", 1.5, 80.0, checkpoint=0.05),
        road("island", "far", 3.0, 30.0, one_way=True),
        road("far", "island", 3.0, 30.0, one_way=True),
        road("town", "railway", 1.0, 60.0),
    )
    return Network(
        hubs=tuple(hubs), crossings=crossings, neighbours=(abroad,), segments=forests, roads=roads
    )


def _from_everywhere(persons_per_d: float) -> Demand:
    """Two origins, one of which has three towns where people appear, and people already there."""

    def origin(name: str, share: float, **gateways: float) -> Origin:
        return Origin(
            id=name, name=name, share=share, gateways=gateways, source=small_worlds.SOURCE
        )

    return Demand(
        steps=(
            DemandStep(
                since=small_worlds.START, persons_per_d=persons_per_d, source=small_worlds.SOURCE
            ),
        ),
        origins=(
            origin("south", 3.0, town=3.0, island=1.0, coast=1.0),
            origin("east", 1.0, inland=1.0),
        ),
        stocks=(
            Stock(
                at=small_worlds.at(12.0),
                persons=9,
                gateways={"town": 1.0, "island": 1.0},
                source=small_worlds.SOURCE,
            ),
        ),
    )


def roads(**parameters: Any) -> World:
    """Some days in that country, with news on the way and papers that are looked at."""
    given: dict[str, Any] = {
        "station_constant": -1.5,
        "green_constant": -1.0,
        "other_country_constant": -1.0,
        "settle_constant": -4.0,
        "green_price_eur": 60.0,
        "valid_document_share": 0.5,
        "expired_document_gate": 0.4,
        "checkpoint_cost_eur": 400.0,
        "inertia": 0.7,
        "travel_time_factor": 1.25,
        "admission_time_factor": 1.3,
        "registration_time_factor": 0.8,
        "news_delay_h": 1.0,
        "news_reach": 0.9,
        "review_rate_per_h": 0.25,
        "staging_h": 1.0,
        "arrive_ahead_h": 2.0,
        "rush_horizon_h": 20.0,
        "rush_limit": 3.0,
        "rush_scale": 0.4,
        "access_reach_h": 4.0,
        "access_price_eur": 250.0,
        "income_elasticity": 0.8,
        "cash_median_eur": 600.0,
        "daily_burn_eur": 90.0,
        "bicycle_eur": 150.0,
        "vehicle_eur": 200.0,
        "give_up_rate_per_d": 0.1,
        "give_up_cash": 1.5,
        "give_up_failures": 0.5,
        "give_up_cold": 0.3,
        "removal_rate_per_d": 0.1,
        "cold_cost_eur": 20.0,
        "cold_impatience": 0.05,
        "patience_h": 20.0,
        "patience_shape": 0.7,
        "balking_per_h": 0.05,
        "women_share": 0.4,
        "elderly_share": 0.2,
        "vulnerable_share": 0.3,
        "unaccompanied_share": 0.3,
        "family_share": 0.5,
        "splitting": 0.8,
        "forced_separation": 0.6,
        "station_nest": 0.6,
        "other_country_nest": 0.7,
        "green_nest": 0.5,
        "convoy_share": 0.05,
        "demand_factor": 1.2,
        "stock_factor": 1.4,
        "demand_when_closed": 0.3,
        "frailty_shape": 0.8,
        "branching": 0.4,
        "kernel_mean_d": 0.4,
        "kernel_shape": 1.5,
        "failure_weight": 0.7,
        "failure_memory_d": 0.8,
        "lost_hope": 0.5,
        "control_per_d": 8.0,
        "pressure_per_d": 5.0,
        "usual_arrivals_per_d": 3.0,
        "interpreter_share": 0.5,
        "minor_interview_min": 45.0,
        "traveller_detour_share": 0.3,
        "hike_median_h": 3.0,
        "claim_share": 0.8,
        "route_scale_eur": 0.0,
    }
    where = small_worlds.world(
        _country(), _from_everywhere(24.0), days=5, **{**given, **parameters}
    )
    return replace(where, weather=weather("north", "south", days=5))


ON_THE_WAY = Schedule(
    steps=(
        step(Action.CLOSE, 30.0, 44.0, queue=QueueRule.REROUTE, ahead_h=8.0),
        step(
            Action.CLOSE,
            36.0,
            60.0,
            crossings=("other",),
            ahead_h=1.0,
            exempt=frozenset({Trait.VULNERABLE}),
        ),
        step(
            Action.NO_ASYLUM,
            40.0,
            52.0,
            crossings=("far",),
            ahead_h=0.0,
            exempt=frozenset({Trait.UNACCOMPANIED_MINORS, Trait.CHILDREN}),
        ),
        step(Action.ACCEPT_ASYLUM, 30.0, 90.0, crossings=("other",), ahead_h=12.0),
        step(Action.BAN_MODE, 20.0, 70.0, mode=Mode.BICYCLE, value=0.6),
        step(Action.BAN_MODE, 24.0, 60.0, mode=Mode.BICYCLE, value=0.3),
        step(Action.BAN_MODE, 50.0, 64.0, mode=Mode.CAR, value=1.0, crossings=("gate", "far")),
        step(Action.CARRIER_MEASURES, 26.0, 80.0, crossings=(), origins=("east",), value=0.4),
        step(Action.BUILD_FENCE, 48.0, crossings=(), segments=("forest", "marsh"), value=5.0),
        step(Action.ADD_OFFICERS, 60.0, 100.0, value=-1.0),
        step(
            Action.CLOSE,
            90.0,
            crossings=("gate", "other", "far"),
            ahead_h=24.0,
            queue=QueueRule.TURN_BACK,
        ),
        step(Action.REOPEN, 108.0, crossings=("far",), ahead_h=10.0),
    )
)


def _travelled(
    leakage: float, *, number: int = 0, capacity: Capacity | None = None, **parameters: Any
) -> BorderModel:
    """Those days under these orders, with a transit side that lets so many through."""
    return small_worlds.model(
        roads(**parameters),
        ON_THE_WAY,
        hypothesis=LetsThrough(leakage=leakage),
        number=number,
        capacity=capacity,
    )


def forking_roads() -> BorderModel:
    """Everybody draws a way, and nobody learns."""
    return _travelled(0.6, route_scale_eur=30.0)


def fastest_roads() -> BorderModel:
    """Everybody takes the fastest way, and learns by experience and hearsay that fade."""
    return _travelled(
        0.6,
        number=1,
        experience_weight=1.5,
        peer_rate_per_h=0.15,
        facilitated_share=0.3,
        memory_d=0.7,
        stifling=0.6,
        facilitator_bias=0.3,
        facilitator_weight=2.0,
        facilitator_rate_per_h=0.2,
        official_weight=3.0,
        prior_weight=2.0,
        peer_weight=0.8,
    )


def long_memory() -> BorderModel:
    """What was once learned is kept, in tables that must grow with everything."""
    return _travelled(
        0.9,
        number=2,
        capacity=Capacity(groups=2, persons=3, events=4, measures=1),
        experience_weight=1.0,
        peer_rate_per_h=0.3,
        facilitated_share=0.2,
        facilitator_weight=3.0,
        official_weight=5.0,
        claim_share=1.0,
    )


def other_rumours() -> BorderModel:
    """Routes and Rumours without forgetting, and few things that people mind."""
    return _travelled(
        0.7,
        number=3,
        routes_and_rumours=1.0,
        experience_weight=2.0,
        peer_rate_per_h=0.3,
        prior_weight=0.5,
        official_weight=2.0,
        checkpoint_cost_eur=0.0,
        cold_cost_eur=0.0,
        cold_impatience=0.0,
        facilitated_share=0.4,
        frailty_shape=0.0,
        claim_share=1.0,
        interpreter_share=1.0,
        give_up_cash=0.0,
    )
