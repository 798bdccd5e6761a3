"""Small worlds of borders in a chain and of orders for some people alone, with travellers in lanes.

What the other small worlds treat alike is told apart here: people by origin, papers and class, and
crossings by what lies beyond them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sim.clock import Opening
from sim.engine.codes import Action, Distribution, Documents, QueueDiscipline, QueueRule, Trait
from sim.hypotheses import GateAction, GateStep, LetsThrough
from sim.model import BorderModel
from sim.verification import small_worlds
from sim.world.network import Crossing, Network, Onward, ReceivingState
from sim.world.origins import Demand, Origin
from sim.world.station_records import Travellers
from tests.golden.world_parts import groups_at, step, strict_neighbour, under, weather

BY_DAY = tuple(0.0 if hour < 7 else 3.0 + hour % 4 for hour in range(24))
GATES = ("gate", "other")
PEOPLE: dict[str, Any] = {
    "family_share": 0.5,
    "unaccompanied_share": 0.3,
    "vulnerable_share": 0.4,
    "valid_document_share": 0.6,
    "expired_document_gate": 0.8,
    "peer_rate_per_h": 0.15,
    "experience_weight": 1.0,
    "memory_d": 2.0,
    "news_delay_h": 3.0,
    "rush_horizon_h": 15.0,
    "balking_per_h": 0.04,
    "review_rate_per_h": 0.3,
    "patience_h": 30.0,
    "access_reach_h": 12.0,
    "transport_eur_per_km": 0.2,
    "success_value_eur": 300.0,
    "demand_when_closed": 0.3,
    "branching": 0.3,
    "kernel_mean_d": 0.5,
    "green_price_eur": 0.0,
    "hike_median_h": 3.0,
}


def _crossing(
    name: str, *, travellers: dict[str, Any] | None = None, state: str | None = None, **terms: Any
) -> Crossing:
    """Three lanes and four officers, with travellers in the lanes if any are given."""
    given: dict[str, Any] = {
        "lanes": 3,
        "admission": small_worlds.service(0.2, Distribution.GAMMA, 0.7),
        "servers": 4,
        "registration": small_worlds.service(0.8),
        **terms,
    }
    crossing = replace(small_worlds.crossing(name, **given), state=state)
    if travellers is None:
        return crossing
    stream = Travellers(
        share_lanes=True,
        service=small_worlds.service(0.1, Distribution.LOGNORMAL, 0.8),
        source=small_worlds.SOURCE,
        **travellers,
    )
    return replace(crossing, travellers=stream)


def _people(groups_per_h: float, *names: str) -> Demand:
    """People of some origins, groups of any size, and some of no origin that is stated."""
    usual: dict[str, Any] = {"gateways": {small_worlds.TOWN: 1.0}, "source": small_worlds.SOURCE}
    origins = tuple(Origin(id=name, name=name, share=1.0, **usual) for name in names)
    of_none = groups_at((7.0, 2), (20.5, 1), (33.0, 4), (50.0, 2))
    return replace(
        small_worlds.poisson(groups_per_h), origins=origins, group_size=None, groups=of_none.groups
    )


def _way_on(hub: str, hours: float, **terms: Any) -> Onward:
    return Onward(hub=hub, km=50.0 * hours, hours=hours, source=small_worlds.SOURCE, **terms)


def _three_borders() -> Network:
    """Two crossings lead on to two more, of which one leads on to the last, one to a neighbour."""
    lowland: dict[str, Any] = {"state": "lowland", "opening": (Opening(hours="08:00-20:00"),)}
    gate = _crossing("gate", state="upland", travellers={"by_hour": BY_DAY})
    second = _crossing("second", travellers={"persons_per_d": 70.0}, **lowland)
    crossings = (
        replace(gate, onward=_way_on("between", 2.0, share=0.8, shares={"a": 0.3})),
        replace(
            _crossing("other", state="upland", known=0.5),
            onward=_way_on("between", 1.0, waved_through=0.3),
        ),
        replace(second, onward=_way_on("beyond", 1.5, share=0.6, waved_through=0.1)),
        replace(_crossing("side", **lowland), onward=_way_on("haven", 1.0, share=0.5)),
        _crossing("last", state="far-off", servers=1),
        _crossing("behind", state="upland"),  # no town is next to it
    )
    stretches = (
        small_worlds.forest(weather="north"),
        small_worlds.forest(id="wood", name="Wood", hub="between", crossing="second"),
        small_worlds.forest(id="fell", name="Fell", hub="beyond", crossing=None, state="far-off"),
    )
    ways = {
        "town": GATES,
        "between": ("second", "side"),
        "beyond": ("last",),
        "haven": ("abroad",),
        "other": ("behind",),
    }
    return Network(
        hubs=tuple(small_worlds.hub(name) for name in ("town", "between", "beyond", "haven")),
        crossings=crossings,
        neighbours=(strict_neighbour("abroad", refusal=0.3, hours="06:00-18:00"),),
        segments=stretches,
        roads=tuple(
            small_worlds.road(place, end, 1.0 + k, 60.0 + 30.0 * k)
            for place, ends in ways.items()
            for k, end in enumerate(ends)
        ),
        states=(
            ReceivingState(id="upland", name="Upland", source=small_worlds.SOURCE),
            ReceivingState(
                id="lowland", name="Lowland", timezone="Europe/Stockholm", source="test"
            ),
            ReceivingState(id="far-off", name="Far off", source=small_worlds.SOURCE),
        ),
    )


def borders_in_a_chain() -> BorderModel:
    """People are registered or waved through, go on or stay, and hear what is closed beyond."""
    where = small_worlds.world(
        _three_borders(),
        _people(0.4, "a", "b"),
        days=5,
        **{
            **PEOPLE,
            "station_constant": 1.0,
            "green_constant": 0.5,
            "other_country_constant": -1.0,
            "claim_share": 0.9,
            "settle_constant": -3.0,
            "staging_h": 1.0,
            "arrive_ahead_h": 2.0,
            "travel_time_factor": 1.2,
            "facilitated_share": 0.2,
        },
    )
    nowhere: dict[str, Any] = {"crossings": ()}
    return under(
        replace(where, weather=weather("north", days=5)),
        step(Action.WAVE_THROUGH, 20.0, 60.0, value=0.9),
        step(Action.WAVE_THROUGH, 40.0, 80.0, value=0.4, crossings=GATES),
        step(Action.CLOSE, 44.0, 66.0, crossings=("second",), queue=QueueRule.REROUTE),
        step(Action.CLOSE, 50.0, 74.0, crossings=("side",), ahead_h=0.0),
        step(Action.GUARD, 48.0, 90.0, value=0.9, segments=("wood",), **nowhere),
        step(Action.METER, 24.0, 96.0, value=9.0, crossings=("second",)),
        step(Action.CLOSE, 46.0, 90.0, crossings=("last",), queue=QueueRule.TURN_BACK),
        step(Action.CLOSE, 100.0, crossings=("gate",), queue=QueueRule.TURN_BACK, ahead_h=20.0),
    )


def _gate_steps() -> tuple[GateStep, ...]:
    """The transit side holds, meters and lets go on again: everybody, or people of an origin."""

    def gate_step(action: GateAction, hour: float, **terms: Any) -> GateStep:
        since = small_worlds.at(hour)
        return GateStep(action=action, since=since, source=small_worlds.SOURCE, **terms)

    return (
        gate_step(GateAction.METER, 10.0, every_h=2.0, batch=3, hours="06:00-22:00"),
        gate_step(GateAction.HOLD, 20.0, origins=("a",)),
        gate_step(GateAction.RESUME, 40.0, origins=("a",), crossings=("gate",)),
        gate_step(GateAction.METER, 44.0, origins=("b",), persons_per_d=14.0),
        gate_step(GateAction.RESUME, 60.0),
        gate_step(GateAction.METER, 66.0, origins=("a",), every_h=1.5, batch=2),
        gate_step(GateAction.RESUME, 80.0, origins=("a", "b")),
    )


def some_people_alone() -> BorderModel:
    """Closures, caps and meters by origin, papers and class, one by one and shared."""
    usual: dict[str, Any] = {"discipline": QueueDiscipline.VULNERABLE_FIRST, "shelter_places": 12}
    gates = (
        _crossing("gate", travellers={"persons_per_d": 90.0}, **usual),
        _crossing(
            "other",
            known=0.6,
            servers=2,
            registration=small_worlds.service(2.0),
            opening=(Opening(hours="06:00-23:00"),),
            exit_check=small_worlds.service(0.1),
        ),
    )
    where = small_worlds.world(
        small_worlds.star(*gates, hours=[1.0, 1.5], segments=[small_worlds.forest()]),
        _people(0.7, "a", "b", "c"),
        days=5,
        **{**PEOPLE, "station_constant": 1.0, "green_constant": -1.0, "staging_h": 1.0},
    )
    both: dict[str, Any] = {"crossings": GATES}
    terrain: dict[str, Any] = {"crossings": (), "segments": ("forest",)}
    some = frozenset({Trait.VULNERABLE, Trait.CHILDREN})
    return under(
        where,
        step(Action.METER, 8.0, 60.0, value=6.0, joint=True, origins=("a", "b"), **both),
        step(Action.METER, 20.0, 84.0, value=14.0),
        step(Action.METER, 30.0, 80.0, value=3.0, documents=Documents.NONE, **both),
        step(Action.CAP_ARRIVALS, 14.0, 40.0, value=12.0, joint=True, **both),
        step(Action.CAP_ARRIVALS, 24.0, 70.0, value=2.0, origins=("c",), queue=QueueRule.TURN_BACK),
        step(
            Action.CAP_ARRIVALS,
            36.0,
            90.0,
            value=7.0,
            documents=Documents.VALID,
            queue=QueueRule.REROUTE,
            **both,
        ),
        step(Action.CLOSE, 40.0, 58.0, classes=some, every_class=True, queue=QueueRule.REROUTE),
        step(Action.CLOSE, 52.0, 76.0, classes=some, documents=Documents.NONE, **both),
        step(Action.GUARD, 34.0, 60.0, value=0.9, ahead_h=12.0, **terrain),
        step(Action.PUSHBACK, 46.0, 80.0, value=0.8, ahead_h=10.0, **terrain),
        step(Action.CLOSE, 62.0, 90.0, origins=("b",), ahead_h=0.0, **terrain),
        step(Action.NO_ASYLUM, 60.0, 96.0, origins=("b",), crossings=("other",)),
        step(Action.ADD_OFFICERS_AFTER_HOURS, 20.0, 90.0, value=3.0, **both),
        step(Action.CARRIER_MEASURES, 30.0, 70.0, crossings=(), origins=("a",), value=0.5),
        step(Action.CLOSE, 88.0, 110.0, origins=("a", "c"), exempt=some, **both),
        hypothesis=LetsThrough(leakage=0.9, steps=_gate_steps()),
    )


CHAIN_WORLDS: dict[str, Callable[[], BorderModel]] = {
    "borders in a chain": borders_in_a_chain,
    "some people alone": some_people_alone,
}
