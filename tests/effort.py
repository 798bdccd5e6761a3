"""Effort of tests: little in ``make test`` and on every change, more in ``make fuzz``.

Less is tried of chance and of faults, and at smaller sizes where what is tested does not hang on
them; that it is tried never hangs on effort.

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
