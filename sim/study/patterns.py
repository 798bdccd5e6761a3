"""Patterns that the model must show before anybody believes it (pattern-oriented modelling).

Grimm et al. 2005 (Science 310:987): many weak patterns together tell more than one fit. An episode
is read off what crossings were open to whom: the first day on which some crossings closed, the
next, the first day without any, and the first reopening. Each pattern is a number of one run, its
mean over worlds, and the band in which it is called seen. Where counts were observed, the same
formula is applied to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from math import inf, sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.clock import Opening
from sim.engine.columns import PersonState as State
from sim.errors import InputError
from sim.model import BorderModel
from sim.outcomes.access import Access, AccessSpan
from sim.outcomes.run_record import RunRecord
from sim.scenario.scenario import Scenario
from sim.study.replicates import Task

Z95: Final = 1.96
LEAST_WORLDS: Final = 2
BEFORE: Final = 5  # days up to the first closure that are compared with those after it
SUBSTITUTED: Final = 0.7
COLLAPSED: Final = 0.35


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
        """The days up to the first closure."""
        return slice(max(0, self.last_day + 1 - BEFORE), self.last_day + 1)

    @property
    def between(self) -> slice:
        """The days between the two closures."""
        return slice(self.last_day + 1, self.second_last_day + 1)

    @property
    def after(self) -> slice:
        """The days from the second closure until none is open."""
        return slice(self.second_last_day + 1, self.none_open)


@dataclass(frozen=True)
class Seen:
    """What a pattern is computed from: one run.

    Attributes:
        record: the finished run.
        episode: what happened when.
    """

    record: RunRecord
    episode: Episode

    @cached_property
    def arrivals(self) -> NDArray[np.int64]:
        """People who presented themselves, shape (days, crossings)."""
        return self.record.daily_arrivals


@dataclass(frozen=True)
class Pattern:
    """A pattern and the band in which it is seen.

    Attributes:
        id: letter in MODEL 2.1.
        name: what it is.
        unit: its unit.
        low: least value.
        high: greatest value.
        of_run: its value in a run; nan where it has none.
        of_counts: its value from daily arrivals, where those suffice.
    """

    id: str
    name: str
    unit: str
    low: float
    high: float
    of_run: Callable[[Seen], float]
    of_counts: Callable[[NDArray[np.float64], Episode], float] | None = None


@dataclass(frozen=True)
class Finding:
    """A pattern over many worlds: mean, 95 % interval of it, and what was observed or nan."""

    pattern: Pattern
    mean: float
    half_width: float
    observed: float

    @property
    def is_seen(self) -> bool:
        """Whether the mean lies in the band."""
        return self.pattern.low <= self.mean <= self.pattern.high


@dataclass(frozen=True)
class Explanation:
    """A rival explanation of why people did or did not move on, and the world without it."""

    name: str
    without: Callable[[Scenario], Scenario]


@dataclass(frozen=True)
class Reach:
    """How often worlds without an explanation show substitution, collapse, or both, 0 to 1."""

    explanation: str
    substitution: float
    collapse: float
    both: float


# What happened when -------------------------------------------------------------------------------


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
    if len(ends) < LEAST_WORLDS or not len(none) or not reopening or none[0] <= ends[1] + 1:
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
        reopening=reopening[0],
        reopened=_numbers(is_open[reopening[0]]),
    )


def _numbers(flags: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(k) for k in np.flatnonzero(flags))


# The patterns -------------------------------------------------------------------------------------


def rush(arrivals: NDArray[Any], episode: Episode) -> float:
    """Arrivals on the last day over those of the day before, where it was to close."""
    last, before = arrivals[[episode.last_day, episode.last_day - 1]][:, episode.closed].sum(axis=1)
    return float(last / before) if before > 0 else float("nan")


def substitution(arrivals: NDArray[Any], episode: Episode) -> float:
    """Arrivals a day between the closures over those a day before the first."""
    before = arrivals[episode.before].sum(axis=1).mean()
    return float(arrivals[episode.between].sum(axis=1).mean() / before) if before > 0 else inf


def collapse(arrivals: NDArray[Any], episode: Episode) -> float:
    """Arrivals a day after the second closure over those a day between the two."""
    before = arrivals[episode.between].sum(axis=1).mean()
    return float(arrivals[episode.after].sum(axis=1).mean() / before) if before > 0 else inf


def lag(
    crossing: Callable[[NDArray[Any], Episode], int],
) -> Callable[[NDArray[Any], Episode], float]:
    """Days from the first closure until people come to a crossing, 0 for the same day."""

    def of_counts(arrivals: NDArray[Any], episode: Episode) -> float:
        came = np.flatnonzero(arrivals[episode.between, crossing(arrivals, episode)] > 0)
        return float(came[0]) if len(came) else float("nan")

    return of_counts


def next_crossing(arrivals: NDArray[Any], episode: Episode) -> int:
    """The first of the crossings that stayed open, south to north."""
    return episode.open_after[0]


def further_crossing(arrivals: NDArray[Any], episode: Episode) -> int:
    """The last of them, furthest north."""
    return episode.open_after[-1]


def clumping(seen: Seen) -> float:
    """Variance over mean of arrivals an hour, at crossings between the closures; 1 is Poisson."""
    episode, record = seen.episode, seen.record
    ends_h = record.engine.day_ends_h
    begin_h, end_h = ends_h[episode.last_day], ends_h[episode.second_last_day]
    people = record.persons
    when = people["presented_h"]
    when = when[(when >= begin_h) & (when < end_h)]
    counts, _ = np.histogram(when, bins=np.arange(begin_h, end_h + 1.0))
    busy = counts[counts > 0]
    return float(counts.var() / counts.mean()) if len(busy) else float("nan")


def registered_after_closing(seen: Seen) -> float:
    """Share of those registered between the closures whose interview ended after closing time, %."""
    record, episode = seen.record, seen.episode
    people, ends_h = record.persons, record.engine.day_ends_h
    when = people["registered_h"]
    chosen = (when >= ends_h[episode.last_day]) & (when < ends_h[episode.second_last_day])
    station = record.engine.station_at[people["place"]]
    inside = np.zeros(len(people), dtype=bool)
    for s in episode.open_after:
        first, last = _opening_rows(record, s)
        spans = record.engine.openings[first:last]
        row = np.searchsorted(spans["opens_h"], when, side="right") - 1
        open_then = (row >= 0) & (when < spans["closes_h"][np.maximum(row, 0)])
        inside |= (station == s) & open_then
    chosen &= np.isin(station, episode.open_after)
    return float(100.0 * (~inside[chosen]).mean()) if chosen.any() else float("nan")


def _opening_rows(record: RunRecord, s: int) -> tuple[int, int]:
    row = record.engine.destinations[s]
    return int(row["first_opening"]), int(row["last_opening"])


def suspended_hours(seen: Seen) -> float:
    """Hours a day of suspended traffic at a crossing between the closures."""
    hours = seen.record.engine.suspended_h[seen.episode.between][:, seen.episode.open_after]
    return float(hours.mean())


def burst(seen: Seen) -> float:
    """Arrivals on the first day of the reopening over those a day after the second closure."""
    before = seen.arrivals[seen.episode.after].sum(axis=1).mean()
    first = seen.arrivals[seen.episode.reopening].sum()
    return float(first / before) if before > 0 else float("nan")


def green_while_open(seen: Seen) -> float:
    """Terrain-border attempts in % of arrivals while some crossing was open, up to the closure."""
    until = slice(0, seen.episode.none_open)
    arrived = seen.arrivals[until].sum()
    return float(100.0 * _green(seen)[until].sum() / arrived) if arrived else float("nan")


def green_when_closed(seen: Seen) -> float:
    """Attempts a day while none was open, over attempts a day in the days between the closures."""
    episode = seen.episode
    before = _green(seen)[slice(episode.last_day + 1, episode.none_open)].mean()
    closed = _green(seen)[slice(episode.none_open, episode.reopening)].mean()
    return float(closed / before) if before > 0 else float("nan")


def _green(seen: Seen) -> NDArray[np.int64]:
    return seen.record.engine.entries[:, :, State.GREEN_ATTEMPT].sum(axis=1)


def diversion(seen: Seen) -> float:
    """People gone to another country, in % of arrivals, up to the second closure."""
    until = slice(0, seen.episode.second_last_day + 1)
    gone = seen.record.engine.entries[until, :, State.DIVERTED].sum()
    arrived = seen.arrivals[until].sum()
    return float(100.0 * gone / arrived) if arrived else float("nan")


def _counted(formula: Callable[[NDArray[Any], Episode], float]) -> Callable[[Seen], float]:
    return lambda seen: formula(seen.arrivals, seen.episode)


def _of_counts(
    id: str,
    name: str,
    unit: str,
    low: float,
    high: float,
    formula: Callable[[NDArray[Any], Episode], float],
) -> Pattern:
    return Pattern(id, name, unit, low, high, _counted(formula), formula)


PATTERNS: Final = (
    _of_counts("a", "rush on the last announced day, against the day before", "x", 1.5, 20.0, rush),
    _of_counts("b1", "lag to the next crossing that is open", "d", 0.0, 1.0, lag(next_crossing)),
    _of_counts("b2", "lag to one further north", "d", 1.0, 3.5, lag(further_crossing)),
    _of_counts("c1", "arrivals after the first closure, against before", "x", 0.5, 1.5, substitution),
    _of_counts("c2", "arrivals after the second closure, against after the first", "x", 0.0, 0.9, collapse),
    Pattern("d", "clumping of arrivals (variance over mean an hour)", "1", 1.5, inf, clumping),
    Pattern("e1", "interviews that end after closing time", "%", 10.0, 95.0, registered_after_closing),
    Pattern("e2", "traffic suspended, a crossing and day", "h", 0.01, 2.0, suspended_hours),
    Pattern("f", "first day of a reopening, against the last open days", "x", 1.5, inf, burst),
    Pattern("g1", "terrain-border attempts while a crossing is open, of arrivals", "%", 0.0, 3.0, green_while_open),
    Pattern("g2", "attempts a day once all are closed, against before", "x", 1.2, inf, green_when_closed),
    Pattern("h", "gone to a neighbour, of arrivals", "%", 0.2, 15.0, diversion),
)  # fmt: skip


# The explanations, each switched off --------------------------------------------------------------


def _with_parameters(scenario: Scenario, **values: float) -> Scenario:
    """The scenario with parameters held at values, and no longer uncertain."""
    world = replace(scenario.world, parameters=replace(scenario.world.parameters, **values))
    kept = tuple(each for each in scenario.uncertainties if each.parameter not in values)
    return replace(scenario, world=world, uncertainties=kept)


def _with_crossings(scenario: Scenario, change: Callable[[Any], Any]) -> Scenario:
    network = scenario.world.network
    changed = replace(network, crossings=tuple(change(each) for each in network.crossings))
    return replace(scenario, world=replace(scenario.world, network=changed))


def without_distance(scenario: Scenario) -> Scenario:
    """Far crossings are as near as others: travel takes a tenth of the time and costs nothing."""
    return _with_parameters(
        scenario, travel_time_factor=0.1, transport_eur_per_km=0.0, route_scale_eur=0.0
    )


def without_opening_hours(scenario: Scenario) -> Scenario:
    """Every crossing is open round the clock."""
    always = (Opening(hours="24 h"),)
    return _with_crossings(scenario, lambda crossing: replace(crossing, opening=always))


def without_cold(scenario: Scenario) -> Scenario:
    """Cold changes nobody's mind and wears out nobody's patience."""
    return _with_parameters(scenario, cold_cost_eur=0.0, cold_impatience=0.0, give_up_cold=0.0)


def without_transit_response(scenario: Scenario) -> Scenario:
    """The transit side does not respond to what happens."""
    return replace(scenario, responses={})


def without_capacity(scenario: Scenario) -> Scenario:
    """Nothing at the crossings is ever full, and nobody turns away from a line."""

    def unlimited(crossing: Any) -> Any:
        return replace(
            crossing,
            admission=replace(crossing.admission, lanes=1000),
            registration=replace(
                crossing.registration, servers=1000, servers_after_hours=1000, interpreters=None
            ),
            suspension=None,
            shelter_places=None,
        )

    return _with_parameters(_with_crossings(scenario, unlimited), balking_per_h=0.0, patience_h=0.0)


def without_fear(scenario: Scenario) -> Scenario:
    """Neither own nor others' failure keeps anybody away."""
    return _with_parameters(
        scenario,
        failure_weight=0.0,
        turned_back_cost_eur=0.0,
        experience_weight=0.0,
        peer_rate_per_h=0.0,
        give_up_failures=0.0,
    )


