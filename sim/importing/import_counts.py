"""Published counts into the table of observed counts, with an account of how each was taken."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sim.errors import InputError, Problem, ScenarioError, did_you_mean, disk_refusals, quoted
from sim.importing.column_map import MapFile, check_fields
from sim.importing.number_cells import Figure, NumberRules, read_numbers
from sim.importing.period_cells import Period, PeriodRules, read_periods
from sim.importing.published_cells import read_sheets
from sim.importing.published_table import (
    NUMBER_FIELDS,
    Header,
    RawRecord,
    Reading,
    find_header,
    read_rows,
)
from sim.scenario.observed_counts import COLUMNS
from sim.scenario.observed_series import CUMULATIVE, OBSERVED, STOCKS
from sim.scenario.records import Observation
from sim.storage.atomic import write_atomically

MOST_IDS = 12  # in a line of the account


@dataclass(frozen=True)
class Imported:
    """Counts out of a published file.

    Attributes:
        observed: the counts, in the order of the file; ``line`` is their line there.
        account: how they were taken, line by line.
    """

    observed: tuple[Observation, ...]
    account: tuple[str, ...]


def import_counts(path: Path, options: MapFile, *, sheet: str = "") -> Imported:
    """Read a published file by a map.

    Args:
        path: the file: CSV in any of its kinds, Eurostat's TSV, or a workbook.
        options: which column is what.
        sheet: name of a workbook's sheet; the only one if empty.

    Raises:
        InputError: the map lacks what the table needs.
        ScenarioError: with every line that cannot be read, or may be read in two ways.
    """
    sheets = read_sheets(path, encoding=options.encoding, delimiter=options.delimiter, sheet=sheet)
    mapped = options.fields
    chosen, header = find_header(path, sheets, options)
    if not header.is_eurostat or "period" in mapped:
        check_fields(mapped)
    reading = read_rows(path, header, options)
    account = [f"{path.name}: {chosen.how}", *_about_rows(header, reading)]
    observed = _observations(reading, options, header, account)
    if reading.problems:
        raise ScenarioError(reading.problems)
    if not observed:
        raise ScenarioError([Problem("no row holds a count", str(path), header.line)])
    return Imported(tuple(observed), tuple(account))


def write_counts(observed: Sequence[Observation], out: Path) -> None:
    """Write the table of observed counts.

    Raises:
        InputError: the file is there already.
        StorageError: the disk refused.
    """
    if out.exists():
        raise InputError(f"{out}: exists already; choose another file with --out")
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows([_written(getattr(each, name)) for name in COLUMNS] for each in observed)
    with disk_refusals(out):
        write_atomically(out, text.getvalue().encode())


def _written(value: str | date | float | None) -> str:
    """A cell: whole numbers without decimals, nothing for what is unknown."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


# ---- from records to counts


def _observations(
    reading: Reading, options: MapFile, header: Header, account: list[str]
) -> list[Observation]:
    """Every record as a count; unknown ones are passed over."""
    records = reading.records
    _check_series(reading)
    spans = _spans(reading, records, options, account)
    figures = _figures(reading, records, options, header, account)
    account += _about_ids(reading)
    found = [
        _observation(record, span, figure)
        for record, span, figure in zip(records, spans, figures, strict=True)
        if span is not None and figure != Figure()
    ]
    for each in found:
        known = [value for value in (each.low, each.count, each.high) if value is not None]
        if known != sorted(known):
            reading.fault(each.line, f"expected low <= count <= high, got {known}")
    return _without_doubles(reading, found, options, account)


def _check_series(reading: Reading) -> None:
    seen: set[str] = set()
    for record in reading.records:
        series = record.ids[1]
        if series not in OBSERVED and series not in seen:
            seen.add(series)
            hint = did_you_mean(series, OBSERVED) or f"there are {', '.join(OBSERVED)}"
            reading.fault(record.line, f"there is no series {quoted(series)}", hint)


def _spans(
    reading: Reading, records: Sequence[RawRecord], options: MapFile, account: list[str]
) -> list[tuple[date, date] | None]:
    """First and last day of every record."""
    cells = [cell for record in records for cell in record.periods]
    rules = PeriodRules(
        dates=options.dates,
        stands_for=options.period_is,
        fiscal_start=options.fiscal_start,
        may_be_readings=bool(records)
        and (
            len(records[0].periods) > 1
            or all(record.ids[1] in (CUMULATIVE, *STOCKS) for record in records)
        ),
    )
    periods, report = read_periods(cells, rules)
    account += [f"period: {each}" for each in report.decisions]
    for cell, why, hint in report.faults:
        reading.fault(cell.line, why, hint)
    each = iter(periods)
    return [_span(reading, record, [next(each) for _ in record.periods]) for record in records]


