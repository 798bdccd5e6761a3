"""Small worlds built in code, to compare the engine with theory or with a promise.

The simplest world is one town and one crossing at no distance, where everybody sets out at once:
what is left is the queue. Time is UTC and the start a Sunday midnight unless a test says otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import numpy as np

from sim.clock import Clock, Opening
from sim.engine.codes import Distribution, Mode, PersonState, QueueDiscipline
from sim.engine.signatures import Column, Table
from sim.hypotheses import Hypothesis, LetsThrough, Response
from sim.model import BorderModel
from sim.model.blueprint import Blueprint
from sim.model.table_room import Capacity
from sim.policies.oversight import Oversight
from sim.policies.timed import Open
from sim.world.network import Crossing, Hub, Neighbour, Network, Road, Segment
from sim.world.origins import Demand, DemandStep, GivenGroup, Origin, Stock
from sim.world.parameters import Parameters
from sim.world.station_records import Admission, Registration, ServiceTime, Suspension, Transport
from sim.world.world import World

START = datetime(2023, 1, 1, tzinfo=UTC)
SOURCE = "test"
TOWN = "town"
GATE = "gate"
MANY = 1_000_000
ALL_DAY = (Opening(hours="24 h"),)
AnyPolicy: TypeAlias = Any  # a policy, None, or what a test puts in a policy's place
LETS_EVERYONE_OUT = LetsThrough(leakage=1.0)

DETERMINISTIC, GAMMA, LOGNORMAL = (
    Distribution.DETERMINISTIC,
    Distribution.GAMMA,
    Distribution.LOGNORMAL,
)
# Anyone who came in vain stays away: an attempt believed to fail costs more than anything is worth.
NEVER_AGAIN: dict[str, Any] = {"turned_back_cost_eur": 1e6}

# Utilities beyond which the choice is no longer a choice.
CERTAIN = 900.0
NEVER = -1000.0
GOING_AT_ONCE = Parameters(
    station_constant=CERTAIN,
    green_constant=NEVER,
    other_country_constant=NEVER,
    settle_constant=NEVER,
    valid_document_share=1.0,
    staging_h=0.0,
    arrive_ahead_h=1e9,
    review_rate_per_h=1000.0,
    rush_horizon_h=0.0,
    news_delay_h=0.0,
    news_reach=1.0,
)


def service(
    mean_h: float, distribution: Distribution = Distribution.EXPONENTIAL, cv: float = 0.6
) -> ServiceTime:
    """A service time."""
    return ServiceTime(mean_min=60.0 * mean_h, distribution=distribution, cv=cv, source=SOURCE)


AT_ONCE = service(0.0, Distribution.DETERMINISTIC)
HOUR = service(1.0)


def crossing(
    name: str = GATE,
    *,
    lanes: int = MANY,
    admission: ServiceTime = AT_ONCE,
    work_after_closing: bool = True,
    servers: int = MANY,
    registration: ServiceTime = AT_ONCE,
    interpreters: int | None = None,
    opening: Sequence[Opening] = ALL_DAY,
    modes: Iterable[Mode] = (Mode.FOOT,),
    known: float = 1.0,
    accepts_asylum: bool = True,
    suspension: tuple[int, int] | None = None,
    warm_places: int = 0,
    discipline: QueueDiscipline = QueueDiscipline.FCFS,
    exit_check: ServiceTime | None = None,
    shelter_places: int | None = None,
    transport: tuple[int, float] | None = None,
) -> Crossing:
    """A crossing without queues unless a stage is given lanes or servers and a service time."""
    return Crossing(
        id=name,
        name=name,
        lat=60.0,
        lon=28.0,
        modes=frozenset(modes),
        opening=tuple(opening),
        admission=Admission(
            lanes=lanes,
            service=admission,
            work_after_closing=work_after_closing,
            source=SOURCE,
        ),
        registration=Registration(
            servers=servers,
            servers_after_hours=servers,
            interpreters=interpreters,
            discipline=discipline,
            service=registration,
            source=SOURCE,
        ),
        suspension=Suspension(above=suspension[0], below=suspension[1], source=SOURCE)
        if suspension
        else None,
        known=known,
        accepts_asylum=accepts_asylum,
        warm_places=warm_places,
        exit_check=exit_check,
        shelter_places=shelter_places,
        transport=Transport(seats=transport[0], headway_h=transport[1], source=SOURCE)
        if transport
        else None,
        source=SOURCE,
    )


def hub(name: str = TOWN) -> Hub:
    """A town."""
    return Hub(id=name, name=name, lat=60.0, lon=29.0, source=SOURCE)


def neighbour(name: str) -> Neighbour:
    """Another country's crossing."""
    return Neighbour(id=name, name=name, country="NO", lat=60.0, lon=29.0, source=SOURCE)


