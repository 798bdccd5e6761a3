"""Values that know where they were written, as they are read, merged and replaced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from sim.errors import Problem

Scalar: TypeAlias = str | int | float | bool | None
ENDS = ("a", "b")  # keys of a road's two ends, which are its id
Plain: TypeAlias = Scalar | dict[str, "Plain"] | list["Plain"]


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
class Node:
    """A value with where it starts and where its key starts (for items and the root: the same)."""

    value: Scalar | dict[str, Node] | list[Node]
    at: Location
    key_at: Location

    @property
    def place(self) -> Location:
        """Where a reader looks for it: a scalar at its value, a mapping or list at its key."""
        return self.key_at if isinstance(self.value, dict | list) else self.at

    @property
    def plain(self) -> Plain:
        """The value without places, new at every call."""
        if isinstance(self.value, dict):
            return {key: child.plain for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain for child in self.value]
        return self.value

    def leaves(self, path: str = "") -> Iterator[tuple[str, Plain]]:
        """The dotted path and the value of everything below that has nothing below it.

        A list of scalars is one value; items of another list are known by their ids where all have
        one, or else by their numbers from 0.

        Args:
            path: that of this value.
        """
        children = self._children()
        for part, child in children:
            yield from child.leaves(f"{path}.{part}" if path else part)
        if not children:
            yield path, self.plain

    def _children(self) -> list[tuple[str, Node]]:
        """What a longer path leads to, by the next part of it."""
        if isinstance(self.value, dict):
            return list(self.value.items())
        if not isinstance(self.value, list):
            return []
        if not any(isinstance(item.value, dict | list) for item in self.value):
            return []
        names = self.ids or [str(number) for number in range(len(self.value))]
        return list(zip(names, self.value, strict=True))

    @property
    def kind(self) -> str:
        """What sort of value it is, in words."""
        kinds: dict[type, str] = {
            bool: "true or false",
            int: "a number",
            float: "a number",
            str: "a text",
            list: "a list",
            dict: "a mapping",
        }
        return kinds.get(type(self.value), "nothing")

    @property
    def id(self) -> str | None:
        """The text under the key ``id`` of a mapping, or None."""
        name = self.value.get("id") if isinstance(self.value, dict) else None
        return name.value if name is not None and isinstance(name.value, str) else None

    @property
    def item_id(self) -> str | None:
        """What an item of a list is known by: its ``id``, or a road its ends, as ``town-near``."""
        if self.id is not None or not isinstance(self.value, dict):
            return self.id
        ends = [node.value if (node := self.value.get(key)) else None for key in ENDS]
        texts = [end for end in ends if isinstance(end, str)]
        return "-".join(texts) if len(texts) == len(ENDS) else None

    @property
    def ids(self) -> list[str]:
        """The ids of a list whose items all have one, each another; else none."""
        if not isinstance(self.value, list):
            return []
        known = [name for item in self.value if (name := item.item_id) is not None]
        return known if len(set(known)) == len(self.value) else []

    def find(self, part: str | int) -> tuple[str | int, Node] | None:
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
