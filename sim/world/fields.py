"""What the keys of a scenario's places hold: kinds of values with their bounds, and references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Ge, Interval, MinLen

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


class ByForm:
    """Marks a value that is a record where keys are given, and else something plain.

    What is wrong with it is then said of the form that was given, and of no other.
    """


CrossingId = Annotated[str, Refers("crossing")]


GateId = Annotated[str, Refers("gate")]  # a crossing, or "default" for the others


HubId = Annotated[str, Refers("hub")]


NeighbourId = Annotated[str, Refers("neighbour")]


SegmentId = Annotated[str, Refers("segment")]


OriginId = Annotated[str, Refers("origin")]


PolicyId = Annotated[str, Refers("policy")]


StateId = Annotated[str, Refers("state")]
