"""Write the tables of ``results/README.md`` from their records: ``python -m docs.results.build``.

What is between the marks ``<!-- files -->``, ``<!-- columns -->`` and ``<!-- series -->`` and
their ends is made; the rest of the page is written by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from sim.outcomes.series import SERIES
from sim.results.tables import TABLES
from sim.results.tables.record import Table

PAGE = Path(__file__).parents[2] / "results" / "README.md"
TYPES = {pl.String: "text", pl.Int64: "integer", pl.Float64: "number", pl.Date: "date"}


def main() -> None:
    """Write the page again."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), TABLES), encoding="utf-8")


def page(text: str, tables: Mapping[str, Table]) -> str:
    """The page with what is between its marks made from records."""
    for mark, lines in (
        ("files", _files(tables.values())),
        ("columns", _columns(tables.values())),
        ("series", _series()),
    ):
        text = _filled(text, mark, lines)
    return text


def _filled(text: str, mark: str, lines: Iterable[str]) -> str:
    """The text with lines between a mark and its end."""
    begin, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
    before, found, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise ValueError(f"the page has no place for {mark}")
    return before + "\n".join((begin, "", *lines, "", end)) + after


def _files(tables: Iterable[Table]) -> Iterator[str]:
    rows = [(f"`{table.file}`", table.row, table.holds) for table in tables]
    yield from _table(("file", "one row is", "holds"), rows)


def _columns(tables: Iterable[Table]) -> Iterator[str]:
    for number, table in enumerate(tables):
        if number:
            yield ""
        yield f"### `{table.file}`"
        yield ""
        rows = [
            (f"`{each.name}`", TYPES[each.type], each.unit, each.meaning) for each in table.columns
        ]
        if table.more_columns:
            rows.append(("others", "number", "", table.more_columns))
        yield from _table(("column", "type", "unit", "meaning"), rows)
        yield ""
        yield f"Rows are in the order of {', '.join(f'`{name}`' for name in table.keys)}."
        if table.notes:
            yield table.notes


def _series() -> Iterator[str]:
    rows = [(f"`{each.name}`", each.unit, each.meaning) for each in SERIES]
    yield from _table(("series", "unit", "meaning"), rows)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for cells in (columns, ["---"] * len(columns), *rows):
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
