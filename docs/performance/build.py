"""Make docs/performance.md and its chart: ``python -m docs.performance.build [FILE]``.

Text is in ``performance.template.md``; tables and the chart are the newest file of
``benchmarks/results/``, which ``make bench`` writes, or FILE.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks import ways
from benchmarks.results_file import newest_results, read_results
from benchmarks.sections import SECTIONS, Row
from docs.markdown_tables import table
from docs.performance.scale import scale_table
from docs.performance.targets import targets_table
from sim.report.drawing.colours import INK, RULE
from sim.report.drawing.policy_styles import LINES, MARKERS, PALETTE
from sim.report.drawing.style import TITLE, styled

HERE: Final = Path(__file__).parent
TEMPLATE: Final = HERE / "performance.template.md"
PAGE: Final = HERE.parent / "performance.md"
CHART: Final = HERE.parent / "performance.png"
DPI: Final = 150
HEADROOM: Final = 12.0  # times the longest time, for the legend
NOT_MEASURED: Final = "Not measured on this machine."
# From the slowest, as the lines are from top to bottom.
DRAWN: Final = (ways.MESA, ways.TUNED_MESA, ways.SIMPY, ways.OURS, ways.C)
COLOURS: Final = dict(
    zip(DRAWN, (PALETTE[3], PALETTE[2], PALETTE[1], PALETTE[0], INK), strict=True)
)


def main() -> None:
    """Write both."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else newest_results()
    if path is None:
        raise SystemExit("nothing has been measured; make bench does it")
    results = read_results(path)
    PAGE.write_text(page(TEMPLATE.read_text(encoding="utf-8"), results), encoding="utf-8")
    save_chart(results["sections"]["plain"]["rows"])


@styled
def save_chart(rows: Sequence[Row]) -> None:
    """Save the chart: letters of ticks are chosen as it is saved."""
    chart(rows).savefig(CHART, dpi=DPI, metadata={"Software": None})


def page(template: str, results: Mapping[str, Any]) -> str:
    """The template with what was measured at its marks."""
    text = template.replace("<!-- machine -->", _machine(results))
    text = text.replace("<!-- targets -->", targets_table(results["sections"]))
    text = text.replace("<!-- scale -->", scale_table(results["sections"]))
    for name in SECTIONS:
        text = text.replace(f"<!-- {name} -->", _section(name, results["sections"].get(name)))
    return text


def _machine(results: Mapping[str, Any]) -> str:
    found = results["machine"]
    packages = ", ".join(
        f"{name} {found[name]}"
        for name in ("python", "numpy", "numba", "mesa", "simpy", "flee", "gcc")
        if found[name]
    )
    hardware = f"{found['processor']}, {found['cores']} cores, {found['memory_gb']} GB"
    return f"{hardware}; {found['system']}; {packages}."


def _section(name: str, found: Mapping[str, Any] | None) -> str:
    if found is None or not found["rows"]:
        return NOT_MEASURED
    columns = SECTIONS[name].columns
    heads = [column.head for column in columns]
    cells = [[column.cell(row) for column in columns] for row in found["rows"]]
    return f"{table(heads, cells)}\n\nMeasured on {found['day']}, version {found['version']}."


@styled
def chart(rows: Sequence[Row]) -> Figure:
    """CPU time against groups, both on logarithmic scales, a line a tool."""
    figure = Figure(figsize=(7.2, 4.6), layout="constrained")
    axes = figure.add_subplot()
    axes.set(xscale="log", yscale="log", xlabel="groups")
    axes.set_title("CPU seconds of the plain model, one core", loc="left", fontsize=TITLE)
    axes.grid(color=RULE, linewidth=0.5)
    for number, way in enumerate(DRAWN):
        _draw(axes, [row for row in rows if row["way"] == way], number)
    axes.set_ylim(top=HEADROOM * axes.get_ylim()[1])
    axes.legend(loc="upper left", frameon=False, alignment="left", title="CPU time an event")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:,.7g}")
    return figure


def _draw(axes: Axes, rows: Sequence[Row], number: int) -> None:
    """One tool's line, with its time an event at the largest size in the legend."""
    if not rows:
        return
    way, last = DRAWN[number], rows[-1]
    size = 10 ** round(math.log10(last["groups"]))
    axes.plot(
        [row["groups"] for row in rows],
        [row["cpu_s"] for row in rows],
        label=f"{way}: {last['event_ns']:,.0f} ns at {size:,} groups",
        color=COLOURS[way],
        linestyle="-" if way == ways.OURS else LINES[1 + number % (len(LINES) - 1)],
        marker=MARKERS[number],
    )


if __name__ == "__main__":
    main()
