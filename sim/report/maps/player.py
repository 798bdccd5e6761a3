"""The moving map of the report: a fragment of HTML that needs nothing else.

The base map, roads and crossings are one SVG, drawn as on the day with most people waiting, which
is also what is printed and what is seen without scripts. A script shows the other days, for each
policy that fits the budget of bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from sim.report.analysis import queries
from sim.report.analysis.receiving_states import on_the_way_words
from sim.report.drawing.design_tokens import NOT_ZERO, POINTS_PER_INCH
from sim.report.drawing.layout import width_of
from sim.report.html_templates import environment
from sim.report.maps.geography import Frame, Geography, Outline, Site, geography
from sim.report.maps.legs import leg_bend, leg_curve, spread, within
from sim.report.maps.moments import Moments, stored_moments
from sim.text.catalogue import current_language, translate
from sim.text.wording import number, plural

if TYPE_CHECKING:
    from sim.report.maps.projection import Floats
    from sim.results.store import StoredResults

BUDGET = 352_000  # bytes of numbers; with the map the fragment stays below 400 KB
NUMBERS, LINE = 130.0, 50.0  # beside the map: room for numbers, and from line to line, in km
LARGEST, WIDEST = 80.0, 34.0  # km on the map: radius of the largest circle, widest leg
NAME, WIDEST_NAME = 320.0, 640.0  # room for names beside the map, and the most of it, km
TEXT = 42.0  # size of their letters, km
HEADS, HEAD_STEPS = (20, 32, 52), (6, 16)  # km: arrowheads, and widths from which they hold
COARSE = 3.0  # people from which on fractions are not shown
LEAST = 0.35  # km: thinner legs are not shown
THINNEST_SHOWN = 1.5  # km
CLEAR = 16.0  # km that legs keep from the middle of places
SHORTEST = 3  # steps of a ring that can be drawn
LETTER, LETTERS_AROUND, LETTERS_HIGH = 11.0, 30.0, 44  # km: half a letter; around words; a line
ASIDE = 16  # km from a town to its name
INSIDE = 30  # km that names of places outside keep from the corners
MOST_TOWNS = 7
FIELD, FIELD_HIGH, LINE_HIGH = 300, 90, 84  # field of a line over the days: width, height, its line
SCALE_DIGITS = 3
LEAST_LAKE_KM2 = 60.0
DAYS_AROUND = 3
MARKS = {
    "open": "M-11 0a11 11 0 1 0 22 0a11 11 0 1 0-22 0z",
    "no_asylum": "M0-14L13 10L-13 10z",
    "exception_only": "M0-14L13 10L-13 10z",
    "closed": "M-11-11L11 11M11-11L-11 11",
    "some_excluded": "M0-14L13 10L-13 10z",
}


def player_html(results: StoredResults) -> Markup:
    """The moving map of stored results, the mean of the runs day by day.

    Args:
        results: Stored results.

    Returns:
        A fragment for the report: styles, a picture, controls, and one script. It takes its colours
        from the report's variables ``--paper``, ``--ink``, ``--muted``, ``--rule``, ``--soft`` and
        ``--link``.
    """
    every = [stored_moments(results, policy) for policy in queries.policies(results)]
    shown = _window(every)
    kept = list(_within_budget(_on_busy_legs(shown)))
    reference = kept[0]
    geo = geography(reference.places)
    sites = [geo.sites[place] for place in reference.crossings if place in geo.sites]
    peak = reference.peak()
    scale = _scales(kept)
    return Markup(  # noqa: S704 - escaped when it was rendered
        environment()
        .get_template("player.html.j2")
        .render(
            box=_box(geo.frame, NUMBERS + _name_room(sites)),
            frame=geo.frame,
            top=-geo.frame.top,
            land=_path(geo, "country"),
            lakes=_path(geo, "lake"),
            grid=[_polyline(line) for line in geo.grid],
            heads=HEADS,
            legs=_legs(geo, reference, peak, scale),
            crossings=_crossings(reference, sites, geo.frame, peak, scale),
            towns=_towns(reference, geo),
            charts=[
                _chart(each) for each in (reference.waiting.sum(axis=1), reference.without_access)
            ],
            days=len(reference),
            peak=peak,
            date=reference.words(peak),
            numbers=_numbers(reference, peak),
            policies=[each.policy for each in kept],
            source=reference.source,
            left_out=_left_out(len(every) - len(kept)),
            has_basemap=geo.has_basemap,
            data=Markup(_data(kept, scale)),  # noqa: S704 - JSON with < written as an escape
            translate=translate,
        )
    )


def _window(every: Sequence[Moments]) -> list[Moments]:
    """The same days of every policy: those on which anything happens, and a few around."""
    spans = [each.busy() for each in every]
    first = max(0, min(span[0] for span in spans) - DAYS_AROUND)
    last = min(len(every[0]) - 1, max(span[1] for span in spans) + DAYS_AROUND)
    return [each.between(first, last) for each in every]


def _on_busy_legs(every: Sequence[Moments]) -> list[Moments]:
    """Without the legs that are too thin to be seen on any day under any policy."""
    most = np.max([each.setting_out.max(axis=0, initial=0.0) for each in every], axis=0)
    kept = np.flatnonzero(most * WIDEST >= LEAST * most.max(initial=0.0))
    return [
        replace(
            each,
            legs=tuple(each.legs[k] for k in kept.tolist()),
            setting_out=each.setting_out[:, kept],
        )
        for each in every
    ]


def _within_budget(every: Sequence[Moments]) -> Iterator[Moments]:
    """The reference, and then policies as long as their numbers fit."""
    room = BUDGET
    for k, each in enumerate(every):
        room -= len(_dumped(_series(each)))
        if room < 0 and k > 0:
            return
        yield each


def _left_out(count: int) -> str:
    if not count:
        return ""
    return plural(
        count,
        "{count} policy is left out to keep the page small: rajasim animate shows it.",
        "{count} policies are left out to keep the page small: rajasim animate shows them.",
    )


# ---- numbers


def _scales(kept: Sequence[Moments]) -> dict[str, float]:
    """Most people at a crossing and on a leg, and the tops of the charts, over all policies."""
    return {
        "waiting": max(*(float(each.waiting.max(initial=0.0)) for each in kept), NOT_ZERO),
        "out": max(*(float(each.setting_out.max(initial=0.0)) for each in kept), NOT_ZERO),
    }


def _radius(people: float, scale: dict[str, float]) -> float:
    return round(LARGEST * float(np.sqrt(max(0.0, people) / scale["waiting"])), 1)


def _numbers(moments: Moments, k: int) -> list[tuple[str, str]]:
    return [
        (translate("People waiting"), number(round(float(moments.waiting[k].sum())))),
        (translate("Arrivals a day"), number(round(float(moments.arrivals[k])))),
        (
            on_the_way_words(in_a_chain=moments.in_a_chain),
            number(round(float(moments.without_access[k]))),
        ),
    ]


def _series(moments: Moments) -> dict[str, object]:
    """A policy's numbers, crossing by crossing and leg by leg."""
    return {
        "waiting": [_short(column) for column in moments.waiting.T],
        "out": [_short(column) for column in moments.setting_out.T],
        "arrivals": _short(moments.arrivals),
        "without": _short(moments.without_access),
        "access": ["".join(map(str, column)) for column in moments.access.T.tolist()],
    }


