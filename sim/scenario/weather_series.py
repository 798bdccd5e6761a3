"""The weather of a scenario out of an hourly series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta
from pathlib import Path

import numpy as np

from sim.clock import Clock
from sim.errors import Problem, ScenarioError
from sim.scenario.csv_tables import Row, Table, read_table
from sim.world.weather import Weather

TEMPERATURES_C = (-100.0, 70.0)
WINDS_KMH = (0.0, 500.0)


def read_weather(path: Path, zones: Sequence[str], source: str, clock: Clock) -> Weather:
    """The hours of a scenario out of an hourly series.

    Raises:
        ScenarioError: rows are wrong, hours are missing, or the series is too short.
    """
    columns = [f"{zone}_{what}" for zone in zones for what in ("c", "wind_kmh")]
    table = read_table(path, ["utc", *columns])
    table.stop_if_any()
    chosen = _hours_of(table, clock)
    temperature, wind = (
        [table.numbers(chosen, f"{zone}_{what}", *bounds) for zone in zones]
        for what, bounds in (("c", TEMPERATURES_C), ("wind_kmh", WINDS_KMH))
    )
    table.stop_if_any()
    return Weather(tuple(zones), np.array(temperature), np.array(wind), source)


def _hours_of(table: Table, clock: Clock) -> list[Row]:
    """The rows of a scenario's hours; those that do not follow each other are noted.

    Raises:
        ScenarioError: they are not all there.
    """
    hours = int(np.ceil(clock.duration_h))
    first = table.rows[0].moment("utc") if table.rows else clock.end
    skip = round((clock.start - first).total_seconds() / 3600.0)
    chosen = table.rows[skip : skip + hours] if skip >= 0 else []
    if len(chosen) < hours:
        raise ScenarioError([Problem("does not cover the scenario", str(table.path))])
    for k, row in enumerate(chosen, skip):
        expected = first + timedelta(hours=k)
        if row.moment("utc") != expected:
            utc = expected.astimezone(UTC).isoformat()
            raise row.problem(f"utc: rows follow each other by the hour; expected {utc}")
    return chosen
