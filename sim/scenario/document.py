"""Scenario files as data in which every value knows where it was written.

A scenario file is YAML 1.2 in UTF-8: one document, a mapping at the top. ``NO``, ``22:30`` and
``2023-11-18`` are texts. Refused, since each has hidden mistakes in the past: keys or ids written
twice, keys that are not text, anchors, aliases, merge keys, tags, directives, numbers that are not
finite or longer than 64 bits, control characters, and nesting deeper than 40.

Two keys at the top are instructions and do not reach the data:

``extends: base.yaml``
    The file (relative to this one) that this one builds on. Mappings merge deeply. Where both
    sides have a list whose items are all mappings with an ``id``, the items merge by id: those of
    the base keep their order, new ones follow. Any other list, and every scalar, replaces what the
    base says; an empty list empties.
``overrides: {demand.rate_per_d: 80, crossings.salla.lanes: 2}``
    Values put at dotted paths after the merge. A part of a path is a key, the id of an item of a
    list, or its number from 0. The value replaces what is there whole. All but the last part must
    exist, and a list gets no new items this way. A key that itself has a dot cannot be reached.

Each file is complete before another builds on it: a base is merged and overridden first, then the
file that extends it. ``--set key=value`` comes last, in the order given.

The text is read as parser events rather than composed nodes: an alias is then met where it
stands, and the depth is bounded here and not by the interpreter's stack.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from sim.errors import Problem, ScenarioError, did_you_mean, quoted

MAX_BYTES = 2**20
MAX_DEPTH = 40
MAX_EXTENDS = 10
MAX_PROBLEMS = 100

_COMMAND_LINE = Path("--set")
_INSTRUCTIONS = ("extends", "overrides")

# Control characters, line breaks that editors do not count, and those that turn text around.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)

# The core schema of YAML 1.2, section 10.3.2.
_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

# A line with % before all but comments; the parser takes unknown directives in silence.
_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?[\r\n])*%")

_SYNTAX_HINTS = {
    "found character '\\t'": "indent with spaces, not with tabs",
    "found character": "put the text in quotes",
    "mapping values are not allowed": "put a text that holds ': ' in quotes, or check the indent",
    "could not find expected ':'": "a key needs a colon and a space after it",
}

Scalar: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file.

    Attributes:
        path: the file, as it was named; ``--set`` for the command line.
        line: line, from 1.
        column: column in characters, from 1.
    """

    path: Path
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    def problem(self, message: str, *, key: str | None = None, hint: str | None = None) -> Problem:
        """A problem at this place."""
        return Problem(message, str(self.path), self.line, self.column, key=key, hint=hint)


@dataclass(frozen=True, slots=True)
class _Node:
    """A value with where it starts and where its key starts (for items and the root: the same)."""

    value: Scalar | dict[str, _Node] | list[_Node]
    at: Location
    key_at: Location

    @property
    def place(self) -> Location:
        """Where a reader looks for it: a scalar at its value, a mapping or list at its key."""
        return self.key_at if isinstance(self.value, dict | list) else self.at

    @property
    def plain(self) -> Any:
        """The value without places, new at every call."""
        if isinstance(self.value, dict):
            return {key: child.plain for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain for child in self.value]
        return self.value

    @property
    def ids(self) -> list[str]:
        """The ids of a list whose items are all mappings with a text as ``id``; else none."""
        if not isinstance(self.value, list):
            return []
        ids = [_id_of(item) for item in self.value]
        known = [name for name in ids if name is not None]
        return known if len(known) == len(ids) else []

    def find(self, part: str | int) -> tuple[str | int, _Node] | None:
        """The key or index that a part of a path means here, and the child there."""
        if isinstance(self.value, dict):
            child = self.value.get(str(part))
            return None if child is None else (str(part), child)
        if not isinstance(self.value, list):
            return None
        index = self._index(part)
        return None if index is None else (index, self.value[index])

    def _index(self, part: str | int) -> int | None:
        if isinstance(part, str) and part in (ids := self.ids):
            return ids.index(part)
        digits = str(part)
        # Nine digits are more items than a file holds, and int() is quick on them.
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
            return None
        count = len(self.value) if isinstance(self.value, list) else 0
        return int(digits) if int(digits) < count else None


def _id_of(node: _Node) -> str | None:
    name = node.value.get("id") if isinstance(node.value, dict) else None
    return name.value if name is not None and isinstance(name.value, str) else None


