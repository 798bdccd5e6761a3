"""What a map shows: its projection, the part of the world that it shows, outlines and places.

Where all crossings are within the base map (``basemap/``), the map shows the land border between
Finland and Russia whole, with the Kola peninsula; elsewhere it shows the crossings with some
margin, over a grid of meridians and parallels. Everything is in kilometres on the map.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from sim.report.drawing.design_tokens import NOT_ZERO
from sim.report.maps.projection import Floats, LambertConic
from sim.storage.json_object import JsonMapping

BASEMAP_BOX = (17.0, 45.0, 56.5, 71.5)  # degrees: west, east, south, north
BASEMAP_CONIC = LambertConic(parallels=(61.0, 69.0), latitude=65.0, longitude=31.0)
BASEMAP_FRAME = (-420.0, 480.0, -650.0, 580.0)
SHAPES = (0.7, 1.5)  # width over height of a map elsewhere, at least and at most
LEAST_KM = 160.0  # across a map elsewhere
NOWHERE = LambertConic((40.0, 50.0), 45.0, 0.0)  # where there are no places
SIXTH, LEAST_SIXTH = 6, 0.5  # standard parallels: of the span of latitude within it; degrees
FARTHEST = (85.0, 86.0)  # degrees: standard parallels at the most
AROUND_X, AROUND_Y = 3, 5  # parts of the span that are shown around the places
SAMPLED = 25  # points each way of which the span of degrees of a frame is taken
LINES = 4  # of the grid, each way
GRID_POINTS = 40  # of a line of the grid
DEGREES = (0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30)  # between lines of the grid
ROUND = (1, 2, 5)  # of every power of ten
COUNTRY_LABELS = (
    ("Finland", 25.8, 62.6),
    ("Russia", 37.6, 63.4),
    ("Norway", 24.6, 69.75),
    ("Sweden", 22.4, 66.6),
    ("Estonia", 26.4, 59.12),
)


@dataclass(frozen=True)
class Frame:
    """The part of the plane that a map shows, km.

    Attributes:
        left: Western edge.
        right: Eastern edge.
        bottom: Southern edge.
        top: Northern edge.
    """

    left: float
    right: float
    bottom: float
    top: float

    @property
    def width(self) -> float:
        """From west to east, km."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From south to north, km."""
        return self.top - self.bottom

    def holds(self, x: float, y: float) -> bool:
        """Whether a point is within."""
        return self.left <= x <= self.right and self.bottom <= y <= self.top


@dataclass(frozen=True)
class Site:
    """A place on the map.

    Attributes:
        id: As in results.
        name: As the scenario has it.
        kind: crossing, rail, hub, neighbour or segment.
        x: Kilometres east.
        y: Kilometres north.
    """

    id: str
    name: str
    kind: str
    x: float
    y: float


@dataclass(frozen=True)
class Outline:
    """A country or a lake.

    Attributes:
        kind: ``country`` or ``lake``.
        rings: Its closed rings, each of shape (points, 2), km.
    """

    kind: str
    rings: tuple[Floats, ...]


@dataclass(frozen=True)
class Geography:
    """A map without anything that happens on it.

    Attributes:
        conic: The projection.
        frame: What is shown.
        outlines: Countries, then lakes; none without a base map.
        grid: Meridians and parallels, each of shape (points, 2); none over a base map.
        countries: Name and place of each country's label.
        sites: Every place by id, also those out of the frame.
    """

    conic: LambertConic
    frame: Frame
    outlines: tuple[Outline, ...]
    grid: tuple[Floats, ...]
    countries: tuple[tuple[str, float, float], ...]
    sites: dict[str, Site]

    @property
    def has_basemap(self) -> bool:
        """Whether there are outlines below."""
        return bool(self.outlines)


def geography(places: Sequence[JsonMapping]) -> Geography:
    """The map of a scenario.

    Args:
        places: ``id``, ``name``, ``kind``, ``lat`` and ``lon`` of every place, as in a manifest.
    """
    crossings = [place for place in places if place["kind"] == "crossing"] or list(places)
    west, east, south, north = BASEMAP_BOX
    if crossings and all(
        west < place["lon"] < east and south < place["lat"] < north for place in crossings
    ):
        conic, frame = BASEMAP_CONIC, Frame(*BASEMAP_FRAME)
        if all(frame.holds(*_point(conic, place["lon"], place["lat"])) for place in crossings):
            labels = tuple((name, *_point(conic, lon, lat)) for name, lon, lat in COUNTRY_LABELS)
            return Geography(conic, frame, _outlines(), (), labels, _sites(conic, places))
    conic = _local_conic(crossings)
    frame = _local_frame(conic, crossings)
    return Geography(conic, frame, (), _grid(conic, frame), (), _sites(conic, places))


