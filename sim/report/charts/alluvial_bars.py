"""Positions of the bars of an alluvial panel: places merged into nodes, each with its label.

Large crossings have bars of their own; other crossings, other countries and the terrain border are
one bar each. Lengths are inches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.analysis import queries
from sim.report.analysis.endings import ENDINGS, ending_words
from sim.report.analysis.journey_ends import NOWHERE, Journeys, Stream, merged
from sim.report.drawing.layout import LINE_IN, fit_whole
from sim.report.drawing.style import SMALL
from sim.text.catalogue import translate
from sim.text.wording import number, percent, plural

if TYPE_CHECKING:
    from sim.results.store import StoredResults

LEFT, RUN, RIGHT = 1.4, 1.35, 2.3  # room of the first labels, of a run of ribbons, of the last ones
LINE = SMALL * LINE_IN
OTHERS, COUNTRIES, TERRAIN = "other_crossings", "other_countries", "terrain_border"
NOBODY = 1e-12  # least divisor, where nobody comes
BETWEEN = 0.09  # between the bars of a column
UNDER_WORDS = 0.06  # inches from the words of a bar to those of the next
BEFORE_OTHERS = 2.5  # gaps between the bars and the line of all others
BESIDE_BAR = 0.14  # inches that words keep from bars and from the edge
MOST_NAMED = 6  # crossings with a name of their own
SMALLEST = 0.03  # share of people that a crossing with a name has at least


@dataclass(frozen=True)
class Places:
    """Which node of the chart a place belongs to, and what the nodes are called.

    Attributes:
        node: Node by id of place, for every place that anybody set out for or reached.
        names: Names by node, north first.
    """

    node: Mapping[str, str]
    names: Mapping[str, str]

    @classmethod
    def of(cls, results: StoredResults, shown: Sequence[Journeys]) -> Places:
        """The nodes of these journeys."""
        kinds = {str(p["id"]): str(p["kind"]) for p in results.manifest["places"]}
        names = {
            str(p["id"]): queries.scenario_text(results, str(p["name"]))
            for p in results.manifest["places"]
        }
        groups = {"neighbour": COUNTRIES, "segment": TERRAIN}
        drawn = {p for each in shown for s in each.streams for p in (s.first, s.reached) if p}
        node = {p: groups[kinds[p]] for p in drawn if kinds.get(p) in groups}
        crossings = [p for p in kinds if p in drawn and p not in node]
        crossings += sorted(drawn.difference(node, crossings))
        named = _named(shown, crossings)
        node |= {p: p if p in named else OTHERS for p in crossings}
        rest = len(crossings) - len(named)
        return cls(
            {**node, NOWHERE: NOWHERE},
            {
                **{p: names.get(p, p) for p in crossings if p in named},
                OTHERS: plural(rest, "{count} other crossing", "{count} other crossings"),
                COUNTRIES: translate("Other countries"),
                TERRAIN: translate("Terrain border"),
                NOWHERE: "",
            },
        )


def _named(shown: Sequence[Journeys], crossings: Sequence[str]) -> set[str]:
    """The crossings large enough, at either column and under any policy, to bear their name."""
    share = dict.fromkeys(crossings, 0.0)
    for each in shown:
        for column in ("first", "reached"):
            sums = dict.fromkeys(crossings, 0.0)
            for stream in each.streams:
                if (place := getattr(stream, column)) in sums:
                    sums[place] += stream.people / max(each.people, NOBODY)
            share = {place: max(share[place], sums[place]) for place in crossings}
    large = [p for p in sorted(crossings, key=lambda p: -share[p]) if share[p] >= SMALLEST]
    kept = set(large[:MOST_NAMED])
    return set(crossings) if len(crossings) - len(kept) <= 1 else kept


@dataclass(frozen=True)
class Bar:
    """A node as it is drawn: its label with its size, and its edges in inches from the top."""

    node: str
    words: str
    size: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Heading:
    """Words above the bars of one group of endings.

    Attributes:
        words: What they say.
        size: Of their letters, points.
        middle: Their middle, inches from the top.
    """

    words: str
    size: float
    middle: float


@dataclass(frozen=True)
class Panel:
    """One policy's drawing: streams merged by node, and three columns of bars.

    Attributes:
        streams: First node, node reached, ending and people; what looks the same is one.
        columns: Bars of first choices, of places reached and of endings.
        headings: Of the endings with and without access.
        inch: Inches a person.
    """

    streams: tuple[Stream, ...]
    columns: tuple[Sequence[Bar], Sequence[Bar], Sequence[Bar]]
    headings: tuple[Heading, ...]
    inch: float

    @classmethod
    def of(cls, places: Places, each: Journeys, *, inch: float) -> Panel:
        """The drawing of one policy's journeys, so many inches a person."""
        streams = merged(
            Stream(places.node[s.first], places.node[s.reached], s.ending, s.people)
            for s in each.streams
        )
        nodes = list(places.names)
        chosen = {**places.names, NOWHERE: translate("Did not set out")}
        met = {**places.names, NOWHERE: translate("None")}
        ends, headings = _ending_bars(each, inch=inch)
        columns = (
            _bars(_sums(streams, "first"), nodes, chosen, inch=inch, room=LEFT),
            _bars(_sums(streams, "reached"), nodes, met, inch=inch, room=RUN),
            ends,
        )
        return cls(tuple(streams), columns, headings, inch)

    @property
    def height(self) -> float:
        """Down to the lowest bar, in inches."""
        return max(column[-1].bottom for column in self.columns if column)


