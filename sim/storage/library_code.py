"""Code of a library that is done with, let go of: it need not be counted as this process's memory.

Pages of code are those of the library's file, unchanged. The system keeps them as long as it has
room, and takes them for other things sooner where no process holds them; what counts the memory of
jobs by process (as clusters do) counts them in each.
"""

from __future__ import annotations

import ctypes
import mmap
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

MAPS: Final = Path("/proc/self/maps")
# First and last address, permissions and path of what is mapped; code is never written to, while
# data that may only be read can have been filled in when the library was loaded.
_CODE: Final = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) r-xp \S+ \S+ \d+ +(/.*)$", re.M)


def let_go_of_code(library: str) -> None:
    """Take a library's code out of this process's memory; it comes back, page by page, if it runs.

    Nothing where that is not Linux.

    Args:
        library: how the name of its file begins, as ``libllvmlite``.
    """
    if (advise := _advise()) is None:
        return
    for first, last in _code_of(library):
        advise(first, last - first, mmap.MADV_DONTNEED)


def _code_of(library: str) -> Iterator[tuple[int, int]]:
    """First address and the one after the last, of each stretch."""
    with suppress(OSError):  # no /proc
        for first, last, path in _CODE.findall(MAPS.read_text(encoding="utf-8", errors="replace")):
            if Path(path).name.startswith(library):
                yield int(first, 16), int(last, 16)


@cache
def _advise() -> Any:
    """``madvise``; None where there is none."""
    if sys.platform != "linux":
        return None
    advise = getattr(ctypes.CDLL(None), "madvise", None)
    if advise is not None:
        advise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    return advise
