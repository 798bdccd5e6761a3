"""V9, V11, V21: what must hold on every single path, for any random numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.clock import Opening
from sim.engine.codes import PersonState as State
from sim.engine.codes import QueueDiscipline
from sim.model import BorderModel
from sim.verification import small_worlds
from sim.verification.case import Case, Finding, Trial, for_certain
from sim.world.world import World

# ---- V9


@dataclass(frozen=True)
class Sojourn:
    """A stretch of everybody's way: between which timestamps, and in which states they are."""

    name: str
    enters: str
    leaves: str
    states: tuple[State, ...]


SOJOURNS = (
    Sojourn("on the way", "created_h", "queued_h", (State.GATEWAY, State.STAGING, State.TRAVEL)),
    Sojourn("before the gate", "queued_h", "presented_h", (State.EXIT_QUEUE,)),
    Sojourn(
        "at the lanes", "presented_h", "admitted_h", (State.ADMISSION_QUEUE, State.IN_ADMISSION)
    ),
    Sojourn(
        "at interviews",
        "admitted_h",
        "registered_h",
        (State.WAIT_REGISTRATION, State.IN_REGISTRATION),
    ),
    Sojourn("registered", "registered_h", "ends_h", (State.REGISTERED,)),
    Sojourn("all of it", "created_h", "ends_h", tuple(State)),
)


def empty_to_empty() -> World:
    """Opening hours, roads, two queues and groups of three; everybody is registered at the end."""
    station = small_worlds.crossing(
        lanes=2,
        admission=small_worlds.service(0.1, small_worlds.GAMMA, 0.8),
        servers=6,
        registration=small_worlds.service(1.0, small_worlds.LOGNORMAL, 0.7),
        opening=(Opening(hours="08:00-20:00"),),
    )
    return small_worlds.world(
        small_worlds.chain(station, 1.25, 2.5),
        small_worlds.poisson(1.0, size=3, until_h=24.0 * 12.0),
        days=20,
        staging_h=0.7,
    )


def timestamps(run: BorderModel) -> dict[str, NDArray[np.float64]]:
    """When everybody passed from one stretch to the next, h."""
    people = small_worlds.persons(run)
    return {
        "created_h": small_worlds.groups(run)["created_h"][people["group"]],
        **{name: people[name] for name in ("queued_h", "presented_h", "admitted_h")},
        "registered_h": people["registered_h"],
        "ends_h": np.full(len(people), run.clock.duration_h),
    }


def littles_law(trial: Trial) -> list[Finding]:
    """V9: the integral of people over time is the sum of their stays, exactly."""
    run = trial.one(empty_to_empty())
    times = timestamps(run)
    return [
        for_certain(
            f"person-hours {each.name} = sum of stays",
            "h",
            float((times[each.leaves] - times[each.enters]).sum()),
            small_worlds.person_hours(run, *each.states),
        )
        for each in SOJOURNS
    ]


# ---- V11

CLOSES_H = 14.0  # the run starts when the crossing has just closed, so a cycle is a day


def opening_hours_world(scale: int, days: int, *, lanes: int, service_h: float) -> World:
    """``6 scale`` people an hour, evenly spaced; open 4 hours a day."""
    start = small_worlds.at(CLOSES_H)
    spacing_h = 1.0 / (6.0 * scale)
    times = [(k + 0.5) * spacing_h for k in range(round(24.0 * days / spacing_h))]
    station = small_worlds.crossing(
        lanes=lanes,
        admission=small_worlds.service(service_h, small_worlds.DETERMINISTIC),
        work_after_closing=False,
        opening=(Opening(hours="10:00-14:00"),),
    )
    return small_worlds.world(
        small_worlds.star(station), small_worlds.given(times, start=start), days=days, start=start
    )


@dataclass(frozen=True)
class Cycle:
    """A day of the queue before opening hours, for single people in portions of 1 / scale.

    Person j of a cycle comes at (j + 1/2) d with d = 1/(6 m) and is served from 20 + j s on, with
    s = 1/(40 m), as long as that is later: wait_j = 20 - d/2 - j (d - s). The last who waits is the
    largest j with wait_j >= 0; the queue is empty when that person's turn comes. As m grows, the
    fluid: 1,411.7647 m person-hours a day, cleared after 3.529412 h, a mean wait of 9.803922 h.
    """

    scale: int

    @property
    def spacing_h(self) -> float:
        """Time between two arrivals."""
        return 1.0 / (6.0 * self.scale)

    @property
    def service_h(self) -> float:
        """Time that the lane takes for a person."""
        return 1.0 / (40.0 * self.scale)

    @property
    def last(self) -> int:
        """The last person of the day who waits."""
        return math.floor((20.0 - self.spacing_h / 2.0) / (self.spacing_h - self.service_h))

    @property
    def person_hours(self) -> float:
        """Waits of all, a day."""
        n = self.last + 1
        gain = (self.spacing_h - self.service_h) * self.last * n / 2.0
        return n * (20.0 - self.spacing_h / 2.0) - gain

    @property
    def clears_h(self) -> float:
        """When the queue is empty, after opening."""
        return self.last * self.service_h

    @property
    def mean_wait_h(self) -> float:
        """Mean over everybody who comes."""
        return self.person_hours / (144.0 * self.scale)


ROUNDING_H = 1e-9


