"""The stages of a crossing as a scenario writes them: gates, interviews, transport, travellers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Interval, Len

from sim.engine.codes import Distribution, QueueDiscipline
from sim.units import Unit
from sim.world.fields import (
    Count,
    Minutes,
    OneOrMore,
    Record,
    Share,
    Source,
)


@dataclass(frozen=True, kw_only=True)
class ServiceTime(Record):
    """Time that one server spends on one person.

    Attributes:
        mean_min: mean, minutes. Example: ``40``.
        distribution: family.
        cv: coefficient of variation, for gamma and lognormal.
    """

    mean_min: Minutes
    distribution: Distribution = Distribution.LOGNORMAL
    cv: Annotated[float, Interval(ge=0.0, le=20.0)] = 0.6
    source: Source


@dataclass(frozen=True, kw_only=True)
class Admission(Record):
    """The first stage: a fast gate with lanes (S7 stage 1).

    Attributes:
        lanes: persons served at a time while the crossing is open. Example: ``2``.
        service: time at the lane for a person.
        work_after_closing: whether those already between the posts are still received.
    """

    lanes: OneOrMore
    service: ServiceTime
    work_after_closing: bool = True
    source: Source


@dataclass(frozen=True, kw_only=True)
class Registration(Record):
    """The second stage: an interview, slow (S7 stage 2).

    Attributes:
        servers: interviews at a time while the crossing is open. Example: ``3``.
        servers_after_hours: interviews at a time when it is closed.
        interpreters: how many interviews can have an interpreter at a time; None for no limit.
        discipline: who is next. First come; or minors, old and particularly vulnerable people
            before others (nobody is interrupted); or groups side by side once all are admitted.
        service: time of an interview.
    """

    servers: Count
    servers_after_hours: Count = 0
    interpreters: Count | None = None
    discipline: QueueDiscipline = QueueDiscipline.FCFS
    service: ServiceTime
    source: Source


@dataclass(frozen=True, kw_only=True)
class Transport(Record):
    """The third stage: minibuses to reception, on a timetable (S7 stage 3).

    Attributes:
        seats: people that one takes.
        headway_h: time between two departures, counted from the start of the scenario. Example:
            ``3 h``.
    """

    seats: OneOrMore
    headway_h: Annotated[float, Ge(0.01), Unit("h")]
    source: Source


@dataclass(frozen=True, kw_only=True)
class Suspension(Record):
    """Hysteresis of the gate: it stops letting people in while many are between the posts.

    Attributes:
        above: people between the posts from whom on it is closed. Example: ``100``.
        below: people down to whom it stays closed; less than ``above``. Example: ``50``.
    """

    above: OneOrMore
    below: Count
    source: Source

    def __post_init__(self) -> None:
        if self.below >= self.above:
            raise ValueError(f"'below' ({self.below}) must be less than 'above' ({self.above})")


@dataclass(frozen=True, kw_only=True)
class Travellers(Record):
    """Travellers with papers, both ways; those who enter may queue with everybody else.

    Attributes:
        persons_per_d: how many a day while the crossing is open, evenly over its hours.
        by_hour: or how many in each of the 24 local hours.
        inbound: share of them who enter and come to the lanes (expert guess: half).
        share_lanes: whether they wait for lanes in one queue with those who claim.
        service: time that a lane spends on one of them; needed where they share lanes.
    """

    persons_per_d: Annotated[float, Ge(0.0), Unit("persons/d")] = 0.0
    by_hour: Annotated[tuple[Annotated[float, Ge(0.0)], ...], Len(0, 24)] = ()
    inbound: Share = 0.5
    share_lanes: bool = False
    service: ServiceTime | None = None
    source: Source

    def __post_init__(self) -> None:
        if self.share_lanes != (self.service is not None):
            raise ValueError("'service' goes with 'share_lanes: true', and is needed there")
        if self.by_hour and (self.persons_per_d or len(self.by_hour) != 24):
            raise ValueError("give 'persons_per_d' or 24 numbers 'by_hour'")
