"""A grid of panels, one a policy, whose rows have their names at the left of the first column."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.drawing.design_tokens import SMALL_GAP
from sim.report.drawing.layout import MARGIN, Page, fit_whole, new_page, width_of
from sim.report.drawing.style import SMALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PANEL = 3.6  # width of a panel
GAP = 0.2  # between panels
ROW = 0.17  # height of a row of a panel
MOST_COLUMNS = 3
WIDEST_LABEL = 1.7
LABEL_PADDING = 0.12


@dataclass(frozen=True)
class Cell:
    """Where a panel is.

    Attributes:
        left: Inches from the page's edge.
        down: Inches from the top of the body.
        is_first: Whether it is in the first column, beside the names of the rows.
    """

    left: float
    down: float
    is_first: bool


@dataclass(frozen=True)
class PanelGrid:
    """Panels in as many columns as a page holds.

    Attributes:
        panels: How many there are.
        label: Room for the names of the rows, inches.
        panel: Height of a panel with what is above and below it, inches.
    """

    panels: int
    label: float
    panel: float

    @classmethod
    def of(cls, panels: int, names: Sequence[str], *, panel: float) -> PanelGrid:
        """A grid with room for the longest of the names, up to a limit."""
        longest = max(width_of(name, size=SMALL) for name in names)
        return cls(panels, min(WIDEST_LABEL, longest + LABEL_PADDING), panel)

    @property
    def columns(self) -> int:
        """How many panels are side by side."""
        return min(MOST_COLUMNS, self.panels)

    @property
    def width(self) -> float:
        """Width of the page."""
        return 2 * MARGIN + self.label + self.columns * (PANEL + GAP) + SMALL_GAP

    @property
    def height(self) -> float:
        """Height of all panels."""
        return math.ceil(self.panels / self.columns) * self.panel

    def page(self, title: str, subtitle: str, footer: str, *, key: float) -> Page:
        """A page for all panels, with a key of some inches below them."""
        body = self.height + key
        return new_page(width=self.width, body=body, title=title, subtitle=subtitle, footer=footer)

    def cells(self) -> Iterator[Cell]:
        """The place of each panel, row by row."""
        for k in range(self.panels):
            row, column = divmod(k, self.columns)
            left = MARGIN + self.label + column * (PANEL + GAP)
            yield Cell(left, row * self.panel, column == 0)

    def name_rows(self, axes: Axes, names: Sequence[str], cell: Cell) -> None:
        """Names beside the rows of a panel of the first column; no ticks beside the others."""
        room = self.label - SMALL_GAP
        shown = [fit_whole(n, room, size=SMALL, most=1) for n in names] if cell.is_first else []
        axes.set_yticks(range(len(shown)), [name for name, _ in shown], size=SMALL)
        for label, (_, size) in zip(axes.get_yticklabels(), shown, strict=True):
            label.set_fontsize(size)
