"""From checked records to the engine's columns.

What is the same in every replicate of a world is laid out once (:class:`Blueprint`); a replicate
copies what changes and fills in its own parameters and the conduct of the transit side.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.clock import opening_intervals
from sim.engine.codes import (
    BANDS,
    MODES,
    NOBODY,
    STATES,
    UNLIMITED,
    DestinationKind,
    Discipline,
    ServiceDistribution,
    StreamKind,
)
from sim.engine.columns import (
    BELIEF,
    CACHE_SLOTS,
    CACHED_UTILITIES,
    DESTINATION,
    EVENT,
    GATEWAY,
    GROUP,
    MEASURE,
    NEST,
    PERSON,
    QUEUE,
    RATE,
    STATION,
    STATUS,
    STREAM,
    Engine,
)
from sim.engine.demand import frailties
from sim.engine.groups import size_chances
from sim.engine.opening_hours import fill_calendars, opening_table
from sim.engine.route_choice import leg_costs, recursive_costs
from sim.engine.stages import ADMISSION, EXIT_CHECK, QUEUES, REGISTRATION, Stage
from sim.hypotheses import OrganisedTravel
from sim.randomness import name_key
from sim.world.network import (
    Crossing,
    Distribution,
    Mode,
    Neighbour,
    Network,
    QueueDiscipline,
    Segment,
    ServiceTime,
)
from sim.world.origins import Stock
from sim.world.parameters import Parameters
from sim.world.routing import Routes
from sim.world.weather import BAND_WEIGHTS
from sim.world.world import World

PARAMETERS = np.dtype([(each.name, np.float64) for each in fields(Parameters)])
SERVICE_DISTRIBUTIONS = {
    Distribution.DETERMINISTIC: ServiceDistribution.DETERMINISTIC,
    Distribution.EXPONENTIAL: ServiceDistribution.EXPONENTIAL,
    Distribution.GAMMA: ServiceDistribution.GAMMA,
    Distribution.LOGNORMAL: ServiceDistribution.LOGNORMAL,
}
DISCIPLINES = {
    QueueDiscipline.FCFS: Discipline.FCFS,
    QueueDiscipline.VULNERABLE_FIRST: Discipline.VULNERABLE_FIRST,
    QueueDiscipline.FAMILY_TOGETHER: Discipline.FAMILY_TOGETHER,
}
MODE_NUMBERS = {mode: number for number, mode in enumerate(Mode)}


@dataclass(frozen=True)
class Capacity:
    """Room in the tables at the start; they grow when they must."""

    groups: int = 2048
    persons: int = 4096
    events: int = 16384
    measures: int = 64


@dataclass(frozen=True)
class Blueprint:
    """The parts of an engine that do not depend on the replicate."""

    world: World

    @cached_property
    def openings(self) -> tuple[NDArray[Any], list[tuple[int, int]]]:
        """Open stretches of all crossings and neighbours, and where each one's begin and end."""
        network = self.world.network
        openings = [crossing.opening for crossing in network.crossings]
        openings += [neighbour.opening for neighbour in network.neighbours]
        return opening_table([opening_intervals(each, self.world.clock) for each in openings])

    @cached_property
    def stations(self) -> NDArray[Any]:
        """Rows of :data:`STATION` as they are at the start."""
        network = self.world.network
        table = np.zeros(len(network.crossings), dtype=STATION)
        _, bounds = self.openings
        for row, crossing, (first, _) in zip(table, network.crossings, bounds, strict=False):
            _fill_station(row, crossing)
            row["place"] = network.number[crossing.id]
            row["next_opening"] = first
        return table

    @cached_property
    def destinations(self) -> NDArray[Any]:
        """Rows of :data:`DESTINATION` as they are at the start."""
        network = self.world.network
        table = np.zeros(len(network.destinations), dtype=DESTINATION)
        for d, (row, place) in enumerate(zip(table, network.destinations, strict=True)):
            row["place"] = network.number[place.id]
            row["station"] = NOBODY
            if isinstance(place, Crossing):
                row["kind"], row["station"] = DestinationKind.CROSSING, d
            elif isinstance(place, Neighbour):
                row["kind"], row["refusal"] = DestinationKind.NEIGHBOUR, place.refusal
            else:
                row["station"] = network.crossing_number[place.crossing]
                _fill_segment(row, place)
        fill_calendars(table, *self.openings, self.world.clock.duration_h)
        return table

    @cached_property
    def station_at(self) -> NDArray[np.int32]:
        """Station number at each place, or -1."""
        at = np.full(len(self.world.network.places), NOBODY, dtype=np.int32)
        at[self.stations["place"]] = np.arange(len(self.stations))
        return at

    @cached_property
    def zones(self) -> NDArray[np.int32]:
        """Weather zone number at each place, or -1."""
        names = self.world.weather.zones
        numbers = np.full(len(self.world.network.places), NOBODY, dtype=np.int32)
        for k, place in enumerate(self.world.network.places):
            if isinstance(place, Crossing | Segment) and place.weather in names:
                numbers[k] = names.index(place.weather)
        return numbers

    @cached_property
    def climate_zones(self) -> NDArray[np.int32]:
        """Weather zone of each place; of towns and neighbours that of the crossing nearest by road.

        -1 where that crossing has none.
        """
        zones = self.zones.copy()
        hubs = len(self.world.network.hubs)
        to_crossings = self.world.routes.hours[: len(self.stations)]
        for place in np.flatnonzero(zones == NOBODY):
            if np.isfinite(to_crossings[:, place]).any():
                zones[place] = self.zones[hubs + int(to_crossings[:, place].argmin())]
        return zones

    @cached_property
    def chill_by_day(self) -> NDArray[np.float64]:
        """Mean degrees of wind chill below zero, shape (zones, days)."""
        weather = self.world.weather
        return np.ascontiguousarray(weather.by_day(weather.below_zero, self.world.clock.day_ends_h))

    @cached_property
    def risk_by_day(self) -> NDArray[np.float64]:
        """Mean weight of the hours of a day in the index of exposure, shape (zones, days).

        To one decimal: nobody expects the cold more exactly, and people think again only when
        what they expect has changed.
        """
        weights = np.array(BAND_WEIGHTS)[self.cold_bands]
        by_day = self.world.weather.by_day(weights, self.world.clock.day_ends_h)
        return np.ascontiguousarray(np.round(by_day, 1))

    @cached_property
    def cold_bands(self) -> NDArray[np.int8]:
        """Wind-chill band by zone and hour."""
        return np.ascontiguousarray(self.world.weather.bands())


