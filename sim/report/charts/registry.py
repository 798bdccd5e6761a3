"""The charts there are, by name, in the order of the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Final

from sim.errors import ResultsError
from sim.plugins.entries import note_entry, redefines

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
        section: The part of the report that it is in.
        compares: Whether it shows differences between policies, and nothing of one alone.
        needs: What a scenario must have for it to show anything, a value of
            :class:`sim.world.modelled.Need`; nothing if empty.
        function: What draws it, if that is not ``draw`` of a module here of its name.
    """

    name: str
    meaning: str
    section: Section
    compares: bool = False
    needs: str = ""
    function: Callable[[StoredResults], Chart] | None = None

    def why_not(self, results: StoredResults) -> str:
        """What the scenario lacks for it to show anything, in words; empty for nothing."""
        from sim.report.analysis import queries  # deferred: it loads polars

        return queries.lacks(results, self.needs)

    def draw(self, results: StoredResults) -> Chart:
        """Draw it from stored results; in its place the reason, where the scenario lacks a part."""
        if why := self.why_not(results):
            return self._left_out(results, why)
        if self.function is not None:
            return self.function(results)
        chart: Chart = import_module(f"sim.report.charts.{self.name}").draw(results)
        return chart

    def _left_out(self, results: StoredResults, why: str) -> Chart:
        from sim.report.charts.placeholder import placeholder  # deferred: it loads matplotlib
        from sim.text.catalogue import translate

        return placeholder(
            results,
            self.name,
            title=translate("Not modelled: {reason}", reason=why),
            subtitle=translate("The chart “{chart}”.", chart=self.name),
            why=translate(
                "What is not modelled is not zero: give the scenario that part for it to be shown."
            ),
            columns=("policy",),
        )


_KINDS = (
    ChartKind(
        "fan", "people waiting, arrivals and people in the transit state, by day", Section.HAPPENED
    ),
    ChartKind(
        "flow_map", "people on each leg of road before and after access changes", Section.HAPPENED
    ),
    ChartKind(
        "heat_map",
        "arrivals by crossing and day, north to south, with who is stranded",
        Section.HAPPENED,
    ),
    ChartKind(
        "closure_calendar",
        "what each crossing was open to, day by day, by policy",
        Section.HAPPENED,
    ),
    ChartKind(
        "utilisation",
        "officers' hours in use by crossing and day, with who waits there",
        Section.HAPPENED,
    ),
    ChartKind(
        "alluvial",
        "where people first set out for, what they reached, how it ended",
        Section.HAPPENED,
    ),
    ChartKind(
        "paired_difference",
        "each policy minus the reference, run by run, by indicator",
        Section.CHANGES,
        compares=True,
    ),
    ChartKind(
        "trade_off",
        "person-days waiting against people without access, by policy",
        Section.COSTS,
        compares=True,
    ),
    ChartKind(
        "who_pays",
        "what each policy costs, by who bears it and by item, with who is without access",
        Section.COSTS,
    ),
    ChartKind(
        "exposure",
        "hours outdoors by wind chill, crossing and class of person",
        Section.COSTS,
        needs="weather",
    ),
    ChartKind(
        "validation",
        "observed against simulated arrivals, and how sure the means are",
        Section.SURE,
    ),
    ChartKind(
        "regret",
        "how much worse a policy does than the best one, future by future",
        Section.RANKING,
        compares=True,
    ),
    ChartKind(
        "tornado",
        "what the effect of a policy depends on, parameter by parameter",
        Section.RANKING,
        compares=True,
    ),
)
# Charts of calibrations, of rival explanations and of hindcasts: each is drawn by the command that
# makes what it shows, into the same folder.
OF_COMMANDS: Final = {
    "posterior_ridge": ("calibrate", "fitted parameters, posterior against prior"),
    "posterior_misfit": ("calibrate", "how far the counts are from runs, among runs of the model"),
    "response_shares": ("hypotheses", "rules of response near the counts, by tolerance"),
    "forecast_fan": ("hindcast", "arrivals forecast by crossing and day, with later counts"),
    "forecast_skill": ("hindcast", "skill against each baseline, with intervals"),
    "forecast_ranks": ("hindcast", "where later counts fall among the samples"),
}
CHARTS = {kind.name: kind for kind in _KINDS}
# Time, place and what was decided: the story of one policy in the fewest pictures that tell it.
# Nobody's waiting is shown without who is without access: the heat map has both.
LEADING = ("fan", "heat_map", "closure_calendar")
# Of several policies: what happened by day, and who pays; how far the model is to be trusted, and
# the differences between them, are on the first screen.
LEADING_OF_MANY = ("fan", "who_pays")


def default_charts(results: StoredResults, *, compares: bool = True) -> list[str]:
    """Names of the charts that are drawn where none is asked for by name.

    Args:
        results: Charts are left out that its scenario lacks a part for.
        compares: Whether to draw those that show differences between policies.
    """
    kinds = (kind for kind in CHARTS.values() if compares or not kind.compares)
    return [kind.name for kind in kinds if not kind.why_not(results)]


def report_charts(results: StoredResults, *, compares: bool, full: bool = False) -> list[str]:
    """Names of the charts that a report shows where none is asked for.

    Args:
        results: Charts are left out that its scenario lacks a part for.
        compares: Whether there are several policies.
        full: Whether it is the full report, which has all; the short one has those that lead.
    """
    possible = default_charts(results, compares=compares)
    leading = LEADING_OF_MANY if compares else LEADING
    return [name for name in possible if full or name in leading]


def chart(
    name: str, meaning: str, section: Section, *, compares: bool = False
) -> Callable[[Callable[[StoredResults], Chart]], Callable[[StoredResults], Chart]]:
    """Register a function that draws a chart, as a plugin does.

    Args:
        name: Its name on the command line and of its files.
        meaning: What it shows, in a line.
        section: The part of the report that it is in.
        compares: Whether it shows differences between policies, and nothing of one alone.

    Raises:
        ValueError: The name is taken, or is none that a file may have.
    """

    def enter(draw: Callable[[StoredResults], Chart]) -> Callable[[StoredResults], Chart]:
        known = CHARTS.get(name)
        if not name.isidentifier():
            raise ValueError(f"a chart is named with letters, digits and _, not {name!r}")
        if known and not (known.function and redefines(draw, known.function)):
            raise ValueError(f"there is already a chart {name!r}")
        CHARTS[name] = ChartKind(name, meaning, section, compares, function=draw)
        note_entry("chart", name, draw)
        return draw

    return enter


def require_charts(names: Sequence[str]) -> None:
    """Check that these are names of charts.

    Raises:
        ResultsError: One is not.
    """
    unknown = [name for name in names if name not in CHARTS]
    if unknown:
        raise ResultsError(f"no chart is called {unknown[0]}; there are {', '.join(CHARTS)}")


def draw_charts(results: StoredResults, names: Sequence[str] | None = None) -> list[Chart]:
    """Draw charts by name, or all that the scenario has what is needed for.

    Raises:
        ResultsError: A name is not a chart.
    """
    wanted = default_charts(results) if names is None else list(names)
    require_charts(wanted)
    return [CHARTS[name].draw(results) for name in wanted]
