"""The charts there are, by name, in the order in which a report tells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from sim.errors import ResultsError

if TYPE_CHECKING:
    from sim.report.chart import Chart
    from sim.store import StoredResults


@dataclass(frozen=True)
class ChartKind:
    """A chart that can be drawn; its module is loaded when it is.

    Attributes:
        name: Its name on the command line.
        meaning: What it shows, in a line.
    """

    name: str
    meaning: str

    def draw(self, results: StoredResults) -> Chart:
        """Draw it from stored results."""
        chart: Chart = import_module(f"sim.report.{self.name}").draw(results)
        return chart


_KINDS = (
    # what happened
    ChartKind("fan", "people waiting, arrivals and people in the transit state, by day"),
    ChartKind("heat_map", "arrivals by crossing and day, north to south, with who is stranded"),
    ChartKind("closure_calendar", "what each crossing was open to, day by day, by policy"),
    ChartKind("alluvial", "where people first set out for, what they reached, how it ended"),
    # what each policy changes, what it costs and whom
    ChartKind("paired_difference", "each policy minus the reference, run by run, by indicator"),
    ChartKind("trade_off", "person-days waiting against people without access, by policy"),
    # how sure that is, and what would change it
    ChartKind("regret", "how much worse a policy does than the best one, future by future"),
    ChartKind("tornado", "what the effect of a policy depends on, parameter by parameter"),
)
CHARTS = {kind.name: kind for kind in _KINDS}


def draw_charts(results: StoredResults, names: Sequence[str] | None = None) -> list[Chart]:
    """Draw charts by name, or all of them, in telling order.

    Raises:
        ResultsError: A name is not a chart.
    """
    wanted = list(CHARTS) if names is None else list(names)
    unknown = [name for name in wanted if name not in CHARTS]
    if unknown:
        raise ResultsError(f"no chart is called {unknown[0]}; there are {', '.join(CHARTS)}")
    return [CHARTS[name].draw(results) for name in wanted]
