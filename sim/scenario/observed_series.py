"""What may be counted, and as which series of the model it is compared.

A series that the model does not produce at a kind of place is kept, and compared with nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sim.outcomes.entered_states import BY_ORIGIN
from sim.outcomes.total import TOTAL
from sim.scenario.records import ScenarioRecord

CUMULATIVE: Final = "cumulative"  # a running total of arrivals: read as what was added to it
# People at the end of the last day; all others are of a whole period.
STOCKS: Final = ("waiting", "waiting_before")
OBSERVED: Final[Mapping[str, str]] = {
    "arrivals": "people who presented themselves without a right of entry",
    "registered": "people registered",
    "turned_back": "people turned back without their claim received",
    "found": "people found on a terrain stretch",
    "waiting": "people waiting, at the end of the last day",
    "waiting_before": "people waiting on the transit side, in the queue before a crossing or in "
    "the town next to it, at the end of the last day",
    "detained": "people detained",
    CUMULATIVE: "arrivals from the first day to the last one, as a running total",
}

_AT_CROSSINGS: Final = {
    "arrivals": "arrivals",
    "registered": "registered",
    "turned_back": "turned_back",
    "waiting": "waiting",
    "waiting_before": "waiting_before",
}
_MODELLED: Final[Mapping[str, Mapping[str, str]]] = {
    "crossing": _AT_CROSSINGS,
    "area": _AT_CROSSINGS,
    TOTAL: {**_AT_CROSSINGS, "found": "green_border_found"},
    "segment": {"found": "green_border_found"},
    "neighbour": {"arrivals": "diverted"},
    "hub": {"waiting": "in_transit_state"},
}


def modelled_as(series: str, kind: str, origin: str = "") -> str | None:
    """The model's series that a count is compared with, or None: not modelled.

    Args:
        series: one of :data:`OBSERVED`.
        kind: what kind of place was counted.
        origin: id of the origin whose people were counted; everybody's if empty.
    """
    name = _MODELLED[kind].get(series)
    return name if not origin or name in BY_ORIGIN else None


@dataclass(frozen=True)
class CountedPlaces:
    """What counts may be of.

    Attributes:
        kinds: every place's kind, by its id.
        groups: ids of the crossings of an area, by its id.
        crossings: ids of all crossings.
        usable: ids of those that people can use.
        origins: ids of all origins.
    """

    kinds: Mapping[str, str]
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    crossings: Sequence[str] = ()
    usable: Sequence[str] = ()
    origins: Sequence[str] = ()

    def parts(self, place: str) -> list[str]:
        """What a place's counts are sums of: areas, as few as there are, and other crossings."""
        inside = set(self.crossings if place == TOTAL else self.groups.get(place, ()))
        chosen: list[str] = []
        for name, members in sorted(self.groups.items(), key=lambda item: -len(item[1])):
            is_part = name != place and inside.issuperset(members)
            if is_part and (place == TOTAL or len(members) < len(self.groups[place])):
                chosen.append(name)
                inside -= set(members)
        return [*chosen, *(name for name in self.crossings if name in inside)]

    def members(self, place: str) -> tuple[str, ...]:
        """Ids of the places of the model that a count is of; none for the whole border."""
        return () if place == TOTAL else tuple(self.groups.get(place, (place,)))


def counted_places(
    named: Mapping[str, Iterable[str]],
    groups: Mapping[str, Sequence[str]],
    usable: Iterable[str],
) -> CountedPlaces:
    """What counts may be of, from ids by kind and the crossings of areas."""
    kinds = {name: kind for kind in _MODELLED for name in named.get(kind, ())}
    kinds |= dict.fromkeys(groups, "area") | {TOTAL: TOTAL}
    origins = tuple(named.get("origin", ()))
    return CountedPlaces(kinds, groups, tuple(named["crossing"]), tuple(usable), origins)


def places_of(scenario: ScenarioRecord) -> CountedPlaces:
    """What counts of the scenario may be of."""
    network = scenario.world.network
    named = {
        "crossing": [each.id for each in network.crossings],
        "segment": [each.id for each in network.segments],
        "neighbour": [each.id for each in network.neighbours],
        "hub": [each.id for each in network.hubs],
        "origin": [each.id for each in scenario.world.demand.origins],
    }
    groups = {area.id: area.crossings for area in scenario.areas}
    usable = (each.id for each in network.crossings if each.takes_people)
    return counted_places(named, groups, usable)
