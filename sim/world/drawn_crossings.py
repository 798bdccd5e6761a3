"""Keys of crossings that a state of the world may draw, and what they are called when it does."""

from __future__ import annotations

from typing import Final

KNOWN: Final = "known"
EXIT_CHECK_MIN: Final = "exit_check.mean_min"
DRAWN_OF_CROSSINGS: Final = (KNOWN, EXIT_CHECK_MIN)


def drawn_name(crossing: str, key: str) -> str:
    """What the value of a crossing's key is called in what was drawn."""
    return f"crossings.{crossing}.{key}"
