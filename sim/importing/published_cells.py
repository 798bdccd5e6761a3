"""A published file as rows of cells: whatever its encoding, its delimiter, or a workbook."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, Protocol

from sim.errors import InputError, Problem, ScenarioError, quoted
from sim.scenario.csv_tables import LARGEST_TABLE_BYTES
from sim.scenario.source_text import one_form

DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Line:
    """A row of cells, and its line in the file (its row in a workbook)."""

    number: int
    cells: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in any cell."""
        return not any(self.cells)


@dataclass(frozen=True)
class Sheet:
    """A file's rows, split in one of the ways in which they may be meant.

    Attributes:
        lines: its rows.
        delimiter: what is between cells, or empty for a workbook.
        how: the format in words, as ``UTF-8, semicolons between cells``.
    """

    lines: tuple[Line, ...]
    delimiter: str
    how: str


def read_sheets(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, sheet: str = ""
) -> list[Sheet]:
    """The file, once for each delimiter that its text holds.

    Args:
        path: the file.
        encoding: its encoding; found out if None.
        delimiter: what is between its cells; all that it may be if None.
        sheet: name of the sheet of a workbook; the only one if empty.

    Raises:
        ScenarioError: it cannot be read.
        InputError: what it needs is not installed.
    """
    raw = _bytes_of(path)
    if raw.startswith(_ZIP):
        return [_workbook(path, sheet)]
    if raw.startswith(_OLD_EXCEL):
        raise _refused(path, "is a workbook of an old kind", "save it as CSV in UTF-8")
    text, coded = _decoded(path, raw, encoding)
    delimiter = "\t" if delimiter in ("tab", "\\t") else delimiter
    if delimiter is not None and len(delimiter) != 1:
        raise InputError(f"--delimiter: expected one sign, or tab, got {quoted(delimiter)}")
    given = [delimiter] if delimiter else [each for each in DELIMITERS if each in text] or [","]
    sheets = [_split(path, text, coded, each) for each in given]
    return [each for each in sheets if each is not None]


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_TABLE_BYTES:
            raise _refused(path, "is larger than 64 MiB", "take out what is not needed")
        return path.read_bytes()
    except OSError as fault:
        raise _refused(path, f"cannot be read: {fault.strerror}") from None


def _refused(path: Path, message: str, hint: str | None = None) -> ScenarioError:
    return ScenarioError([Problem(message, str(path), hint=hint)])


def _decoded(path: Path, raw: bytes, encoding: str | None) -> tuple[str, str]:
    """The text, and its encoding in words; never one that any bytes would fit."""
    mark = next(((codec, words) for bom, codec, words in _MARKS if raw.startswith(bom)), None)
    codec, words = mark or (encoding or "utf-8", encoding or "UTF-8")
    if mark is None and encoding is None and b"\0" in raw:
        codec, words = _wide_codec(raw), "UTF-16 without a byte order mark"
    try:
        text = raw.decode(codec)
    except (UnicodeDecodeError, LookupError):
        hint = "say which with --encoding, as --encoding windows-1252, or save it in UTF-8"
        raise _refused(path, f"is not text in {words}", hint) from None
    return text, words


def _wide_codec(raw: bytes) -> str:
    """In Latin letters of two bytes each, the zeros are the second or the first of them."""
    return "utf-16-le" if raw[1::2].count(0) >= raw[::2].count(0) else "utf-16-be"


def _split(path: Path, text: str, coded: str, delimiter: str) -> Sheet | None:
    """Rows with this delimiter; None where the text is no CSV with it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines, before = [], 0
    try:
        for cells in reader:
            lines.append(Line(before + 1, tuple(map(tidy, cells))))
            before = reader.line_num
    except csv.Error as fault:
        raise ScenarioError([Problem(f"is no CSV: {fault}", str(path), before + 1)]) from None
    if lines and (mark := "".join(lines[0].cells).lower()).startswith("sep="):
        if mark not in ("sep=", f"sep={delimiter}") and lines[0].cells != ("sep=", ""):
            return None
        lines = lines[1:]
    return Sheet(tuple(lines), delimiter, f"{coded}, {DELIMITERS.get(delimiter, delimiter)}")


def tidy(cell: str) -> str:
    """A cell in one form of letters, with one plain space for any spaces in it."""
    return " ".join(one_form(cell).split())


# ---- workbooks


class _Worksheet(Protocol):
    def iter_rows(self, *, values_only: bool) -> Iterable[Sequence[object]]:
        """Rows of values."""


def _workbook(path: Path, sheet: str) -> Sheet:
    """The cells of a workbook's sheet as text.

    Raises:
        InputError: openpyxl is not installed.
        ScenarioError: it cannot be read, or which sheet is meant is not said.
    """
    try:
        from openpyxl import load_workbook  # deferred: an extra that most do not need
    except ImportError:
        raise InputError(
            f"{path}: is a workbook: install rajasim[xlsx], or save the sheet as CSV in UTF-8"
        ) from None
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        names = [str(name) for name in book.sheetnames]
    except Exception as fault:  # openpyxl raises whatever its parts do
        raise _refused(path, f"is no workbook that can be read: {fault}") from None
    if sheet not in names and (sheet or len(names) > 1):
        hint = f"--sheet NAME, one of {', '.join(names)}"
        raise _refused(path, "has several sheets" if not sheet else "lacks that sheet", hint)
    chosen = sheet or names[0]
    worksheet: _Worksheet = book[chosen]
    rows = enumerate(worksheet.iter_rows(values_only=True), 1)
    lines = tuple(Line(k, tuple(map(_text_of, cells))) for k, cells in rows)
    return Sheet(lines, "", f"workbook, sheet {chosen}")


def _text_of(value: object) -> str:
    """A value of a workbook: a day in ISO's form, a number without needless decimals."""
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return tidy(str(value))
