"""Journeys by first choice, place reached and ending, as means of runs, with who has no access.

Those who did not set out are counted too, as are those who would have followed people who did not
get through: a closure that keeps people from coming gives no access.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.endings import ENDINGS, NOT_SET_OUT, Ending, ending_of
from sim.report.analysis.statistics import mean_interval

if TYPE_CHECKING:
    from sim.results.store import StoredResults

NOWHERE = ""  # in place of a place


@dataclass(frozen=True)
class Stream:
    """People of one first choice, place reached and ending.

    Attributes:
        first: Id of the place that they first set out for, or ``NOWHERE``.
        reached: Id of the place that they reached, or ``NOWHERE``.
        ending: How it ended.
        people: How many, in the mean of the runs.
    """

    first: str
    reached: str
    ending: Ending
    people: float

    @property
    def key(self) -> tuple[str, str, str]:
        """What distinguishes it from the other streams."""
        return self.first, self.reached, self.ending.id


@dataclass(frozen=True)
class Journeys:
    """The journeys under one policy.

    Attributes:
        policy: Its id.
        streams: Every stream of people; those who were kept from setting out have no place.
        without: Share of people without access, 0 to 1, by state of the world.
    """

    policy: str
    streams: tuple[Stream, ...]
    without: Mapping[int, float]

    @cached_property
    def people(self) -> float:
        """All people, in the mean of the runs."""
        return sum(stream.people for stream in self.streams)

    @property
    def without_access(self) -> float:
        """People without access, in the mean of the runs."""
        return sum(stream.people for stream in self.streams if not stream.ending.access)

    def share(self, ending: Ending) -> float:
        """The share of people who end so, 0 to 1; zero where there are none."""
        ended = sum(stream.people for stream in self.streams if stream.ending == ending)
        return ended / self.people if self.people else 0.0


def journeys(results: StoredResults, policy: str) -> Journeys:
    """The journeys under a policy, with those who were kept from setting out."""
    runs = len(queries.runs(results))
    rows = results.journeys.filter(policy=policy).drop_nulls("persons")
    kept = results.indicators.filter(
        pl.col("indicator").is_in(queries.DID_NOT_SET_OUT), policy=policy
    ).drop_nulls("value")
    legs = ["first_choice", "reached", "state"]
    summed = rows.group_by(legs).agg(pl.col("persons").sum()).sort(legs)
    streams = [
        Stream(first or NOWHERE, reached or NOWHERE, ending_of(state), persons / runs)
        for first, reached, state, persons in summed.rows()
    ]
    streams.append(Stream(NOWHERE, NOWHERE, NOT_SET_OUT, float(kept["value"].sum()) / runs))
    ordered = sorted(merged(streams), key=lambda stream: stream.key)
    return Journeys(
        policy,
        tuple(stream for stream in ordered if stream.people > 0.0),
        _shares_without(rows, kept),
    )


def merged(parts: Iterable[Stream]) -> list[Stream]:
    """Streams of the same places and ending made one, in the order in which they are met."""
    streams: dict[tuple[str, str, str], Stream] = {}
    for part in parts:
        met = streams.get(part.key)
        streams[part.key] = replace(met, people=met.people + part.people) if met else part
    return list(streams.values())


def _shares_without(rows: pl.DataFrame, kept: pl.DataFrame) -> dict[int, float]:
    """Share of people without access in each state of the world that has people."""
    without = [state for ending in ENDINGS if not ending.access for state in ending.states]
    persons, lost = pl.col("persons"), pl.col("state").is_in(without)
    counted = [
        rows.select(
            "state_of_world", people=persons, lost=pl.when(lost).then(persons).otherwise(0)
        ),
        kept.select("state_of_world", people="value", lost="value"),
    ]
    whole = pl.concat([each.cast({"people": pl.Float64, "lost": pl.Float64}) for each in counted])
    sums = (
        whole.group_by("state_of_world")
        .agg(pl.all().sum())
        .filter(pl.col("people") > 0)
        .sort("state_of_world")
    )
    return {state_of_world: lost / people for state_of_world, people, lost in sums.rows()}


def most_different(every: Sequence[Journeys]) -> list[Journeys]:
    """The policy under which the largest share of people end otherwise than under the first.

    Policies without people are left out; nothing where no other is left.
    """
    reference, *others = (each for each in every if each.people)
    apart = [sum(abs(each.share(e) - reference.share(e)) for e in ENDINGS) for each in others]
    return [others[int(np.argmax(apart))]] if others else []


def access_difference(first: Journeys, second: Journeys) -> tuple[float, float, float]:
    """Share without access of the second minus the first, with its 95 % interval.

    In percentage points, paired by state of the world; NaN ends with fewer than two states of the
    world.
    """
    both = sorted(first.without.keys() & second.without.keys())
    points = [100.0 * (second.without[w] - first.without[w]) for w in both]
    return mean_interval(np.array(points, dtype=np.float64))
