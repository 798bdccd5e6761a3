"""Tables that a scenario reads: CSV with a header, lines that begin with # are comments.

Each row knows its line, so that what is wrong is reported with its place; and all of it at once.
Rows of empty cells, which spreadsheets leave behind, are passed over, and so is a byte order mark.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

from sim.errors import Problem, ScenarioError, did_you_mean, quoted
from sim.scenario.source_text import one_form

T = TypeVar("T")
Given = ParamSpec("Given")
LARGEST_TABLE_BYTES = 64 * 2**20
MOST_PROBLEMS = 100
DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
UNKNOWN = ("..", ".", ":", "-", "–", "—", "?", "*", "na", "n/a", "nan", "null", "none", "x")

# Python's own float() also takes 1_234, digits of other scripts and "infinity".
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_NUMBERS = re.compile(rf"({_NUMBER.pattern}\0)*{_NUMBER.pattern}", re.ASCII)
_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}([.,_' \u00a0\u2009\u202f]\d{3})+", re.ASCII)


@dataclass(frozen=True)
class Row:
    """A row of a table, and its place in the file."""

    path: Path
    line: int
    cells: Mapping[str, str]

    def problem(self, message: str, hint: str | None = None) -> ScenarioError:
        """What is wrong with this row."""
        return ScenarioError([Problem(message, str(self.path), self.line, hint=hint)])

    def number(self, name: str, low: float, high: float) -> float:
        """A cell as a number within bounds.

        Raises:
            ScenarioError: it is none.
        """
        text = self.cells[name]
        if _NUMBER.fullmatch(text) and low <= float(text) <= high:
            return float(text)
        raise self.problem(
            f"{name}: expected {low:g} to {high:g}, got {quoted(text)}", _hint_on_number(text)
        )

    def count(self, name: str, high: float) -> float | None:
        """A cell as a count of people; None where it is empty.

        Raises:
            ScenarioError: it is none, or written so that it may be a thousand times as many.
        """
        text = self.cells[name]
        if _GROUPED.fullmatch(text):
            whole = re.sub(r"\D", "", text)
            message = f"{name}: {quoted(text)} may have a separator of thousands in it"
            fraction = f", or a fraction as {text[:-1]}" if _NUMBER.fullmatch(text) else ""
            raise self.problem(message, f"write {whole} without it{fraction}")
        return self.number(name, 0.0, high) if text else None

    def moment(self, name: str) -> datetime:
        """A cell as a time with its zone.

        Raises:
            ScenarioError: it is none.
        """
        form = "a time with its zone, as 2023-11-18T00:00Z"
        return self._parse(name, datetime.fromisoformat, form, _is_exact)

    def day(self, name: str) -> date:
        """A cell as a day.

        Raises:
            ScenarioError: it is none.
        """
        return self._parse(name, date.fromisoformat, "a day, as 2023-11-18")

    def _parse(
        self,
        name: str,
        parse: Callable[[str], T],
        expected: str,
        fits: Callable[[T], bool] = lambda _: True,
    ) -> T:
        text = self.cells[name]
        with suppress(ValueError):
            if fits(value := parse(text)):
                return value
        raise self.problem(f"{name}: expected {expected}, got {quoted(text)}")


@dataclass
class Table:
    """The rows of a file, and what is wrong with it.

    Attributes:
        path: the file.
        rows: all rows with as many cells as the header.
        problems: what was found so far.
    """

    path: Path
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def numbers(self, rows: Sequence[Row], name: str, low: float, high: float) -> list[float]:
        """The cells of some rows in a column as numbers within bounds; those that are none noted.

        Returns:
            The numbers, in order; fewer than rows where something is noted.
        """
        texts = [row.cells[name] for row in rows]
        with suppress(ValueError):  # a cell may hold what stands between two
            values = list(map(float, texts)) if _NUMBERS.fullmatch("\0".join(texts)) else []
            if values and low <= min(values) and max(values) <= high:
                return values
        found = (self.attempt(row.number, name, low, high) for row in rows)
        return [value for value in found if value is not None]

    def attempt(
        self, read: Callable[Given, T], *given: Given.args, **named: Given.kwargs
    ) -> T | None:
        """What a part of the table says; None, with its problems noted, where it is wrong."""
        try:
            return read(*given, **named)
        except ScenarioError as fault:
            self.note(*fault.problems)
        return None

    def note(self, *problems: Problem) -> None:
        """Remember what is wrong.

        Raises:
            ScenarioError: that is more than anybody reads.
        """
        self.problems.extend(problems)
        if len(self.problems) > MOST_PROBLEMS:
            more = Problem(f"has more than {MOST_PROBLEMS} problems", str(self.path))
            raise ScenarioError([*self.problems[:MOST_PROBLEMS], more])

    def stop_if_any(self) -> None:
        """Go no further where something is wrong.

        Raises:
            ScenarioError: with every problem found so far.
        """
        if self.problems:
            raise ScenarioError(self.problems)


def read_table(path: Path, columns: Sequence[str]) -> Table:
    """All rows of a table, each with at least these columns.

    Raises:
        ScenarioError: it cannot be read, is no CSV or lacks columns; with file and line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return _table(path, lines, columns)
    except UnicodeDecodeError as fault:
        hint = "save it as CSV in UTF-8"
        problem = Problem(f"is not text in UTF-8: {fault.reason}", str(path), hint=hint)
        raise ScenarioError([problem]) from None
    except OSError as fault:
        raise ScenarioError([Problem(f"cannot be read: {fault.strerror}", str(path))]) from None


