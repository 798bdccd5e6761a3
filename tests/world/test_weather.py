"""Where there is no wind chill, and the bands of cold. Values are V24 of ``rajasim verify``."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.codes import BANDS
from sim.world.weather import (
    BAND_NAMES,
    BAND_UPPER_C,
    BAND_WEIGHTS,
    NO_WEATHER,
    Weather,
    cold_band,
    wind_chill_c,
)


@pytest.mark.parametrize(
    ("temperature_c", "wind_kmh"), [(-20.0, 0.0), (-20.0, 4.999), (10.1, 50.0), (25.0, 20.0)]
)
def test_in_calm_or_warm_air_there_is_no_wind_chill(temperature_c: float, wind_kmh: float) -> None:
    assert float(wind_chill_c(temperature_c, wind_kmh)) == temperature_c


def test_more_wind_is_colder() -> None:
    winds = np.arange(5.0, 100.0)
    for temperature_c in (-40.0, -20.0, 0.0):
        assert (np.diff(wind_chill_c(temperature_c, winds)) < 0.0).all()


@pytest.mark.parametrize(
    ("whole_degrees", "band"),
    [
        (5, 0),
        (0, 0),
        (-9, 0),
        (-10, 1),
        (-14, 1),
        (-15, 2),
        (-27, 2),
        (-28, 3),
        (-39, 3),
        (-40, 4),
        (-47, 4),
        (-48, 5),
        (-54, 5),
        (-55, 6),
        (-70, 6),
    ],
)
def test_bands_begin_and_end_where_environment_canada_says(whole_degrees: int, band: int) -> None:
    """Limits hold for wind chill rounded to whole degrees; -10 to -27 is cut at -15 (R8)."""
    for tenth in (-0.4, 0.0, 0.4):
        assert int(cold_band(np.array([whole_degrees + tenth]))[0]) == band


def test_bands_have_names() -> None:
    assert len(BAND_NAMES) == len(BAND_UPPER_C) == len(BAND_WEIGHTS) == BANDS


def test_a_series_has_a_band_for_each_zone_and_hour() -> None:
    weather = Weather(
        zones=("south", "north"),
        temperature_c=np.array([[0.0, -10.0, -20.0], [-20.0, -30.0, -45.0]]),
        wind_kmh=np.array([[0.0, 20.0, 15.0], [0.0, 20.0, 30.0]]),
        source="test",
    )
    assert weather.bands().tolist() == [[0, 2, 3], [2, 4, 6]]
    assert NO_WEATHER.bands().shape == (0, 1)
