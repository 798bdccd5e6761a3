"""Named measures that charts and maps share: strokes, marks, opacities, layers, and gaps.

Strokes and marks are in points, gaps in inches. A chart takes one of these before it makes up one
of its own.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

PNG_DPI: Final = 150  # dots an inch of a saved picture
POINTS_PER_INCH: Final = 72
NOT_ZERO: Final = 1e-9  # least divisor, where all amounts may be zero
HEADROOM: Final = 1.08  # of the highest value: top of an axis that begins at zero
BESIDE_BARS: Final = 1.02  # of the longest bar: end of its axis
MOST_TICKS: Final = 4  # beside a small panel
FEWER_TICKS: Final = (5, 4, 3, 2, 1)  # tried in turn, until their labels keep apart
DASHED: Final = (0, (4, 2))  # points drawn and left out
LONG_DASHES: Final = (0, (5, 2))
DOTTED: Final = (0, (1, 2))

# Gaps between what is written and drawn, in inches.
TIGHT: Final = 0.05
SMALL_GAP: Final = 0.1
MEDIUM_GAP: Final = 0.15
LARGE_GAP: Final = 0.2
WIDE_GAP: Final = 0.3
LINE: Final = 0.15  # from line to line of small letters


class Key:
    """Samples of what is drawn with their words, in inches."""

    AREA, LINE, HIGH, TALL = 0.3, 0.36, 0.13, 0.14
    WORDS = 0.37  # from where an area begins to its words
    RAISED = 0.005  # by which words begin above their sample
    FRAME_X, FRAME_Y = (-0.03, 1.03), (-0.06, 1.06)  # of a sample, with room for its outline


class Stroke:
    """Widths of lines and outlines, in points, from the finest."""

    HAIRLINE, LEADER, FINE, THIN = 0.4, 0.45, 0.5, 0.6
    LIGHT, SLIM, REGULAR, NORMAL = 0.7, 0.8, 0.9, 1.0
    EDGE, MEDIUM, FIRM, STRONG = 1.1, 1.2, 1.3, 1.4
    BOLD, HEAVY, HALO, BROAD = 1.6, 1.7, 1.8, 2.2


class Mark:
    """Sizes of marks, in points, from the smallest."""

    SPECK, DOT, TINY, RUN = 2.2, 2.6, 3.0, 3.4
    SMALL, END = 4.0, 4.2
    NORMAL, ON_LINE, LARGE, MEAN = 4.5, 4.6, 6.0, 8.0
    RING = 15.0


class Opacity:
    """How much of what is below an area or a line is covered, 0 to 1."""

    BAND, AREA, CLOUD, CIRCLE = 0.2, 0.25, 0.4, 0.45
    RUN, LABEL, HALO = 0.7, 0.75, 0.85


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