@dataclass(frozen=True, repr=False, eq=False)
class Document:
    """What a scenario file says once ``extends``, ``overrides`` and assignments are applied.

    Attributes:
        files: every file that was read, as it was named; the given one first, its bases after it.
    """

    files: tuple[Path, ...]
    _root: _Node

    @property
    def data(self) -> dict[str, Any]:
        """The merged data as plain Python values; a new copy at every call."""
        plain: dict[str, Any] = self._root.plain
        return plain

    def locate(self, key: Sequence[str | int]) -> Location:
        """Where a value was written: a scalar at its value, a mapping or list at its key.

        Args:
            key: keys, ids of list items, or numbers of list items from 0, from the top down.

        Returns:
            The place, or that of the nearest ancestor that was written.
        """
        return self._nearest(key).place

    def locate_key(self, key: Sequence[str | int]) -> Location:
        """Where the key of a value was written, or that of its nearest ancestor."""
        return self._nearest(key).key_at

    def _nearest(self, key: Sequence[str | int]) -> _Node:
        node = self._root
        for part in key:
            found = node.find(part)
            if found is None:
                break
            node = found[1]
        return node

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hex, of the merged data as canonical JSON; the order of keys is free."""
        text = json.dumps(self.data, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def read_document(path: Path, *, assignments: Sequence[str] = ()) -> Document:
    """Read a scenario file with all that it extends, and apply overrides and assignments.

    Reading stops after ``MAX_PROBLEMS`` problems.

    Args:
        path: the scenario file.
        assignments: ``key=value`` texts of the command line: a dotted path and YAML on one line.

    Raises:
        ScenarioError: every problem found, each with its place. Paths of overrides and assignments
            are looked up only where all files could be read.
    """
    problems: list[Problem] = []
    chain = _read_chain(path, problems)
    settings = _read_assignments(assignments, problems)
    _stop_at(problems)
    root = _fold(chain, problems)
    for name, value in settings:
        root = _apply(root, name, value=value, problems=problems)
    _stop_at(problems)
    return Document(tuple(part.path for part in chain), root)


def _stop_at(problems: Sequence[Problem]) -> None:
    if problems:
        raise ScenarioError(problems)


# ---- from a file to text


def _read_text(path: Path) -> str:
    """The text of a scenario file.

    Raises:
        ScenarioError: it is missing, not a regular file, too large, not UTF-8, or holds control
            characters.
    """
    raw = _read_bytes(path)
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        place = _location(path, before, offset=len(before))
        hint = "save it as UTF-8"
        raise ScenarioError([place.problem("is not text in UTF-8", hint=hint)]) from None
    if found := _UNPRINTABLE.search(text):
        place = _location(path, text, offset=found.start())
        raise ScenarioError([place.problem(_unprintable(found[0]))])
    return text


def _read_bytes(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
            raise ScenarioError([Problem(f"is {kind}; name a scenario file", str(path))])
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise ScenarioError([_unreadable(path, error)]) from None
    if len(raw) > MAX_BYTES:
        size = f"{max(status.st_size, len(raw)) / 2**20:.1f} MiB"
        message = f"is {size}; a scenario file has at most {MAX_BYTES // 2**20} MiB"
        raise ScenarioError([Problem(message, str(path))])
    return raw


def _unreadable(path: Path, error: Exception) -> Problem:
    if not isinstance(error, FileNotFoundError):
        reason = getattr(error, "strerror", None) or error
        return Problem(f"cannot be read: {reason}", str(path))
    try:
        beside = [entry.name for entry in path.parent.iterdir() if entry.suffix == ".yaml"]
    except OSError:
        beside = []
    return Problem("does not exist", str(path), hint=did_you_mean(path.name, beside))


def _location(path: Path, text: str, *, offset: int) -> Location:
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    return Location(path, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _unprintable(character: str) -> str:
    return f"holds the control character U+{ord(character):04X}"


# ---- from text to located nodes


class _Composer:
    """Builds located nodes from parser events; notes what is refused and reads on."""

    def __init__(self, source: Path, problems: list[Problem]) -> None:
        self._source = source
        self._problems = problems
        self._events: Iterator[Any] = iter(())
        self._path: list[str] = []

    def compose(self, text: str) -> _Node | None:
        """The root of the one document in the text, or None where there is none."""
        if directive := _DIRECTIVE.match(text):
            place = _location(self._source, text, offset=directive.end() - 1)
            self._refuse(place, "has a directive; files are read as YAML 1.2", hint="remove it")
        try:
            self._events = YAML(typ="safe", pure=True).parse(text)
            return self._document()
        except ScenarioError as error:
            self._problems.extend(error.problems)
        except (YAMLError, OverflowError, ValueError) as error:
            # The scanner lets chr() fail on an escape beyond the last character.
            self._problems.append(self._syntax_problem(error))
        return None

    def _document(self) -> _Node | None:
        next(self._events)
        begin = next(self._events)
        if isinstance(begin, StreamEndEvent):
            self._refuse(Location(self._source, 1, 1), "is empty")
            return None
        root = self._node(next(self._events), depth=1)
        next(self._events)
        extra = next(self._events)
        if not isinstance(extra, StreamEndEvent):
            self._refuse(self._at(extra), "starts a second document; a scenario file is one")
        return root

    def _node(self, event: Any, *, depth: int) -> _Node:
        at = self._at(event)
        self._check_decoration(event, at)
        if isinstance(event, ScalarEvent):
            return _Node(self._scalar(event, at), at, at)
        if isinstance(event, AliasEvent):
            return _Node(None, at, at)
        if depth > MAX_DEPTH:
            raise ScenarioError([at.problem(f"is nested deeper than {MAX_DEPTH}")])
        if isinstance(event, MappingStartEvent):
            return _Node(self._mapping(depth), at, at)
        return _Node(self._sequence(depth), at, at)

    def _mapping(self, depth: int) -> dict[str, _Node]:
        children: dict[str, _Node] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            at = self._at(event)
            key = self._key(event, at, depth=depth)
            self._path.append(key or "?")
            value = self._node(next(self._events), depth=depth + 1)
            if key is not None and key in children:
                first = children[key].key_at
                self._refuse(at, f"key {quoted(key)} is written twice, first at {first}")
            elif key is not None:
                children[key] = _under_key(value, at)
            self._path.pop()
        return children

    def _key(self, event: Any, at: Location, *, depth: int) -> str | None:
        if not isinstance(event, ScalarEvent):
            self._node(event, depth=depth + 1)
            self._refuse(at, "a key must be text, not a list or a mapping")
            return None
        plain = event.implicit[0]
        if plain and event.value == "<<":
            self._refuse(at, "merge keys are not read", hint="build on a file with 'extends'")
            return None
        key = self._node(event, depth=depth).value
        if isinstance(key, str):
            return key
        if event.value:
            hint = f"write it as '{quoted(event.value)[1:-1]}' in quotes"
            self._refuse(at, f"key {quoted(event.value)} is not text", hint=hint)
        else:
            self._refuse(at, "a key is missing before the colon")
        return None

    def _sequence(self, depth: int) -> list[_Node]:
        items: list[_Node] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            self._path.append(str(len(items)))
            items.append(self._node(event, depth=depth + 1))
            self._path.pop()
        self._check_ids(items)
        return items

    def _check_ids(self, items: list[_Node]) -> None:
        first: dict[str, _Node] = {}
        for item in items:
            name = _id_of(item)
            if name in first:
                message = f"id {quoted(name)} is written twice, first at {first[name].at}"
                self._refuse(item.at, message)
            elif name is not None:
                first[name] = item

    def _scalar(self, event: Any, at: Location) -> Scalar:
        text: str = event.value
        if not event.implicit[0]:
            if found := _UNPRINTABLE.search(text):
                self._refuse(at, _unprintable(found[0]))
            return _UNPRINTABLE.sub("?", text)
        try:
            return _resolve(text)
        except ValueError as error:
            self._refuse(at, str(error))
            return None

    def _check_decoration(self, event: Any, at: Location) -> None:
        if isinstance(event, AliasEvent):
            hint = "write the value out, or build on a file with 'extends'"
            self._refuse(at, f"alias {quoted('*' + event.anchor)} is not read", hint=hint)
        elif event.anchor is not None:
            self._refuse(at, f"anchor {quoted('&' + event.anchor)} is not read", hint="remove it")
        if getattr(event, "ctag", None) is not None:
            self._refuse(at, f"tag {quoted(str(event.tag))} is not read", hint="remove it")

    def _refuse(self, at: Location, message: str, *, hint: str | None = None) -> None:
        if len(self._problems) >= MAX_PROBLEMS:
            raise ScenarioError([at.problem(f"has more than {MAX_PROBLEMS} problems")])
        key = ".".join(self._path) or None
        self._problems.append(at.problem(message, key=key, hint=hint))

    def _at(self, event: Any) -> Location:
        return self._mark(event.start_mark)

    def _mark(self, mark: Any) -> Location:
        return Location(self._source, mark.line + 1, mark.column + 1)

    def _syntax_problem(self, error: Exception) -> Problem:
        if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
            return Problem(f"is not valid YAML: {error}", str(self._source))
        message = f"is not valid YAML: {error.problem}"
        if error.context and error.context_mark:
            message += f" {error.context}, which starts at {self._mark(error.context_mark)}"
        hints = (hint for start, hint in _SYNTAX_HINTS.items() if error.problem.startswith(start))
        return self._mark(error.problem_mark).problem(message, hint=next(hints, None))


def _under_key(value: _Node, key_at: Location) -> _Node:
    # The parser places a value that was left out at what follows, often lines below.
    at = key_at if value.value is None and value.at.line > key_at.line else value.at
    return replace(value, at=at, key_at=key_at)


def _resolve(text: str) -> Scalar:
    """The value of a scalar without quotes.

    Raises:
        ValueError: it is a number, but not finite or too long.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"{text} is not a finite number")
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if not _FLOAT.fullmatch(text):
        return text
    if math.isinf(number := float(text)):
        raise ValueError(f"{quoted(text)} is too large for a number")
    return number


