"""Scenario files as data in which every value knows where it was written.

A scenario file is YAML 1.2 in UTF-8: one document, a mapping at the top. ``NO``, ``22:30`` and
``2023-11-18`` are texts. Refused, since each has hidden mistakes in the past: keys or ids written
twice, keys that are not text, anchors, aliases, merge keys, tags, directives, numbers that are not
finite or longer than 64 bits, control characters, and nesting deeper than 40.

Two keys at the top are instructions and do not reach the data:

``extends: base.yaml``
    The file that this one builds on: relative to this one, its full path, or the name of a shipped
    scenario. Mappings merge deeply. Where both sides have a list whose items all have an ``id``, or
    are roads, which are known by their two ends, the items merge one by one: those of the base keep
    their order, new ones follow. Any other list, and every scalar, replaces what the base says; an
    empty list empties.
``overrides: {demand.rate_per_d: 80, crossings.salla.lanes: 2}``
    Values put at dotted paths after the merge. A part of a path is a key, the id of an item of a
    list (of a road its two ends, as ``town-near``), or its number from 0. The value replaces what
    is there whole. Keys that are not there yet are made; a list gets no new items this way. A key
    that itself has a dot cannot be reached.

Each file is complete before another builds on it: a base is merged and overridden first, then the
file that extends it. ``--set key=value`` comes last, in the order given.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.errors import Problem, ScenarioError
from sim.scenario.extending import Part, read_chain
from sim.scenario.key_paths import put, read_assignments
from sim.scenario.merging import merge
from sim.scenario.nodes import Location, Node, Plain


@dataclass(frozen=True, repr=False, eq=False)
class Document:
    """What a scenario file says once ``extends``, ``overrides`` and assignments are applied.

    Attributes:
        files: every file that was read, as it was named; the given one first, its bases after it.
    """

    files: tuple[Path, ...]
    _root: Node

    @property
    def data(self) -> dict[str, Any]:
        """The merged data as plain Python values; a new copy at every call."""
        plain = self._root.plain
        assert isinstance(plain, dict), "the top of a file is a mapping"
        return plain

    def data_at(self, key: Sequence[str | int]) -> Any:
        """A part of the data, new at every call, without the rest being copied.

        Args:
            key: as that of ``locate``.

        Raises:
            KeyError: nothing was written there.
        """
        node, missing = self._reach(key)
        if missing:
            raise KeyError(missing[0])
        return node.plain

    @property
    def keys(self) -> dict[str, Plain]:
        """Every value by its dotted path, as ``overrides`` and ``--set`` name it."""
        return dict(self._root.leaves())

    def locate(self, key: Sequence[str | int]) -> Location:
        """Where a value was written: a scalar at its value, a mapping or list at its key.

        Args:
            key: keys, ids of list items, or numbers of list items from 0, from the top down.

        Returns:
            The place, or that of the nearest ancestor that was written.
        """
        return self._reach(key)[0].place

    def locate_key(self, key: Sequence[str | int]) -> Location:
        """Where the key of a value was written, or that of its nearest ancestor."""
        return self._reach(key)[0].key_at

    def _reach(self, key: Sequence[str | int]) -> tuple[Node, Sequence[str | int]]:
        """What is at a key or its nearest ancestor that was written, and the part that was not."""
        node = self._root
        for depth, part in enumerate(key):
            found = node.find(part)
            if found is None:
                return node, key[depth:]
            node = found[1]
        return node, ()

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hex, of the merged data as canonical JSON; the order of keys is free."""
        text = json.dumps(self.data, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def read_document(path: Path, *, assignments: Sequence[str] = ()) -> Document:
    """Read a scenario file with all that it extends, and apply overrides and assignments.

    Reading stops after ``reading.MAX_PROBLEMS`` problems.

    Args:
        path: the scenario file.
        assignments: ``key=value`` texts of the command line: a dotted path and YAML on one line.

    Raises:
        ScenarioError: every problem found, each with its place. Paths of overrides and assignments
            are looked up only where all files could be read.
    """
    problems: list[Problem] = []
    chain = read_chain(path, problems)
    settings = read_assignments(assignments, problems)
    _stop_at(problems)
    root = _fold(chain, problems)
    for name, value in settings:
        root = put(root, name, value=value, problems=problems)
    _stop_at(problems)
    return Document(tuple(part.path for part in chain), root)


def _stop_at(problems: Sequence[Problem]) -> None:
    if problems:
        raise ScenarioError(problems)


def _fold(chain: Sequence[Part], problems: list[Problem]) -> Node:
    """The tree of a chain of files: from the last base to the given file."""
    root: Node | None = None
    for part in reversed(chain):
        root = part.root if root is None else merge(root, part.root)
        for name, value in part.overrides.items():
            root = put(root, name, value=value, problems=problems)
    assert root is not None, "a chain without problems has at least the given file"
    return root
