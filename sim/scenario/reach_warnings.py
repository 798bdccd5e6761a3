"""Warnings about places: never open, unreachable, of no use to anybody, or there twice."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import chain

import numpy as np

from sim.clock import opening_intervals
from sim.scenario.checking import Checks
from sim.scenario.period_warnings import period
from sim.scenario.records import NamedHypothesis
from sim.world.demand_over_time import gateways_of
from sim.world.network import Network, places_by_section, timetables
from sim.world.routing import crossing_between
from sim.world.world import World


def warn_of_reach(
    warnings: Checks, world: World, hypotheses: Mapping[str, NamedHypothesis]
) -> None:
    """Warn of places that nobody can use, and of people who can go nowhere."""
    organised = {
        travel.hub
        for each in hypotheses.values()
        for travel in each.rule.conduct(world.clock).organised
    }
    weights = _weights(world)
    _warn_of_never_open(warnings, world)
    _warn_of_hubs(warnings, world, weights, organised)
    beyond = {each.onward.hub for each in world.network.crossings if each.onward}
    _warn_of_destinations(warnings, world, {*weights, *organised, *beyond})
    _warn_of_doubles(warnings, world.network)
    if not organised and not any(_people(world)):
        warnings.add(("demand",), "nobody appears in the period", "give a step, stock or group")


def _warn_of_never_open(warnings: Checks, world: World) -> None:
    for key, openings in timetables(world.network):
        if not opening_intervals(openings, world.clock):
            message = f"never open in the period, which is {period(world.clock)}"
            warnings.add(key, message, "nobody can pass; give it hours that hold then")
    for k, crossing in enumerate(world.network.crossings):
        if crossing.accepts_asylum and not crossing.takes_people:
            warnings.add(
                ("crossings", k, "modes"),
                f"nobody can use {crossing.id!r}: people on their way go by foot, bicycle or car",
                "add one of these, or set accepts_asylum: false",
            )


# ---- ways


def _weights(world: World) -> dict[str, float]:
    """Hubs where people appear by themselves, with their shares of all who do by demand."""
    demand, weights = world.demand, dict[str, float]()
    everybody = math.fsum(inflow.persons for inflow in world.inflows)
    for inflow in world.inflows:
        gateways = gateways_of(demand.origins[inflow.origin], inflow.gateway)
        total = math.fsum(gateways.values())
        for hub, weight in gateways.items():
            share = inflow.persons / everybody * weight / total if everybody else 0.0
            weights[hub] = weights.get(hub, 0.0) + share
    others = chain.from_iterable(stock.gateways for stock in demand.stocks)
    for hub in (*others, *(group.hub for group in demand.groups)):
        weights.setdefault(hub, 0.0)
    return weights


def _people(world: World) -> Iterator[float]:
    """People by demand over time, and of each stock and group within the period."""
    clock, demand = world.clock, world.demand
    yield from (inflow.persons for inflow in world.inflows)
    there = [(stock.most_persons, stock.at) for stock in demand.stocks]
    there += [(group.persons, group.at) for group in demand.groups]
    yield from (float(many) for many, at in there if clock.hours(at) < clock.duration_h)


def _warn_of_hubs(
    warnings: Checks, world: World, weights: Mapping[str, float], organised: set[str]
) -> None:
    """Warn of hubs from which no crossing can be reached, and of those that nobody comes by."""
    network = world.network
    usable = [d for d, crossing in enumerate(network.crossings) if crossing.takes_people]
    hours = world.routes.hours
    joined = {end for leg in network.legs for end in (leg.start, leg.end)}
    for k, hub in enumerate(network.hubs):
        share = f", where {weights[hub.id]:.0%} of demand appears," if weights.get(hub.id) else ""
        key = ("hubs", k, "id")
        if hub.id not in weights and hub.id not in organised:
            if hub.id not in joined:
                warnings.add(key, f"no road leads to {hub.id!r}, and nobody appears there")
        elif not np.isfinite(hours[:, k]).any():
            message = f"from {hub.id!r}{share} no road leads to any crossing"
            warnings.add(key, message, "people there stay where they are")
        elif network.crossings and not np.isfinite(hours[usable, k]).any():
            message = f"from {hub.id!r}{share} no road leads to a crossing that people can use"
            warnings.add(key, message, "only other countries or the terrain border are in reach")


def _warn_of_destinations(warnings: Checks, world: World, sources: set[str]) -> None:
    """Warn of what nobody can reach; people pass hubs, but no crossing, on their way to another."""
    network = world.network
    from_where = [network.number[hub] for hub in sources if hub in network.number]
    if not from_where:
        return
    reached = np.isfinite(world.routes.hours[:, from_where].min(axis=1))
    for section, places in places_by_section(network)[1:]:
        for k, place in enumerate(places):
            if not reached[network.number[place.id] - len(network.hubs)]:
                between = crossing_between(network, from_where, place.id)
                message = f"nobody can reach {place.id!r} from where people appear"
                through = f" but through {between!r}, and nobody passes a crossing to another"
                warnings.add((section, k, "id"), message + (through if between else ""))


# ---- said twice


def _warn_of_doubles(warnings: Checks, network: Network) -> None:
    """Warn of names and roads that are there already."""
    names: dict[str, str] = {}
    for section, places in places_by_section(network):
        for k, place in enumerate(places):
            same = names.setdefault(" ".join(place.name.casefold().split()), place.id)
            if same != place.id:
                message = f"{place.name!r} is the name of {same!r} already"
                warnings.add((section, k, "name"), message, "charts and tables show names")
    roads: dict[frozenset[str], list[tuple[int, bool, str]]] = {}
    for k, road in enumerate(network.roads):
        before = roads.setdefault(frozenset((road.a, road.b)), [])
        if road.a == road.b:
            warnings.add(("roads", k), f"a road from {road.a!r} to itself leads nowhere")
        elif any(not (one_way and road.one_way and a != road.a) for _, one_way, a in before):
            message = f"a road between {road.a!r} and {road.b!r} is there already"
            warnings.add(("roads", k), message, "only the fastest counts")
        before.append((k, road.one_way, road.a))
