"""Days, weeks, months and years as they are published.

``01/02/2015`` is 1 February or 2 January. Which follows from the other days of the same column, or
is said by who imports it; else the column is refused with both readings.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

from sim.errors import quoted

DAY = timedelta(days=1)
WEEK_D = 7
FIRST_YEAR, LAST_YEAR = 1900, 2100
EXCEL_ZERO: Final = date(1899, 12, 30)  # of the 1900 system, for serial numbers after February 1900
SERIALS: Final = (30_000, 60_000)  # 1982 to 2064
LEAST_SPACED = 2  # so many days that are a week apart may be weeks
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        1,
    )
    for name in names
}
_YEAR, _WORD = r"(?P<y>(?:19|20|21)\d\d)", r"(?P<name>[a-z]{3,9})\.?"
_TIME = re.compile(
    r"(?P<day>.*\d{4}.*?)(?:t| )(?P<h>\d{1,2}):(?P<m>\d\d)(?::(?P<s>\d\d)(?:\.\d+)?)?"
    r"(?: ?(?P<half>[ap]m))?(?P<zone>z|[+-]\d\d:?\d\d)?"
)
_NUMBERS = re.compile(rf"(?P<a>\d{{1,2}})(?P<sign>[./-])(?P<b>\d{{1,2}})(?P=sign){_YEAR}")
_SHORT_YEAR = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d\d")
_TWO_READINGS = re.compile(r"([a-z]{3,9})[ -](\d\d)|(\d\d)[ -]([a-z]{3,9})")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_BETWEEN = re.compile(r" (?:-|–|to) |/(?=\d{4}-\d\d-\d\d$)")


class Period(NamedTuple):
    """Days from the first to the last one, and how they were written."""

    start: date
    end: date
    kind: str


class Numbers(NamedTuple):
    """A day written as two numbers and a year, either of which may be the month."""

    first: int
    second: int
    year: int


Parsed: TypeAlias = Period | Numbers


@dataclass(frozen=True)
class PeriodCell:
    """A cell of periods: its line in the file, its column's header, and what is in it."""

    line: int
    column: str
    text: str


@dataclass(frozen=True)
class PeriodRules:
    """What is said of the periods of a file.

    Attributes:
        dates: ``day-first`` or ``month-first``; found out if None.
        stands_for: what a day stands for: ``day``, ``week-from``, ``week-to`` or ``month``; asked
            for if None and the days are as far apart.
        fiscal_start: the month with which the years of the file begin; January if None.
        may_be_readings: whether days may be as far apart as they like, as of stocks.
    """

    dates: str | None = None
    stands_for: str | None = None
    fiscal_start: int | None = None
    may_be_readings: bool = False


@dataclass
class PeriodReport:
    """What was found out about a file's periods: decisions in words, and cells at fault."""

    decisions: list[str] = field(default_factory=list)
    faults: list[tuple[PeriodCell, str, str]] = field(default_factory=list)


def read_periods(
    cells: Sequence[PeriodCell], rules: PeriodRules
) -> tuple[list[Period | None], PeriodReport]:
    """Every cell as a period; None for those at fault."""
    report = PeriodReport()
    parsed = [_parse(cell, rules, report) for cell in cells]
    order = _order(cells, parsed, rules, report)
    found = [_ordered(cell, each, order, report) for cell, each in zip(cells, parsed, strict=True)]
    stands_for = _stands_for(cells, found, rules, report)
    periods = [
        each if each is None else _spread(cell, each, stands_for, report)
        for cell, each in zip(cells, found, strict=True)
    ]
    _report_kinds(cells, periods, report)
    return periods, report


def is_period(text: str) -> bool:
    """Whether a text is a period, or may be one."""
    return parse_period(text) is not None


def parse_period(text: str, fiscal_start: int | None = None) -> Parsed | None:
    """A text as a period, as two numbers and a year, or None."""
    folded = text.casefold()
    if _BETWEEN.search(folded):
        return _spanned([parse_period(each) for each in _BETWEEN.split(folded)])
    if (match := _TIME.fullmatch(folded)) and _is_midnight(match):
        folded = match["day"].strip()
    readings = (read(folded, fiscal_start) for read in _FORMS)
    return next((each for each in readings if each is not None), None)