def build_engine(
    blueprint: Blueprint,
    parameters: Parameters,
    key: int,
    *,
    organised: Sequence[OrganisedTravel] = (),
    transit_limit: float = 1.0,
    capacity: Capacity | None = None,
    audit: bool = False,
) -> Engine:
    """Columns of a new replicate, before its first event.

    Args:
        blueprint: what all replicates share.
        parameters: this world's scalar parameters.
        key: the replicate's random key.
        organised: organised travel under the hypothesis drawn.
        transit_limit: the highest level that the transit side's facilitation can reach; organised
            groups are generated at it and thinned to the present level.
        capacity: room at the start.
        audit: whether to count people anew after every event.
    """
    room = capacity or Capacity()
    world, routes = blueprint.world, blueprint.world.routes
    daily = frailties(np.uint64(key), len(world.clock.days), parameters.frailty_shape)
    streams, rates, gateways = _streams(world, parameters, organised, daily, transit_limit)
    status = np.zeros(1, dtype=STATUS)
    status["key"], status["audit"] = key, audit
    status["transit_level"], status["transit_limit"] = 1.0, transit_limit
    status["largest_group"] = _largest_group(streams, parameters)
    learning = _somebody_learns(parameters)
    status["learning"] = learning
    status["hubs"] = len(world.network.hubs)
    leg_cost = leg_costs(routes.leg_hours, routes.leg_km, routes.onward, parameters)
    places, days = len(world.network.places), len(world.clock.days)
    destinations, stations = len(world.network.destinations), len(world.network.crossings)
    return Engine(
        status=status,
        parameters=parameter_row(parameters),
        groups=np.zeros(room.groups, dtype=GROUP),
        persons=np.zeros(room.persons, dtype=PERSON),
        beliefs=np.zeros(room.groups * stations if learning else 1, dtype=BELIEF),
        heap=np.zeros(room.events, dtype=EVENT),
        stations=_new_stations(blueprint),
        queues=np.full(stations * QUEUES, NOBODY, dtype=QUEUE),
        destinations=blueprint.destinations.copy(),
        measures=np.zeros(room.measures, dtype=MEASURE),
        bulletins=np.zeros(2 * room.measures),
        streams=streams,
        rates=rates,
        gateways=gateways,
        size_cdf=_size_cdf(world, parameters),
        openings=blueprint.openings[0],
        day_ends_h=world.clock.day_ends_h,
        route_hours=routes.hours,
        route_km=routes.km,
        route_risk=routes.risk,
        route_cost=_route_costs(routes, leg_cost, len(world.network.hubs), parameters),
        next_place=routes.next_place,
        leg_hours=routes.leg_hours,
        leg_km=routes.leg_km,
        leg_checkpoint=routes.leg_checkpoint,
        leg_cost=leg_cost,
        leg_number=routes.leg_number,
        nearest_hub=routes.nearest_hub,
        station_at=blueprint.station_at,
        zone=blueprint.zones,
        cold_band=blueprint.cold_bands,
        occupancy=np.zeros((places, STATES), dtype=np.int64),
        changed_h=np.zeros((places, STATES)),
        entries=np.zeros((days, places, STATES), dtype=np.int32),
        stock=np.zeros((days, places, STATES), dtype=np.int32),
        person_hours=np.zeros((days, places, STATES)),
        exposure_h=np.zeros((places, 2, BANDS)),
        in_vehicles=np.zeros(places, dtype=np.int64),
        climate_zone=blueprint.climate_zones,
        chill_by_day=blueprint.chill_by_day,
        risk_by_day=blueprint.risk_by_day,
        accumulated_patience_h=world.weather.accumulated_patience_h(parameters.cold_impatience),
        outdoor_h=np.zeros((days, places, BANDS)),
        outdoor_since_h=np.zeros(places),
        suspended_h=np.zeros((days, stations)),
        suspended_since_h=np.zeros(stations),
        officer_h=np.zeros((days, stations)),
        leg_people=np.zeros((days, len(routes.legs)), dtype=np.int32),
        nests=_nests(world.network, parameters),
        access_stock=np.zeros(days, dtype=np.int64),
        access_reached=np.zeros(days, dtype=np.int64),
        utility=np.zeros((2, destinations + 1)),
        believed=np.zeros((2, destinations, 2 + MODES)),
        ahead_h=np.zeros(destinations),
        known=np.zeros(room.measures, dtype=np.int64),
        utility_cache=np.zeros(CACHE_SLOTS, dtype=CACHED_UTILITIES),
        cached_base=np.zeros((CACHE_SLOTS, 2, destinations + 1)),
        cached_price=np.zeros((CACHE_SLOTS, 2, destinations + 1)),
        cached_cold=np.zeros((CACHE_SLOTS, 2, destinations + 1)),
        cached_assured=np.zeros((CACHE_SLOTS, 2, stations)),
    )


