"""The comparison table as an object that notebooks and rich display."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.html_templates import environment
from sim.report.page.state_tables import tables_html

if TYPE_CHECKING:
    from rich.console import Group

    from sim.results.store import StoredResults


@dataclass(frozen=True)
class ComparisonTable:
    """Stored results as a table that notebooks and rich show by themselves."""

    results: StoredResults

    def _repr_html_(self) -> str:
        """The table with the style that a report gives it."""
        style = environment().get_template("table.css").render()
        return f"<style>\n{style}</style>\n{tables_html(self.results)}"

    def __rich__(self) -> Group:
        from sim.report.page.terminal_table import table_rich  # loads rich, only where it is shown

        return table_rich(self.results)
