"""Forecasts from one day after another, each with what was counted by then; pooled skill."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from sim.errors import InputError
from sim.forecasting.ensemble import Ensemble, StateSource, reference_path
from sim.forecasting.hindcast import Forecaster, day_number
from sim.forecasting.skill import Scored, Skill, scored, skills

MOST_AHEAD: Final = 366  # d
Note = Callable[[str], None]


def rolling_skill(
    forecaster: Forecaster,
    origins: Sequence[date],
    horizons: Sequence[int],
    *,
    note: Note = lambda line: None,
) -> list[Skill]:
    """Skill over all origins, for each horizon and for all of them together.

    A count is scored for an origin if its last day is one of the horizons after it. For each origin
    states of the world are fitted again, by what the forecaster has for that.

    Args:
        forecaster: who forecasts.
        origins: last days whose counts may be used.
        horizons: days ahead.
        note: called with a line at each origin.

    Raises:
        InputError: if a day is none of the scenario's, or a horizon is none.
    """
    if not origins or not horizons or not all(0 < each <= MOST_AHEAD for each in horizons):
        raise InputError(f"give days, and horizons from 1 to {MOST_AHEAD} days")
    counts = _scored_counts(forecaster, origins, sorted(set(horizons)), note)
    if not counts:
        raise InputError("no count of a crossing that was open lies so far ahead of these days")
    each_alone = [None] if len(set(horizons)) == 1 else [None, *sorted(set(horizons))]
    return [
        row for ahead in each_alone for row in skills(counts, seed=forecaster.seed, ahead=ahead)
    ]


def _scored_counts(
    forecaster: Forecaster, origins: Sequence[date], horizons: Sequence[int], note: Note
) -> list[Scored]:
    scenario = forecaster.scenario
    numbers = [day_number(scenario, each, "rolling") for each in origins]
    last = len(scenario.world.clock.days) - 1
    ends = [min(number + horizons[-1], last) for number in numbers]
    path = reference_path(scenario, until=max(ends), seed=forecaster.seed)
    runs = _Runs(forecaster, max(ends))
    found: list[Scored] = []
    for day, number, end in zip(origins, numbers, ends, strict=True):
        note(f"from {day}")
        if end > number:
            hindcast = forecaster.hindcast(number, end, runs.of(forecaster.source(day)), path)
            chosen = [each for each in hindcast.targets if each.last - number in horizons]
            found += scored(hindcast.forecasts, chosen) if chosen else []
    return found


class _Runs:
    """The ensemble of each origin, made once where origins have the same states of the world."""

    def __init__(self, forecaster: Forecaster, until: int) -> None:
        self._forecaster, self._until = forecaster, until
        self._made: list[tuple[StateSource | None, Ensemble]] = []

    def of(self, source: StateSource | None) -> Ensemble:
        """The ensemble of these states of the world; None for the priors."""
        for known, ensemble in self._made:
            if known is source:
                return ensemble
        self._made.append((source, self._forecaster.ensemble(self._until, source)))
        return self._made[-1][1]
