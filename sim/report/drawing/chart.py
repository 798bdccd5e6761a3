"""A chart: a figure with the words and the data that belong to it, and how it is saved."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sim.errors import disk_refusals
from sim.report.analysis import queries
from sim.report.drawing.design_tokens import PNG_DPI
from sim.report.drawing.pictures import address, decoded, encoded, palette
from sim.report.drawing.shown_chart import ShownChart
from sim.report.drawing.style import styled
from sim.storage.atomic import write_atomically
from sim.text import html
from sim.text.catalogue import translate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.results.store import StoredResults

NOTEBOOK_DPI = 100


@dataclass(frozen=True)
class Chart(ShownChart):
    """One chart.

    Attributes:
        figure: The matplotlib figure.
        data: The rows that it was drawn from.
    """

    figure: Figure
    data: pl.DataFrame

    def png(self, *, dpi: int = PNG_DPI) -> bytes:
        """The picture as PNG, without software name or time."""
        return self._sharp if dpi == PNG_DPI else self._png(dpi)

    @cached_property
    def _sharp(self) -> bytes:
        """As it is saved, and then shown in a report: drawn once."""
        return self._png(PNG_DPI)

    @styled
    def _png(self, dpi: int) -> bytes:
        stream = io.BytesIO()
        self.figure.savefig(stream, format="png", dpi=dpi, pil_kwargs={"compress_level": 0})
        words = {"Title": self.title, "Description": self.alt}
        return encoded(palette(decoded(stream.getvalue())), dpi=dpi, words=words)

    @styled
    def svg(self) -> bytes:
        """The picture as SVG, byte for byte the same for the same data."""
        metadata: dict[str, Any] = {"Date": None, "Title": self.title, "Description": self.alt}
        stream = io.BytesIO()
        self.figure.savefig(stream, format="svg", metadata=metadata)
        return stream.getvalue()

    def csv(self) -> bytes:
        """The data behind the picture."""
        return self.data.write_csv(line_terminator="\n").encode()

    def _repr_html_(self) -> str:
        """The picture with its words, for notebooks."""
        return html.picture(address(self.png(dpi=NOTEBOOK_DPI)), words=self.alt)

    def __repr__(self) -> str:
        return f"<Chart {self.name}: {self.title}>"


def footer(results: StoredResults) -> str:
    """What every chart says of itself: source, run and what it is not."""
    manifest = results.manifest
    return translate(
        "Source: rajasim, {scenario} · run {run} · model result, not a forecast",
        scenario=queries.scenario_text(results, str(manifest["scenario"]["title"])),
        run=manifest["run_id"],
    )


def save_charts(charts: Sequence[Chart], folder: Path) -> list[Path]:
    """Save each chart as PNG, SVG and CSV in a folder."""
    with disk_refusals(folder):
        folder.mkdir(parents=True, exist_ok=True)
    saved: list[Path] = []
    for chart in charts:
        for suffix, content in (("png", chart.png()), ("svg", chart.svg()), ("csv", chart.csv())):
            path = folder / f"{chart.name}.{suffix}"
            write_atomically(path, content)
            saved.append(path)
    return saved
