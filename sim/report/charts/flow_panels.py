"""A map of the flow map: legs of road, crossings with their numbers, towns and what is beyond."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from sim.report.analysis import queries
from sim.report.analysis.queries import Floats
from sim.report.charts.flow_windows import Leg, Window, WindowFlows, stretches_of
from sim.report.drawing.design_tokens import TIGHT
from sim.report.maps.legs import leg_curve, within
from sim.report.maps.map_drawing import (
    FEWER,
    MORE,
    PEOPLE,
    WIDEST,
    LegStyle,
    MapPanel,
)
from sim.text.catalogue import translate
from sim.text.wording import number, signed

if TYPE_CHECKING:
    from sim.results.store import StoredResults

NAMES = 1.8
NUMBERS = 0.52
NEGLIGIBLE = 0.01  # of the busiest leg: thinner ones are left out
HUB_LABELS = 6
LAST = 999  # towns of which no order is known come last


def draw_legs(
    panel: MapPanel, legs: Mapping[Leg, float], scale: float, *, gains: bool = False
) -> None:
    """Legs of road as arrows; of ``gains``, more and fewer people in styles of their own."""
    for (origin, destination), people in legs.items():
        if abs(people) * scale < NEGLIGIBLE * WIDEST or origin == destination:
            continue
        sites = panel.geo.sites
        if origin in sites and destination in sites:
            style: LegStyle = PEOPLE if not gains else MORE if people > 0 else FEWER
            panel.leg(sites[origin], sites[destination], abs(people) * scale, style)


def draw_crossings(
    panel: MapPanel,
    results: StoredResults,
    story: WindowFlows,
    policy: str,
    window: Window,
    *,
    size: float = 1.0,
) -> None:
    """Crossings, each with what it was open to on most days of most runs; stretches beside them."""
    for site in stretches_of(panel.geo):
        panel.town(site, size=size)
    shares = queries.access_shares(results, policy)[:, :, window.first : window.last + 1].mean(
        axis=2
    )
    for k, site in enumerate(story.crossings):
        panel.crossing(site, queries.STATES[int(shares[:, k].argmax())], size=size)


def draw_column(
    panel: MapPanel,
    results: StoredResults,
    story: WindowFlows,
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
        [story.goals[k] for k in shown],
        [write(float(people[k]), like=like) for k in shown],
        [_both_names(results, story.goals[k].name) for k in shown] if names else (),
        reach=NUMBERS,
        room=NAMES - TIGHT,
    )


def _both_names(results: StoredResults, name: str) -> str:
    """The name, with the Finnish one where that is another."""
    finnish = results.manifest.get("translations", {}).get("fi", {}).get(name)
    return f"{name} / {finnish}" if finnish and finnish != name else name


def draw_places(
    panel: MapPanel, results: StoredResults, story: WindowFlows, legs: Mapping[Leg, float]
) -> None:
    """Towns with their names, the busiest first, and where roads from elsewhere come in."""
    frame, through = panel.geo.frame, _through(legs)
    towns = [
        site
        for site in panel.geo.sites.values()
        if site.kind in ("hub", "neighbour") and frame.holds(site.x, site.y)
    ]
    beside = {goal.id for goal in story.goals}
    named = [*towns, *(each for each in stretches_of(panel.geo) if each.id not in beside)]
    busiest = sorted(
        _through({**story.legs[next(iter(story.legs))], **legs}).items(), key=lambda i: -i[1]
    )
    rank = {place: k for k, (place, _) in enumerate(busiest)}
    for site in towns:
        if site.id in through or site.kind == "neighbour":
            panel.town(site)
    _elsewhere(panel, results, legs)
    written = 0
    for site in sorted(named, key=lambda s: (s.kind != "neighbour", rank.get(s.id, LAST), -s.y)):
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
        panel.edge_label(words, x, y)
