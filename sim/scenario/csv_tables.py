"""Tables that a scenario reads: CSV with a header, lines that begin with # are comments.

Each row knows its line, so that what is wrong is reported with its place.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import numpy as np

from sim.clock import Clock
from sim.errors import Problem, ScenarioError, did_you_mean, quoted
from sim.scenario.records import Observation
from sim.world.weather import Weather

T = TypeVar("T")
LARGEST_TABLE_BYTES = 64 * 2**20
TEMPERATURES_C = (-100.0, 70.0)
WINDS_KMH = (0.0, 500.0)
MOST_ARRIVALS = 1e9
COUNTS = ("best", "low", "high")


@dataclass(frozen=True)
class Row:
    """A row of a table, and its place in the file."""

    path: Path
    line: int
    cells: Mapping[str, str]

    def problem(self, message: str, hint: str | None = None) -> ScenarioError:
        """What is wrong with this row."""
        return ScenarioError([Problem(message, str(self.path), self.line, hint=hint)])

    def number(self, name: str, low: float, high: float) -> float:
        """A cell as a number within bounds.

        Raises:
            ScenarioError: it is none.
        """
        return self._parse(name, float, f"{low:g} to {high:g}", lambda value: low <= value <= high)

    def moment(self, name: str) -> datetime:
        """A cell as a time with its zone.

        Raises:
            ScenarioError: it is none.
        """
        form = "a time with its zone, as 2023-11-18T00:00Z"
        return self._parse(name, datetime.fromisoformat, form, _is_exact)

    def day(self, name: str) -> date:
        """A cell as a day.

        Raises:
            ScenarioError: it is none.
        """
        return self._parse(name, date.fromisoformat, "a day, as 2023-11-18")

    def _parse(
        self,
        name: str,
        parse: Callable[[str], T],
        expected: str,
        fits: Callable[[T], bool] = lambda _: True,
    ) -> T:
        text = self.cells[name]
        with suppress(ValueError):
            if fits(value := parse(text)):
                return value
        raise self.problem(f"{name}: expected {expected}, got {quoted(text)}")


def _is_exact(moment: datetime) -> bool:
    """Whether it has its zone, and a year in which that can be converted."""
    return moment.tzinfo is not None and 1 < moment.year < 9999


def read_table(path: Path, columns: Sequence[str]) -> list[Row]:
    """All rows of a table, each with at least these columns.

    Raises:
        ScenarioError: with file and, where there is one, line.
    """
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return list(_rows(path, lines, columns))
    except UnicodeDecodeError as fault:
        raise ScenarioError([Problem(f"is not text in UTF-8: {fault.reason}", str(path))]) from None
    except OSError as fault:
        raise ScenarioError([Problem(f"cannot be read: {fault.strerror}", str(path))]) from None


def _rows(path: Path, lines: Iterator[str], columns: Sequence[str]) -> Iterator[Row]:
    numbered = _Numbered(lines)
    table = csv.reader(numbered, strict=True)
    header: list[str] | None = None
    try:
        for cells in table:
            if header is None:
                header = cells
                _check_header(path, numbered.line, header, columns)
            elif cells:
                row = Row(path, numbered.line, dict(zip(header, cells, strict=False)))
                if len(cells) != len(header):
                    raise row.problem(f"has {len(cells)} cells, the header {len(header)}")
                yield row
    except csv.Error as fault:
        raise ScenarioError([Problem(f"is no CSV: {fault}", str(path), numbered.line)]) from None
    if header is None:
        raise ScenarioError([Problem("is empty", str(path), 1)])


def _check_header(path: Path, line: int, header: Sequence[str], columns: Sequence[str]) -> None:
    missing = [name for name in columns if name not in header]
    if missing:
        names = ", ".join(quoted(name) for name in missing)
        raise ScenarioError([Problem(f"the header lacks {names}", str(path), line)])


@dataclass
class _Numbered:
    """Lines without comments, and the number of the one that was given last."""

    lines: Iterator[str]
    line: int = 0

    def __iter__(self) -> Iterator[str]:
        for text in self.lines:
            self.line += 1
            if not text.startswith("#"):
                yield text


def read_weather(path: Path, zones: Sequence[str], source: str, clock: Clock) -> Weather:
    """The hours of a scenario out of an hourly series.

    Raises:
        ScenarioError: a row is wrong, an hour is missing, or the series is too short.
    """
    columns = [f"{zone}_{what}" for zone in zones for what in ("c", "wind_kmh")]
    rows = read_table(path, ["utc", *columns])
    hours = int(np.ceil(clock.duration_h))
    first = rows[0].moment("utc") if rows else clock.end
    skip = round((clock.start - first).total_seconds() / 3600.0)
    chosen = rows[skip : skip + hours] if skip >= 0 else []
    if len(chosen) < hours:
        raise ScenarioError([Problem("does not cover the scenario", str(path))])
    for k, row in enumerate(chosen, skip):
        if row.moment("utc") != first + timedelta(hours=k):
            expected = (first + timedelta(hours=k)).astimezone(UTC).isoformat()
            raise row.problem(f"utc: rows follow each other by the hour; expected {expected}")
    temperature, wind = (
        np.array([[row.number(f"{zone}_{what}", *bounds) for row in chosen] for zone in zones])
        for what, bounds in (("c", TEMPERATURES_C), ("wind_kmh", WINDS_KMH))
    )
    return Weather(tuple(zones), temperature, wind, source)


def read_observed(path: Path, counted: Collection[str]) -> tuple[Observation, ...]:
    """Observed daily arrivals; a cell may be empty.

    Args:
        path: the table.
        counted: ids of what may be counted.

    Raises:
        ScenarioError: a row is wrong, or counts what an earlier one counts.
    """
    lines: dict[tuple[date, str], int] = {}
    found = []
    for row in read_table(path, ["date", "crossing", *COUNTS]):
        observation = _observation(row, counted)
        key = (observation.date, observation.crossing)
        if key in lines:
            raise row.problem(f"line {lines[key]} has that day and crossing already")
        lines[key] = row.line
        found.append(observation)
    return tuple(found)


def _observation(row: Row, counted: Collection[str]) -> Observation:
    crossing = row.cells["crossing"]
    if crossing not in counted:
        hint = did_you_mean(crossing, counted) or "name its crossings under observed.areas"
        raise row.problem(f"there is no crossing or area {quoted(crossing)}", hint)
    best, low, high = (
        row.number(name, 0.0, MOST_ARRIVALS) if row.cells[name] else None for name in COUNTS
    )
    known = [value for value in (low, best, high) if value is not None]
    if known != sorted(known):
        numbers = ", ".join(f"{value:g}" for value in known)
        raise row.problem(f"expected low <= best <= high, got {numbers}")
    return Observation(row.day("date"), crossing, best, low, high)
