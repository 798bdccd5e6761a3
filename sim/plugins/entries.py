"""What others have registered so far, in order, and what may take the place of what."""

from __future__ import annotations

from typing import Any, Final

OF_FILES: Final = "rajasim_plugin_"  # how modules begin that are made of plugin files
OWN: Final = __name__.partition(".")[0]
ENTRIES: Final[list[str]] = []


def note_entry(kind: str, name: str, thing: object) -> None:
    """Note that something is registered that is not the package's own.

    Args:
        kind: ``policy``, ``indicator`` or ``chart``.
        name: its name among those.
        thing: the class or function.
    """
    if thing.__module__.partition(".")[0] != OWN:
        ENTRIES.append(f"{kind} {name}")


def redefines(new: Any, old: Any) -> bool:
    """Whether a class or function is another version of one, as when a cell is run again."""
    return (new.__module__, new.__qualname__) == (old.__module__, old.__qualname__)
