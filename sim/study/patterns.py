"""Patterns that the model must show before anybody believes it (pattern-oriented modelling).

Grimm et al. 2005 (Science 310:987): many weak patterns together tell more than one fit. An episode
is read off what crossings were open to whom: the first day on which some crossings closed, the
next, the first day without any, and the first reopening. Each pattern is a ratio over many worlds
and the band in which it is called seen. Where counts were observed, the same
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
TOTAL: Final = "total"  # name of the rows of observed counts that are sums over all crossings
LEAST_WORLDS: Final = 2
BEFORE: Final = 5  # days up to the first closure that are compared with those after it
Ratio = tuple[float, float]
Formula = Callable[[NDArray[Any], "Episode"], Ratio]
LEAST_ARRIVALS: Final = 100  # fewer up to the first closure are no episode

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


@dataclass(frozen=True)
class Pattern:
    """A pattern and the band in which it is seen.

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
    of_run: Callable[[Seen], Ratio]
    of_counts: Formula | None = None


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
        reopening=int(reopening[0]),
        reopened=_numbers(is_open[reopening[0]]),
    )


def _numbers(flags: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(k) for k in np.flatnonzero(flags))


# The patterns -------------------------------------------------------------------------------------
# Each is a numerator and a denominator of one run, so that worlds are pooled as sums over sums.


def rush(arrivals: NDArray[Any], episode: Episode) -> Ratio:
    """Arrivals on the last day over those of the day before, where it was to close."""
    last, before = arrivals[[episode.last_day, episode.last_day - 1]][:, episode.closed].sum(axis=1)
    return float(last), float(before)


def substitution(arrivals: NDArray[Any], episode: Episode) -> Ratio:
    """Arrivals a day between the closures over those a day before the first."""
    return _per_day(arrivals, episode.between), _per_day(arrivals, episode.before)


def collapse(arrivals: NDArray[Any], episode: Episode) -> Ratio:
    """Arrivals a day after the second closure over those a day between the two."""
    return _per_day(arrivals, episode.after), _per_day(arrivals, episode.between)


def _per_day(arrivals: NDArray[Any], days: slice) -> float:
    return float(arrivals[days].sum(axis=1).mean())


def lag_to_the_next(arrivals: NDArray[Any], episode: Episode) -> Ratio:
    """Days from the first closure until people come to the next crossing north; 0: the same day."""
    return _lag(arrivals, episode, episode.open_after[0])


def lag_further_north(arrivals: NDArray[Any], episode: Episode) -> Ratio:
    """The same for the crossing furthest north that stayed open."""
    return _lag(arrivals, episode, episode.open_after[-1])


def _lag(arrivals: NDArray[Any], episode: Episode, crossing: int) -> Ratio:
    came = np.flatnonzero(arrivals[episode.between, crossing] > 0)
    return (float(came[0]), 1.0) if len(came) else (0.0, 0.0)


def clumping(seen: Seen) -> Ratio:
    """Variance over mean of arrivals an hour between the closures; Poisson arrivals have 1."""
    begin_h, end_h = seen.hours_between
    when = seen.record.persons["presented_h"]
    counts, _ = np.histogram(when[~np.isnan(when)], bins=np.arange(begin_h, end_h + 1.0))
    return float(counts.var()), float(counts.mean())


def registered_after_closing(seen: Seen) -> Ratio:
    """Interviews between the closures that ended after closing, in % of all there."""
    record, (begin_h, end_h) = seen.record, seen.hours_between
    people = record.persons
    when, station = people["registered_h"], record.engine.station_at[people["place"]]
    chosen = (when >= begin_h) & (when < end_h) & np.isin(station, seen.episode.open_after)
    inside = sum(int(_open_then(record, s, when[chosen & (station == s)]).sum())
                 for s in seen.episode.open_after)  # fmt: skip
    return 100.0 * (int(chosen.sum()) - inside), float(chosen.sum())


