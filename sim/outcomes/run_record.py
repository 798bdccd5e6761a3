"""A finished run as the indicators read it: arrays and counts, nothing that could change it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.clock import Clock
from sim.engine.columns import AgeClass, Engine, MeasureKind, PersonState
from sim.outcomes.access import AccessSpan, access_spans, hours_without_access
from sim.world.parameters import Parameters
from sim.world.world import World

State = PersonState
WAITING_AT_BORDER: Final = (
    State.EXIT_QUEUE,
    State.BETWEEN_POSTS,
    State.ADMISSION_QUEUE,
    State.IN_ADMISSION,
    State.WAIT_REGISTRATION,
    State.IN_REGISTRATION,
)
IN_TRANSIT_STATE: Final = (
    State.GATEWAY,
    State.STAGING,
    State.TRAVEL,
    State.TURNED_BACK,
    State.EXIT_QUEUE,
)


@dataclass(frozen=True)
class RunRecord:
    """One replicate at its end.

    Attributes:
        world: what it ran in.
        parameters: this replicate's scalar parameters.
        engine: its columns.
    """

    world: World
    parameters: Parameters
    engine: Engine

    @property
    def clock(self) -> Clock:
        """Span and zone."""
        return self.world.clock

    @cached_property
    def persons(self) -> NDArray[Any]:
        """Rows of everyone who was created."""
        return self.engine.persons[: int(self.engine.status["persons"][0])]

    @cached_property
    def crossing_places(self) -> NDArray[np.int64]:
        """Place numbers of the crossings, in the scenario's order."""
        return self.engine.stations["place"].astype(np.int64)

    @cached_property
    def people_by_state(self) -> NDArray[np.int64]:
        """The ledger: people in each state at the end, shape (states,)."""
        return self.engine.occupancy.sum(axis=0)

    @property
    def deterred(self) -> int:
        """People who would have set out and did not, for closures or for news of failure."""
        return int(self.engine.status["deterred"][0])

    @cached_property
    def entries_by_state(self) -> NDArray[np.int64]:
        """How often people entered each state, shape (states,)."""
        return self.engine.entries.sum(axis=(0, 1), dtype=np.int64)

    @cached_property
    def hours_by_state(self) -> NDArray[np.float64]:
        """Person-hours in each state, shape (states,)."""
        return self.engine.person_hours.sum(axis=(0, 1))

    @cached_property
    def daily_arrivals(self) -> NDArray[np.int64]:
        """People who presented themselves, shape (days, crossings)."""
        entries = self.engine.entries[:, self.crossing_places, State.BETWEEN_POSTS]
        return entries.astype(np.int64)

    def hours_in(self, states: tuple[PersonState, ...]) -> float:
        """Person-hours in some states together."""
        return float(self.hours_by_state[list(states)].sum())

    @cached_property
    def presented(self) -> NDArray[np.bool_]:
        """Who has presented themselves on the receiving side, by person."""
        return ~np.isnan(self.persons["presented_h"])

    @cached_property
    def reached_border(self) -> NDArray[np.bool_]:
        """Who has stood at a border post or presented themselves, by person."""
        return ~np.isnan(self.persons["queued_h"]) | self.presented

    @cached_property
    def first_at_border_h(self) -> NDArray[np.float64]:
        """When a person first stood at a border post (or was found), h; nan if never."""
        return np.fmin(self.persons["queued_h"], self.persons["presented_h"])

    @cached_property
    def registration_wait_h(self) -> NDArray[np.float64]:
        """Presentation to registration of those presented, h; up to now if unfinished."""
        who = self.persons[self.presented]
        return self._until_registered(who["registered_h"]) - who["presented_h"]

    @cached_property
    def border_wait_h(self) -> NDArray[np.float64]:
        """First at the border to registration of those who reached it, h; or up to now."""
        until = self._until_registered(self.persons["registered_h"])
        return (until - self.first_at_border_h)[self.reached_border]

    def _until_registered(self, registered_h: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(np.isnan(registered_h), self.clock.duration_h, registered_h)

    @cached_property
    def needs_care(self) -> NDArray[np.bool_]:
        """Minors and particularly vulnerable people, by person."""
        return (self.persons["age_class"] != AgeClass.ADULT) | (self.persons["vulnerable"] != 0)

    @cached_property
    def access(self) -> tuple[AccessSpan, ...]:
        """Restrictions of access by crossing and time."""
        return access_spans(self.engine, self.world)

    @cached_property
    def hours_without_access(self) -> float:
        """Hours in which no crossing took claims from everybody."""
        return hours_without_access(self.access, self.world)

    @cached_property
    def officer_hours(self) -> float:
        """Hours of registration officers on duty, standing staff."""
        stations = self.engine.stations
        open_h = np.array(
            [
                self._open_hours(row["first_opening"], row["last_opening"])
                for row in self.engine.destinations[: len(stations)]
            ]
        )
        after_h = self.clock.duration_h - open_h
        return float(stations["servers_open"] @ open_h + stations["servers_after_hours"] @ after_h)

    def _open_hours(self, first: int, last: int) -> float:
        spans = self.engine.openings[first:last]
        return float((spans["closes_h"] - spans["opens_h"]).sum())

    @cached_property
    def surge_hours(self) -> float:
        """Hours of seconded officers, round the clock from arrival to the end."""
        measures = self.engine.measures[: int(self.engine.status["measures"][0])]
        staff = measures[measures["kind"] == MeasureKind.STAFF]
        end = np.minimum(staff["ends_h"], self.clock.duration_h)
        return float((np.maximum(0.0, end - staff["begins_h"]) * staff["value"]).sum())

    @cached_property
    def reception_days(self) -> float:
        """Person-days in reception, from registration to the end of the scenario."""
        return float(self.hours_by_state[State.REGISTERED]) / 24.0
