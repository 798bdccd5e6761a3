"""A run observed from outside: it is stopped at every instant at which something happens.

What is in force is computed again from the rows of measures, and from the opening hours of the
scenario and of orders by the wall clock; the engine's own counters are what is checked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import NOBODY, UNLIMITED, Action, Trait
from sim.engine.codes import PersonState as State
from sim.engine.registration import INTERVIEWS
from sim.engine.stages import QUEUES, REGISTRATION
from sim.engine.stations import LANES
from sim.model import BorderModel
from sim.randomness import GROUP_INTERPRETER, uniform
from sim.verification import small_worlds
from tests.random_worlds.rules_in_force import (
    INSTANT_H,
    RESTRICTIONS,
    Rule,
    added,
    calendars,
    lowest_cap,
)

ADMISSION_BEGUN = (
    State.IN_ADMISSION,
    State.WAIT_REGISTRATION,
    State.IN_REGISTRATION,
    State.REGISTERED,
    State.TRANSFERRED,
    State.REFUSED_NO_CLAIM,
)
INTERVIEW_BEGUN = (State.IN_REGISTRATION, State.REGISTERED, State.TRANSFERRED)
BEHIND_THE_POSTS = (
    State.ADMISSION_QUEUE,
    State.IN_ADMISSION,
    State.WAIT_REGISTRATION,
    State.IN_REGISTRATION,
)


@dataclass
class RunMonitor:
    """One run, stopped at every instant; faults of an instant are raised at that instant.

    Attributes:
        run: what is observed, with its audit on.
        admission_begun_h: when each person was first in admission or past it.
        interview_begun_h: when each person was first in the interview or past it.
        rules: measures, as they are at the end.
    """

    run: BorderModel
    admission_begun_h: NDArray[np.float64] = field(init=False)
    interview_begun_h: NDArray[np.float64] = field(init=False)
    rules: list[Rule] = field(default_factory=list)
    stops: int = 0
    partings: int = 0

    def __post_init__(self) -> None:
        self.admission_begun_h = np.full(0, np.nan)
        self.interview_begun_h = np.full(0, np.nan)
        network = self.run.world.network
        self._made_h = [-math.inf] * int(self.run.engine.status["measures"][0])
        self._calendars = calendars(self.run)
        self._stations = [network.number[each.id] for each in network.crossings]
        self._before = self._counts()
        self._groups_before = self._group_table()
        self._needs: dict[int, bool] = {}
        self._helped_before: dict[int, int] = {}

    def to_the_end(self) -> RunMonitor:
        """Run to the end of the scenario, looking at every instant."""
        end_h = self.run.clock.duration_h
        while (hour := self._next_instant()) <= end_h:
            assert hour >= self.run.now_h, (
                f"9 order of time: an event of hour {hour} comes too late"
            )
            self._advance(hour)
        self._advance(end_h)
        return self

    def _next_instant(self) -> float:
        engine = self.run.engine
        event_h = float(engine.heap[0]["at_h"]) if engine.status["heap"][0] else math.inf
        decision_h = min((each.hour for each in self.run.decision_schedule), default=math.inf)
        return min(event_h, decision_h)

    def _advance(self, hour: float) -> None:
        rules_before = self._rules()
        self.run.advance_to(hour)
        self.stops += 1
        self._note_new_measures(hour)
        self.rules = self._rules()
        self._note_people(hour)
        now = self._counts()
        self._check_groups()
        for station in range(len(self._stations)):
            self._check_station(station, hour, rules_before, now)
        self._before = now

    # ---- what is noted

    def _note_new_measures(self, hour: float) -> None:
        new = int(self.run.engine.status["measures"][0]) - len(self._made_h)
        self._made_h += [hour] * new

    def _rules(self) -> list[Rule]:
        names = ["kind", "destination", "begins_h", "ends_h", "exempt", "value"]
        names += ["origin", "concerned", "pool"]
        rows = self.run.engine.measures[: len(self._made_h)][names].tolist()
        return [Rule(*(*row, made_h)) for row, made_h in zip(rows, self._made_h, strict=True)]

    def _note_people(self, hour: float) -> None:
        people = small_worlds.persons(self.run)
        fresh = np.full(len(people) - len(self.admission_begun_h), np.nan)
        self.admission_begun_h = np.append(self.admission_begun_h, fresh)
        self.interview_begun_h = np.append(self.interview_begun_h, fresh)
        for begun_h, states in (
            (self.admission_begun_h, ADMISSION_BEGUN),
            (self.interview_begun_h, INTERVIEW_BEGUN),
        ):
            has_begun = _LOOKUP[states][people["state"]]
            begun_h[has_begun & np.isnan(begun_h)] = hour
            begun_h[np.isnan(people["presented_h"])] = np.nan  # gone on to the next border

    def _counts(self) -> _Counts:
        engine = self.run.engine
        return _Counts(
            int(engine.status["day"][0]),
            engine.occupancy.tolist(),
            engine.entries[:, :, State.IN_ADMISSION].tolist(),
            engine.entries[:, :, State.TRANSFERRED].sum(axis=0).tolist(),
        )

    def _group_table(self) -> tuple[NDArray[Any], NDArray[Any]]:
        rows = small_worlds.groups(self.run)
        return rows["people"].copy(), rows["traits"].copy()

    # ---- what must hold at every instant

    def _check_groups(self) -> None:
        people, groups = small_worlds.persons(self.run), small_worlds.groups(self.run)
        first = groups["first_person"][people["group"]]
        assert np.array_equal(people["place"], people["place"][first]), (
            "1 conservation: members of a group are in two places"
        )
        sizes, traits = self._groups_before
        parted = sizes != groups["people"][: len(sizes)]
        self._groups_before = self._group_table()
        if not parted.any():
            return
        families = parted & (traits & Trait.CHILDREN > 0)
        self.partings += int(families.sum())
        parameters = self.run.parameters
        assert parameters.forced_separation > 0.0 or not families.any(), (
            "1 conservation: a family was parted without forced separation"
        )
        assert parameters.splitting > 0.0 or not (parted & ~families).any(), (
            "1 conservation: a group parted that does not split"
        )
        # A group that comes, is at a gate and parts in one instant is counted but not observed.
        assert self.partings <= self.run.engine.status["separations"][0], (
            "1 conservation: partings of families are not all counted"
        )

    def _check_station(self, s: int, hour: float, before: Sequence[Rule], now: _Counts) -> None:
        place = self._stations[s]
        was, here = self._before.occupancy[place], now.occupancy[place]
        rules = [rule for rule in self.rules if rule.destination == s]
        earlier = [rule for rule in before if rule.destination == s]
        both = (rules, earlier)
        self._check_reasons(s, hour, rules)
        self._check_lanes(s, hour, both, was, here)
        self._check_interviews(s, hour, both, was, here)
        self._check_cap(s, hour, both, now)
        self._check_shelter(s, here)
        self._check_nobody_is_idle(s, here)
        self._check_transport(s, hour, now)
        if here[State.EXIT_QUEUE]:
            self._check_nobody_waits_for_nothing(s, hour, rules)

    def _check_reasons(self, s: int, hour: float, rules: Sequence[Rule]) -> None:
        """The engine's count of reasons is that of the measures in force.

        A measure of this very instant that was decided after its events begins with the next ones.
        """
        station = self.run.engine.stations[s]
        for kinds, filtered, name in (
            ((Action.CLOSE,), False, "closures"),
            ((Action.NO_ASYLUM,), False, "asylum_restrictions"),
            (RESTRICTIONS, True, "filters"),
        ):
            counted = [
                rule for rule in rules if rule.kind in kinds and rule.is_filtered == filtered
            ]
            reasons = [rule for rule in counted if rule.in_force(hour)]
            pending = sum(hour in (rule.begins_h, rule.made_h) for rule in reasons)
            ending = sum(rule.begins_h < rule.ends_h == hour for rule in counted)
            assert len(reasons) - pending <= station[name] <= len(reasons) + ending, (
                f"3 closed is closed: {station[name]} {name} counted at hour {hour}, "
                f"{len(reasons)} in force"
            )

    def _check_lanes(self, s: int, hour: float, both: Any, was: Any, here: Any) -> None:
        lanes = self.run.world.network.crossings[s].admission.lanes
        room = max(lanes + added(rules, Action.ADD_LANES, hour) for rules in both)
        self._check_room(s, "lanes", here, was, State.IN_ADMISSION, max(0, room))

    def _check_interviews(self, s: int, hour: float, both: Any, was: Any, here: Any) -> None:
        """Officers by the hours of the crossing; interpreters for those who need one."""
        record = self.run.world.network.crossings[s].registration
        by_night = record.servers_after_hours
        by_night += max(added(rules, Action.ADD_OFFICERS_AFTER_HOURS, hour) for rules in both)
        most = record.servers if self._may_be_open(s, hour) else by_night
        if not self._surely_open(s, hour):
            most = max(most, by_night)
        room = max(most + added(rules, Action.ADD_OFFICERS, hour) for rules in both)
        self._check_room(s, "officers", here, was, State.IN_REGISTRATION, max(0, room))
        base = UNLIMITED if record.interpreters is None else record.interpreters
        room = max(base + added(rules, Action.ADD_INTERPRETERS, hour) for rules in both)
        if here[State.IN_REGISTRATION] > max(0, room):
            helped = self._helped(self._stations[s])
            assert helped <= max(0, room, self._helped_before.get(s, 0)), (
                f"2 capacity: {helped} interviews with an interpreter, there are {room}"
            )
        self._helped_before[s] = (
            self._helped(self._stations[s]) if record.interpreters is not None else 0
        )

    def _helped(self, place: int) -> int:
        """People in an interview that needs an interpreter."""
        people = small_worlds.persons(self.run)
        inside = people[(people["state"] == State.IN_REGISTRATION) & (people["place"] == place)]
        return sum(self.needs_interpreter(int(group)) for group in inside["group"])

    def needs_interpreter(self, group: int) -> bool:
        """Whether a group does, by its own random number."""
        key = small_worlds.groups(self.run)[group]["key"]
        if int(key) not in self._needs:
            share = self.run.parameters.interpreter_share
            drawn = uniform(self.run.key, GROUP_INTERPRETER, key, 0)
            self._needs[int(key)] = share >= 1.0 or drawn < share
        return self._needs[int(key)]

    def _check_room(self, s: int, what: str, here: Any, was: Any, state: State, room: int) -> None:
        """Nobody is interrupted, so those who were inside may still be; nobody more comes in."""
        assert here[state] <= max(room, was[state]), (
            f"2 capacity: {here[state]} people served at crossing {s}, {what}: {room}"
        )

    def _check_cap(self, s: int, hour: float, both: Any, now: _Counts) -> None:
        place = self._stations[s]
        for day in {self._before.day, now.day}:
            people = now.admissions[day][place]
            if people > self._before.admissions[day][place]:
                cap = max(lowest_cap(rules, hour) for rules in both)
                assert people <= cap, (
                    f"2 capacity: {people} admissions on day {day} at crossing {s}, cap {cap}"
                )

    def _check_nobody_is_idle(self, s: int, here: Any) -> None:
        """Nobody waits for an officer, a lane or a place in the shelter that is free."""
        engine = self.run.engine
        station = engine.stations[s]
        interviews = range(INTERVIEWS, INTERVIEWS + REGISTRATION.queues)
        waiting = [engine.queues[s * QUEUES + queue]["first"] != NOBODY for queue in interviews]
        helped = station["interpreters_busy"] < station["interpreters"]
        can_be_heard = any(waiting[0::2]) or (helped and any(waiting[1::2]))
        idle = _officers_on_duty(station) > station["registration_busy"]
        assert not (idle and can_be_heard), "2 capacity: an officer is free and somebody waits"
        at_lanes = engine.queues[s * QUEUES + LANES]["first"] != NOBODY
        works = station["open_by_hours"] or station["work_after_closing"]
        busy = station["admission_busy"] + station["travellers_in_lanes"]
        free = works and busy < station["lanes"] and not station["metered"]
        assert not (free and at_lanes), "2 capacity: a lane is free and somebody waits"
        inside = self._people_inside(s, here)
        outside = here[State.BETWEEN_POSTS] + here[State.GREEN_FOUND]
        assert not outside or inside >= station["shelter_places"], (
            "2 capacity: people wait outside while there is room"
        )

    def _people_inside(self, s: int, cells: Any) -> int:
        """People who have a place in the shelter."""
        transport = self.run.world.network.crossings[s].transport
        states = (*BEHIND_THE_POSTS, *([State.REGISTERED] if transport else []))
        return sum(cells[state] for state in states)

    def _check_shelter(self, s: int, here: Any) -> None:
        """Wherever they come from, nobody goes in where there is no place."""
        crossing = self.run.world.network.crossings[s]
        if crossing.shelter_places is None:
            return
        inside = self._people_inside(s, here)
        assert inside <= crossing.shelter_places, (
            f"2 capacity: {inside} people in {crossing.shelter_places} shelter places"
        )

    def _check_transport(self, s: int, hour: float, now: _Counts) -> None:
        transport = self.run.world.network.crossings[s].transport
        place = self._stations[s]
        left = now.transferred[place] - self._before.transferred[place]
        if not left:
            return
        assert transport is not None, "2 capacity: people left by a minibus that there is not"
        assert left <= transport.seats, f"2 capacity: {left} people left in {transport.seats} seats"
        trips = hour / transport.headway_h
        assert abs(trips - round(trips)) < 1e-9, f"2 capacity: a minibus left at hour {hour}"

    def _check_nobody_waits_for_nothing(self, s: int, hour: float, rules: Sequence[Rule]) -> None:
        """Where the gate is open and free, only those wait before it to whom it is closed."""
        station = self.run.engine.stations[s]
        if station["suspended"] or station["next_release_h"] > hour:
            return
        if not self._surely_open(s, hour) or any(
            rule.kind == Action.CAP_ARRIVALS for rule in rules
        ):
            return
        g = int(station["exit_first"])
        groups = small_worlds.groups(self.run)
        while g >= 0:
            closed_to = any(
                rule.restricts(s, groups[g]) and rule.begins_h <= hour <= rule.ends_h
                for rule in rules
            )
            held_back = self._may_be_held_back(s, int(groups[g]["origin"]), hour)
            assert closed_to or held_back, (
                f"3 closed is closed: hour {hour}, group {g} waits at an open gate"
            )
            g = int(small_worlds.journeys(self.run)["next_in_queue"][g])

    def _may_be_held_back(self, s: int, origin: int, hour: float) -> bool:
        """Whether the transit side meters people of an origin here, now or up to this instant."""
        limits, origins = self.run.engine.gate_limits, self.run.engine.gate_limit_origins
        return any(
            row["station"] == s
            and not row["unlimited"]
            and row["begins_h"] <= hour <= row["ends_h"]
            and (row["for_all"] or (origin >= 0 and names[origin]))
            for row, names in zip(limits, origins, strict=True)
        )

    def _may_be_open(self, s: int, hour: float) -> bool:
        """Open now or up to this instant."""
        return any(self.is_open(s, at_h) for at_h in (hour, hour - INSTANT_H))

    def _surely_open(self, s: int, hour: float) -> bool:
        """Open before and after this instant."""
        return all(self.is_open(s, at_h) for at_h in (hour - INSTANT_H, hour, hour + INSTANT_H))

    def is_open(self, s: int, hour: float) -> bool:
        """Whether a crossing is open by its hours."""
        return self._calendars[s].is_open(hour)


class _Counts(NamedTuple):
    """What is counted at an instant."""

    day: int
    occupancy: list[list[int]]
    admissions: list[list[int]]
    transferred: list[int]


_LOOKUP = {
    states: np.isin(np.arange(len(State)), states) for states in (ADMISSION_BEGUN, INTERVIEW_BEGUN)
}


def _officers_on_duty(station: Any) -> int:
    """Officers for interviews as the engine's own columns have them."""
    if station["open_by_hours"]:
        return max(0, int(station["servers_open"] + station["extra_servers"]))
    added = station["extra_servers"] + station["extra_after_hours"]
    return max(0, int(station["servers_after_hours"] + added))
