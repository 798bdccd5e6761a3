"""Scenarios that come with the package: found by name wherever it is installed.

A wheel has them, with the evidence that they name, below ``sim/shipped``; a checkout has them where
they are written, beside the package. A case in a folder of its own, as ``finland-2023/base.yaml``
or ``arctic-2015-16/scenario.yaml``, has the folder's name; any other has its file's, as
``one-crossing``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parents[1]
SCENARIOS: Final = "scenarios"
SEEDS: Final = "seeds"
MAIN: Final = "base.yaml"  # the scenario of a folder of one case; or the next
STARTED: Final = "scenario.yaml"  # what ``init`` calls it


def shipped_root() -> Path:
    """The folder that has the folders ``scenarios`` and ``seeds``."""
    wheel = _PACKAGE / "shipped"
    return wheel if wheel.is_dir() else _PACKAGE.parent


def shipped_scenarios() -> dict[str, Path]:
    """Every scenario that comes with the package, by name, in order."""
    files = sorted((shipped_root() / SCENARIOS).glob("*/*.yaml"))
    return dict(sorted((_name_of(file), file) for file in files))


def _name_of(file: Path) -> str:
    return file.parent.name if file.name in (MAIN, STARTED) else file.stem


def scenario_file(path: Path) -> Path:
    """The file that a path or name means.

    Args:
        path: a file; a folder that has a ``scenario.yaml`` or ``base.yaml``; or the name of a
            scenario that comes with the package.

    Returns:
        The file, or the path as it is where it is none of these.
    """
    inside = [path / name for name in (STARTED, MAIN) if (path / name).is_file()]
    if inside:
        return inside[0]
    if path.is_file() or len(path.parts) != 1:
        return path
    return shipped_scenarios().get(str(path), path)
