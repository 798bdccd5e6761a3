"""How a stage of a station begins to serve one person, made from the stage's row."""

from __future__ import annotations

from typing import Any

from sim.arithmetic.compiled import njit
from sim.engine.events import schedule
from sim.engine.service import unit_service
from sim.engine.signatures import Columns, Hours, Row
from sim.engine.stages import Stage
from sim.engine.time_statistics import move_person


def service_of(stage: Stage) -> Any:
    """The compiled function that begins a person's service at a stage.

    Its arguments: the columns, the station, the person, the mean service time in h, and now.
    """
    in_service, event, stream = stage.in_service, stage.event, stage.stream
    busy, cv, distribution = (f"{stage.name}_{each}" for each in ("busy", "cv", "distribution"))

    @njit
    def begin_service(e: Columns, s: Row, p: Row, mean_h: Hours, now: Hours) -> None:
        station = e.stations[s]
        station[busy] += 1
        move_person(e, p, in_service, station.place, now)
        unit = unit_service(e, p, stream, station[distribution], station[cv])
        schedule(e, now + mean_h * unit, event, p, 0)

    return begin_service
