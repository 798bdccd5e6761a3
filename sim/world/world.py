"""The world of a scenario: everything that is the same in every policy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.clock import Clock
from sim.world.chain import chain_order, leads_to
from sim.world.demand_over_time import DemandPeriod, Inflow, inflows
from sim.world.network import Network
from sim.world.origins import Demand
from sim.world.parameters import Parameters
from sim.world.routing import Routes, find_routes
from sim.world.weather import NO_WEATHER, Weather


@dataclass(frozen=True, kw_only=True)
class World:
    """Checked records, ready to be built into a model.

    Attributes:
        clock: span and zone.
        network: places and roads.
        demand: who sets out.
        parameters: central values of the scalar parameters.
        weather: hourly series by zone.
        demand_periods: the rows of the table of demand; none where it has none.
    """

    clock: Clock
    network: Network
    demand: Demand
    parameters: Parameters
    weather: Weather = NO_WEATHER
    demand_periods: tuple[DemandPeriod, ...] = ()

    @cached_property
    def routes(self) -> Routes:
        """Shortest ways to every destination."""
        return find_routes(self.network)

    @cached_property
    def leads_to(self) -> NDArray[np.bool_]:
        """Which destinations are beyond each crossing, shape (crossings, destinations)."""
        return leads_to(self.network, self.routes)

    @cached_property
    def chain_order(self) -> NDArray[np.int32]:
        """The crossings, those beyond others first, shape (crossings,).

        Raises:
            ValueError: if people who go on would come back to a crossing.
        """
        return chain_order(self.leads_to)

    @cached_property
    def inflows(self) -> list[Inflow]:
        """Demand over time, by origin and gateway, in order of time."""
        return inflows(self.demand, self.demand_periods, self.clock)
