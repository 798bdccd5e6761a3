"""Measures of charts have names: what a number in a function that draws would be is not guessed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

REPORT = Path(__file__).parents[2] / "sim" / "report"
PLAIN = (0, 1, 2, 0.5, 100)  # nothing, the whole, two sides, the middle, percent
MOST = 12  # in all: points of an array, columns that a label is beside, powers of ten


def bare_numbers(path: Path) -> Iterator[str]:
    """Numbers within the functions of a file that are not plain, no index, and have no name."""
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef):
            for statement in function.body:
                yield from (f"{path.name}:{line}: {value}" for line, value in _within(statement))


def _within(node: ast.AST) -> Iterator[tuple[int, float]]:
    if isinstance(node, ast.FunctionDef):  # it is walked by itself
        return
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, int | float) and not isinstance(value, bool) and value not in PLAIN:
            yield node.lineno, value
        return
    for name, held in ast.iter_fields(node):
        if isinstance(node, ast.Subscript) and name == "slice":
            continue
        for each in held if isinstance(held, list) else [held]:
            if isinstance(each, ast.AST):
                yield from _within(each)


def test_numbers_of_charts_maps_and_drawing_have_names() -> None:
    rooms = ("charts", "maps", "drawing")
    files = sorted(path for room in rooms for path in (REPORT / room).glob("*.py"))
    found = [each for path in files for each in bare_numbers(path)]
    assert len(found) <= MOST, found


@pytest.mark.parametrize(("code", "count"), [("x + 0.37", 1), ("x[3] / 2", 0), ("-1 * f(4)", 1)])
def test_what_counts_as_a_bare_number(code: str, count: int, tmp_path: Path) -> None:
    (tmp_path / "some.py").write_text(f"LINE = 0.15\ndef draw(x, y=3):\n    return {code}\n")
    assert len(list(bare_numbers(tmp_path / "some.py"))) == count