def _integer(text: str) -> int:
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    # Checked before int(), which refuses thousands of digits in its own words.
    number = int(text, base) if len(text) <= 40 else 2**63
    if not -(2**63) <= number < 2**63:
        raise ValueError(f"{quoted(text)} is too large for a whole number")
    return number


# ---- from files to one tree


class _Part(NamedTuple):
    """One file of a chain of ``extends``, without its instructions."""

    path: Path
    root: _Node
    overrides: Mapping[str, _Node]


@dataclass
class _Chain:
    """The files read so far, the given one first."""

    problems: list[Problem]
    parts: list[_Part] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)

    def add(self, path: Path, *, cited: _Node | None) -> _Node | None:
        """Read one more file; the value of its ``extends``, or None where the chain ends."""
        if cited is not None and (problem := self._refusal(path, cited)):
            self.problems.append(problem)
            return None
        try:
            text = _read_text(path)
        except ScenarioError as error:
            self.problems.extend(_cite(error, cited))
            return None
        self.resolved.append(os.path.realpath(path))
        root = _Composer(path, self.problems).compose(text)
        if root is None:
            return None
        return self._split(path, root)

    def _refusal(self, path: Path, cited: _Node) -> Problem | None:
        # Unlike Path.resolve(), realpath() takes links that lead to themselves.
        if (real := os.path.realpath(path)) in self.resolved:
            first = self.resolved.index(real)
            circle = " -> ".join(str(part.path) for part in self.parts[first:])
            return cited.at.problem(f"extends in a circle: {circle} -> {path}", key="extends")
        if len(self.parts) > MAX_EXTENDS:
            return cited.at.problem(f"extends more than {MAX_EXTENDS} files", key="extends")
        return None

    def _split(self, path: Path, root: _Node) -> _Node | None:
        if not isinstance(root.value, dict):
            message = f"must be keys with values at the top, got {_kind(root)}"
            self.problems.append(root.at.problem(message))
            return None
        rest = {key: node for key, node in root.value.items() if key not in _INSTRUCTIONS}
        start = Location(path, 1, 1)
        overrides = self._overrides(root.value.get("overrides"))
        self.parts.append(_Part(path, _Node(rest, start, start), overrides))
        return root.value.get("extends")

    def _overrides(self, node: _Node | None) -> Mapping[str, _Node]:
        if node is None or node.value is None:
            return {}
        if isinstance(node.value, dict):
            return node.value
        message = f"'overrides' must be dotted paths with values, got {_kind(node)}"
        self.problems.append(node.place.problem(message, key="overrides"))
        return {}