def _spanned(ends: Sequence[Parsed | None]) -> Period | None:
    """From the first day of one period to the last day of another."""
    if len(ends) != 2:
        return None
    begins, finishes = ends
    if not isinstance(begins, Period) or not isinstance(finishes, Period):
        return None
    return Period(begins.start, finishes.end, "spans")


def _is_midnight(match: re.Match[str]) -> bool:
    """Whether a time of day says nothing: midnight, by the place's own clock or by UTC's."""
    hour = int(match["h"]) % 12 if match["half"] == "am" else int(match["h"])
    return (hour, int(match["m"]), int(match["s"] or 0)) == (0, 0, 0)


# ---- forms


def _iso_day(text: str, _: int | None) -> Period | None:
    match = re.fullmatch(rf"{_YEAR}([-/.]?)(?P<m>\d\d)\2(?P<d>\d\d)", text) or re.fullmatch(
        rf"{_YEAR}([-/.])(?P<m>\d{{1,2}})\2(?P<d>\d{{1,2}})", text
    )
    return _of_day(int(match["y"]), int(match["m"]), int(match["d"])) if match else None


def _worded_day(text: str, _: int | None) -> Period | None:
    match = re.fullmatch(rf"(?P<d>\d{{1,2}})\.?[ -]{_WORD}[ -]{_YEAR}", text) or re.fullmatch(
        rf"{_WORD} (?P<d>\d{{1,2}}),? {_YEAR}", text
    )
    if match is None or match["name"] not in _MONTHS:
        return None
    return _of_day(int(match["y"]), _MONTHS[match["name"]], int(match["d"]))


def _numbers(text: str, _: int | None) -> Numbers | None:
    match = _NUMBERS.fullmatch(text)
    return Numbers(int(match["a"]), int(match["b"]), int(match["y"])) if match else None


def _week(text: str, _: int | None) -> Period | None:
    match = re.fullmatch(rf"{_YEAR}[- ]?(?:w|week )(?P<w>\d{{1,2}})", text) or re.fullmatch(
        rf"(?:w|week )(?P<w>\d{{1,2}})[ /-]{_YEAR}", text
    )
    if match is None:
        return None
    try:
        start = date.fromisocalendar(int(match["y"]), int(match["w"]), 1)
    except ValueError:
        return None
    return Period(start, start + 6 * DAY, "ISO weeks")


def _month(text: str, fiscal_start: int | None) -> Period | None:
    match = (
        re.fullmatch(rf"{_YEAR}[-/. m](?P<m>\d{{1,2}})", text)
        or re.fullmatch(rf"{_YEAR}(?P<m>\d\d)", text)
        or re.fullmatch(rf"(?P<m>\d{{1,2}})[/.-]{_YEAR}", text)
    )
    if match is not None:
        month = int(match["m"])
        return None if fiscal_start is not None else _of_month(int(match["y"]), month, None)
    match = re.fullmatch(rf"(?:fy ?)?{_YEAR}(?: \(fytd\))?[ -]?{_WORD}", text) or re.fullmatch(
        rf"{_WORD}[ -]?{_YEAR}", text
    )
    if match is None or match["name"] not in _MONTHS:
        return None
    return _of_month(int(match["y"]), _MONTHS[match["name"]], fiscal_start)


def _of_month(year: int, month: int, fiscal_start: int | None) -> Period | None:
    """A month; by a fiscal year, which begins in the calendar year before."""
    if not 1 <= month <= 12:
        return None
    if fiscal_start is not None and fiscal_start > 1 and month >= fiscal_start:
        year -= 1
    return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]), "months")


def _quarter(text: str, _: int | None) -> Period | None:
    match = re.fullmatch(rf"{_YEAR}[- ]?q(?P<q>[1-4])", text) or re.fullmatch(
        rf"q(?P<q>[1-4])[ -/]{_YEAR}", text
    )
    if match is None:
        return None
    year, last = int(match["y"]), 3 * int(match["q"])
    return Period(date(year, last - 2, 1), date(year, last, monthrange(year, last)[1]), "quarters")


