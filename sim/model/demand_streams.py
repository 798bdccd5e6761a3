"""From demand and origins to the engine's streams: when groups of which size appear, and where."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import NOBODY, StreamKind
from sim.engine.columns import GATEWAY, RATE, STREAM
from sim.engine.groups import size_chances
from sim.engine.signatures import Table
from sim.hypotheses import OrganisedTravel
from sim.randomness import name_key
from sim.world.origins import Stock
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


def largest_group(streams: Table) -> int:
    """The most people of one group that there can be."""
    return max(int(streams["people"].max(initial=1)), LARGEST_DRAWN)


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
        gateways: dict[str, float],
        rates: Sequence[tuple[float, float, float]] = (),
        **row: float,
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

    def tables(self) -> tuple[Table, Table, Table]:
        streams = np.zeros(len(self.rows), dtype=STREAM)
        for record, row in zip(streams, self.rows, strict=True):
            for name, value in row.items():
                record[name] = value
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
) -> tuple[Table, Table, Table]:
    """Every stream of a world with its rates and gateways.

    Args:
        world: what is simulated.
        parameters: the scalar parameters.
        organised: organised travel under the hypothesis drawn.
        daily: what multiplies the demand of each local day, shape (days,).
        transit_limit: the highest level that facilitation can reach.

    Returns:
        Rows of :data:`STREAM`, :data:`RATE` and :data:`GATEWAY`.
    """
    table = _StreamTable(world.network.number)
    _add_origins(table, world, parameters, daily)
    for k, stock in enumerate(world.demand.stocks):
        _add_stock(table, world, stock, k, parameters)
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
