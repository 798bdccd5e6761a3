"""V24: wind chill to its formula, to the published chart, and into the bands of people's hours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.engine.codes import BANDS
from sim.verification import small_worlds
from sim.verification.case import Case, Finding, Trial, for_certain
from sim.world.weather import Weather
from sim.world.world import World

# Environment Canada, wind chill chart: air temperature (rows) by wind of 5, 20, 40, 60 km/h.
CHART_WINDS_KMH = (5.0, 20.0, 40.0, 60.0)
CHART = {
    5.0: (4, 1, -1, -2),
    0.0: (-2, -5, -7, -9),
    -10.0: (-13, -18, -21, -23),
    -20.0: (-24, -30, -34, -36),
    -30.0: (-36, -43, -48, -50),
    -40.0: (-47, -56, -61, -64),
}
# Air temperature and wind, the wind chill to three digits, and its band (sim.world.weather).
EXAMPLES = ((-10.0, 20.0, -17.861, 2), (-20.0, 15.0, -29.077, 3), (-30.0, 20.0, -43.097, 4))


def steady(temperature_c: float, wind_kmh: float, hours: int) -> Weather:
    """The same weather all the time."""
    same = np.ones((1, hours))
    return Weather(("here",), temperature_c * same, wind_kmh * same, small_worlds.SOURCE)


def waiting_outdoors(weather: Weather) -> World:
    """People who wait before one slow lane, with no warm place."""
    station = replace(small_worlds.crossing(lanes=1, admission=small_worlds.HOUR), weather="here")
    where = small_worlds.world(small_worlds.star(station), small_worlds.crowd(20), days=2)
    return replace(where, weather=weather)


def wind_chill(trial: Trial) -> list[Finding]:
    """V24: three values, the chart to the degree, and outdoor hours in the right band."""
    findings = []
    for temperature_c, wind_kmh, exact, band in EXAMPLES:
        weather = steady(temperature_c, wind_kmh, 48)
        outdoor = trial.one(waiting_outdoors(weather)).engine.outdoor_h.sum(axis=(0, 1))
        at = f"at {temperature_c:g} deg C and {wind_kmh:g} km/h"
        chilled = float(weather.wind_chill[0, 0])
        findings += [
            for_certain(f"wind chill {at}", "deg C", exact, round(chilled, 3)),
            for_certain(
                f"share of outdoor hours in band {band} {at}",
                "1",
                1.0,
                float(outdoor[band] / outdoor.sum()) if outdoor.sum() > 0.0 else np.nan,
            ),
        ]
    unlike = 0
    for temperature_c, row in CHART.items():
        for wind_kmh, degrees in zip(CHART_WINDS_KMH, row, strict=True):
            chilled = float(steady(temperature_c, wind_kmh, 1).wind_chill[0, 0])
            unlike += round(chilled) != degrees
    return [
        *findings,
        for_certain("bands", "1", 7.0, BANDS),
        for_certain("cells that differ from the chart", "cells", 0.0, unlike),
    ]


CASES = (Case("V24", "wind chill", "Environment Canada 2001", wind_chill),)