def _sums(streams: Sequence[Stream], column: str) -> dict[str, float]:
    sums: dict[str, float] = {}
    for stream in streams:
        node = getattr(stream, column)
        sums[node] = sums.get(node, 0.0) + stream.people
    return sums


def _bars(
    sums: Mapping[str, float],
    nodes: Sequence[str],
    names: Mapping[str, str],
    *,
    inch: float,
    room: float,
    down: float = 0.0,
) -> list[Bar]:
    """Bars from the top down, each with room for its label."""
    bars: list[Bar] = []
    for node in nodes:
        if not (people := sums.get(node, 0.0)):
            continue
        words, size = fit_whole(
            f"{names[node]}  {people_words(people)}", room - BESIDE_BAR, size=SMALL
        )
        high = people * inch
        slot = max(high, LINE * (1 + words.count("\n")))
        top = down + (slot - high) / 2
        bars.append(Bar(node, words, size, top, top + high))
        down += slot + BETWEEN
    return bars


def _ending_bars(each: Journeys, *, inch: float) -> tuple[list[Bar], tuple[Heading, ...]]:
    """Endings with access above those without, each group under its sum."""
    sums = {ending.id: each.share(ending) * each.people for ending in ENDINGS}
    names = {ending.id: ending_words(ending) for ending in ENDINGS}
    bars: list[Bar] = []
    headings: list[Heading] = []
    down = 0.0
    for access in (True, False):
        group = [ending.id for ending in ENDINGS if ending.access == access]
        people = sum(sums[key] for key in group)
        share = percent(people / each.people if each.people else None)
        count = people_words(people)
        heading = (
            translate("Registered or gone on: {people} ({share})", people=count, share=share)
            if access
            else translate("Without access: {people} ({share})", people=count, share=share)
        )
        words, size = fit_whole(heading, RIGHT, size=SMALL, weight="bold", most=1)
        headings.append(Heading(words, size, down + LINE / 2))
        down += LINE + UNDER_WORDS
        bars += _bars(sums, group, names, inch=inch, room=RIGHT, down=down)
        down = max([down, *(bar.bottom for bar in bars)]) + BEFORE_OTHERS * BETWEEN
    return bars, tuple(headings)


def people_words(count: float) -> str:
    """Whole people, and a few of many runs as less than one."""
    return "<1" if 0.0 < count < 0.5 else number(float(round(count)))
