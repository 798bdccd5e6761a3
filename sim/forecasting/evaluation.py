"""Scores of one forecast on what came, by group of counts: the rows of ``scores.csv``.

Open crossing-days are scored; closed ones, where nobody can come, are apart as a check that the
forecast has nobody there. Days with people and days without are apart too: a forecast of nobody
covers all of the latter and none of the former.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from math import fsum
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.forecasting import scores
from sim.forecasting.sampling import draw_uniforms, forecaster_key
from sim.forecasting.scores import COVERED
from sim.forecasting.targets import Sum, Target, phase_sums
from sim.study.learning import fair_crps

Floats: TypeAlias = NDArray[np.float64]
OPEN, WITH_PEOPLE, WITHOUT, SUMS, CLOSED = (
    "open",
    "open, somebody came",
    "open, nobody came",
    "phase sums",
    "closed",
)
LEAST_FOR_PIT: Final = 20  # counts
PIT_BINS: Final = 5
MANY: Final = 50.0  # persons at a crossing on a day
PERSONS, SHARE, DAYS, PLAIN = "persons", "share", "d", "1"
Pair: TypeAlias = tuple[Floats, float]  # samples, and what came


class Score(NamedTuple):
    """A row of ``scores.csv``.

    Attributes:
        forecast: who forecast.
        group: counts of what kind.
        score: which score.
        unit: its unit.
        counts: over how many counts.
        value: the score.
    """

    forecast: str
    group: str
    score: str
    unit: str
    counts: int
    value: float


class Evaluated(NamedTuple):
    """A forecast beside what came.

    Attributes:
        name: who forecast.
        people: samples, shape (samples, days ahead, crossings).
        origin: number of the last day that was known.
        seed: of the draws of the PIT.
        scale: of MASE, persons.
    """

    name: str
    people: Floats
    origin: int
    seed: int
    scale: float

    def pair(self, target: Target | Sum) -> Pair:
        """Samples and count of a target."""
        return target.samples(self.people, self.origin), target.people


def evaluate(forecast: Evaluated, targets: Sequence[Target]) -> list[Score]:
    """All scores of a forecast."""
    is_open = [each for each in targets if each.is_open]
    rows = [row for group, members in groups(is_open) for row in _group(forecast, group, members)]
    rows += _of_events(forecast, is_open)
    rows += _pit(forecast, is_open)
    rows += _closed(forecast, [each for each in targets if not each.is_open])
    return rows


def groups(targets: Sequence[Target]) -> Iterator[tuple[str, Sequence[Target | Sum]]]:
    """Open counts pooled, by phase, with people and without; and sums of phases."""
    yield OPEN, targets
    yield WITH_PEOPLE, [each for each in targets if each.people > 0.0]
    yield WITHOUT, [each for each in targets if each.people <= 0.0]
    sums = phase_sums(targets)
    for each in sums:
        yield each.phase.name, each.parts
    yield SUMS, sums
    for each in sums:
        yield f"sum of {each.phase.name}", [each]


def _brier_above(limit: float, samples: Floats, came: float) -> float:
    """Of the event that more than so many people come."""
    return scores.brier(float((samples > limit).mean()), came > limit)


def _covers(share: float, samples: Floats, came: float) -> float:
    return float(scores.covers(samples, came, share))


MEANS: Final[Mapping[str, tuple[str, Callable[[Floats, float], float]]]] = {
    "crps": (PERSONS, fair_crps),
    "crps_log": (PLAIN, scores.log_crps),
    "wis": (PERSONS, scores.weighted_interval_score),
    "median_error": (PERSONS, scores.median_error),
    "bias": (PERSONS, lambda samples, came: float(samples.mean()) - came),
    "brier_any": (PLAIN, partial(_brier_above, 0.0)),
    "brier_above_50": (PLAIN, partial(_brier_above, MANY)),
    **{f"coverage_{round(100 * share)}": (SHARE, partial(_covers, share)) for share in COVERED},
    "width_90": (PERSONS, lambda samples, _: scores.width(samples, 0.9)),
}


def _group(forecast: Evaluated, group: str, targets: Sequence[Target | Sum]) -> Iterator[Score]:
    """Means of all scores over a group, and the energy score of it as one vector."""
    if not targets:
        return
    pairs = [forecast.pair(each) for each in targets]
    for name, (unit, score) in MEANS.items():
        value = fsum(score(*pair) for pair in pairs) / len(pairs)
        yield Score(forecast.name, group, name, unit, len(pairs), value)
        if name == "median_error" and forecast.scale > 0.0 and _are_of_a_day(targets):
            yield Score(forecast.name, group, "mase", PLAIN, len(pairs), value / forecast.scale)
    vector = np.stack([samples for samples, _ in pairs], axis=1)
    energy = scores.energy_score(vector, np.array([came for _, came in pairs]))
    yield Score(forecast.name, group, "energy", PERSONS, len(pairs), energy)


def _are_of_a_day(targets: Sequence[Target | Sum]) -> bool:
    """Whether all are counts of one day, as those are whose steps are the scale of MASE."""
    return all(isinstance(each, Target) and each.first == each.last for each in targets)


def _of_events(forecast: Evaluated, targets: Sequence[Target]) -> Iterator[Score]:
    """First arrivals of a phase: Brier score of the first 24 h, and the error of the day.

    At crossings that were counted on every day of the phase.
    """
    firsts = [_first_arrival(forecast, each) for each in _whole_series(targets)]
    if not firsts:
        return
    briers = [scores.brier(float((days == 0).mean()), came == 0) for days, came in firsts]
    errors = [abs(float(np.median(days)) - came) for days, came in firsts]
    number = len(firsts)
    yield Score(forecast.name, OPEN, "brier_first_24h", PLAIN, number, fsum(briers) / number)
    yield Score(forecast.name, OPEN, "first_arrival_error", DAYS, number, fsum(errors) / number)


def _whole_series(targets: Sequence[Target]) -> list[list[Target]]:
    """Targets of one crossing on every day of a phase, in order of time."""
    series: dict[tuple[int, str], list[Target]] = {}
    for each in targets:
        if each.is_daily:
            series.setdefault((each.phase.first, each.place), []).append(each)
    return [each for each in series.values() if len(each) == each[0].phase.days]


def _first_arrival(forecast: Evaluated, series: Sequence[Target]) -> tuple[Floats, int]:
    """Days until somebody comes, by sample and as it was; the phase's length if nobody does."""
    came = np.array([each.people for each in series])[None, :]
    samples = np.stack([forecast.pair(each)[0] for each in series], axis=1)
    return _days_until(samples), int(_days_until(came)[0])


