"""Moving pictures of a run: the flow map day by day or hour by hour, with those left out beside it.

What stays the same is drawn once, as the ground of every frame. GIF is written by matplotlib's
PillowWriter with one palette for all frames, which keeps files small and their bytes the same; MP4
by its FFMpegWriter, where ffmpeg is installed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from matplotlib.animation import AbstractMovieWriter, FFMpegWriter, PillowWriter
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL.Image import Dither, Image, Quantize

from sim.errors import InputError, RajasimError, quoted
from sim.report.analysis import queries
from sim.report.analysis.receiving_states import on_the_way_words
from sim.report.drawing.colours import BLUE, INK, MUTED, OCHRE, RULE
from sim.report.drawing.design_tokens import (
    NOT_ZERO,
    POINTS_PER_INCH,
    SMALL_GAP,
    TIGHT,
    WIDE_GAP,
    Layer,
    Mark,
    Opacity,
    Stroke,
)
from sim.report.drawing.layout import DPI, LINE_IN, MARGIN, Page, new_page
from sim.report.drawing.marks import draw_marks
from sim.report.drawing.style import SMALL, styled
from sim.report.maps.geography import Geography, Site, geography
from sim.report.maps.map_drawing import WIDEST, MapPanel
from sim.report.maps.map_key import UNIT_CLOSER, key_axes, key_words, mark_key, width_key
from sim.report.maps.moments import Moments
from sim.storage.atomic import write_atomically
from sim.text.catalogue import translate
from sim.text.wording import day, in_quotes, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.report.maps.projection import Floats

Progress = Callable[[int, int], None]

SUFFIXES = (".gif", ".mp4")
MOST_FRAMES = 1500
MOMENTS_PER_SECOND = {"day": 6, "hour": 12}
FREQUENT, VARIED = 24, 72  # colours of a GIF
_EVERY = 2**24
PANEL, NAMES, NUMBERS, BESIDE = 3.3, 1.35, 0.5, 3.0
GAP = 0.55  # inches from the map to the lines, and between them
KEY_HEIGHT = 0.42
WIDTH = 2 * MARGIN + NAMES + NUMBERS + PANEL + GAP + BESIDE
LARGEST = 17.0  # points: radius of the circle of most people waiting at a crossing
FAINTEST = 0.05  # points: thinner legs are not drawn
NUMBERS_LEFT = 0.08  # inches from the map to the numbers beside it
CLOCK = 15.0  # points: letters of the date
CLOCK_ROOM, CLOCK_LINE = 0.42, 1.15  # inches below the date; between lines, of their height
LINES_TOP, LINES_FOOT = 0.9, 0.45  # inches above and below the lines
PLACE_ROOM = 8  # points around a crossing, where no label may be
FEW_TICKS = 3
HEAD_UP, HEAD_SIZE = 1.06, 8.5  # head of a line: of its axes, up; points
TOP = 1.1  # of the highest value: top of the axes
SECOND_MS = 1000


def animate(moments: Moments, path: Path, *, progress: Progress | None = None) -> Path:
    """Write a moving picture of the moments; returns its path.

    Args:
        moments: What is shown.
        path: The file, ending in ``.gif`` or ``.mp4``.
        progress: Called with (frames done, frames in all), first with none done.

    Raises:
        InputError: The file has another ending, or there are too many moments.
        RajasimError: MP4 is asked for and there is no ffmpeg.
        StorageError: The disk refused.
    """
    writer = writer_for(path, moments)
    with tempfile.TemporaryDirectory() as folder:
        beside = Path(folder) / f"picture{path.suffix.lower()}"
        _write(moments, beside, writer, progress or (lambda done, total: None))
        write_atomically(path, beside.read_bytes())
    return path


def writer_for(path: Path, moments: Moments) -> AbstractMovieWriter:
    """The writer of a kind of file; asked before anything takes time.

    Raises:
        InputError: The file has another ending, or there are too many moments.
        RajasimError: MP4 is asked for and there is no ffmpeg.
    """
    require_writable(path)
    if len(moments) > MOST_FRAMES:
        raise InputError(
            f"{len(moments)} {moments.step}s are too many for a moving picture of at most "
            f"{MOST_FRAMES}; choose fewer with --since and --until, or --step day"
        )
    fps = MOMENTS_PER_SECOND[moments.step]
    if path.suffix.lower() == ".gif":
        return _FewColours(fps=fps)
    arguments = ["-pix_fmt", "yuv420p", "-map_metadata", "-1", "-fflags", "+bitexact"]
    return FFMpegWriter(fps=fps, codec="h264", extra_args=arguments)


@styled
def require_writable(path: Path) -> None:
    """Refuse a file that cannot be written here.

    Raises:
        InputError: It ends neither in ``.gif`` nor in ``.mp4``.
        RajasimError: MP4 is asked for and there is no ffmpeg.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{quoted(str(path))}: a moving picture ends in .gif or .mp4")
    if path.suffix.lower() == ".mp4" and not FFMpegWriter.isAvailable():
        raise RajasimError(
            f"{path}: MP4 needs the program ffmpeg, which is not there; install it (apt install "
            "ffmpeg, brew install ffmpeg), or write a .gif"
        )


