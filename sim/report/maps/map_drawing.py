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

from sim.report.drawing.colours import BASELINE, BLUE, INK, MUTED, NAVY, OCHRE, PAPER, PLUM
from sim.report.drawing.design_tokens import POINTS_PER_INCH, Layer, Opacity, Stroke
from sim.report.drawing.layout import fit_whole
from sim.report.drawing.marks import draw_marks
from sim.report.drawing.style import SMALL
from sim.report.maps.geography import Geography, Site, nice_length
from sim.report.maps.label_room import LabelRoom
from sim.report.maps.legs import arrow, boxes_along, leg_curve, spread, within
from sim.report.maps.projection import Floats
from sim.text.catalogue import phrases, translate
from sim.text.wording import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SEA = "#E6EDF2"
LAND = "#F8F6F1"
SHORE = "#9AA3AB"
GRID = "#C9D2D9"
WIDEST = 7.0  # points
THINNEST = 0.6
CLEAR = 4.0  # points that a leg keeps from the middle of the places that it joins
LEAST_KM2 = 40.0  # smaller lakes and islands are left out
FINEST = 0.4  # points: what is finer is not drawn
LINE_GAP = 0.15  # inches from line to line beside a map
LABEL_SIZE = 7.0
COUNTRY_SIZE = 7.0
# Points: from the frame to the scale bar, and from the bar up to its words.
BAR_RIGHT, BAR_TOP, BAR_WORDS = 8, 16, 7
DASH, PAUSE = 2.6, 1.5  # points: lengths in the pattern of a dashed leg
LAKES = 1.2  # layer: on the land, below all lines
CROSS_EDGE, MARK_EDGE = 1.7, 1.2  # points
PLACE_MARKS = {"neighbour": "s", "segment": "d"}  # a dot for others
PLACE_SIZES = {".": 4.5, "s": 3.2, "d": 4.5}  # points
TOWN_ROOM = 5  # points
LEADER_REACH, LEADER_WORDS, LEADER_END = 0.05, 0.03, 4  # inches, inches, points
SKETCH = 10  # times as large must an island be where there is no detail
SCALE_BAR = 4  # part of the width of a map
SHORTEST = 3  # points of a curve that can be drawn
HEAD_ABOVE = 0.01  # of an arrow, above its leg
LEGS, THINNER = 4.0, 20.0  # layer of legs; thin ones above thick ones, by points of width

STATE_MARKS = {
    "open": "o",
    "no_asylum": "^",
    "exception_only": "^",
    "closed": "x",
    "some_excluded": "^",
}
STATE_MARK_SIZES = {"o": 5.0, "^": 5.6, "x": 5.2}


Dashes: TypeAlias = str | tuple[float, tuple[float, float]]


