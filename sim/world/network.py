"""Places and roads: frozen records, checked one by one, and joined into one graph.

Coordinates are degrees (WGS 84). Every number about the real world has its source beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Annotated, Protocol, TypeAlias

from annotated_types import Ge, Gt, Len, MinLen

from sim.clock import Clock, Opening, overlapping, require_time_zone
from sim.engine.codes import Mode
from sim.units import Unit
from sim.world.fields import (
    Count,
    Hours,
    Kilometres,
    Latitude,
    Longitude,
    Name,
    OneOrMore,
    Record,
    Share,
    Source,
)
from sim.world.leg import Leg
from sim.world.station_records import (
    Admission,
    Registration,
    ServiceTime,
    Suspension,
    Transport,
    Travellers,
)


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
class ReceivingState(Record):
    """A state of a chain of borders, with crossings, policies, staff and indicators of its own.

    Attributes:
        id: its id, which crossings name.
        timezone: its own time zone, an IANA name, in which its opening hours and the times of its
            daily decisions are read; None for that of the scenario.
    """

    id: Name
    name: Name
    timezone: str | None = None
    source: Source

    def __post_init__(self) -> None:
        require_time_zone(self.timezone or "UTC")


@dataclass(frozen=True, kw_only=True)
class Onward(Record):
    """Where people who are let through at a crossing go on to.

    Attributes:
        hub: the town on its far side, from which roads lead to the crossings of the next border.
        km: road from the crossing to that town.
        hours: time on it.
        share: share of the people registered at the crossing who go on; the others stay.
        shares: that share for people of some origins, by origin.
        waved_through: share of groups that pass without being registered, and all go on; a policy
            can change it (action ``wave-through``).
    """

    hub: Name
    km: Kilometres
    hours: Hours
    share: Share = 1.0
    shares: Mapping[str, Share] = field(default_factory=dict)
    waved_through: Share = 0.0
    source: Source


@dataclass(frozen=True, kw_only=True)
class Crossing(Record):
    """A border crossing station of a receiving state.

    Attributes:
        state: id of the state that it belongs to, where the file has ``states``.
        onward: where people who are let through go on to; None where their journey ends here.
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
            beyond it, and at 0 every day on which somebody arrives is over it; None for no
            yardstick. To limit how many are let in, use a policy of type ``cap-with-warm-waiting``.
        travellers_per_d: travellers with papers a day, both ways, while it is open.
        travellers: the same with more detail, and whether they share the lanes.
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
    state: str | None = None
    onward: Onward | None = None
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
    travellers: Travellers | None = None
    weather: str | None = None
    source: Source

    def __post_init__(self) -> None:
        if self.travellers is not None and self.travellers_per_d > 0.0:
            raise ValueError("'travellers' and 'travellers_per_d' say the same: give one of them")

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
    """A stretch of terrain border.

    Attributes:
        hub: the one hub where people set out on foot; give this, ``hubs`` or roads.
        hubs: several hubs, each with the hours from there to where the walk (``hike_median_h``)
            begins. A road to the stretch joins a hub too.
        crossing: where people found are registered; it may be one that nobody may pass. None: they
            apply where they are found, at once, and no queue is modelled.
        state: id of the state that it belongs to, where the file has ``states`` and it has no
            crossing; else that of its crossing.
        length_km: length of the stretch. Example: ``50``.
        fence_km: of which with a fence at the start. Example: ``5``.
        detection: chance of being found where there is no fence, until a policy's ``guard``.
        fence_effect: share by which a fence lowers the chance of staying unseen.
        pushback: share of people found who are sent back unheard from the start, as conduct of the
            receiving state, until a policy's ``pushback``.
        weather: zone of the weather series, or None where no weather is given. Example:
            ``north``.
    """

    id: Name
    name: Name
    lat: Latitude
    lon: Longitude
    hub: Name | None = None
    hubs: Mapping[Name, Hours] = field(default_factory=dict)
    crossing: Name | None = None
    state: str | None = None
    length_km: Annotated[float, Gt(0.0), Unit("km")]
    fence_km: Kilometres = 0.0
    detection: Share = 0.7
    fence_effect: Share = 0.67
    pushback: Share = 0.0
    weather: str | None = None
    source: Source

    def __post_init__(self) -> None:
        if self.fence_km > self.length_km:
            raise ValueError(f"fence of {self.fence_km} km on a segment of {self.length_km} km")
        if self.hub is not None and self.hubs:
            raise ValueError("a segment has 'hub', or several under 'hubs', not both")

    @property
    def walks(self) -> Mapping[str, float]:
        """Hours from each hub to where the walk begins, roads aside."""
        return self.hubs if self.hub is None else {self.hub: 0.0}

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

    @property
    def states(self) -> Sequence[ReceivingState]:
        """Receiving states of a chain; none where there is one border."""


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
    states: tuple[ReceivingState, ...] = ()

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

    def clock_of(self, crossing: Crossing, clock: Clock) -> Clock:
        """The clock by which a crossing works: that of its state, or else of the scenario."""
        return self.clock_of_state(crossing.state, clock)

    def clock_of_state(self, state: str | None, clock: Clock) -> Clock:
        """The clock of a state of a chain: that of the scenario, in its own zone if it has one."""
        zones = {each.id: each.timezone for each in self.states}
        zone = zones.get(state or "")
        return clock if zone is None else replace(clock, zone=zone)

    @cached_property
    def crossing_number(self) -> dict[str, int]:
        """Number of each crossing among the crossings, by id."""
        return {crossing.id: k for k, crossing in enumerate(self.crossings)}

    @cached_property
    def legs(self) -> tuple[Leg, ...]:
        """Every leg that leads toward a border, with those from hubs to their segments."""
        there = [Leg(r.a, r.b, r.km, r.hours, r.checkpoint) for r in self.roads]
        back = [Leg(r.b, r.a, r.km, r.hours, r.checkpoint) for r in self.roads if not r.one_way]
        walks = [Leg(hub, s.id, 0.0, h) for s in self.segments for hub, h in s.walks.items()]
        return (*there, *back, *walks, *(Leg(leg.end, leg.start, 0.0, leg.hours) for leg in walks))


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
    yield from _chain_faults(network)


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
        for hub in segment.walks:
            if hub not in hubs:
                yield ("segments", k, "hub" if segment.hub else "hubs"), f"there is no hub {hub!r}"
        if segment.crossing is not None and segment.crossing not in crossings:
            yield ("segments", k, "crossing"), f"there is no crossing {segment.crossing!r}"


