"""Charts as pictures that a report carries within itself, as sharp as its size allows.

PNG with a palette of 256 colours: a third of the size of full colour, to the eye the same, and
smaller than SVG for all our charts at all sizes that were tried (their text is outlines).
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PIL import Image

from sim.errors import ResultsError

if TYPE_CHECKING:
    from sim.report.chart import Chart

SHARPEST: Final = 150.0  # dots an inch
BLURRED: Final = 40.0  # dots an inch below which labels cannot be read
MARGIN: Final = 0.95  # sizes do not quite follow the number of dots


def embedded(charts: Sequence[Chart], *, room: int) -> list[str]:
    """An address with the picture in it for every chart, together at most ``room`` bytes.

    Raises:
        ResultsError: there is no room for pictures that can be read.
    """
    dpi = SHARPEST
    while dpi >= BLURRED:
        pictures = [address(palette_png(chart, dpi=dpi)) for chart in charts]
        size = sum(map(len, pictures))
        if size <= room:
            return pictures
        dpi *= MARGIN * math.sqrt(max(room, 0) / size)
    raise ResultsError(
        f"{len(charts)} charts have no room in a report of this size: draw fewer, or fewer policies"
    )


def palette_png(chart: Chart, *, dpi: float) -> bytes:
    """The chart as PNG with at most 256 colours."""
    with Image.open(io.BytesIO(chart.png(dpi=round(dpi)))) as picture:
        reduced = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    reduced.save(stream, format="png")
    return stream.getvalue()


def address(png: bytes) -> str:
    """A picture as an address that holds it."""
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
