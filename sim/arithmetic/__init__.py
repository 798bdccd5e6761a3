"""Elementary functions that give the same bits on every processor.

``arithmetic.elementary`` and ``arithmetic.elementwise`` are loaded when they are first used: with
them comes numba, which takes longer to load than a scenario takes to be checked.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from sim.arithmetic import elementary, elementwise

__all__ = ["elementary", "elementwise"]


def __getattr__(name: str) -> ModuleType:
    """A module of compiled functions; from then on it is an attribute as any other."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
