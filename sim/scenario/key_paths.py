"""Values put at dotted paths: those of ``overrides`` and of ``--set`` on the command line.

A part of a path is a key, the id of an item of a list, or its number from 0. The value replaces
what is there whole. All but the last part must exist, and a list gets no new items this way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sim.errors import Problem, ScenarioError, did_you_mean, quoted
from sim.scenario.nodes import Location, Node
from sim.scenario.reading import MAX_DEPTH, compose
from sim.scenario.source_text import UNPRINTABLE, one_form, unprintable

# Keys at the top of a file that say how to read it, and are no data.
INSTRUCTIONS = ("extends", "overrides")

_COMMAND_LINE = Path("--set")


class _NoSuchPathError(Exception):
    """A dotted path that leads nowhere."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def read_assignments(assignments: Sequence[str], problems: list[Problem]) -> list[tuple[str, Node]]:
    """The dotted path and the located value of each ``key=value``; what is wrong is noted."""
    settings = []
    for text in assignments:
        try:
            settings.append(_read_assignment(text))
        except ScenarioError as error:
            problems.extend(error.problems)
    return settings


def _read_assignment(text: str) -> tuple[str, Node]:
    """Read one ``key=value``.

    Raises:
        ScenarioError: it has no ``=``, key or value, or the value is not YAML on one line.
    """
    start = Location(_COMMAND_LINE, 1, 1)
    if found := UNPRINTABLE.search(text) or re.search(r"[\r\n]", text):
        place = Location(_COMMAND_LINE, 1, found.start() + 1)
        raise ScenarioError([place.problem(unprintable(found[0]))])
    name, equals, value = text.partition("=")
    if not (name.strip() and equals and value.strip()):
        raise ScenarioError([start.problem(f"must read 'key=value', got {quoted(text)}")])
    if value.lstrip().startswith("#"):
        hint = f"put it in quotes: {name.strip()}='\"{value.strip()}\"'"
        message = f"{name.strip()}: the value is empty, since # begins a comment"
        raise ScenarioError([start.problem(message, hint=hint)])
    problems: list[Problem] = []
    # Blanks in place of the key keep the columns those of the whole text.
    root = compose(" " * (len(name) + 1) + value, _COMMAND_LINE, problems)
    if problems:
        raise ScenarioError(problems)
    assert root is not None, "no problem, so there is a value"
    return one_form(name.strip()), replace(root, key_at=start)


def put(root: Node, name: str, *, value: Node, problems: list[Problem]) -> Node:
    """The tree with a value put at a dotted path, or unchanged with one more problem."""
    parts = name.split(".")
    try:
        if not all(parts) or len(parts) > MAX_DEPTH:
            raise _NoSuchPathError(f"is not a dotted path of 1 to {MAX_DEPTH} keys")
        if parts[0] in INSTRUCTIONS:
            raise _NoSuchPathError("cannot be set, since it is an instruction and not data")
        return _replaced(root, parts, value)
    except _NoSuchPathError as error:
        message = f"{quoted(name)}: {error}"
        problems.append(value.key_at.problem(message, key=name, hint=error.hint))
        return root


def _replaced(node: Node, parts: Sequence[str], value: Node) -> Node:
    """A copy of the node with the value at the path.

    Raises:
        _NoSuchPathError: a part of the path does not exist.
    """
    first, rest = parts[0], parts[1:]
    found = node.find(first)
    if found is None and isinstance(node.value, dict) and not rest:
        return replace(node, value={**node.value, first: value})
    if found is None:
        raise _nowhere(node, first)
    key, child = found
    new = _replaced(child, rest, value) if rest else value
    if isinstance(node.value, dict):
        return replace(node, value={**node.value, str(key): new})
    assert isinstance(node.value, list)
    return replace(node, value=[new if k == key else item for k, item in enumerate(node.value)])


def _nowhere(node: Node, part: str) -> _NoSuchPathError:
    if isinstance(node.value, dict):
        return _NoSuchPathError(f"there is no {quoted(part)}", did_you_mean(part, node.value))
    if isinstance(node.value, list):
        message = f"the list has no item {quoted(part)}"
        return _NoSuchPathError(message, did_you_mean(part, node.ids))
    return _NoSuchPathError(f"there is no {quoted(part)} inside {node.kind}")
