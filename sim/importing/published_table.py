"""From rows of cells to records: header, notes, long and wide tables, and Eurostat's own form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from sim.errors import Problem, ScenarioError, did_you_mean, quoted
from sim.importing.column_map import FieldMap, MapFile, joined, needed_columns, value_of
from sim.importing.number_cells import NumberCell
from sim.importing.period_cells import PeriodCell, is_period
from sim.importing.published_cells import DELIMITERS, Line, Sheet, tidy
from sim.scenario.csv_tables import MOST_PROBLEMS

MOST_TITLE_LINES = 100  # before a header
PERIOD_FIELDS = ("period", "period_start", "period_end")
ID_FIELDS = ("place", "series", "origin")
NUMBER_FIELDS = ("count", "low", "high")


@dataclass(frozen=True)
class Header:
    """A header and what is below it.

    Attributes:
        line: line of its first row.
        names: of its columns.
        is_eurostat: whether the first cells are several fields with commas between, and the other
            columns periods.
        rows: the rows below it.
        before: lines before it that hold something.
    """

    line: int
    names: tuple[str, ...]
    is_eurostat: bool
    rows: tuple[Line, ...]
    before: tuple[Line, ...]


@dataclass(frozen=True)
class RawRecord:
    """A count before its cells are read.

    Attributes:
        periods: cells of the period, or of its first and its last day.
        ids: place, series and origin.
        numbers: count, low and high.
        source: where it is recorded.
    """

    periods: tuple[PeriodCell, ...]
    ids: tuple[str, str, str]
    numbers: tuple[NumberCell, NumberCell, NumberCell]
    source: str

    @property
    def line(self) -> int:
        """Its line in the file."""
        return self.numbers[0].line


@dataclass
class Reading:
    """What comes of a file, and what is wrong with it.

    Attributes:
        path: the file.
        records: counts that were found.
        passed_over: why rows were passed over, and how many.
        problems: what is wrong.
        used: by field, how often each value was taken as which id.
    """

    path: Path
    records: list[RawRecord] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    used: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)

    def fault(self, line: int, message: str, hint: str | None = None) -> None:
        """Note what is wrong with a line.

        Raises:
            ScenarioError: that is more than anybody reads.
        """
        self.problems.append(Problem(message, str(self.path), line, hint=hint or None))
        if len(self.problems) > MOST_PROBLEMS:
            more = Problem(f"has more than {MOST_PROBLEMS} problems", str(self.path))
            raise ScenarioError([*self.problems[:MOST_PROBLEMS], more])


# ---- the header


def find_header(path: Path, sheets: Sequence[Sheet], options: MapFile) -> tuple[Sheet, Header]:
    """The line with every column that is mapped.

    Raises:
        ScenarioError: there is none, or with more than one delimiter.
    """
    mapped = options.fields
    needed = needed_columns(mapped, options.where)
    found = []
    for sheet in sheets:
        for header in _headers(sheet, options.header_lines):
            if set(needed) <= set(header.names) and len(header.names) > 1:
                found.append((sheet, header))
                break
    widest = max((len(header.names) for _, header in found), default=0)
    best = [each for each in found if len(each[1].names) == widest]
    if len(best) == 1:
        _require_once(path, best[0][1], needed)
        return best[0]
    if best:
        names = " or ".join(DELIMITERS.get(sheet.delimiter, sheet.delimiter) for sheet, _ in best)
        message = f"may have {names} between its cells"
        raise ScenarioError([Problem(message, str(path), hint="say which with --delimiter")])
    raise _no_header(path, sheets, options.header_lines, needed)


def _headers(sheet: Sheet, many: int) -> Iterator[Header]:
    """Every line of a sheet as if it were the header."""
    lines = [line for line in sheet.lines if not line.is_empty]
    for k, line in enumerate(lines[:MOST_TITLE_LINES]):
        first = line.cells[0] if line.cells else ""
        names = _names([each.cells for each in lines[k : k + many]])
        rows = tuple(lines[k + many :])
        if sheet.delimiter == "\t" and "\\" in first:
            dimensions = first.partition("\\")[0].split(",")
            names = (*map(tidy, dimensions), *names[1:])
            rows = tuple(Line(r.number, (*r.cells[0].split(","), *r.cells[1:])) for r in rows)
            yield Header(line.number, names, True, rows, tuple(lines[:k]))
        else:
            yield Header(line.number, names, False, rows, tuple(lines[:k]))


def _names(lines: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Names of columns; of several lines those above each other, merged cells spread."""
    if len(lines) == 1:
        return tuple(
            cell.lstrip("#").strip() if k == 0 else cell for k, cell in enumerate(lines[0])
        )
    width = max(map(len, lines))
    spread = []
    for cells in lines[:-1]:
        last, filled = "", []
        for cell in (*cells, *[""] * (width - len(cells))):
            last = cell or last
            filled.append(last)
        spread.append(filled)
    return tuple(
        " ".join(filter(None, above)) for above in zip_longest(*spread, lines[-1], fillvalue="")
    )