def _short(values: Floats) -> list[float]:
    """Numbers in as few digits as a picture needs; so many zeros as ``-so many``."""
    short: list[float] = []
    for value in values.tolist():
        people = round(value) if value >= COARSE else round(value, 1)
        if people == 0:
            if short and short[-1] < 0:
                short[-1] -= 1
            else:
                short.append(-1)
        else:
            short.append(int(people) if people == int(people) else people)
    return short


def _data(kept: Sequence[Moments], scale: dict[str, float]) -> str:
    content = {
        "language": current_language(),
        "dates": [kept[0].words(k) for k in range(len(kept[0]))],
        "peak": kept[0].peak(),
        "scale": {key: round(value, SCALE_DIGITS) for key, value in scale.items()},
        "largest": LARGEST,
        "widest": WIDEST,
        "steps": HEAD_STEPS,
        "least": LEAST,
        "marks": [MARKS[state] for state in queries.STATES],
        "play": translate("Play"),
        "pause": translate("Pause"),
        "policies": [_series(each) for each in kept],
    }
    return _dumped(content)


def _dumped(content: object) -> str:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


# ---- the picture, in kilometres, south down


def _box(frame: Frame, column: float) -> str:
    """The map, and a column beside it so many km wide."""
    return (
        f"{frame.left - column:.0f} {-frame.top:.0f} {frame.width + column:.0f} {frame.height:.0f}"
    )


def _name_room(sites: Sequence[Site]) -> float:
    """Room for the names of crossings, km: that of the longest, within bounds."""
    widest = max((_name_width(site.name) for site in sites), default=0.0)
    return min(max(NAME, widest), WIDEST_NAME)


def _name_width(name: str) -> float:
    """Width of a name in km."""
    return width_of(name, size=TEXT) * POINTS_PER_INCH


def _path(geo: Geography, kind: str) -> str:
    return "".join(
        _ring(ring) for shape in geo.outlines if shape.kind == kind for ring in _seen(shape, geo)
    )


def _seen(shape: Outline, geo: Geography) -> Iterator[Floats]:
    """Rings that reach into the frame, small lakes left out."""
    frame = geo.frame
    for ring in shape.rings:
        low, high = ring.min(axis=0), ring.max(axis=0)
        inside = (
            low[0] < frame.right
            and high[0] > frame.left
            and low[1] < frame.top
            and high[1] > frame.bottom
        )
        small = shape.kind == "lake" and float(np.prod(high - low)) < 2 * LEAST_LAKE_KM2
        if inside and not small:
            yield ring


def _ring(ring: Floats) -> str:
    """A closed ring in whole kilometres, each point as its step from the one before."""
    points = np.round(ring * [1, -1]).astype(int)
    steps = np.diff(points, axis=0)
    moved = steps[(steps != 0).any(axis=1)]
    if len(moved) < SHORTEST:
        return ""
    words = " ".join(f"{x} {y}" for x, y in moved.tolist()).replace(" -", "-")
    return f"M{points[0, 0]} {points[0, 1]}l{words}z"


