"""Periods of tables: a day, an ISO week, a month, or a first and a last day."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import NamedTuple

from sim.clock import YEARS
from sim.errors import quoted
from sim.scenario.csv_tables import Row

FORMS = "a day (2015-10-03), a week (2015-W40) or a month (2015-10)"
_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


class Days(NamedTuple):
    """The local days of a period.

    Attributes:
        first: its first day.
        last: its last day, which belongs to it.
    """

    first: date
    last: date


def parse_period(text: str) -> Days:
    """The days of a day, an ISO week or a month.

    Raises:
        ValueError: it is none of them.
    """
    if week := _WEEK.fullmatch(text):
        year, number = int(week[1]), int(week[2])
        return Days(date.fromisocalendar(year, number, 1), date.fromisocalendar(year, number, 7))
    if month := _MONTH.fullmatch(text):
        year, number = int(month[1]), int(month[2])
        first = date(year, number, 1)
        return Days(first, date(year, number, monthrange(year, number)[1]))
    day = date.fromisoformat(text)
    return Days(day, day)


def days_of(row: Row) -> Days:
    """The period of a row, from ``period`` or from ``period_start`` and ``period_end``.

    Raises:
        ScenarioError: it is none, ends before it starts, or is of another century.
    """
    if "period" in row.cells:
        try:
            days = parse_period(row.cells["period"])
        except ValueError:
            given = quoted(row.cells["period"])
            raise row.problem(f"period: expected {FORMS}, got {given}") from None
    else:
        days = Days(row.day("period_start"), row.day("period_end"))
    if days.last < days.first:
        raise row.problem(f"the period ends ({days.last}) before it starts ({days.first})")
    if not YEARS[0] <= days.first.year <= days.last.year < YEARS[1]:
        raise row.problem(f"a period must be between {YEARS[0]} and {YEARS[1]}, got {days.first}")
    return days
