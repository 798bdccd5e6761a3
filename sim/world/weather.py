"""S12 in part: wind chill, and the bands in which cold is harmful.

Wind chill temperature (Environment Canada; T in deg C, V in km/h at 10 m):
``13.12 + 0.6215 T - 11.37 V^0.16 + 0.3965 T V^0.16`` for V >= 5 and T <= 10, else T.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import arithmetic

# Weights of the bands in the index of exposure (ERI): expert guess, MODEL S12. Raw hours by band
# are always given beside the index.
BAND_WEIGHTS: Final = (0.0, 0.1, 0.1, 0.3, 1.0, 3.0, 6.0)
# Upper ends (deg C, wind chill) of the bands of Environment Canada, from mild to extreme; its band
# from -10 to -27 is cut at -15, where the count of hours of children and frail people begins.
BAND_UPPER_C: Final = (np.inf, -9.5, -14.5, -27.5, -39.5, -47.5, -54.5)
BAND_NAMES: Final = (
    "milder than -10",
    "-10 to -14",
    "-15 to -27",
    "-28 to -39",
    "-40 to -47",
    "-48 to -54",
    "-55 and colder",
)


def wind_chill_c(
    temperature_c: NDArray[np.float64] | float, wind_kmh: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    """Wind chill temperature, deg C, elementwise.

    Args:
        temperature_c: air temperature, deg C.
        wind_kmh: wind speed at 10 m, km/h.
    """
    t, v = np.asarray(temperature_c, dtype=float), np.asarray(wind_kmh, dtype=float)
    raised = arithmetic.elementwise.power(np.maximum(v, 0.0), 0.16)
    chilled = 13.12 + 0.6215 * t - 11.37 * raised + 0.3965 * t * raised
    return np.where((v >= 5.0) & (t <= 10.0), chilled, t)


def cold_band(wind_chill: NDArray[np.float64]) -> NDArray[np.int8]:
    """Number of the band, 0 (mild) to 6 (extreme), of wind chill rounded to whole degrees."""
    band = np.zeros(np.shape(wind_chill), dtype=np.int8)
    for number, upper in enumerate(BAND_UPPER_C):
        band[wind_chill <= upper] = number
    return band


@dataclass(frozen=True)
class Weather:
    """Hourly weather by zone, from the start of the scenario on.

    Attributes:
        zones: names of the zones.
        temperature_c: shape (zones, hours), deg C.
        wind_kmh: same shape, km/h.
        source: where the series comes from.
    """

    zones: tuple[str, ...]
    temperature_c: NDArray[np.float64]
    wind_kmh: NDArray[np.float64]
    source: str

    def bands(self) -> NDArray[np.int8]:
        """Band of each zone and hour, shape (zones, hours)."""
        return cold_band(self.wind_chill)

    @cached_property
    def wind_chill(self) -> NDArray[np.float64]:
        """Wind chill of each zone and hour, shape (zones, hours), deg C."""
        return wind_chill_c(self.temperature_c, self.wind_kmh)

    @cached_property
    def below_zero(self) -> NDArray[np.float64]:
        """Degrees of wind chill below zero, shape (zones, hours), deg C."""
        return np.maximum(0.0, -self.wind_chill)

    def by_day(
        self, values: NDArray[np.float64], day_ends_h: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Means over local days of hourly values, shape (zones, days)."""
        ends = np.minimum(np.ceil(day_ends_h).astype(int), values.shape[1])
        starts = np.concatenate(([0], ends[:-1]))
        days = [values[:, a:b].mean(axis=1) for a, b in zip(starts, ends, strict=True) if a < b]
        missing = [np.zeros(len(values))] * (len(day_ends_h) - len(days))
        return np.array([*days, *missing]).reshape(len(day_ends_h), len(values)).T

    def accumulated_patience_h(self, impatience_per_c: float) -> NDArray[np.float64]:
        """Hours of patience spent up to each hour, ``exp(a degrees below zero)`` an hour.

        Shape (zones, hours + 1), h.
        """
        hours = np.ones_like(self.below_zero)
        if impatience_per_c > 0.0:
            hours = arithmetic.elementwise.exp(impatience_per_c * self.below_zero)
        return np.concatenate([np.zeros((len(hours), 1)), np.cumsum(hours, axis=1)], axis=1)


NO_WEATHER: Final = Weather((), np.zeros((0, 1)), np.zeros((0, 1)), "none given")