def _polyline(line: Floats) -> str:
    return "M" + "L".join(f"{x:.0f} {-y:.0f}" for x, y in line.tolist())


def _legs(
    geo: Geography, moments: Moments, k: int, scale: dict[str, float]
) -> list[dict[str, object]]:
    widths = [WIDEST * people / scale["out"] for people in moments.setting_out[k].tolist()]
    return [
        {
            "d": _leg(geo, leg),
            "width": round(max(THINNEST_SHOWN, width), 1),
            "head": sum(width >= step for step in HEAD_STEPS),
            "visibility": "visible" if width >= LEAST else "hidden",
        }
        for leg, width in zip(moments.legs, widths, strict=True)
    ]


def _leg(geo: Geography, leg: tuple[str, str]) -> str:
    """A leg as a curve that ends a little before its place; empty where a place is unknown."""
    if not all(place in geo.sites for place in leg):
        return ""
    origin, destination = (geo.sites[place] for place in leg)
    bend = leg_bend(origin, destination)
    end = leg_curve(origin, destination, clear_km=CLEAR)[-1]
    return (
        f"M{origin.x:.0f} {-origin.y:.0f}Q{bend[0]:.0f} {-bend[1]:.0f} {end[0]:.0f} {-end[1]:.0f}"
    )


def _crossings(
    moments: Moments,
    sites: Sequence[Site],
    frame: Frame,
    k: int,
    scale: dict[str, float],
) -> list[dict[str, object]]:
    """Each crossing with its mark, circle, name and the line to it, north to south."""
    order = sorted(sites, key=lambda site: (site.y, site.x))
    heights = spread(
        [site.y for site in order],
        gap=min(LINE, frame.height / max(1, len(order))),
        low=frame.bottom + LINE / 2,
        high=frame.top - LINE / 2,
    )
    line_of = {site.id: y for site, y in zip(order, heights, strict=True)}
    columns = {place: c for c, place in enumerate(moments.crossings)}
    return [
        {
            "name": site.name,
            "squeezed": WIDEST_NAME if _name_width(site.name) > WIDEST_NAME else None,
            "x": round(site.x),
            "y": round(-site.y),
            "line": round(-line_of[site.id]),
            "waiting": number(round(float(moments.waiting[k, columns[site.id]]))),
            "radius": _radius(float(moments.waiting[k, columns[site.id]]), scale),
            "mark": MARKS[queries.STATES[moments.access[k, columns[site.id]]]],
        }
        for site in sites
    ]


def _towns(moments: Moments, geo: Geography) -> list[dict[str, object]]:
    """Towns on the busiest roads, and the places outside from which roads come in."""
    through: dict[str, float] = {}
    for leg, people in zip(moments.legs, moments.setting_out.sum(axis=0), strict=True):
        for place in leg:
            through[place] = through.get(place, 0.0) + float(people)
    taken: list[tuple[float, float, float]] = []
    towns = []
    for place, _ in sorted(through.items(), key=lambda item: (-item[1], item[0])):
        site = geo.sites.get(place)
        if site is None or site.kind not in ("hub", "neighbour"):
            continue
        name = site.name
        if geo.frame.holds(site.x, site.y):
            words, x, y = name, round(site.x), round(-site.y)
        else:
            edge = _edge(moments, geo, site)
            if edge is None:
                continue
            words, x, y = translate("from {place}", place=name), round(edge[0]), round(-edge[1])
        half = LETTER * len(words) + LETTERS_AROUND
        if all(abs(y - v) > LETTERS_HIGH or abs(x - u) > half + other for u, v, other in taken):
            taken.append((x, y, half))
            left = x + ASIDE + 2 * LETTER * len(words) > geo.frame.right
            towns.append(
                {
                    "name": words,
                    "x": x,
                    "y": y,
                    "here": geo.frame.holds(site.x, site.y),
                    "anchor": "end" if left else "start",
                    "dx": -ASIDE if left else ASIDE,
                }
            )
        if len(towns) == MOST_TOWNS:
            break
    return towns


def _edge(moments: Moments, geo: Geography, site: Site) -> tuple[float, float] | None:
    """Where the first leg from a place outside comes into the frame."""
    for origin, destination in moments.legs:
        if origin == site.id and destination in geo.sites:
            curve = within(leg_curve(site, geo.sites[destination]), geo.frame)
            if len(curve):
                x, y = curve[0].tolist()
                return x, min(max(y, geo.frame.bottom + INSIDE), geo.frame.top - INSIDE)
    return None


def _chart(values: Floats) -> dict[str, object]:
    """A line over the days on a field of 300 by 90, and its highest number."""
    top = max(float(values.max(initial=0.0)), NOT_ZERO)
    last = max(1, len(values) - 1)
    points = [
        f"{FIELD * k / last:.1f} {FIELD_HIGH - LINE_HIGH * v / top:.1f}"
        for k, v in enumerate(values.tolist())
    ]
    return {"d": "M" + "L".join(points), "top": number(round(top))}