def _year(text: str, fiscal_start: int | None) -> Period | None:
    if fiscal_start is not None or not re.fullmatch(_YEAR, text):
        return None
    return Period(date(int(text), 1, 1), date(int(text), 12, 31), "years")


def _serial(text: str, _: int | None) -> Period | None:
    match = _SERIAL.fullmatch(text)
    if match is None or float(match[2] or 0) or not SERIALS[0] <= int(match[1]) <= SERIALS[1]:
        return None
    day = EXCEL_ZERO + int(match[1]) * DAY
    return Period(day, day, "serial numbers of days, by Excel's 1900 system")


def _of_day(year: int, month: int, day: int) -> Period | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return Period(found, found, "days")


_FORMS: Final[Sequence[Callable[[str, int | None], Parsed | None]]] = (
    _iso_day,
    _worded_day,
    _numbers,
    _week,
    _month,
    _quarter,
    _year,
    _serial,
)


# ---- columns


def _parse(cell: PeriodCell, rules: PeriodRules, report: PeriodReport) -> Parsed | None:
    parsed = parse_period(cell.text, rules.fiscal_start)
    if parsed is None:
        report.faults.append((cell, f"{quoted(cell.text)} is no period", _advice(cell.text)))
    elif "fiscal" in cell.column.casefold() and rules.fiscal_start is None:
        why = f"{quoted(cell.text)} is of a fiscal year, which begins in a month of its own"
        report.faults.append((cell, why, "--fiscal-start 10 where that is October"))
    return parsed


def _advice(text: str) -> str:
    """What to do about a text that is no period."""
    folded = text.casefold()
    if text.endswith("(empty)"):
        return "part of the period is empty"
    if re.fullmatch(rf"{_YEAR}[- ](?P<w>\d\d)", folded):
        return "write a week as 2015-W39"
    if _SHORT_YEAR.fullmatch(folded):
        return "write the year in full, as 2015-09-21: of two numbers either may be the year"
    if _TWO_READINGS.fullmatch(folded):
        return "the number may be a day or a year: write 2015-10, or the day in full"
    if _TIME.fullmatch(folded):
        return "take out the time of day"
    return (
        "write days as 2015-09-21, weeks as 2015-W39, months as 2015-09; pass over a row of sums "
        f"with --map 'period=COLUMN:{text}='"
    )


def _order(
    cells: Sequence[PeriodCell],
    parsed: Sequence[Parsed | None],
    rules: PeriodRules,
    report: PeriodReport,
) -> str | None:
    """Whether the day or the month comes first; None where that makes no difference."""
    pairs = [
        (cell, each)
        for cell, each in zip(cells, parsed, strict=True)
        if isinstance(each, Numbers) and each.first != each.second
    ]
    if not pairs:
        return rules.dates
    shown: dict[str, PeriodCell] = {}
    for cell, each in pairs:
        if each.first > 12:
            shown.setdefault("day-first", cell)
        elif each.second > 12:
            shown.setdefault("month-first", cell)
    if any(isinstance(e, Period) and e.kind.startswith("serial") for e in parsed):
        why = (
            f"{quoted(pairs[0][0].text)} is text beside serial numbers of days: a spreadsheet took "
            "some days for months"
        )
        report.faults.append((pairs[0][0], why, "save the days as 2015-09-21 from the original"))
        return None
    return _order_by(pairs, shown, rules, report)