def _read_chain(path: Path, problems: list[Problem]) -> list[_Part]:
    """Read a file and all that it extends; what is wrong goes to ``problems``."""
    chain = _Chain(problems)
    cited = chain.add(path, cited=None)
    while cited is not None:
        name = cited.value
        if not isinstance(name, str) or not name or Path(name).is_absolute():
            message = "'extends' must be the name of a file, relative to this one"
            problems.append(cited.place.problem(message, key="extends"))
            break
        path = Path(os.path.normpath(path.parent / name))
        cited = chain.add(path, cited=cited)
    return chain.parts


def _cite(error: ScenarioError, cited: _Node | None) -> list[Problem]:
    """Problems of a file as a whole, told at the ``extends`` that names it."""
    if cited is None:
        return list(error.problems)
    return [
        problem
        if problem.line
        else cited.at.problem(f"{problem.path} {problem.message}", key="extends", hint=problem.hint)
        for problem in error.problems
    ]


def _fold(chain: Sequence[_Part], problems: list[Problem]) -> _Node:
    """The tree of a chain of files: from the last base to the given file."""
    root: _Node | None = None
    for part in reversed(chain):
        root = part.root if root is None else _merge(root, part.root)
        for name, value in part.overrides.items():
            root = _apply(root, name, value=value, problems=problems)
    assert root is not None, "a chain without problems has at least the given file"
    return root


