"""Charts as pictures that a report carries within itself, as sharp as its size allows.

PNG with a palette of 256 colours: a third of the size of full colour, to the eye the same, and
smaller than SVG for all our charts at all sizes that were tried (their text is outlines).

A chart that is higher than wide is cut into strips where it is blank, so that it is printed over
several sheets at a size that can be read (browsers shrink a picture to a sheet); on a screen the
strips follow seamlessly one below another.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor

from sim.errors import ResultsError
from sim.report.drawing.style import BASELINE, INK, MUTED, NAVY, PALETTE, PAPER, PNG_DPI

SHARPEST: Final = PNG_DPI  # dots an inch, as charts are saved
BLURRED: Final = 40.0  # dots an inch below which labels cannot be read
MARGIN: Final = 0.98  # sizes do not quite follow dots an inch
SHEET: Final = 1.0  # height over width up to which a picture is printed whole
PIECE: Final = 0.45  # of the pieces of a higher one; three fit on a sheet
MEANING: Final = (PAPER, BASELINE, INK, MUTED, NAVY, *PALETTE)  # a small mark must not fade
WIDE: Final = 0.7  # of the widest run of blank lines: as good a place to cut


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


def embedded(pngs: Sequence[bytes], *, room: int) -> list[list[Picture]]:
    """The strips of every chart, all together at most ``room`` bytes.

    Where there is less room the pictures are shrunk, which is quicker than drawing them again and
    to the eye the same.

    Args:
        pngs: each chart as PNG of ``SHARPEST`` dots an inch.
        room: bytes for all of them.

    Raises:
        ResultsError: there is no room for pictures that can be read.
    """
    drawings = [decoded(png) for png in pngs]
    dpi = float(SHARPEST)
    while dpi >= BLURRED:
        shrunk = (_shrunk(each, dpi / SHARPEST) for each in drawings)
        pictures = [[_picture(strip) for strip in strips(palette(each))] for each in shrunk]
        size = sum(len(strip.address) for picture in pictures for strip in picture)
        if size <= room:
            return pictures
        dpi *= MARGIN * max(room, 0) / size  # lines and text: bytes follow dpi, not its square
    raise ResultsError(
        f"{len(pngs)} charts have no room in a report of this size: draw fewer, or fewer policies"
    )


def decoded(png: bytes) -> Image.Image:
    """A PNG as a picture in full colour."""
    with Image.open(io.BytesIO(png)) as picture:
        return picture.convert("RGB")


def _shrunk(full: Image.Image, factor: float) -> Image.Image:
    size = (round(full.width * factor), round(full.height * factor))
    return full if factor == 1.0 else full.resize(size, Image.Resampling.LANCZOS)


def palette(full: Image.Image) -> Image.Image:
    """A picture in at most 256 colours, those that have a meaning among them as they are.

    Median cut gives colours to areas, so that a small mark would fade: each colour that has a
    meaning gets an area below the picture, which is cut off again.
    """
    band = max(1, full.height // 100)
    longer = Image.new("RGB", (full.width, full.height + band * len(MEANING)))
    longer.paste(full, (0, 0))
    for k, colour in enumerate(MEANING):
        top = full.height + k * band
        longer.paste(ImageColor.getrgb(colour), (0, top, full.width, top + band))
    reduced = longer.quantize(256, dither=Image.Dither.NONE)
    return reduced.crop((0, 0, *full.size))


def strips(picture: Image.Image) -> Iterator[Image.Image]:
    """The picture as it is, or in pieces of which several fit on a sheet, cut where it is blank."""
    dots = np.asarray(picture)
    ink = (dots != dots[0, 0]).sum(axis=1)
    longest = round(picture.width * (PIECE if picture.height > SHEET * picture.width else SHEET))
    top = 0
    while picture.height - top > longest:
        middle = top + longest // 2
        cut = middle + _cut(ink[middle : top + longest])
        yield picture.crop((0, top, picture.width, cut))
        top = cut
    yield picture.crop((0, top, picture.width, picture.height))


def _cut(ink: NDArray[np.int64]) -> int:
    """The middle of the first of the wide runs of lines with least ink.

    The first, since what heads a block of a chart has less room above it than below.
    """
    edges = np.flatnonzero(np.diff(np.pad((ink == ink.min()).astype(np.int8), 1)))
    runs = edges.reshape(-1, 2)
    widths = runs[:, 1] - runs[:, 0]
    return int(runs[np.argmax(widths >= WIDE * widths.max())].sum()) // 2


def address(picture: Image.Image) -> str:
    """A picture as an address that holds it."""
    stream = io.BytesIO()
    picture.save(stream, format="png")
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode('ascii')}"


def _picture(strip: Image.Image) -> Picture:
    return Picture(address(strip), *strip.size)
