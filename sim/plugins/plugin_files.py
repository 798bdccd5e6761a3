"""Plugins: a file that is named, or a module that an installed package names as entry point.

A file is one module; it is run as it is read, and worker processes run the very same text, not
what may have become of the file meanwhile. An installed plugin is a module under the entry point
group ``rajasim.plugins``; it is found wherever its package is installed.
"""

from __future__ import annotations

import hashlib
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Final

from sim.errors import InputError, quoted
from sim.plugins.entries import ENTRIES, OF_FILES

GROUP: Final = "rajasim.plugins"
WHAT_REGISTERS: Final = (
    "decorate a class with @policy, or a function with @TABLE.of_run, @TABLE.of_people or @chart"
)


@dataclass(frozen=True)
class Plugin:
    """A plugin that is loaded.

    Attributes:
        name: the file's name without its ending, or that of the entry point.
        module: the module that it is.
        sha256: hash of its source, 64 hexadecimal digits.
        file: where the file is; empty for an installed one.
        source: what is in the file; empty for an installed one.
        version: name and version of the package that it is installed by; empty for a file.
        registers: what it registers, as ``policy reinforcement``.
    """

    name: str
    module: str
    sha256: str
    file: str = ""
    source: bytes = b""
    version: str = ""
    registers: tuple[str, ...] = ()


_LOADED: Final[dict[str, Plugin]] = {}  # by module, in order


def loaded_plugins() -> tuple[Plugin, ...]:
    """Every plugin that is loaded, in order."""
    return tuple(_LOADED.values())


def load_plugin(path: str | Path) -> Plugin:
    """Load a plugin from a file; what it registers is then known by its name everywhere.

    The same file again is loaded only if it has changed: then what it registers takes the place of
    what it registered before.

    Args:
        path: a file of Python, ending in ``.py``.

    Raises:
        InputError: if it cannot be read or run, registers nothing, or registers a name that is
            taken.
    """
    file = Path(path)
    source = _read(file)
    digest = hashlib.sha256(source).hexdigest()
    plugin = Plugin(file.stem, f"{OF_FILES}{file.stem}", digest, str(file.resolve()), source)
    before = _LOADED.get(plugin.module)
    if before is not None and before.file != plugin.file:
        raise InputError(
            f"{path}: there is already a plugin called {quoted(plugin.name)}; rename one of the two"
        )
    if before is not None and before.sha256 == digest:
        return before
    return _enter(plugin, str(path), f"mend {file.name}")


@cache
def load_installed_plugins() -> None:
    """Load every plugin that an installed package names; done once.

    Raises:
        InputError: if one cannot be loaded.
    """
    for point in sorted(entry_points(group=GROUP), key=lambda each: (each.name, each.value)):
        _enter(_installed(point), f"plugin {point.name}", "mend it, or uninstall its package")


def load_again(plugins: Iterable[Plugin]) -> None:
    """Load plugins that another process has loaded."""
    for plugin in plugins:
        _LOADED[plugin.module] = plugin
        _run(plugin)


def _read(file: Path) -> bytes:
    if file.suffix != ".py":
        raise InputError(f"{file}: is no plugin; name a file of Python, ending in .py")
    try:
        return file.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{file}: cannot be read ({reason}); name a plugin file") from error


def _enter(plugin: Plugin, shown: str, advice: str) -> Plugin:
    """Run a plugin, and note what it registers."""
    before = len(ENTRIES)
    try:
        _run(plugin)
    except Exception as error:
        where = _line_of(error, plugin.file)
        raise InputError(f"{shown}{where}: {type(error).__name__}: {error}; {advice}") from error
    registers = tuple(dict.fromkeys(ENTRIES[before:]))
    if not registers and not plugin.version:
        raise InputError(f"{shown}: registers nothing; {WHAT_REGISTERS}")
    _LOADED[plugin.module] = replace(plugin, registers=registers)
    return _LOADED[plugin.module]


def _run(plugin: Plugin) -> None:
    if not plugin.file:
        import_module(plugin.module)
        return
    module = ModuleType(plugin.module)
    module.__file__ = plugin.file
    sys.modules[plugin.module] = module
    exec(compile(plugin.source, plugin.file, "exec"), vars(module))  # noqa: S102 - the user's own


def _line_of(error: Exception, file: str) -> str:
    """The line of a plugin file where an error arose, as ``:7``; empty where it did elsewhere."""
    if isinstance(error, SyntaxError):
        return f":{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if file and frame.filename == file]
    return f":{lines[-1]}" if lines else ""


def _installed(point: EntryPoint) -> Plugin:
    package = point.dist
    version = f"{package.name} {package.version}" if package is not None else "a package"
    digest = hashlib.sha256()
    for part in _source_of_package(point.module):
        digest.update(part)
    return Plugin(point.name, point.module, digest.hexdigest(), version=version)


def _source_of_package(module: str) -> Iterator[bytes]:
    """Names and content of the Python files of the package that a module is in."""
    top = import_module(module.partition(".")[0])
    for root in getattr(top, "__path__", ()):
        for path in sorted(Path(root).rglob("*.py")):
            yield path.relative_to(root).as_posix().encode()
            yield path.read_bytes()
    if not hasattr(top, "__path__") and top.__file__ is not None:
        yield Path(top.__file__).read_bytes()
