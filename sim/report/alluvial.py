"""Alluvial: where people first set out for, the place they reached, and how it ended.

People stand at both ends, as means of runs. The reference stands beside the policy under which most
people end otherwise. Those kept from setting out are drawn too: a closure that keeps people from
coming gives no access.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from sim.report import facts
from sim.report.chart import Chart, footer
from sim.report.facts import ENDINGS, NOT_SET_OUT, Ending, ending_words
from sim.report.language import say
from sim.report.layout import LINE_IN, MARGIN, Page, fit, new_page, width_of
from sim.report.statistics import mean_interval
from sim.report.style import BLUE, INK, MUTED, OCHRE, PAPER, SMALL, styled
from sim.report.untold import untold
from sim.report.wording import difference, number, percent, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.store import StoredResults

LEFT, RUN, BAR, RIGHT, GAP = 1.4, 1.35, 0.09, 2.3, 0.3
HEAD, PEOPLE, FOOT = 0.66, 3.2, 0.3  # inches; all people of the fuller panel are PEOPLE high
LINE = SMALL * LINE_IN
HAIR = 0.03  # inches; thinner ribbons have no edge
BETWEEN = 0.09  # inches between the bars of a column
MOST_NAMED = 6  # crossings with a name of their own
SMALLEST = 0.03  # share of people that a crossing with a name has at least
OTHERS, COUNTRIES, TERRAIN, NOWHERE = "other_crossings", "other_countries", "terrain_border", ""
WITH, ELSEWHERE, WITHOUT = "registered", "elsewhere", "without"


@dataclass(frozen=True)
class Look:
    """How the ribbons of one kind of ending are drawn."""

    colour: str
    alpha: float
    hatch: str


LOOKS = {
    WITH: Look(BLUE, 0.62, ""),
    ELSEWHERE: Look(MUTED, 0.34, "...."),
    WITHOUT: Look(OCHRE, 0.5, "/////"),
}


@dataclass(frozen=True)
class Stream:
    """People of one first choice, place reached and ending, in the mean of the runs."""

    first: str
    reached: str
    ending: Ending
    people: float

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from the other streams."""
        return self.first, self.reached, self.ending.id


@dataclass(frozen=True)
class Journeys:
    """The journeys under one policy.

    Attributes:
        policy: Its id.
        streams: Every stream of people; those who were kept from setting out have no place.
        without: Share of people without access, one number a world.
    """

    policy: str
    streams: tuple[Stream, ...]
    without: Mapping[int, float]

    @cached_property
    def people(self) -> float:
        """All people, in the mean of the runs."""
        return sum(stream.people for stream in self.streams)

    @property
    def without_access(self) -> float:
        """People without access, in the mean of the runs."""
        return sum(stream.people for stream in self.streams if not stream.ending.access)

    def share(self, ending: Ending) -> float:
        """The share of people who end so; zero where there are none."""
        ended = sum(stream.people for stream in self.streams if stream.ending == ending)
        return ended / self.people if self.people else 0.0


@styled
def draw(results: StoredResults) -> Chart:
    """The journeys under the reference, and under the policy that differs most from it."""
    every = [journeys(results, policy) for policy in facts.policies(results)]
    if not every[0].people:
        return untold(
            results,
            "alluvial",
            title=say("No journeys under the reference are recorded"),
            subtitle=say("Where people first set out for, what they reached and how it ended."),
            why=say(
                "Under the reference ({policy}) nobody set out, or these results were made without "
                "journeys.",
                policy=facts.labels(results)[every[0].policy],
            ),
            columns=_COLUMNS,
        )
    shown = [every[0], *_most_different(every)]
    title, subtitle = _title(results, shown), _subtitle(results, shown, others=len(every) - 1)
    places = _Places.of(results, shown)
    inch = PEOPLE / max(each.people for each in shown)
    panels = [_Panel.of(places, each, inch=inch) for each in shown]
    high = max(panel.height for panel in panels) + 0.1
    room = LEFT + 2 * RUN + 3 * BAR + RIGHT
    page = new_page(
        width=2 * MARGIN + len(shown) * (room + GAP) - GAP,
        body=HEAD + high + FOOT,
        title=title,
        subtitle=subtitle,
        footer=footer(results),
    )
    for k, (each, panel) in enumerate(zip(shown, panels, strict=True)):
        _draw_panel(page, results, each, panel, left=MARGIN + k * (room + GAP), high=high)
    _key(page, down=HEAD + high + 0.1)
    alt = _alt(results, shown, title)
    return Chart("alluvial", title, subtitle, alt, page.figure, _data(shown))