def _require_once(path: Path, header: Header, needed: Sequence[str]) -> None:
    twice = [name for name in needed if header.names.count(name) > 1]
    if twice:
        names = ", ".join(map(quoted, twice))
        message = f"the header has {names} twice"
        raise ScenarioError([Problem(message, str(path), header.line, hint="rename one")])


def _no_header(
    path: Path, sheets: Sequence[Sheet], many: int, needed: Sequence[str]
) -> ScenarioError:
    """No line has every column: the nearest, and what it lacks."""
    headers = [each for sheet in sheets for each in _headers(sheet, many)]
    nearest = max(headers, key=lambda each: len(set(needed) & set(each.names)), default=None)
    if nearest is None or not set(needed) & set(nearest.names):
        names = ", ".join(map(quoted, needed))
        return ScenarioError([Problem(f"no line has the columns {names}", str(path))])
    missing = [name for name in needed if name not in nearest.names]
    message = f"the header lacks {', '.join(map(quoted, missing))}"
    there = ", ".join(filter(None, nearest.names[:20]))
    hint = did_you_mean(missing[0], nearest.names) or f"there are {there}"
    return ScenarioError([Problem(message, str(path), nearest.line, hint=hint)])


# ---- rows


def read_rows(path: Path, header: Header, options: MapFile) -> Reading:
    """Every count below a header."""
    reading = Reading(path)
    mapped = options.fields
    if header.is_eurostat and "period" not in mapped:
        mapped["period"] = FieldMap(across=True)
    across = _across(reading, header, options, mapped)
    for line in header.rows:
        if len(line.cells) > len(header.names) and any(line.cells[len(header.names) :]):
            many = f"has {len(line.cells)} cells, the header {len(header.names)}"
            reading.fault(line.number, many)
            continue
        if stray := _under_no_name(line, header):
            hint = "name the column; or the cells before it hold the delimiter"
            reading.fault(line.number, f"{quoted(stray)} is under no name in the header", hint)
            continue
        padded = (*line.cells, *[""] * len(header.names))
        cells = dict(zip(header.names, padded, strict=False))
        if reason := _reason(cells, padded, header, options, mapped, across):
            reading.passed_over[reason] += 1
        else:
            reading.records += _records(reading, line, cells, padded, header, mapped, across)
    return reading


def _under_no_name(line: Line, header: Header) -> str:
    """A cell under no name, as of a number that was split; but for columns before all names."""
    named = False
    for name, cell in zip(header.names, line.cells, strict=False):
        named = named or bool(name)
        if named and not name and cell:
            return cell
    return ""


def _across(
    reading: Reading, header: Header, options: MapFile, mapped: Mapping[str, FieldMap]
) -> list[int]:
    """Numbers of the columns of counts whose headers are values; none in a long table."""
    field_name = next((name for name, each in mapped.items() if each.across), None)
    if field_name is None:
        return []
    named = set(needed_columns(mapped, options.where))
    chosen = []
    for k, name in enumerate(header.names):
        if name in named or (not name and not any(_cell(line, k) for line in header.rows)):
            continue
        listed = value_of(mapped[field_name], name)
        if listed if field_name != "period" else is_period(name):
            chosen.append(k)
        elif field_name == "period" and any(sign.isdigit() for sign in name):
            reading.fault(header.line, f"the header {quoted(name)} is no period")
        else:
            reading.passed_over[f"column {quoted(name)}"] += 1
    return chosen


def _cell(line: Line, k: int) -> str:
    return line.cells[k] if k < len(line.cells) else ""


