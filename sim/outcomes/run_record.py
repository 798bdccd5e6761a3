"""A finished run as the indicators read it: arrays and counts, nothing that could change it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.clock import Clock
from sim.engine.codes import BANDS, Action, AgeClass, Cause, DestinationKind, Mode, PersonState
from sim.engine.columns import Engine
from sim.engine.person_states import (
    FULLY_OUTDOORS,
    INSIDE_STATION,
    OUTDOORS,
    SHARING_SHELTER,
    WITH_ACCESS,
)
from sim.engine.signatures import Column, Table
from sim.outcomes.access import AccessSpan, access_spans, hours_without_access
from sim.outcomes.closed_hours import ClosedHours
from sim.outcomes.person_classes import class_members
from sim.outcomes.row_blocks import row_blocks
from sim.outcomes.traveller_waits import TravellerWaits
from sim.outcomes.visits import (
    Waits,
    all_visits,
    kept_visits,
    longest_at_border_h,
    waits_of,
    with_deciding_visits,
)
from sim.world.modelled import Need, not_modelled
from sim.world.parameters import Parameters
from sim.world.weather import BAND_WEIGHTS
from sim.world.world import World

State = PersonState
# Integrals are summed event by event: beyond this they tell who passed by, not who was on duty.
DECIMALS_H: Final = 6
LONG_WAIT_H: Final = 6.0
ROUNDING_H: Final = 1e-3  # hours of persons are kept in single precision
RESTRICTIVE: Final = (
    Action.CLOSE,
    Action.NO_ASYLUM,
    Action.BAN_MODE,
    Action.METER,
    Action.PUSHBACK,
    Action.CAP_ARRIVALS,
)


@dataclass(frozen=True)
class RunRecord:
    """One replicate at its end.

    Of what is said of each person, few columns are kept and the others made anew: of a million
    people all of them would take more memory than the run.

    Attributes:
        world: what it ran in.
        parameters: this replicate's scalar parameters.
        engine: its columns.
        concession: whether the policy gives the transit side something it asks for.
    """

    world: World
    parameters: Parameters
    engine: Engine
    concession: bool = False

    @property
    def clock(self) -> Clock:
        """Span and zone."""
        return self.world.clock

    @cached_property
    def not_modelled(self) -> frozenset[Need]:
        """What the scenario leaves out of the model."""
        return not_modelled(self.world)

    @cached_property
    def persons(self) -> Table:
        """Rows of everyone who was created; times at a border are those of the deciding visit."""
        if not len(kept_visits(self.engine)):
            return self._persons_now
        return with_deciding_visits(self._persons_now, self.visits())

    @cached_property
    def _persons_now(self) -> Table:
        return self.engine.persons[: int(self.engine.status["persons"][0])]

    def visits(self) -> Table:
        """What people lived through at borders, person by person in order of time."""
        return all_visits(self._persons_now, kept_visits(self.engine), self.engine.station_at)

    @cached_property
    def _waits(self) -> Waits:
        """How long people waited at borders, visit by visit."""
        return waits_of(self._persons_now, kept_visits(self.engine), self.clock.duration_h)

    def of_group(self, column: str) -> Column:
        """A column of everybody's group, shape (persons,)."""
        of_groups, group = self.engine.groups[column], self.persons["group"]
        of_people = np.empty(len(group), dtype=of_groups.dtype)
        for block in row_blocks(len(group)):
            of_people[block] = of_groups[group[block]]
        return of_people

    @cached_property
    def class_members(self) -> NDArray[np.bool_]:
        """Who belongs to each class of people, shape (classes, persons)."""
        return class_members(self)

    @cached_property
    def measures(self) -> Table:
        """Rows of the measures that were decided."""
        return self.engine.measures[: int(self.engine.status["measures"][0])]

    @cached_property
    def neighbour_places(self) -> NDArray[np.int64]:
        """Place numbers of other countries' crossings."""
        destinations = self.engine.destinations
        abroad = destinations["kind"] == DestinationKind.NEIGHBOUR
        return destinations["place"][abroad].astype(np.int64)

    @cached_property
    def crossing_places(self) -> NDArray[np.int64]:
        """Place numbers of the crossings, in the scenario's order."""
        return self.engine.stations["place"].astype(np.int64)

    @cached_property
    def people_by_state(self) -> NDArray[np.int64]:
        """The ledger: people in each state at the end, shape (states,)."""
        return self.engine.occupancy.sum(axis=0)

    @property
    def intended(self) -> int:
        """People who would want to claim if nobody were kept from coming and all got through."""
        return int(self.engine.status["intended"][0])

    @property
    def deterred(self) -> int:
        """People who want to claim and did not set out, for closures or for news of failure."""
        return int(self.engine.status["deterred"][0])

    @property
    def kept_by_carriers(self) -> int:
        """People who want to claim and did not set out, for measures against carriers."""
        return int(self.engine.status["kept_by_carriers"][0])

    @property
    def never_followed(self) -> int:
        """People who would have followed others, who did not get through in time or at all."""
        came = int(self.wants_to_claim.sum())
        return self.intended - came - self.deterred - self.kept_by_carriers

    @property
    def did_not_set_out(self) -> int:
        """People of the intended population who never appeared."""
        return self.deterred + self.kept_by_carriers + self.never_followed

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
        return fsum(self.hours_by_state[list(states)])  # exact: one more state moves no digit

    @cached_property
    def presented(self) -> NDArray[np.bool_]:
        """Who has presented themselves on the receiving side, by person."""
        return ~np.isnan(self.persons["presented_h"])

    @cached_property
    def reached_border(self) -> NDArray[np.bool_]:
        """Who has stood at a border post or presented themselves, by person."""
        return ~np.isnan(self.persons["queued_h"]) | self.presented

    @property
    def first_at_border_h(self) -> NDArray[np.float64]:
        """When a person first stood at a border post (or was found), h; nan if never."""
        return np.fmin(self.persons["queued_h"], self.persons["presented_h"])

    @property
    def registration_wait_h(self) -> NDArray[np.float64]:
        """Presentation to registration of everybody who presented themselves, h.

        Of each visit; up to now if unfinished, and for those who turned out to claim nothing, or
        were waved through, up to their admission.
        """
        waits_h, kept = self._waits.here_h, kept_visits(self.engine)
        if len(kept):  # person by person, in order of time
            people = np.concatenate((kept["person"], np.arange(len(waits_h))))
            waits_h = np.concatenate((self._waits.behind_h, waits_h))
            waits_h = waits_h[np.argsort(people, kind="stable")]
        return waits_h[~np.isnan(waits_h)]

    def sum_of_waits_h(self) -> NDArray[np.float64]:
        """The same, all visits of a person together, h; nan for those who never came in.

        Not to be written to.
        """
        kept = kept_visits(self.engine)
        if not len(kept):
            return self._waits.here_h
        waits_h = np.where(self.presented, 0.0, np.nan)
        np.add.at(waits_h, kept["person"], np.nan_to_num(self._waits.behind_h))
        waits_h += np.nan_to_num(self._waits.here_h)
        return waits_h

    def longest_border_wait_h(self) -> NDArray[np.float64]:
        """Longest time from standing at a border to being registered there, h; 0 for no border."""
        kept = kept_visits(self.engine)
        return longest_at_border_h(self._persons_now, kept, self.clock.duration_h)

    @cached_property
    def waited_long(self) -> NDArray[np.bool_]:
        """Whose longest wait at a border was over :data:`LONG_WAIT_H`, by person."""
        return self.longest_border_wait_h() > LONG_WAIT_H

    @cached_property
    def registered_people(self) -> int:
        """People whose claim was registered."""
        return int((~np.isnan(self.persons["registered_h"])).sum())

    @cached_property
    def registrations(self) -> int:
        """Claims registered; more than people where some are registered at several borders."""
        return self._waits.registrations

    @cached_property
    def stays_since_h(self) -> NDArray[np.float64]:
        """When people who stay where they are were registered, h; nan for all others."""
        return np.asarray(self._persons_now["registered_h"])

    @cached_property
    def wants_to_claim(self) -> NDArray[np.bool_]:
        """Who asks, or would ask, for asylum, by person."""
        return np.asarray(self.of_group("claims") != 0)

    @cached_property
    def without_access(self) -> NDArray[np.bool_]:
        """Who wants to claim and by the end is neither registered nor gone elsewhere, by person."""
        heard = ~np.isnan(self.persons["registered_h"]) | np.isin(
            self.persons["state"], WITH_ACCESS
        )
        return self.wants_to_claim & ~heard

    @cached_property
    def causes(self) -> NDArray[np.int8]:
        """What keeps each from access, a :class:`~sim.engine.codes.Cause`; NONE for the others."""
        cause = self.of_group("cause")
        known = np.where(cause == Cause.NONE, Cause.OTHER, cause)
        return np.where(self.without_access, known, Cause.NONE).astype(np.int8)

    @cached_property
    def is_minor(self) -> NDArray[np.bool_]:
        """Children and unaccompanied minors, by person."""
        age_class = self.persons["age_class"]
        is_child = age_class == AgeClass.CHILD
        return np.asarray(is_child | (age_class == AgeClass.UNACCOMPANIED_MINOR))

    @cached_property
    def needs_care(self) -> NDArray[np.bool_]:
        """Minors, old and particularly vulnerable people, by person."""
        return (self.persons["age_class"] != AgeClass.ADULT) | (self.persons["vulnerable"] != 0)

    @cached_property
    def outdoor_h_by_band(self) -> NDArray[np.float64]:
        """Person-hours outdoors by wind-chill band, shape (bands,), h."""
        return self.engine.outdoor_h.reshape(-1, self.engine.outdoor_h.shape[2]).sum(axis=0)

    @cached_property
    def exposed_h(self) -> NDArray[np.float64]:
        """Hours outdoors by wind-chill band, shape (persons, bands), h.

        The engine records a person's hours when they go indoors or away; those who are outdoors at
        the end get what their place's clock has run since.
        """
        if Need.WEATHER in self.not_modelled:
            return np.zeros((len(self.persons), BANDS))
        hours = self.engine.exposed_h[: len(self.persons)].astype(np.float64)
        state, place = self.persons["state"], self.persons["place"]
        on_foot = (state != State.EXIT_QUEUE) | (self.of_group("mode") != Mode.CAR)
        has_weather = self.engine.zone[place] >= 0
        for clock, states in ((OUTDOORS, FULLY_OUTDOORS), (INSIDE_STATION, SHARING_SHELTER)):
            still = np.isin(state, states) & on_foot & has_weather
            hours[still] += self.engine.exposure_h[place[still], clock]
        hours[hours < ROUNDING_H] = 0.0
        return hours

    @cached_property
    def exposure_risk(self) -> NDArray[np.float64]:
        """S12: ``ERI = sum_band weight hours (1 + vulnerable) (1.5 - gear)``, by person."""
        weighted_h = (self.exposed_h * np.array(BAND_WEIGHTS)).sum(axis=1)
        return np.asarray(weighted_h * (1.0 + self.needs_care) * (1.5 - self.of_group("gear")))

    @property
    def spent_eur(self) -> NDArray[np.float64]:
        """What everybody paid for lifts, bicycles and guides, EUR, by person."""
        groups, group = self.engine.groups, self.persons["group"]
        spent_eur = np.empty(len(group))
        for block in row_blocks(len(group)):
            of_group = {name: groups[name][group[block]] for name in ("spent_eur", "people")}
            spent_eur[block] = of_group["spent_eur"] / of_group["people"]
        return spent_eur

    @property
    def travelled_km(self) -> NDArray[np.float64]:
        """Road that everybody travelled, km, by person."""
        return self.of_group("travelled_km").astype(np.float64)

    @property
    def shortest_km(self) -> NDArray[np.float64]:
        """Shortest way from where a person first was to any crossing, km, by person.

        Infinite where there is none.
        """
        crossings = [crossing.takes_people for crossing in self.world.network.crossings]
        to_crossings = self.engine.route_km[: len(crossings)][crossings]
        return np.asarray(to_crossings.min(axis=0, initial=np.inf)[self.of_group("first_hub")])

    @cached_property
    def access(self) -> tuple[AccessSpan, ...]:
        """Restrictions of access by crossing and time."""
        return access_spans(self.engine, self.world)

    @cached_property
    def hours_without_access(self) -> float:
        """Hours in which no crossing took claims from everybody."""
        return hours_without_access(self.access, self.world)

    @cached_property
    def first_restriction_h(self) -> float:
        """When the first restrictive measure was made public, h; 0 if there was none."""
        restrictive = np.isin(self.measures["kind"], RESTRICTIVE)
        announced_h = self.measures["announced_h"][restrictive]
        decided = announced_h[np.isfinite(announced_h)]
        return float(max(0.0, decided.min())) if len(decided) else 0.0

    @cached_property
    def closed(self) -> ClosedHours:
        """When the crossings that people can use were closed."""
        return ClosedHours.of(self.measures, self.world)

    @cached_property
    def closed_h(self) -> NDArray[np.float64]:
        """Hours for which each crossing that people can use was closed, shape (crossings,)."""
        return self.closed.by_crossing

    @cached_property
    def usable_h(self) -> NDArray[np.float64]:
        """Open hours of those crossings while not closed, shape (crossings,), h."""
        calendars = [
            self.engine.openings[row["first_opening"] : row["last_opening"]]
            for row in self.engine.destinations[self.closed.numbers]
        ]
        return self.closed.open_hours(calendars)

    @cached_property
    def lost_crossings(self) -> float:
        """Crossings that travellers with papers could not make for closures."""
        return self.closed.lost_crossings(self.parameters.traveller_detour_share)

    @cached_property
    def travellers(self) -> TravellerWaits:
        """Travellers with papers who waited for a lane."""
        return TravellerWaits.of(self.engine, self.clock.duration_h)

    @cached_property
    def fence_built_km(self) -> float:
        """Fence that was built under the policy, km."""
        built = 0.0
        fences = self.measures[self.measures["kind"] == Action.BUILD_FENCE]
        begun = fences[fences["begins_h"] < self.clock.duration_h]
        first = len(self.world.network.destinations) - len(self.world.network.segments)
        for number, segment in enumerate(self.world.network.segments, first):
            fence_km = begun["value"][begun["destination"] == number].max(initial=0.0)
            built += max(0.0, min(float(fence_km), segment.length_km) - segment.fence_km)
        return built

    def staff_total(self, column: str) -> float:
        """Sum over all stations of hours that the engine integrates: of people or of places."""
        return round(float(self.engine.stations[column].sum()), DECIMALS_H)

    @cached_property
    def desk_hours(self) -> float:
        """Hours of registration officers on duty, at all stations."""
        return round(float(self.engine.officer_h.sum()), DECIMALS_H)