def _open_then(record: RunRecord, s: int, when: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether station ``s`` was open by its hours at these times."""
    calendar = record.engine.destinations[s]
    spans = record.engine.openings[int(calendar["first_opening"]) : int(calendar["last_opening"])]
    row = np.searchsorted(spans["opens_h"], when, side="right") - 1
    return np.asarray((row >= 0) & (when < spans["closes_h"][np.maximum(row, 0)]))


def suspended_hours(seen: Seen) -> Ratio:
    """Hours of suspended traffic between the closures, a crossing and day."""
    hours = seen.record.engine.suspended_h[seen.episode.between][:, seen.episode.open_after]
    return float(hours.sum()), float(hours.size)


def burst(seen: Seen) -> Ratio:
    """Arrivals on the first day of the reopening over those a day after the second closure."""
    first = float(seen.arrivals[seen.episode.reopening].sum())
    return first, _per_day(seen.arrivals, seen.episode.after)


def green_while_open(seen: Seen) -> Ratio:
    """Terrain-border attempts in % of arrivals until no crossing was open."""
    until = slice(0, seen.episode.none_open)
    return 100.0 * _green(seen, until).sum(), float(seen.arrivals[until].sum())


def green_when_closed(seen: Seen) -> Ratio:
    """Attempts a day while none was open, over attempts a day in the days of the episode before."""
    episode = seen.episode
    before = slice(episode.before.start, episode.none_open)
    closed = slice(episode.none_open, episode.reopening)
    return float(_green(seen, closed).mean()), float(_green(seen, before).mean())


def _green(seen: Seen, days: slice) -> NDArray[np.int64]:
    return seen.record.engine.entries[days, :, State.GREEN_ATTEMPT].sum(axis=1, dtype=np.int64)


def diversion(seen: Seen) -> Ratio:
    """People gone to another country up to the second closure, in % of arrivals."""
    until = slice(0, seen.episode.second_last_day + 1)
    gone = seen.record.engine.entries[until, :, State.DIVERTED].sum()
    return 100.0 * float(gone), float(seen.arrivals[until].sum())


def _of_counts(id: str, name: str, unit: str, low: float, high: float, formula: Formula) -> Pattern:
    return Pattern(
        id, name, unit, low, high, lambda seen: formula(seen.arrivals, seen.episode), formula
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
    Pattern("g2", "attempts a day once all are closed", "x", 1.2, inf, green_when_closed),
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
    """Every pattern over those of so many worlds in which people came at all.

    Raises:
        InputError: if the reference policy has no such episode, or people came in fewer than two.
    """
    runs = [
        ([pattern.of_run(seen) for pattern in PATTERNS], seen.episode)
        for seen in see(scenario, worlds, seed=seed)
        if seen.is_episode
    ]
    if len(runs) < LEAST_WORLDS:
        raise InputError(
            f"people came in {len(runs)} of {worlds} worlds; patterns need {LEAST_WORLDS} or more"
        )
    observed = _observed_arrivals(scenario)
    columns = zip(*(values for values, _ in runs), strict=True)
    return [
        _finding(pattern, np.array(column), observed, runs[0][1])
        for pattern, column in zip(PATTERNS, columns, strict=True)
    ]


def _finding(
    pattern: Pattern,
    ratios: NDArray[np.float64],
    observed: NDArray[np.float64] | None,
    episode: Episode,
) -> Finding:
    """Sums over sums, with the jackknife's standard error; ratios of shape (worlds, 2)."""
    above, below = ratios.sum(axis=0)
    mean = _quotient(above, below)
    left_out = np.array([_quotient(above - a, below - b) for a, b in ratios])
    spread = sqrt((len(ratios) - 1) * float(left_out.var()))
    counted = float("nan")
    if pattern.of_counts is not None and observed is not None:
        counted = _quotient(*pattern.of_counts(observed, episode))
    return Finding(pattern, mean, Z95 * spread, counted)


def _quotient(above: float, below: float) -> float:
    return above / below if below > 0.0 else float("nan")


def _observed_arrivals(scenario: Scenario) -> NDArray[np.float64] | None:
    """Observed arrivals, shape (days, crossings); nan where nothing is known; None without any."""
    if not scenario.observed:
        return None
    clock, number = scenario.world.clock, scenario.world.network.crossing_number
    first = clock.days[0]
    counts = np.full((len(clock.days), len(number)), np.nan)
    totals = np.full(len(clock.days), np.nan)
    for each in scenario.observed:
        day = (each.date - first) // timedelta(days=1)
        if each.crossing == TOTAL and 0 <= day < len(totals) and each.best is not None:
            totals[day] = each.best
        if each.crossing in number and 0 <= day < len(counts) and each.best is not None:
            counts[day, number[each.crossing]] = each.best
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


def find_reach(scenario: Scenario, worlds: int, *, seed: int | None = None) -> list[Reach]:
    """How often substitution and collapse are seen with each explanation switched off."""
    found = []
    for explanation in EXPLANATIONS:
        runs = [
            (
                _quotient(*substitution(seen.arrivals, seen.episode)),
                _quotient(*collapse(seen.arrivals, seen.episode)),
            )
            for seen in see(explanation.without(scenario), worlds, seed=seed)
            if seen.is_episode
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
        "A pattern is seen where its value lies in its band: numerators over denominators, summed",
        f"over worlds in which at least {LEAST_ARRIVALS} people came up to the first closure; in",
        "others there is no episode to see. Observed values use counts that the scenario holds; a",
        "dash means that these do not suffice.",
        "",
        "| | pattern | unit | worlds [95 %] | band | observed | seen |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [_row(each) for each in findings]
    lines += [
        "",
        "## One explanation switched off at a time",
        "",
        f"Near-complete substitution: at least {SUBSTITUTED:g} of earlier arrivals after the",
        f"first closure. Collapse: at most {COLLAPSED:g} of those after the second. Shares of",
        "worlds that show each, and both: what is more than 0 % can be had without that",
        "explanation, so that the patterns alone do not tell which explanation is right.",
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
    low, high = each.mean - each.half_width, each.mean + each.half_width
    cells = (
        pattern.id,
        pattern.name,
        pattern.unit,
        f"{each.mean:.2f} [{low:.2f}, {high:.2f}]",
        f"{pattern.low:g} and more"
        if pattern.high == inf
        else f"{pattern.low:g} to {pattern.high:g}",
        "-" if np.isnan(each.observed) else f"{each.observed:.2f}",
        "yes" if each.is_seen else "**no**",
    )
    return "| " + " | ".join(cells) + " |"
