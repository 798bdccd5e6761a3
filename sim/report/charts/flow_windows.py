"""The numbers behind the flow map: people on each leg of road before and after access changed.

Before and after are up to fourteen days each side of the reference's first change of access; where
nothing ever changes, the two halves of the busy period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.queries import Floats
from sim.report.maps.geography import Geography, Site, geography

if TYPE_CHECKING:
    from sim.results.store import StoredResults

Leg = tuple[str, str]
WINDOW_DAYS = 14
SERIES = ("arrivals", "waiting", "in_transit_state")


@dataclass(frozen=True)
class Window:
    """A stretch of days.

    Attributes:
        first: Number of its first day.
        last: Number of its last day, which is part of it.
    """

    first: int
    last: int

    @property
    def days(self) -> int:
        """How many days."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class WindowFlows:
    """What is drawn.

    Attributes:
        geo: The ground.
        before: Days before the change.
        after: Days from it.
        change: Day of the change, or None where the busy period was halved.
        legs: People a day on each leg, the mean of runs, by policy and window (0: before).
        numbers: Arrivals, waiting and transit state by run, by policy and window, (series, runs).
        heading: People a day on the last leg to each goal, by window, (runs, goals).
        crossings: Sites of the crossings, as charts order them.
        goals: Where people head: the crossings, or where there is none the stretches of terrain
            border.
    """

    geo: Geography
    before: Window
    after: Window
    change: int | None
    legs: dict[tuple[str, int], dict[Leg, float]]
    numbers: dict[tuple[str, int], Floats]
    heading: tuple[Floats, Floats]
    crossings: list[Site]
    goals: list[Site]

    def gain(self, policy: str, base: tuple[str, int]) -> dict[Leg, float]:
        """People a day on each leg after the change, minus those of another policy or window."""
        ours, theirs = self.legs[policy, 1], self.legs[base]
        return {leg: ours.get(leg, 0.0) - theirs.get(leg, 0.0) for leg in {**ours, **theirs}}


def window_flows(results: StoredResults) -> WindowFlows:
    """What the flow map shows of stored results."""
    before, after, change = _windows(results)
    geo = geography(results.manifest["places"])
    crossings = [geo.sites[place.id] for place in queries.crossings(results)]
    legs = {
        (policy, k): _legs(results, policy, window)
        for policy in queries.policies(results)
        for k, window in enumerate((before, after))
    }
    totals = {series: queries.daily_totals(results, series) for series in SERIES}
    numbers = {
        (policy, k): np.array(
            [
                _level(totals[series][policy], window, at_end=series == "in_transit_state")
                for series in SERIES
            ]
        )
        for policy in queries.policies(results)
        for k, window in enumerate((before, after))
    }
    goals = crossings or stretches_of(geo)
    heading = (_heading(results, goals, before), _heading(results, goals, after))
    return WindowFlows(geo, before, after, change, legs, numbers, heading, crossings, goals)


def stretches_of(geo: Geography) -> list[Site]:
    """Stretches of terrain border on the map, from north to south."""
    sites = geo.sites.values()
    shown = [each for each in sites if each.kind == "segment" and geo.frame.holds(each.x, each.y)]
    return sorted(shown, key=lambda site: -site.y)


def _windows(results: StoredResults) -> tuple[Window, Window, int | None]:
    """Before and after the reference's first change of access, or the halves of the busy period."""
    count = len(queries.days(results))
    reference = queries.policies(results)[0]
    changes = [each.day for each in queries.changes(results, reference) if 0 < each.day < count]
    if changes:
        change = changes[0]
        before = Window(max(0, change - WINDOW_DAYS), change - 1)
        return before, Window(change, min(count, change + WINDOW_DAYS) - 1), change
    first, last = _busy(results, reference)
    middle = min(last, first + max(1, (last - first + 1) // 2))
    return Window(first, max(first, middle - 1)), Window(middle, last), None


def _busy(results: StoredResults, policy: str) -> tuple[int, int]:
    """First and last day on which anybody sets out."""
    days = queries.days(results)
    dates = results.rows("flows", pl.col("policy") == policy)["date"].to_list()
    if not dates:
        return 0, len(days) - 1
    return max(0, (min(dates) - days[0]).days), min(len(days) - 1, (max(dates) - days[0]).days)


def _during(results: StoredResults, policy: str, window: Window) -> pl.DataFrame:
    first = queries.days(results)[0]
    low, high = (first + timedelta(days=k) for k in (window.first, window.last))
    during = pl.col("date").is_between(low, high)
    return results.rows("flows", (pl.col("policy") == policy) & during)


def _legs(results: StoredResults, policy: str, window: Window) -> dict[Leg, float]:
    """People a day on each leg, the mean of runs."""
    rows = _during(results, policy, window).group_by("origin", "destination")
    sums = rows.agg(pl.col("people").sum()).sort("origin", "destination").iter_rows()
    days = window.days * len(queries.runs(results))
    return {(origin, destination): people / days for origin, destination, people in sums}


def _level(block: Floats, window: Window, *, at_end: bool) -> Floats:
    """A run's mean over the window, or its value on the last day, shape (runs,)."""
    shown = block[:, window.first : window.last + 1]
    return np.asarray(shown[:, -1] if at_end else shown.mean(axis=1))


def _heading(results: StoredResults, goals: Sequence[Site], window: Window) -> Floats:
    """People a day on the last leg to each goal under the reference, (runs, goals)."""
    order = {run: k for k, run in enumerate(queries.runs(results))}
    places = {site.id: k for k, site in enumerate(goals)}
    table = np.zeros((len(order), len(goals)))
    rows = _during(results, queries.policies(results)[0], window)
    sums = rows.group_by("state_of_world", "replicate", "destination").agg(pl.col("people").sum())
    for state_of_world, replicate, destination, people in sums.iter_rows():
        if destination in places:
            table[order[state_of_world, replicate], places[destination]] = people / window.days
    return table
