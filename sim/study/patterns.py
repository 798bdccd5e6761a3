"""Patterns that the model must show before anybody believes it (pattern-oriented modelling).

Grimm et al. 2005 (Science 310:987): many weak patterns together say more than one fit. Each
pattern is a ratio over many states of the world and the band in which it passes. Where
counts were observed, the same formula is applied to them.

A mean that is in its band by chance leaves it at the next seed. So a pattern passes only if the
whole 95 % interval of its mean is in the band.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import PersonState as State
from sim.engine.person_states import IN_TRANSIT_STATE
from sim.errors import InputError
from sim.outcomes.run_record import RunRecord
from sim.outcomes.total import TOTAL
from sim.scenario.records import Expected
from sim.scenario.scenario import Scenario
from sim.study.episode import Episode, Sample, finished_runs, samples
from sim.study.execution import Count
from sim.study.expected import Shown, shown, value_of
from sim.study.options import StudyOptions

Z95: Final = 1.96
STATE_QUANTILES: Final = (0.05, 0.95)
LEAST_STATES: Final = 2
Ratio: TypeAlias = tuple[float, float]
Counts: TypeAlias = NDArray[np.int64] | NDArray[np.float64]  # shape (days, crossings)
Formula: TypeAlias = Callable[[Counts, Episode], Ratio]


@dataclass(frozen=True)
class Pattern:
    """A pattern and the band in which it passes.

    Attributes:
        id: letter in MODEL 2.1.
        name: what it is.
        unit: its unit.
        low: least value.
        high: greatest value.
        of_run: numerator and denominator in a run.
        of_counts: the same from daily arrivals, where those suffice.
    """

    id: str
    name: str
    unit: str
    low: float
    high: float
    of_run: Callable[[Sample], Ratio]
    of_counts: Formula | None = None


@dataclass(frozen=True)
class Finding:
    """A pattern over many states of the world.

    Attributes:
        pattern: which.
        mean: numerators over denominators, summed over states of the world.
        half_width: half the width of the 95 % interval of ``mean``.
        state_low: value below which one state of the world in twenty is.
        state_high: value above which one state of the world in twenty is.
        observed: the value of what was counted; nan where counts do not suffice.
    """

    pattern: Pattern
    mean: float
    half_width: float
    state_low: float
    state_high: float
    observed: float

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the mean; no pattern can be less than 0."""
        return max(0.0, self.mean - self.half_width), self.mean + self.half_width

    @property
    def passes(self) -> bool:
        """Whether the whole interval is in the band."""
        low, high = self.interval
        return self.pattern.low <= low and high <= self.pattern.high

    @property
    def is_at_the_edge(self) -> bool:
        """Whether the mean is in the band, but not the whole interval."""
        return self.pattern.low <= self.mean <= self.pattern.high and not self.passes


# The patterns -------------------------------------------------------------------------------------
# Each is a numerator and a denominator of one run, so that states are pooled as sums over sums.


def rush(arrivals: Counts, episode: Episode) -> Ratio:
    """Arrivals on the last day over those of the day before, where it was to close."""
    last, before = arrivals[[episode.last_day, episode.last_day - 1]][:, episode.closed].sum(axis=1)
    return float(last), float(before)


def substitution(arrivals: Counts, episode: Episode) -> Ratio:
    """Arrivals a day between the closures over those a day before the first."""
    return _per_day(arrivals, episode.between), _per_day(arrivals, episode.before)


def collapse(arrivals: Counts, episode: Episode) -> Ratio:
    """Arrivals a day after the second closure over those a day between the two."""
    return _per_day(arrivals, episode.after), _per_day(arrivals, episode.between)


def _per_day(arrivals: Counts, days: slice) -> float:
    return float(arrivals[days].sum(axis=1).mean())


def lag_to_the_next(arrivals: Counts, episode: Episode) -> Ratio:
    """Days from the first closure until people come to the next crossing north; 0: the same day."""
    return _lag(arrivals, episode, episode.open_after[0])


def lag_further_north(arrivals: Counts, episode: Episode) -> Ratio:
    """The same for the crossing furthest north that stayed open."""
    return _lag(arrivals, episode, episode.open_after[-1])


def _lag(arrivals: Counts, episode: Episode, crossing: int) -> Ratio:
    came = np.flatnonzero(arrivals[episode.between, crossing] > 0)
    return (float(came[0]), 1.0) if len(came) else (0.0, 0.0)


def clumping(sample: Sample) -> Ratio:
    """Variance over mean of arrivals an hour between the closures; Poisson arrivals have 1."""
    begin_h, end_h = sample.hours_between
    when = sample.record.persons["presented_h"]
    counts, _ = np.histogram(when[~np.isnan(when)], bins=np.arange(begin_h, end_h + 1.0))
    return float(counts.var()), float(counts.mean())


