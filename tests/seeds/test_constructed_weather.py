"""The constructed weather: made by its script, true to the months and spots that it starts from."""

from __future__ import annotations

import importlib.util
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import fmean
from types import ModuleType

import pytest

from .tables import FINLAND, LOCAL, ZONES, Row, read

HOURLY = {datetime.fromisoformat(row["utc"]): row for row in read("weather_hourly.csv")}
SPOTS = [row for row in read("weather.csv") if row["kind"] == "spot"]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "construct_weather", FINLAND / "construct_weather.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Its dataclasses look their own module up while they are made.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def local(day: str, clock: str = "12:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=LOCAL).astimezone(UTC)


def celsius(zone: str, at: datetime) -> float:
    return float(HOURLY[at][f"{zone}_c"])


def of_month(column: str, month: str) -> list[float]:
    return [
        float(row[column])
        for at, row in HOURLY.items()
        if at.astimezone(LOCAL).strftime("%Y-%m") == month
    ]


def test_the_script_writes_the_file_byte_for_byte(script: ModuleType) -> None:
    assert (FINLAND / "weather_hourly.csv").read_bytes() == script.text().encode()


def test_the_file_says_that_it_is_constructed() -> None:
    first = (FINLAND / "weather_hourly.csv").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# CONSTRUCTED, not observed")


def test_every_hour_of_the_season_is_there_once() -> None:
    hours = list(HOURLY)
    assert hours[0].isoformat() == "2023-07-31T21:00:00+00:00"
    assert hours[-1].isoformat() == "2024-01-31T21:00:00+00:00"
    assert hours == [hours[0] + timedelta(hours=hour) for hour in range(4417)]
    assert len(read("weather_hourly.csv")) == len(hours)


@pytest.mark.parametrize("row", read("weather_monthly.csv"), ids=lambda row: row["id"])
def test_months_have_the_means_they_start_from(row: Row) -> None:
    temperature = fmean(of_month(f"{row['zone']}_c", row["month"]))
    assert temperature == pytest.approx(float(row["mean_c"]), abs=0.02)
    wind = fmean(of_month(f"{row['zone']}_wind_kmh", row["month"]))
    assert wind == pytest.approx(float(row["wind_kmh"]), rel=0.3)


@pytest.mark.parametrize("row", read("weather_monthly.csv"), ids=lambda row: row["id"])
def test_monthly_means_are_normals_plus_anomalies_and_only_november_departs(row: Row) -> None:
    total = float(row["normal_c"]) + float(row["anomaly_c"])
    assert float(row["mean_c"]) == pytest.approx(total, abs=1e-9)
    assert (float(row["anomaly_c"]) != 0.0) == (row["month"] == "2023-11")
    is_normal = row["source"] == "expert guess: approximate 1991-2020 normal"
    assert is_normal == (row["month"] != "2023-11")


def test_every_zone_has_every_month() -> None:
    rows = {(row["month"], row["zone"]) for row in read("weather_monthly.csv")}
    months = ("2023-08", "2023-09", "2023-10", "2023-11", "2023-12", "2024-01")
    assert rows == {(month, zone) for month in months for zone in ZONES}


@pytest.mark.parametrize("row", SPOTS, ids=lambda row: row["id"])
def test_spot_values_are_met_within_a_degree(row: Row) -> None:
    assert row["clock_basis"] in {"stated", "assumed"}
    there = celsius(row["zone"], local(row["date"], row["clock"]))
    assert there == pytest.approx(float(row["value_low"]), abs=1.0)


def test_the_bounds_by_which_the_seed_was_chosen_hold() -> None:
    cold_hours = [celsius("inari", local("2023-11-24", f"{hour}:00")) for hour in range(10, 15)]
    assert max(cold_hours) <= -10, "fi23-weather-10"
    milder = celsius("inari", local("2023-11-25"))
    later = [celsius("inari", local("2023-11-26")), celsius("inari", local("2023-11-27", "06:00"))]
    assert milder > max(later), "fi23-weather-11"
    for zone, forecast in (("southeast", 0), ("salla", -10), ("inari", -10)):
        there = celsius(zone, local("2023-11-01"))
        assert there == pytest.approx(forecast, abs=3), "fi23-weather-07"
    coldest = min(min(of_month(f"{zone}_c", "2023-11")) for zone in ZONES)
    assert coldest >= -34.6, "fi23-weather-03"
    snow = (local("2023-11-25", "00:00"), local("2023-12-01", "00:00"))
    for zone in ("southeast", "salla", "inari"):
        late = [celsius(zone, at) for at in HOURLY if snow[0] <= at < snow[1]]
        assert max(late) <= 0, "fi23-weather-05, fi23-weather-06"


def test_wind_is_sheltered_inland_and_temperature_does_not_jump() -> None:
    wind = {
        zone: fmean(float(row[f"{zone}_wind_kmh"]) for row in HOURLY.values()) for zone in ZONES
    }
    assert wind["southeast"] == max(wind.values())
    assert all(8 <= speed <= 15 for speed in wind.values())
    salla = [float(row["salla_c"]) for row in HOURLY.values()]
    steps = [abs(after - before) for before, after in pairwise(salla)]
    assert max(steps) < 3, "no jumps where months meet"
