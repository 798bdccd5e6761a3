"""The comparison by receiving state of a chain: a table a state, rights beside order and cost.

Nothing where there is one border. :mod:`sim.report.page.terminal_table` shows it in a terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.analysis import queries
from sim.report.analysis.receiving_states import (
    headline_by_state,
    indicators_of,
    receiving_states,
)
from sim.report.analysis.verdicts import judged_by_state
from sim.report.html_templates import environment
from sim.report.page.comparison_table import TableRow, html_of, rows_of, table_html
from sim.text.catalogue import translate
from sim.text.wording import listing, number

if TYPE_CHECKING:
    from sim.results.store import StoredResults


@dataclass(frozen=True)
class StateTable:
    """Every policy in the indicators of one state.

    Attributes:
        state: Id of the state.
        name: Its name, in the current language.
        crossings: Names of its crossings, in the current language.
        rows: By family and indicator, rights first; reference first.
    """

    state: str
    name: str
    crossings: tuple[str, ...]
    rows: list[TableRow]

    @property
    def heading(self) -> str:
        """``By state: Upland (First)``; of many crossings the last are counted, none is no list."""
        if not self.crossings:
            return translate("By state: {state}", state=self.name)
        crossings = listing(self.crossings)
        return translate("By state: {state} ({crossings})", state=self.name, crossings=crossings)


def tables_by_state(results: StoredResults) -> list[StateTable]:
    """A table for each state, in the order of the scenario."""
    entries, verdicts = headline_by_state(results), judged_by_state(results)
    return [
        StateTable(
            state.id,
            state.name,
            state.crossings,
            rows_of(results, indicators_of(results, state.id), entries, verdicts[state.id]),
        )
        for state in receiving_states(results)
    ]


def indicators_shown(results: StoredResults) -> list[queries.Entry]:
    """The indicators of the comparison table, then those that only the tables of states show."""
    shown = queries.headline(results)
    if not receiving_states(results):
        return shown
    return [*shown, *(entry for entry in headline_by_state(results) if entry not in shown)]


def statement(tables: Sequence[StateTable]) -> str:
    """What adds up over states and what does not, and how to read the tables."""
    sentences = [
        translate(
            "Each state's table counts what happened at its border alone. Arrivals of states add "
            "up over borders, people do not: a person who came to two borders is in both tables. "
            "Numbers and words are those of the table of the whole route."
        )
    ]
    if compared := sum(row.change is not None for table in tables for row in table.rows):
        sentences.append(
            translate(
                "The words allow for all {compared} comparisons of all states together; whether "
                "fewer could come is judged by people without access on the whole route, since no "
                "state sees whom it kept away.",
                compared=number(compared),
            )
        )
    return " ".join(sentences)


def tables_html(results: StoredResults) -> str:
    """The comparison table and, below it, those of states, as HTML."""
    tables = tables_by_state(results)
    if not tables:
        return table_html(results)
    template = environment().get_template("states.html.j2")
    by_state = template.render(
        statement=statement(tables),
        tables=[html_of(results, each.rows, each.heading, each.heading) for each in tables],
    )
    return f"{table_html(results)}\n{by_state}"