def _days_until(people: Floats) -> Floats:
    """First day with anybody, shape (samples,), of people of shape (samples, days)."""
    somebody = people > 0.0
    days = np.where(somebody.any(axis=1), somebody.argmax(axis=1), people.shape[1])
    return np.asarray(days, dtype=np.float64)


def pit_values(forecast: Evaluated, targets: Sequence[Target]) -> Floats:
    """The randomised PIT of each open count, shape (counts,); draws are the same in every run."""
    is_open = [each for each in targets if each.is_open]
    draws = draw_uniforms(forecaster_key(forecast.seed, "pit"), 0, len(is_open))
    pairs = [forecast.pair(each) for each in is_open]
    return np.array([scores.pit(*pair, float(u)) for pair, u in zip(pairs, draws, strict=True)])


def _pit(forecast: Evaluated, targets: Sequence[Target]) -> Iterator[Score]:
    """Shares of the PIT in each fifth, where there are counts enough."""
    if len(targets) < LEAST_FOR_PIT:
        return
    values = pit_values(forecast, targets)
    for number in range(PIT_BINS):
        low, high = number / PIT_BINS, (number + 1) / PIT_BINS
        share = float(((values > low) & (values <= high)).mean())
        name = f"pit_{low:.1f}_{high:.1f}"
        yield Score(forecast.name, OPEN, name, SHARE, len(targets), share)


def _closed(forecast: Evaluated, targets: Sequence[Target]) -> Iterator[Score]:
    """People where nobody can come: forecast, on average, and counted."""
    if not targets:
        return
    pairs = [forecast.pair(each) for each in targets]
    means = fsum(float(samples.mean()) for samples, _ in pairs)
    came = fsum(people for _, people in pairs)
    yield Score(forecast.name, CLOSED, "people_forecast", PERSONS, len(pairs), means)
    yield Score(forecast.name, CLOSED, "people_counted", PERSONS, len(pairs), came)
