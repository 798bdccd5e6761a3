"""Drawing on a map: the ground, legs of road as curved arrows, crossings, labels that keep apart.

Axes are in kilometres. Legs bow to their right-hand side, as traffic keeps to it, so that both
directions of a road are seen. Widths are in points, in proportion to people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from sim.report.drawing.layout import MARGIN, Page, width_of
from sim.report.drawing.style import BASELINE, BLUE, INK, MUTED, NAVY, OCHRE, PAPER, PLUM, SMALL
from sim.report.maps.geography import Geography, Site, nice_length
from sim.report.maps.legs import leg_curve, spread, within
from sim.report.maps.projection import Floats
from sim.text.catalogue import translate
from sim.text.wording import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SEA, LAND, SHORE, GRID = "#E6EDF2", "#F8F6F1", "#9AA3AB", "#C9D2D9"
WIDEST = 7.0  # points
THINNEST = 0.6
CLEAR = 4.0  # points that a leg keeps from the middle of the places that it joins
LEAST_KM2 = 40.0  # smaller lakes and islands are left out
FINEST = 0.4  # points: what is finer is not drawn
# Where a label may stand beside its place, in halves of its width and height: near, then farther.
NEAR = ((1, 0), (-1, 0), (0, 1), (0, -1), (0.9, 1), (-0.9, 1), (0.9, -1), (-0.9, -1))
FAR = ((1, 2.2), (-1, 2.2), (1, -2.2), (-1, -2.2))
LINE_GAP = 0.15  # inches from line to line beside a map
TEXT_HEIGHT = 1.25  # of its size

STATE_MARKS = {"open": "o", "no_asylum": "^", "exception_only": "^", "closed": "x"}
STATE_MARK_SIZES = {"o": 5.0, "^": 5.6, "x": 5.2}


Box: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True)
class LegStyle:
    """How legs are drawn: colour and, so that colour does not stand alone, dashes."""

    colour: str
    dashed: bool = False


PEOPLE = LegStyle(NAVY)
MORE = LegStyle(BLUE)
FEWER = LegStyle(PLUM, dashed=True)


@dataclass
class MapPanel:
    """One map on axes that have its frame's shape.

    Attributes:
        axes: The axes, in kilometres.
        geo: What it shows.
        width: Width of the panel, inches.
        taken: Boxes (left, bottom, right, top) that no label may touch, km.
        roads: Boxes along legs, which labels keep from where there is room.
    """

    axes: Axes
    geo: Geography
    width: float
    taken: list[Box] = field(default_factory=list)
    roads: list[Box] = field(default_factory=list)

    @property
    def km_per_point(self) -> float:
        """Kilometres on the map in a point of the page."""
        return self.geo.frame.width / (self.width * 72)

    # ---- the ground

    def ground(self, *, detail: bool = True) -> None:
        """Sea, land, lakes or the grid; ``detail`` adds lakes and small islands."""
        frame = self.geo.frame
        self.axes.set_xlim(frame.left, frame.right)
        self.axes.set_ylim(frame.bottom, frame.top)
        self.axes.set_xticks([])
        self.axes.set_yticks([])
        self.axes.set_facecolor(SEA if self.geo.has_basemap else PAPER)
        for spine in self.axes.spines.values():
            spine.set(visible=True, color=SHORE, linewidth=0.5)
        least_km2 = LEAST_KM2 if detail else 10 * LEAST_KM2
        for outline in self.geo.outlines:
            if detail or outline.kind == "country":
                self._fill(outline.rings, lake=outline.kind == "lake", least_km2=least_km2)
        for line in self.geo.grid:
            self.axes.plot(*line.T, color=GRID, lw=0.5, zorder=1)

    def _fill(self, rings: Sequence[Floats], *, lake: bool, least_km2: float) -> None:
        shown = [ring for ring in rings if self._is_seen(ring) and _area(ring) >= least_km2]
        if not shown:
            return
        paths = [Path(self._thinned(ring), closed=True) for ring in shown]
        self.axes.add_artist(  # not add_patch, which would measure every point
            PathPatch(
                Path.make_compound_path(*paths),
                facecolor=SEA if lake else LAND,
                edgecolor=SHORE,
                lw=0.0 if lake else 0.45,
                joinstyle="round",
                zorder=1.2 if lake else 1.0,
            )
        )

    def _thinned(self, ring: Floats) -> Floats:
        """A ring without the points that nobody sees at this size."""
        cells = np.round(ring / (FINEST * self.km_per_point))
        kept = np.concatenate([[True], (np.diff(cells, axis=0) != 0).any(axis=1)])
        return np.asarray(ring[kept])

    def _is_seen(self, ring: Floats) -> bool:
        frame = self.geo.frame
        low, high = ring.min(axis=0), ring.max(axis=0)
        return bool(
            low[0] < frame.right
            and high[0] > frame.left
            and low[1] < frame.top
            and high[1] > frame.bottom
        )

    def scale_bar(self) -> None:
        """A length in kilometres in the upper right corner, which is sea on the base map."""
        frame, point = self.geo.frame, self.km_per_point
        length = nice_length(frame.width / 4)
        right, down = frame.right - 8 * point, frame.top - 16 * point
        self.axes.plot([right - length, right], [down, down], color=INK, lw=1.2, zorder=6)
        words = translate("{length} km", length=number(length))
        self.text(words, right - length / 2, down + 7 * point, size=6.5, colour=INK)

    # ---- legs

    def leg(self, origin: Site, destination: Site, points: float, style: LegStyle = PEOPLE) -> None:
        """A leg as a curved arrow so many points wide; what lies outside the frame is left out."""
        curve = within(
            leg_curve(origin, destination, clear_km=CLEAR * self.km_per_point), self.geo.frame
        )
        if len(curve) < 3:
            return
        width = max(THINNEST, points) * self.km_per_point
        body, head = _arrow(curve, width, self.km_per_point)
        self.roads += [_around(x, y, width / 2) for x, y in curve[::5].tolist()]
        dashes = (0, (2.6 / points, 1.5 / points)) if style.dashed and points > 0 else "-"
        order = 4.0 - min(points, WIDEST) / 20  # thin ones above
        lw = max(THINNEST, points)
        for colour, wide, pattern in ((PAPER, lw + 1.0, "-"), (style.colour, lw, dashes)):
            self.axes.add_artist(
                Line2D(
                    *body.T,
                    color=colour,
                    lw=wide,
                    ls=pattern,
                    zorder=order,
                    solid_capstyle="butt",
                    dash_capstyle="butt",
                )
            )
        self.axes.add_artist(Polygon(head, fc=style.colour, ec=PAPER, lw=0.4, zorder=order + 0.01))

    # ---- places

    def crossing(self, site: Site, state: str, *, size: float = 1.0) -> None:
        """A crossing with what it is open to: circle, triangle or cross."""
        mark = STATE_MARKS[state]
        side = STATE_MARK_SIZES[mark] * size
        edge = OCHRE if mark == "^" else BASELINE
        self.axes.plot(
            [site.x],
            [site.y],
            marker=mark,
            ms=side,
            mfc=PAPER,
            mec=edge,
            mew=1.7 * size if mark == "x" else 1.2 * size,
            ls="",
            zorder=7,
        )
        self.take(site.x, site.y, side + 2, side + 2)

    def town(self, site: Site, *, size: float = 1.0) -> None:
        """A hub, or a neighbour's crossing: a small square."""
        mark = "s" if site.kind == "neighbour" else "."
        self.axes.plot(
            [site.x],
            [site.y],
            marker=mark,
            ms=(3.2 if mark == "s" else 4.5) * size,
            mfc=PAPER if mark == "s" else MUTED,
            mec=MUTED,
            mew=0.8,
            ls="",
            zorder=6,
        )
        self.take(site.x, site.y, 5, 5)

    # ---- labels

    def take(self, x: float, y: float, wide: float, high: float) -> None:
        """Keep labels from a box around a point, its sides in points."""
        half_w, half_h = wide * self.km_per_point / 2, high * self.km_per_point / 2
        self.taken.append((x - half_w, y - half_h, x + half_w, y + half_h))

    def label(
        self,
        words: str,
        x: float,
        y: float,
        *,
        size: float = 6.5,
        colour: str = INK,
        style: str = "normal",
    ) -> bool:
        """Write beside a point where no label stands yet; whether there was room."""
        wide = width_of(words, size=size) * 72 / 2 + 4.5
        high = size * TEXT_HEIGHT / 2 + 3.5
        for around, clear in ((NEAR, True), (NEAR, False), (FAR, True), (FAR, False)):
            for right, up in around:
                there = x + right * wide * self.km_per_point, y + up * high * self.km_per_point
                if self._is_free(self._box(words, *there, size=size), clear=clear):
                    self.text(words, *there, size=size, colour=colour, style=style)
                    return True
        return False

    def text(
        self,
        words: str,
        x: float,
        y: float,
        *,
        size: float = SMALL,
        colour: str = INK,
        style: str = "normal",
        careful: bool = False,
    ) -> bool:
        """Words around a point; where ``careful``, only within the frame and touching none."""
        box = self._box(words, x, y, size=size)
        if careful and not self._is_free(box):
            return False
        self.taken.append(box)
        self.axes.text(
            x,
            y,
            words,
            size=size,
            color=colour,
            style=style,
            ha="center",
            va="center",
            zorder=9,
            path_effects=[withStroke(linewidth=1.8, foreground=PAPER, alpha=0.85)],
        )
        return True

    def _box(self, words: str, x: float, y: float, *, size: float) -> Box:
        half_w = (width_of(words, size=size) * 72 / 2 + 1.5) * self.km_per_point
        half_h = (size * TEXT_HEIGHT / 2 + 0.5) * self.km_per_point
        return x - half_w, y - half_h, x + half_w, y + half_h

    def _is_free(self, box: Box, *, clear: bool = False) -> bool:
        frame = self.geo.frame
        left, bottom, right, top = box
        within = (
            left > frame.left and right < frame.right and bottom > frame.bottom and top < frame.top
        )
        return within and not any(
            left < other[2] and other[0] < right and bottom < other[3] and other[1] < top
            for other in (*self.taken, *(self.roads if clear else ()))
        )

    def column(
        self,
        sites: Sequence[Site],
        beside: Sequence[str],
        names: Sequence[str] = (),
        *,
        reach: float,
    ) -> list[tuple[Site, float]]:
        """Words for places in a column left of the map, each with a line to its place.

        Args:
            sites: The places; of more than there are lines, the caller chooses.
            beside: What stands next to the map, a text a place.
            names: What stands left of that, ``reach`` inches from the map; none if empty.
            reach: Room for what stands next to the map, inches.

        Returns:
            Each place with the height of its line, km, from south to north.
        """
        inch, frame = self.km_per_point * 72, self.geo.frame
        order = sorted(range(len(sites)), key=lambda k: (sites[k].y, sites[k].x))
        half = LINE_GAP / 2 * inch
        heights = spread(
            [sites[k].y for k in order],
            gap=LINE_GAP * inch,
            low=frame.bottom + half,
            high=frame.top - half,
        )
        edge = frame.left - 0.05 * inch
        for k, y in zip(order, heights, strict=True):
            self.margin_text(beside[k], edge - 0.03 * inch, y)
            if names:
                self.margin_text(names[k], frame.left - reach * inch, y)
            self.axes.plot(
                [edge, frame.left + 0.05 * inch, sites[k].x - 4 * self.km_per_point],
                [y, y, sites[k].y],
                color=MUTED,
                lw=0.45,
                clip_on=False,
                zorder=3.0,
            )
        return [(sites[k], y) for k, y in zip(order, heights, strict=True)]

    def margin_text(self, words: str, x: float, y: float) -> None:
        """Words that end left of the map."""
        self.axes.text(
            x, y, words, size=SMALL, color=INK, ha="right", va="center_baseline", clip_on=False
        )

    @property
    def lines_beside(self) -> int:
        """How many lines a column beside the map holds."""
        return int(self.geo.frame.height / (self.km_per_point * 72) / LINE_GAP)

    def countries(self) -> None:
        """Names of countries, quietly, where there is room."""
        for name, x, y in self.geo.countries:
            words = _country_words(name).upper()
            self.text(words, x, y, size=6.0, colour=MUTED, careful=True)