def journeys(results: StoredResults, policy: str) -> Journeys:
    """The journeys under a policy, with those who were kept from setting out."""
    runs = len(facts.runs(results))
    rows = results.journeys.filter(policy=policy).drop_nulls("persons")
    kept = results.indicators.filter(policy=policy, indicator=facts.DETERRED).drop_nulls("value")
    legs = ["first_choice", "reached", "state"]
    summed = rows.group_by(legs).agg(pl.col("persons").sum()).sort(legs)
    streams: dict[tuple[str, str, str], Stream] = {}
    for first, reached, state, persons in summed.rows():
        _pour(streams, first or "", reached or "", facts.ending_of(state), persons / runs)
    _pour(streams, NOWHERE, NOWHERE, NOT_SET_OUT, float(kept["value"].sum()) / runs)
    return Journeys(
        policy,
        tuple(streams[key] for key in sorted(streams) if streams[key].people > 0.0),
        _shares_without(rows, kept),
    )


def _pour(
    streams: dict[tuple[str, str, str], Stream],
    first: str,
    reached: str,
    ending: Ending,
    people: float,
) -> None:
    """Add people to the stream that they belong to."""
    key = (first, reached, ending.id)
    before = streams[key].people if key in streams else 0.0
    streams[key] = Stream(first, reached, ending, before + people)


def _shares_without(rows: pl.DataFrame, kept: pl.DataFrame) -> dict[int, float]:
    """Share of people without access in each world that has people."""
    without = [state for ending in ENDINGS if not ending.access for state in ending.states]
    persons, lost = pl.col("persons"), pl.col("state").is_in(without)
    counted = [
        rows.select("world", people=persons, lost=pl.when(lost).then(persons).otherwise(0)),
        kept.select("world", people="value", lost="value"),
    ]
    whole = pl.concat([each.cast({"people": pl.Float64, "lost": pl.Float64}) for each in counted])
    sums = whole.group_by("world").agg(pl.all().sum()).filter(pl.col("people") > 0).sort("world")
    return {world: lost / people for world, people, lost in sums.rows()}


def _most_different(every: Sequence[Journeys]) -> list[Journeys]:
    """The policy under which the largest share of people end otherwise than under the first."""
    reference, *others = (each for each in every if each.people)
    apart = [sum(abs(each.share(e) - reference.share(e)) for e in ENDINGS) for each in others]
    return [others[int(np.argmax(apart))]] if others else []


