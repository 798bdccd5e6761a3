"""Numbers as they are published: what separates thousands, what decimals, what is not there.

A point or a comma before three digits may be either. What it is follows from the other numbers of
the same file, or is said by who imports it; else the file is refused with both readings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sim.errors import quoted

MISSING: Final = frozenset(
    (
        "",
        "..",
        "...",
        ".",
        ":",
        "-",
        "–",
        "—",
        "?",
        "n/a",
        "na",
        "n.a.",
        "nan",
        "null",
        "none",
        "#n/a",
    )
)
DECIMALS: Final = {"comma": ",", "point": "."}
_SPACED = re.compile(r"\d{1,3}([ '’]\d{3})+(?P<rest>[.,]\d+)?", re.ASCII)
_BOTH = re.compile(r"\d{1,3}((?P<t>[.,])\d{3})+(?P<d>[.,])\d+", re.ASCII)
_TWICE = re.compile(r"\d{1,3}(?P<t>[.,])\d{3}((?P=t)\d{3})+", re.ASCII)
_ONCE = re.compile(r"(?P<whole>\d*)(?P<sign>[.,])(?P<rest>\d+)", re.ASCII)
_BELOW = re.compile(r"(?P<sign><=?|≤) ?(?P<most>\d{1,6})", re.ASCII)
_RANGE = re.compile(r"(?P<low>\d{1,6}) ?[-–] ?(?P<high>\d{1,6})", re.ASCII)
_ROUNDED = re.compile(r"\d+([.,]\d+)?e[+-]?\d+", re.ASCII | re.IGNORECASE)
_FLAGGED = re.compile(r"(?P<value>.*?) ?(?P<flags>[a-z]{1,3})", re.ASCII)


@dataclass(frozen=True)
class Figure:
    """A count with its range; None where it is unknown."""

    count: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class NumberCell:
    """A cell of numbers.

    Attributes:
        line: its line in the file.
        column: its column's header.
        text: what is in it.
    """

    line: int
    column: str
    text: str


@dataclass(frozen=True)
class NumberRules:
    """What is said of the numbers of a file.

    Attributes:
        decimal: ``comma`` or ``point``; found out if None.
        zero: texts that stand for nobody.
        missing: texts that stand for an unknown count, beside :data:`MISSING`.
        censored: texts that stand for a range, with its ends.
        has_flags: whether letters after a number are flags of it (Eurostat).
    """

    decimal: str | None = None
    zero: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    censored: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    has_flags: bool = False


@dataclass
class NumberReport:
    """What was found out about the numbers of a file.

    Attributes:
        decisions: in words, for who imports it.
        faults: cells that cannot be read: the cell, why, and what to do.
    """

    decisions: list[str] = field(default_factory=list)
    faults: list[tuple[NumberCell, str, str]] = field(default_factory=list)


def read_numbers(
    cells: Sequence[NumberCell], rules: NumberRules
) -> tuple[list[Figure], NumberReport]:
    """Every cell as a count, a range, or unknown; those with faults as unknown."""
    report = NumberReport()
    decimal = _decimal_sign(cells, rules, report)
    figures = [_figure(cell, rules, decimal, report) for cell in cells]
    _report_kinds(cells, figures, rules, report)
    return figures, report


def _bare(cell: NumberCell, rules: NumberRules) -> str:
    """The text without flags."""
    text = cell.text
    if rules.has_flags and (match := _FLAGGED.fullmatch(text)) and match["value"]:
        return match["value"]
    return text


def _is_missing(text: str, rules: NumberRules) -> bool:
    return text not in rules.zero and (text.lower() in MISSING or text in rules.missing)


# ---- the decimal sign


def _decimal_sign(
    cells: Sequence[NumberCell], rules: NumberRules, report: NumberReport
) -> str | None:
    """The decimal sign of the file; None where no number needs to know it."""
    shown: dict[str, NumberCell] = {}
    unclear: list[NumberCell] = []
    for cell in cells:
        text = _bare(cell, rules)
        if (sign := _shows(text)) is not None:
            shown.setdefault(sign, cell)
        elif _is_unclear(text):
            unclear.append(cell)
    if rules.decimal is not None:
        return _as_given(DECIMALS[rules.decimal], shown, report)
    if len(shown) > 1:
        comma, point = shown[","], shown["."]
        why = (
            f"{quoted(point.text)} has a decimal point, and {quoted(comma.text)} in line "
            f"{comma.line} a decimal comma"
        )
        report.faults.append((point, why, "correct one of them, or say --decimal point or comma"))
        return None
    if not shown and unclear:
        _refuse(unclear, report)
        return None
    sign = next(iter(shown), None)
    if sign is not None:
        cell, name = shown[sign], _name(sign)
        more = f"; so {len(unclear)} as {quoted(unclear[0].text)} are read" if unclear else ""
        report.decisions.append(
            f"the decimal sign is a {name}, by {quoted(cell.text)} in line {cell.line}{more}"
        )
    return sign


def _as_given(sign: str, shown: Mapping[str, NumberCell], report: NumberReport) -> str:
    report.decisions.append(f"the decimal sign is a {_name(sign)}, as given")
    for other, cell in shown.items():
        if other != sign:
            why = f"{quoted(cell.text)} does not have a decimal {_name(sign)}, as given"
            report.faults.append((cell, why, f"is it --decimal {_name(other)}?"))
    return sign


def _refuse(unclear: Sequence[NumberCell], report: NumberReport) -> None:
    cell = unclear[0]
    whole = re.sub(r"[.,]", "", cell.text)
    fraction = cell.text.replace(",", ".")
    sign = "." if "." in cell.text else ","
    other = "comma" if sign == "." else "point"
    many = f", and {len(unclear) - 1} more like it" if len(unclear) > 1 else ""
    report.faults.append(
        (
            cell,
            f"{quoted(cell.text)} is {whole}, with a {_name(sign)} between thousands, or "
            f"{fraction}, with a decimal {_name(sign)}{many}; no other number tells",
            f"--decimal {other} for {whole}, --decimal {_name(sign)} for {fraction}",
        )
    )


def _name(sign: str) -> str:
    return "comma" if sign == "," else "point"


def _shows(text: str) -> str | None:
    """The decimal sign that a number proves, or None."""
    if (match := _SPACED.fullmatch(text)) and match["rest"]:
        return match["rest"][0]
    if (match := _BOTH.fullmatch(text)) and match["t"] != match["d"]:
        return match["d"]
    if match := _TWICE.fullmatch(text):
        return "." if match["t"] == "," else ","
    if (match := _ONCE.fullmatch(text)) and not _is_unclear(text):
        return match["sign"]
    return None


def _is_unclear(text: str) -> bool:
    """Whether a sign stands before three digits and after one to three of a whole number."""
    match = _ONCE.fullmatch(text)
    if match is None or len(match["rest"]) != 3:
        return False
    return 1 <= len(match["whole"]) <= 3 and not match["whole"].startswith("0")


# ---- single numbers


def _figure(
    cell: NumberCell, rules: NumberRules, decimal: str | None, report: NumberReport
) -> Figure:
    text = _bare(cell, rules)
    if text in rules.censored:
        return Figure(None, *rules.censored[text])
    if text in rules.zero:
        return Figure(0.0)
    if _is_missing(text, rules):
        return Figure()
    if match := _BELOW.fullmatch(text):
        most = float(match["most"]) - (match["sign"] == "<")
        return Figure(None, 0.0, max(0.0, most))
    if (match := _RANGE.fullmatch(text)) and float(match["low"]) < float(match["high"]):
        return Figure(None, float(match["low"]), float(match["high"]))
    if not text.isascii() and not _SPACED.fullmatch(text):
        return _fault(cell, report)
    number = _number(text, decimal)
    return Figure(number) if number is not None else _fault(cell, report)


def _number(text: str, decimal: str | None) -> float | None:
    """A number with the decimal sign of the file; None where it is none."""
    if text.isdigit():
        return float(text)
    if match := _SPACED.fullmatch(text):
        whole = text[: match.start("rest")] if match["rest"] else text
        if match["rest"] and match["rest"][0] != decimal:
            return None
        return float(re.sub(r"\D", "", whole) + (match["rest"] or "").replace(",", "."))
    sign = _shows(text)
    if decimal is None or (sign is not None and sign != decimal):
        return None
    if sign is None and not _is_unclear(text):
        return None
    other = "," if decimal == "." else "."
    return float(text.replace(other, "").replace(decimal, "."))


def _fault(cell: NumberCell, report: NumberReport) -> Figure:
    """Note a cell that is no count, unless its decimal sign is what was refused already."""
    if _is_unclear(cell.text) or _shows(cell.text) is not None:
        return Figure()
    if _ROUNDED.fullmatch(cell.text):
        why, hint = "was rounded by a spreadsheet", "save the whole number"
    else:
        why = "is no count of people"
        hint = "leave a count that is unknown empty, or say what it stands for in the map"
    report.faults.append((cell, f"{quoted(cell.text)} {why}", hint))
    return Figure()


def _report_kinds(
    cells: Sequence[NumberCell],
    figures: Iterable[Figure],
    rules: NumberRules,
    report: NumberReport,
) -> None:
    """Say how many counts are missing or ranges, with the first of each."""
    missing, ranges = [], []
    for cell, figure in zip(cells, figures, strict=True):
        if cell.text and figure == Figure():
            missing.append(cell)
        elif figure.count is None and figure.high is not None:
            ranges.append((cell, figure))
    faulty = {id(cell) for cell, _, _ in report.faults}
    missing = [each for each in missing if id(each) not in faulty and not _is_unclear(each.text)]
    if missing:
        texts = ", ".join(map(quoted, sorted({each.text for each in missing})))
        report.decisions.append(f"{len(missing)} unknown counts: {texts}")
    if ranges:
        cell, first = ranges[0]
        report.decisions.append(
            f"{len(ranges)} ranges without a count: {quoted(cell.text)} in line {cell.line} is "
            f"low {first.low:g}, high {first.high:g}"
        )
    flagged = [each for each in cells if _bare(each, rules) != each.text]
    if flagged:
        report.decisions.append(
            f"{len(flagged)} flags left out, the first in line {flagged[0].line}: "
            f"{quoted(flagged[0].text)}"
        )
