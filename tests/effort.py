"""Effort of tests of chance and fault tolerance: little in ``make test``, more in ``make fuzz``.

And their patience: no verdict hangs on how fast or how busy a machine is. What is waited for is
waited for by condition; only a process that hangs meets the cap.
"""

from __future__ import annotations

import os
from typing import Final

FULL = os.environ.get("RAJASIM_EFFORT") == "full"
PATIENCE_S: Final = 1800.0


def effort(quick: int, full: int) -> int:
    """``full`` in ``make fuzz``, else ``quick``."""
    return full if FULL else quick
