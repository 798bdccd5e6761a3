"""What all replications of a world share, laid out once for the engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.clock import Interval, opening_intervals
from sim.engine.codes import NOBODY, DestinationKind
from sim.engine.opening_hours import BEYOND_D, fill_bounds, opening_days, opening_table
from sim.engine.row_types import DESTINATION, STATION
from sim.engine.signatures import Table
from sim.model.place_rows import fill_onward, fill_segment, fill_station, taste_numbers
from sim.world.network import Crossing, Neighbour, Segment
from sim.world.weather import BAND_WEIGHTS
from sim.world.world import World

NIGHT_ENDS_AND_BEGINS = (time(6), time(22))  # expert guess: hours that are paid as night work


@dataclass(frozen=True)
class Blueprint:
    """The parts of an engine that do not depend on the replication."""

    world: World

    @cached_property
    def calendars(self) -> list[list[Interval]]:
        """Open stretches of each crossing and neighbour, as far as they are known, h."""
        network, clock = self.world.network, self.world.clock.extended(BEYOND_D)
        ours = [
            opening_intervals(crossing.opening, network.clock_of(crossing, clock))
            for crossing in network.crossings
        ]
        return ours + [opening_intervals(each.opening, clock) for each in network.neighbours]

    @cached_property
    def openings(self) -> tuple[Table, list[tuple[int, int]]]:
        """Open stretches of all crossings and neighbours, and where each one's begin and end."""
        return opening_table(self.calendars)

    @cached_property
    def opening_days(self) -> Table:
        """What people expect of them on each day."""
        return opening_days(self.calendars, self.world.clock)

    @cached_property
    def stations(self) -> Table:
        """Rows of :data:`STATION` as they are at the start."""
        network = self.world.network
        table = np.zeros(len(network.crossings), dtype=STATION)
        _, bounds = self.openings
        for row, crossing, (first, _) in zip(table, network.crossings, bounds, strict=False):
            fill_station(row, crossing)
            row["place"] = network.number[crossing.id]
            row["next_opening"] = first
            fill_onward(row, crossing.onward, network)
        table["first_border"] = ~self.world.leads_to[:, : len(table)].any(axis=0)
        return table

    @cached_property
    def destinations(self) -> Table:
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
                if place.crossing is not None:
                    row["station"] = network.crossing_number[place.crossing]
                fill_segment(row, place)
        fill_bounds(table, self.openings[1])
        return table

    @cached_property
    def tastes(self) -> NDArray[np.int64]:
        """Numbers of people's tastes for the destinations, and for settling."""
        return taste_numbers(self.destinations["kind"])

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

        Of the stretch nearest by road where there are no crossings; -1 where that has none.
        """
        zones = self.zones.copy()
        hubs = len(self.world.network.hubs)
        many = len(self.stations) or len(self.destinations)
        to_border = self.world.routes.hours[:many]
        for place in np.flatnonzero(zones == NOBODY):
            if np.isfinite(to_border[:, place]).any():
                zones[place] = self.zones[hubs + int(to_border[:, place].argmin())]
        return zones

    @cached_property
    def chill_by_day(self) -> NDArray[np.float64]:
        """Mean degrees of wind chill below zero, shape (zones, days)."""
        weather = self.world.weather
        return np.ascontiguousarray(weather.by_day(weather.below_zero, self.world.clock.day_ends_h))

    @cached_property
    def risk_by_day(self) -> NDArray[np.float64]:
        """Mean weight of the hours of a day in the index of exposure, shape (zones, days).

        To one decimal: nobody expects the cold more exactly, and people reconsider only when
        what they expect has changed.
        """
        weights = np.array(BAND_WEIGHTS)[self.cold_bands]
        by_day = self.world.weather.by_day(weights, self.world.clock.day_ends_h)
        return np.ascontiguousarray(np.round(by_day, 1))

    @cached_property
    def nights_h(self) -> NDArray[np.float64]:
        """When each local day's night ends and its next night begins, shape (days, 2), h."""
        clock = self.world.clock
        return np.array(
            [
                [clock.hours(clock.local(day, at)) for at in NIGHT_ENDS_AND_BEGINS]
                for day in clock.days
            ]
        )

    @cached_property
    def cold_bands(self) -> NDArray[np.int8]:
        """Wind-chill band by zone and hour."""
        return np.ascontiguousarray(self.world.weather.bands())
