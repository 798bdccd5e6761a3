"""Small worlds on the edge: events of the same instant, stages without servers, roads that fork.

Where :mod:`tests.golden.small_worlds` lets everything happen at once, each of these looks at what
is rare there. Times are whole hours where they can be, so that events meet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np

from sim.arithmetic.elementwise import cosine_of_turns
from sim.clock import Opening
from sim.engine.codes import Action, Distribution, Mode, QueueDiscipline, QueueRule, Trait
from sim.hypotheses import Facilitates, GateAction, GateStep, LetsThrough
from sim.hypotheses.responses import CostSensitive
from sim.model import BorderModel
from sim.model.table_room import Capacity
from sim.policies.timed import Schedule, Step
from sim.verification import small_worlds
from sim.world.network import Hub, Neighbour, Network, Road
from sim.world.origins import Demand, DemandStep, GivenGroup, Origin, Stock
from sim.world.station_records import ServiceTime
from sim.world.weather import Weather
from sim.world.world import World
from tests.policies.backdated import Backdated

AUTUMN = datetime(2023, 10, 26, 21, tzinfo=UTC)  # midnight in Helsinki; 29 October has 25 hours


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


# Roads -------------------------------------------------------------------------------------------


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
    abroad = Neighbour(
        id="abroad",
        name="Abroad",
        country="XX",
        lat=60.0,
        lon=28.0,
        refusal=0.4,
        opening=(Opening(hours="08:00-16:00"),),
        source=small_worlds.SOURCE,
    )
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


def forking_roads() -> BorderModel:
    """Everybody draws a way, and nobody learns."""
    where = roads(route_scale_eur=30.0)
    return small_worlds.model(where, ON_THE_WAY, hypothesis=LetsThrough(leakage=0.6))


def fastest_roads() -> BorderModel:
    """Everybody takes the fastest way, and learns by experience and hearsay that fade."""
    where = roads(
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
    return small_worlds.model(where, ON_THE_WAY, hypothesis=LetsThrough(leakage=0.6), number=1)


def long_memory() -> BorderModel:
    """What was once learned is kept, in tables that must grow with everything."""
    where = roads(
        experience_weight=1.0,
        peer_rate_per_h=0.3,
        facilitated_share=0.2,
        facilitator_weight=3.0,
        official_weight=5.0,
        claim_share=1.0,
    )
    room = Capacity(groups=2, persons=3, events=4, measures=1)
    return small_worlds.model(
        where, ON_THE_WAY, hypothesis=LetsThrough(leakage=0.9), number=2, capacity=room
    )


def other_rumours() -> BorderModel:
    """Routes and Rumours without forgetting, and few things that people mind."""
    where = roads(
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
    return small_worlds.model(where, ON_THE_WAY, hypothesis=LetsThrough(leakage=0.7), number=3)


# Whole hours --------------------------------------------------------------------------------------


def _given(*groups: tuple[float, int], start: datetime = small_worlds.START) -> Demand:
    return Demand(
        groups=tuple(
            GivenGroup(
                id=f"g{k}", at=small_worlds.at(h, start), persons=size, hub=small_worlds.TOWN
            )
            for k, (h, size) in enumerate(groups)
        )
    )


def whole_hours(discipline: QueueDiscipline) -> BorderModel:
    """Everything takes whole hours: groups, stages, opening, orders and buses meet.

    Groups of 30 and of one; a gate that opens at six and closes at noon and night; an order that
    ends when another begins.
    """
    station = replace(
        small_worlds.crossing(
            lanes=2,
            admission=exactly(1.0),
            servers=3,
            registration=exactly(2.0),
            interpreters=1,
            opening=(Opening(hours="06:00-12:00"), Opening(hours="14:00-22:00")),
            suspension=(6, 4),
            discipline=discipline,
            exit_check=exactly(0.25),
            shelter_places=5,
            transport=(3, 2.0),
            warm_places=2,
            modes=(Mode.FOOT, Mode.BICYCLE),
        ),
        weather="north",
        tent_places=2,
        daily_capacity=5,
    )
    demand = _given(
        (0.0, 30),
        (5.0, 3),
        (5.0, 1),
        (6.0, 2),
        (11.0, 4),
        (12.0, 2),
        (13.0, 1),
        (14.0, 5),
        (21.0, 2),
        (22.0, 3),
        (24.0, 6),
        (29.0, 1),
        (36.0, 4),
        (46.0, 3),
    )
    where = small_worlds.world(
        small_worlds.star(station, hours=[1.0]),
        demand,
        days=4,
        staging_h=0.0,
        arrive_ahead_h=2.0,
        family_share=0.4,
        vulnerable_share=0.4,
        women_share=0.5,
        elderly_share=0.2,
        unaccompanied_share=0.5,
        minor_interview_min=60.0,
        interpreter_share=0.6,
        transport_eur_per_km=0.3,
        access_reach_h=1.0,
        access_price_eur=0.0,
    )
    policy = Schedule(
        steps=(
            step(Action.CLOSE, 8.0, 12.0, queue=QueueRule.HOLD),
            step(Action.CLOSE, 12.0, 14.0, queue=QueueRule.TURN_BACK, ahead_h=0.0),
            step(Action.METER, 24.0, 48.0, value=7.0, warm_places=3),
            step(Action.METER, 30.0, 54.0, value=4.0),
            step(Action.ADD_LANES, 24.0, 30.0, value=-2.0),
            step(Action.ADD_LANES, 32.0, value=2.0),
            step(Action.ADD_OFFICERS, 9.0, 17.0, value=-2.0),
            step(Action.ADD_OFFICERS, 25.0, value=2.0),
            step(Action.ADD_INTERPRETERS, 15.0, 40.0, value=-1.0),
            step(Action.ADD_INTERPRETERS, 26.0, value=3.0),
            step(Action.SET_HOURS, 56.0, 80.0, hours="00:00-10:00"),
            step(Action.SET_HOURS, 82.0, hours="10:00-20:00"),
        )
    )
    where = replace(where, weather=weather("north", days=4))
    return small_worlds.model(where, policy)


def closed_doors() -> BorderModel:
    """No officer at one crossing and none after hours at the other; no learning, no mercy."""
    always = small_worlds.service(0.5, Distribution.GAMMA, 0.0)
    first = small_worlds.crossing(
        lanes=1,
        admission=always,
        servers=0,
        shelter_places=1,
        registration=exactly(1.0),
        known=0.5,
        suspension=(1, 0),
        work_after_closing=False,
        opening=(Opening(hours="04:00-09:00"),),
    )
    second = replace(
        small_worlds.crossing(
            "other",
            lanes=1,
            admission=exactly(0.5),
            servers=1,
            registration=exactly(1.0),
            interpreters=0,
            known=0.5,
            opening=(Opening(hours="08:00-10:00", days="Mon-Tue"),),
        ),
        accepts_asylum=False,
    )
    second = replace(second, registration=replace(second.registration, servers_after_hours=0))
    where = small_worlds.world(
        small_worlds.star(first, second, hours=[2.0, 2.0]),
        _given((0.0, 2), (1.0, 2), (3.0, 1), (6.0, 2), (7.0, 3), (30.0, 1), (31.0, 2), (40.0, 1)),
        days=4,
        interpreter_share=0.5,
        balking_per_h=0.1,
        patience_h=9.0,
        review_rate_per_h=0.5,
        station_constant=1.0,
        settle_constant=-1.0,
        give_up_rate_per_d=0.3,
        give_up_cash=0.0,
        patience_shape=2.0,
        daily_burn_eur=0.0,
        arrive_ahead_h=1.0,
    )
    policy = Schedule(
        steps=(
            step(Action.ADD_OFFICERS, 12.0, 36.0, value=1.0),
            step(Action.ADD_OFFICERS, 200.0, value=3.0),
            step(Action.ACCEPT_ASYLUM, 20.0, crossings=("other",)),
            step(Action.REOPEN, 24.0, crossings=("other",)),
            step(Action.SET_HOURS, 30.0, 60.0, hours="00:00-24:00", crossings=("other",)),
            step(Action.ADD_LANES, 40.0, 50.0, value=-1.0, crossings=("other",)),
        )
    )
    return small_worlds.model(where, policy, hypothesis=LetsThrough(leakage=0.8))


def longest_day() -> BorderModel:
    """The night on which clocks are put back, with organised hours in local time."""
    gate = replace(
        small_worlds.crossing(
            lanes=1,
            admission=small_worlds.service(0.3),
            servers=1,
            registration=small_worlds.service(0.8),
            opening=(Opening(hours="02:00-05:00"), Opening(hours="20:00-24:00")),
        ),
        weather="north",
    )
    demand = small_worlds.poisson(0.6, start=AUTUMN)
    where = small_worlds.world(
        small_worlds.star(gate, hours=[1.0]),
        demand,
        days=5,
        start=AUTUMN,
        zone="Europe/Helsinki",
        frailty_shape=2.0,
        patience_h=14.0,
        cold_impatience=0.02,
    )
    where = replace(where, clock=replace(where.clock, end=small_worlds.at(121.0, AUTUMN)))
    where = replace(where, weather=weather("north", days=4))
    policy = Schedule(
        steps=(
            step(Action.METER, 24.0, value=5.0, start=AUTUMN),
            step(Action.CLOSE, 75.0, 99.0, start=AUTUMN),
        )
    )
    return small_worlds.model(where, policy)


def neighbours() -> BorderModel:
    """Everybody goes abroad: to a neighbour that closes for some hours, or to one that refuses."""
    strict = Neighbour(
        id="strict",
        name="Strict",
        country="XX",
        lat=60.0,
        lon=28.0,
        refusal=0.6,
        opening=(Opening(hours="09:00-17:00"),),
        source=small_worlds.SOURCE,
    )
    abroad = (replace(small_worlds.neighbour("mild"), coordinates=True, lag_h=2.0), strict)
    network = small_worlds.star(small_worlds.crossing(), hours=[0.5, 1.0, 1.0], neighbours=abroad)
    hours = [(float(hour), 1 + hour % 3) for hour in range(0, 40, 2)]
    where = small_worlds.world(
        network,
        _given(*hours),
        days=3,
        station_constant=-2.0,
        other_country_constant=3.0,
        news_delay_h=30.0,
        cash_sigma=0.4,
        transport_eur_per_km=0.1,
        turned_back_cost_eur=700.0,
        staging_h=0.25,
    )
    policy = Schedule(
        steps=(
            step(Action.CLOSE, 5.0, 20.0, ahead_h=0.0),
            step(Action.COORDINATE, 24.0, crossings=(), neighbours=("strict",)),
            step(Action.CLOSE, 30.0, 44.0, ahead_h=3.0),
        )
    )
    return small_worlds.model(where, policy)


def steered() -> BorderModel:
    """Organised groups of 30 for crossings that are equally far, beside one that takes nobody."""
    railway = small_worlds.crossing("railway", modes=(Mode.RAIL,))
    gates = [
        small_worlds.crossing(name, lanes=3, admission=exactly(0.25)) for name in ("gate", "other")
    ]
    network = small_worlds.star(railway, *gates, hours=[1.0, 3.0, 3.0])
    where = small_worlds.world(
        network, small_worlds.given([0.0, 20.0]), days=3, news_delay_h=2.0, transit_level_max=3.0
    )
    policy = Schedule(
        steps=(
            step(Action.CLOSE, 24.0, 48.0, exempt=frozenset({Trait.CHILDREN})),
            step(Action.CLOSE, 36.0, 60.0, crossings=("other",), queue=QueueRule.TURN_BACK),
        )
    )
    transit = Facilitates(
        leakage=0.4,
        opens={"default": small_worlds.at(8.0)},
        hub=small_worlds.TOWN,
        begins=small_worlds.at(6.0),
        persons_per_d=90.0,
        batch=30,
        steering=0.8,
    )
    return small_worlds.model(where, policy, hypothesis=transit, response=CostSensitive())


def out_in_the_cold() -> BorderModel:
    """A gate that does not open, and a weather series that ends before people's patience.

    Later it is closed as well, and those who hold out in the queue consider leaving.
    """
    gate = replace(
        small_worlds.crossing(opening=(Opening(hours="10:00-11:00", days="Fri"),)), weather="north"
    )
    demand = _given(
        (2.0, 2),
        (9.0, 1),
        (20.0, 3),
        (23.0, 1),
        (30.0, 2),
        (41.5, 1),
        (42.0, 1),
        (43.0, 2),
        (44.0, 1),
    )
    where = small_worlds.world(
        small_worlds.star(gate, hours=[1.0]),
        demand,
        days=5,
        patience_h=20.0,
        patience_shape=3.0,
        cold_impatience=0.01,
        settle_constant=-1.0,
        station_constant=1.0,
        review_rate_per_h=0.3,
        give_up_rate_per_d=0.2,
    )
    policy = Schedule(steps=(step(Action.CLOSE, 46.0, 100.0, ahead_h=0.0),))
    return small_worlds.model(replace(where, weather=weather("north", days=1)), policy)


def too_late() -> BorderModel:
    """An order whose end is past, and people queueing before a gate that opens at one."""
    gate = small_worlds.crossing(opening=(Opening(hours="13:00-24:00"),))
    demand = _given((1.0, 2), (5.0, 1), (11.0, 3))
    return small_worlds.model(
        small_worlds.world(small_worlds.star(gate), demand, days=2),
        Backdated(1.0, QueueRule.TURN_BACK),
    )


def followers_of_one() -> BorderModel:
    """People on their own who are followed by people on their own, and a stock of nobody."""
    alone = _given(*((float(hour), 1) for hour in range(0, 20, 2)))
    nobody = Stock(
        at=small_worlds.at(3.0),
        persons=0,
        gateways={small_worlds.TOWN: 1.0},
        source=small_worlds.SOURCE,
    )
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing()),
        replace(alone, stocks=(nobody,)),
        days=6,
        branching=0.7,
        kernel_mean_d=0.4,
    )
    return small_worlds.model(where)


def half_a_map_of_weather() -> BorderModel:
    """Impatience in the cold at one crossing, and at another whose weather nobody knows."""
    closed = (Opening(hours="20:00-21:00"),)
    cold = replace(small_worlds.crossing(opening=closed), weather="north")
    mild = small_worlds.crossing("other", opening=closed)
    hours = [(float(hour), 1 + hour % 2) for hour in range(24)]
    where = small_worlds.world(
        small_worlds.star(cold, mild, hours=[1.0, 1.0]),
        _given(*hours),
        days=3,
        patience_h=9.0,
        patience_shape=2.0,
        cold_impatience=0.1,
    )
    return small_worlds.model(replace(where, weather=weather("north", days=3)))


def cold_spell() -> BorderModel:
    """Two mild days, then frost that people mind, and hours in which nothing else is new."""
    gate = replace(small_worlds.crossing(opening=(Opening(hours="20:00-21:00"),)), weather="north")
    hours = [(float(hour), 1 + hour % 3) for hour in range(0, 90, 3)]
    where = small_worlds.world(
        small_worlds.star(gate, hours=[1.0]),
        _given(*hours),
        days=5,
        staging_h=0.0,
        cold_cost_eur=60.0,
        station_constant=1.0,
        settle_constant=-3.0,
        review_rate_per_h=0.1,
    )
    temperature_c = np.where(np.arange(120) < 48, 5.0, -35.0)[None, :]
    frost = Weather(("north",), temperature_c, np.full((1, 120), 20.0), "made up")
    return small_worlds.model(replace(where, weather=frost))


def next_door() -> BorderModel:
    """A crossing without any way to it, where nobody has to get ready, and one an hour away."""
    network = small_worlds.star(
        small_worlds.crossing(), small_worlds.crossing("other"), hours=[0.0, 1.0]
    )
    demand = _given((1.0, 2), (3.5, 1), (6.0, 3))
    where = small_worlds.world(network, demand, days=1, staging_h=2.0)
    return small_worlds.model(where)


def pushed_back_and_metered() -> BorderModel:
    """A crossing that the transit side meters, beside a stretch that is guarded and closed."""
    deep = small_worlds.forest(
        hub=None, hubs={small_worlds.TOWN: 1.0}, crossing=None, detection=0.6, pushback=0.5
    )
    where = small_worlds.world(
        small_worlds.star(small_worlds.crossing(), segments=[deep]),
        small_worlds.crowd(120, size=None),
        days=6,
        station_constant=1.0,
        green_constant=4.0,
        green_price_eur=0.0,
        review_rate_per_h=0.2,
        hike_median_h=4.0,
        patience_h=30.0,
        give_up_rate_per_d=0.1,
    )
    here: dict[str, Any] = {"crossings": (), "segments": ("forest",)}
    policy = Schedule(
        steps=(
            step(Action.GUARD, 24.0, 60.0, value=0.95, **here),
            step(Action.PUSHBACK, 48.0, value=0.8, **here),
            step(Action.CLOSE, 72.0, 90.0, **here),
        )
    )
    since: dict[str, Any] = {"since": small_worlds.START, "source": small_worlds.SOURCE}
    steps = (
        GateStep(action=GateAction.METER, persons_per_d=10.0, batch=2, **since),
        GateStep(action=GateAction.HOLD, since=small_worlds.at(80.0), source=small_worlds.SOURCE),
    )
    return small_worlds.model(where, policy, hypothesis=LetsThrough(leakage=1.0, steps=steps))


EDGE_WORLDS: dict[str, Callable[[], BorderModel]] = {
    "forking roads": forking_roads,
    "fastest roads": fastest_roads,
    "long memory": long_memory,
    "other rumours": other_rumours,
    **{
        f"whole hours, {discipline}": partial(whole_hours, discipline)
        for discipline in QueueDiscipline
    },
    "closed doors": closed_doors,
    "longest day": longest_day,
    "neighbours": neighbours,
    "out in the cold": out_in_the_cold,
    "steered": steered,
    "too late": too_late,
    "followers of one": followers_of_one,
    "half a map of weather": half_a_map_of_weather,
    "cold spell": cold_spell,
    "next door": next_door,
    "pushed back and metered": pushed_back_and_metered,
}
