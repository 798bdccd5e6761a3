"""Values put at dotted paths: those of ``overrides`` and of ``--set`` on the command line.

A part of a path is a key, the id of an item of a list, or its number from 0. The value replaces
what is there whole. Keys on the way that the file does not have are made; a list gets no new items
this way, and of policies, hypotheses and responses only those are changed that are there.
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
# Sections whose keys are names of one's own: a name that is not there is a slip of the pen.
_NAMED = ("policies", "hypotheses", "responses")
# Sections whose items must say where they are from; what the command line gives is from there.
_SOURCED = ("parameters", "uncertainties")
_SOURCE = "given by --set"
_FEW = 12  # names that a hint lists


class _NoSuchPathError(Exception):
    """A dotted path that leads nowhere."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def read_assignments(assignments: Sequence[str], problems: list[Problem]) -> list[tuple[str, Node]]:
    """The dotted path and the located value of each ``key=value``; what is wrong is noted.

    The line of a place is the number of the assignment, from 1.
    """
    settings = []
    for number, text in enumerate(assignments, 1):
        try:
            settings.append(_read_assignment(text, number))
        except ScenarioError as error:
            problems.extend(error.problems)
    return settings


def _read_assignment(text: str, number: int) -> tuple[str, Node]:
    """Read one ``key=value``.

    Raises:
        ScenarioError: it has no ``=``, key or value, or the value is not YAML on one line.
    """
    start = Location(_COMMAND_LINE, number, 1)
    if found := UNPRINTABLE.search(text) or re.search(r"[\r\n]", text):
        place = Location(_COMMAND_LINE, number, found.start() + 1)
        raise ScenarioError([place.problem(unprintable(found[0]))])
    name, equals, value = text.partition("=")
    if not (name.strip() and equals and value.strip()):
        raise ScenarioError([start.problem(f"must read 'key=value', got {quoted(text)}")])
    if value.lstrip().startswith("#"):
        hint = f"put it in quotes: {name.strip()}='\"{value.strip()}\"'"
        message = f"{name.strip()}: the value is empty, since # begins a comment"
        raise ScenarioError([start.problem(message, hint=hint)])
    problems: list[Problem] = []
    # Line ends and blanks before the value keep its place that in the whole text.
    before = "\n" * (number - 1) + " " * (len(name) + 1)
    root = compose(before + value, _COMMAND_LINE, problems)
    if problems:
        raise ScenarioError(problems)
    assert root is not None, "no problem, so there is a value"
    return _with_source(one_form(name.strip()), replace(root, key_at=start))


def _with_source(name: str, value: Node) -> tuple[str, Node]:
    """A parameter's value, or its range, together with where it is from; all else as it is.

    ``parameters.known=7`` and ``parameters.known.value=7`` both give the whole record: the source
    that a file has for another value is not that of this one.
    """
    section, _, rest = name.partition(".")
    if section not in _SOURCED or value.value is None:
        return name, value
    if section == "parameters" and not isinstance(value.value, dict):
        rest = rest.removesuffix(".value")
        value = replace(value, value={"value": value})
    if not rest or "." in rest or not isinstance(value.value, dict):
        return name, value
    source = Node(_SOURCE, value.key_at, value.key_at)
    return f"{section}.{rest}", replace(value, value={"source": source, **value.value})


def put(root: Node, name: str, *, value: Node, problems: list[Problem]) -> Node:
    """The tree with a value put at a dotted path, or unchanged with one more problem."""
    parts = name.split(".")
    try:
        if not all(parts) or len(parts) > MAX_DEPTH:
            raise _NoSuchPathError(f"is not a dotted path of 1 to {MAX_DEPTH} keys")
        if parts[0] in INSTRUCTIONS:
            raise _NoSuchPathError("cannot be set, since it is an instruction and not data")
        return _replaced(root, parts, value, within=None)
    except _NoSuchPathError as error:
        message = f"{quoted(name)}: {error}"
        problems.append(value.key_at.problem(message, key=name, hint=error.hint))
        return root


def _replaced(node: Node, parts: Sequence[str], value: Node, *, within: str | None) -> Node:
    """A copy of the node, which a key holds, with the value at the path.

    Raises:
        _NoSuchPathError: a part of the path does not exist, and cannot be made.
    """
    first, rest = parts[0], parts[1:]
    if node.value is None:
        node = replace(node, value={})
    found = node.find(first)
    if found is None:
        return _extended(node, parts, value, within=within)
    key, child = found
    new = _replaced(child, rest, value, within=first) if rest else value
    if isinstance(node.value, dict):
        return replace(node, value={**node.value, str(key): new})
    assert isinstance(node.value, list)
    return replace(node, value=[new if k == key else item for k, item in enumerate(node.value)])


def _extended(node: Node, parts: Sequence[str], value: Node, *, within: str | None) -> Node:
    """A copy of the node with a new key, and in it the rest of the path."""
    first, rest = parts[0], parts[1:]
    if not isinstance(node.value, dict) or (rest and within in _NAMED):
        raise _nowhere(node, first)
    if any(part.isdigit() for part in rest):
        raise _NoSuchPathError(f"there is no list {quoted(first)}", "give the list as a whole")
    for part in reversed(rest):
        value = Node({part: value}, value.key_at, value.key_at)
    return replace(node, value={**node.value, first: value})


def _nowhere(node: Node, part: str) -> _NoSuchPathError:
    if isinstance(node.value, dict):
        return _NoSuchPathError(f"there is no {quoted(part)}", _one_of(part, list(node.value)))
    if isinstance(node.value, list):
        return _NoSuchPathError(f"the list has no item {quoted(part)}", _one_of(part, node.ids))
    return _NoSuchPathError(f"there is no {quoted(part)} inside {node.kind}")


def _one_of(part: str, known: Sequence[str]) -> str | None:
    """The nearest name, or where none is near and there are few, all."""
    few = 0 < len(known) <= _FEW
    return did_you_mean(part, known) or (f"there is {', '.join(known)}" if few else None)
