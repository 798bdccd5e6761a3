"""Colours of charts and maps; those of marks hold 3:1 against white (WCAG 2.1, 1.4.11)."""

from __future__ import annotations

BASELINE = "#000000"
BLUE = "#0072BC"
RED = "#EF4A60"
PLUM = "#882255"
OCHRE = "#B8860B"
NAVY = "#18375F"
FOREST = "#2D4B00"
INK = "#1A1A1A"
MUTED = "#595959"
FAINT = "#8A8A8A"  # marks in the background
RULE = "#D0D0D0"  # grid lines, which carry nothing
PAPER = "#FFFFFF"
