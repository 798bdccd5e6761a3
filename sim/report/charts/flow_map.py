"""Flow map: people on each leg of road before and after access changed, and the difference.

Before and after are up to fourteen days each side of the reference's first change of access; where
nothing ever changes, the two halves of the busy period. With more policies there is a map a policy
of its difference to the reference after the change, all at one scale. Under every map stand
arrivals, people waiting and people in the transit state.

Curves of constant width with a head at the end, bowed to one side, follow Jenny et al. (2018),
Cartography and Geographic Information Science 45(1), 62-75, on how flow maps are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.report.analysis import queries
from sim.report.analysis.queries import Floats
from sim.report.analysis.statistics import mean_interval, paired_difference
from sim.report.drawing.chart import Chart, footer
from sim.report.drawing.layout import LINE_IN, MARGIN, Page, fit, new_page, width_of, wrap
from sim.report.drawing.style import MUTED, SMALL, styled
from sim.report.maps.geography import Geography, Site, geography
from sim.report.maps.legs import leg_curve, within
from sim.report.maps.map_drawing import (
    FEWER,
    MORE,
    PEOPLE,
    WIDEST,
    LegStyle,
    MapPanel,
    key_axes,
    key_words,
    line_key,
    mark_key,
    width_key,
)
from sim.text.catalogue import translate
from sim.text.wording import day, difference, estimate, listing, number, percent, plural, signed

if TYPE_CHECKING:
    from sim.results.store import StoredResults

Leg = tuple[str, str]

WINDOW_DAYS = 14
PANEL, SMALL_PANEL = 3.0, 1.86
NAMES, NUMBERS, GAP = 1.8, 0.52, 0.16
HEAD = 0.42
NOTE_LINES = 4
SMALL_NOTE = 0.58
NEGLIGIBLE = 0.01  # of the busiest leg: thinner ones are left out
HUB_LABELS = 6
SERIES = ("arrivals", "waiting", "in_transit_state")


@dataclass(frozen=True)
class _Window:
    """Days from first to last, and what it is called."""

    first: int
    last: int

    @property
    def days(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True)
class _Story:
    """What is drawn.

    Attributes:
        geo: The ground.
        before: Days before the change.
        after: Days from it.
        change: Day of the change, or None where the busy period was halved.
        legs: People a day on each leg, the mean of runs, by policy and window (0: before).
        numbers: Arrivals, waiting and transit state by run, by policy and window, (series, runs).
        heading: People a day on the last leg to each crossing, by window, (runs, crossings).
        crossings: Sites of the crossings, as charts order them.
    """

    geo: Geography
    before: _Window
    after: _Window
    change: int | None
    legs: dict[tuple[str, int], dict[Leg, float]]
    numbers: dict[tuple[str, int], Floats]
    heading: tuple[Floats, Floats]
    crossings: list[Site]

    def gain(self, policy: str, base: tuple[str, int]) -> dict[Leg, float]:
        """People a day on each leg after the change, minus those of another policy or window."""
        ours, theirs = self.legs[policy, 1], self.legs[base]
        return {leg: ours.get(leg, 0.0) - theirs.get(leg, 0.0) for leg in {**ours, **theirs}}


@styled
def draw(results: StoredResults) -> Chart:
    """Legs of road before, after, and the difference; then each policy against the reference."""
    story = _story(results)
    title, subtitle = _title(results, story), _subtitle(results, story)
    others = queries.policies(results)[1:]
    height = PANEL * story.geo.frame.height / story.geo.frame.width
    small = SMALL_PANEL * story.geo.frame.height / story.geo.frame.width
    width = 2 * MARGIN + NAMES + 3 * (NUMBERS + PANEL) + 2 * GAP
    a_row = int((width - 2 * MARGIN + GAP) / (SMALL_PANEL + GAP))
    rows = -(-len(others) // a_row)
    notes = HEAD + height + NOTE_LINES * SMALL * LINE_IN + 0.12
    key = 0.5
    multiples = 0.55 + rows * (small + 0.34 + SMALL_NOTE) if rows else 0.0
    page = new_page(
        width=width,
        body=notes + key + multiples,
        title=title,
        subtitle=subtitle,
        footer=f"{_disclaimer(story.geo)} {footer(results)}",
    )
    scale = _scale(results, story)
    _main(page, results, story, scale, height)
    _key(page, scale, down=notes + 0.08, width=width)
    if others:
        _multiples(page, results, story, scale, down=notes + key, height=small, a_row=a_row)
    alt = _alt(results, story, title)
    return Chart("flow_map", title, subtitle, alt, page.figure, _data(results, story))


# ---- what is drawn


def _story(results: StoredResults) -> _Story:
    before, after, change = _windows(results)
    geo = geography(results.manifest["places"])
    crossings = [geo.sites[place.id] for place in queries.crossings(results)]
    legs = {
        (policy, k): _legs(results, policy, window)
        for policy in queries.policies(results)
        for k, window in enumerate((before, after))
    }
    totals = {series: queries.daily_totals(results, series) for series in SERIES}
    numbers = {
        (policy, k): np.array(
            [
                _level(totals[series][policy], window, at_end=series == "in_transit_state")
                for series in SERIES
            ]
        )
        for policy in queries.policies(results)
        for k, window in enumerate((before, after))
    }
    heading = (
        _heading(results, crossings, before),
        _heading(results, crossings, after),
    )
    return _Story(geo, before, after, change, legs, numbers, heading, crossings)


def _windows(results: StoredResults) -> tuple[_Window, _Window, int | None]:
    """Before and after the reference's first change of access, or the halves of the busy period."""
    count = len(queries.days(results))
    reference = queries.policies(results)[0]
    changes = [each.day for each in queries.changes(results, reference) if 0 < each.day < count]
    if changes:
        change = changes[0]
        before = _Window(max(0, change - WINDOW_DAYS), change - 1)
        return before, _Window(change, min(count, change + WINDOW_DAYS) - 1), change
    first, last = _busy(results, reference)
    middle = min(last, first + max(1, (last - first + 1) // 2))
    return _Window(first, max(first, middle - 1)), _Window(middle, last), None


def _busy(results: StoredResults, policy: str) -> tuple[int, int]:
    """First and last day on which anybody sets out."""
    days = queries.days(results)
    dates = results.flows.filter(policy=policy)["date"].to_list()
    if not dates:
        return 0, len(days) - 1
    return max(0, (min(dates) - days[0]).days), min(len(days) - 1, (max(dates) - days[0]).days)


def _during(results: StoredResults, policy: str, window: _Window) -> pl.DataFrame:
    first = queries.days(results)[0]
    low, high = (first + timedelta(days=k) for k in (window.first, window.last))
    return results.flows.filter((pl.col("policy") == policy) & pl.col("date").is_between(low, high))


def _legs(results: StoredResults, policy: str, window: _Window) -> dict[Leg, float]:
    """People a day on each leg, the mean of runs."""
    rows = _during(results, policy, window).group_by("origin", "destination")
    sums = rows.agg(pl.col("people").sum()).sort("origin", "destination").iter_rows()
    days = window.days * len(queries.runs(results))
    return {(origin, destination): people / days for origin, destination, people in sums}


def _level(block: Floats, window: _Window, *, at_end: bool) -> Floats:
    """A run's mean over the window, or its value on the last day, shape (runs,)."""
    shown = block[:, window.first : window.last + 1]
    return np.asarray(shown[:, -1] if at_end else shown.mean(axis=1))


def _heading(results: StoredResults, crossings: Sequence[Site], window: _Window) -> Floats:
    """People a day on the last leg to each crossing under the reference, (runs, crossings)."""
    order = {run: k for k, run in enumerate(queries.runs(results))}
    places = {site.id: k for k, site in enumerate(crossings)}
    table = np.zeros((len(order), len(crossings)))
    rows = _during(results, queries.policies(results)[0], window)
    sums = rows.group_by("state_of_world", "replicate", "destination").agg(pl.col("people").sum())
    for state_of_world, replicate, destination, people in sums.iter_rows():
        if destination in places:
            table[order[state_of_world, replicate], places[destination]] = people / window.days
    return table


def _scale(results: StoredResults, story: _Story) -> float:
    """Points of width for a person a day: one scale for every map of the chart."""
    reference = queries.policies(results)[0]
    amounts = [*story.legs[reference, 0].values(), *story.legs[reference, 1].values()]
    for policy in queries.policies(results)[1:]:
        amounts += [abs(gain) for gain in story.gain(policy, (reference, 1)).values()]
    return WIDEST / max([*amounts, 1e-9])


# ---- words


def _span(results: StoredResults, window: _Window) -> str:
    days = queries.days(results)
    first, last = days[window.first], days[window.last]
    if first == last:
        return day(last, year=True)
    return translate(
        "{first} to {last}",
        first=day(first, year=first.year != last.year),
        last=day(last, year=True),
    )


def _busiest(story: _Story, which: int) -> tuple[list[Site], float]:
    """The crossings that most people head for, at most two, and their share."""
    means = story.heading[which].mean(axis=0)
    total = float(means.sum())
    if total == 0:
        return [], 0.0
    order = np.argsort(-means, kind="stable").tolist()
    chosen = order[:1] if len(order) == 1 or means[order[0]] > 0.6 * total else order[:2]
    chosen = [k for k in chosen if means[k] > 0]
    return [story.crossings[k] for k in chosen], float(means[chosen].sum()) / total


def _title(results: StoredResults, story: _Story) -> str:
    label = queries.labels(results)[queries.policies(results)[0]]
    if not any(block.any() for block in story.heading):
        return translate(
            "Nobody sets out for a crossing in the days shown ({policy})", policy=label
        )
    parts = [_going(results, story, which) for which in (0, 1)]
    if story.change is None:
        return translate(
            "On the road to the crossings ({policy}): first {before}; then {after}",
            policy=label,
            before=parts[0],
            after=parts[1],
        )
    return translate(
        "On the road to the crossings ({policy}): before {date} {before}; from then on {after}",
        policy=label,
        date=day(queries.days(results)[story.change]),
        before=parts[0],
        after=parts[1],
    )


def _going(results: StoredResults, story: _Story, which: int) -> str:
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
    """A mean with what 95 % of the runs lie between."""
    if len(values) < 2:
        return number(float(values.mean()))
    low, high = np.quantile(values, [0.025, 0.975])
    return estimate(float(values.mean()), float(low), float(high))


def _change_words(values: Floats) -> str:
    """A mean difference with its 95 % interval, or that there is no clear difference."""
    middle, low, high = mean_interval(values)
    if np.isnan(low):
        return signed(middle)
    words = difference(middle, low, high)
    return translate("{change}, no clear difference", change=words) if low <= 0 <= high else words


def _subtitle(results: StoredResults, story: _Story) -> str:
    runs = plural(len(queries.runs(results)), "{count} run", "{count} runs")
    spans = {"before": _span(results, story.before), "after": _span(results, story.after)}
    when = (
        translate(
            "Before: {before}, the days before access first changes; after: {after}.", **spans
        )
        if story.change is not None
        else translate(
            "No crossing ever changes: halves of the busy period, {before} and {after}.", **spans
        )
    )
    what = translate(
        "Width: people a day who set out on a leg of road, each time they do, mean of {runs} "
        "[95 % of runs]; arrows "
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


def _alt(results: StoredResults, story: _Story, title: str) -> str:
    lines = [
        translate("Maps of the roads to the crossings before, after, and the difference."),
        title,
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
        for k, site in enumerate(story.crossings)
    ]
    lines.append(translate("People a day by crossing: {rows}.", rows="; ".join(rows)))
    lines += _notes(story, (reference, 1))
    return " ".join(lines)


# ---- maps


def _main(page: Page, results: StoredResults, story: _Story, scale: float, height: float) -> None:
    """Before, after, difference: names once at the left, numbers of people beside each map."""
    reference = queries.policies(results)[0]
    means = [block.mean(axis=0) for block in story.heading]
    panels: list[tuple[str, str, Mapping[Leg, float], Floats, int | None]] = [
        (translate("Before"), _span(results, story.before), story.legs[reference, 0], means[0], 0),
        (translate("After"), _span(results, story.after), story.legs[reference, 1], means[1], 1),
        (
            translate("Difference"),
            translate("after less before"),
            story.gain(reference, (reference, 0)),
            means[1] - means[0],
            None,
        ),
    ]
    for k, (name, span, legs, beside, which) in enumerate(panels):
        left = MARGIN + NAMES + NUMBERS + k * (PANEL + NUMBERS + GAP)
        page.write(name, left, 0.0, weight="bold")
        page.write(span, left + width_of(name, weight="bold") + 0.1, 0.0, colour=MUTED)
        panel = MapPanel(page.axes(left, HEAD, PANEL, height), story.geo, PANEL)
        panel.ground()
        window = story.before if which == 0 else story.after
        _crossings(panel, results, story, reference, window)
        _draw_legs(panel, legs, scale, gains=which is None)
        panel.scale_bar()
        _column(panel, results, story, beside, names=k == 0, signs=which is None)
        _places(panel, results, story, legs)
        notes = _notes(story, None if which is None else (reference, which))
        lines = [line for note in notes for line in wrap(note, PANEL, size=SMALL).split("\n")]
        page.write("\n".join(lines), left, HEAD + height + 0.08, size=SMALL)
        unit = translate("people a day")
        page.write(unit, left - 0.08, HEAD - 0.2, size=SMALL, colour=MUTED, align="right")


def _notes(story: _Story, which: tuple[str, int] | None) -> list[str]:
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
        translate("In the transit state, not registered, at the end: {value}", value=values[2]),
    ]


def _draw_legs(
    panel: MapPanel, legs: Mapping[Leg, float], scale: float, *, gains: bool = False
) -> None:
    for (origin, destination), people in legs.items():
        if abs(people) * scale < NEGLIGIBLE * WIDEST or origin == destination:
            continue
        sites = panel.geo.sites
        if origin in sites and destination in sites:
            style: LegStyle = PEOPLE if not gains else MORE if people > 0 else FEWER
            panel.leg(sites[origin], sites[destination], abs(people) * scale, style)


def _crossings(
    panel: MapPanel,
    results: StoredResults,
    story: _Story,
    policy: str,
    window: _Window,
    *,
    size: float = 1.0,
) -> None:
    shares = queries.access_shares(results, policy)[:, :, window.first : window.last + 1].mean(
        axis=2
    )
    for k, site in enumerate(story.crossings):
        panel.crossing(site, queries.STATES[int(shares[:, k].argmax())], size=size)


def _column(
    panel: MapPanel,
    results: StoredResults,
    story: _Story,
    people: Floats,
    *,
    names: bool,
    signs: bool,
) -> None:
    """Numbers (and in the first map names) left of the map; if need be, the busiest."""
    room = panel.lines_beside
    order = np.argsort(-np.abs(people), kind="stable").tolist()
    shown = sorted(order[:room])
    like = [abs(float(each)) for each in people]
    write = signed if signs else number
    panel.column(
        [story.crossings[k] for k in shown],
        [write(float(people[k]), like=like) for k in shown],
        [_name(results, story.crossings[k].name) for k in shown] if names else (),
        reach=NUMBERS,
    )


def _name(results: StoredResults, name: str) -> str:
    return fit(_both_names(results, name), NAMES - 0.05, size=SMALL, most=1)


def _both_names(results: StoredResults, name: str) -> str:
    """The name, with the Finnish one where that is another."""
    finnish = results.manifest.get("translations", {}).get("fi", {}).get(name)
    return f"{name} / {finnish}" if finnish and finnish != name else name


def _places(
    panel: MapPanel, results: StoredResults, story: _Story, legs: Mapping[Leg, float]
) -> None:
    """Towns with their names, the busiest first, and where roads from elsewhere come in."""
    frame, through = panel.geo.frame, _through(legs)
    towns = [
        site
        for site in panel.geo.sites.values()
        if site.kind in ("hub", "neighbour") and frame.holds(site.x, site.y)
    ]
    busiest = sorted(
        _through({**story.legs[next(iter(story.legs))], **legs}).items(), key=lambda i: -i[1]
    )
    rank = {place: k for k, (place, _) in enumerate(busiest)}
    for site in towns:
        if site.id in through or site.kind == "neighbour":
            panel.town(site)
    _elsewhere(panel, results, legs)
    written = 0
    for site in sorted(towns, key=lambda s: (s.kind != "neighbour", rank.get(s.id, 999), -s.y)):
        if written < HUB_LABELS and (site.id in through or site.kind == "neighbour"):
            written += panel.label(queries.scenario_text(results, site.name), site.x, site.y)
    panel.countries()


def _through(legs: Mapping[Leg, float]) -> dict[str, float]:
    """People a day who come or go, by place."""
    people: dict[str, float] = {}
    for (origin, destination), amount in legs.items():
        for place in (origin, destination):
            people[place] = people.get(place, 0.0) + abs(amount)
    return people


def _elsewhere(panel: MapPanel, results: StoredResults, legs: Mapping[Leg, float]) -> None:
    """At the edge, where the roads to and from places outside the map leave it."""
    sites, frame = panel.geo.sites, panel.geo.frame
    net: dict[str, float] = {}
    busiest: dict[str, tuple[float, float, float]] = {}
    for (origin, destination), people in legs.items():
        if origin not in sites or destination not in sites:
            continue
        curve = within(leg_curve(sites[origin], sites[destination]), frame)
        for out, end, sign in ((origin, 0, 1), (destination, -1, -1)):
            if len(curve) and not frame.holds(sites[out].x, sites[out].y):
                net[out] = net.get(out, 0.0) + sign * abs(people)
                x, y = curve[end]
                if abs(people) >= busiest.get(out, (0.0, 0.0, 0.0))[2]:
                    busiest[out] = (float(x), float(y), abs(people))
    for out, (x, y, _) in busiest.items():
        name = queries.scenario_text(results, sites[out].name)
        words = (
            translate("from {place}", place=name)
            if net[out] >= 0
            else translate("to {place}", place=name)
        )
        panel.label(words, x, y, colour=MUTED, style="italic")


def _multiples(
    page: Page,
    results: StoredResults,
    story: _Story,
    scale: float,
    *,
    down: float,
    height: float,
    a_row: int,
) -> None:
    """A map a policy: its difference to the reference after the change."""
    reference, *others = queries.policies(results)
    page.write(
        translate("Each policy less the reference, {span}", span=_span(results, story.after)),
        MARGIN,
        down,
        weight="bold",
    )
    page.write(
        translate(
            "Below each map, difference with 95 % interval: arrivals a day, people waiting, and "
            "people without access at the scenario's end, who did not set out among them."
        ),
        MARGIN,
        down + 0.2,
        size=SMALL,
        colour=MUTED,
    )
    for k, policy in enumerate(others):
        row, column = divmod(k, a_row)
        left = MARGIN + column * (SMALL_PANEL + GAP)
        top = down + 0.55 + row * (height + 0.34 + SMALL_NOTE)
        label = fit(queries.labels(results)[policy], SMALL_PANEL, size=SMALL, most=2)
        page.write(label, left, top, size=SMALL)
        panel = MapPanel(page.axes(left, top + 0.32, SMALL_PANEL, height), story.geo, SMALL_PANEL)
        panel.ground(detail=False)
        _draw_legs(panel, story.gain(policy, (reference, 1)), scale, gains=True)
        _crossings(panel, results, story, policy, story.after, size=0.7)
        gains = (story.numbers[policy, 1] - story.numbers[reference, 1])[:2]
        values = [difference(*mean_interval(gain)) for gain in gains]
        access = paired_difference(
            results.indicators,
            policy=policy,
            reference=reference,
            indicator=queries.WITHOUT_ACCESS,
            direction="less",
        )
        notes = [
            translate("arrivals {value}", value=values[0]),
            translate("waiting {value}", value=values[1]),
            translate("no access {value}", value=difference(access.mean, access.low, access.high)),
        ]
        lines = "\n".join(fit(note, SMALL_PANEL, size=6.6, most=1) for note in notes)
        page.write(lines, left, top + 0.32 + height + 0.05, size=6.6)


# ---- key and data


def _key(page: Page, scale: float, *, down: float, width: float) -> None:
    """Widths, colours with their dashes, and marks, in a row."""
    axes = key_axes(page, down=down, width=width - 2 * MARGIN)
    x = key_words(axes, width_key(axes, scale) - 8, translate("people a day"))
    x = line_key(axes, x, translate("more people"), 3.0, MORE)
    x = line_key(axes, x, translate("fewer people"), 3.0, FEWER)
    mark_key(axes, x)


def _data(results: StoredResults, story: _Story) -> pl.DataFrame:
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
