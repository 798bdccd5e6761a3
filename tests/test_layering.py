"""The house stands: a room imports only from floors below it, or from files of its own room.

Imports under ``if TYPE_CHECKING`` are for readers and type checkers, never run, and are left out.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "sim"
FLOORS = (
    (
        *("_version", "errors", "clock", "randomness", "units", "fingerprint"),
        *("languages", "locking", "notebook", "placing", "sealed_file"),
    ),
    ("world", "engine"),
    ("policies", "hypotheses"),
    ("agents", "outcomes", "assembly", "checkpoint"),
    ("model", "daily_summary"),
    ("scenario", "manifest", "results_tables"),
    ("study", "store", "verification"),
    ("report", "app"),
    (
        *("cli", "__main__", "__init__", "library"),
        *("compiling", "finishing", "listings", "result_objects", "terminal"),
    ),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
FILES = sorted(PACKAGE.rglob("*.py"))

# Who may import what: matplotlib stays with the charts, pydantic with the scenario files.
RESERVED = {
    "mesa": ("agents", "model"),
    "matplotlib": ("report",),
    "pydantic": ("scenario",),
    "networkx": ("world", "verification"),
    "ruamel": ("scenario",),
    "babel": ("report", "scenario"),
    "typer": ("cli", "__main__"),
}
NOT_IN_ENGINE = ("pathlib", "os", "io", "tempfile", "csv", "json", "pickle", "mesa", "datetime")


@dataclass(frozen=True)
class Import:
    """One imported module, with the line where it stands."""

    module: str
    line: int
    at_top: bool


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def room_of_module(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def for_type_checking(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def imports_in(path: Path) -> Iterator[Import]:
    """Every module that may be imported when the file is run, also within functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from _imports(tree, path, at_top=True)


def _imports(node: ast.AST, path: Path, *, at_top: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and for_type_checking(child):
            continue
        if isinstance(child, ast.Import):
            for name in child.names:
                yield Import(name.name, child.lineno, at_top)
        elif isinstance(child, ast.ImportFrom):
            yield from _from(child, path, at_top=at_top)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(child, path, at_top=at_top and not inside)


def _from(node: ast.ImportFrom, path: Path, *, at_top: bool) -> Iterator[Import]:
    """``from sim import study`` and ``from . import fan`` name modules too, where such exist."""
    module = node.module or ""
    if node.level:
        package = ["sim", *path.relative_to(PACKAGE).parts[: -node.level]]
        module = ".".join([*package, *([node.module] if node.module else [])])
    inner = [f"{module}.{name.name}" for name in node.names]
    modules = [each for each in inner if is_module(each)]
    for each in modules if module == "sim" and modules else [module]:
        yield Import(each, node.lineno, at_top)


def is_module(name: str) -> bool:
    place = PACKAGE.parent.joinpath(*name.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def relative(path: Path) -> str:
    return str(path.relative_to(PACKAGE.parent))


def test_every_room_has_a_floor() -> None:
    """A new room must be given its place in the house first."""
    assert {room_of(path) for path in FILES} <= FLOOR.keys()
    assert len(FILES) > 40


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_a_room_imports_from_below_or_from_itself(path: Path) -> None:
    room = room_of(path)
    upward = [
        f"{relative(path)}:{each.line} (floor {FLOOR[room]}) imports {each.module} "
        f"(floor {FLOOR[room_of_module(each.module)]})"
        for each in imports_in(path)
        if each.module.split(".")[0] == "sim"
        and room_of_module(each.module) != room
        and FLOOR[room_of_module(each.module)] >= FLOOR[room]
        and not (FLOOR[room] == len(FLOORS) - 1 or (FLOOR[room] == 0))
    ]
    assert upward == []


def test_the_ground_floor_stands_on_nothing_else() -> None:
    """Errors, clock, randomness and units import only each other."""
    for path in FILES:
        if FLOOR[room_of(path)] == 0:
            rooms = {
                room_of_module(each.module)
                for each in imports_in(path)
                if each.module.split(".")[0] == "sim"
            }
            assert all(FLOOR[room] == 0 for room in rooms), f"{relative(path)} imports {rooms}"


@pytest.mark.parametrize(("library", "rooms"), RESERVED.items(), ids=list(RESERVED))
def test_a_library_stays_in_its_room(library: str, rooms: tuple[str, ...]) -> None:
    elsewhere = [
        f"{relative(path)}:{each.line}"
        for path in FILES
        if room_of(path) not in rooms
        for each in imports_in(path)
        if each.module.split(".")[0] == library
    ]
    assert elsewhere == [], f"{library} belongs to {rooms}"


HEAVY = ("mesa", "numba", "matplotlib", "pydantic", "polars", "networkx")
LIGHT = {
    "sim": (),
    "sim.api.functions": (),
    "sim.cli.commands": (),
    "sim.report": (),
    "sim.report.charts.registry": (),
    "sim.results.store": ("polars",),
    "sim.scenario.loading": ("pydantic", "numba", "networkx"),
    "sim.model": ("mesa", "numba", "networkx"),
}


@pytest.mark.parametrize(("module", "allowed"), LIGHT.items(), ids=list(LIGHT))
def test_heavy_libraries_are_loaded_where_they_are_used(
    module: str, allowed: tuple[str, ...]
) -> None:
    """They take seconds; whoever asks for help or only computes must not pay for charts."""
    script = f"import sys, {module}; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
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


def test_there_are_no_cycles_between_files() -> None:
    graph = {
        ".".join(("sim", *path.relative_to(PACKAGE).with_suffix("").parts)): {
            each.module for each in imports_in(path) if each.at_top and is_module(each.module)
        }
        for path in FILES
        if path.name != "__init__.py"
    }
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, f"import cycle: {' -> '.join((*trail, module))}"
        if module in done:
            return
        for target in graph.get(module, ()):
            visit(target, (*trail, module))
        done.add(module)

    for module in graph:
        visit(module, ())


@pytest.mark.parametrize(
    ("source", "modules"),
    [
        ("import sim.model as m", ["sim.model"]),
        ("from sim.engine import choice", ["sim.engine"]),
        ("from sim import model", ["sim.model"]),
        ("def f():\n    import matplotlib.pyplot", ["matplotlib.pyplot"]),
        ("if TYPE_CHECKING:\n    import sim.model", []),
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