def registered_after_closing(sample: Sample) -> Ratio:
    """Interviews between the closures that ended after closing, in % of all there."""
    record, (begin_h, end_h) = sample.record, sample.hours_between
    people = record.persons
    when, station = people["registered_h"], record.engine.station_at[people["place"]]
    chosen = (when >= begin_h) & (when < end_h) & np.isin(station, sample.episode.open_after)
    inside = sum(
        int(_open_then(record, s, when[chosen & (station == s)]).sum())
        for s in sample.episode.open_after
    )
    return 100.0 * (int(chosen.sum()) - inside), float(chosen.sum())


def _open_then(record: RunRecord, s: int, when: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether station ``s`` was open by its hours at these times."""
    calendar = record.engine.destinations[s]
    spans = record.engine.openings[int(calendar["first_opening"]) : int(calendar["last_opening"])]
    row = np.searchsorted(spans["opens_h"], when, side="right") - 1
    return np.asarray((row >= 0) & (when < spans["closes_h"][np.maximum(row, 0)]))


def suspended_hours(sample: Sample) -> Ratio:
    """Hours of suspended traffic between the closures, a crossing and day."""
    hours = sample.record.engine.suspended_h[sample.episode.between][:, sample.episode.open_after]
    return float(hours.sum()), float(hours.size)


def burst(sample: Sample) -> Ratio:
    """Arrivals on the first day of the reopening over those a day after the second closure."""
    first = float(sample.arrivals[sample.episode.reopening].sum())
    return first, _per_day(sample.arrivals, sample.episode.after)


def green_while_open(sample: Sample) -> Ratio:
    """Terrain-border attempts in % of arrivals until no crossing was open."""
    until = slice(0, sample.episode.none_open)
    return 100.0 * _green(sample, until).sum(), float(sample.arrivals[until].sum())


def green_when_closed(sample: Sample) -> Ratio:
    """Attempts per person waiting and day while none was open, over those of the days before.

    MODEL 2.1 (g), "few while a crossing is open, some after", is about what people do. Attempts a
    day would measure how many are left to try as well: those who got through or gave up are gone.
    """
    episode = sample.episode
    before = slice(episode.before.start, episode.none_open)
    closed = slice(episode.none_open, episode.reopening)
    return _green_per_person(sample, closed), _green_per_person(sample, before)


def _green_per_person(sample: Sample, days: slice) -> float:
    """Attempts over person-days in the transit state."""
    waiting = sample.record.engine.stock[days][:, :, list(IN_TRANSIT_STATE)].sum()
    return quotient(float(_green(sample, days).sum()), float(waiting)) if waiting else 0.0


def _green(sample: Sample, days: slice) -> NDArray[np.int64]:
    return sample.record.engine.entries[days, :, State.GREEN_ATTEMPT].sum(axis=1, dtype=np.int64)


def diversion(sample: Sample) -> Ratio:
    """People gone to another country up to the second closure, in % of arrivals."""
    until = slice(0, sample.episode.second_last_day + 1)
    gone = sample.record.engine.entries[until, :, State.DIVERTED].sum()
    return 100.0 * float(gone), float(sample.arrivals[until].sum())


def _of_counts(id: str, name: str, unit: str, low: float, high: float, formula: Formula) -> Pattern:
    return Pattern(
        id, name, unit, low, high, lambda sample: formula(sample.arrivals, sample.episode), formula
    )


PATTERNS: Final = (
    _of_counts("a", "rush on the last announced day, against the day before", "x", 1.5, 20.0, rush),
    _of_counts("b1", "lag to the next crossing that is open", "d", 0.0, 1.0, lag_to_the_next),
    _of_counts("b2", "lag to one further north", "d", 1.0, 3.5, lag_further_north),
    _of_counts("c1", "arrivals after the first closure", "x", 0.5, 1.5, substitution),
    _of_counts("c2", "arrivals after the second closure", "x", 0.0, 0.9, collapse),
    Pattern("d", "clumping: variance over mean of arrivals an hour", "1", 1.5, inf, clumping),
    Pattern("e1", "interviews that end after closing", "%", 10.0, 95.0, registered_after_closing),
    Pattern("e2", "traffic suspended, a crossing and day", "h", 0.01, 2.0, suspended_hours),
    Pattern("f", "first day of a reopening, against the last open days", "x", 1.5, inf, burst),
    Pattern("g1", "terrain-border attempts while open", "%", 0.0, 3.0, green_while_open),
    Pattern(
        "g2",
        "attempts a person and day once all are closed, against before",
        "x",
        1.2,
        inf,
        green_when_closed,
    ),
    Pattern("h", "gone to a neighbour, of arrivals", "%", 0.2, 15.0, diversion),
)


# Studies ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """What the states of the world of a study show.

    Attributes:
        findings: the patterns of an episode of closures.
        shown: what the scenario says that was seen.
    """

    findings: tuple[Finding, ...]
    shown: tuple[Shown, ...]


def find_patterns(options: StudyOptions, count: Count | None = None) -> Found:
    """Every pattern over the states of the world of a study.

    Those of an episode over the states in which people came at all, those that the scenario expects
    over all of them.

    Args:
        options: a study of a single policy.
        count: counts the states of the world that are done.

    Raises:
        InputError: if the reference policy has no such episode, or people came in fewer than two.
    """
    expected = options.scenario.expected
    runs, values = [], []
    for sample in samples(options, count):
        values.append([value_of(sample.record, each) for each in expected])
        if sample.is_episode:
            runs.append(([pattern.of_run(sample) for pattern in PATTERNS], sample.episode))
    if len(runs) < LEAST_STATES:
        raise InputError(
            f"people came in {len(runs)} of {options.replicates} states of the world; patterns "
            f"need {LEAST_STATES} or more"
        )
    observed = _observed_arrivals(options.scenario)
    columns = zip(*(values for values, _ in runs), strict=True)
    findings = (
        _finding(pattern, np.array(column), observed, runs[0][1])
        for pattern, column in zip(PATTERNS, columns, strict=True)
    )
    return Found(tuple(findings), _shown(expected, values))


def find_shown(options: StudyOptions, count: Count | None = None) -> tuple[Shown, ...]:
    """What the scenario says that was seen, where its policy has no episode of closures.

    Raises:
        InputError: if it says nothing.
    """
    expected = options.scenario.expected
    if not expected:
        raise InputError(
            "patterns need a policy that closes crossings twice, then all, and reopens some; or "
            "say under observed.patterns what was seen"
        )
    runs = finished_runs(options, count)
    return _shown(expected, [[value_of(record, each) for each in expected] for record in runs])


def _shown(expected: Sequence[Expected], values: Sequence[Sequence[float]]) -> tuple[Shown, ...]:
    """Each over the states of the world; values of shape (states, expected)."""
    return tuple(shown(each, [row[k] for row in values]) for k, each in enumerate(expected))


def _finding(
    pattern: Pattern,
    ratios: NDArray[np.float64],
    observed: NDArray[np.float64] | None,
    episode: Episode,
) -> Finding:
    """Sums over sums, with the jackknife's standard error; ratios of shape (states, 2).

    States of the world with nothing below (nobody came there) have no value of their own.
    """
    above, below = ratios.sum(axis=0)
    mean = quotient(above, below)
    left_out = np.array([quotient(above - a, below - b) for a, b in ratios])
    spread = sqrt((len(ratios) - 1) * float(left_out.var()))
    counted = float("nan")
    if pattern.of_counts is not None and observed is not None:
        counted = quotient(*pattern.of_counts(observed, episode))
    own = ratios[ratios[:, 1] > 0.0]
    low, high = np.quantile(own[:, 0] / own[:, 1], STATE_QUANTILES)
    return Finding(pattern, mean, Z95 * spread, float(low), float(high), counted)


def quotient(above: float, below: float) -> float:
    """A ratio; nan where there is nothing below."""
    return above / below if below > 0.0 else float("nan")


def _observed_arrivals(scenario: Scenario) -> NDArray[np.float64] | None:
    """Observed arrivals by day, shape (days, crossings); nan where unknown; None without any."""
    if not scenario.observed:
        return None
    clock, number = scenario.world.clock, scenario.world.network.crossing_number
    first = clock.days[0]
    counts = np.full((len(clock.days), len(number)), np.nan)
    totals = np.full(len(clock.days), np.nan)
    for each in scenario.observed:
        day = (each.period_start - first).days
        is_of_a_day = each.period_start == each.period_end and 0 <= day < len(totals)
        if not is_of_a_day or each.count is None or (each.series, each.origin) != ("arrivals", ""):
            continue
        if each.place == TOTAL:
            totals[day] = each.count
        elif each.place in number:
            counts[day, number[each.place]] = each.count
    return _with_rest_of_total(counts, totals)


def _with_rest_of_total(
    counts: NDArray[np.float64], totals: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Where only a day's total is known, what is left of it goes to the first unknown crossing."""
    for row, total in zip(counts, totals, strict=True):
        unknown = np.flatnonzero(np.isnan(row))
        if len(unknown) and not np.isnan(total):
            rest = total - np.nansum(row)
            row[unknown] = 0.0
            row[unknown[0]] = rest
    return counts
