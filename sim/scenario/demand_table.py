"""Demand out of a table: people by period, and by origin and gateway where that is known.

Periods of the same people that overlap are refused, and so are times without any row of an origin
that has rows, unless the scenario says that nobody came then: a week that was not published is not
a week without people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from sim.clock import Clock
from sim.errors import Problem, ScenarioError, did_you_mean, quoted
from sim.scenario.csv_tables import Row, Table, read_table
from sim.scenario.draft import Draft
from sim.scenario.table_periods import Days, days_of
from sim.units import Unit, UnitError, convert
from sim.world.demand_over_time import DemandPeriod
from sim.world.origins import Demand

MOST_PEOPLE = 1e9
RATE = Unit("persons/d")
ONE_DAY = timedelta(days=1)


def read_demand(path: Path, draft: Draft, clock: Clock) -> tuple[DemandPeriod, ...]:
    """The rows of a table of demand, in order of time.

    Args:
        path: the table.
        draft: the scenario that names it, with its origins and hubs.
        clock: its span and zone.

    Raises:
        ScenarioError: with every row that is wrong, with its line.
    """
    table = _opened(path)
    known = {kind: draft.ids[kind] for kind in ("origin", "hub")}
    demand = draft.file.demand
    found = [table.attempt(_period, row, known, demand, clock) for row in table.rows]
    periods = sorted(filter(None, found), key=lambda each: (each.first, each.line))
    for problem in _overlaps(path, periods):
        table.note(problem)
    table.stop_if_any()
    if any(not each.origin for each in periods):
        table.attempt(_require_shares, path, demand)
    if demand.table is not None and demand.table.gaps == "refuse":
        table.note(*_gaps(path, periods, clock))
    table.stop_if_any()
    return tuple(periods)


def _opened(path: Path) -> Table:
    """The table, with the columns that a form of it needs.

    Raises:
        ScenarioError: it has no form of the columns, or no row.
    """
    table = read_table(path, [])
    header = ",".join(table.rows[0].cells) if table.rows else ""
    if not table.rows and not table.problems:
        raise ScenarioError([Problem("has no rows of demand", str(path))])
    one_column = "period" in header and "period_" not in header
    spans = ("period",) if one_column else ("period_start", "period_end")
    measure = "rate" if "rate" in header and "count" not in header else "count"
    return read_table(path, [*spans, measure])


def _period(
    row: Row, known: Mapping[str, Collection[str]], demand: Demand, clock: Clock
) -> DemandPeriod:
    days = days_of(row)
    origin = _named(row, "origin", "origin", known["origin"])
    gateway = _named(row, "gateway", "hub", known["hub"])
    factor = demand.table.factor if demand.table else 1.0
    period = DemandPeriod(
        origin=origin,
        gateway=gateway,
        first=days.first,
        last=days.last,
        persons=factor * _persons(row, days, clock),
        line=row.line,
    )
    if demand.table and demand.table.exact and period.persons % 1.0:
        raise row.problem(
            f"{period.persons:g} people are no whole number, which exact counts must be"
        )
    return period


def _named(row: Row, column: str, kind: str, known: Collection[str]) -> str:
    """The id in a column that there may be; empty where there is none.

    Raises:
        ScenarioError: there is nothing of that name.
    """
    name = row.cells.get(column, "")
    if name and name not in known:
        raise row.problem(f"there is no {kind} {quoted(name)}", did_you_mean(name, known))
    return name


def _persons(row: Row, days: Days, clock: Clock) -> float:
    """People who come in the period of a row: its count, or its rate for all of its hours.

    Raises:
        ScenarioError: it has neither, or both.
    """
    given = [name for name in ("count", "rate") if row.cells.get(name)]
    if len(given) != 1:
        what = "count and a rate: keep one" if given else "count or rate"
        hint = None if given else "write 0 where nobody came, and leave out what is unknown"
        raise row.problem(f"has {'a' if given else 'no'} {what}", hint)
    if given == ["count"]:
        return row.count("count", MOST_PEOPLE) or 0.0
    hours = clock.hours(clock.local(days.last + ONE_DAY)) - clock.hours(clock.local(days.first))
    return _rate(row) * hours / 24.0


def _rate(row: Row) -> float:
    """People a day; a number, or a text with its unit.

    Raises:
        ScenarioError: it is neither, or below zero.
    """
    text = row.cells["rate"]
    try:
        rate = convert(float(text), RATE)
    except ValueError:
        try:
            rate = convert(text, RATE)
        except UnitError as fault:
            raise row.problem(f"rate: {fault}") from None
    if not 0.0 <= rate <= MOST_PEOPLE:
        raise row.problem(f"rate: expected 0 to {MOST_PEOPLE:g} persons/d, got {quoted(text)}")
    return rate


# ---- what contradicts, and what is missing


def _overlaps(path: Path, periods: Sequence[DemandPeriod]) -> Iterator[Problem]:
    """Every row that counts people whom an earlier row counts."""
    open_rows: list[DemandPeriod] = []
    for period in periods:
        open_rows = [each for each in open_rows if each.last >= period.first]
        if other := next((each for each in open_rows if each.overlaps(period)), None):
            first, second = sorted((other.line, period.line))
            who = f"people of {quoted(period.origin)}" if period.origin else "people"
            since, until = max(other.first, period.first), min(other.last, period.last)
            yield Problem(
                f"overlaps line {first}, which counts {who} of {_span(since, until)} too",
                str(path),
                second,
                hint="a row without an origin counts all of them, one without a gateway all ways",
            )
        open_rows.append(period)


def _gaps(path: Path, periods: Sequence[DemandPeriod], clock: Clock) -> Iterator[Problem]:
    """Every time within the scenario of which an origin that has rows has none."""
    by_origin = sorted(periods, key=lambda each: (each.origin, each.first, each.line))
    for origin, rows in groupby(by_origin, key=lambda each: each.origin):
        covered, line = clock.days[0] - ONE_DAY, None
        whose = f" of {quoted(origin)}" if origin else ""
        for first, last, at in (*((r.first, r.last, r.line) for r in rows), _end(clock)):
            since, until = covered + ONE_DAY, min(first - ONE_DAY, clock.days[-1])
            if since <= until:
                yield Problem(
                    f"has no row{whose} for {_span(since, until)}",
                    str(path),
                    line or at,
                    hint="add rows, with 0 where nobody came; or write 'gaps: nobody' if nobody "
                    "came in any time without a row",
                )
            covered, line = max(covered, last), at


def _end(clock: Clock) -> tuple[date, date, int | None]:
    """The day after the last of a scenario, as if a row were there."""
    after = clock.days[-1] + ONE_DAY
    return after, after, None


def _span(first: date, last: date) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


def _require_shares(path: Path, demand: Demand) -> None:
    """Counts of all origins together need shares that divide them.

    Raises:
        ScenarioError: an origin has none.
    """
    try:
        demand.require_shares()
    except ValueError as fault:
        raise ScenarioError([Problem(str(fault), str(path))]) from None
