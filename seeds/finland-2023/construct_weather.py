"""Construct ``weather_hourly.csv``: plausible hourly weather for a season with no published series.

Nothing here is an observation. An hour's temperature, zone by zone, is the sum of

1. a seasonal curve through mid-month anchors, placed so that its mean over each month is the one in
   ``weather_monthly.csv``;
2. a daily cycle, warmest at 14:00 of the standard time of the place, its amplitude by month;
3. synoptic noise: a first-order autoregression on six-hourly steps, joined by straight lines, two
   thirds of its variance shared by all zones, skewed so that cold spells reach further than mild
   ones;
4. a smooth local correction (Gaussian, 18 h wide) through the spot values of ``weather.csv``; two
   thirds of it reach the other zones, since that is how much of the noise they share;
5. a smooth curve that vanishes at the spots and gives each month its mean back.

The seed is the first, counting from 2023, with which the bounds of ``weather.csv`` hold too: see
"Constructed weather" in ``seeds/README.md``.

Wind is lognormal with the mean of ``weather_monthly.csv``, autocorrelated over half a day, and a
little weaker in cold spells, as calm, clear nights are the cold ones.

The draws come from ``random.Random``, whose sequence Python guarantees, so that the file comes out
the same byte for byte everywhere. Run: ``python seeds/finland-2023/construct_weather.py``.
"""

from __future__ import annotations

import csv
import io
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from statistics import NormalDist
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]

HERE: Final = Path(__file__).parent
ZONES: Final = ("southeast", "north-karelia", "kainuu", "salla", "inari")
LOCAL: Final = ZoneInfo("Europe/Helsinki")
FIRST: Final = datetime(2023, 8, 1, 0, tzinfo=LOCAL).astimezone(UTC)
LAST: Final = datetime(2024, 1, 31, 23, tzinfo=LOCAL).astimezone(UTC)
SEED: Final = 2076

WARMEST_UTC_H: Final = 12.0
SYNOPTIC_STEP_H: Final = 6
SYNOPTIC_MEMORY_H: Final = 72.0
SHARED_VARIANCE: Final = 2.0 / 3.0
COLD_SKEW: Final = 0.15
SPOT_WIDTH_H: Final = 18.0
WIND_STEP_H: Final = 1
WIND_MEMORY_H: Final = 12.0
WIND_LOG_SD: Final = 0.35
WIND_WARMTH_CORRELATION: Final = 0.3
LEAST_WIND_KMH: Final = 0.5

HEADER: Final = (
    "# CONSTRUCTED, not observed: hourly weather for zones of Finland's eastern border.",
    "# Built by construct_weather.py from weather_monthly.csv and the spot values of weather.csv.",
    "# Units: _c deg C, _wind_kmh km/h at 10 m. Licence: Apache-2.0.",
)


@dataclass(frozen=True)
class Spot:
    """One observed temperature: hours from the start of the series, and deg C."""

    zone: str
    hour: int
    value_c: float


@dataclass(frozen=True)
class Months:
    """Hours from the start at which each month begins; the last entry is the end."""

    names: tuple[str, ...]
    bounds_h: tuple[int, ...]

    @property
    def middles_h(self) -> Series:
        """Middle of each month, in hours."""
        bounds = np.array(self.bounds_h, dtype=float)
        middles: Series = (bounds[:-1] + bounds[1:]) / 2.0
        return middles

    def means(self, series: Series) -> Series:
        """Mean of an hourly series over each month."""
        pairs = zip(self.bounds_h[:-1], self.bounds_h[1:], strict=True)
        return np.array([series[begin:end].mean() for begin, end in pairs])

    def curve(self, anchors: Series) -> Series:
        """Straight lines through mid-month anchors, hour by hour."""
        hours = np.arange(self.bounds_h[-1], dtype=float)
        line: Series = np.interp(hours, self.middles_h, anchors)
        return line

    def curve_with_means(self, means: Series, weight: Series) -> Series:
        """The weighted curve whose monthly means are the ones wanted."""
        unit = np.eye(len(self.names))
        response = np.column_stack([self.means(weight * self.curve(row)) for row in unit])
        anchors = np.asarray(np.linalg.solve(response, means), dtype=np.float64)
        return weight * self.curve(anchors)


