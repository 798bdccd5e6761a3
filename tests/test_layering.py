"""The rooms of the package are in one order: a room imports only from rooms before it, or itself.

Imports under ``if TYPE_CHECKING`` count like all others: what a reader must know to read a file is
the same whether Python needs it or not.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from tests.effort import PATIENCE_S

PACKAGE = Path(__file__).parents[1] / "sim"
# From the ground floor up; a room of a room is named with its path.
ROOMS = (
    "_version",
    "errors",
    "fingerprint",
    "plugins",
    "clock",
    "units",
    "arithmetic",
    "randomness",
    "storage",
    "text",
    "engine",
    "world",
    "policies",
    "hypotheses",
    "agents",
    "model",
    "outcomes",
    "scenario",
    "importing",
    "results/tables",
    "results",
    "study",
    "calibration",
    "forecasting",
    "verification",
    "report",
    "report/analysis",
    "report/drawing",
    "report/maps",
    "report/charts",
    "report/page",
    "api",
    "cli",
    "__main__",
    "__init__",
)
FLOOR = {room: number for number, room in enumerate(ROOMS)}
FILES = sorted(PACKAGE.rglob("*.py"))
BESIDE = sorted(
    path
    for name in ("tests", "benchmarks", "docs", "examples", "seeds")
    for path in (PACKAGE.parent / name).rglob("*.py")
)
LOOSE_MODULES = 8
MOST_ROOMS = 28
MOST_LINES = 450

# Who may import what: matplotlib stays with the charts, pydantic with what files hold.
RESERVED = {
    "mesa": ("agents", "model"),
    "matplotlib": ("report",),
    "pydantic": ("scenario", "results"),
    "networkx": ("verification",),
    "ruamel": ("scenario",),
    "babel": ("text", "scenario"),
    "typer": ("cli", "__main__"),
}
NOT_IN_ENGINE = ("pathlib", "os", "io", "tempfile", "csv", "json", "pickle", "mesa", "datetime")


@dataclass(frozen=True)
class Import:
    """One imported module, with its line."""

    module: str
    line: int


def room_of(path: Path) -> str:
    place = path.relative_to(PACKAGE)
    return place.parent.as_posix() if len(place.parts) > 1 else place.stem


def library_room_of(path: Path) -> str:
    return room_of(path).partition("/")[0]


def room_of_module(module: str) -> str:
    place = PACKAGE.joinpath(*module.split(".")[1:])
    return room_of(place / "__init__.py" if place.is_dir() else place.with_suffix(".py"))


@cache
def imports_in(path: Path) -> tuple[Import, ...]:
    """Every module that the file imports: when it is run, for type checking, within functions."""
    return tuple(_imports_in(path))


def _imports_in(path: Path) -> Iterator[Import]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (Import(name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _from(node, path)


def imports_of_package(path: Path) -> Iterator[Import]:
    yield from (each for each in imports_in(path) if each.module.split(".")[0] == "sim")


def _from(node: ast.ImportFrom, path: Path) -> Iterator[Import]:
    """``from sim import study`` and ``from . import fan`` name modules too, where such exist."""
    module = node.module or ""
    if node.level:
        package = ["sim", *path.relative_to(PACKAGE).parts[: -node.level]]
        module = ".".join([*package, *([node.module] if node.module else [])])
    inner = [f"{module}.{name.name}" for name in node.names]
    modules = [each for each in inner if is_module(each)]
    for each in modules or [module]:
        yield Import(each, node.lineno)


def is_module(name: str) -> bool:
    place = PACKAGE.parent.joinpath(*name.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def relative(path: Path) -> str:
    return str(path.relative_to(PACKAGE.parent))


def test_every_room_has_a_place_in_the_order() -> None:
    """A new room must be given its place first; a room that is gone must leave the list."""
    assert {room_of(path) for path in FILES} == FLOOR.keys()


def test_the_house_stays_small_enough_to_know() -> None:
    loose = [path.name for path in PACKAGE.glob("*.py")]
    assert len(loose) <= LOOSE_MODULES, loose
    assert len({path.parent for path in FILES}) <= MOST_ROOMS


def test_no_file_is_long() -> None:
    """Nor any beside the package: tests, benchmarks, what builds the pages."""
    long = {
        relative(path): lines
        for path in (*FILES, *BESIDE)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert BESIDE
    assert long == {}


def test_a_file_name_is_used_once() -> None:
    names = sorted(path.name for path in FILES if path.name != "__init__.py")
    assert [name for name, following in pairwise(names) if name == following] == []


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_a_room_imports_from_rooms_before_it_or_from_itself(path: Path) -> None:
    room = room_of(path)
    upward = [
        f"{relative(path)}:{each.line} imports {each.module}"
        for each in imports_of_package(path)
        if FLOOR[room_of_module(each.module)] > FLOOR[room]
    ]
    assert upward == []


@pytest.mark.parametrize(("library", "rooms"), RESERVED.items(), ids=list(RESERVED))
def test_a_library_stays_in_its_room(library: str, rooms: tuple[str, ...]) -> None:
    elsewhere = [
        f"{relative(path)}:{each.line}"
        for path in FILES
        if library_room_of(path) not in rooms
        for each in imports_in(path)
        if each.module.split(".")[0] == library
    ]
    assert elsewhere == [], f"{library} belongs to {rooms}"


HEAVY = ("mesa", "numba", "matplotlib", "pydantic", "polars", "networkx.algorithms")
LIGHT = {
    "sim": (),
    "sim.api.functions": (),
    "sim.cli.commands": (),
    "sim.report": (),
    "sim.report.charts.registry": (),
    "sim.report.page.html_report": ("polars", "pydantic"),
    "sim.results.store": ("polars", "pydantic"),
    "sim.scenario.loading": ("pydantic",),
    "sim.model": ("mesa", "numba"),
}


@pytest.mark.parametrize(("module", "allowed"), LIGHT.items(), ids=list(LIGHT))
def test_heavy_libraries_are_loaded_where_they_are_used(
    module: str, allowed: tuple[str, ...]
) -> None:
    """They take seconds; anyone who asks for help or only computes must not pay for charts."""
    script = f"import sys, {module}; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    assert set(done.stdout.split()) <= set(allowed)


def test_the_engine_knows_no_file_no_calendar_and_no_mesa() -> None:
    for path in FILES:
        if room_of(path) != "engine":
            continue
        modules = {each.module.split(".")[0] for each in imports_in(path)}
        assert not modules & set(NOT_IN_ENGINE), f"{relative(path)} imports {modules}"
        calls = {
            ast.unparse(node.func)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
        }
        assert not calls & {"open", "print", "input"}, relative(path)


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(("sim", *parts)).removesuffix(".__init__")


def test_there_are_no_cycles_between_files() -> None:
    """Type-checking imports and those within functions included."""
    graph = {module_of(path): {each.module for each in imports_of_package(path)} for path in FILES}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, f"import cycle: {' -> '.join((*trail, module))}"
        if module in done:
            return
        for target in sorted(graph[module] - {module}):
            visit(target, (*trail, module))
        done.add(module)

    for module in graph:
        visit(module, ())


@pytest.mark.parametrize(
    ("source", "modules"),
    [
        ("import sim.model as m", ["sim.model"]),
        ("from sim.engine import choice", ["sim.engine.choice"]),
        ("from sim.errors import quoted", ["sim.errors"]),
        ("from sim import model", ["sim.model"]),
        ("def f():\n    import matplotlib.pyplot", ["matplotlib.pyplot"]),
        ("if TYPE_CHECKING:\n    import sim.model", ["sim.model"]),
        ("if True:\n    import sim.model", ["sim.model"]),
        ("try:\n    import mesa\nexcept ImportError:\n    import pydantic", ["mesa", "pydantic"]),
    ],
)
def test_the_reader_of_imports_sees_them_all(
    tmp_path: Path, source: str, modules: list[str]
) -> None:
    file = tmp_path / "example.py"
    file.write_text(source, encoding="utf-8")
    assert [each.module for each in imports_in(file)] == modules
