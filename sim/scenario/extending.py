"""A file and those that it builds on: the chain of ``extends``, each with its ``overrides``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sim.errors import Problem, ScenarioError
from sim.scenario.key_paths import INSTRUCTIONS
from sim.scenario.nodes import Location, Node
from sim.scenario.reading import compose
from sim.scenario.shipped import shipped_scenarios
from sim.scenario.source_text import named_file, read_text

MAX_EXTENDS = 10


class Part(NamedTuple):
    """One file of a chain of ``extends``, without its instructions."""

    path: Path
    root: Node
    overrides: Mapping[str, Node]


@dataclass
class _Chain:
    """The files read so far, the given one first."""

    problems: list[Problem]
    parts: list[Part] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)

    def add(self, path: Path, *, cited: Node | None) -> Node | None:
        """Read one more file; the value of its ``extends``, or None where the chain ends."""
        if cited is not None and (problem := self._refusal(path, cited)):
            self.problems.append(problem)
            return None
        try:
            text = read_text(path)
        except ScenarioError as error:
            self.problems.extend(_cite(error, cited))
            return None
        self.resolved.append(os.path.realpath(path))
        root = compose(text, path, self.problems)
        if root is None:
            return None
        return self._split(path, root)

    def _refusal(self, path: Path, cited: Node) -> Problem | None:
        # Unlike Path.resolve(), realpath() takes links that lead to themselves.
        if (real := os.path.realpath(path)) in self.resolved:
            first = self.resolved.index(real)
            circle = " -> ".join(str(part.path) for part in self.parts[first:])
            return cited.at.problem(f"extends in a circle: {circle} -> {path}", key="extends")
        if len(self.parts) > MAX_EXTENDS:
            return cited.at.problem(f"extends more than {MAX_EXTENDS} files", key="extends")
        return None

    def _split(self, path: Path, root: Node) -> Node | None:
        if not isinstance(root.value, dict):
            message = f"must be keys with values at the top, got {root.kind}"
            self.problems.append(root.at.problem(message))
            return None
        rest = {key: node for key, node in root.value.items() if key not in INSTRUCTIONS}
        start = Location(path, 1, 1)
        overrides = self._overrides(root.value.get("overrides"))
        self.parts.append(Part(path, Node(rest, start, start), overrides))
        return root.value.get("extends")

    def _overrides(self, node: Node | None) -> Mapping[str, Node]:
        if node is None or node.value is None:
            return {}
        if isinstance(node.value, dict):
            return node.value
        message = f"'overrides' must be dotted paths with values, got {node.kind}"
        self.problems.append(node.place.problem(message, key="overrides"))
        return {}


def read_chain(path: Path, problems: list[Problem]) -> list[Part]:
    """Read a file and all that it extends; what is wrong goes to ``problems``."""
    chain = _Chain(problems)
    cited = chain.add(path, cited=None)
    while cited is not None:
        name = cited.value
        if not isinstance(name, str) or not name:
            message = (
                "'extends' must be the name of a file, relative to this one or with its full path, "
                "or of a shipped scenario"
            )
            problems.append(cited.place.problem(message, key="extends"))
            break
        path = _base(path.parent, name)
        cited = chain.add(path, cited=cited)
    return chain.parts


def _base(folder: Path, name: str) -> Path:
    """The file that another one extends: beside it, or one that comes with the package."""
    file = Path(os.path.normpath(named_file(folder, name)))
    return file if file.exists() else shipped_scenarios().get(name, file)


def _cite(error: ScenarioError, cited: Node | None) -> list[Problem]:
    """Problems of a file as a whole, reported at the ``extends`` that names it."""
    if cited is None:
        return list(error.problems)
    return [
        problem
        if problem.line
        else cited.at.problem(f"{problem.path} {problem.message}", key="extends", hint=problem.hint)
        for problem in error.problems
    ]