def _somebody_learns(parameters: Parameters) -> bool:
    """Whether beliefs of crossings ever change but by official news."""
    return (
        parameters.experience_weight > 0.0
        or parameters.peer_rate_per_h > 0.0
        or parameters.facilitated_share > 0.0
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


def _nests(network: Network, parameters: Parameters) -> NDArray[Any]:
    """Crossings, neighbours, segments and settling, each a stretch of ways with its theta."""
    scales = (
        parameters.station_nest,
        parameters.other_country_nest,
        parameters.green_nest,
        1.0,
    )
    sizes = (len(network.crossings), len(network.neighbours), len(network.segments), 1)
    ends = np.cumsum((0, *sizes))
    rows = [(a, b, scale, 0.0) for (a, b), scale in zip(pairwise(ends), scales, strict=True)]
    return np.array(rows, dtype=NEST)


def parameter_row(parameters: Parameters) -> NDArray[Any]:
    """The scalar parameters as one row of the engine."""
    return np.array(
        [tuple(getattr(parameters, name) for name in PARAMETERS.names or ())], dtype=PARAMETERS
    )


def _new_stations(blueprint: Blueprint) -> NDArray[Any]:
    stations = blueprint.stations.copy()
    stations["exit_first"] = stations["exit_last"] = NOBODY
    return stations


def _fill_station(row: Any, crossing: Crossing) -> None:
    row["lanes"] = crossing.admission.lanes
    row["work_after_closing"] = crossing.admission.work_after_closing
    row["servers_open"] = crossing.registration.servers
    row["servers_after_hours"] = crossing.registration.servers_after_hours
    for stage, service in _service_times(crossing).items():
        if service is not None:
            _fill_service(row, stage, service)
    row["suspend_above"] = crossing.suspension.above if crossing.suspension else UNLIMITED
    row["suspend_below"] = crossing.suspension.below if crossing.suspension else UNLIMITED
    row["warm_places"] = crossing.warm_places
    row["tent_places"] = crossing.tent_places
    row["discipline"] = DISCIPLINES[crossing.registration.discipline]
    row["interpreters"] = _or_unlimited(crossing.registration.interpreters)
    row["shelter_places"] = _or_unlimited(crossing.shelter_places)
    if crossing.transport:
        row["seats"] = crossing.transport.seats
        row["headway_h"] = crossing.transport.headway_h
    row["modes"] = sum(1 << MODE_NUMBERS[mode] for mode in crossing.modes)
    row["known"] = crossing.known
    row["gate"] = row["gate_chance"] = 1.0


def _service_times(crossing: Crossing) -> dict[Stage, ServiceTime | None]:
    """How long each stage of a crossing takes a person."""
    return {
        EXIT_CHECK: crossing.exit_check,
        ADMISSION: crossing.admission.service,
        REGISTRATION: crossing.registration.service,
    }


def _fill_segment(row: Any, segment: Segment) -> None:
    row["kind"] = DestinationKind.SEGMENT
    row["detection"] = segment.detection_probability
    row["bare_detection"] = segment.detection
    row["fence_effect"] = segment.fence_effect
    row["length_km"] = segment.length_km


def _or_unlimited(places: int | None) -> int:
    return UNLIMITED if places is None else places


def _fill_service(row: Any, stage: Stage, service: ServiceTime) -> None:
    row[f"{stage.name}_mean_h"] = service.mean_min / 60.0
    row[f"{stage.name}_cv"] = service.cv
    row[f"{stage.name}_distribution"] = SERVICE_DISTRIBUTIONS[service.distribution]


def _size_cdf(world: World, parameters: Parameters) -> NDArray[np.float64]:
    return np.cumsum(_size_chances(world, parameters))


def _size_chances(world: World, parameters: Parameters) -> NDArray[np.float64]:
    fixed = world.demand.group_size
    if fixed is not None:
        return np.eye(1, fixed, fixed - 1)[0]
    return size_chances(
        parameters.own_travel_mean,
        parameters.own_travel_dispersion,
        parameters.vehicle_share,
        parameters.convoy_share,
    )


def mean_group_size(world: World, parameters: Parameters) -> float:
    """Mean size of groups that are drawn, persons."""
    chances = _size_chances(world, parameters)
    return float((chances * np.arange(1, len(chances) + 1)).sum())


def _largest_group(streams: NDArray[Any], parameters: Parameters) -> int:
    given = int(streams["people"].max(initial=1))
    return max(given, 64)


class _StreamTable:
    """Collects streams with their rates and gateways, row by row."""

    def __init__(self, numbers: dict[str, int]) -> None:
        self.numbers = numbers
        self.rows: list[dict[str, Any]] = []
        self.rates: list[tuple[float, float, float]] = []
        self.gateways: list[tuple[float, int]] = []

    def add(
        self,
        name: str,
        *,
        gateways: dict[str, float],
        rates: Sequence[tuple[float, float, float]] = (),
        **row: Any,
    ) -> None:
        first_rate, first_gateway = len(self.rates), len(self.gateways)
        self.rates += rates
        total, running = math.fsum(gateways.values()), 0.0
        for hub, weight in gateways.items():
            running += weight / total
            self.gateways.append((running, self.numbers[hub]))
        self.rows.append(
            {
                "key": name_key(name),
                "first_rate": first_rate,
                "last_rate": len(self.rates),
                "first_gateway": first_gateway,
                "last_gateway": len(self.gateways),
                **row,
            }
        )

    def tables(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        streams = np.zeros(len(self.rows), dtype=STREAM)
        for record, row in zip(streams, self.rows, strict=True):
            for name, value in row.items():
                record[name] = value
        return (
            streams,
            np.array(self.rates or [(0.0, 0.0, 0.0)], dtype=RATE),
            np.array(self.gateways or [(1.0, 0)], dtype=GATEWAY),
        )


def _streams(
    world: World,
    parameters: Parameters,
    organised: Sequence[OrganisedTravel],
    daily: NDArray[np.float64],
    transit_limit: float,
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    table = _StreamTable(world.network.number)
    _add_origins(table, world, parameters, daily)
    for k, stock in enumerate(world.demand.stocks):
        _add_stock(table, world, stock, k, parameters)
    for group in world.demand.groups:
        table.add(
            f"group {group.id}",
            kind=StreamKind.FIXED,
            people=group.persons,
            persons_left=group.persons,
            begins_h=max(0.0, world.clock.hours(group.at)),
            gateways={group.hub: 1.0},
            origin=NOBODY,
        )
    for k, travel in enumerate(organised):
        per_h = transit_limit * travel.persons_per_d / 24.0 / travel.batch
        table.add(
            f"organised {k}",
            kind=StreamKind.POISSON,
            people=travel.batch,
            organised=1,
            steering=travel.steering,
            rates=[(travel.begins_h, travel.ends_h, per_h)],
            gateways={travel.hub: 1.0},
            origin=NOBODY,
        )
    return table.tables()


def _add_origins(
    table: _StreamTable, world: World, parameters: Parameters, daily: NDArray[np.float64]
) -> None:
    """Streams of demand over time; ``daily`` multiplies the demand of each local day."""
    steps = world.demand.steps
    if not steps:
        return
    stretches = list(_stretches(world, daily))
    per_group = 24.0 * mean_group_size(world, parameters)
    shares = math.fsum(origin.share for origin in world.demand.origins)
    for k, origin in enumerate(world.demand.origins):
        factor = parameters.demand_factor * origin.share / shares / per_group
        table.add(
            f"origin {origin.id}",
            kind=StreamKind.POISSON,
            origin=k,
            people=world.demand.group_size or 0,
            responsive=1,
            rates=[
                (begins_h, ends_h, persons_per_d * factor)
                for begins_h, ends_h, persons_per_d in stretches
                if persons_per_d * factor > 0.0
            ],
            gateways=dict(origin.gateways),
        )


def _stretches(world: World, daily: NDArray[np.float64]) -> Iterator[tuple[float, float, float]]:
    """Stretches of constant demand (begin h, end h, persons/d), cut where steps or days differ."""
    steps, clock = world.demand.steps, world.clock
    starts = [max(0.0, clock.hours(step.since)) for step in steps]
    ends = [*starts[1:], clock.duration_h]
    day_ends = clock.day_ends_h if np.any(daily != 1.0) else clock.day_ends_h[-1:]
    for start, end, step in zip(starts, ends, steps, strict=True):
        edges = [start, *(float(h) for h in day_ends if start < h < end), end]
        for begins_h, ends_h in pairwise(edges):
            if ends_h > begins_h:
                day = min(int(np.searchsorted(clock.day_ends_h, begins_h, "right")), len(daily) - 1)
                yield begins_h, ends_h, step.persons_per_d * float(daily[day])


def _add_stock(
    table: _StreamTable, world: World, stock: Stock, number: int, parameters: Parameters
) -> None:
    table.add(
        f"stock {number}",
        kind=StreamKind.STOCK,
        origin=NOBODY,
        people=world.demand.group_size or 0,
        persons_left=round(stock.persons * parameters.stock_factor),
        begins_h=max(0.0, world.clock.hours(stock.at)),
        gateways=dict(stock.gateways),
    )
