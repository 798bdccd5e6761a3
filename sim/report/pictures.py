"""Charts as pictures that a report carries within itself, as sharp as its size allows.

PNG with a palette of 256 colours: a third of the size of full colour, to the eye the same, and
smaller than SVG for all our charts at all sizes that were tried (their text is outlines).

A chart that is higher than a sheet of paper is cut into strips where it is blank, so that it is
printed at a size that can be read; on a screen the strips stand seamlessly one below another.
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sim.errors import ResultsError

if TYPE_CHECKING:
    from sim.report.chart import Chart

SHARPEST: Final = 150.0  # dots an inch
BLURRED: Final = 40.0  # dots an inch below which labels cannot be read
MARGIN: Final = 0.95  # sizes do not quite follow the number of dots
SHEET: Final = 1.3  # height over width of what A4 has room for
ALIKE: Final = 4  # lines by which runs of blank lines differ that look the same


@dataclass(frozen=True)
class Picture:
    """A picture, or a strip of one.

    Attributes:
        address: ``data:`` and the picture itself.
        width: in dots.
        height: in dots.
    """

    address: str
    width: int
    height: int


def embedded(charts: Sequence[Chart], *, room: int) -> list[list[Picture]]:
    """The strips of every chart, all together at most ``room`` bytes.

    Raises:
        ResultsError: there is no room for pictures that can be read.
    """
    dpi = SHARPEST
    while dpi >= BLURRED:
        pictures = [
            [_picture(strip) for strip in strips(palette(chart, dpi=dpi))] for chart in charts
        ]
        size = sum(len(strip.address) for picture in pictures for strip in picture)
        if size <= room:
            return pictures
        dpi *= MARGIN * math.sqrt(max(room, 0) / size)
    raise ResultsError(
        f"{len(charts)} charts have no room in a report of this size: draw fewer, or fewer policies"
    )


def palette(chart: Chart, *, dpi: float) -> Image.Image:
    """The chart in at most 256 colours."""
    with Image.open(io.BytesIO(chart.png(dpi=round(dpi)))) as picture:
        return picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)


def strips(picture: Image.Image) -> Iterator[Image.Image]:
    """The picture in pieces that fit on a sheet, cut where there is most blank room, if any."""
    most = round(picture.width * SHEET)
    dots = np.asarray(picture)
    blank = (dots == dots[0, 0]).all(axis=1)
    top = 0
    while picture.height - top > most:
        middle = top + most // 2
        cut = middle + _cut(blank[middle : top + most])
        yield picture.crop((0, top, picture.width, cut))
        top = cut
    yield picture.crop((0, top, picture.width, picture.height))


def _cut(blank: NDArray[np.bool_]) -> int:
    """The middle of the widest run of blank lines, the last of about equal ones; else the end."""
    edges = np.flatnonzero(np.diff(np.pad(blank.astype(np.int8), 1)))
    runs = [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]
    if not runs:
        return len(blank)
    begin, end = max(runs, key=lambda run: ((run[1] - run[0]) // ALIKE, run[1]))
    return (begin + end) // 2


def address(picture: Image.Image) -> str:
    """A picture as an address that holds it."""
    stream = io.BytesIO()
    picture.save(stream, format="png")
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode('ascii')}"


def _picture(strip: Image.Image) -> Picture:
    return Picture(address(strip), *strip.size)
