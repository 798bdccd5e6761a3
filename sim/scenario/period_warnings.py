"""Warnings about times: what lies outside the period, and offsets of the other season."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from sim.clock import (
    Clock,
    Opening,
    in_force,
    overlap,
    parse_opening_hours,
    parse_weekdays,
)
from sim.errors import Problem
from sim.scenario.checking import Checks, KeyPath, leaves
from sim.scenario.counted_periods import side_by_side
from sim.scenario.records import NamedControl, NamedHypothesis, Observation
from sim.scenario.source_text import named_file
from sim.world.demand_over_time import DemandPeriod
from sim.world.network import timetables
from sim.world.origins import Demand
from sim.world.world import World

MOST_SPANS = 8  # of lines in a message
OF_THE_TRANSIT_SIDE = {"hypotheses", "controls", "responses"}  # keys of what it does
Hypotheses: TypeAlias = Mapping[str, NamedHypothesis]
# A time with an offset other than that of UTC, which nobody writes by season.
_OFFSET_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?[+-]\d{2}:?\d{2}")


def period(clock: Clock) -> str:
    """The period in words."""
    start, end = clock.instant(0.0), clock.instant(clock.duration_h)
    return f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"


def warn_of_period(
    warnings: Checks,
    world: World,
    hypotheses: Hypotheses,
    controls: Mapping[str, NamedControl],
    observed: Sequence[Observation],
) -> None:
    """Warn of what is outside the period, of counts that overlap and of offsets."""
    _warn_of_demand(warnings, world.demand, world.clock)
    _warn_of_table(warnings, world)
    for key, openings in timetables(world.network):
        _warn_of_openings(warnings, key, openings, world.clock)
    _warn_of_hypotheses(warnings, hypotheses, world.clock)
    _warn_of_controls(warnings, controls, world.clock)
    _warn_of_counts(warnings, observed, world.clock)
    _warn_of_overlaps(warnings, observed)
    _warn_of_offsets(warnings, world)


def _warn_of_demand(warnings: Checks, demand: Demand, clock: Clock) -> None:
    for k, step in enumerate(demand.steps):
        if clock.hours(step.since) >= clock.duration_h:
            message = f"this demand begins after the period, which is {period(clock)}"
            warnings.add(("demand", "steps", k, "since"), message, "nobody comes by it")
    for k, following in enumerate(demand.steps[1:]):
        if clock.hours(following.since) <= 0.0:
            warnings.add(
                ("demand", "steps", k, "since"),
                f"this demand ends before the period, which is {period(clock)}: the next step "
                f"begins at {following.since}",
                "nobody comes by it",
            )
    times = [(("demand", "stocks", k, "at"), each.at) for k, each in enumerate(demand.stocks)]
    times += [(("demand", "groups", k, "at"), each.at) for k, each in enumerate(demand.groups)]
    for key, at in times:
        at_h = clock.hours(at)
        if at_h >= clock.duration_h:
            message = f"these people appear after the period, which is {period(clock)}"
            warnings.add(key, message, "they are left out")
        elif at_h < 0.0:
            message = f"this is before the period, which is {period(clock)}"
            warnings.add(key, message, "these people are there from its start on")


def _warn_of_table(warnings: Checks, world: World) -> None:
    """Warn of rows of a table of demand outside the period, and of what changes nothing."""
    clock, periods = world.clock, world.demand_periods
    key = ("demand", "table", "file")
    outside = [e for e in periods if e.first < clock.days[0] or e.last > clock.days[-1]]
    if outside:
        never = all(e.last < clock.days[0] or e.first > clock.days[-1] for e in periods)
        warnings.add(
            key,
            f"{_lines(outside)}: before or after the period, which is {period(clock)}",
            "nobody comes by this table" if never else "people come in what is within the period",
        )
    by_origin = {each.origin for each in periods}
    for origin in world.demand.origins if periods and "" not in by_origin else ():
        if origin.id not in by_origin:
            warnings.add(key, f"has no row of {origin.id!r}", "nobody comes from there")
    for k, step in enumerate(world.demand.shares):
        if clock.hours(step.since) >= clock.duration_h:
            message = f"these shares begin after the period, which is {period(clock)}"
            warnings.add(("demand", "shares", k, "since"), message, "they change nothing")


def _warn_of_openings(
    warnings: Checks, timetable: KeyPath, openings: Sequence[Opening], clock: Clock
) -> None:
    """Warn of hours that hold on no day of the period, and of places that never open in it."""
    holding = {day: in_force(openings, day) for day in clock.days}
    for number, opening in enumerate(openings):
        covered = [day for day in clock.days if opening.covers(day)]
        key = (*timetable, number)
        if not covered:
            message = f"these hours hold on no day of the period, which is {period(clock)}"
            warnings.add(key, message, "see 'since', 'until' and 'days'")
        elif not any(opening in holding[day] for day in covered):
            hint = "write the usual hours first and what replaces them after"
            warnings.add(key, "hours that are written later replace these on all their days", hint)
        elif replacing := _replacing_others(opening, openings[number + 1 :]):
            warnings.add(
                key,
                f"the hours {replacing.hours!r} replace these on days of both, and are not added",
                "for both on one day, give them the same 'since' and 'until'; else let these "
                "have an 'until'",
            )


def _replacing_others(opening: Opening, later: Sequence[Opening]) -> Opening | None:
    """Later hours that replace these for good, and were perhaps meant to be open as well."""
    for other in later:
        for_good = other.stretch != opening.stretch and other.until is None
        both = parse_opening_hours(opening.hours) and parse_opening_hours(other.hours)
        same_days = parse_weekdays(opening.days) & parse_weekdays(other.days)
        if for_good and both and same_days and not overlap(opening, other):
            return other
    return None


def _warn_of_hypotheses(warnings: Checks, hypotheses: Hypotheses, clock: Clock) -> None:
    for name, each in hypotheses.items():
        conduct, key = each.rule.conduct(clock), ("hypotheses", name)
        for gate in conduct.gates:
            if gate.since_h >= clock.duration_h:
                where = f"at {gate.crossing}" if gate.crossing else "everywhere else"
                message = f"what it does at {clock.instant(gate.since_h):%Y-%m-%d %H:%M} {where}"
                warnings.add(key, f"{message} is after the period, which is {period(clock)}")
        for limit in conduct.limits:
            if limit.since_h >= clock.duration_h:
                where = f"at {', '.join(limit.crossings)}" if limit.crossings else "everywhere"
                message = f"its step of {clock.instant(limit.since_h):%Y-%m-%d %H:%M} {where}"
                warnings.add(key, f"{message} is after the period, which is {period(clock)}")
        for travel in conduct.organised:
            if travel.begins_h >= clock.duration_h or travel.ends_h <= 0.0:
                message = f"its organised travel is outside the period, which is {period(clock)}"
                warnings.add(key, message, "nobody comes by it")


def _warn_of_controls(warnings: Checks, controls: Mapping[str, NamedControl], clock: Clock) -> None:
    for name, control in controls.items():
        for k, step in enumerate(control.steps):
            if step.since_h(clock) >= clock.duration_h:
                message = f"this step is after the period, which is {period(clock)}"
                warnings.add(("controls", name, "steps", k), message, "it is never taken")


def _warn_of_counts(warnings: Checks, observed: Sequence[Observation], clock: Clock) -> None:
    """Warn of counts outside the period, at the first of their lines in the table."""
    first, last = clock.days[0], clock.days[-1]
    outside = [e for e in observed if e.period_end < first or e.period_start > last]
    beyond = [
        each
        for each in observed
        if each not in outside and (each.period_start < first or each.period_end > last)
    ]
    for rows, where in ((outside, "outside"), (beyond, "partly outside")):
        if not rows:
            continue
        many = "every count is" if len(rows) == len(observed) else _counted(len(rows))
        starts, ends = min(e.period_start for e in rows), max(e.period_end for e in rows)
        warnings.problems.append(
            Problem(
                f"{many} {where} the period, which is {period(clock)}: {_lines(rows)}",
                str(_observed_file(warnings)),
                rows[0].line,
                hint=f"days from {starts} to {ends}; these rows are compared with nothing",
            )
        )


def _warn_of_overlaps(warnings: Checks, observed: Sequence[Observation]) -> None:
    """Warn of counts whose days are partly those of another count, at the first of their lines."""
    told: defaultdict[tuple[str, str, str], list[Observation]] = defaultdict(list)
    for each in observed:
        if each.count is not None or each.high is not None:
            told[each.place, each.series, each.origin].append(each)
    rows = sorted(
        (each for some in told.values() for each in side_by_side(some)), key=lambda e: e.line
    )
    if rows:
        warnings.problems.append(
            Problem(
                f"{_counted(len(rows))} of days that are partly those of other counts of the same "
                f"place: {_lines(rows)}",
                str(_observed_file(warnings)),
                rows[0].line,
                hint="period_end belongs to the period; these rows are compared with nothing",
            )
        )


def _counted(many: int) -> str:
    return "a count is" if many == 1 else f"{many} counts are"


def _observed_file(warnings: Checks) -> Path:
    """The table of counts."""
    name = warnings.document.data["observed"]["file"]
    return named_file(warnings.document.locate(("observed", "file")).path.parent, name)


def _lines(rows: Sequence[Observation] | Sequence[DemandPeriod]) -> str:
    """Lines of rows, as ``lines 3, 5-9``."""
    lines = sorted({each.line for each in rows})
    spans: list[tuple[int, int]] = []
    for line in lines:
        if spans and line == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], line)
        else:
            spans.append((line, line))
    words = [str(a) if a == b else f"{a}-{b}" for a, b in spans[:MOST_SPANS]]
    more = "" if len(spans) <= MOST_SPANS else " and more"
    return f"line{'s' if len(lines) > 1 else ''} {', '.join(words)}{more}"


def _warn_of_offsets(warnings: Checks, world: World) -> None:
    """Warn of times with an offset that no state's zone has then, as summer's in winter.

    What the transit side does may be told by its own clock.
    """
    name = world.clock.zone
    zone = ZoneInfo(name)
    own = [ZoneInfo(each.timezone) for each in world.network.states if each.timezone]
    transit = ZoneInfo(world.clock.transit_zone or name)
    for key, text in leaves(warnings.document.data):
        if not (isinstance(text, str) and _OFFSET_TIME.fullmatch(text)):
            continue
        moment = _moment(text)
        offset = moment and moment.utcoffset()
        if moment is None or not offset:
            continue
        theirs = [transit] if key[0] in OF_THE_TRANSIT_SIDE else []
        if offset in (moment.astimezone(each).utcoffset() for each in (zone, *own, *theirs)):
            continue
        local = moment.astimezone(zone)
        warnings.add(
            key,
            f"{text} has an offset that {name} does not have then: it is "
            f"{local.isoformat(timespec='minutes')} there",
            f"write {moment.replace(tzinfo=zone).isoformat(timespec='minutes')} for that hour of "
            "the local day",
        )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
