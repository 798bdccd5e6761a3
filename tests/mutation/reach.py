"""Which worlds and tests run which statements: a mutant is tried only on those that reach it.

Lines are recorded while nothing is mutated, by coverage.py, with a context for each world and test.
What is run on import (constants, tables, defaults) is of no function: all of them reach it.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import pytest
from coverage import Coverage

from tests.mutation.mutants import PACKAGE, ROOMS, Mutant

Span = tuple[int, int]


@dataclass(frozen=True)
class Reach:
    """What was run by whom.

    Attributes:
        lines: of a file below the package and a line, who runs it, by name.
        seconds: how long each of them takes.
    """

    lines: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def of(self, mutant: Mutant) -> set[str]:
        """Whoever runs the statement that a mutant changes; nobody may."""
        span = _spans_of(mutant.file).around(mutant.line)
        if span is None:
            return set(self.seconds)
        by_line = self.lines.get(mutant.file, {})
        first, last = span
        return set().union(*(by_line.get(line, ()) for line in range(first, last + 1)))

    def add(self, other: Reach) -> None:
        """What was recorded elsewhere, as well."""
        self.seconds.update(other.seconds)
        for file, by_line in other.lines.items():
            mine = self.lines.setdefault(file, {})
            for line, names in by_line.items():
                mine.setdefault(line, set()).update(names)


class Recorder:
    """Records who runs which lines."""

    def __init__(self) -> None:
        rooms = [str(PACKAGE / room / "*") for room in ROOMS]
        self._coverage = Coverage(data_file=None, config_file=False, include=rooms)
        self._seconds: dict[str, float] = {}

    @contextmanager
    def running(self, name: str) -> Iterator[None]:
        """What is run within is run by somebody of this name."""
        self._coverage.start()
        self._coverage.switch_context(name)
        began = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[name] = time.perf_counter() - began
            self._coverage.stop()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """As a plugin of pytest: each test is one that runs lines."""
        with self.running(item.nodeid):
            return (yield)

    def reach(self) -> Reach:
        """All that was recorded."""
        data = self._coverage.get_data()
        lines: dict[str, dict[int, set[str]]] = {}
        for file in data.measured_files():
            by_line = data.contexts_by_lineno(file)
            lines[str(Path(file).relative_to(PACKAGE))] = {
                line: {name for name in names if name in self._seconds}
                for line, names in by_line.items()
            }
        return Reach(lines, self._seconds)


@dataclass(frozen=True)
class _Spans:
    """First and last lines of what functions of a file do."""

    tree: ast.Module

    def around(self, line: int) -> Span | None:
        """The shortest statement of a function around a line, or None if no function has it."""
        around = [span for span in self._in_functions if span[0] <= line <= span[1]]
        return min(around, key=lambda span: span[1] - span[0], default=None)

    @cached_property
    def _in_functions(self) -> list[Span]:
        functions = (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef))
        return [span for function in functions for span in _statements(function.body)]


@cache
def _spans_of(file: str) -> _Spans:
    return _Spans(ast.parse((PACKAGE / file).read_text(encoding="utf-8")))


def _statements(body: Sequence[ast.stmt]) -> Iterator[Span]:
    """Simple statements and the heads of compound ones, below a block too."""
    for statement in body:
        blocks = [
            block
            for name in ("body", "orelse", "finalbody")
            if (block := getattr(statement, name, None))
        ]
        last = statement.end_lineno or statement.lineno
        if blocks:
            last = max(statement.lineno, min(block[0].lineno for block in blocks) - 1)
        yield statement.lineno, last
        for block in blocks:
            yield from _statements(block)
