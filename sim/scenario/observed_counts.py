"""Observed counts out of a table, and whether they fit each other.

One row says what was counted at a place over a period: days, weeks, months or any span, from the
first day to the last one. Rows that contradict each other are refused (:mod:`observed_sums`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from sim.errors import ScenarioError, did_you_mean, quoted
from sim.scenario.csv_tables import Row, Table, read_table
from sim.scenario.observed_series import OBSERVED, STOCKS, CountedPlaces
from sim.scenario.observed_sums import Counted, check_sums
from sim.scenario.records import Observation
from sim.scenario.running_totals import added_to_totals, from_the_beginning

MOST_PEOPLE = 1e9
NEEDED = ("period_start", "period_end", "place", "series", "count")
OPTIONAL = ("origin", "low", "high", "source")
COLUMNS = (
    "period_start",
    "period_end",
    "place",
    "series",
    "origin",
    "count",
    "low",
    "high",
    "source",
)


IMPORT = "'rajasim import-counts' makes such a table of one in another shape"


def read_observed(path: Path, places: CountedPlaces, source: str) -> tuple[Observation, ...]:
    """Observed counts in the order of the table; a cell of a number may be empty.

    Args:
        path: the table.
        places: what counts may be of.
        source: where counts are from whose row does not say so.

    Raises:
        ScenarioError: with every row that is wrong, counts what an earlier one counts, or
            contradicts others.
    """
    table = _read_table(path)
    counted: list[Counted] = []
    first: dict[object, Counted] = {}
    for given in table.rows:
        row = Row(given.path, given.line, {**dict.fromkeys(OPTIONAL, ""), **given.cells})
        observation = _observation(table, row, places, source)
        if observation is not None:
            counted.append(Counted(row, observation))
            table.attempt(_require_new, first, counted[-1])
    table.stop_if_any()
    read = added_to_totals(table, counted)
    check_sums(table, [*read, *from_the_beginning(counted)], places)
    table.stop_if_any()
    return tuple(each.observation for each in sorted(read, key=lambda each: each.row.line))


def _read_table(path: Path) -> Table:
    """The rows of the table.

    Raises:
        ScenarioError: it is none of this shape; and what makes one of it.
    """
    try:
        return read_table(path, NEEDED)
    except ScenarioError as fault:
        problems = [replace(each, hint=each.hint or IMPORT) for each in fault.problems]
        raise ScenarioError(problems) from None


def _observation(table: Table, row: Row, places: CountedPlaces, source: str) -> Observation | None:
    """What a row says; None, with all that is wrong with it noted, where it says nothing."""
    before = len(table.problems)
    start, end = (table.attempt(row.day, name) for name in ("period_start", "period_end"))
    table.attempt(_require_known, row, places)
    count, low, high = (
        table.attempt(row.count, name, MOST_PEOPLE) for name in ("count", "low", "high")
    )
    if start is None or end is None or len(table.problems) > before:
        return None
    table.attempt(_require_order, row, [low, count, high])
    table.attempt(_require_period, row, start, end)
    if len(table.problems) > before:
        return None
    place, series, origin = (row.cells[name] for name in ("place", "series", "origin"))
    stated = row.cells["source"] or source
    first = end if series in STOCKS else start
    return Observation(first, end, place, series, origin, count, low, high, stated, row.line)


def _require_known(row: Row, places: CountedPlaces) -> None:
    """Place, series and origin are known.

    Raises:
        ScenarioError: one is not.
    """
    place, series, origin = (row.cells[name] for name in ("place", "series", "origin"))
    if place not in places.kinds:
        known = f"there are {', '.join(places.kinds)}"
        together = "name its crossings under observed.areas" if places.crossings else known
        hint = did_you_mean(place, places.kinds) or together
        raise row.problem(f"there is no place {quoted(place)}", hint)
    if series not in OBSERVED:
        hint = did_you_mean(series, OBSERVED) or f"there are {', '.join(OBSERVED)}"
        raise row.problem(f"there is no series {quoted(series)}", hint)
    if origin and origin not in places.origins:
        hint = did_you_mean(origin, places.origins) or "leave it empty for everybody"
        raise row.problem(f"there is no origin {quoted(origin)}", hint)


def _require_order(row: Row, given: Sequence[float | None]) -> None:
    known = [value for value in given if value is not None]
    if known != sorted(known):
        numbers = ", ".join(f"{value:g}" for value in known)
        raise row.problem(f"expected low <= count <= high, got {numbers}")


def _require_period(row: Row, start: date, end: date) -> None:
    if end < start:
        hint = "period_end is the last day of the period, the same day for a day"
        raise row.problem(f"this period ends on {end}, before it begins on {start}", hint)


def _require_new(first: dict[object, Counted], new: Counted) -> None:
    """Nothing is counted twice.

    Raises:
        ScenarioError: it is.
    """
    known = first.setdefault((new.key, new.first, new.last), new)
    if known is not new:
        raise new.row.problem(
            f"line {known.row.line} has that period, place, series and origin already"
        )
