"""From checked records to the engine's columns.

A replication copies what changes of what all of a world share (:mod:`sim.model.blueprint`), and
fills in its own parameters and the conduct of the transit side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.engine.cached_utilities import BELIEVED
from sim.engine.codes import (
    BANDS,
    NOBODY,
    PEOPLES_MODES,
    STATES,
    TRAITS,
    Mode,
)
from sim.engine.columns import Engine
from sim.engine.demand import frailties
from sim.engine.filters import BY_TRAITS, OF_ONE_ORIGIN
from sim.engine.person_states import COUNTED_BY_ORIGIN
from sim.engine.route_choice import recursive_costs
from sim.engine.row_types import (
    CACHE_SLOTS,
    CACHED_UTILITIES,
    NEST,
    QUEUE,
    STATUS,
    VISIT,
)
from sim.engine.signatures import Column, Table
from sim.engine.stages import QUEUES
from sim.hypotheses import GateLimit, OrganisedTravel
from sim.model.blueprint import Blueprint
from sim.model.demand_streams import (
    demand_streams,
    drift_of_days,
    expected_groups,
    frailty_shape,
    largest_group,
    mean_group_size,
    size_cdf,
)
from sim.model.gate_limit_rows import gate_limit_columns
from sim.model.place_rows import fill_drawn
from sim.model.table_room import Capacity, expected_room, growing_tables
from sim.model.traveller_streams import traveller_table
from sim.world.leg_costs import leg_costs
from sim.world.network import Network
from sim.world.parameters import Parameters
from sim.world.routing import Routes
from sim.world.world import World

EVENTS_PER_STREAM = 4
PARAMETERS = np.dtype([(each.name, np.float64) for each in fields(Parameters)])


def build_engine(
    blueprint: Blueprint,
    parameters: Parameters,
    key: int,
    *,
    organised: Sequence[OrganisedTravel] = (),
    limits: Sequence[GateLimit] = (),
    transit_limit: float = 1.0,
    drawn: Mapping[str, float] | None = None,
    capacity: Capacity | None = None,
    audit: bool = False,
) -> Engine:
    """Columns of a new replication, before its first event.

    Args:
        blueprint: what all replications share.
        parameters: this world's scalar parameters.
        key: the replication's random key.
        organised: organised travel under the hypothesis drawn.
        limits: how fast the transit side lets people go on under it.
        transit_limit: the highest level that the transit side's facilitation can reach; organised
            groups are generated at it and thinned to the present level.
        drawn: what the state of the world drew by name, of stocks and of keys of crossings.
        capacity: room at the start.
        audit: whether to count people again after every event.
    """
    world = blueprint.world
    daily = frailties(np.uint64(key), len(world.clock.days), frailty_shape(world, parameters))
    daily *= drift_of_days(world.demand, world.clock, parameters.demand_drift_per_d)
    streams, rates, gateways = demand_streams(
        world, parameters, organised, daily, transit_limit, drawn=drawn, key=key
    )
    size = mean_group_size(world, parameters)
    room = capacity or expected_room(expected_groups(streams, rates, size), size)
    room = replace(room, events=max(room.events, EVENTS_PER_STREAM * len(streams)))
    learning = _somebody_learns(parameters)
    status = np.zeros(1, dtype=STATUS)
    status["key"], status["audit"] = key, audit
    status["transit_level"], status["transit_limit"] = 1.0, transit_limit
    status["largest_group"] = largest_group(streams)
    status["buckets_per_h"] = room.buckets / world.clock.duration_h
    status["learning"] = learning
    status["something_costs"] = _something_costs(world, parameters)
    status["hubs"] = len(world.network.hubs)
    status["chain"] = any(crossing.onward for crossing in world.network.crossings)
    status["told_apart"], status["kinds"] = BY_TRAITS, TRAITS
    stations = _new_stations(blueprint, drawn or {})
    return Engine(
        status=status,
        stations=stations,
        travellers=traveller_table(blueprint.world, blueprint.calendars, stations, key),
        parameters=parameter_row(parameters),
        destinations=blueprint.destinations.copy(),
        streams=streams,
        rates=rates,
        gateways=gateways,
        size_cdf=size_cdf(world, parameters),
        nests=_nests(world.network, parameters),
        tastes=blueprint.tastes,
        **gate_limit_columns(limits, world),
        **growing_tables(room, len(blueprint.stations), learning=learning),
        **_chain(world),
        **_stations_and_time(blueprint, parameters),
        **_roads(world, parameters),
        **_statistics(world),
        **_scratch(world, room),
    )


def _chain(world: World) -> dict[str, Column]:
    """Where people go on behind each crossing; in one border alone nobody does."""
    crossings, origins = world.network.crossings, world.demand.origins
    shares = np.zeros((len(crossings), len(origins) + 1))
    for row, crossing in zip(shares, crossings, strict=True):
        if onward := crossing.onward:
            named = (onward.shares.get(origin.id, onward.share) for origin in origins)
            row[:] = [onward.share, *named]
    return {
        "visits": np.zeros(1, dtype=VISIT),
        "onward_share": shares,
        "leads_to": world.leads_to,
        "chain_order": world.chain_order,
    }


def _stations_and_time(blueprint: Blueprint, parameters: Parameters) -> dict[str, Column]:
    """Queues of stations, opening hours, days and the weather."""
    weather = blueprint.world.weather
    return {
        "queues": np.full(len(blueprint.stations) * QUEUES, NOBODY, dtype=QUEUE),
        "station_at": blueprint.station_at,
        "openings": blueprint.openings[0],
        "opening_days": blueprint.opening_days,
        "day_ends_h": blueprint.world.clock.day_ends_h,
        "nights_h": blueprint.nights_h,
        "zone": blueprint.zones,
        "cold_band": blueprint.cold_bands,
        "climate_zone": blueprint.climate_zones,
        "chill_by_day": blueprint.chill_by_day,
        "risk_by_day": blueprint.risk_by_day,
        "accumulated_patience_h": weather.accumulated_patience_h(parameters.cold_impatience),
    }


def _roads(world: World, parameters: Parameters) -> dict[str, Column]:
    """Ways and legs, and what they cost."""
    routes = world.routes
    leg_cost = leg_costs(routes, parameters)
    return {
        "route_hours": routes.hours,
        "route_km": routes.km,
        "route_risk": routes.risk,
        "route_cost": _route_costs(routes, leg_cost, len(world.network.hubs), parameters),
        "next_place": routes.next_place,
        "leg_hours": routes.leg_hours,
        "leg_km": routes.leg_km,
        "leg_checkpoint": routes.leg_checkpoint,
        "leg_cost": leg_cost,
        "leg_number": routes.leg_number,
        "nearest_hub": routes.nearest_hub,
    }


def _statistics(world: World) -> dict[str, Column]:
    """What is counted and integrated during the run, all zero."""
    days, places = len(world.clock.days), len(world.network.places)
    stations = len(world.network.crossings)
    origins = len(world.demand.origins) + 1
    kinds = OF_ONE_ORIGIN * origins
    return {
        "occupancy": np.zeros((places, STATES), dtype=np.int64),
        "changed_h": np.zeros((places, STATES)),
        "entries": np.zeros((days, places, STATES), dtype=np.int32),
        "entries_by_origin": np.zeros(
            (days, places, len(COUNTED_BY_ORIGIN), origins), dtype=np.int32
        ),
        "stock": np.zeros((days, places, STATES), dtype=np.int32),
        "person_hours": np.zeros((days, places, STATES)),
        "exposure_h": np.zeros((places, 2, BANDS)),
        "in_vehicles": np.zeros(places, dtype=np.int64),
        "outdoor_h": np.zeros((days, places, BANDS)),
        "outdoor_since_h": np.zeros(places),
        "suspended_h": np.zeros((days, stations)),
        "suspended_since_h": np.zeros(stations),
        "officer_h": np.zeros((days, stations)),
        "leg_people": np.zeros((days, len(world.routes.legs)), dtype=np.int32),
        "travellers_admitted": np.zeros((days, stations), dtype=np.int64),
        "travellers_waited_h": np.zeros((days, stations)),
        "counted_today": np.zeros((2, stations, kinds), dtype=np.int64),
        "access_stock": np.zeros(days, dtype=np.int64),
        "access_reached": np.zeros(days),
        "access_offered": np.zeros(days),
    }


def _scratch(world: World, room: Capacity) -> dict[str, Column]:
    """What choices are worked out in, and the cache of utilities."""
    destinations, stations = len(world.network.destinations), len(world.network.crossings)
    cached = (CACHE_SLOTS, 2, destinations + 1)
    return {
        "utility": np.zeros((2, destinations + 1)),
        "weights": np.zeros(destinations + 1),
        "draws": np.zeros(destinations + 1),
        "believed": np.zeros((2, destinations, BELIEVED)),
        "ahead_h": np.zeros(destinations),
        "known": np.zeros(room.measures, dtype=np.int64),
        "utility_cache": np.zeros(CACHE_SLOTS, dtype=CACHED_UTILITIES),
        "cached_base": np.zeros(cached),
        "cached_price": np.zeros(cached),
        "cached_cold": np.zeros(cached),
        "cached_assured": np.zeros((CACHE_SLOTS, 2, stations)),
        "cached_worth": np.zeros((CACHE_SLOTS, 2, stations)),
        "cached_prospect": np.zeros((CACHE_SLOTS, 2, stations)),
        "cached_bans": np.zeros((CACHE_SLOTS, 2, stations, len(PEOPLES_MODES))),
    }


def _somebody_learns(parameters: Parameters) -> bool:
    """Whether beliefs of crossings ever change but by official news."""
    return (
        parameters.experience_weight > 0.0
        or parameters.peer_rate_per_h > 0.0
        or parameters.facilitated_share > 0.0
    )


def _something_costs(world: World, parameters: Parameters) -> bool:
    """Whether anybody ever pays or lives on their money, so that it matters how much they have."""
    modes = {mode for crossing in world.network.crossings for mode in crossing.modes}
    return (
        parameters.transport_eur_per_km > 0.0
        or parameters.daily_burn_eur > 0.0
        or (parameters.bicycle_eur > 0.0 and Mode.BICYCLE in modes)
        or (parameters.vehicle_eur > 0.0 and Mode.CAR in modes)
        or (parameters.green_price_eur > 0.0 and len(world.network.segments) > 0)
    )


def _route_costs(
    routes: Routes, leg_cost: NDArray[np.float64], hubs: int, parameters: Parameters
) -> NDArray[np.float64]:
    """Perceived cost of every journey: of the fastest way, or the recursive logit's value."""
    if parameters.route_scale_eur > 0.0:
        return recursive_costs(leg_cost, hubs, parameters.route_scale_eur)
    reached = np.isfinite(routes.hours)
    per_h = parameters.value_of_time_eur_per_h * parameters.travel_time_factor
    costs = np.full(routes.hours.shape, np.inf)
    costs[reached] = per_h * routes.hours[reached]
    costs[reached] += parameters.transport_eur_per_km * routes.km[reached]
    return costs


def _nests(network: Network, parameters: Parameters) -> Table:
    """Crossings, neighbours, segments and settling, each a stretch of ways with its theta."""
    scales = (
        parameters.station_nest,
        parameters.other_country_nest,
        parameters.green_nest,
        1.0,
    )
    sizes = (len(network.crossings), len(network.neighbours), len(network.segments), 1)
    ends = np.cumsum((0, *sizes))
    rows = [(a, b, scale, 0.0, 0.0) for (a, b), scale in zip(pairwise(ends), scales, strict=True)]
    return np.array(rows, dtype=NEST)


def parameter_row(parameters: Parameters) -> Table:
    """The scalar parameters as one row of the engine."""
    return np.array(
        [tuple(getattr(parameters, name) for name in PARAMETERS.names or ())], dtype=PARAMETERS
    )


def _new_stations(blueprint: Blueprint, drawn: Mapping[str, float]) -> Table:
    """Stations as they are at the start, with their keys that were drawn."""
    stations = blueprint.stations.copy()
    for row, crossing in zip(stations, blueprint.world.network.crossings, strict=True):
        fill_drawn(row, crossing.id, drawn)
    stations["exit_first"] = stations["exit_last"] = NOBODY
    return stations