EXPLANATIONS: Final = (
    Explanation("none", lambda scenario: scenario),
    Explanation("distance", without_distance),
    Explanation("opening hours", without_opening_hours),
    Explanation("cold", without_cold),
    Explanation("the transit side stopping", without_transit_response),
    Explanation("capacity", without_capacity),
    Explanation("fear of failure", without_fear),
)


# Studies ------------------------------------------------------------------------------------------


def see(scenario: Scenario, worlds: int, *, seed: int | None = None) -> Iterator[Seen]:
    """The reference policy in so many worlds, one finished run after the other."""
    task = Task(scenario, (scenario.reference,), scenario.seed if seed is None else seed)
    episode = None
    for number in range(worlds):
        model: BorderModel = task.model(0, task.world(number))
        record = RunRecord(scenario.world, model.parameters, model.run().engine)
        if episode is None:
            clock = scenario.world.clock
            starts_h = [0.0, *(float(h) for h in clock.day_ends_h[:-1])]
            episode = find_episode(record.access, len(clock.days), starts_h)
        yield Seen(record, episode)
        model.release()


def find_patterns(scenario: Scenario, worlds: int, *, seed: int | None = None) -> list[Finding]:
    """Every pattern over so many worlds.

    Raises:
        InputError: if the reference policy has no such episode, or there are fewer than two worlds.
    """
    if worlds < LEAST_WORLDS:
        raise InputError(f"patterns need at least {LEAST_WORLDS} worlds, got {worlds}")
    values: list[list[float]] = []
    for seen in see(scenario, worlds, seed=seed):
        values.append([pattern.of_run(seen) for pattern in PATTERNS])
        episode = seen.episode
    observed = _observed_arrivals(scenario)
    return [
        _finding(pattern, np.array(column), observed, episode)
        for pattern, column in zip(PATTERNS, zip(*values, strict=True), strict=True)
    ]