def _point(conic: LambertConic, longitude: float, latitude: float) -> tuple[float, float]:
    x, y = conic.forward(longitude, latitude)
    return float(x), float(y)


def _sites(conic: LambertConic, places: Sequence[JsonMapping]) -> dict[str, Site]:
    return {
        str(place["id"]): Site(
            str(place["id"]),
            str(place["name"]),
            str(place["kind"]),
            *_point(conic, place["lon"], place["lat"]),
        )
        for place in places
    }


@cache
def _outlines() -> tuple[Outline, ...]:
    """The base map, projected: countries first, so that lakes are on top of them."""
    text = (
        files("sim.report.maps").joinpath("basemap", "border.geojson").read_text(encoding="utf-8")
    )
    shapes = [
        Outline(feature["properties"]["kind"], tuple(_rings(feature["geometry"])))
        for feature in json.loads(text)["features"]
    ]
    return tuple(sorted(shapes, key=lambda shape: shape.kind != "country"))


def _rings(geometry: JsonMapping) -> Iterator[Floats]:
    many = geometry["type"] == "MultiPolygon"
    for polygon in geometry["coordinates"] if many else [geometry["coordinates"]]:
        for ring in polygon:
            longitude, latitude = np.array(ring).T
            yield np.column_stack(BASEMAP_CONIC.forward(longitude, latitude))


def _local_conic(places: Sequence[JsonMapping]) -> LambertConic:
    """A cone fit for some places: standard parallels a sixth within their span of latitude."""
    if not places:
        return NOWHERE
    latitudes = [float(place["lat"]) for place in places]
    angles = np.radians([float(place["lon"]) for place in places])
    middle = math.degrees(math.atan2(float(np.sin(angles).sum()), float(np.cos(angles).sum())))
    south, north = min(latitudes), max(latitudes)
    sixth = max(LEAST_SIXTH, (north - south) / SIXTH)
    sign = -1.0 if south + north < 0 else 1.0
    # A cone needs both parallels in one hemisphere; near the equator it is nearly a cylinder.
    first, second = sorted(max(1.0, sign * each) for each in (south + sixth, north - sixth))
    parallels = (sign * min(first, FARTHEST[0]), sign * min(second, FARTHEST[1]))
    return LambertConic(parallels, (south + north) / 2, middle)


def _local_frame(conic: LambertConic, places: Sequence[JsonMapping]) -> Frame:
    """The places with a third of their span around them, neither too wide nor too high."""
    points = [_point(conic, place["lon"], place["lat"]) for place in places] or [(0.0, 0.0)]
    xs, ys = zip(*points, strict=True)
    around_x, around_y = (max(xs) - min(xs)) / AROUND_X, (max(ys) - min(ys)) / AROUND_Y
    margin = max(LEAST_KM / 2, around_x, around_y)
    width = max(xs) - min(xs) + 2 * margin
    height = max(ys) - min(ys) + 2 * margin
    width, height = max(width, SHAPES[0] * height), max(height, width / SHAPES[1])
    x, y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return Frame(x - width / 2, x + width / 2, y - height / 2, y + height / 2)


def _grid(conic: LambertConic, frame: Frame) -> tuple[Floats, ...]:
    """Meridians and parallels at whole steps of degrees, about four each way."""
    xs = np.linspace(frame.left, frame.right, SAMPLED)
    ys = np.linspace(frame.bottom, frame.top, SAMPLED)
    longitude, latitude = conic.inverse(*np.meshgrid(xs, ys))
    spans = [(float(each.min()), float(each.max())) for each in (longitude, latitude)]
    steps = [_step((high - low) / LINES) for low, high in spans]
    along = [np.linspace(low, high, GRID_POINTS) for low, high in spans]
    meridians = (np.full(GRID_POINTS, degree) for degree in _multiples(*spans[0], steps[0]))
    parallels = (np.full(GRID_POINTS, degree) for degree in _multiples(*spans[1], steps[1]))
    return (
        *(np.column_stack(conic.forward(each, along[1])) for each in meridians),
        *(np.column_stack(conic.forward(along[0], each)) for each in parallels),
    )


def _step(rough: float) -> float:
    return next((step for step in DEGREES if step >= rough), float(DEGREES[-1]))


def _multiples(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step), math.floor(high / step)
    return [k * step for k in range(first, last + 1)]


def nice_length(most: float) -> float:
    """The largest of 1, 2, 5, 10, 20, 50 … that is no more than ``most``."""
    power: float = 10.0 ** math.floor(math.log10(most))
    return max(factor * power for factor in ROUND if factor * power <= most * (1 + NOT_ZERO))