def _reason(
    cells: Mapping[str, str],
    padded: Sequence[str],
    header: Header,
    options: MapFile,
    mapped: Mapping[str, FieldMap],
    across: Sequence[int],
) -> str:
    """Why a row is passed over; empty where it is not."""
    for column, values in options.where.items():
        if cells[tidy(column)].casefold() not in {tidy(value).casefold() for value in values}:
            return f"{column} is not as chosen"
    for name in (*PERIOD_FIELDS, *ID_FIELDS):
        each = mapped.get(name)
        if each is not None and not each.across:
            text = joined(each, cells)
            if text and value_of(each, text) == "":
                return f"{name} {quoted(text)} is passed over by the map"
    numbers = [padded[k] for k in across]
    numbers += [joined(each, cells) for name, each in mapped.items() if name in NUMBER_FIELDS]
    periods = [joined(each, cells) for name, each in mapped.items() if _is_own_period(name, each)]
    if not any(numbers) and not (periods and all(map(is_period, periods))):
        return "a note, without period and numbers" if periods or not across else "without numbers"
    if header.names and tuple(padded[: len(header.names)]) == header.names:
        return "the header again"
    return ""


def _is_own_period(name: str, each: FieldMap) -> bool:
    return name.startswith("period") and not each.across


def _records(
    reading: Reading,
    line: Line,
    cells: Mapping[str, str],
    padded: Sequence[str],
    header: Header,
    mapped: Mapping[str, FieldMap],
    across: Sequence[int],
) -> Iterator[RawRecord]:
    """The counts of a row: one, or one of each column of counts."""
    for k in across or (None,):
        beside = None if k is None else (header.names[k], padded[k])
        ids = [_id(reading, line, name, mapped.get(name), cells, beside) for name in ID_FIELDS]
        if any(each is None for each in ids):
            continue
        place, series, origin = (each or "" for each in ids)
        yield RawRecord(
            periods=tuple(_periods(line, header, mapped, cells, beside)),
            ids=(place, series, origin),
            numbers=_numbers(line, mapped, cells, beside),
            source=joined(mapped["source"], cells) if "source" in mapped else "",
        )


def _id(
    reading: Reading,
    line: Line,
    name: str,
    each: FieldMap | None,
    cells: Mapping[str, str],
    beside: tuple[str, str] | None,
) -> str | None:
    """The id of a row's place, series or origin; None, with a fault noted, where it has none."""
    if each is None:
        return ""
    text = beside[0] if each.across and beside else joined(each, cells)
    if each.constant is not None:
        return each.constant
    id = value_of(each, text)
    if not text or id is None:
        column = "+".join(each.columns) or "*"
        what = f"{name} {quoted(text)} has no id" if text else f"{name} is empty"
        hint = f"--map '{name}={column}:{text}=ID', or {text}= to pass over such rows"
        reading.fault(line.number, what, hint if text else None)
        return None
    reading.used.setdefault(name, Counter())[text, id] += 1
    return id


def _periods(
    line: Line,
    header: Header,
    mapped: Mapping[str, FieldMap],
    cells: Mapping[str, str],
    beside: tuple[str, str] | None,
) -> Iterator[PeriodCell]:
    for name in PERIOD_FIELDS:
        each = mapped.get(name)
        if each is not None and each.across and beside:
            yield PeriodCell(header.line, "the header", beside[0])
        elif each is not None:
            yield PeriodCell(line.number, "+".join(each.columns), _whole_period(each, cells))


def _whole_period(each: FieldMap, cells: Mapping[str, str]) -> str:
    """A period's cells joined; a year whose month is empty is not the whole year."""
    is_partly_empty = not all(cells[column] for column in each.columns)
    return joined(each, cells) + (" (empty)" if is_partly_empty else "")


def _numbers(
    line: Line,
    mapped: Mapping[str, FieldMap],
    cells: Mapping[str, str],
    beside: tuple[str, str] | None,
) -> tuple[NumberCell, NumberCell, NumberCell]:
    def cell(name: str) -> NumberCell:
        if name == "count" and beside is not None:
            return NumberCell(line.number, *beside)
        each = mapped.get(name)
        text = "" if each is None else joined(each, cells)
        return NumberCell(line.number, name if each is None else "+".join(each.columns), text)

    return cell("count"), cell("low"), cell("high")