def opening_hours(trial: Trial) -> list[Finding]:
    """V11: 6 an hour all day, 40 an hour while open: exact portions, and the fluid they tend to."""
    findings, days = [], 4
    for scale in (1, 16):
        cycle = Cycle(scale)
        where = opening_hours_world(scale, days, lanes=1, service_h=cycle.service_h)
        run = trial.one(where)
        people = small_worlds.persons(run)
        started = people["admitted_h"] - cycle.service_h
        waits = started - people["queued_h"]
        cleared_h = float((started % 24.0)[waits > ROUNDING_H].max()) - 20.0
        of = f", portions of 1/{scale}"
        findings += [
            for_certain(f"mean wait{of}", "h", cycle.mean_wait_h, float(waits.mean())),
            for_certain(f"line cleared after{of}", "h", cycle.clears_h, cleared_h),
            for_certain(
                f"person-hours a day{of}",
                "h",
                cycle.person_hours,
                small_worlds.person_hours(run, State.EXIT_QUEUE, State.ADMISSION_QUEUE) / days,
            ),
        ]
    return [*findings, *fluid(findings), _line_at_opening(), _line_left_over()]


def fluid(findings: list[Finding]) -> list[Finding]:
    """The finest portions against the fluid limit, to the size of a portion."""
    wait, clears = findings[3].simulated, findings[4].simulated
    return [
        for_certain("mean wait, fluid", "h", 9.803922, wait, tolerance=1.0 / 16.0 / 10.0),
        for_certain("line cleared after, fluid", "h", 3.529412, clears, tolerance=1.0 / 160.0),
    ]


def _line_at_opening() -> Finding:
    run = small_worlds.model(opening_hours_world(1, 1, lanes=1, service_h=1.0 / 40.0))
    run.advance_to(20.0 - ROUNDING_H)
    waiting = small_worlds.people_at(run, small_worlds.GATE, State.EXIT_QUEUE)
    return for_certain("line at opening", "persons", 120.0, waiting)


def _line_left_over() -> Finding:
    """30 an hour for 4 hours is 120 a day of 144.

    15 lanes of half an hour: every instant is a binary fraction, so that rounding lets nobody in at
    closing time.
    """
    run = small_worlds.model(opening_hours_world(1, 7, lanes=15, service_h=0.5))
    run.advance_to(144.0)
    queue = small_worlds.people_at(run, small_worlds.GATE, State.EXIT_QUEUE)
    queue += small_worlds.people_at(run, small_worlds.GATE, State.ADMISSION_QUEUE)
    return for_certain("growth of the queue, 30 an hour", "persons/d", 24.0, queue / 6.0)


# ---- V21


def later_served(fewer: BorderModel, more: BorderModel) -> int:
    """People who are registered later with more capacity than with less."""
    before, after = (small_worlds.persons(run)["registered_h"] for run in (fewer, more))
    before, after = (np.where(np.isnan(each), np.inf, each) for each in (before, after))
    return int((after > before + ROUNDING_H).sum())


def busy_day_world(
    servers: int,
    *,
    hours: str = "08:00-20:00",
    discipline: QueueDiscipline = QueueDiscipline.FCFS,
    vulnerable_share: float = 0.0,
) -> World:
    """One crossing with opening hours and an overloaded interview stage."""
    station = small_worlds.crossing(
        servers=servers,
        registration=small_worlds.service(1.0, small_worlds.LOGNORMAL, 0.8),
        opening=(Opening(hours=hours),),
        discipline=discipline,
    )
    return small_worlds.world(
        small_worlds.star(station),
        small_worlds.poisson(2.5, until_h=24.0 * 8.0),
        days=20,
        vulnerable_share=vulnerable_share,
    )


def more_capacity(trial: Trial) -> list[Finding]:
    """V21: a theorem where first come is first served, nobody reneges, service belongs to people.

    With urgent people first or with impatience single people may wait longer; what is compared then
    are the sums, which is no theorem but was never observed to fail.
    """
    pairs = [(c, c + 1) for c in range(2, 6)]
    later = sum(
        later_served(*(trial.one(busy_day_world(c), number=number) for c in pair))
        for pair in pairs
        for number in range(5)
    )
    longer = sum(
        later_served(
            *(
                trial.one(busy_day_world(4, hours=hours), number=number)
                for hours in ("08:00-16:00", "08:00-20:00")
            )
        )
        for number in range(10)
    )
    urgent, impatient = [], []
    for number in range(25):
        few, many = (trial.one(_urgent_first(c), number=number) for c in (3, 4))
        urgent.append(_waited(many) - _waited(few))
        few, many = (trial.one(_impatient(c), number=number) for c in (4, 5))
        impatient.append(_reneged(many) - _reneged(few))
    return [
        for_certain("people who wait longer with one officer more", "persons", 0.0, later),
        for_certain("people who wait longer with longer hours", "persons", 0.0, longer),
        for_certain("runs with a longer sum of waits, urgent first", "runs", 0.0, _rises(urgent)),
        for_certain("runs in which more renege", "runs", 0.0, _rises(impatient)),
    ]


def _rises(differences: Sequence[float]) -> int:
    return sum(each > 0 for each in differences)


def _waited(run: BorderModel) -> float:
    return small_worlds.person_hours(run, State.WAIT_REGISTRATION)


def _reneged(run: BorderModel) -> int:
    return int(run.engine.status["reneged"][0])


def _urgent_first(servers: int) -> World:
    return busy_day_world(
        servers, discipline=QueueDiscipline.VULNERABLE_FIRST, vulnerable_share=0.3
    )


def _impatient(lanes: int) -> World:
    station = small_worlds.crossing(
        lanes=lanes, admission=small_worlds.HOUR, suspension=(lanes, lanes - 1)
    )
    return small_worlds.world(
        small_worlds.star(station),
        small_worlds.poisson(5.0),
        days=30,
        patience_h=2.0,
        **small_worlds.NEVER_AGAIN,
    )


CASES = (
    Case("V9", "Little's law", "Little 1961; exact on a path", littles_law),
    Case("V11", "opening hours", "by hand; fluid limit", opening_hours),
    Case("V21", "more capacity", "coupling of sample paths", more_capacity),
)
