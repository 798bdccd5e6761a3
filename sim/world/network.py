"""Places and roads: frozen records, checked one by one, and joined into one graph.

Coordinates are degrees (WGS 84). Every number about the real world has its source beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, ClassVar, NamedTuple, Protocol, TypeAlias

from annotated_types import Ge, Gt, Interval, Len, MinLen

from sim.clock import Opening, overlapping
from sim.engine.codes import Distribution, Mode, QueueDiscipline
from sim.units import Unit

Name = Annotated[str, MinLen(1)]
Source = Annotated[str, MinLen(1)]
Latitude = Annotated[float, Interval(ge=-90.0, le=90.0)]
Longitude = Annotated[float, Interval(ge=-180.0, le=180.0)]
Share = Annotated[float, Interval(ge=0.0, le=1.0)]
Hours = Annotated[float, Ge(0.0), Unit("h")]
Minutes = Annotated[float, Ge(0.0), Unit("min")]
Kilometres = Annotated[float, Ge(0.0), Unit("km")]

# What a crossing can have of anything: more is no limit, and the engine counts in 32 bits.
MOST = 1_000_000
Count = Annotated[int, Interval(ge=0, le=MOST)]
OneOrMore = Annotated[int, Interval(ge=1, le=MOST)]


class Record:
    """What a scenario file holds in one place: a key that it does not know is refused."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}


@dataclass(frozen=True)
class Refers:
    """Marks a name that must be the id of something in the scenario: a crossing, hub or mode."""

    kind: str


CrossingId = Annotated[str, Refers("crossing")]
GateId = Annotated[str, Refers("gate")]  # a crossing, or "default" for the others
HubId = Annotated[str, Refers("hub")]
NeighbourId = Annotated[str, Refers("neighbour")]
SegmentId = Annotated[str, Refers("segment")]
OriginId = Annotated[str, Refers("origin")]
PolicyId = Annotated[str, Refers("policy")]


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
class Hub(Record):
    """A town or junction where people stay or pass.

    Junctions where nobody stays are hubs too.
    """

    id: Name
    name: Name
    lat: Latitude
    lon: Longitude
    source: Source


@dataclass(frozen=True, kw_only=True)
class Crossing(Record):
    """A border crossing station of the receiving state.

    Attributes:
        modes: what may cross, by the rules in force at the start. Example: ``[car, bicycle]``.
        opening: opening hours through the scenario.
        admission: the first stage, a gate with lanes.
        registration: the second stage, an interview by an officer.
        suspension: when the gate stops while many are between the posts; None for never.
        accepts_asylum: whether asylum may be sought here at the start.
        known: chance that people give to succeeding here before any news (prior of S3), 0 to 1.
        warm_places: heated places for people who wait.
        tent_places: places in unheated tents for those who find no heated one.
        exit_check: time that the transit side's gate needs for a person; None for none.
        shelter_places: people who can be behind the posts at a time; None for no limit. When it is
            full, people wait between the posts.
        transport: how registered people leave; None if that is left out of the model.
        daily_capacity: arrivals a day up to which the crossing is not over its capacity: only the
            yardstick of the indicator "Days over capacity", and no limit. Nobody is turned away
            beyond it, and at 0 every day on which somebody arrives is over it. None for no
            yardstick. To limit how many are let in, use a policy of type ``cap-with-warm-waiting``.
        travellers_per_d: travellers with papers a day, both ways, while it is open.
        weather: zone of the weather series, or None where no weather is given. Example:
            ``north``.
    """

    id: Name
    name: Name
    lat: Latitude
    lon: Longitude
    modes: Annotated[frozenset[Mode], MinLen(1)]
    opening: Annotated[tuple[Opening, ...], MinLen(1)]
    admission: Admission
    registration: Registration
    suspension: Suspension | None = None
    accepts_asylum: bool = True
    known: Share = 0.9
    warm_places: Count = 0
    tent_places: Count = 0
    exit_check: ServiceTime | None = None
    shelter_places: OneOrMore | None = None
    transport: Transport | None = None
    daily_capacity: Count | None = None
    travellers_per_d: Annotated[float, Ge(0.0), Unit("persons/d")] = 0.0
    weather: str | None = None
    source: Source

    @property
    def takes_people(self) -> bool:
        """Whether there is a mode that people can have at the border."""
        return bool(self.modes & {Mode.FOOT, Mode.BICYCLE, Mode.CAR})