class _FewColours(PillowWriter):
    """A GIF whose frames share one palette, without dithering: less to store, the same bytes."""

    def finish(self) -> None:
        """Write all frames."""
        frames = cast("list[Image]", cast("Any", self)._frames)
        # The fullest frame has every colour: the most frequent ones stay, the others are near.
        fullest = max(frames, key=lambda frame: len(frame.getcolors(_EVERY) or ()))
        shared = fullest.quantize(VARIED, Quantize.MAXCOVERAGE)
        varied = shared.getpalette() or []
        counted = sorted(fullest.getcolors(_EVERY) or (), reverse=True)[:FREQUENT]
        frequent = [channel for _, colour in counted for channel in cast("Any", colour)]
        shared.putpalette([*frequent, *varied])
        first, *rest = (frame.quantize(palette=shared, dither=Dither.NONE) for frame in frames)
        first.save(
            self.outfile,
            save_all=True,
            append_images=rest,
            duration=int(SECOND_MS / self.fps),
            loop=0,
            optimize=False,
        )


@styled
def _write(moments: Moments, path: Path, writer: AbstractMovieWriter, progress: Progress) -> None:
    scene = _Scene.of(moments)
    progress(0, len(moments))
    with writer.saving(scene.figure, str(path), DPI):
        for k in range(len(moments)):
            scene.show(k)
            writer.grab_frame()
            progress(k + 1, len(moments))


def still(moments: Moments, k: int) -> Figure:
    """One frame."""
    return _still(moments, k)


@styled
def _still(moments: Moments, k: int) -> Figure:
    scene = _Scene.of(moments)
    scene.show(k)
    return scene.figure


