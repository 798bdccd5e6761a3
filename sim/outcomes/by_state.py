"""A run as each receiving state of a chain sees it: its own crossings, people and orders alone.

The part of a run that is a state's is a :class:`RunRecord` too, of the state's crossings and
stretches of terrain, so that the same indicators are computed from it. People are in it with the
visit that they made there, whether they went on or are there still; those who were turned back are
counted as events, not as people. Indicators that need to know whom a state kept away, or what
people do elsewhere, are those of the whole route alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import NOBODY, GroupStage
from sim.engine.columns import Engine
from sim.engine.signatures import Table
from sim.outcomes.indicators import INDICATORS
from sim.outcomes.run_record import RunRecord
from sim.outcomes.visits import TIMES, kept_visits
from sim.world.network import Network

_BY_PLACE: Final = ("entries", "stock", "person_hours")  # shape (days, places, states)
_OF_A_BORDER: Final = (
    *("R1", "R6", "R8", "R12", "R13", "R14"),
    *("O1", "O2", "O3", "O4", "O5", "O6", "O7", "O8"),
    *("K1", "K2", "K3", "K4", "K5"),
)
_OF_THE_ROUTE: Final = ("R6_neighbour", "R8_cold", "K1_legal")
BY_STATE: Final = tuple(
    name
    for name in INDICATORS
    if name.startswith("R2_band")
    or (name.partition("_")[0] in _OF_A_BORDER and name not in _OF_THE_ROUTE)
)
STATE_HEADLINE: Final = (
    "R1_mean",
    "R1_person_days",
    "R6",
    "R8",
    "R13",
    "O1",
    "K1",
    "K5",
)  # of which the table of states is made: rights beside order and cost


def indicators_by_state(run: RunRecord) -> Iterator[tuple[int, str, float]]:
    """Number of the state, indicator and value, for every state of a chain; none without one."""
    for number, state in enumerate(run.world.network.states):
        part = part_of_state(run, state.id)
        for name in BY_STATE:
            yield number, name, INDICATORS[name].compute(part)


def part_of_state(run: RunRecord, state: str) -> RunRecord:
    """What happened at the border of one state.

    Args:
        run: the whole run.
        state: its id.
    """
    part = _Part(run, state)
    world = replace(run.world, network=part.network)
    return RunRecord(world, run.parameters, part.engine, run.concession)


@dataclass(frozen=True)
class _Part:
    """The state's part of a network, and of the columns."""

    run: RunRecord
    state: str

    @property
    def whole(self) -> Network:
        return self.run.world.network

    @cached_property
    def stations(self) -> list[int]:
        """Numbers of its crossings."""
        return [k for k, each in enumerate(self.whole.crossings) if each.state == self.state]

    @cached_property
    def destinations(self) -> list[int]:
        """Numbers of its crossings and stretches of terrain, as destinations."""
        own = {self.whole.crossings[k].id for k in self.stations}
        first = len(self.whole.crossings) + len(self.whole.neighbours)
        stretches = [
            d
            for d, each in enumerate(self.whole.segments, first)
            if each.crossing in own or (each.crossing is None and each.state == self.state)
        ]
        return [*self.stations, *stretches]

    @cached_property
    def places(self) -> list[int]:
        """Numbers of its places: of the towns from which its border is reached, then the others."""
        hours = self.run.world.routes.hours[self.destinations]
        hubs = range(len(self.whole.hubs))
        near = [hub for hub in hubs if np.isfinite(hours[:, hub]).any()]
        return [*near, *(len(hubs) + d for d in self.destinations)]

    @cached_property
    def network(self) -> Network:
        """Its crossings and stretches, and the roads to them."""
        whole, ids = self.whole, {self.whole.places[k].id for k in self.places}
        return Network(
            hubs=tuple(each for each in whole.hubs if each.id in ids),
            crossings=tuple(replace(whole.crossings[k], onward=None) for k in self.stations),
            segments=tuple(each for each in whole.segments if each.id in ids),
            roads=tuple(each for each in whole.roads if {each.a, each.b} <= ids),
            states=whole.states,
        )

    @cached_property
    def engine(self) -> Engine:
        """Its part of the columns that indicators read."""
        engine, stations, places = self.run.engine, self.stations, self.places
        persons, measures, status = self._persons(), self._measures(), engine.status.copy()
        visits = self._visits.copy()
        visits["person"] = np.arange(len(visits))
        visits["station"] = self._new_numbers(stations)[visits["station"]]
        status["persons"], status["measures"] = len(persons), len(measures)
        status["visits"] = len(visits)
        return engine._replace(
            status=status,
            persons=persons,
            exposed_h=engine.exposed_h[self._rows],
            visits=visits,
            measures=measures,
            stations=self._renumbered(engine.stations[stations]),
            destinations=self._renumbered(engine.destinations[self.destinations]),
            station_at=self._new_numbers(stations)[engine.station_at[places]].astype(np.int32),
            zone=engine.zone[places],
            occupancy=engine.occupancy[places],
            exposure_h=engine.exposure_h[places],
            outdoor_h=engine.outdoor_h[:, places],
            suspended_h=engine.suspended_h[:, stations],
            officer_h=engine.officer_h[:, stations],
            route_km=engine.route_km[np.ix_(self.destinations, places)],
            **{name: getattr(engine, name)[:, places] for name in _BY_PLACE},
        )

    def _new_numbers(self, kept: list[int]) -> NDArray[np.int64]:
        """From old numbers to new ones; -1 for what is not kept, and for -1."""
        numbers = np.full(len(self.whole.places) + 1, NOBODY)
        numbers[kept] = np.arange(len(kept))
        return numbers

    def _renumbered(self, rows: Table) -> Table:
        """Rows of stations or destinations with the new numbers of their places."""
        renumbered = rows.copy()
        renumbered["place"] = self._new_numbers(self.places)[rows["place"]]
        return renumbered

    def _measures(self) -> Table:
        """Orders about its crossings and stretches."""
        measures = self.run.measures
        numbers = self._new_numbers(self.destinations)[measures["destination"]]
        own = measures[numbers != NOBODY].copy()
        own["destination"] = numbers[numbers != NOBODY]
        return own

    @cached_property
    def _visits(self) -> Table:
        """What people lived through at its border who left it behind."""
        kept = kept_visits(self.run.engine)
        return kept[np.isin(kept["station"], self.stations)]

    @cached_property
    def _rows(self) -> NDArray[np.int64]:
        """Rows of its people: of all who left its border behind, by visit; then of those there."""
        persons, groups = self.run.engine.persons, self.run.engine.groups
        everybody = persons[: int(self.run.engine.status["persons"][0])]
        here = self._new_numbers(self.places)[everybody["place"]] >= len(self.network.hubs)
        leaving = groups["stage"][everybody["group"]] == GroupStage.GOING_ON
        return np.concatenate((self._visits["person"], np.flatnonzero(here & ~leaving)))

    def _persons(self) -> Table:
        """Its people; as in the engine, times of those who left are those of their visits alone."""
        engine, visits, numbers = self.run.engine, self._visits, self._new_numbers(self.places)
        persons = engine.persons[self._rows]
        visitors, present = persons[: len(visits)], persons[len(visits) :]
        present["place"] = numbers[present["place"]]
        visitors["place"] = numbers[engine.stations["place"][visits["station"]]]
        visitors["state"] = visits["left_as"]
        for name in TIMES:
            visitors[name] = np.nan
        return persons
