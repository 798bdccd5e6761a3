"""From YAML text to located nodes; what is refused is noted, and the reading goes on.

The text is read as parser events rather than composed nodes: an alias is then met where it
is written, and the depth is bounded here and not by the interpreter's stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from sim.errors import Problem, ScenarioError, quoted
from sim.scenario.nodes import Location, Node, Scalar
from sim.scenario.scalars import resolve
from sim.scenario.source_text import UNPRINTABLE, location_in, one_form, unprintable
from sim.scenario.yaml_events import events_of

MAX_DEPTH = 40
MAX_PROBLEMS = 100
KEPT: Final = 16  # texts whose nodes are kept: a program reads the same few files again and again
MOST_KEPT: Final = 2**18  # characters of such a text; the nodes of one take a hundred times as much

# A line with % before all but comments; the parser takes unknown directives in silence.
_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?[\r\n])*%")

_SYNTAX_HINTS = {
    "found character '\\t'": "indent with spaces, not with tabs",
    "found character": "put the text in quotes",
    "mapping values are not allowed": "put a text that holds ': ' in quotes, or check the indent",
    "could not find expected ':'": "a key needs a colon and a space after it",
}


def compose(text: str, source: Path, problems: list[Problem]) -> Node | None:
    """The root of the one document in a text.

    Nodes are never changed, so those of a text without problems are given again.

    Args:
        text: YAML 1.2.
        source: the file it is from, as it was named.
        problems: what is refused is added to it.

    Returns:
        The root, or None where there is none that could be read.
    """
    root = _kept.get((source, text))
    if root is None:
        before = len(problems)
        root = _Composer(source, problems).compose(text)
        if root is not None and len(problems) == before and len(text) <= MOST_KEPT:
            _keep(source, text, root)
    return root


_kept: Final[dict[tuple[Path, str], Node]] = {}  # the oldest first


def _keep(source: Path, text: str, root: Node) -> None:
    if len(_kept) >= KEPT:
        _kept.pop(next(iter(_kept)), None)
    _kept[source, text] = root


class _Composer:
    """Builds located nodes from parser events; notes what is refused and reads on."""

    def __init__(self, source: Path, problems: list[Problem]) -> None:
        self._source = source
        self._problems = problems
        self._events: Iterator[Event] = iter(())
        self._path: list[str] = []

    def compose(self, text: str) -> Node | None:
        """The root of the one document in the text, or None where there is none."""
        if directive := _DIRECTIVE.match(text):
            place = location_in(self._source, text, offset=directive.end() - 1)
            self._refuse(place, "has a directive; files are read as YAML 1.2", hint="remove it")
        try:
            self._events = events_of(text)
            return self._document()
        except ScenarioError as error:
            self._problems.extend(error.problems)
        except (YAMLError, OverflowError, ValueError) as error:
            # The scanner lets chr() fail on an escape beyond the last character.
            self._problems.append(self._syntax_problem(error))
        return None

    def _document(self) -> Node | None:
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

    def _node(self, event: Event, *, depth: int) -> Node:
        at = self._at(event)
        self._check_decoration(event, at)
        if isinstance(event, ScalarEvent):
            return Node(self._scalar(event, at), at, at)
        if isinstance(event, AliasEvent):
            return Node(None, at, at)
        if depth > MAX_DEPTH:
            raise ScenarioError([at.problem(f"is nested deeper than {MAX_DEPTH}")])
        if isinstance(event, MappingStartEvent):
            return Node(self._mapping(depth), at, at)
        return Node(self._sequence(depth), at, at)

    def _mapping(self, depth: int) -> dict[str, Node]:
        children: dict[str, Node] = {}
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

    def _key(self, event: Event, at: Location, *, depth: int) -> str | None:
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

    def _sequence(self, depth: int) -> list[Node]:
        items: list[Node] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            self._path.append(str(len(items)))
            items.append(self._node(event, depth=depth + 1))
            self._path.pop()
        self._check_ids(items)
        return items

    def _check_ids(self, items: list[Node]) -> None:
        first: dict[str, Node] = {}
        for item in items:
            name = item.id
            if name in first:
                message = f"id {quoted(name)} is written twice, first at {first[name].at}"
                self._refuse(item.at, message)
            elif name is not None:
                first[name] = item

    def _scalar(self, event: ScalarEvent, at: Location) -> Scalar:
        text = one_form(event.value)
        if not event.implicit[0]:
            if found := UNPRINTABLE.search(text):
                self._refuse(at, unprintable(found[0]))
            return UNPRINTABLE.sub("?", text)
        try:
            return resolve(text)
        except ValueError as error:
            self._refuse(at, str(error))
            return None

    def _check_decoration(self, event: Event, at: Location) -> None:
        if isinstance(event, AliasEvent):
            hint = "write the value out, or build on a file with 'extends'"
            self._refuse(at, f"alias {quoted('*' + event.anchor)} is not read", hint=hint)
        elif isinstance(event, NodeEvent) and event.anchor is not None:
            self._refuse(at, f"anchor {quoted('&' + event.anchor)} is not read", hint="remove it")
        if isinstance(event, ScalarEvent | CollectionStartEvent) and event.ctag is not None:
            self._refuse(at, f"tag {quoted(str(event.tag))} is not read", hint="remove it")

    def _refuse(self, at: Location, message: str, *, hint: str | None = None) -> None:
        if len(self._problems) >= MAX_PROBLEMS:
            raise ScenarioError([at.problem(f"has more than {MAX_PROBLEMS} problems")])
        key = ".".join(self._path) or None
        self._problems.append(at.problem(message, key=key, hint=hint))

    def _at(self, event: Event) -> Location:
        return self._mark(event.start_mark)

    def _mark(self, mark: StringMark) -> Location:
        return Location(self._source, mark.line + 1, mark.column + 1)

    def _syntax_problem(self, error: Exception) -> Problem:
        if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
            return Problem(f"is not valid YAML: {error}", str(self._source))
        message = f"is not valid YAML: {error.problem}"
        if error.context and error.context_mark:
            message += f" {error.context}, which starts at {self._mark(error.context_mark)}"
        hints = (hint for start, hint in _SYNTAX_HINTS.items() if error.problem.startswith(start))
        return self._mark(error.problem_mark).problem(message, hint=next(hints, None))


def _under_key(value: Node, key_at: Location) -> Node:
    # The parser places a value that was left out at what follows, often lines below.
    at = key_at if value.value is None and value.at.line > key_at.line else value.at
    return replace(value, at=at, key_at=key_at)