def forest(**changes: Any) -> Segment:
    """A stretch of terrain border by the town, from which people found are brought to the gate."""
    stretch = Segment(
        id="forest",
        name="Forest",
        lat=60.0,
        lon=28.0,
        hub=TOWN,
        crossing=GATE,
        length_km=10.0,
        detection=0.5,
        source=SOURCE,
    )
    return replace(stretch, **changes)


def road(a: str, b: str, hours: float = 0.0, km: float = 0.0) -> Road:
    """A road."""
    return Road(a=a, b=b, km=km, hours=hours, source=SOURCE)


def star(
    *crossings: Crossing,
    hours: Sequence[float] | None = None,
    neighbours: Sequence[Neighbour] = (),
    segments: Sequence[Segment] = (),
) -> Network:
    """One town and roads from it to every crossing (and neighbour), of the given hours."""
    ends: list[Crossing | Neighbour] = [*crossings, *neighbours]
    lengths = hours or [0.0] * len(ends)
    return Network(
        hubs=(hub(),),
        crossings=crossings,
        neighbours=tuple(neighbours),
        segments=tuple(segments),
        roads=tuple(road(TOWN, end.id, h) for end, h in zip(ends, lengths, strict=True)),
    )


def chain(end: Crossing, *leg_hours: float) -> Network:
    """Towns in a row, the first called ``town``, with a crossing at the far end."""
    names = [TOWN, *(f"town-{k}" for k in range(1, len(leg_hours)))]
    places = [*names, end.id]
    return Network(
        hubs=tuple(hub(name) for name in names),
        crossings=(end,),
        roads=tuple(
            road(a, b, h, km=60.0 * h)
            for a, b, h in zip(places, places[1:], leg_hours, strict=False)
        ),
    )


def at(hours: float, start: datetime = START) -> datetime:
    """The instant so many hours after the start."""
    return start + timedelta(hours=hours)


def poisson(
    groups_per_h: float, *, size: int = 1, until_h: float | None = None, start: datetime = START
) -> Demand:
    """Groups of one size at a constant mean rate, from the start until an hour."""
    steps = [
        DemandStep(since=start, persons_per_d=24.0 * size * groups_per_h, source=SOURCE),
    ]
    if until_h is not None:
        steps.append(DemandStep(since=at(until_h, start), persons_per_d=0.0, source=SOURCE))
    origin = Origin(id="anywhere", name="Anywhere", share=1.0, gateways={TOWN: 1.0}, source=SOURCE)
    return Demand(steps=tuple(steps), origins=(origin,), group_size=size)


def given(
    times_h: Iterable[float], *, size: int = 1, start: datetime = START, prefix: str = "g"
) -> Demand:
    """Groups of one size at given hours."""
    return Demand(
        groups=tuple(
            GivenGroup(id=f"{prefix}{k}", at=at(h, start), persons=size, hub=TOWN)
            for k, h in enumerate(times_h)
        )
    )


def crowd(persons: int, *, at_h: float = 0.0, size: int | None = 1) -> Demand:
    """People who are all there at one time."""
    stock = Stock(at=at(at_h), persons=persons, gateways={TOWN: 1.0}, source=SOURCE)
    return Demand(stocks=(stock,), group_size=size)


