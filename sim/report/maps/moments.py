"""A run as moments: who waits where, who sets out, what is open, moment by moment.

Moving pictures are made of these, whether they come from stored results (:func:`stored_moments`,
day by day) or from a model that is being run (:mod:`sim.report.maps.watching`, by day or by hour):
the drawing does not know which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.errors import InputError, ResultsError, did_you_mean, quoted
from sim.report.analysis import queries
from sim.report.analysis.receiving_states import is_chain
from sim.report.maps.projection import Floats
from sim.results.stored_tables import StoredTables
from sim.storage.json_object import JsonMapping
from sim.text.catalogue import translate
from sim.text.wording import day, plural

if TYPE_CHECKING:
    from sim.results.store import StoredResults

Step: TypeAlias = Literal["day", "hour"]
AROUND = 3  # moments shown before and after those in which anything happens


@dataclass(frozen=True)
class Moments:
    """What is shown of one policy, in order of time.

    Attributes:
        title: The scenario's title.
        policy: Label of the policy; this, the title and names in the current language.
        source: Whose numbers they are: the mean of so many runs, or one state of the world.
        run: How to find the run again.
        step: Length of time from one moment to the next.
        times: Local time at which each moment's day or hour begins, shape (moments,).
        places: Every place as in a manifest: id, name, kind, lat, lon.
        crossings: Ids of the crossings.
        legs: Origin and destination of each leg of road that anybody travels.
        waiting: People waiting at the end of the moment, shape (moments, crossings).
        setting_out: People who set out within it, shape (moments, legs).
        arrivals: People who presented themselves within it, shape (moments,).
        without_access: People in the transit state and not registered at its end, same shape; in a
            chain those between two borders too.
        access: Number of the state in :data:`sim.report.analysis.queries.STATES`, shape
            (moments, crossings).
        in_a_chain: Whether borders follow each other.
    """

    title: str
    policy: str
    source: str
    run: str
    step: Step
    times: tuple[datetime, ...]
    places: Sequence[JsonMapping]
    crossings: tuple[str, ...]
    legs: tuple[tuple[str, str], ...]
    waiting: Floats
    setting_out: Floats
    arrivals: Floats
    without_access: Floats
    access: npt.NDArray[np.int64]
    in_a_chain: bool = False

    def __len__(self) -> int:
        """Number of moments."""
        return len(self.times)

    def between(self, first: int, last: int) -> Moments:
        """The moments from ``first`` up to and with ``last``."""
        kept = slice(first, last + 1)
        return replace(
            self,
            times=self.times[kept],
            waiting=self.waiting[kept],
            setting_out=self.setting_out[kept],
            arrivals=self.arrivals[kept],
            without_access=self.without_access[kept],
            access=self.access[kept],
        )

    def shown(self, since: date | None = None, until: date | None = None) -> Moments:
        """The moments of some days: all in which anything happens where no days are named.

        Args:
            since: First day; the first busy one, less three moments, if None.
            until: Last day; the last busy one and three moments more if None.

        Raises:
            InputError: There is no moment between them.
        """
        dates = [moment.date() for moment in self.times]
        first, last = self.busy()
        first, last = max(0, first - AROUND), min(len(self) - 1, last + AROUND)
        if since is not None:
            first = next((k for k, each in enumerate(dates) if each >= since), len(self))
        if until is not None:
            last = max((k for k, each in enumerate(dates) if each <= until), default=-1)
        if first > last:
            raise InputError(
                f"there is no {self.step} between {since or 'the first busy one'} and "
                f"{until or 'the last busy one'}; there are {dates[0]} to {dates[-1]}"
            )
        return self.between(first, last)

    def busy(self, *, share: float = 0.02) -> tuple[int, int]:
        """First and last moment with more than a share of the most people waiting or on the way."""
        busy = np.zeros(len(self), dtype=bool)
        for people in (self.waiting.sum(axis=1), self.setting_out.sum(axis=1), self.arrivals):
            busy |= people > share * people.max(initial=0.0)
        where = np.flatnonzero(busy)
        return (int(where[0]), int(where[-1])) if len(where) else (0, len(self) - 1)

    def peak(self) -> int:
        """The moment with most people waiting."""
        return int(self.waiting.sum(axis=1).argmax())

    def words(self, k: int) -> str:
        """The date of a moment, and the hour where moments are hours."""
        moment = self.times[k]
        words = day(moment.date(), year=True)
        return words if self.step == "day" else f"{words} {moment:%H:%M}"


def stored_moments(
    results: StoredResults, policy: str, *, state_of_world: int | None = None
) -> Moments:
    """Day by day from stored results: the mean of the runs, which adds up, or one run.

    Args:
        results: Stored results.
        policy: Id of a policy in them.
        state_of_world: Number of a state of the world in them, of which the first run is shown;
            the mean of all runs if None.

    Raises:
        ResultsError: There is no such policy or state of the world.
    """
    label = _label(results, policy)
    chosen = results if state_of_world is None else _only(results, state_of_world)
    runs = len(queries.runs(chosen))
    crossings = [place.id for place in queries.crossings(chosen)]
    legs = results.distinct("flows", "origin", "destination").rows()
    daily, flows = (chosen.rows(table, pl.col("policy") == policy) for table in ("daily", "flows"))
    flows = flows.select("date", "people", key=pl.struct("origin", "destination"))
    keys = [{"origin": a, "destination": b} for a, b in legs]
    return Moments(
        title=queries.scenario_text(results, str(results.manifest["scenario"]["title"])),
        policy=label,
        source=_source(runs, state_of_world),
        run=str(results.manifest["run_id"]),
        step="day",
        times=tuple(datetime.combine(each, time()) for each in queries.days(results)),
        places=[
            {**place, "name": queries.scenario_text(results, str(place["name"]))}
            for place in results.manifest["places"]
        ],
        crossings=tuple(crossings),
        legs=tuple(legs),
        waiting=_table(chosen, _series(daily, "waiting"), crossings) / runs,
        setting_out=_table(chosen, flows.rename({"people": "value"}), keys) / runs,
        arrivals=queries.daily_total(chosen, policy, "arrivals").mean(axis=0),
        without_access=queries.daily_total(chosen, policy, "in_transit_state").mean(axis=0),
        access=queries.access_shares(chosen, policy).argmax(axis=0).T,
        in_a_chain=is_chain(results),
    )


def _label(results: StoredResults, policy: str) -> str:
    labels = queries.labels(results)
    if policy not in labels:
        hint = did_you_mean(policy, list(labels)) or ""
        known = ", ".join(labels)
        raise ResultsError(
            f"{results.folder}: there is no policy {quoted(policy)} {hint}; policies are {known}"
        )
    return labels[policy]


def _only(results: StoredResults, state_of_world: int) -> StoredResults:
    """The results of the first run in one state of the world."""
    if results.indicators.filter(state_of_world=state_of_world).is_empty():
        states_of_world = [state_of_world for state_of_world, _ in queries.runs(results)]
        raise ResultsError(
            f"{results.folder}: there is no state of the world {state_of_world}; states of the "
            f"world are {states_of_world[0]} to {states_of_world[-1]}"
        )
    names = ("indicators", "daily", "flows", "access")
    first = (pl.col("state_of_world") == state_of_world) & (pl.col("replicate") == 0)
    frames = {name: results.rows(name, first) for name in names}
    return replace(results, frames=StoredTables(frames))


def _source(runs: int, state_of_world: int | None) -> str:
    if state_of_world is not None:
        return translate("state of the world {state}", state=state_of_world)
    return plural(runs, "the one run", "mean of {count} runs")


def _series(daily: pl.DataFrame, name: str) -> pl.DataFrame:
    return daily.filter(series=name).select("date", "value", key="crossing")


def _table(results: StoredResults, rows: pl.DataFrame, keys: Sequence[object]) -> Floats:
    """Sums of ``value`` by day and key, shape (days, keys); other keys and days are left out."""
    days = queries.days(results)
    table = np.zeros((len(days), len(keys)))
    summed = rows.group_by("date", "key").agg(pl.col("value").sum())
    columns = {_hashable(key): k for k, key in enumerate(keys)}
    for when, key, value in summed.iter_rows():
        index, column = (when - days[0]).days, columns.get(_hashable(key))
        if column is not None and 0 <= index < len(days):
            table[index, column] = value
    return table


def _hashable(key: object) -> object:
    return tuple(key.values()) if isinstance(key, dict) else key