@dataclass
class _Scene:
    """The figure whose ground stays and on which a moment is drawn.

    Attributes:
        moments: What is shown.
        figure: The figure.
        panel: The map.
        lines: Axes of people waiting and of people without access, by what they show.
        rows: The crossings with the height of their lines beside the map.
        words: Axes of the date and the numbers.
        most_waiting: Most people waiting at one crossing at a time.
        scale: Points of width for one who sets out.
    """

    moments: Moments
    figure: Figure
    panel: MapPanel
    lines: list[tuple[Axes, Floats]]
    rows: list[tuple[Site, float]]
    page: Page
    most_waiting: float
    scale: float

    @classmethod
    def of(cls, moments: Moments) -> _Scene:
        """Draw the ground, take its picture, and lay empty axes over it."""
        geo = geography(moments.places)
        page, height = _page(moments, geo)
        scale = WIDEST / max(float(moments.setting_out.max(initial=0.0)), NOT_ZERO)
        rows = _ground(page, moments, geo, height, scale)
        picture = _picture(page.figure)
        figure = Figure(figsize=(page.width, page.height), dpi=DPI)
        FigureCanvasAgg(figure)
        figure.figimage(picture, zorder=-1)
        moving = Page(figure, page.width, page.height, page.top, page.body)
        panel = MapPanel(_map_axes(moving, height), geo, PANEL)
        _empty(panel.axes)
        panel.axes.set_xlim(geo.frame.left, geo.frame.right)
        panel.axes.set_ylim(geo.frame.bottom, geo.frame.top)
        lines = []
        for axes, values in zip(_line_axes(moving, height), _totals(moments), strict=True):
            _empty(axes)
            axes.set_xlim(-0.5, len(moments) - 0.5)
            axes.set_ylim(0, _top(values))
            lines.append((axes, values))
        most = max(float(moments.waiting.max(initial=0.0)), NOT_ZERO)
        return cls(moments, figure, panel, lines, rows, moving, most, scale)

    def show(self, k: int) -> None:
        """Draw a moment in place of the one before."""
        for axes in (self.panel.axes, *(axes for axes, _ in self.lines)):
            for artist in (*axes.lines, *axes.patches, *axes.texts):
                artist.remove()
        for text in (*self.figure.texts,):
            text.remove()
        self._legs(k)
        self._crossings(k)
        self._words(k)
        for axes, values in self.lines:
            axes.axvline(k, color=MUTED, lw=Stroke.THIN, zorder=Layer.AREAS)
            axes.plot([k], [values[k]], marker="o", ms=Mark.NORMAL, color=INK, zorder=Layer.MARKS)

    def _legs(self, k: int) -> None:
        sites = self.panel.geo.sites
        for leg, people in zip(self.moments.legs, self.moments.setting_out[k], strict=True):
            if people * self.scale > FAINTEST and all(place in sites for place in leg):
                self.panel.leg(sites[leg[0]], sites[leg[1]], float(people) * self.scale)

    def _crossings(self, k: int) -> None:
        columns = {site: c for c, site in enumerate(self.moments.crossings)}
        inch = self.panel.km_per_point * POINTS_PER_INCH
        edge = self.panel.geo.frame.left - NUMBERS_LEFT * inch
        for site, y in self.rows:
            column = columns[site.id]
            waiting = float(self.moments.waiting[k, column])
            draw_marks(
                self.panel.axes,
                [site.x],
                [site.y],
                ls="",
                fill=BLUE,
                edge=INK,
                width=Stroke.THIN,
                alpha=Opacity.CIRCLE,
                size=2 * radius(waiting, self.most_waiting),
                layer=Layer.MARKS,
            )
            self.panel.crossing(site, queries.STATES[self.moments.access[k, column]])
            self.panel.margin_text(number(round(waiting)), edge, y)

    def _words(self, k: int) -> None:
        moments = self.moments
        left = MARGIN + NAMES + NUMBERS + PANEL + GAP
        self.page.write(moments.words(k), left, 0.0, size=CLOCK, weight="bold")
        if moments.step == "day":
            names = (translate("People setting out, a day"), translate("Arrivals, a day"))
        else:
            names = (translate("People setting out, an hour"), translate("Arrivals, an hour"))
        rows = zip(names, (moments.setting_out[k].sum(), moments.arrivals[k]), strict=True)
        for row, (words, people) in enumerate(rows):
            down = CLOCK_ROOM + row * SMALL * LINE_IN * CLOCK_LINE
            self.page.write(words, left, down, size=SMALL, colour=MUTED)
            value = number(round(float(people)))
            self.page.write(value, left + BESIDE, down, size=SMALL, weight="bold", align="right")


def radius(people: float, most: float) -> float:
    """Radius of a circle whose area is in proportion to people, points."""
    return float(LARGEST * np.sqrt(people / most)) if people > 0 else 0.0


def _totals(moments: Moments) -> tuple[Floats, Floats]:
    """People waiting, and people in the transit state: never one without the other."""
    return moments.waiting.sum(axis=1), moments.without_access


def _page(moments: Moments, geo: Geography) -> tuple[Page, float]:
    waiting = _totals(moments)[0]
    title = translate(
        "People waiting peak at {people} on {date} ({policy})",
        people=number(round(float(waiting.max(initial=0.0)))),
        date=moments.words(moments.peak()),
        policy=in_quotes(moments.policy),
    )
    subtitle = translate(
        "Shown: {source}. Circles: people waiting; arrows: people setting out, bowed to the "
        "right of their direction. Numbers beside the map: people waiting.",
        source=moments.source,
    )
    disclaimer = translate("Boundaries and names on maps imply no endorsement or judgement.")
    ground = (
        translate("Base map: Natural Earth.") if geo.has_basemap else translate("No base map here.")
    )
    source = translate(
        "Source: rajasim, {scenario} · run {run} · model result, not a forecast",
        scenario=moments.title,
        run=moments.run,
    )
    height = PANEL * geo.frame.height / geo.frame.width
    page = new_page(
        width=WIDTH,
        body=height + SMALL_GAP + KEY_HEIGHT,
        title=title,
        subtitle=subtitle,
        footer=f"{disclaimer} {ground} {source}",
    )
    return page, height


def _map_axes(page: Page, height: float) -> Axes:
    return page.axes(MARGIN + NAMES + NUMBERS, 0.0, PANEL, height)


