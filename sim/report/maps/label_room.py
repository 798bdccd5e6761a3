"""Where names have room on a map: off what is there, and off roads if anywhere near."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.report.drawing.design_tokens import POINTS_PER_INCH
from sim.report.drawing.layout import width_of
from sim.report.maps.geography import Frame
from sim.report.maps.legs import Box, Point, is_nearest

# Where a label may be beside its place, in halves of its width and height: near, then farther, and
# still farther rather than across a road.
NEAR = ((1, 0), (-1, 0), (0, 1), (0, -1), (0.9, 1), (-0.9, 1), (0.9, -1), (-0.9, -1))
FAR = ((1, 2.2), (-1, 2.2), (1, -2.2), (-1, -2.2))
FARTHEST = ((1.7, 0), (-1.7, 0), (1.7, 1.2), (-1.7, 1.2), (1.7, -1.2), (-1.7, -1.2))
UNDER = (0, -0.6, 0.6, -1.2, 1.2)  # halves of the width of a label below the map
ASIDE = ((0, 0), (-2, 0), (2, 0), (0, 2), (0, -2))  # heights of a letter
TEXT_HEIGHT = 1.25  # of its size
LABEL_REACH = (4.5, 3.5)  # points from a place to its label, across and up
LABEL_PAD = (1.5, 0.5)  # points around a label


@dataclass
class LabelRoom:
    """What is on a map, and where there is still room. Boxes are (left, bottom, right, top), km.

    Attributes:
        frame: What the map shows.
        km_per_point: Kilometres on the map in a point of the page.
        taken: Boxes that no label may touch.
        roads: Boxes along legs, which labels keep from where there is room.
        towns: Points that are marked and may have a name beside them, km.
    """

    frame: Frame
    km_per_point: float
    taken: list[Box] = field(default_factory=list)
    roads: list[Box] = field(default_factory=list)
    towns: list[Point] = field(default_factory=list)

    def take(self, x: float, y: float, wide: float, high: float) -> None:
        """Keep labels from a box around a point, its sides in points."""
        half_w, half_h = wide * self.km_per_point / 2, high * self.km_per_point / 2
        self.taken.append((x - half_w, y - half_h, x + half_w, y + half_h))

    def box(self, words: str, x: float, y: float, *, size: float) -> Box:
        """What words around a point take."""
        half_w = width_of(words, size=size) * POINTS_PER_INCH / 2 + LABEL_PAD[0]
        half_h = size * TEXT_HEIGHT / 2 + LABEL_PAD[1]
        wide, high = half_w * self.km_per_point, half_h * self.km_per_point
        return x - wide, y - high, x + wide, y + high

    def is_free(self, box: Box, *, clear: bool = False) -> bool:
        """Whether a box is within the map and touches nothing; ``clear``: no road either."""
        left, bottom, right, top = box
        frame = self.frame
        return (
            left > frame.left
            and right < frame.right
            and bottom > frame.bottom
            and top < frame.top
            and not any(touch(box, other) for other in self.taken)
            and not (clear and any(touch(box, road) for road in self.roads))
        )

    def beside(self, words: str, x: float, y: float, *, size: float) -> Point | None:
        """Room beside a point, rather further away than across a road; None without any.

        Never nearer to another town than to its own.
        """
        return self.off_roads(words, x, y, size=size) or self._around(words, x, y, size)

    def off_roads(self, words: str, x: float, y: float, *, size: float) -> Point | None:
        """Room beside a point that is across no road; None without any."""
        return self._around(words, x, y, size, clear=True)

    def _around(
        self, words: str, x: float, y: float, size: float, *, clear: bool = False
    ) -> Point | None:
        wide = width_of(words, size=size) * POINTS_PER_INCH / 2 + LABEL_REACH[0]
        high = size * TEXT_HEIGHT / 2 + LABEL_REACH[1]
        for right, up in (*NEAR, *FAR, *(FARTHEST if clear else ())):
            there = x + right * wide * self.km_per_point, y + up * high * self.km_per_point
            box = self.box(words, *there, size=size)
            if self.is_free(box, clear=clear) and is_nearest(box, (x, y), self.towns):
                return there
        return None

    def below(self, words: str, x: float, y: float, *, size: float) -> Point | None:
        """Room under the lower edge of the map, where no road is; None of a point not at it."""
        line = size * TEXT_HEIGHT * self.km_per_point
        if y > self.frame.bottom + line:
            return None
        half = width_of(words, size=size) * POINTS_PER_INCH * self.km_per_point / 2
        down = self.frame.bottom - line / 2 - LABEL_PAD[1] * self.km_per_point
        spots = ((x + halves * half, down) for halves in UNDER)
        return next((p for p in spots if self._is_under(self.box(words, *p, size=size))), None)

    def _is_under(self, box: Box) -> bool:
        is_beside = box[0] < self.frame.left or box[2] > self.frame.right
        return not is_beside and not any(touch(box, other) for other in self.taken)

    def aside(self, words: str, x: float, y: float, *, size: float) -> Point:
        """The point itself, or one a little aside where words around it are across no road."""
        high = size * TEXT_HEIGHT * self.km_per_point
        if not self.is_free(self.box(words, x, y, size=size)):
            return x, y
        spots = ((x + right * high, y + up * high) for right, up in ASIDE)
        free = (p for p in spots if self.is_free(self.box(words, *p, size=size), clear=True))
        return next(free, (x, y))


def touch(box: Box, other: Box) -> bool:
    """Whether two boxes overlap."""
    left, bottom, right, top = box
    return left < other[2] and other[0] < right and bottom < other[3] and other[1] < top