def _order_by(
    pairs: Sequence[tuple[PeriodCell, Numbers]],
    shown: dict[str, PeriodCell],
    rules: PeriodRules,
    report: PeriodReport,
) -> str | None:
    """The order that days of a column show, or that was given."""
    given = rules.dates
    for order, cell in shown.items():
        if given is not None and order != given:
            report.faults.append((cell, f"{quoted(cell.text)} is not {given}, as given", ""))
    if given is not None:
        report.decisions.append(f"days are {given}, as given")
        return given
    if len(shown) > 1:
        one, other = shown["day-first"], shown["month-first"]
        why = f"{quoted(other.text)} is month-first, {quoted(one.text)} in line {one.line} not"
        report.faults.append((other, why, "correct one of them"))
        return None
    if shown:
        ((order, cell),) = shown.items()
        report.decisions.append(f"days are {order}, by {quoted(cell.text)} in line {cell.line}")
        return order
    cell, each = pairs[0]
    day_first, month_first = (
        _of_day(each.year, *both) for both in ((each.second, each.first), (each.first, each.second))
    )
    readings = " or ".join(f"{p.start:%Y-%m-%d}" for p in (day_first, month_first) if p)
    why = f"{quoted(cell.text)} is {readings}; no other day of its column tells"
    report.faults.append((cell, why, "--dates day-first or --dates month-first"))
    return None


def _ordered(
    cell: PeriodCell, parsed: Parsed | None, order: str | None, report: PeriodReport
) -> Period | None:
    """A period; two numbers by their order."""
    if not isinstance(parsed, Numbers):
        return parsed
    if order is None and parsed.first != parsed.second:
        return None
    month_first = order == "month-first"
    month, day = (parsed.first, parsed.second) if month_first else (parsed.second, parsed.first)
    found = _of_day(parsed.year, month, day)
    if found is None and not any(each is cell for each, _, _ in report.faults):
        report.faults.append((cell, f"{quoted(cell.text)} is no day", _advice("")))
    return found


def _stands_for(
    cells: Sequence[PeriodCell],
    periods: Sequence[Period | None],
    rules: PeriodRules,
    report: PeriodReport,
) -> str:
    """What single days stand for: themselves, or a week or a month that they begin or end."""
    if rules.stands_for is not None:
        report.decisions.append(f"a day stands for: {rules.stands_for}, as given")
        return rules.stands_for
    days = sorted({each.start for each in periods if each is not None and each.start == each.end})
    is_daily = len(days) < LEAST_SPACED or len(days) < len({each for each in periods if each})
    if is_daily or rules.may_be_readings:
        return "day"
    first = next(c for c, each in zip(cells, periods, strict=True) if each is not None)
    gaps = {(after - before).days for before, after in pairwise(days)}
    if all(gap % WEEK_D == 0 for gap in gaps):
        why = f"days are a week apart: {quoted(first.text)} may be a day, or begin or end a week"
        report.faults.append((first, why, "--period-is day, week-from or week-to"))
    elif all(each.day == 1 for each in days) or all((each + DAY).day == 1 for each in days):
        why = f"days are a month apart: {quoted(first.text)} may be a day or stand for its month"
        report.faults.append((first, why, "--period-is day or month"))
    return "day"


def _spread(cell: PeriodCell, each: Period, stands_for: str, report: PeriodReport) -> Period:
    """The period that a day stands for; others are what they are."""
    if each.start != each.end or stands_for == "day":
        return each
    if stands_for == "week-from":
        return Period(each.start, each.start + 6 * DAY, "days that begin a week")
    if stands_for == "week-to":
        return Period(each.start - 6 * DAY, each.start, "days that end a week")
    year, month = each.start.year, each.start.month
    last = monthrange(year, month)[1]
    if each.start.day not in (1, last):
        why = f"{quoted(cell.text)} is neither the first nor the last day of a month"
        report.faults.append((cell, why, "is it --period-is day?"))
    return Period(date(year, month, 1), date(year, month, last), "days that stand for a month")


def _report_kinds(
    cells: Sequence[PeriodCell], periods: Sequence[Period | None], report: PeriodReport
) -> None:
    """Say of every way in which periods are written how the first was taken."""
    first: dict[str, str] = {}
    for cell, each in zip(cells, periods, strict=True):
        if each is not None and each.kind not in first:
            days = f"{each.start}" if each.start == each.end else f"{each.start} to {each.end}"
            first[each.kind] = f"{each.kind}: {quoted(cell.text)} is {days}"
    report.decisions.extend(first.values())
