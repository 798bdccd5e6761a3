"""Rows of a table some at a time: what is worked out of a million people takes little memory so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

ROWS: Final = 1 << 16


def row_blocks(many: int) -> Iterator[slice]:
    """The rows of a table of so many, in order, in blocks of :data:`ROWS`; the last may be less."""
    return (slice(first, min(first + ROWS, many)) for first in range(0, many, ROWS))