@dataclass(frozen=True, kw_only=True)
class Neighbour(Record):
    """A crossing of another state: a way out of the area (S11).

    Attributes:
        country: the other state, in two letters. Example: ``NO``.
        opening: its opening hours through the scenario.
        refusal: share of groups that are turned away there without their claim heard.
        coordinates: whether it closes and reopens in step with the receiving state.
        lag_h: hours from a decision of the receiving state until the same holds here.
    """

    id: Name
    name: Name
    country: Annotated[str, Len(2, 2)]
    lat: Latitude
    lon: Longitude
    opening: Annotated[tuple[Opening, ...], MinLen(1)] = (Opening(hours="24 h"),)
    refusal: Share = 0.0
    coordinates: bool = False
    lag_h: Hours = 48.0
    source: Source


@dataclass(frozen=True, kw_only=True)
class Segment(Record):
    """A stretch of terrain border between crossings.

    Attributes:
        hub: where people set out on foot.
        crossing: where people who are found are registered.
        length_km: length of the stretch. Example: ``50``.
        fence_km: of which with a fence at the start. Example: ``5``.
        detection: chance of being found where there is no fence.
        fence_effect: share by which a fence lowers the chance of staying unseen.
        weather: zone of the weather series, or None where no weather is given. Example:
            ``north``.
    """

    id: Name
    name: Name
    lat: Latitude
    lon: Longitude
    hub: Name
    crossing: Name
    length_km: Annotated[float, Gt(0.0), Unit("km")]
    fence_km: Kilometres = 0.0
    detection: Share = 0.7
    fence_effect: Share = 0.67
    weather: str | None = None
    source: Source

    def __post_init__(self) -> None:
        if self.fence_km > self.length_km:
            raise ValueError(f"fence of {self.fence_km} km on a segment of {self.length_km} km")

    @property
    def detection_probability(self) -> float:
        """S6: ``1 - (1 - p0)(1 - f e)`` with the fence share f and its effect e."""
        fenced = self.fence_km / self.length_km
        return 1.0 - (1.0 - self.detection) * (1.0 - fenced * self.fence_effect)


@dataclass(frozen=True, kw_only=True)
class Road(Record):
    """A road between two places, the same in both directions unless it is one way.

    Attributes:
        a: id of the place at one end: a hub, a crossing or a neighbour. Example: ``town``.
        b: id of the place at the other end. Example: ``near``.
        km: its length. Example: ``40``.
        hours: time that a vehicle needs. Example: ``40 min``.
        one_way: whether it is travelled only from a to b on the way to a border.
        checkpoint: chance that people without valid papers are stopped and removed on it.
    """

    a: Name
    b: Name
    km: Kilometres
    hours: Hours
    one_way: bool = False
    checkpoint: Share = 0.0
    source: Source


class Leg(NamedTuple):
    """A step from one place to the next."""

    start: str
    end: str
    km: float
    hours: float
    checkpoint: float = 0.0


Place = Hub | Crossing | Neighbour | Segment
Destination = Crossing | Neighbour | Segment
Fault: TypeAlias = tuple[tuple[str | int, ...], str]  # key path of what is wrong, and a message


class NetworkParts(Protocol):
    """Whatever has places and roads: a network, and what one is to be made of."""

    @property
    def hubs(self) -> Sequence[Hub]:
        """Towns and junctions."""

    @property
    def crossings(self) -> Sequence[Crossing]:
        """Crossings of the receiving state."""

    @property
    def neighbours(self) -> Sequence[Neighbour]:
        """Crossings of other states."""

    @property
    def segments(self) -> Sequence[Segment]:
        """Stretches of terrain border."""

    @property
    def roads(self) -> Sequence[Road]:
        """Roads between places."""