def _span(
    reading: Reading, record: RawRecord, periods: Sequence[Period | None]
) -> tuple[date, date] | None:
    first, last = periods[0], periods[-1]
    if first is None or last is None:
        return None
    if last.end < first.start:
        message = f"the period ends on {last.end}, before it begins on {first.start}"
        reading.fault(record.line, message)
    return first.start, last.end


def _figures(
    reading: Reading,
    records: Sequence[RawRecord],
    options: MapFile,
    header: Header,
    account: list[str],
) -> list[Figure]:
    """Count, low and high of every record."""
    rules = NumberRules(
        decimal=options.decimal,
        zero=frozenset(options.zero),
        missing=frozenset(options.missing),
        censored={text: (ends[0], ends[1]) for text, ends in options.censored.items()},
        has_flags=header.is_eurostat,
    )
    cells = [cell for record in records for cell in record.numbers]
    figures, report = read_numbers(cells, rules)
    account += [f"count: {each}" for each in report.decisions]
    for cell, why, hint in report.faults:
        reading.fault(cell.line, f"{cell.column}: {why}", hint)
    width = len(NUMBER_FIELDS)
    return [_merged(*figures[k : k + width]) for k in range(0, len(figures), width)]


def _merged(count: Figure, low: Figure, high: Figure) -> Figure:
    """A count with the range that columns of their own give it, or that it is."""
    least = low.count if low.count is not None else count.low
    return Figure(count.count, least, high.count if high.count is not None else count.high)


def _observation(record: RawRecord, span: tuple[date, date], figure: Figure) -> Observation:
    place, series, origin = record.ids
    ends = (figure.count, figure.low, figure.high)
    return Observation(*span, place, series, origin, *ends, record.source, record.line)


def _without_doubles(
    reading: Reading, found: Sequence[Observation], options: MapFile, account: list[str]
) -> list[Observation]:
    """Counts of one period, place, series and origin once: added up, or refused."""
    first: dict[tuple[object, ...], Observation] = {}
    doubled = 0
    for each in found:
        key = (each.period_start, each.period_end, each.place, each.series, each.origin)
        before = first.setdefault(key, each)
        if before is each:
            continue
        doubled += 1
        if options.sum:
            first[key] = _added(before, each)
        else:
            message = f"line {before.line} has that period, place, series and origin already"
            reading.fault(each.line, message, "choose rows with --where, or add them up: --sum")
    if options.sum and doubled:
        account.append(f"{len(found)} rows were added up to {len(first)}")
    return list(first.values())


def _added(one: Observation, other: Observation) -> Observation:
    """The sum of two counts; only a range where one of them has no count."""
    both = (one, other)
    has_range = any(each.low is not None or each.high is not None for each in both)
    return replace(
        one,
        count=_sum([each.count for each in both]),
        low=_sum([each.low if each.low is not None else each.count for each in both])
        if has_range
        else None,
        high=_sum([each.high if each.high is not None else each.count for each in both])
        if has_range
        else None,
    )


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


# ---- the account


def _about_rows(header: Header, reading: Reading) -> Iterator[str]:
    before = ""
    if header.before:
        first = " ".join(filter(None, header.before[0].cells))
        before = f"; {len(header.before)} lines before it passed over, the first {quoted(first)}"
    kind = "Eurostat's form, " if header.is_eurostat else ""
    yield f"{kind}header in line {header.line}{before}"
    yield f"{len(header.rows)} rows read, {len(reading.records)} counts in them"
    for reason, many in sorted(reading.passed_over.items()):
        yield f"passed over: {reason}" + ("" if reason.startswith("column") else f" ({many} rows)")


def _about_ids(reading: Reading) -> Iterator[str]:
    for name, taken in reading.used.items():
        listed = [
            f"{value} ({many})" if value == id else f"{value} as {id} ({many})"
            for (value, id), many in sorted(taken.items())
        ]
        more = f" and {len(listed) - MOST_IDS} more" if len(listed) > MOST_IDS else ""
        yield f"{name}: {', '.join(listed[:MOST_IDS])}{more}"