def _finding(
    pattern: Pattern,
    values: NDArray[np.float64],
    observed: NDArray[np.float64] | None,
    episode: Episode,
) -> Finding:
    """Mean of the worlds in which the pattern has a value."""
    known = values[np.isfinite(values)]
    mean = float(known.mean()) if len(known) else float("nan")
    spread = float(known.std(ddof=1)) if len(known) >= LEAST_WORLDS else float("nan")
    counted = float("nan")
    if pattern.of_counts is not None and observed is not None:
        counted = pattern.of_counts(observed, episode)
    return Finding(pattern, mean, Z95 * spread / sqrt(max(1, len(known))), counted)


def _observed_arrivals(scenario: Scenario) -> NDArray[np.float64] | None:
    """Observed arrivals, shape (days, crossings); nan where nothing is known."""
    if not scenario.observed:
        return None
    clock, number = scenario.world.clock, scenario.world.network.crossing_number
    first = clock.days[0]
    counts = np.full((len(clock.days), len(number)), np.nan)
    for each in scenario.observed:
        day = (each.date - first) // timedelta(days=1)
        if each.crossing in number and 0 <= day < len(counts) and each.best is not None:
            counts[day, number[each.crossing]] = each.best
    return counts


def find_reach(scenario: Scenario, worlds: int, *, seed: int | None = None) -> list[Reach]:
    """How often substitution and collapse are seen with each explanation switched off."""
    found = []
    for explanation in EXPLANATIONS:
        runs = [
            (substitution(seen.arrivals, seen.episode), collapse(seen.arrivals, seen.episode))
            for seen in see(explanation.without(scenario), worlds, seed=seed)
        ]
        near = np.array([first >= SUBSTITUTED for first, _ in runs])
        gone = np.array([second <= COLLAPSED for _, second in runs])
        found.append(
            Reach(
                explanation.name,
                float(near.mean()),
                float(gone.mean()),
                float((near & gone).mean()),
            )
        )
    return found