def _table(path: Path, lines: Iterator[str], columns: Sequence[str]) -> Table:
    numbered, table = _Numbered(lines), Table(path)
    header: list[str] | None = None
    try:
        for given in csv.reader(numbered, strict=True):
            cells = [cell.strip() for cell in given]
            if not "".join(cells).isascii():  # as hardly any row of many is
                cells = list(map(one_form, cells))
            if header is None:
                header = cells
                _check_header(path, numbered, header, columns)
            elif any(cells):
                _add(table, numbered.line, header, cells)
    except csv.Error as fault:
        raise ScenarioError([Problem(f"is no CSV: {fault}", str(path), numbered.line)]) from None
    if header is None:
        raise ScenarioError([Problem("is empty", str(path), 1)])
    return table


def _add(table: Table, line: int, header: Sequence[str], cells: Sequence[str]) -> None:
    """Add a row, or note that it has too many cells or too few; empty ones at its end are none."""
    if len(cells) < len(header) or any(cells[len(header) :]):
        message = f"has {len(cells)} cells, the header {len(header)}"
        table.note(Problem(message, str(table.path), line))
    else:
        table.rows.append(Row(table.path, line, dict(zip(header, cells, strict=False))))


def _check_header(
    path: Path, numbered: _Numbered, header: Sequence[str], columns: Sequence[str]
) -> None:
    """The header has every column that is needed, and none of its columns twice.

    Raises:
        ScenarioError: with what is probably the cause.
    """
    at, line = str(path), numbered.line
    missing = [name for name in columns if name not in header]
    if missing and (cause := _cause(numbered, header, columns)):
        raise ScenarioError([Problem(cause[0], at, line, hint=cause[1])])
    twice = [name for name, many in Counter(filter(None, header)).items() if many > 1]
    if twice:
        names = ", ".join(map(quoted, twice))
        raise ScenarioError([Problem(f"the header has {names} twice", at, line, hint="keep one")])
    if not missing:
        return
    names = ", ".join(map(quoted, missing))
    hint = did_you_mean(missing[0], header)
    raise ScenarioError([Problem(f"the header lacks {names}", at, line, hint=hint)])


def _cause(
    numbered: _Numbered, header: Sequence[str], columns: Sequence[str]
) -> tuple[str, str] | None:
    """Why a header lacks columns that a reader sees in it, and what to do; None if unknown."""
    line = ",".join(header)
    if mark := re.fullmatch(r"sep=(.?)", line.lower()):
        return (
            "begins with a line for Excel that names the delimiter",
            "take that line out"
            + ("" if mark[1] in ("", ",") else ", and save it with commas between cells"),
        )
    for delimiter, name in DELIMITERS.items():
        if {cell.strip() for cell in line.split(delimiter)} >= set(columns):
            return f"has {name} between its cells", "save it with commas between cells"
    commented = (re.split(r"[,;\t|]", each.lstrip("# ")) for each in numbered.comments)
    if any({cell.strip() for cell in cells} >= set(columns) for cells in commented):
        return "the header is in a comment", "take the # away before it"
    return None


def _hint_on_number(text: str) -> str | None:
    """What to write for something that is no number, or None."""
    if text.lower() in UNKNOWN:
        return "leave a number that is unknown empty"
    if re.fullmatch(r"[-+]?[\d.,_' \u00a0\u2009\u202f]+", text) and not _NUMBER.fullmatch(text):
        return "the decimal sign is a point, and there is none between thousands"
    return None


def _is_exact(moment: datetime) -> bool:
    """Whether it has its zone, and a year in which that can be converted."""
    return moment.tzinfo is not None and 1 < moment.year < 9999


@dataclass
class _Numbered:
    """Lines without comments.

    Attributes:
        line: the number of the line that was given last.
        comments: those before the first that is none.
    """

    lines: Iterator[str]
    line: int = 0
    comments: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[str]:
        in_head = True
        for text in self.lines:
            self.line += 1
            if not text.startswith("#"):
                in_head = False
                yield text
            elif in_head:
                self.comments.append(text.strip())