def mark_key(axes: Axes, x: float) -> float:
    """What the marks of crossings mean, in a row from ``x`` points; returns where it ends."""
    for state, words in (
        ("open", translate("open to asylum seekers")),
        ("no_asylum", translate("exceptions only, or no asylum claims")),
        ("closed", translate("closed")),
    ):
        mark = STATE_MARKS[state]
        axes.plot(
            [x + 5],
            [13],
            marker=mark,
            ms=STATE_MARK_SIZES[mark],
            mfc=PAPER,
            mec=OCHRE if mark == "^" else BASELINE,
            mew=1.7 if mark == "x" else 1.2,
            ls="",
        )
        x = key_words(axes, x + 12, words)
    return x


def line_key(axes: Axes, x: float, words: str, points: float, style: LegStyle) -> float:
    """What a width or a style of line means, from ``x`` points; returns where it ends."""
    axes.plot(
        [x, x + 26],
        [13, 13],
        color=style.colour,
        lw=max(points, THINNEST),
        ls=(0, (2.6 / points, 1.5 / points)) if style.dashed else "-",
        solid_capstyle="butt",
        dash_capstyle="butt",
    )
    return key_words(axes, x + 31, words)


def key_words(axes: Axes, x: float, words: str) -> float:
    """Words of a key; returns where the next entry may begin."""
    axes.text(x, 13, words, size=SMALL, va="center_baseline")
    return x + width_of(words, size=SMALL) * 72 + 14