def _line_axes(page: Page, height: float) -> list[Axes]:
    left = MARGIN + NAMES + NUMBERS + PANEL + GAP
    room = (height - LINES_TOP - LINES_FOOT) / 2 - WIDE_GAP
    tops = (LINES_TOP + WIDE_GAP + k * (room + GAP) for k in (0, 1))
    return [page.axes(left, top, BESIDE, room) for top in tops]


def _ground(
    page: Page, moments: Moments, geo: Geography, height: float, scale: float
) -> list[tuple[Site, float]]:
    """All that does not move; returns the crossings with the heights of their lines."""
    panel = MapPanel(_map_axes(page, height), geo, PANEL)
    panel.ground()
    busiest = np.argsort(-moments.waiting.sum(axis=0), kind="stable").tolist()
    known = [moments.crossings[k] for k in busiest if moments.crossings[k] in geo.sites]
    sites = [geo.sites[place] for place in known][: panel.lines_beside]
    for site in sites:
        panel.room.take(site.x, site.y, PLACE_ROOM, PLACE_ROOM)
    names = [site.name for site in sites]
    rows = panel.column(sites, [""] * len(sites), names, reach=NUMBERS, room=NAMES - TIGHT)
    panel.scale_bar()
    _towns(panel, moments)
    panel.countries()
    heads = (
        translate("People waiting"),
        on_the_way_words(in_a_chain=moments.in_a_chain),
    )
    for axes, head, values, colour in zip(
        _line_axes(page, height), heads, _totals(moments), (BLUE, OCHRE), strict=True
    ):
        _line(axes, head, values, moments, colour)
    axes = key_axes(page, down=height + SMALL_GAP, width=WIDTH - 2 * MARGIN)
    unit = translate("people a day") if moments.step == "day" else translate("people an hour")
    mark_key(axes, key_words(axes, width_key(axes, scale) - UNIT_CLOSER, unit))
    return rows


def _towns(panel: MapPanel, moments: Moments) -> None:
    """Towns that most people pass, and neighbours, with their names."""
    through: dict[str, float] = {}
    for leg, people in zip(moments.legs, moments.setting_out.sum(axis=0), strict=True):
        for end in leg:
            through[end] = through.get(end, 0.0) + float(people)
    frame = panel.geo.frame
    towns = [
        site
        for site in panel.geo.sites.values()
        if site.kind in ("hub", "neighbour") and site.id in through and frame.holds(site.x, site.y)
    ]
    for site in towns:
        panel.town(site)
    for site in sorted(towns, key=lambda each: -through[each.id])[:6]:
        panel.label(site.name, site.x, site.y)


def _line(axes: Axes, head: str, values: Floats, moments: Moments, colour: str) -> None:
    axes.set_xlim(-0.5, len(moments) - 0.5)
    axes.set_ylim(0, _top(values))
    axes.fill_between(np.arange(len(values)), values, color=colour, alpha=Opacity.AREA, lw=0)
    axes.plot(values, color=colour, lw=Stroke.STRONG)
    axes.grid(axis="y", color=RULE, lw=Stroke.FINE)
    axes.locator_params(axis="y", nbins=FEW_TICKS)
    axes.set_yticks(axes.get_yticks(), [number(tick) for tick in axes.get_yticks()])
    axes.set_ylim(0, _top(values))
    axes.text(
        0, HEAD_UP, head, transform=axes.transAxes, size=HEAD_SIZE, weight="bold", va="bottom"
    )
    last = len(moments) - 1
    ticks = sorted({0, last // 2, last})
    hours = ["" if moments.step == "day" else f" {moments.times[k]:%H:%M}" for k in ticks]
    labels = [day(moments.times[k].date()) + hour for k, hour in zip(ticks, hours, strict=True)]
    axes.set_xticks(ticks, labels, size=SMALL)
    for tick, label in zip(ticks, axes.get_xticklabels(), strict=True):
        label.set_horizontalalignment(
            "left" if tick == 0 else "right" if tick == last else "center"
        )


def _top(values: Floats) -> float:
    return float(values.max(initial=0.0)) * TOP or 1.0


def _empty(axes: Axes) -> None:
    """Axes of which nothing is seen but what is drawn on them."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.patch.set_alpha(0.0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _picture(figure: Figure) -> np.ndarray:
    """The figure as colours, shape (height, width, 4)."""
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba()).copy()
