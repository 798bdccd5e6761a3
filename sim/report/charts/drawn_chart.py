"""A chart as files and words: what a page shows, a process hands over and a folder keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.report.charts.registry import CHARTS
from sim.report.drawing.shown_chart import ShownChart
from sim.results.stored_tables import NotedTables
from sim.text.catalogue import current_language
from sim.text.languages import Language

if TYPE_CHECKING:
    from sim.results.store import StoredResults


@dataclass(frozen=True)
class DrawnChart(ShownChart):
    """One chart that has been drawn.

    Attributes:
        files: content of its files by ending: ``png``, ``csv`` and, where asked for, ``svg``.
        is_whole: whether a font had every sign of its names.
        tables: names of the tables that it was drawn from, sorted.
    """

    files: Mapping[str, bytes]
    is_whole: bool = True
    tables: tuple[str, ...] = ()

    def png(self) -> bytes:
        """The picture."""
        return self.files["png"]


def drawn(name: str, results: StoredResults, *, vector: bool) -> DrawnChart:
    """A chart as files, its picture drawn once; it is noted what it was drawn from."""
    from sim.report.drawing.fonts import missing_signs  # deferred: it loads matplotlib

    tables = NotedTables(results.frames)
    with missing_signs() as missing:
        chart = CHARTS[name].draw(replace(results, frames=tables))
        files = {"png": chart.png(), "csv": chart.csv()}
        if vector:
            files["svg"] = chart.svg()
    words = (chart.title, chart.subtitle, chart.alt)
    return DrawnChart(chart.name, *words, files, not missing, tuple(sorted(tables.asked)))


def figures() -> str:
    """Where charts are saved in a results folder: ``figures``, or ``figures/fi`` in Finnish."""
    return "figures" if current_language() is Language.ENGLISH else f"figures/{current_language()}"
