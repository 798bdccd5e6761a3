"""Named measures that charts and maps share: strokes, marks, opacities, layers, and gaps.

Strokes and marks are in points, gaps in inches. A chart takes one of these before it makes up one
of its own.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

POINTS_PER_INCH: Final = 72
NOT_ZERO: Final = 1e-9  # least divisor, where all amounts may be zero
HEADROOM: Final = 1.08  # of the highest value: top of an axis that begins at zero

# Gaps between what is written and drawn, in inches.
TIGHT: Final = 0.05
SMALL_GAP: Final = 0.1
MEDIUM_GAP: Final = 0.15
LARGE_GAP: Final = 0.2
WIDE_GAP: Final = 0.3


class Stroke:
    """Widths of lines and outlines, in points, from the finest."""

    HAIRLINE: Final = 0.4
    LEADER: Final = 0.45
    FINE: Final = 0.5
    THIN: Final = 0.6
    LIGHT: Final = 0.7
    SLIM: Final = 0.8
    REGULAR: Final = 0.9
    NORMAL: Final = 1.0
    EDGE: Final = 1.1
    MEDIUM: Final = 1.2
    FIRM: Final = 1.3
    STRONG: Final = 1.4
    BOLD: Final = 1.6
    HEAVY: Final = 1.7
    HALO: Final = 1.8
    BROAD: Final = 2.2


class Mark:
    """Sizes of marks, in points, from the smallest."""

    DOT: Final = 2.6
    TINY: Final = 3.0
    SMALL: Final = 4.0
    END: Final = 4.2
    NORMAL: Final = 4.5
    ON_LINE: Final = 4.6
    LARGE: Final = 6.0
    MEAN: Final = 8.0
    RING: Final = 15.0


class Opacity:
    """How much of what is below an area or a line is covered, 0 to 1."""

    BAND: Final = 0.2
    AREA: Final = 0.25
    CLOUD: Final = 0.4
    CIRCLE: Final = 0.45
    RUN: Final = 0.7
    LABEL: Final = 0.75
    HALO: Final = 0.85


class Layer(IntEnum):
    """What is drawn over what, from the bottom."""

    BACKGROUND = 0
    RULES = 1
    AREAS = 2
    INTERVALS = 3
    LINES = 4
    MARKS = 5
    EMPHASIS = 6
    LABELS = 7
    TOP_LABELS = 9
