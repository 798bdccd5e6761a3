"""How the tables of ``seeds/finland-2023`` are read and what a cell of each column may hold."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

Row = dict[str, str]
Check = Callable[[str], bool]

SEEDS: Final = Path(__file__).parents[2] / "seeds"
FINLAND: Final = SEEDS / "finland-2023"
LOCAL: Final = ZoneInfo("Europe/Helsinki")

SOUTHEAST: Final = ("vaalimaa", "nuijamaa", "imatra")
NORTH: Final = ("niirala", "vartius", "kuusamo", "salla", "raja-jooseppi")
MODELLED: Final = (*SOUTHEAST, *NORTH)
SUMS: Final = ("southeast", "kainuu", "green-border", "total")
ZONES: Final = ("southeast", "north-karelia", "kainuu", "salla", "inari")


def read(name: str, folder: Path = FINLAND) -> list[Row]:
    """Rows of a table, without comment lines."""
    lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
    return list(csv.DictReader((line for line in lines if line[0] != "#"), strict=True))


CROSSINGS: Final = tuple(row["crossing"] for row in read("crossings.csv"))
PLACES: Final = (*CROSSINGS, *(row["hub"] for row in read("hubs.csv")))


def _parses(parse: Callable[[str], object]) -> Check:
    def check(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return check


def matches(pattern: str) -> Check:
    return lambda text: re.fullmatch(pattern, text) is not None


def one_of(*values: str) -> Check:
    return lambda text: text in values


def several(*values: str) -> Check:
    return lambda text: all(part in values for part in text.split(";"))


def maybe(check: Check) -> Check:
    return lambda text: text == "" or check(text)


def within(low: float, high: float) -> Check:
    return lambda text: number(text) and low <= float(text) <= high


def instant(text: str) -> bool:
    """A local time with the offset that Finland had then."""
    if not matches(r"\d{4}-\d\d-\d\dT\d\d:\d\d[+]0[23]:00")(text):
        return False
    at = datetime.fromisoformat(text)
    return at.utcoffset() == at.replace(tzinfo=LOCAL).utcoffset()


def source(text: str) -> bool:
    return all(_SOURCE(part) for part in text.split(" ; "))


words: Final = matches(r"\S(.*\S)?")
count: Final = matches(r"0|[1-9]\d*")
number: Final = matches(r"-?\d+(\.\d+)?")
day: Final = _parses(date.fromisoformat)
month: Final = matches(r"\d{4}-(0[1-9]|1[0-2])")
clock: Final = matches(r"([01]\d|2[0-3]):[0-5]\d")
confidence: Final = one_of("high", "medium", "low")
_SOURCE: Final = matches(r"https?://\S+|(expert guess|derived|withheld): \S.*\S")
_WEEKDAYS: Final = one_of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_BASIS: Final = one_of("reported", "derived", "inferred", "bound", "unknown")
_EVIDENCE: Final[dict[str, Check]] = {"source": source, "confidence": confidence}
_DEGREES: Final[dict[str, Check]] = {"lat": within(53, 71), "lon": within(24, 50)}


def _interval(name: str) -> dict[str, Check]:
    return {f"{name}_earliest": maybe(instant), f"{name}_latest": maybe(instant)}


def _id(table: str, key: str) -> dict[str, Check]:
    return {"id": matches(f"fi23-{table}-{key}")}


TABLES: Final[dict[str, dict[str, Check]]] = {
    "arrivals.csv": _id("arrival", r"\d\d")
    | {
        "date": day,
        "crossing": several(*CROSSINGS, *SUMS),
        "count": count,
        "measure": one_of("daily", "daily_partial", "period", "cumulative"),
        "period_start": maybe(day),
        "period_end": day,
        "as_of_text": maybe(words),
        "as_of": maybe(instant),
        "note": words,
    }
    | _EVIDENCE,
    "daily.csv": _id("daily", r"11\d\d-[a-z-]+")
    | {
        "date": day,
        "weekday": _WEEKDAYS,
        "crossing": one_of(*MODELLED, *SUMS),
        "status": maybe(words),
        "best": maybe(count),
        "low": count,
        "high": maybe(count),
        "basis": _BASIS,
        "confidence": maybe(confidence),
        "derivation": words,
        "source": source,
    },
    "daily_wide.csv": _id("wide", r"11\d\d")
    | {"date": day}
    | dict.fromkeys((*SOUTHEAST, "southeast", *NORTH, "green-border"), maybe(count))
    | {"total": maybe(count), "source": source},
    "observed_arrivals.csv": {
        "period_start": day,
        "period_end": day,
        "place": one_of(*MODELLED, "southeast", "total"),
        "series": one_of("arrivals", "waiting_before"),
        "origin": one_of(""),
        "count": maybe(count),
        "low": maybe(count),
        "high": maybe(count),
        "source": matches(r"fi23-daily-11\d\d-[a-z-]+|fi23-transit-\d\d"),
        "basis": _BASIS,
        "confidence": maybe(confidence),
    },
    "intraday.csv": _id("intraday", r"\d\d")
    | {
        "date": day,
        "crossing": one_of(*MODELLED, "southeast"),
        "clock_text": maybe(words),
        "at_earliest": instant,
        "at_latest": instant,
        "cumulative_that_day": count,
    }
    | _EVIDENCE,
    "policy_steps.csv": _id("policy", r"\d\d")
    | {
        "crossing": several(
            *MODELLED,
            *("all-land", "government", "reception", "law"),
            *("haapasaari", "nuijamaa-port", "santio"),
        ),
        "event": matches("[a-z_]+"),
        "decision": maybe(words),
        **_interval("decision"),
        "effective": maybe(words),
        **_interval("effective"),
        "until": maybe(words),
        "until_latest": maybe(instant),
        "detail": maybe(words),
    }
    | _EVIDENCE,
    "transit_side_actions.csv": _id("transit", r"\d\d")
    | {
        "date": words,
        "date_earliest": day,
        "date_latest": maybe(day),
        "place": words,
        "action": matches("[a-z_]+"),
        "count": maybe(count),
        "detail": words,
    }
    | _EVIDENCE,
    "crossings.csv": _id("crossing", r"[a-z-]+")
    | {
        "crossing": matches("[a-z-]+"),
        "name": words,
        "country": one_of("FI", "NO", "EE", "LV"),
        "type": matches(r"(road|rail|foot)(.*)"),
        **{name: maybe(check) for name, check in _DEGREES.items()},
        "coord_error_km": maybe(within(1, 10)),
        "coord_basis": maybe(words),
        "weather_zone": maybe(one_of(*ZONES)),
        "russian_counterpart": maybe(words),
        "russian_town": maybe(words),
        "opening_hours": maybe(matches(r"24 h|\d\d:00-\d\d:00")),
        "opening_days": maybe(one_of("Mon-Sun", "Mon-Fri")),
        "opening_hours_note": maybe(words),
        "crossings_normal": maybe(count),
        "crossings_normal_period": maybe(words),
        "crossings_2022": maybe(count),
        "crossings_2023_or_other": maybe(words),
        "handling_notes": maybe(words),
        "modes": maybe(words),
    }
    | _EVIDENCE,
    "hubs.csv": _id("hub", r"[a-z-]+")
    | {"hub": matches("[a-z-]+"), "name": words}
    | _DEGREES
    | {"role": words, "coord_basis": words}
    | _EVIDENCE,
    "roads.csv": _id("road", r"[a-z-]+")
    | {
        "from": one_of(*PLACES),
        "to": one_of(*PLACES),
        "kind": one_of("leg"),
        "km": within(1, 1000),
        "hours": within(0.01, 20),
        "km_basis": one_of("source", "estimate (great circle x 1.3)"),
        "hours_basis": one_of("source", "estimate (65 km/h)"),
        "note": maybe(words),
    }
    | _EVIDENCE,
    "weather.csv": _id("weather", r"\d\d")
    | {
        "date": lambda text: day(text) or month(text),
        "place": words,
        "zone": maybe(several(*ZONES)),
        "kind": one_of(
            *("monthly mean", "minimum", "spot", "forecast", "day temperature forecast", "text"),
            *("precipitation", "snow depth"),
        ),
        "value_text": words,
        "value_low": maybe(number),
        "value_high": maybe(number),
        "unit": one_of("C", "mm", "cm"),
        "clock": maybe(clock),
        "clock_basis": maybe(one_of("stated", "assumed")),
        "note": maybe(words),
    }
    | _EVIDENCE,
    "weather_monthly.csv": _id("month", r"202[34]-\d\d-[a-z-]+")
    | {
        "month": month,
        "zone": one_of(*ZONES),
        "mean_c": within(-20, 20),
        "normal_c": within(-20, 20),
        "anomaly_c": within(-6, 6),
        "sd_c": within(1, 10),
        "diurnal_c": within(0, 6),
        "wind_kmh": within(8, 15),
    }
    | _EVIDENCE,
    "weather_hourly.csv": {"utc": matches(r"202[34]-\d\d-\d\dT\d\d:00:00Z")}
    | {
        f"{zone}_{quantity}": check
        for zone in ZONES
        for quantity, check in (("c", within(-45, 30)), ("wind_kmh", within(0.5, 60)))
    },
}

DAYS: Final = tuple(f"2023-11-{number:02d}" for number in range(1, 24))
WITH_IDS: Final = tuple(name for name, columns in TABLES.items() if "id" in columns)
KNOWN: Final = {row["id"]: row for name in WITH_IDS for row in read(name)}
DAILY: Final = {(row["date"], row["crossing"]): row for row in read("daily.csv")}
