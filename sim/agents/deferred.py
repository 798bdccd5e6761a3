"""Modules that Mesa imports and a study never uses: loaded when something of them is asked for.

``import mesa`` loads pandas for frames of data collectors, networkx and scipy for spaces that the
model does not have; together they take four times as long, and twice the memory, of all the rest.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from importlib.machinery import PathFinder
from threading import RLock, Thread
from types import ModuleType
from typing import Final

UNUSED_OF_MESA: Final = (
    "pandas",
    "networkx",
    "mesa.experimental",
    "mesa.experimental.continuous_space",  # Mesa 3.5 loads other parts of it for a model
    "mesa.discrete_space",
)
_loading: Final = RLock()


class _Deferred(ModuleType):
    """A module whose code is run when an attribute is missing that it would have.

    Unlike :class:`importlib.util.LazyLoader`'s it may be imported again without being run. A module
    within it looks for its ``__path__``, which is missing too.
    """

    def __getattr__(self, name: str) -> object:
        with _loading:
            if type(self) is _Deferred:
                self.__class__ = ModuleType  # type: ignore[assignment]
                _complete(self)
        return getattr(self, name)


def _complete(module: ModuleType) -> None:
    """Run the code of a module in its own name space, as an import does."""
    spec = module.__spec__
    assert spec is not None, "it was found"
    assert spec.loader is not None, "it was found"
    if spec.submodule_search_locations is not None:
        module.__path__ = spec.submodule_search_locations
    spec.loader.exec_module(module)


def defer(names: Sequence[str] = UNUSED_OF_MESA) -> None:
    """Let these modules be loaded when they are used; nothing where one is there, or is not found.

    Args:
        names: full names; a package comes before what is within it.
    """
    for name in names:
        package, _, _ = name.rpartition(".")
        around = sys.modules.get(package)
        if name in sys.modules or (around is not None and type(around) is not _Deferred):
            continue
        spec = PathFinder.find_spec(name, _places_in(package))
        if spec is None or spec.loader is None:
            continue
        module = _Deferred(name)
        module.__spec__, module.__loader__, module.__file__ = spec, spec.loader, spec.origin
        sys.modules[name] = module


def _places_in(package: str) -> list[str] | None:
    """Where the modules of a package are, which is not loaded for that; None for those of none."""
    if not package:
        return None
    around = sys.modules.get(package)
    spec = around.__spec__ if around is not None else PathFinder.find_spec(package)
    return spec.submodule_search_locations if spec is not None else None


def load_from_shallow_stack(name: str) -> None:
    """Import a module that examines the stack of what imports it, from a stack of its own.

    Mesa finds the names of its modules for its log by ``inspect.stack()``, which reads the source
    of every frame and looks through all modules for each: half a second below the imports of a
    study, and a tenth of that here.

    Args:
        name: full name; a module that cannot be imported says so where it is imported next.
    """
    thread = Thread(target=_load, args=(name,), name=f"import of {name}")
    thread.start()
    thread.join()


def _load(name: str) -> None:
    with suppress(ImportError):
        import_module(name)
