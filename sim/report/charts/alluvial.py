"""Alluvial: where people first set out for, the place they reached, and how it ended.

Numbers of people are at both ends, as means of runs. The reference is beside the policy under which
most people end otherwise. Those kept from setting out are drawn too: a closure that keeps people
from coming gives no access.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from sim.report.analysis import queries
from sim.report.analysis.endings import ENDINGS, Ending, ending_words
from sim.report.analysis.journey_ends import (
    Journeys,
    Stream,
    access_difference,
    journeys,
    most_different,
)
from sim.report.charts.alluvial_bars import LEFT, RIGHT, RUN, Bar, Panel, Places, people_words
from sim.report.charts.placeholder import placeholder
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.colours import BLUE, INK, MUTED, OCHRE, PAPER
from sim.report.drawing.design_tokens import SMALL_GAP, WIDE_GAP, Key, Layer, Opacity, Stroke
from sim.report.drawing.layout import MARGIN, Page, new_page, width_of
from sim.report.drawing.style import SMALL, styled
from sim.text.catalogue import translate
from sim.text.wording import difference, percent, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.results.store import StoredResults

BAR, GAP = 0.09, 0.3  # inches
HEAD, PEOPLE, FOOT = 0.66, 3.2, 0.3  # inches; all people of the fuller panel are PEOPLE high
HAIR = 0.03  # inches; thinner ribbons have no edge
PEOPLE_DOWN = 0.17  # inches from the name of a policy down to how many people there are
HEADS_UP = 0.24  # inches by which heads of columns begin above them
BESIDE_BAR = 0.06  # inches from a bar to its words
LINE_SPACING, LABEL_PAD = 1.2, 0.8  # of the size of letters; points
SAMPLE, SAMPLE_WORDS = 0.34, 0.4  # inches: length of a sample, and where its words begin
CURVE = [Path.CURVE4] * 3  # a cubic curve: two points that bend it, and its end
WITH, ELSEWHERE, WITHOUT = "registered", "elsewhere", "without"


@dataclass(frozen=True)
class RibbonStyle:
    """How the ribbons of one kind of ending are drawn."""

    colour: str
    alpha: float
    hatch: str


RIBBON_STYLES = {
    WITH: RibbonStyle(BLUE, 0.62, ""),
    ELSEWHERE: RibbonStyle(MUTED, 0.34, "...."),
    WITHOUT: RibbonStyle(OCHRE, 0.5, "/////"),
}


@styled
def draw(results: StoredResults) -> Chart:
    """The journeys under the reference, and under the policy that differs most from it."""
    every = [journeys(results, policy) for policy in queries.policies(results)]
    if not every[0].people:
        return placeholder(
            results,
            "alluvial",
            title=translate("No journeys under the reference are recorded"),
            subtitle=translate(
                "Where people first set out for, what they reached and how it ended."
            ),
            why=translate(
                "Under the reference ({policy}) nobody set out, or these results were made without "
                "journeys.",
                policy=queries.quoted_labels(results)[every[0].policy],
            ),
            columns=_COLUMNS,
        )
    shown = [every[0], *most_different(every)]
    title, subtitle = _title(results, shown), _subtitle(results, shown, others=len(every) - 1)
    places = Places.of(results, shown)
    inch = PEOPLE / max(each.people for each in shown)
    panels = [Panel.of(places, each, inch=inch) for each in shown]
    high = max(panel.height for panel in panels) + SMALL_GAP
    room = _room()
    page = new_page(
        width=2 * MARGIN + len(shown) * (room + GAP) - GAP,
        body=HEAD + high + FOOT,
        title=title,
        subtitle=subtitle,
        footer=footer(results),
    )
    for k, (each, panel) in enumerate(zip(shown, panels, strict=True)):
        _draw_panel(page, results, each, panel, left=MARGIN + k * (room + GAP), high=high)
    _key(page, shown, down=HEAD + high + SMALL_GAP)
    alt = _alt(results, shown, title)
    return Chart("alluvial", title, subtitle, alt, page.figure, _data(shown))


def _room() -> float:
    """Width of a panel: three columns of bars, with runs between them and words at the ends."""
    return LEFT + 2 * RUN + 3 * BAR + RIGHT


def _draw_panel(
    page: Page, results: StoredResults, each: Journeys, panel: Panel, *, left: float, high: float
) -> None:
    room = _room()
    page.write_within(queries.labels(results)[each.policy], left, 0.0, room=room, weight="bold")
    people = translate("{people} people, mean of the runs", people=people_words(each.people))
    page.write(people, left, PEOPLE_DOWN, size=SMALL, colour=MUTED)
    heads = (
        (translate("First choice"), left + LEFT + BAR, "right"),
        (translate("Place reached"), left + LEFT + 1.5 * BAR + RUN, "center"),
        (translate("How it ended"), left + LEFT + 2 * BAR + 2 * RUN, "left"),
    )
    for words, x, align in heads:
        page.write(words, x, HEAD - HEADS_UP, size=SMALL, colour=MUTED, align=align)
    axes = page.axes(left, HEAD, room, high)
    axes.set_xlim(0.0, room)
    axes.set_ylim(high, 0.0)
    axes.set(xticks=[], yticks=[])
    axes.set_axis_off()
    _ribbons(axes, panel)
    _labels(axes, panel)


def _ribbons(axes: Axes, panel: Panel) -> None:
    """Each stream from its first choice through its place to its ending, one colour all the way."""
    first, middle, ends = ([bar.node for bar in column] for column in panel.columns)

    def rank(s: Stream) -> tuple[int, int, int]:
        return ends.index(s.ending.id), middle.index(s.reached), first.index(s.first)

    streams = sorted(panel.streams, key=rank)
    by_place = sorted(streams, key=lambda s: (middle.index(s.reached), rank(s)))
    edges = (
        _stacked(by_place, panel.columns[0], [s.first for s in by_place], panel.inch),
        _stacked(streams, panel.columns[1], [s.reached for s in streams], panel.inch),
        _stacked(by_place, panel.columns[2], [s.ending.id for s in by_place], panel.inch),
    )
    xs = _xs()
    onward: dict[tuple[str, str], list[Stream]] = {}
    for stream in streams:
        begin, end = (xs[0] + BAR, edges[0][stream.key]), (xs[1], edges[1][stream.key])
        _ribbon(axes, begin, end, stream.people * panel.inch, RIBBON_STYLES[_kind(stream.ending)])
        onward.setdefault((stream.reached, stream.ending.id), []).append(stream)
    for group in onward.values():  # one ribbon, wherever they came from
        top, people = group[0], sum(stream.people for stream in group)
        begin, end = (xs[1] + BAR, edges[1][top.key]), (xs[2], edges[2][top.key])
        _ribbon(axes, begin, end, people * panel.inch, RIBBON_STYLES[_kind(top.ending)])


def _xs() -> tuple[float, float, float]:
    return LEFT, LEFT + BAR + RUN, LEFT + 2 * (BAR + RUN)


def _stacked(
    streams: Sequence[Stream], bars: Sequence[Bar], nodes: Sequence[str], inch: float
) -> dict[tuple[str, str, str], float]:
    """Where each stream meets its bar: one below the other, in the order given."""
    down = {bar.node: bar.top for bar in bars}
    met = {}
    for stream, node in zip(streams, nodes, strict=True):
        met[stream.key] = down[node]
        down[node] += stream.people * inch
    return met


def _ribbon(
    axes: Axes,
    begin: tuple[float, float],
    end: tuple[float, float],
    thick: float,
    look: RibbonStyle,
) -> None:
    """A band of even thickness at both ends, level where it meets the bars."""
    (x, y), (to_x, to_y) = begin, end
    half = (x + to_x) / 2
    points = [
        (x, y),
        (half, y),
        (half, to_y),
        (to_x, to_y),
        (to_x, to_y + thick),
        (half, to_y + thick),
        (half, y + thick),
        (x, y + thick),
        (x, y),
    ]
    path = Path(points, [Path.MOVETO, *CURVE, Path.LINETO, *CURVE, Path.CLOSEPOLY])
    axes.add_patch(PathPatch(path, fc=look.colour, alpha=look.alpha, lw=0.0, zorder=Layer.AREAS))
    if thick > HAIR:
        axes.add_patch(
            PathPatch(path, fc="none", ec=look.colour, lw=Stroke.HAIRLINE, zorder=Layer.INTERVALS)
        )
    if look.hatch and thick > HAIR:
        axes.add_patch(
            PathPatch(
                path, fc="none", ec=look.colour, lw=0.0, hatch=look.hatch, zorder=Layer.INTERVALS
            )
        )


def _labels(axes: Axes, panel: Panel) -> None:
    """Bars and their words: left of the first column, right of the others."""
    for k, (x, column) in enumerate(zip(_xs(), panel.columns, strict=True)):
        for bar in column:
            high = bar.bottom - bar.top
            axes.add_patch(
                Rectangle(
                    (x, bar.top), BAR, high, fc=INK, ec=INK, lw=Stroke.FINE, zorder=Layer.LINES
                )
            )
            axes.text(
                x - BESIDE_BAR if k == 0 else x + BAR + BESIDE_BAR,
                (bar.top + bar.bottom) / 2,
                bar.words,
                size=bar.size,
                ha="right" if k == 0 else "left",
                va="center",
                linespacing=LINE_SPACING,
                bbox={"fc": PAPER, "ec": "none", "alpha": Opacity.LABEL, "pad": LABEL_PAD}
                if k == 1
                else None,
                zorder=Layer.EMPHASIS,
            )
    for heading in panel.headings:
        axes.text(
            _xs()[2],
            heading.middle,
            heading.words,
            size=heading.size,
            weight="bold",
            ha="left",
            va="center",
            zorder=Layer.EMPHASIS,
        )


def _kind(ending: Ending) -> str:
    if not ending.access:
        return WITHOUT
    return WITH if ending.id == "registered" else ELSEWHERE


def _key(page: Page, shown: Sequence[Journeys], *, down: float) -> None:
    """What colour and hatch of a ribbon say, of those that are drawn."""
    drawn = {_kind(stream.ending) for each in shown for stream in each.streams}
    words = {
        WITH: translate("registered"),
        ELSEWHERE: translate("gone on without registration"),
        WITHOUT: translate("without access to asylum"),
    }
    left = MARGIN
    for kind, text in words.items():
        if kind not in drawn:
            continue
        axes = page.axes(left, down, SAMPLE, Key.TALL)
        axes.set(xticks=[], yticks=[], xlim=(0, SAMPLE), ylim=(Key.TALL, 0))
        axes.set_axis_off()
        _ribbon(axes, (0.0, 0.0), (SAMPLE, 0.0), Key.TALL, RIBBON_STYLES[kind])
        page.write(text, left + SAMPLE_WORDS, down + Key.RAISED, size=SMALL)
        left += SAMPLE_WORDS + width_of(text, size=SMALL) + WIDE_GAP


def _title(results: StoredResults, shown: Sequence[Journeys]) -> str:
    """What share has no access under each, and whether the difference is clear."""
    labels = queries.quoted_labels(results)
    sentences = [
        translate(
            "{policy}: {share} of {people} people are left without access to asylum",
            policy=labels[each.policy],
            share=percent(each.without_access / each.people),
            people=people_words(each.people),
        )
        for each in shown
    ]
    if len(shown) == 1:
        return sentences[0]
    low, high = access_difference(*shown)[1:]
    if not (low > 0.0 or high < 0.0):  # one state of the world has no interval
        sentences.append(translate("no clear difference"))
    return "; ".join(sentences)


def _subtitle(results: StoredResults, shown: Sequence[Journeys], *, others: int) -> str:
    sentences = [
        translate(
            "People by the place they first set out for, the place they reached and how it ended; "
            "mean of {runs}; {period}. Heights are people, on one scale. Those kept from setting "
            "out, and those who would have followed people who did not get through, are people "
            "without access.",
            runs=plural(len(queries.runs(results)), "{count} run", "{count} runs"),
            period=queries.period(results),
        )
    ]
    attempts = queries.indicator(results, "O5_attempts")
    if attempts and queries.is_modelled(attempts):
        sentences.append(
            translate(
                "People found on the terrain border count as having reached it and are "
                "registered at a crossing, so more people are registered than arrive at "
                "crossings."
            )
        )
    if len(shown) > 1:
        sentences.append(
            translate(
                "Difference of the shares without access, mean over states of the world, each with "
                "the same weight however many people there are: {points} percentage points (95 % "
                "interval, paired t).",
                points=difference(*access_difference(*shown)),
            )
        )
    if others > 1:
        sentences.append(
            translate(
                "Beside the reference: of {policies}, the one whose endings differ most.",
                policies=plural(others, "{count} other policy", "{count} other policies"),
            )
        )
    return " ".join(sentences)


_COLUMNS = ("policy", "first_choice", "reached", "ending", "without_access", "people")


def _data(shown: Sequence[Journeys]) -> pl.DataFrame:
    rows = [
        (each.policy, s.first, s.reached, s.ending.id, not s.ending.access, s.people)
        for each in shown
        for s in each.streams
    ]
    return pl.DataFrame(rows, schema=list(_COLUMNS), orient="row")


def _alt(results: StoredResults, shown: Sequence[Journeys], title: str) -> str:
    labels = queries.quoted_labels(results)
    parts = [
        translate(
            "{policy}: {endings}",
            policy=labels[each.policy],
            endings=", ".join(
                f"{ending_words(e)} {people_words(each.share(e) * each.people)}"
                for e in ENDINGS
                if each.share(e)
            ),
        )
        for each in shown
    ]
    return translate(
        "Alluvial chart from first choice to ending. {title}. {endings}.",
        title=title,
        endings=". ".join(parts),
    )
