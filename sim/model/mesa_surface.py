"""What Mesa's own tools ask of a model: a collector of data, a space, copies, pickling."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final, Self, TypeAlias

import mesa

from sim.agents.crossing_stations import CrossingStation
from sim.agents.mesa_adapter import PlacesSpace
from sim.engine.codes import GroupStage
from sim.engine.codes import PersonState as State
from sim.engine.person_states import IN_TRANSIT_STATE, WAITING_AT_BORDER
from sim.model.checkpoint import Checkpoint

Made: TypeAlias = dict[str, Any]


def _hour(model: MesaSurface) -> float:
    return float(model.now_h)


def _groups(model: MesaSurface) -> int:
    return len(model.groups)


def _in_transit_state(model: MesaSurface) -> int:
    return _people(model, *IN_TRANSIT_STATE)


def _waiting(model: MesaSurface) -> int:
    return _people(model, *WAITING_AT_BORDER)


def _registered(model: MesaSurface) -> int:
    return _people(model, State.REGISTERED)


def _turned_back(model: MesaSurface) -> int:
    return _people(model, State.TURNED_BACK)


def _people(model: MesaSurface, *states: State) -> int:
    """People in any of some states, wherever they are."""
    return int(model.engine.occupancy[:, list(states)].sum())


# Functions with names, so that a model that collects can be pickled.
MODEL_REPORTERS: Final[Mapping[str, Callable[[MesaSurface], float]]] = {
    "hour": _hour,
    "groups": _groups,
    "in_transit_state": _in_transit_state,
    "waiting": _waiting,
    "registered": _registered,
    "turned_back": _turned_back,
}
MORE: Final = ("datacollector", "scenario_file")
# Of each crossing, by attributes of its agent. Mesa's batch runner puts them in one row with the
# numbers of the model, so that no name may be that of one of those.
STATION_REPORTERS: Final[Mapping[str, str]] = {
    "crossing": "name",
    "waiting_there": "waiting",
    "registered_there": "registered",
    "is_open": "is_open",
    "accepts_asylum": "accepts_asylum",
}


class MesaSurface(mesa.Model, ABC):
    """A model that can be watched, drawn, copied and pickled as others of Mesa."""

    def collect_data(self, collector: mesa.DataCollector | None = None) -> Self:
        """From now on, collect data after each step; returns the model.

        ``model.datacollector`` holds what was collected: numbers of the whole model (hour, groups,
        people in the transit state, waiting at the border, registered and turned back), and of each
        crossing (people waiting and registered, whether it is open and takes claims). Going on with
        ``advance_to`` or ``run`` collects nothing.

        Args:
            collector: what collects; one for the numbers above if None.
        """
        self.datacollector = collector or mesa.DataCollector(
            model_reporters=dict(MODEL_REPORTERS),
            agenttype_reporters={
                CrossingStation: {
                    name: attrgetter(attribute) for name, attribute in STATION_REPORTERS.items()
                }
            },
        )
        return self

    def collect_step(self) -> None:
        """Collect data now, if that was asked for."""
        collector = getattr(self, "datacollector", None)
        if collector is not None:
            collector.collect(self)

    @property
    def space(self) -> PlacesSpace:
        """The map for Mesa's drawing: degrees east and north, crossings and groups on the way."""
        places = self.world.network.places
        on_the_way = self.groups.select(lambda group: group.stage != GroupStage.DONE)
        shown = [*self.stations, *on_the_way]
        return PlacesSpace([(place.lon, place.lat) for place in places], shown, self.random)

    @abstractmethod
    def held(self) -> Checkpoint:
        """Everything that the run holds at this hour."""

    @abstractmethod
    def hold(self, held: Checkpoint) -> None:
        """Go on from what another run of the same arguments held."""

    @abstractmethod
    def made_from(self) -> Made:
        """The arguments that the model was made from."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _continued, (type(self), self.made_from(), self.held(), self._more())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """A model that goes on to the same bytes; what never changes is shared."""
        state, more = copy.deepcopy((self.held().state, self._more()), memo)
        twin: Self = _continued(type(self), self.made_from(), Checkpoint(state, self.engine), more)
        return twin

    def __copy__(self) -> Self:
        return copy.deepcopy(self)

    def _more(self) -> Made:
        """What is not of the run itself and is to be in its copies."""
        return {name: vars(self)[name] for name in MORE if name in vars(self)}


def _continued(kind: Any, made_from: Made, held: Checkpoint, more: Made) -> Any:
    """A model that goes on where another one was copied or pickled."""
    model = kind.__new__(kind)
    # Not by the kind's own arguments, which may be others than those of the class that it extends.
    plain = next(each for each in kind.__mro__ if MesaSurface in each.__bases__)
    plain.__init__(model, **made_from)
    model.hold(held)
    vars(model).update(more)
    return model
