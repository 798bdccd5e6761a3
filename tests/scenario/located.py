"""Scenario files of tests, and the problems that reading them raises."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import Problem, ScenarioError
from sim.scenario.document import read_document

Write = Callable[..., Path]


def problems_of(path: Path, *assignments: str) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        read_document(path, assignments=assignments)
    return caught.value.problems


def problem_of(path: Path, *assignments: str) -> Problem:
    found = problems_of(path, *assignments)
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


def places(problems: tuple[Problem, ...]) -> list[tuple[int | None, int | None]]:
    return [(problem.line, problem.column) for problem in problems]
