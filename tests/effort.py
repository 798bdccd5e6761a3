"""Effort of tests of chance and fault tolerance: little in ``make test``, more in ``make fuzz``."""

from __future__ import annotations

import os

FULL = os.environ.get("RAJASIM_EFFORT") == "full"


def effort(quick: int, full: int) -> int:
    """``full`` in ``make fuzz``, else ``quick``."""
    return full if FULL else quick