@dataclass(frozen=True)
class _Places:
    """Which node of the chart a place belongs to, and what the nodes are called, north first."""

    node: Mapping[str, str]
    names: Mapping[str, str]

    @classmethod
    def of(cls, results: StoredResults, shown: Sequence[Journeys]) -> _Places:
        kinds = {str(p["id"]): str(p["kind"]) for p in results.manifest["places"]}
        names = {
            str(p["id"]): facts.its_own(results, str(p["name"])) for p in results.manifest["places"]
        }
        groups = {"neighbour": COUNTRIES, "segment": TERRAIN}
        seen = {p for each in shown for s in each.streams for p in (s.first, s.reached) if p}
        node = {p: groups[kinds[p]] for p in seen if kinds.get(p) in groups}
        crossings = [p for p in kinds if p in seen and p not in node]
        crossings += sorted(seen.difference(node, crossings))
        named = _named(shown, crossings)
        node |= {p: p if p in named else OTHERS for p in crossings}
        rest = len(crossings) - len(named)
        return cls(
            {**node, NOWHERE: NOWHERE},
            {
                **{p: names.get(p, p) for p in crossings if p in named},
                OTHERS: plural(rest, "{count} other crossing", "{count} other crossings"),
                COUNTRIES: say("Other countries"),
                TERRAIN: say("Terrain border"),
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
                    sums[place] += stream.people / max(each.people, 1e-12)
            share = {place: max(share[place], sums[place]) for place in crossings}
    large = [p for p in sorted(crossings, key=lambda p: -share[p]) if share[p] >= SMALLEST]
    kept = set(large[:MOST_NAMED])
    return set(crossings) if len(crossings) - len(kept) <= 1 else kept


@dataclass(frozen=True)
class _Bar:
    """A node as it is drawn: its label, and its edges in inches from the top."""

    node: str
    words: str
    top: float
    bottom: float


@dataclass(frozen=True)
class _Heading:
    """Words above the bars of one group of endings, and where they stand."""

    words: str
    middle: float


@dataclass(frozen=True)
class _Panel:
    """One policy's drawing: streams merged by node, and three columns of bars.

    Attributes:
        streams: First node, node reached, ending and people; what looks the same is one.
        columns: Bars of first choices, of places reached and of endings.
        headings: Of the endings with and without access.
        inch: Inches a person.
    """

    streams: tuple[Stream, ...]
    columns: tuple[Sequence[_Bar], Sequence[_Bar], Sequence[_Bar]]
    headings: tuple[_Heading, ...]
    inch: float

    @classmethod
    def of(cls, places: _Places, each: Journeys, *, inch: float) -> _Panel:
        merged: dict[tuple[str, str, str], Stream] = {}
        for s in each.streams:
            _pour(merged, places.node[s.first], places.node[s.reached], s.ending, s.people)
        streams = tuple(merged.values())
        nodes = list(places.names)
        chosen = {**places.names, NOWHERE: say("Did not set out")}
        met = {**places.names, NOWHERE: say("None")}
        ends, headings = _ending_bars(each, inch=inch)
        columns = (
            _bars(_sums(streams, "first"), nodes, chosen, inch=inch, room=LEFT),
            _bars(_sums(streams, "reached"), nodes, met, inch=inch, room=RUN),
            ends,
        )
        return cls(streams, columns, headings, inch)

    @property
    def height(self) -> float:
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
) -> list[_Bar]:
    """Bars from the top down, each with room for its label."""
    bars: list[_Bar] = []
    for node in nodes:
        if not (people := sums.get(node, 0.0)):
            continue
        words = fit(f"{names[node]}  {_people(people)}", room - 0.14, size=SMALL)
        high = people * inch
        slot = max(high, LINE * (1 + words.count("\n")))
        top = down + (slot - high) / 2
        bars.append(_Bar(node, words, top, top + high))
        down += slot + BETWEEN
    return bars


def _ending_bars(each: Journeys, *, inch: float) -> tuple[list[_Bar], tuple[_Heading, ...]]:
    """Endings with access above those without, each group under its sum."""
    sums = {ending.id: each.share(ending) * each.people for ending in ENDINGS}
    names = {ending.id: ending_words(ending) for ending in ENDINGS}
    bars: list[_Bar] = []
    headings: list[_Heading] = []
    down = 0.0
    for access in (True, False):
        group = [ending.id for ending in ENDINGS if ending.access == access]
        people = sum(sums[key] for key in group)
        share = percent(people / each.people if each.people else None)
        count = _people(people)
        told = (
            say("Registered or gone on: {people} ({share})", people=count, share=share)
            if access
            else say("Without access: {people} ({share})", people=count, share=share)
        )
        words = fit(told, RIGHT, size=SMALL, weight="bold", most=1)
        headings.append(_Heading(words, down + LINE / 2))
        down += LINE + 0.06
        bars += _bars(sums, group, names, inch=inch, room=RIGHT, down=down)
        down = max([down, *(bar.bottom for bar in bars)]) + 2.5 * BETWEEN
    return bars, tuple(headings)


def _draw_panel(
    page: Page, results: StoredResults, each: Journeys, panel: _Panel, *, left: float, high: float
) -> None:
    room = LEFT + 2 * RUN + 3 * BAR + RIGHT
    name = fit(facts.labels(results)[each.policy], room, weight="bold", most=1)
    page.write(name, left, 0.0, weight="bold")
    people = say("{people} people, mean of the runs", people=_people(each.people))
    page.write(people, left, 0.17, size=SMALL, colour=MUTED)
    heads = (
        (say("First choice"), left + LEFT + BAR, "right"),
        (say("Place reached"), left + LEFT + 1.5 * BAR + RUN, "center"),
        (say("How it ended"), left + LEFT + 2 * BAR + 2 * RUN, "left"),
    )
    for words, x, align in heads:
        page.write(words, x, HEAD - 0.24, size=SMALL, colour=MUTED, align=align)
    axes = page.axes(left, HEAD, room, high)
    axes.set_xlim(0.0, room)
    axes.set_ylim(high, 0.0)
    axes.set(xticks=[], yticks=[])
    axes.set_axis_off()
    _ribbons(axes, panel)
    _labels(axes, panel)


def _ribbons(axes: Axes, panel: _Panel) -> None:
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
        _ribbon(axes, begin, end, stream.people * panel.inch, LOOKS[_kind(stream.ending)])
        onward.setdefault((stream.reached, stream.ending.id), []).append(stream)
    for group in onward.values():  # one ribbon, wherever they came from
        top, people = group[0], sum(stream.people for stream in group)
        begin, end = (xs[1] + BAR, edges[1][top.key]), (xs[2], edges[2][top.key])
        _ribbon(axes, begin, end, people * panel.inch, LOOKS[_kind(top.ending)])


def _xs() -> tuple[float, float, float]:
    return LEFT, LEFT + BAR + RUN, LEFT + 2 * (BAR + RUN)


def _stacked(
    streams: Sequence[Stream], bars: Sequence[_Bar], nodes: Sequence[str], inch: float
) -> dict[tuple[str, str, str], float]:
    """Where each stream meets its bar: one below the other, in the order given."""
    down = {bar.node: bar.top for bar in bars}
    met = {}
    for stream, node in zip(streams, nodes, strict=True):
        met[stream.key] = down[node]
        down[node] += stream.people * inch
    return met


def _ribbon(
    axes: Axes, begin: tuple[float, float], end: tuple[float, float], thick: float, look: Look
) -> None:
    """A band of even thickness at both ends, level where it meets the bars."""
    (x, y), (to_x, to_y) = begin, end
    half = (x + to_x) / 2
    points = [
        (x, y), (half, y), (half, to_y), (to_x, to_y),
        (to_x, to_y + thick), (half, to_y + thick), (half, y + thick), (x, y + thick), (x, y),
    ]  # fmt: skip
    curve = [Path.CURVE4] * 3
    path = Path(points, [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY])
    axes.add_patch(PathPatch(path, fc=look.colour, alpha=look.alpha, lw=0.0, zorder=2))
    if thick > HAIR:
        axes.add_patch(PathPatch(path, fc="none", ec=look.colour, lw=0.4, zorder=3))
    if look.hatch and thick > HAIR:
        axes.add_patch(PathPatch(path, fc="none", ec=look.colour, lw=0.0, hatch=look.hatch,
                                 zorder=3))  # fmt: skip


def _labels(axes: Axes, panel: _Panel) -> None:
    """Bars and their words: left of the first column, right of the others."""
    for k, (x, column) in enumerate(zip(_xs(), panel.columns, strict=True)):
        for bar in column:
            high = bar.bottom - bar.top
            axes.add_patch(Rectangle((x, bar.top), BAR, high, fc=INK, ec=INK, lw=0.5, zorder=4))
            axes.text(
                x - 0.06 if k == 0 else x + BAR + 0.06,
                (bar.top + bar.bottom) / 2,
                bar.words,
                size=SMALL,
                ha="right" if k == 0 else "left",
                va="center",
                linespacing=1.2,
                bbox={"fc": PAPER, "ec": "none", "alpha": 0.75, "pad": 0.8} if k == 1 else None,
                zorder=6,
            )
    for heading in panel.headings:
        axes.text(_xs()[2], heading.middle, heading.words, size=SMALL, weight="bold", ha="left",
                  va="center", zorder=6)  # fmt: skip


def _kind(ending: Ending) -> str:
    if not ending.access:
        return WITHOUT
    return WITH if ending.id == "registered" else ELSEWHERE


def _key(page: Page, *, down: float) -> None:
    """What colour and hatch of a ribbon say."""
    words = {
        WITH: say("registered"),
        ELSEWHERE: say("gone on without registration"),
        WITHOUT: say("without access to asylum"),
    }
    left = MARGIN
    for kind, told in words.items():
        axes = page.axes(left, down, 0.34, 0.14)
        axes.set(xticks=[], yticks=[], xlim=(0, 0.34), ylim=(0.14, 0))
        axes.set_axis_off()
        _ribbon(axes, (0.0, 0.0), (0.34, 0.0), 0.14, LOOKS[kind])
        page.write(told, left + 0.4, down + 0.005, size=SMALL)
        left += 0.4 + width_of(told, size=SMALL) + 0.3


def _people(count: float) -> str:
    """Whole people, and a few of many runs as less than one."""
    return "<1" if 0.0 < count < 0.5 else number(float(round(count)))


def _title(results: StoredResults, shown: Sequence[Journeys]) -> str:
    """What share has no access under each, and whether the difference is clear."""
    labels = facts.labels(results)
    told = [
        say(
            "{policy}: {share} of {people} people end without access to asylum",
            policy=labels[each.policy],
            share=percent(each.without_access / each.people),
            people=_people(each.people),
        )
        for each in shown
    ]
    if len(shown) == 1:
        return told[0]
    low, high = _apart(shown)[1:]
    if not (low > 0.0 or high < 0.0):  # one world has no interval
        told.append(say("no clear difference"))
    return "; ".join(told)


def _apart(shown: Sequence[Journeys]) -> tuple[float, float, float]:
    """Share without access of the second minus the first, in points, paired by world."""
    first, second = (each.without for each in shown)
    both = sorted(first.keys() & second.keys())
    return mean_interval(np.array([100.0 * (second[w] - first[w]) for w in both], dtype=np.float64))


def _subtitle(results: StoredResults, shown: Sequence[Journeys], *, others: int) -> str:
    told = [
        say(
            "People by the place they first set out for, the place they reached and how it ended; "
            "mean of {runs}; {period}. Heights are people, on one scale. Those kept from setting "
            "out by closures or by news of failure are people without access.",
            runs=plural(len(facts.runs(results)), "{count} run", "{count} runs"),
            period=facts.period(results),
        )
    ]
    if len(shown) > 1:
        told.append(
            say(
                "Difference of the shares without access: {points} percentage points (95 % "
                "interval, paired t over worlds).",
                points=difference(*_apart(shown)),
            )
        )
    if others > 1:
        told.append(
            say(
                "Beside the reference: of {policies} the one whose shares of endings differ most.",
                policies=plural(others, "{count} other policy", "{count} other policies"),
            )
        )
    return " ".join(told)


_COLUMNS = ("policy", "first_choice", "reached", "ending", "without_access", "people")


def _data(shown: Sequence[Journeys]) -> pl.DataFrame:
    rows = [
        (each.policy, s.first, s.reached, s.ending.id, not s.ending.access, s.people)
        for each in shown
        for s in each.streams
    ]
    return pl.DataFrame(rows, schema=list(_COLUMNS), orient="row")


def _alt(results: StoredResults, shown: Sequence[Journeys], title: str) -> str:
    labels = facts.labels(results)
    parts = [
        say(
            "{policy}: {endings}",
            policy=labels[each.policy],
            endings=", ".join(
                f"{ending_words(e)} {_people(each.share(e) * each.people)}"
                for e in ENDINGS
                if each.share(e)
            ),
        )
        for each in shown
    ]
    return say(
        "Alluvial chart from first choice to ending. {title}. {endings}.",
        title=title,
        endings=". ".join(parts),
    )