def key_axes(page: Page, *, down: float, width: float) -> Axes:
    """A strip of the page for a key, in points."""
    axes = page.axes(MARGIN, down, width, 0.36)
    axes.set_xlim(0, width * 72)
    axes.set_ylim(0, 0.36 * 72)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.axis("off")
    return axes


def width_key(axes: Axes, scale: float) -> float:
    """Three widths with their people; returns where they end, points."""
    largest = nice_length(WIDEST / scale)
    x = 0.0
    for amount in (largest / 10, largest / 2, largest):
        words = number(amount, like=[largest / 10])
        x = line_key(axes, x, words, amount * scale, PEOPLE)
    return x


def _country_words(name: str) -> str:
    return {
        "Finland": translate("Finland"),
        "Russia": translate("Russia"),
        "Norway": translate("Norway"),
        "Sweden": translate("Sweden"),
        "Estonia": translate("Estonia"),
    }[name]


def _arrow(curve: Floats, width: float, point: float) -> tuple[Floats, Floats]:
    """The curve shortened by its head, and the head's corners."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(curve, axis=0).T))])
    length = min(max(1.5 * width, 4.0 * point), 0.5 * float(along[-1]))
    neck = max(1, int(np.searchsorted(along, along[-1] - length)))
    tip, base = curve[-1], curve[neck - 1]
    forward = (tip - base) / max(1e-9, float(np.hypot(*(tip - base))))
    side = np.array([forward[1], -forward[0]]) * max(0.95 * width, 2.2 * point)
    head = np.array([tip, base + side, base - side])
    return curve[: neck + 1] if neck < 2 else curve[:neck], head


def _around(x: float, y: float, half: float) -> Box:
    return x - half, y - half, x + half, y + half


def _area(ring: Floats) -> float:
    x, y = ring.T
    return abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))) / 2