def _merge(base: _Node, child: _Node) -> _Node:
    if isinstance(base.value, dict) and isinstance(child.value, dict):
        return replace(child, value=_merge_mappings(base.value, child.value))
    if (base_ids := base.ids) and (child_ids := child.ids):
        assert isinstance(base.value, list)
        assert isinstance(child.value, list)
        merged = _merge_mappings(
            dict(zip(base_ids, base.value, strict=True)),
            dict(zip(child_ids, child.value, strict=True)),
        )
        return replace(child, value=list(merged.values()))
    return child


def _merge_mappings(base: dict[str, _Node], child: dict[str, _Node]) -> dict[str, _Node]:
    both = {key: _merge(base[key], node) if key in base else node for key, node in child.items()}
    return {**base, **both}


# ---- values put at dotted paths


class _NoSuchPathError(Exception):
    """A dotted path that leads nowhere."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def _read_assignments(
    assignments: Sequence[str], problems: list[Problem]
) -> list[tuple[str, _Node]]:
    """The dotted path and the located value of each ``key=value``."""
    settings = []
    for text in assignments:
        try:
            settings.append(_read_assignment(text))
        except ScenarioError as error:
            problems.extend(error.problems)
    return settings


def _read_assignment(text: str) -> tuple[str, _Node]:
    """Read one ``key=value``.

    Raises:
        ScenarioError: it has no ``=``, key or value, or the value is not YAML on one line.
    """
    start = Location(_COMMAND_LINE, 1, 1)
    if found := _UNPRINTABLE.search(text) or re.search(r"[\r\n]", text):
        place = Location(_COMMAND_LINE, 1, found.start() + 1)
        raise ScenarioError([place.problem(_unprintable(found[0]))])
    name, equals, value = text.partition("=")
    if not (name.strip() and equals and value.strip()):
        raise ScenarioError([start.problem(f"must read 'key=value', got {quoted(text)}")])
    problems: list[Problem] = []
    # Blanks in place of the key keep the columns those of the whole text.
    root = _Composer(_COMMAND_LINE, problems).compose(" " * (len(name) + 1) + value)
    _stop_at(problems)
    assert root is not None, "no problem, so there is a value"
    return name.strip(), replace(root, key_at=start)


def _apply(root: _Node, name: str, *, value: _Node, problems: list[Problem]) -> _Node:
    """The tree with a value put at a dotted path, or unchanged with one more problem."""
    parts = name.split(".")
    try:
        if not all(parts) or len(parts) > MAX_DEPTH:
            raise _NoSuchPathError(f"is not a dotted path of 1 to {MAX_DEPTH} keys")
        if parts[0] in _INSTRUCTIONS:
            raise _NoSuchPathError("cannot be set, since it is an instruction and not data")
        return _replaced(root, parts, value)
    except _NoSuchPathError as error:
        message = f"{quoted(name)}: {error}"
        problems.append(value.key_at.problem(message, key=name, hint=error.hint))
        return root


def _replaced(node: _Node, parts: Sequence[str], value: _Node) -> _Node:
    """A copy of the node in which the value stands at the path.

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


def _nowhere(node: _Node, part: str) -> _NoSuchPathError:
    if isinstance(node.value, dict):
        return _NoSuchPathError(f"there is no {quoted(part)}", did_you_mean(part, node.value))
    if isinstance(node.value, list):
        message = f"the list has no item {quoted(part)}"
        return _NoSuchPathError(message, did_you_mean(part, node.ids))
    return _NoSuchPathError(f"there is no {quoted(part)} inside {_kind(node)}")


def _kind(node: _Node) -> str:
    kinds: dict[type, str] = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "a mapping",
    }
    return kinds.get(type(node.value), "nothing")