def read_table(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file, with comment lines left out."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def hour_of(instant: datetime) -> int:
    """Whole hours from the start of the series."""
    return round((instant - FIRST) / timedelta(hours=1))


def calendar() -> Months:
    """The months of the series, in local time."""
    names, bounds = [], []
    for index in range(7, 14):
        year, month = 2023 + index // 12, index % 12 + 1
        bounds.append(hour_of(datetime(year, month, 1, tzinfo=LOCAL)))
        names.append(f"{year}-{month:02d}")
    return Months(tuple(names[:-1]), tuple(bounds))


def read_spots(path: Path) -> list[Spot]:
    """The rows of kind ``spot``, each at its stated or assumed clock time."""
    rows = [row for row in read_table(path) if row["kind"] == "spot"]
    return [Spot(row["zone"], _spot_hour(row), float(row["value_low"])) for row in rows]


def _spot_hour(row: dict[str, str]) -> int:
    at = datetime.fromisoformat(row["date"])
    return hour_of(datetime.combine(at, time.fromisoformat(row["clock"]), tzinfo=LOCAL))


def normal_stream(name: str) -> Callable[[], float]:
    """Standard normal draws, the same for the same name on every machine."""
    uniform = random.Random(f"{SEED}/{name}")  # noqa: S311
    inverse = NormalDist().inv_cdf
    return lambda: inverse(1.0 - uniform.random())


def autoregression(name: str, length: int, *, step_h: int, memory_h: float) -> Series:
    """Hourly unit-variance noise: an AR(1) on steps, straight lines between them."""
    draw, keep = normal_stream(name), math.exp(-step_h / memory_h)
    values = [draw()]
    for _ in range(length // step_h + 1):
        values.append(keep * values[-1] + math.sqrt(1.0 - keep**2) * draw())
    return np.interp(np.arange(length), step_h * np.arange(len(values)), values)


def synoptic_noise(zone: str, length: int) -> Series:
    """Unit-variance weather noise of a zone, in part shared by all zones."""
    shared, own = (
        autoregression(name, length, step_h=SYNOPTIC_STEP_H, memory_h=SYNOPTIC_MEMORY_H)
        for name in ("shared", zone)
    )
    return math.sqrt(SHARED_VARIANCE) * shared + math.sqrt(1.0 - SHARED_VARIANCE) * own


def skewed(noise: Series) -> Series:
    """Unit-variance noise with a longer cold tail."""
    return (noise - COLD_SKEW * (noise**2 - 1.0)) / math.sqrt(1.0 + 2.0 * COLD_SKEW**2)


def daily_cycle(length: int) -> Series:
    """One at the warmest hour of the day, minus one twelve hours away."""
    hours = np.arange(length) + FIRST.hour - WARMEST_UTC_H
    cycle: Series = np.cos(2.0 * np.pi * hours / 24.0)
    return cycle


def bump(hours: Series, centre: int) -> Series:
    """Gaussian around an hour: 1 there, fading over a day or two."""
    return np.exp(-0.5 * ((hours - centre) / SPOT_WIDTH_H) ** 2)


def reach(spot: Spot, zone: str, hours: Series) -> Series:
    """How much of a correction at a spot a zone feels, hour by hour."""
    return bump(hours, spot.hour) * (1.0 if spot.zone == zone else SHARED_VARIANCE)


def through_spots(rough: dict[str, Series], spots: list[Spot]) -> dict[str, Series]:
    """The zones' series, bent smoothly so that they meet every spot exactly."""
    missing = [spot.value_c - rough[spot.zone][spot.hour] for spot in spots]
    felt = [[reach(s, at.zone, np.array(float(at.hour))) for s in spots] for at in spots]
    strengths = np.linalg.solve(np.array(felt), np.array(missing))
    return {zone: series + _correction(zone, spots, strengths) for zone, series in rough.items()}


def _correction(zone: str, spots: list[Spot], strengths: Series) -> Series:
    hours = np.arange(hour_of(LAST) + 1, dtype=float)
    parts = [k * reach(spot, zone, hours) for k, spot in zip(strengths, spots, strict=True)]
    correction: Series = np.sum(parts, axis=0)
    return correction


def away_from(spots: list[Spot], length: int) -> Series:
    """Weight that is 0 at each spot and 1 far from all of them."""
    hours, weight = np.arange(length, dtype=float), np.ones(length)
    for spot in spots:
        weight *= 1.0 - bump(hours, spot.hour)
    return weight


def rough_temperature_c(zone: str, months: Months, table: dict[str, Series]) -> Series:
    """Season, day and noise of a zone; ``table`` holds its monthly columns."""
    length = months.bounds_h[-1]
    return (
        months.curve_with_means(table["mean_c"], np.ones(length))
        + months.curve(table["diurnal_c"]) * daily_cycle(length)
        + months.curve(table["sd_c"]) * skewed(synoptic_noise(zone, length))
    )


def with_means(series: Series, wanted: Series, months: Months, spots: list[Spot]) -> Series:
    """The series with each month's mean restored, and left alone at the spots."""
    lost = wanted - months.means(series)
    return series + months.curve_with_means(lost, away_from(spots, len(series)))


def temperatures_c(months: Months, tables: dict[str, dict[str, Series]]) -> dict[str, Series]:
    """Hourly temperature of every zone."""
    spots = read_spots(HERE / "weather.csv")
    rough = {zone: rough_temperature_c(zone, months, table) for zone, table in tables.items()}
    return {
        zone: with_means(
            series, tables[zone]["mean_c"], months, [spot for spot in spots if spot.zone == zone]
        )
        for zone, series in through_spots(rough, spots).items()
    }


def wind_kmh(zone: str, months: Months, table: dict[str, Series]) -> Series:
    """Hourly wind of a zone."""
    length, warmth = months.bounds_h[-1], WIND_WARMTH_CORRELATION
    own = autoregression(f"{zone}/wind", length, step_h=WIND_STEP_H, memory_h=WIND_MEMORY_H)
    noise = warmth * synoptic_noise(zone, length) + math.sqrt(1.0 - warmth**2) * own
    wind = months.curve(table["wind_kmh"]) * np.exp(WIND_LOG_SD * noise - WIND_LOG_SD**2 / 2.0)
    return np.maximum(wind, LEAST_WIND_KMH)


def monthly_columns(rows: list[dict[str, str]], zone: str) -> dict[str, Series]:
    """The numeric columns of ``weather_monthly.csv`` for a zone, in the order of the months."""
    own = [row for row in rows if row["zone"] == zone]
    columns = ("mean_c", "sd_c", "diurnal_c", "wind_kmh")
    return {name: np.array([float(row[name]) for row in own]) for name in columns}


def columns_by_name() -> dict[str, Series]:
    """Every column of the file but the time."""
    months, monthly = calendar(), read_table(HERE / "weather_monthly.csv")
    tables = {zone: monthly_columns(monthly, zone) for zone in ZONES}
    columns = {}
    for zone, temperature in temperatures_c(months, tables).items():
        columns[f"{zone}_c"] = temperature
        columns[f"{zone}_wind_kmh"] = wind_kmh(zone, months, tables[zone])
    return columns


def text() -> str:
    """The whole file as text."""
    columns = columns_by_name()
    out = io.StringIO()
    out.writelines(f"{line}\n" for line in HEADER)
    out.write(",".join(("utc", *columns)) + "\n")
    # Adding 0.0 turns the -0.0 that rounding can leave into 0.0.
    values = np.round(np.column_stack(list(columns.values())), 1) + 0.0
    for hour, row in enumerate(values):
        stamp = (FIRST + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ")
        out.write(",".join((stamp, *(f"{value:.1f}" for value in row))) + "\n")
    return out.getvalue()


def main() -> None:
    """Write the file beside this script."""
    (HERE / "weather_hourly.csv").write_text(text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
