"""From demand and origins to the engine's streams: when groups of which size appear, and where."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from sim.arithmetic.elementwise import exp
from sim.clock import Clock
from sim.engine.codes import NOBODY, StreamKind
from sim.engine.groups import size_chances
from sim.engine.row_types import GATEWAY, RATE, STREAM
from sim.engine.signatures import Table
from sim.hypotheses import OrganisedTravel
from sim.model.counted_people import CountedGroup, counted_groups
from sim.randomness import name_key
from sim.world.demand_over_time import Inflow, gateways_of
from sim.world.origins import Demand, Stock
from sim.world.parameters import Parameters
from sim.world.world import World

LARGEST_DRAWN = 64  # no group that is drawn is larger


def size_cdf(world: World, parameters: Parameters) -> NDArray[np.float64]:
    """Cumulative chances of group sizes 1, 2, ..., shape (sizes,)."""
    return np.cumsum(_size_chances(world, parameters))


def _size_chances(world: World, parameters: Parameters) -> NDArray[np.float64]:
    fixed = world.demand.group_size
    if fixed is not None:
        return np.eye(1, fixed, fixed - 1)[0]
    return _drawn_size_chances(
        parameters.own_travel_mean,
        parameters.own_travel_dispersion,
        parameters.vehicle_share,
        parameters.convoy_share,
    )


@lru_cache(maxsize=64)
def _drawn_size_chances(
    own_mean: float, dispersion: float, vehicle_share: float, convoy_share: float
) -> NDArray[np.float64]:
    """Chances that cannot be written to: each run asks for them several times, and many runs."""
    chances = size_chances(own_mean, dispersion, vehicle_share, convoy_share)
    chances.flags.writeable = False
    return chances


def mean_group_size(world: World, parameters: Parameters) -> float:
    """Mean size of groups that are drawn, persons."""
    chances = _size_chances(world, parameters)
    return float((chances * np.arange(1, len(chances) + 1)).sum())


def frailty_shape(world: World, parameters: Parameters) -> float:
    """Shape of the gamma factor that demand has on a day: a table's own, or the parameter."""
    table = world.demand.table
    own = table.frailty_shape if table else None
    return parameters.frailty_shape if own is None else own


def drift_of_days(demand: Demand, clock: Clock, per_d: float) -> NDArray[np.float64]:
    """What multiplies demand on each local day for not being known there, shape (days,).

    Args:
        demand: says up to which day it is known.
        clock: the scenario's.
        per_d: relative change a day from the next on, 1/d.
    """
    if demand.known_until is None or per_d == 0.0:
        return np.ones(len(clock.days))
    beyond_d = [max(0, (day - demand.known_until).days) for day in clock.days]
    return exp(per_d * np.array(beyond_d))


def largest_group(streams: Table) -> int:
    """The most people of one group that there can be."""
    return max(int(streams["people"].max(initial=1)), LARGEST_DRAWN)


def expected_groups(streams: Table, rates: Table, people_a_group: float) -> float:
    """How many groups of all streams appear on average, if none is kept from coming.

    Args:
        streams: rows of :data:`STREAM`.
        rates: rows of :data:`RATE`.
        people_a_group: mean size of groups, persons.
    """
    hours = np.maximum(0.0, rates["ends_h"] - rates["begins_h"])
    given = float(streams["persons_left"].sum()) / people_a_group
    return math.fsum(hours * rates["per_h"]) + given


class _StreamTable:
    """Collects streams with their rates and gateways, row by row."""

    def __init__(self, numbers: dict[str, int]) -> None:
        self.numbers = numbers
        self.rows: list[dict[str, float]] = []
        self.rates: list[tuple[float, float, float]] = []
        self.gateways: list[tuple[float, int]] = []

    def add(
        self,
        name: str,
        *,
        gateways: Mapping[str, float],
        rates: Sequence[tuple[float, float, float]] = (),
        **row: float,
    ) -> None:
        """Add a stream whose random numbers depend on its name."""
        first_rate = len(self.rates)
        self.rates += rates
        self.rows.append(
            {
                "key": name_key(name),
                "first_rate": first_rate,
                "last_rate": len(self.rates),
                **self.gateway_rows(gateways),
                **row,
            }
        )

    def gateway_rows(self, gateways: Mapping[str, float]) -> dict[str, int]:
        """Add gateways; which rows they are, for a stream or several."""
        first, total, running = len(self.gateways), math.fsum(gateways.values()), 0.0
        for hub, weight in gateways.items():
            running += weight / total
            self.gateways.append((running, self.numbers[hub]))
        return {"first_gateway": first, "last_gateway": len(self.gateways)}

    def tables(self) -> tuple[Table, Table, Table]:
        streams = np.zeros(len(self.rows), dtype=STREAM)
        for name in {name for row in self.rows for name in row}:
            column = [row.get(name, 0) for row in self.rows]
            streams[name] = np.array(column, dtype=streams[name].dtype)
        return (
            streams,
            np.array(self.rates or [(0.0, 0.0, 0.0)], dtype=RATE),
            np.array(self.gateways or [(1.0, 0)], dtype=GATEWAY),
        )