@dataclass(frozen=True, kw_only=True)
class Network:
    """All places and the roads between them.

    Places are numbered: hubs first, then destinations (crossings, neighbours, segments).
    Destination ``d`` is place ``len(hubs) + d``.

    Raises:
        ValueError: if a name is used twice, a road or segment leads to no place, or a destination
            has no road.
    """

    hubs: tuple[Hub, ...]
    crossings: tuple[Crossing, ...]
    neighbours: tuple[Neighbour, ...] = ()
    segments: tuple[Segment, ...] = ()
    roads: tuple[Road, ...] = field(default=())

    def __post_init__(self) -> None:
        for _, message in network_faults(self):
            raise ValueError(message)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every place in order of its number."""
        return (*self.hubs, *self.destinations)

    @cached_property
    def destinations(self) -> tuple[Destination, ...]:
        """Everything that a group may set out for."""
        return (*self.crossings, *self.neighbours, *self.segments)

    @cached_property
    def number(self) -> dict[str, int]:
        """Number of each place by id."""
        return {place.id: k for k, place in enumerate(self.places)}

    @cached_property
    def crossing_number(self) -> dict[str, int]:
        """Number of each crossing among the crossings, by id."""
        return {crossing.id: k for k, crossing in enumerate(self.crossings)}

    @cached_property
    def legs(self) -> tuple[Leg, ...]:
        """Every leg that leads toward a border, with the zero legs from hubs to their segments."""
        there = [Leg(r.a, r.b, r.km, r.hours, r.checkpoint) for r in self.roads]
        back = [Leg(r.b, r.a, r.km, r.hours, r.checkpoint) for r in self.roads if not r.one_way]
        walks = [Leg(s.hub, s.id, 0.0, 0.0) for s in self.segments]
        return (*there, *back, *walks, *(Leg(leg.end, leg.start, 0.0, 0.0) for leg in walks))


def network_faults(network: NetworkParts) -> Iterator[Fault]:
    """What is wrong with places and roads together; nothing where all is well."""
    ids: set[str] = set()
    for kind, places in places_by_section(network):
        for k, place in enumerate(places):
            if place.id in ids:
                yield (kind, k, "id"), f"the id {place.id!r} is used twice"
            ids.add(place.id)
    yield from _overlapping_hours(network)
    yield from _references_to_nothing(network, ids)
    yield from _places_without_road(network)


def places_by_section(network: NetworkParts) -> tuple[tuple[str, Sequence[Place]], ...]:
    """Places under the keys that they have in a scenario file."""
    return (
        ("hubs", network.hubs),
        ("crossings", network.crossings),
        ("neighbours", network.neighbours),
        ("segments", network.segments),
    )


def timetables(
    network: NetworkParts,
) -> Iterator[tuple[tuple[str, int, str], tuple[Opening, ...]]]:
    """The opening hours of every crossing and neighbour, with their key paths."""
    for k, crossing in enumerate(network.crossings):
        yield ("crossings", k, "opening"), crossing.opening
    for k, neighbour in enumerate(network.neighbours):
        yield ("neighbours", k, "opening"), neighbour.opening


def _overlapping_hours(network: NetworkParts) -> Iterator[Fault]:
    for key, openings in timetables(network):
        for number, message in overlapping(openings):
            yield (*key, number), message


def _references_to_nothing(network: NetworkParts, known: Collection[str]) -> Iterator[Fault]:
    for k, road in enumerate(network.roads):
        for key, end in (("a", road.a), ("b", road.b)):
            if end not in known:
                yield ("roads", k, key), f"there is no place {end!r}"
    hubs, crossings = ([each.id for each in kind] for kind in (network.hubs, network.crossings))
    for k, segment in enumerate(network.segments):
        if segment.hub not in hubs:
            yield ("segments", k, "hub"), f"there is no hub {segment.hub!r}"
        if segment.crossing not in crossings:
            yield ("segments", k, "crossing"), f"there is no crossing {segment.crossing!r}"


def _places_without_road(network: NetworkParts) -> Iterator[Fault]:
    joined = {end for road in network.roads for end in (road.a, road.b)}
    for kind, places in places_by_section(network):
        for k, place in enumerate(places):
            if kind in ("crossings", "neighbours") and place.id not in joined:
                yield (kind, k, "id"), f"no road leads to {place.id!r}"
