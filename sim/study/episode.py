"""An episode of closures: what happened when, read off what crossings were open to whom.

The first day on which some crossings closed, the next, the first day without any, and the first
reopening: what patterns compare.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.outcomes.access import Access, AccessSpan
from sim.outcomes.run_record import RunRecord
from sim.scenario.scenario import Scenario
from sim.study.execution import Count
from sim.study.options import StudyOptions
from sim.study.replication import Study

BEFORE: Final = 4  # days before the last announced one that are compared with those after it
LEAST_ARRIVALS: Final = 100  # fewer up to the first closure are no episode
CLOSURES: Final = 2  # so many, one after the other, make an episode


@dataclass(frozen=True)
class Episode:
    """Days (numbers from 0) and crossings (numbers) of what happened.

    Attributes:
        last_day: the last day before some crossings first closed.
        closed: which did.
        open_after: which stayed open after that.
        second_last_day: the last day before some of those closed.
        open_at_last: which were open after that.
        none_open: the first day without any crossing.
        reopening: the first day with some again.
        reopened: which those are.
    """

    last_day: int
    closed: tuple[int, ...]
    open_after: tuple[int, ...]
    second_last_day: int
    open_at_last: tuple[int, ...]
    none_open: int
    reopening: int
    reopened: tuple[int, ...]

    @property
    def before(self) -> slice:
        """Some days before the last announced one, whose rush takes from the days after it."""
        return slice(max(0, self.last_day - BEFORE), self.last_day)

    @property
    def between(self) -> slice:
        """The days between the two closures."""
        return slice(self.last_day + 1, self.second_last_day + 1)

    @property
    def after(self) -> slice:
        """The days from the second closure until none is open."""
        return slice(self.second_last_day + 1, self.none_open)


@dataclass(frozen=True)
class Sample:
    """What a pattern is computed from: one run.

    Attributes:
        record: the finished run.
        episode: what happened when.
    """

    record: RunRecord
    episode: Episode

    @property
    def hours_between(self) -> tuple[float, float]:
        """Begin and end of the days between the closures, h."""
        ends_h = self.record.engine.day_ends_h
        episode = self.episode
        return float(ends_h[episode.last_day]), float(ends_h[episode.second_last_day])

    @property
    def is_episode(self) -> bool:
        """Whether enough people came that there is something to see."""
        return int(self.arrivals[: self.episode.last_day + 1].sum()) >= LEAST_ARRIVALS

    @cached_property
    def arrivals(self) -> NDArray[np.int64]:
        """People who presented themselves, shape (days, crossings)."""
        return self.record.daily_arrivals


def find_episode(access: Sequence[AccessSpan], days: int, day_starts_h: Sequence[float]) -> Episode:
    """Read the episode off the crossings' access at noon of each day.

    Raises:
        InputError: if the policy does not close crossings twice, then all, and reopen some.
    """
    is_open = np.zeros((days, 1 + max(span.crossing for span in access)), dtype=bool)
    for span in access:
        if span.access is Access.OPEN:
            noon = [start + 12.0 for start in day_starts_h]
            is_open[[span.begins_h <= hour < span.ends_h for hour in noon], span.crossing] = True
    ends = [int(day) for day in np.flatnonzero((is_open[:-1] & ~is_open[1:]).any(axis=1))]
    none = np.flatnonzero(~is_open.any(axis=1))
    reopening = [
        int(day) for day in np.flatnonzero(is_open.any(axis=1)) if len(none) and day > none[0]
    ]
    if len(ends) < CLOSURES or not len(none) or not reopening or none[0] <= ends[1] + 1:
        raise InputError(
            "patterns need a policy that closes crossings twice, then all, and reopens some"
        )
    return Episode(
        last_day=ends[0],
        closed=_numbers(is_open[ends[0]] & ~is_open[ends[0] + 1]),
        open_after=_numbers(is_open[ends[0] + 1]),
        second_last_day=ends[1],
        open_at_last=_numbers(is_open[ends[1] + 1]),
        none_open=int(none[0]),
        reopening=int(reopening[0]),
        reopened=_numbers(is_open[reopening[0]]),
    )


def _numbers(flags: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(k) for k in np.flatnonzero(flags))


def samples(options: StudyOptions, count: Count | None = None) -> Iterator[Sample]:
    """The first policy of a study in all states of the world, one finished run after the other."""
    episode = None
    for record in finished_runs(options, count):
        if episode is None:
            episode = _episode_of(record, options.scenario)
        yield Sample(record, episode)


def finished_runs(options: StudyOptions, count: Count | None = None) -> Iterator[RunRecord]:
    """The same runs without an episode; each is released when the next one is asked for."""
    study = Study(options)
    for number in range(options.replicates):
        model = study.model(0, study.state(number))
        yield study.record(0, model.run())
        model.release()
        if count is not None:
            count.add(1)


def has_episode(options: StudyOptions) -> bool:
    """Whether the first state of the world of a study has an episode of closures."""
    record = next(finished_runs(replace(options, replicates=1)))
    try:
        _episode_of(record, options.scenario)
    except InputError:
        return False
    return True


def _episode_of(record: RunRecord, scenario: Scenario) -> Episode:
    clock = scenario.world.clock
    starts_h = [0.0, *(float(h) for h in clock.day_ends_h[:-1])]
    return find_episode(record.access, len(clock.days), starts_h)