def _places_without_road(network: NetworkParts) -> Iterator[Fault]:
    joined = {end for road in network.roads for end in (road.a, road.b)}
    for kind, places in places_by_section(network):
        for k, place in enumerate(places):
            if kind in ("crossings", "neighbours") and place.id not in joined:
                yield (kind, k, "id"), f"no road leads to {place.id!r}"
    yield from _stretches_without_hub(network)


def _stretches_without_hub(network: NetworkParts) -> Iterator[Fault]:
    ways = {(road.a, road.b) for road in network.roads}
    ways |= {(road.b, road.a) for road in network.roads if not road.one_way}
    for k, segment in enumerate(network.segments):
        if not segment.walks and not any((hub.id, segment.id) in ways for hub in network.hubs):
            message = f"no hub is joined to {segment.id!r}: give it 'hub', 'hubs' or a road"
            yield ("segments", k, "id"), message


def _chain_faults(network: NetworkParts) -> Iterator[Fault]:
    """Crossings of no state, or that lead on to no town."""
    states, hubs = ([each.id for each in kind] for kind in (network.states, network.hubs))
    of_states: tuple[tuple[str, Sequence[Crossing | Segment]], ...] = (
        ("crossings", network.crossings),
        ("segments", network.segments),
    )
    for kind, places in of_states:
        for k, place in enumerate(places):
            has_other = isinstance(place, Segment) and place.crossing is not None
            if states and place.state is None and not has_other:
                yield (kind, k, "id"), f"{place.id!r} must name its 'state'"
            elif place.state is not None and place.state not in states:
                yield (kind, k, "state"), f"there is no state {place.state!r}"
    for k, crossing in enumerate(network.crossings):
        if crossing.onward is not None and crossing.onward.hub not in hubs:
            key = ("crossings", k, "onward", "hub")
            yield key, f"there is no hub {crossing.onward.hub!r}"
