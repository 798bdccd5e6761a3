"""Observed daily arrivals out of a table, and whether its counts fit each other.

A day may have counts of crossings, of areas, and the total over all. What contradicts another count
of the same day is refused: a total, or an area, is neither less than its parts nor, where all of
them are known, more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sim.errors import did_you_mean, quoted
from sim.outcomes.total import TOTAL
from sim.scenario.csv_tables import Row, Table, read_table
from sim.scenario.records import Area, Observation

MOST_ARRIVALS = 1e9
COUNTS = ("best", "low", "high")


@dataclass(frozen=True)
class _Counted:
    """A row, and what it says."""

    row: Row
    observation: Observation

    @property
    def least(self) -> float | None:
        """The least that the row allows."""
        known = (self.observation.low, self.observation.best)
        return next((each for each in known if each is not None), None)

    @property
    def most(self) -> float | None:
        """The most that it allows."""
        known = (self.observation.high, self.observation.best)
        return next((each for each in known if each is not None), None)


def read_observed(
    path: Path, crossings: Sequence[str], areas: Sequence[Area]
) -> tuple[Observation, ...]:
    """Observed daily arrivals; a cell may be empty.

    Args:
        path: the table.
        crossings: ids of all crossings.
        areas: crossings that were counted together.

    Raises:
        ScenarioError: with every row that is wrong, counts what an earlier one counts, or
            contradicts others of its day.
    """
    table = read_table(path, ["date", "crossing", *COUNTS])
    known = {TOTAL, *crossings, *(each.id for each in areas)}
    found: list[Observation] = []
    days: dict[date, dict[str, _Counted]] = {}
    for row in table.rows:
        observation = _observation(table, row, known)
        if observation is not None:
            found.append(observation)
            counted = days.setdefault(observation.date, {})
            table.attempt(_add, counted, _Counted(row, observation))
    for counted in days.values():
        for whole, parts in _wholes(counted, crossings, areas):
            table.attempt(_compare, counted, whole, parts)
    table.stop_if_any()
    return tuple(found)


def _observation(table: Table, row: Row, known: Collection[str]) -> Observation | None:
    """What a row says; None, with all that is wrong with it noted, where it says nothing."""
    before = len(table.problems)
    day = table.attempt(row.day, "date")
    table.attempt(_require_place, row, known)
    best, low, high = (table.attempt(row.count, name, MOST_ARRIVALS) for name in COUNTS)
    if day is None or len(table.problems) > before:
        return None
    table.attempt(_require_order, row, [low, best, high])
    if len(table.problems) > before:
        return None
    return Observation(day, row.cells["crossing"], best, low, high)


def _require_place(row: Row, known: Collection[str]) -> None:
    crossing = row.cells["crossing"]
    if crossing not in known:
        hint = did_you_mean(crossing, known) or "name its crossings under observed.areas"
        raise row.problem(f"there is no crossing or area {quoted(crossing)}", hint)


def _require_order(row: Row, given: Sequence[float | None]) -> None:
    known = [value for value in given if value is not None]
    if known != sorted(known):
        numbers = ", ".join(f"{value:g}" for value in known)
        raise row.problem(f"expected low <= best <= high, got {numbers}")


def _add(counted: dict[str, _Counted], new: _Counted) -> None:
    """Add a count to those of its day.

    Raises:
        ScenarioError: it is there already.
    """
    first = counted.setdefault(new.observation.crossing, new)
    if first is not new:
        raise new.row.problem(f"line {first.row.line} has that day and crossing already")


# ---- what contradicts


def _wholes(
    counted: Mapping[str, _Counted], crossings: Sequence[str], areas: Sequence[Area]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What sums up others on a day, and which these are: each part once, however it was counted."""
    counted_together = [each for each in areas if each.id in counted]
    inside = {name for each in counted_together for name in each.crossings}
    for area in counted_together:
        yield area.id, area.crossings
    if TOTAL in counted:
        alone = [name for name in crossings if name not in inside]
        yield TOTAL, (*(each.id for each in counted_together), *alone)


def _compare(counted: Mapping[str, _Counted], whole: str, parts: Sequence[str]) -> None:
    """Compare a sum with its parts.

    Raises:
        ScenarioError: it is less than those that are known, or more than all of them.
    """
    row, sum_of = counted[whole].row, [counted[name] for name in parts if name in counted]
    least = [each.least for each in sum_of if each.least is not None]
    known = ", ".join(f"{each.observation.crossing} (line {each.row.line})" for each in sum_of)
    most = counted[whole].most
    if most is not None and most < sum(least):
        raise row.problem(
            f"{quoted(whole)} is at most {most:g} on that day, its parts at least {sum(least):g}: "
            f"{known}",
            "correct one of them, or give the range that the sources allow as low and high",
        )
    all_most = [each.most for each in sum_of if each.most is not None]
    fewest = counted[whole].least
    if fewest is not None and len(all_most) == len(parts) and fewest > sum(all_most):
        raise row.problem(
            f"{quoted(whole)} is at least {fewest:g} on that day, its parts together at most "
            f"{sum(all_most):g}: {known}",
            "correct one of them, or give the range that the sources allow as low and high",
        )