@dataclass(frozen=True)
class LegStyle:
    """How legs are drawn: colour and, so that colour is not alone, dashes."""

    colour: str
    dashed: bool = False

    def dashes(self, points: float) -> Dashes:
        """The pattern of a line so many points wide: dashes of one length at every width."""
        if not (self.dashed and points > 0):
            return "-"
        return (0, (DASH / points, PAUSE / points))


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
        room: Where labels have room.
    """

    axes: Axes
    geo: Geography
    width: float
    room: LabelRoom = field(init=False)

    def __post_init__(self) -> None:
        self.room = LabelRoom(self.geo.frame, self.km_per_point)

    @property
    def km_per_point(self) -> float:
        """Kilometres on the map in a point of the page."""
        return self.geo.frame.width / (self.width * POINTS_PER_INCH)

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
            spine.set(visible=True, color=SHORE, linewidth=Stroke.FINE)
        least_km2 = LEAST_KM2 if detail else SKETCH * LEAST_KM2
        for outline in self.geo.outlines:
            if detail or outline.kind == "country":
                self._fill(outline.rings, lake=outline.kind == "lake", least_km2=least_km2)
        for line in self.geo.grid:
            self.axes.plot(*line.T, color=GRID, lw=Stroke.FINE, zorder=Layer.RULES)

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
                lw=0.0 if lake else Stroke.LEADER,
                joinstyle="round",
                zorder=LAKES if lake else Layer.RULES,
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
        length = nice_length(frame.width / SCALE_BAR)
        right, down = frame.right - BAR_RIGHT * point, frame.top - BAR_TOP * point
        self.axes.plot(
            [right - length, right],
            [down, down],
            color=INK,
            lw=Stroke.MEDIUM,
            zorder=Layer.EMPHASIS,
        )
        words = translate("{length} km", length=number(length))
        self.text(words, right - length / 2, down + BAR_WORDS * point, size=LABEL_SIZE, colour=INK)

    # ---- legs

    def leg(self, origin: Site, destination: Site, points: float, style: LegStyle = PEOPLE) -> None:
        """A leg as a curved arrow so many points wide; what is outside the frame is left out."""
        curve = within(
            leg_curve(origin, destination, clear_km=CLEAR * self.km_per_point), self.geo.frame
        )
        if len(curve) < SHORTEST:
            return
        width = max(THINNEST, points) * self.km_per_point
        body, head = arrow(curve, width, self.km_per_point)
        self.room.roads += boxes_along(curve, width)
        dashes = style.dashes(points)
        order = LEGS - min(points, WIDEST) / THINNER  # thin ones above
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
        self.axes.add_artist(
            Polygon(head, fc=style.colour, ec=PAPER, lw=Stroke.HAIRLINE, zorder=order + HEAD_ABOVE)
        )

    # ---- places

    def crossing(self, site: Site, state: str, *, size: float = 1.0) -> None:
        """A crossing with what it is open to: circle, triangle or cross."""
        mark = STATE_MARKS[state]
        side = STATE_MARK_SIZES[mark] * size
        edge = OCHRE if mark == "^" else BASELINE
        draw_marks(
            self.axes,
            [site.x],
            [site.y],
            marker=mark,
            size=side,
            fill=PAPER,
            edge=edge,
            width=(CROSS_EDGE if mark == "x" else MARK_EDGE) * size,
            ls="",
            layer=Layer.LABELS,
        )
        self.room.take(site.x, site.y, side + 2, side + 2)

    def town(self, site: Site, *, size: float = 1.0) -> None:
        """A hub is a dot, a neighbour's crossing a square, a stretch of terrain a diamond."""
        mark = PLACE_MARKS.get(site.kind, ".")
        draw_marks(
            self.axes,
            [site.x],
            [site.y],
            marker=mark,
            size=PLACE_SIZES[mark] * size,
            fill=MUTED if mark == "." else PAPER,
            edge=MUTED,
            width=Stroke.SLIM,
            ls="",
            layer=Layer.EMPHASIS,
        )
        self.room.take(site.x, site.y, TOWN_ROOM, TOWN_ROOM)
        if site.kind != "segment":
            self.room.towns.append((site.x, site.y))

    # ---- labels

    def label(
        self,
        words: str,
        x: float,
        y: float,
        *,
        size: float = LABEL_SIZE,
        colour: str = INK,
        style: str = "normal",
    ) -> bool:
        """Write beside a point where there is no label yet; whether there was room."""
        spot = self.room.beside(words, x, y, size=size)
        return bool(spot and self.text(words, *spot, size=size, colour=colour, style=style))

    def edge_label(self, words: str, x: float, y: float) -> bool:
        """Write where a road leaves the map; whether there was room.

        Rather below the map, which no arrow crosses, than across an arrow.
        """
        spots = (self.room.off_roads, self.room.below, self.room.beside)
        spot = next(filter(None, (find(words, x, y, size=LABEL_SIZE) for find in spots)), None)
        return bool(spot and self.text(words, *spot, size=LABEL_SIZE, colour=MUTED, style="italic"))

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
        box = self.room.box(words, x, y, size=size)
        if careful and not self.room.is_free(box):
            return False
        self.room.taken.append(box)
        self.axes.text(
            x,
            y,
            words,
            size=size,
            color=colour,
            style=style,
            ha="center",
            va="center",
            zorder=Layer.TOP_LABELS,
            path_effects=[withStroke(linewidth=Stroke.HALO, foreground=PAPER, alpha=Opacity.HALO)],
        )
        return True

    def column(
        self,
        sites: Sequence[Site],
        beside: Sequence[str],
        names: Sequence[str] = (),
        *,
        reach: float,
        room: float,
    ) -> list[tuple[Site, float]]:
        """Words for places in a column left of the map, each with a line to its place.

        Args:
            sites: The places; of more than there are lines, the caller chooses.
            beside: What is next to the map, a text a place.
            names: What is left of that, ``reach`` inches from the map; none if empty.
            reach: Room for what is next to the map, inches.
            room: Room for a name, inches; it is smaller where it would else be cut.

        Returns:
            Each place with the height of its line, km, from south to north.
        """
        inch, frame = self.km_per_point * POINTS_PER_INCH, self.geo.frame
        order = sorted(range(len(sites)), key=lambda k: (sites[k].y, sites[k].x))
        half = LINE_GAP / 2 * inch
        heights = spread(
            [sites[k].y for k in order],
            gap=LINE_GAP * inch,
            low=frame.bottom + half,
            high=frame.top - half,
        )
        edge = frame.left - LEADER_REACH * inch
        for k, y in zip(order, heights, strict=True):
            self.margin_text(beside[k], edge - LEADER_WORDS * inch, y)
            if names:
                name, size = fit_whole(names[k], room, size=SMALL, most=1)
                self.margin_text(name, frame.left - reach * inch, y, size=size)
            self.axes.plot(
                [
                    edge,
                    frame.left + LEADER_REACH * inch,
                    sites[k].x - LEADER_END * self.km_per_point,
                ],
                [y, y, sites[k].y],
                color=MUTED,
                lw=Stroke.LEADER,
                clip_on=False,
                zorder=Layer.INTERVALS,
            )
        return [(sites[k], y) for k, y in zip(order, heights, strict=True)]

    def margin_text(self, words: str, x: float, y: float, *, size: float = SMALL) -> None:
        """Words that end left of the map."""
        self.axes.text(
            x, y, words, size=size, color=INK, ha="right", va="center_baseline", clip_on=False
        )

    @property
    def lines_beside(self) -> int:
        """How many lines a column beside the map holds."""
        return int(self.geo.frame.height / (self.km_per_point * POINTS_PER_INCH) / LINE_GAP)

    def countries(self) -> None:
        """Names of countries, quietly, where there is room."""
        for name, x, y in self.geo.countries:
            words = _country_words(name).upper()
            at = self.room.aside(words, x, y, size=COUNTRY_SIZE)
            self.text(words, *at, size=COUNTRY_SIZE, colour=MUTED, careful=True)


_country_words = phrases(
    {
        "Finland": "Finland",
        "Russia": "Russia",
        "Norway": "Norway",
        "Sweden": "Sweden",
        "Estonia": "Estonia",
    }
)


def _area(ring: Floats) -> float:
    x, y = ring.T
    return abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))) / 2
