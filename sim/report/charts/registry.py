"""The charts there are, by name, in the order in which a report tells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING

from sim.errors import ResultsError

if TYPE_CHECKING:
    from sim.report.drawing.chart import Chart
    from sim.results.store import StoredResults


class Section(StrEnum):
    """The parts of a report's story, in order."""

    HAPPENED = "what happened"
    CHANGES = "what each policy changes"
    COSTS = "what it costs, and whom"
    SURE = "how sure we are"
    RANKING = "what would change the ranking"


@dataclass(frozen=True)
class ChartKind:
    """A chart that can be drawn; its module is loaded when it is.

    Attributes:
        name: Its name on the command line.
        meaning: What it shows, in a line.
        section: Where a report tells it.
    """

    name: str
    meaning: str
    section: Section

    def draw(self, results: StoredResults) -> Chart:
        """Draw it from stored results."""
        chart: Chart = import_module(f"sim.report.charts.{self.name}").draw(results)
        return chart


_STORY = {
    Section.HAPPENED: {
        "fan": "people waiting, arrivals and people in the transit state, by day",
        "flow_map": "people on each leg of road before and after access changes",
        "heat_map": "arrivals by crossing and day, north to south, with who is stranded",
        "closure_calendar": "what each crossing was open to, day by day, by policy",
        "utilisation": "officers' hours in use by crossing and day, with who waits there",
        "alluvial": "where people first set out for, what they reached, how it ended",
    },
    Section.CHANGES: {
        "paired_difference": "each policy minus the reference, run by run, by indicator",
    },
    Section.COSTS: {
        "trade_off": "person-days waiting against people without access, by policy",
        "exposure": "hours outdoors by wind chill, crossing and class of person",
    },
    Section.SURE: {
        "validation": "observed against simulated arrivals, and how sure the means are",
    },
    Section.RANKING: {
        "regret": "how much worse a policy does than the best one, future by future",
        "tornado": "what the effect of a policy depends on, parameter by parameter",
    },
}
_KINDS = tuple(
    ChartKind(name, meaning, section)
    for section, charts in _STORY.items()
    for name, meaning in charts.items()
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
