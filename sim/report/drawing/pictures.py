"""Charts as pictures: as they are saved, and as a report carries them within itself.

PNG with a palette of 256 colours: a third of the size of full colour, to the eye the same, and
smaller than SVG for all our charts at all sizes that were tried (their text is outlines). A picture
is reduced to its palette once, when it is drawn; a report carries the very same bytes where it has
room for them.

A chart that is higher than wide is cut into strips where it is blank, so that it is printed over
several sheets at a size that can be read (browsers shrink a picture to a sheet); on a screen the
strips follow seamlessly one below another.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor
from PIL.PngImagePlugin import PngInfo

from sim.errors import ResultsError
from sim.report.drawing.colours import BASELINE, INK, MUTED, NAVY, PAPER
from sim.report.drawing.design_tokens import PNG_DPI
from sim.report.drawing.policy_styles import PALETTE

SHARPEST: Final = PNG_DPI  # dots an inch, as charts are saved
BLURRED: Final = 40.0  # dots an inch below which labels cannot be read
MARGIN: Final = 0.98  # sizes do not quite follow dots an inch
SHEET: Final = 1.0  # height over width up to which a picture is printed whole
PIECE: Final = 0.45  # of the pieces of a higher one; three fit on a sheet
MEANING: Final = (PAPER, BASELINE, INK, MUTED, NAVY, *PALETTE)  # a small mark must not fade
COLOURS: Final = 256  # of a palette
KEPT: Final = 128  # of them as they are: those with a meaning, and what is most of the picture
AT_ONCE: Final = 4096  # colours that are compared with a palette together
EVERY: Final = 1 << 24  # colours that a dot may have
WIDE: Final = 0.7  # of the widest run of blank lines: as good a place to cut

Colour: TypeAlias = tuple[int, int, int]


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
    pictures = [list(_as_drawn(png)) for png in pngs]
    dpi = float(SHARPEST)
    while dpi >= BLURRED:
        size = sum(len(strip.address) for picture in pictures for strip in picture)
        if size <= room:
            return pictures
        dpi *= MARGIN * max(room, 0) / size  # lines and text: bytes follow dpi, not its square
        pictures = [list(_shrunk(png, dpi / SHARPEST)) for png in pngs]
    raise ResultsError(
        f"{len(pngs)} charts have no room in a report of this size: draw fewer, or fewer policies"
    )


def _as_drawn(png: bytes) -> Iterator[Picture]:
    """The strips of a picture as sharp as it is; one that is a single strip byte for byte."""
    with Image.open(io.BytesIO(png)) as picture:
        picture.load()
        pieces = list(strips(picture))
    if len(pieces) == 1:
        yield Picture(address(png), *picture.size)
        return
    yield from map(_picture, pieces)


def _shrunk(png: bytes, factor: float) -> Iterator[Picture]:
    """The strips of a smaller picture."""
    full = decoded(png)
    size = (round(full.width * factor), round(full.height * factor))
    yield from map(_picture, strips(palette(full.resize(size, Image.Resampling.LANCZOS))))


def decoded(png: bytes) -> Image.Image:
    """A PNG as a picture in full colour."""
    with Image.open(io.BytesIO(png)) as picture:
        return picture.convert("RGB")


def palette(full: Image.Image) -> Image.Image:
    """A picture in at most 256 colours; those that have a meaning are among them as they are.

    So are the colours that most of the picture has, for reducing gives colours to areas and a small
    mark would fade. The others become those of their median cut, or one that was kept and is
    nearer.
    """
    found = _colours(full)
    chosen = found if len(found) <= COLOURS else _chosen(found)
    reduced = Image.fromarray(_numbers(full, found, chosen))
    reduced.putpalette(bytes(part for colour in chosen for part in colour))
    return reduced


def _colours(picture: Image.Image) -> list[Colour]:
    """The colours of a picture, what is most of it first."""
    counted = cast("list[tuple[int, Colour]]", picture.getcolors(picture.width * picture.height))
    return [colour for _, colour in sorted(counted, key=lambda each: (-each[0], each[1]))]


def _chosen(found: Sequence[Colour]) -> list[Colour]:
    """Colours that are kept, then those that the others become by median cut."""
    there = set(found)
    meant = (cast("Colour", ImageColor.getrgb(name)) for name in MEANING)
    kept = list(dict.fromkeys((*(each for each in meant if each in there), *found)))[:KEPT]
    others = sorted(there.difference(kept))
    every = Image.new("RGB", (len(others), 1))
    every.putdata(others)
    few = every.quantize(COLOURS - len(kept), dither=Image.Dither.NONE).convert("RGB")
    return [*kept, *_colours(few)]


def _numbers(
    full: Image.Image, found: Sequence[Colour], chosen: Sequence[Colour]
) -> NDArray[np.uint8]:
    """For each dot the number of the nearest chosen colour."""
    colours, few = (np.array(each, dtype=np.int32) for each in (found, chosen))
    nearest = [_nearest(some, few) for some in np.array_split(colours, len(found) // AT_ONCE + 1)]
    number = np.zeros(EVERY, dtype=np.uint8)  # by colour; only pages that are used take room
    red, green, blue = colours.T
    number[red | green << 8 | blue << 16] = np.concatenate(nearest)
    dots = np.asarray(full.convert("RGBX")).view("<u4")[..., 0]
    numbers: NDArray[np.uint8] = number[dots & 0xFFFFFF]
    return numbers


def _nearest(colours: NDArray[np.int32], few: NDArray[np.int32]) -> NDArray[np.uint8]:
    apart = colours[:, None, :] - few[None, :, :]
    numbers: NDArray[np.uint8] = np.argmin((apart * apart).sum(axis=2), axis=1).astype(np.uint8)
    return numbers


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


def encoded(picture: Image.Image, *, dpi: int, words: Mapping[str, str]) -> bytes:
    """A picture with a palette as PNG that carries some words, by what they are."""
    metadata = PngInfo()
    for name, text in words.items():
        metadata.add_text(name, text)
    stream = io.BytesIO()
    picture.save(stream, format="png", dpi=(dpi, dpi), pnginfo=metadata)
    return stream.getvalue()


def address(png: bytes) -> str:
    """A PNG as an address that holds it."""
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"


def _picture(strip: Image.Image) -> Picture:
    return Picture(address(encoded(strip, dpi=SHARPEST, words={})), *strip.size)