def demand_streams(
    world: World,
    parameters: Parameters,
    organised: Sequence[OrganisedTravel],
    daily: NDArray[np.float64],
    transit_limit: float,
    *,
    drawn: Mapping[str, float] | None = None,
    key: int = 0,
) -> tuple[Table, Table, Table]:
    """Every stream of a world with its rates and gateways.

    Args:
        world: what is simulated.
        parameters: the scalar parameters.
        organised: organised travel under the hypothesis drawn.
        daily: what multiplies the demand of each local day, shape (days,).
        transit_limit: the highest level that facilitation can reach.
        drawn: what the state of the world drew by name, of stocks.
        key: the replication's random key, for people who were counted.

    Returns:
        Rows of :data:`STREAM`, :data:`RATE` and :data:`GATEWAY`.
    """
    table = _StreamTable(world.network.number)
    if world.demand.table and world.demand.table.exact:
        _add_counted(table, world, counted_groups(world, size_cdf(world, parameters), key))
    else:
        _add_inflows(table, world, parameters, daily)
    for k, stock in enumerate(world.demand.stocks):
        persons = stock.persons_of(drawn or {}) * parameters.stock_factor
        _add_stock(table, world, stock, f"stock {stock.id or k}", persons)
    _add_given_groups(table, world)
    for k, travel in enumerate(organised):
        _add_organised(table, travel, k, transit_limit)
    return table.tables()


def _add_given_groups(table: _StreamTable, world: World) -> None:
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


def _add_counted(table: _StreamTable, world: World, groups: Iterable[CountedGroup]) -> None:
    """One stream for each group of people who were counted."""
    shared: dict[tuple[int, str], dict[str, int]] = {}
    for key, at_h, people, number, gateway in groups:
        if (number, gateway) not in shared:
            gateways = gateways_of(world.demand.origins[number], gateway)
            shared[number, gateway] = table.gateway_rows(gateways)
        table.rows.append(
            {
                "key": key,
                "kind": StreamKind.FIXED,
                "origin": number,
                "people": people,
                "persons_left": people,
                "responsive": 1,
                "begins_h": at_h,
                **shared[number, gateway],
            }
        )


def _add_organised(
    table: _StreamTable, travel: OrganisedTravel, number: int, transit_limit: float
) -> None:
    per_h = transit_limit * travel.persons_per_d / 24.0 / travel.batch
    table.add(
        f"organised {number}",
        kind=StreamKind.POISSON,
        people=travel.batch,
        organised=1,
        steering=travel.steering,
        rates=[(travel.begins_h, travel.ends_h, per_h)],
        gateways={travel.hub: 1.0},
        origin=NOBODY,
    )


def _add_inflows(
    table: _StreamTable, world: World, parameters: Parameters, daily: NDArray[np.float64]
) -> None:
    """Streams of demand over time; ``daily`` multiplies the demand of each local day."""
    per_group = 24.0 * mean_group_size(world, parameters)
    for (k, gateway), inflows in groupby(world.inflows, key=lambda each: each[:2]):
        origin = world.demand.origins[k]
        rates = [
            (begins_h, ends_h, rate)
            for each in inflows
            for factor in (_groups_per_person(each, parameters, per_group),)
            for begins_h, ends_h, persons_per_d in _by_day(each, world.clock, daily)
            if (rate := persons_per_d * factor) > 0.0
        ]
        table.add(
            f"origin {origin.id} at {gateway}" if gateway else f"origin {origin.id}",
            kind=StreamKind.POISSON,
            origin=k,
            people=world.demand.group_size or 0,
            responsive=1,
            rates=rates,
            gateways=gateways_of(origin, gateway),
        )


def _groups_per_person(inflow: Inflow, parameters: Parameters, per_group: float) -> float:
    """What turns the persons a day of an inflow into groups an hour of its origin."""
    return parameters.demand_factor * inflow.share / inflow.shares / per_group


def _by_day(
    inflow: Inflow, clock: Clock, daily: NDArray[np.float64]
) -> Iterator[tuple[float, float, float]]:
    """Stretches of constant demand (begin h, end h, persons/d), cut where days differ."""
    begins_h, ends_h, persons_per_d = inflow.begins_h, inflow.ends_h, inflow.persons_per_d
    last = len(daily) - 1
    day_ends_h, is_even = clock.day_ends_h.tolist(), bool((daily == 1.0).all())
    day, factors = bisect_right(day_ends_h, begins_h), daily.tolist()
    while begins_h < ends_h:
        until_h = ends_h if is_even or day >= last else min(ends_h, day_ends_h[day])
        yield begins_h, until_h, persons_per_d * factors[min(day, last)]
        begins_h, day = until_h, day + 1


def _add_stock(table: _StreamTable, world: World, stock: Stock, name: str, persons: float) -> None:
    table.add(
        name,
        kind=StreamKind.STOCK,
        origin=NOBODY,
        people=world.demand.group_size or 0,
        persons_left=round(persons),
        begins_h=max(0.0, world.clock.hours(stock.at)),
        gateways=stock.gateways,
    )
