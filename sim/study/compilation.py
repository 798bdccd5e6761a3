"""How far the compilation of the engine is: its functions that are compiled, of all it has."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from numba.core import event
from numba.core.dispatcher import Dispatcher

# Of the time, what optimising takes when all functions are compiled: 14 % and 12 % of two builds.
FINISHING: Final = 0.13
LEAST: Final = 5  # percent from which on the time so far tells something of the rest
OURS: Final = "sim."
Progress = Callable[[int, int], None]


class Compilation(event.Listener):
    """Counts functions of the engine as numba has compiled them.

    Attributes:
        progress: called with (percent done, 100) when it grows.
        functions: how many there are, in the modules that are loaded.
    """

    def __init__(self, progress: Progress) -> None:
        """Begin with none."""
        self.progress = progress
        self.functions = len(known_functions())
        self._compiled: set[str] = set()
        self._percent = -1

    def on_start(self, event: Any) -> None:
        """Say that it has begun."""
        self._report()

    def on_end(self, event: Any) -> None:
        """Count one more, if it is the engine's; many are numba's own, and some come twice."""
        function = event.data["dispatcher"].py_func
        if str(function.__module__).startswith(OURS):  # some of numba's have none
            self._compiled.add(_name_of(function))
            self._report()

    def _report(self) -> None:
        share = min(1.0, len(self._compiled) / max(1, self.functions))
        percent = int(100 * (1.0 - FINISHING) * share)
        if percent > self._percent and not 0 < percent < LEAST:
            self._percent = percent
            self.progress(percent, 100)

    def end(self) -> None:
        """Say that all is done, if anything was to do."""
        if self._percent >= 0:
            self.progress(100, 100)


@contextmanager
def watched(progress: Progress | None) -> Iterator[None]:
    """Report how far compilation is while the block runs; nothing where nothing is compiled.

    Args:
        progress: called with (percent done, 100); nobody if None.
    """
    if progress is None:
        yield
        return
    listener = Compilation(progress)
    with event.install_listener("numba:compile", listener):
        yield
    listener.end()


def known_functions() -> set[str]:
    """Names of the functions to be compiled, of modules of ours that are loaded."""
    modules = [module for name, module in sys.modules.items() if name.startswith(OURS)]
    values = (value for module in modules for value in tuple(vars(module).values()))
    held = (getattr(value, "dispatcher", value) for value in values)
    return {_name_of(each.py_func) for each in held if isinstance(each, Dispatcher)}


def _name_of(function: Any) -> str:
    return f"{function.__module__}.{function.__qualname__}"
