"""Memory that was freed, and that the C library keeps: given back to the system."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any


def give_back() -> None:
    """Give freed memory back, where the C library can (glibc, which otherwise keeps most of it).

    Tables of a run are large and of many sizes, so that those of the next seldom fit between what
    stays: after a thousand runs of the Finland case a third of a gigabyte was held for nothing.
    """
    if trim := _trim():
        trim(0)


@cache
def _trim() -> Any:
    """``malloc_trim``; None where there is none."""
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