def world(
    network: Network,
    demand: Demand,
    *,
    days: float = 10.0,
    start: datetime = START,
    zone: str = "UTC",
    **parameters: float,
) -> World:
    """A world in which people set out at once, but for the parameters given."""
    return World(
        clock=Clock(start, start + timedelta(days=days), zone),
        network=network,
        demand=demand,
        parameters=replace(GOING_AT_ONCE, **parameters),
    )


def tandem(
    groups_per_h: float,
    *,
    lanes: int = MANY,
    admission: ServiceTime = AT_ONCE,
    servers: int = MANY,
    registration: ServiceTime = AT_ONCE,
    days: float,
    size: int = 1,
    until_h: float | None = None,
) -> World:
    """One crossing that is always open, as two queues in a row fed by a Poisson process."""
    station = crossing(lanes=lanes, admission=admission, servers=servers, registration=registration)
    return world(star(station), poisson(groups_per_h, size=size, until_h=until_h), days=days)


def model(
    where: World | Blueprint,
    policy: AnyPolicy = None,
    *,
    hypothesis: Hypothesis = LETS_EVERYONE_OUT,
    response: Response | None = None,
    oversight: Oversight | None = None,
    number: int = 0,
    seed: int = 1,
    audit: bool = False,
    capacity: Capacity | None = None,
) -> BorderModel:
    """A replicate in which the transit side lets everybody out."""
    chosen: AnyPolicy = Open() if policy is None else policy
    return BorderModel(
        where,
        chosen,
        hypothesis,
        response=response,
        oversight=oversight,
        number=number,
        seed=seed,
        audit=audit,
        capacity=capacity,
    )


def advance_in_chunks(run: BorderModel, hours: float) -> BorderModel:
    """To the end, stopping every so many hours; 0 for not at all."""
    while hours > 0.0 and run.now_h + hours < run.clock.duration_h:
        run.advance_to(run.now_h + hours)
    return run.run()


def persons(run: BorderModel) -> Table:
    """Rows of everyone who was created."""
    return run.engine.persons[: int(run.engine.status["persons"][0])]


def groups(run: BorderModel) -> Table:
    """Rows of all groups."""
    return run.engine.groups[: int(run.engine.status["groups"][0])]


def journeys(run: BorderModel) -> Table:
    """Where each group stands and what it has in mind; zeros for groups at their end."""
    return np.asarray(run.engine.journeys[groups(run)["journey"]])


def people_at(run: BorderModel, place: str, state: PersonState) -> int:
    """People in a state at a place now."""
    return int(run.engine.occupancy[run.world.network.number[place], state])


def person_hours(run: BorderModel, *states: PersonState) -> float:
    """Hours that people spent in some states, everywhere."""
    return float(run.engine.person_hours[:, :, list(states)].sum())


RESULT_TABLES = (
    "entries",
    "entries_by_origin",
    "stock",
    "person_hours",
    "outdoor_h",
    "suspended_h",
    "officer_h",
    "leg_people",
    "day_ends_h",
)


def results(run: BorderModel) -> dict[str, Column]:
    """Everything that a run leaves behind, column by column."""
    columns = {name: np.asarray(getattr(run.engine, name)) for name in RESULT_TABLES}
    tables = (("groups", groups(run)), ("journeys", journeys(run)), ("persons", persons(run)))
    for table, rows in tables:
        for name in sorted(rows.dtype.names or ()):
            columns[f"{table}.{name}"] = np.ascontiguousarray(rows[name])
    columns["exposed_h"] = run.engine.exposed_h[: len(persons(run))]
    del columns["groups.journey"]  # where it is held, which is nobody's concern
    return columns


def differing(one: BorderModel, other: BorderModel) -> list[str]:
    """Names of result columns that are not the same bytes in two runs."""
    mine, theirs = results(one), results(other)
    return [name for name in mine if mine[name].tobytes() != theirs[name].tobytes()]


def digest(run: BorderModel, *, decimals: int | None = None) -> str:
    """SHA-256 of a run's results; floats rounded where ``decimals`` is given."""
    total = hashlib.sha256()
    for name, column in results(run).items():
        exact = decimals is None or column.dtype.kind != "f"
        values = column if exact else np.round(column, decimals or 0) + 0.0
        total.update(name.encode() + values.tobytes())
    return total.hexdigest()