def as_markdown(
    findings: Sequence[Finding], reach: Sequence[Reach], facts: Mapping[str, str]
) -> str:
    """The two tables as a page; ``facts`` is what the page says of how it was made."""
    lines = [
        "# Patterns",
        "",
        "<!-- Made by a command (see the first paragraph); do not edit by hand. -->",
        "",
        *(f"{name}: {value}  " for name, value in facts.items()),
        "",
        "A pattern is seen where the mean over worlds lies in its band. Observed values use counts",
        "that the scenario holds; a dash means that these do not suffice.",
        "",
        "| | pattern | unit | mean of worlds [95 %] | band | observed | seen |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [_row(each) for each in findings]
    lines += [
        "",
        "## One explanation switched off at a time",
        "",
        f"Near-complete substitution: at least {SUBSTITUTED:g} of earlier arrivals after the first",
        f"closure. Collapse: at most {COLLAPSED:g} of those after the second. Shares of worlds that",
        "show each, and both: whatever is more than 0 % can be had without that explanation, so that",
        "the patterns alone do not tell which explanation is right.",
        "",
        "| switched off | substitution | collapse | both |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {each.explanation} | {each.substitution:.0%} | {each.collapse:.0%} | {each.both:.0%} |"
        for each in reach
    ]
    return "\n".join(lines) + "\n"


def _row(each: Finding) -> str:
    pattern = each.pattern
    high = "" if pattern.high == inf else f" to {pattern.high:g}"
    band = f"{pattern.low:g}{high}" if high else f"{pattern.low:g} and more"
    observed = "-" if np.isnan(each.observed) else f"{each.observed:.2f}"
    interval = (
        f"{each.mean:.2f} [{each.mean - each.half_width:.2f}, {each.mean + each.half_width:.2f}]"
    )
    seen = "yes" if each.is_seen else "**no**"
    return f"| {pattern.id} | {pattern.name} | {pattern.unit} | {interval} | {band} | {observed} | {seen} |"
