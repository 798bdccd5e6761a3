"""The comparison table and the tables of states in the terminal, with rich."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from sim.report.analysis import queries
from sim.report.page.comparison_table import TableRow, caption, table_rows
from sim.report.page.state_tables import statement, tables_by_state
from sim.text.catalogue import translate
from sim.text.wording import CLEAR, direction_words

if TYPE_CHECKING:
    from sim.results.store import StoredResults


def table_rich(results: StoredResults) -> Group:
    """A block an indicator, a row a policy; readable at 100 columns. Then the same by state.

    Of one policy alone a block is a family, a row an indicator.
    """
    rows = table_rows(results)
    parts: list[Text | Table] = []
    for family, members in groupby(rows, key=lambda row: row.family):
        parts.append(_bold(queries.family_words(family).upper()))
        parts += _blocks(members)
    return Group(*parts, _dim(caption(results, rows)), *_by_state(results))


def _by_state(results: StoredResults) -> Iterator[Text | Table]:
    """A heading a state and its blocks, rights first; nothing where there is one border."""
    tables = tables_by_state(results)
    for table in tables:
        yield _bold(table.heading.upper())
        yield from _blocks(table.rows)
    if tables:
        yield _dim(statement(tables))


def _bold(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _dim(text: str) -> Text:
    return Text(f"\n{text}", style="dim")


def _blocks(rows: Iterable[TableRow]) -> Iterator[Text | Table]:
    """A block an indicator, a line where that is not modelled; one for all of a single policy."""
    rows = list(rows)
    if len({row.policy for row in rows}) == 1:
        yield _uncompared(rows)
        return
    for _, block in groupby(rows, key=lambda row: row.indicator):
        members = list(block)
        yield _not_modelled(members[0]) if members[0].missing else _block(members)


def _not_modelled(row: TableRow) -> Text:
    words = f"{row.value_text}: {row.missing}"
    return Text.assemble(("\n" + _head(row), "bold"), f"\n{words}")


def _uncompared(rows: Sequence[TableRow]) -> Table:
    table = _table()
    table.add_column(translate("Indicator"), ratio=3, overflow="fold")
    table.add_column(translate("Unit"), ratio=1, overflow="fold")
    table.add_column(translate("median (10 to 90 %)"), justify="right", overflow="fold")
    for row in rows:
        value = f"{row.value_text}: {row.missing}" if row.missing else row.value_text
        table.add_row(*(Text(cell) for cell in (row.name, row.unit, value)))
    return table


def _table(title: Text | None = None) -> Table:
    return Table(
        title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, show_edge=False
    )


def _block(rows: Sequence[TableRow]) -> Table:
    head = rows[0]
    table = _table(Text(f"\n{_head(head)}", style="bold"))
    table.add_column(translate("policy"), ratio=3, overflow="fold", min_width=16)
    table.add_column(translate("median (10 to 90 %)"), justify="right", overflow="fold")
    table.add_column(translate("difference (95 %)"), justify="right", overflow="fold")
    table.add_column(_majority_head(head), justify="right", overflow="fold")
    table.add_column(translate("reading"), overflow="fold", min_width=10)
    for row in rows:
        style = "bold" if row.word in CLEAR else ""
        cells = (row.label, row.value_text, row.change_text, row.majority_text)
        table.add_row(*(Text(cell) for cell in cells), Text(row.reading, style=style))
    return table


def _majority_head(row: TableRow) -> str:
    if row.direction == "none":
        return translate("median; lower in")
    return translate("median; better in")


def _head(row: TableRow) -> str:
    return translate(
        "{indicator} ({unit}; {direction})",
        indicator=row.name,
        unit=row.unit,
        direction=direction_words(row.direction),
    )
