"""Flow map: people on each leg of road before and after access changed, and the difference.

Before and after are up to fourteen days each side of the reference's first change of access; where
nothing ever changes, the two halves of the busy period. With more policies there is a map a policy
of its difference from the reference after the change, all at one scale. Under every map are
arrivals, people waiting and people in the transit state.

Curves of constant width with a head at the end, bowed to one side, follow Jenny et al. (2018),
Cartography and Geographic Information Science 45(1), 62-75, on how flow maps are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.queries import Floats
from sim.report.analysis.receiving_states import where_on_the_way
from sim.report.analysis.statistics import mean_interval, paired_difference
from sim.report.charts.flow_panels import (
    NAMES,
    NEGLIGIBLE,
    NUMBERS,
    draw_column,
    draw_crossings,
    draw_legs,
    draw_places,
)
from sim.report.charts.flow_windows import (
    Leg,
    Window,
    WindowFlows,
    stretches_of,
    window_flows,
)
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.colours import MUTED
from sim.report.drawing.design_tokens import LARGE_GAP, NOT_ZERO, SMALL_GAP, TIGHT
from sim.report.drawing.layout import LINE_IN, MARGIN, Page, new_page, width_of, wrap
from sim.report.drawing.style import SMALL, styled
from sim.report.maps.geography import Geography, Site
from sim.report.maps.map_drawing import FEWER, MORE, WIDEST, MapPanel
from sim.report.maps.map_key import (
    UNIT_CLOSER,
    key_axes,
    key_words,
    line_key,
    mark_key,
    stretch_key,
    width_key,
)
from sim.text.catalogue import translate
from sim.text.wording import day, difference, estimate, listing, number, percent, plural, signed

if TYPE_CHECKING:
    from sim.results.store import StoredResults


PANEL = 3.0
SMALL_PANEL = 1.86
GAP = 0.16
HEAD = 0.42
NOTE_LINES = 4
MULTIPLES_HEAD = 0.55  # above the small maps: their heading
SMALL_LABEL = 0.34  # the name of a policy with what is above it
SMALL_MAP = 0.32  # from the name down to the map
SMALL_MARK = 0.7  # size of marks of crossings, of those of large maps
NOTE_SIZE = 7.0  # points
SMALL_NOTE = 0.58
UNDER_NOTES, UNDER_MAP = 0.12, 0.08  # below the notes, and from the names below a map to them
EDGE_NAMES = 0.14  # below a map: names of places beyond it
KEY = 0.5
MAPS = 3  # before, after, and the difference
MOST_OF = 0.6  # share of people from which one group is named alone
LEVELS = (0.025, 0.975)  # of the intervals that are written
SAMPLE = 3.0  # points: width of a leg in the key


@styled
def draw(results: StoredResults) -> Chart:
    """Legs of road before, after, and the difference; then each policy against the reference."""
    story = window_flows(results)
    title, subtitle = _title(results, story), _subtitle(results, story)
    others = queries.policies(results)[1:]
    height = PANEL * story.geo.frame.height / story.geo.frame.width
    small = SMALL_PANEL * story.geo.frame.height / story.geo.frame.width
    width = 2 * MARGIN + NAMES + MAPS * (NUMBERS + PANEL) + 2 * GAP
    a_row = int((width - 2 * MARGIN + GAP) / (SMALL_PANEL + GAP))
    rows = -(-len(others) // a_row)
    notes = HEAD + height + EDGE_NAMES + NOTE_LINES * SMALL * LINE_IN + UNDER_NOTES
    multiples = MULTIPLES_HEAD + rows * (small + SMALL_LABEL + SMALL_NOTE) if rows else 0.0
    page = new_page(
        width=width,
        body=notes + KEY + multiples,
        title=title,
        subtitle=subtitle,
        footer=f"{_disclaimer(story.geo)} {footer(results)}",
    )
    scale = _scale(results, story)
    _main(page, results, story, scale, height)
    _key(page, story.geo, scale, down=notes + UNDER_MAP, width=width)
    if others:
        _multiples(page, results, story, scale, down=notes + KEY, height=small, a_row=a_row)
    alt = _alt(results, story, title)
    return Chart("flow_map", title, subtitle, alt, page.figure, _data(results, story))


# ---- what is drawn


def _scale(results: StoredResults, story: WindowFlows) -> float:
    """Points of width for a person a day: one scale for every map of the chart."""
    reference = queries.policies(results)[0]
    amounts = [*story.legs[reference, 0].values(), *story.legs[reference, 1].values()]
    for policy in queries.policies(results)[1:]:
        amounts += [abs(gain) for gain in story.gain(policy, (reference, 1)).values()]
    return WIDEST / max([*amounts, NOT_ZERO])


# ---- words


def _span(results: StoredResults, window: Window) -> str:
    days = queries.days(results)
    first, last = days[window.first], days[window.last]
    if first == last:
        return day(last, year=True)
    return translate(
        "{first} to {last}",
        first=day(first, year=first.year != last.year),
        last=day(last, year=True),
    )


def _busiest(story: WindowFlows, which: int) -> tuple[list[Site], float]:
    """The goals that most people head for, at most two, and their share."""
    means = story.heading[which].mean(axis=0)
    total = float(means.sum())
    if total == 0:
        return [], 0.0
    order = np.argsort(-means, kind="stable").tolist()
    chosen = order[:1] if len(order) == 1 or means[order[0]] > MOST_OF * total else order[:2]
    chosen = [k for k in chosen if means[k] > 0]
    return [story.goals[k] for k in chosen], float(means[chosen].sum()) / total


def _title(results: StoredResults, story: WindowFlows) -> str:
    label = queries.quoted_labels(results)[queries.policies(results)[0]]
    if not any(block.any() for block in story.heading):
        return _nobody(results, story, label)
    parts = [_going(results, story, which) for which in (0, 1)]
    if story.change is None:
        return translate(
            "{road} ({policy}): first {before}; then {after}",
            road=_road(story),
            policy=label,
            before=parts[0],
            after=parts[1],
        )
    return translate(
        "{road} ({policy}): before {date} {before}; from then on {after}",
        road=_road(story),
        policy=label,
        date=day(queries.days(results)[story.change]),
        before=parts[0],
        after=parts[1],
    )


def _road(story: WindowFlows) -> str:
    if story.crossings:
        return translate("On the road to the crossings")
    return translate("On the road to the terrain border")


def _nobody(results: StoredResults, story: WindowFlows, label: str) -> str:
    """That nobody heads for a goal; people who then walk elsewhere are told of."""
    if not story.crossings:
        return translate(
            "Nobody sets out for the terrain border in the days shown ({policy})", policy=label
        )
    reference, stretches = queries.policies(results)[0], {s.id for s in stretches_of(story.geo)}
    ways = {end for which in (0, 1) for _, end in story.legs[reference, which]}
    if stretches & ways:
        return translate(
            "Nobody sets out for a crossing in the days shown; people do for the terrain border "
            "({policy})",
            policy=label,
        )
    return translate("Nobody sets out for a crossing in the days shown ({policy})", policy=label)


def _going(results: StoredResults, story: WindowFlows, which: int) -> str:
    sites, share = _busiest(story, which)
    people = _mean(story.heading[which].sum(axis=1))
    if not sites:
        return translate("nobody")
    names = listing([queries.scenario_text(results, site.name) for site in sites])
    return translate(
        "{people} people a day, {share} of them to: {crossings}",
        people=people,
        share=percent(share),
        crossings=names,
    )


def _mean(values: Floats) -> str:
    """A mean with the range of 95 % of the runs."""
    if len(values) < 2:
        return number(float(values.mean()))
    low, high = np.quantile(values, LEVELS)
    return estimate(float(values.mean()), float(low), float(high))


def _change_words(values: Floats) -> str:
    """A mean difference with its 95 % interval, or that there is no clear difference."""
    middle, low, high = mean_interval(values)
    if np.isnan(low):
        return signed(middle)
    words = difference(middle, low, high)
    return translate("{change}, no clear difference", change=words) if low <= 0 <= high else words


def _subtitle(results: StoredResults, story: WindowFlows) -> str:
    runs = plural(len(queries.runs(results)), "{count} run", "{count} runs")
    spans = {"before": _span(results, story.before), "after": _span(results, story.after)}
    when = (
        translate(
            "Before: {before}, the days before access first changes; after: {after}.", **spans
        )
        if story.change is not None
        else translate(
            "Access never changes: halves of the busy period, {before} and {after}.", **spans
        )
    )
    what = translate(
        "Width: people a day who set out on a leg of road, each time they do, mean of {runs} "
        "(95 % of runs); arrows "
        "bow to the right of their direction; legs below {least} of the busiest are left out.",
        runs=runs,
        least=percent(NEGLIGIBLE),
    )
    marks = translate("Marks: what held on most days of most runs. North is up.")
    ground = (
        ""
        if story.geo.has_basemap
        else translate(
            "There is no base map for this part of the world: lines are meridians and parallels."
        )
    )
    return " ".join(part for part in (when, what, marks, ground) if part)


def _disclaimer(geo: Geography) -> str:
    words = translate("Boundaries and names on maps imply no endorsement or judgement.")
    return f"{words} {translate('Base map: Natural Earth.')}" if geo.has_basemap else words


def _alt(results: StoredResults, story: WindowFlows, title: str) -> str:
    lines = [
        translate("Maps of the roads to the border before, after, and the difference."),
        f"{title}.",
    ]
    reference = queries.policies(results)[0]
    means = [block.mean(axis=0) for block in story.heading]
    rows = [
        translate(
            "{crossing}: {before} before, {after} after",
            crossing=queries.scenario_text(results, site.name),
            before=number(float(means[0][k])),
            after=number(float(means[1][k])),
        )
        for k, site in enumerate(story.goals)
    ]
    lines.append(translate("People a day by place: {rows}.", rows="; ".join(rows)))
    lines += [f"{note}." for note in _notes(results, story, (reference, 1))]
    return " ".join(lines)


# ---- maps


def _main(
    page: Page, results: StoredResults, story: WindowFlows, scale: float, height: float
) -> None:
    """Before, after, difference: names once at the left, numbers of people beside each map."""
    reference = queries.policies(results)[0]
    means = [block.mean(axis=0) for block in story.heading]
    panels: list[tuple[str, str, Mapping[Leg, float], Floats, int | None]] = [
        (translate("Before"), _span(results, story.before), story.legs[reference, 0], means[0], 0),
        (translate("After"), _span(results, story.after), story.legs[reference, 1], means[1], 1),
        (
            translate("Difference"),
            translate("after minus before"),
            story.gain(reference, (reference, 0)),
            means[1] - means[0],
            None,
        ),
    ]
    for k, (name, span, legs, beside, which) in enumerate(panels):
        left = MARGIN + NAMES + NUMBERS + k * (PANEL + NUMBERS + GAP)
        page.write(name, left, 0.0, weight="bold")
        page.write(span, left + width_of(name, weight="bold") + SMALL_GAP, 0.0, colour=MUTED)
        panel = MapPanel(page.axes(left, HEAD, PANEL, height), story.geo, PANEL)
        panel.ground()
        window = story.before if which == 0 else story.after
        draw_crossings(panel, results, story, reference, window)
        draw_legs(panel, legs, scale, gains=which is None)
        panel.scale_bar()
        draw_column(panel, results, story, beside, names=k == 0, signs=which is None)
        draw_places(panel, results, story, legs)
        notes = _notes(results, story, None if which is None else (reference, which))
        lines = [line for note in notes for line in wrap(note, PANEL, size=SMALL).split("\n")]
        page.write("\n".join(lines), left, HEAD + height + EDGE_NAMES + UNDER_MAP, size=SMALL)
        unit = translate("people a day")
        page.write(
            unit, left - UNDER_MAP, HEAD - LARGE_GAP, size=SMALL, colour=MUTED, align="right"
        )


def _notes(results: StoredResults, story: WindowFlows, which: tuple[str, int] | None) -> list[str]:
    """Arrivals and waiting, never without who is left in the transit state."""
    if which is None:
        reference = next(iter(story.numbers))[0]
        gains = story.numbers[reference, 1] - story.numbers[reference, 0]
        values = [_change_words(gain) for gain in gains]
    else:
        values = [_mean(values) for values in story.numbers[which]]
    return [
        translate("Arrivals a day: {value}", value=values[0]),
        translate("People waiting: {value}", value=values[1]),
        translate("{where}, at the end: {value}", where=where_on_the_way(results), value=values[2]),
    ]


def _multiples(
    page: Page,
    results: StoredResults,
    story: WindowFlows,
    scale: float,
    *,
    down: float,
    height: float,
    a_row: int,
) -> None:
    """A map a policy: its difference from the reference after the change."""
    reference, *others = queries.policies(results)
    page.write(
        translate("Each policy minus the reference, {span}", span=_span(results, story.after)),
        MARGIN,
        down,
        weight="bold",
    )
    page.write(
        translate(
            "Below each map, difference with 95 % interval: arrivals a day, people waiting, "
            "and people without access at the end of the scenario, including those who never "
            "set out."
        ),
        MARGIN,
        down + LARGE_GAP,
        size=SMALL,
        colour=MUTED,
    )
    for k, policy in enumerate(others):
        row, column = divmod(k, a_row)
        left = MARGIN + column * (SMALL_PANEL + GAP)
        top = down + MULTIPLES_HEAD + row * (height + SMALL_LABEL + SMALL_NOTE)
        label = queries.labels(results)[policy]
        page.write_lines(label, left, top, room=SMALL_PANEL, size=SMALL)
        axes = page.axes(left, top + SMALL_MAP, SMALL_PANEL, height)
        panel = MapPanel(axes, story.geo, SMALL_PANEL)
        panel.ground(detail=False)
        draw_legs(panel, story.gain(policy, (reference, 1)), scale, gains=True)
        draw_crossings(panel, results, story, policy, story.after, size=SMALL_MARK)
        for line, note in enumerate(_small_notes(results, story, policy)):
            at = top + SMALL_MAP + height + TIGHT + line * NOTE_SIZE * LINE_IN
            page.write_within(note, left, at, room=SMALL_PANEL, size=NOTE_SIZE)


def _small_notes(results: StoredResults, story: WindowFlows, policy: str) -> list[str]:
    """Differences from the reference: arrivals and waiting, never without access."""
    reference = queries.policies(results)[0]
    gains = (story.numbers[policy, 1] - story.numbers[reference, 1])[:2]
    arrivals, waiting = (difference(*mean_interval(gain)) for gain in gains)
    access = paired_difference(
        results.indicators,
        policy=policy,
        reference=reference,
        indicator=queries.WITHOUT_ACCESS,
        direction="less",
    )
    return [
        translate("arrivals {value}", value=arrivals),
        translate("waiting {value}", value=waiting),
        translate("no access {value}", value=difference(access.mean, access.low, access.high)),
    ]


# ---- key and data


def _key(page: Page, geo: Geography, scale: float, *, down: float, width: float) -> None:
    """Widths, colours with their dashes, and marks, in a row."""
    axes = key_axes(page, down=down, width=width - 2 * MARGIN)
    x = key_words(axes, width_key(axes, scale) - UNIT_CLOSER, translate("people a day"))
    x = line_key(axes, x, translate("more people"), SAMPLE, MORE)
    x = line_key(axes, x, translate("fewer people"), SAMPLE, FEWER)
    x = mark_key(axes, x)
    if stretches_of(geo):
        stretch_key(axes, x)


def _data(results: StoredResults, story: WindowFlows) -> pl.DataFrame:
    """People a day on each leg, by policy and window."""
    days = queries.days(results)
    rows = [
        (policy, name, days[window.first], days[window.last], *leg, people)
        for policy in queries.policies(results)
        for k, (name, window) in enumerate((("before", story.before), ("after", story.after)))
        for leg, people in story.legs[policy, k].items()
    ]
    schema = {
        "policy": pl.String,
        "window": pl.String,
        "first": pl.Date,
        "last": pl.Date,
        "origin": pl.String,
        "destination": pl.String,
        "people_a_day": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
