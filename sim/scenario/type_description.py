"""A type of policy, hypothesis or response in plain words, out of its fields and its docstring."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Union, get_args, get_origin, get_type_hints

from sim.scenario.value_text import shown
from sim.text.docstrings import docstring
from sim.units import Unit
from sim.world.network import Refers

_PLAIN: dict[object, str] = {
    datetime: "time",
    date: "day",
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
}
_ATTRIBUTE = re.compile(r"^    (\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


@dataclass(frozen=True)
class Key:
    """A key that a type of policy or hypothesis has in a scenario file."""

    name: str
    holds: str
    default: str
    meaning: str


def first_line(kind: type) -> str:
    """What a type is, in a line."""
    return docstring(kind).strip().split("\n", maxsplit=1)[0]


def keys_of(kind: type) -> list[Key]:
    """The keys of a type, with what they hold and mean; those of its parts after them."""
    hints = get_type_hints(kind, include_extras=True)
    meanings = {
        found[1]: " ".join(found[2].split())
        for part in reversed(kind.__mro__)
        for found in _ATTRIBUTE.finditer(docstring(part))
    }
    own = [
        Key(each.name, _words(hints[each.name]), _default(each), meanings.get(each.name, ""))
        for each in fields(kind)
    ]
    parts = [(each.name, part) for each in fields(kind) for part in _parts(hints[each.name])]
    inner = [
        Key(f"{name}.{key.name}", key.holds, key.default, key.meaning)
        for name, part in parts
        for key in keys_of(part)
    ]
    return own + inner


def _default(field: Field[object]) -> str:
    if field.default is not MISSING:
        return "none" if field.default in (None, (), frozenset()) else shown(field.default)
    return "must be given" if field.default_factory is MISSING else "none"


def _words(annotation: object) -> str:
    """What a key holds, in words."""
    if get_origin(annotation) is Annotated:
        return _annotated_words(annotation)
    inner = [each for each in get_args(annotation) if each not in (Ellipsis, types.NoneType)]
    if get_origin(annotation) in (Union, types.UnionType):
        return " or ".join(map(_words, inner))
    if get_origin(annotation) in (tuple, frozenset):
        return f"list of {_words(inner[0])}"
    if inner:
        key = "name" if inner[0] is str else _words(inner[0])
        return f"{_words(inner[1])} by {key}"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return ", ".join(map(str, annotation))
    name: str = getattr(annotation, "__name__", "")
    return _PLAIN.get(annotation, name.lower())


def _annotated_words(annotation: object) -> str:
    holds, *marks = get_args(annotation)
    for mark in marks:
        if isinstance(mark, Refers):
            return f"{mark.kind} id"
    units = [str(mark) for mark in marks if isinstance(mark, Unit)]
    return ", ".join([_words(holds), *units])


def _parts(annotation: object) -> Iterator[type]:
    """Records that a key holds."""
    if isinstance(annotation, type) and is_dataclass(annotation):
        yield annotation
    for each in get_args(annotation):
        yield from _parts(each)
