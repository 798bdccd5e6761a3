"""Rows of crossings and stretches as they are at the start, and numbers of tastes for them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import (
    NOBODY,
    UNLIMITED,
    DestinationKind,
)
from sim.engine.signatures import Column, Record
from sim.engine.stages import ADMISSION, EXIT_CHECK, REGISTRATION, Stage
from sim.world.drawn_crossings import EXIT_CHECK_MIN, KNOWN, drawn_name
from sim.world.network import Crossing, Network, Onward, Segment
from sim.world.station_records import ServiceTime

MOST_OF_A_KIND = 1 << 20  # destinations: their tastes are numbered kind by kind
SETTLING = 1 << 30  # the number of the taste for it, beyond those of destinations


def fill_station(row: Record, crossing: Crossing) -> None:
    """Write what a crossing has at the start into its row."""
    row["lanes"] = crossing.admission.lanes
    row["work_after_closing"] = crossing.admission.work_after_closing
    row["servers_open"] = crossing.registration.servers
    row["servers_after_hours"] = crossing.registration.servers_after_hours
    for stage, service in _service_times(crossing).items():
        if service is not None:
            _fill_service(row, stage, service)
    row["suspend_above"] = crossing.suspension.above if crossing.suspension else UNLIMITED
    row["suspend_below"] = crossing.suspension.below if crossing.suspension else UNLIMITED
    row["warm_places"] = crossing.warm_places
    row["tent_places"] = crossing.tent_places
    row["discipline"] = crossing.registration.discipline
    row["interpreters"] = _or_unlimited(crossing.registration.interpreters)
    row["shelter_places"] = _or_unlimited(crossing.shelter_places)
    if crossing.transport:
        row["seats"] = crossing.transport.seats
        row["headway_h"] = crossing.transport.headway_h
    row["modes"] = sum(1 << mode for mode in crossing.modes)
    row["known"] = crossing.known
    row["gate"] = row["gate_chance"] = 1.0


def fill_drawn(row: Record, crossing: str, drawn: Mapping[str, float]) -> None:
    """Write what a state of the world drew of a crossing's keys into its row."""
    if (known := drawn.get(drawn_name(crossing, KNOWN))) is not None:
        row["known"] = known
    if (minutes := drawn.get(drawn_name(crossing, EXIT_CHECK_MIN))) is not None:
        row[f"{EXIT_CHECK.name}_mean_h"] = minutes / 60.0


def fill_onward(row: Record, onward: Onward | None, network: Network) -> None:
    """Write where people go on from a crossing into its row."""
    row["onward_place"] = NOBODY
    if onward is not None:
        row["onward_place"] = network.number[onward.hub]
        row["onward_h"], row["onward_km"] = onward.hours, onward.km
        row["waved_share"] = row["waved_share_at_start"] = onward.waved_through


def _service_times(crossing: Crossing) -> dict[Stage, ServiceTime | None]:
    """How long each stage of a crossing takes a person."""
    return {
        EXIT_CHECK: crossing.exit_check,
        ADMISSION: crossing.admission.service,
        REGISTRATION: crossing.registration.service,
    }


def fill_segment(row: Record, segment: Segment) -> None:
    """Write what a stretch of terrain has at the start into its row."""
    row["kind"] = DestinationKind.SEGMENT
    row["detection"] = segment.detection_probability
    row["bare_detection"] = segment.detection
    row["fence_effect"] = segment.fence_effect
    row["length_km"] = segment.length_km
    row["fenced"] = row["fenced_at_start"] = segment.fence_km / segment.length_km
    row["guarded"] = segment.detection
    row["pushback"] = row["pushback_at_start"] = segment.pushback


def _or_unlimited(places: int | None) -> int:
    return UNLIMITED if places is None else places


def _fill_service(row: Record, stage: Stage, service: ServiceTime) -> None:
    row[f"{stage.name}_mean_h"] = service.mean_min / 60.0
    row[f"{stage.name}_cv"] = service.cv
    row[f"{stage.name}_distribution"] = service.distribution


def taste_numbers(kinds: Column) -> NDArray[np.int64]:
    """Number of a group's taste for each destination, and for settling.

    Destinations are counted kind by kind, so that one more crossing moves no neighbour's.
    """
    numbers = np.full(len(kinds) + 1, SETTLING, dtype=np.int64)
    for kind in DestinationKind:
        of_kind = np.flatnonzero(kinds == kind)
        numbers[of_kind] = kind * MOST_OF_A_KIND + np.arange(len(of_kind))
    return numbers
