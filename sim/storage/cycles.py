"""How often Python looks for cycles among its objects: seldom while much is loaded.

Large libraries make a million objects that stay, among which every 700 new ones would be looked
through: a tenth of the time of a short command. The model of a run is a cycle with large tables,
and is to go as soon as it is done with.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

AS_BEGUN: Final = gc.get_threshold()
NEW_OBJECTS: Final = 50_000  # after which cycles are looked for
OFTEN: Final = (700, 10, 10)  # as Python 3.12 begins; later ones wait for more objects


def collect_seldom() -> None:
    """While libraries and files are loaded, in a process that is ours."""
    gc.set_threshold(NEW_OBJECTS, *AS_BEGUN[1:])


@contextmanager
def not_while_loading() -> Iterator[None]:
    """Look for no cycles in the block, in anybody's process: what libraries load stays."""
    sought = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if sought:
            gc.enable()


def collect_often() -> None:
    """While runs are made; what is loaded is not looked through again.

    Nothing in a process that has thresholds of its own.
    """
    if gc.get_threshold()[0] == NEW_OBJECTS:
        gc.freeze()
        gc.set_threshold(*OFTEN)
