"""What a key of a scenario file holds, in words: type, unit and range, by its annotation."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Literal, NamedTuple, Union, get_args, get_origin

from annotated_types import Ge, Gt, Interval, Le, Len, Lt, MaxLen, MinLen

from sim.units import LARGEST, Unit
from sim.world.fields import Refers

_PLAIN: Mapping[object, str] = {
    datetime: "time",
    date: "day",
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    object: "anything",
}


class Bounds(NamedTuple):
    """What a number may be, or how many items a list may have; None where there is no bound."""

    low: float | None = None
    high: float | None = None
    above: float | None = None
    under: float | None = None

    def __str__(self) -> str:
        if self.high is not None and (self.low is not None or self.above is not None):
            low = figure(self.low) if self.low is not None else f"above {figure(self.above)}"
            return f"{low} to {figure(self.high)}"
        words = {"{} or more": self.low, "above {}": self.above, "at most {}": self.high}
        words["below {}"] = self.under
        return ", ".join(each.format(figure(n)) for each, n in words.items() if n is not None)


def figure(number: float | None) -> str:
    """A bound as a reader would write it."""
    if number is None:
        return ""
    return f"{int(number):,}" if number == int(number) else f"{number:,.10g}"


def marks_of(annotation: object) -> tuple[object, list[object]]:
    """A type without its marks, and the marks; where it may be left out, those of what it is."""
    if get_origin(annotation) is Annotated:
        kind, *marks = get_args(annotation)
        inner, more = marks_of(kind)
        return inner, [*marks, *more]
    if get_origin(annotation) in (Union, types.UnionType):
        given = [each for each in get_args(annotation) if each is not types.NoneType]
        if len(given) == 1:
            return marks_of(given[0])
    return annotation, []


def is_list(kind: object) -> bool:
    """Whether a type without its marks is a list of things."""
    return get_origin(kind) in (tuple, frozenset, list)


def is_mapping(kind: object) -> bool:
    """Whether a type without its marks is keys with values."""
    origin = get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def inner_types(kind: object) -> list[object]:
    """What a list, mapping or union holds."""
    unwanted = (Ellipsis, types.NoneType)
    return [each for each in get_args(kind) if each not in unwanted]


def holds(annotation: object) -> str:
    """What a key holds, in words, without unit and range."""
    kind, marks = marks_of(annotation)
    for mark in marks:
        if isinstance(mark, Refers):
            return f"{mark.kind} id"
    if get_origin(kind) is Literal:
        return " or ".join(map(str, get_args(kind)))
    if get_origin(kind) in (Union, types.UnionType):
        return " or ".join(map(holds, inner_types(kind)))
    if is_list(kind):
        return f"list of {holds(inner_types(kind)[0])}"
    if is_mapping(kind):
        key, value = get_args(kind)
        return f"{holds(value)} by {'name' if marks_of(key)[0] is str else holds(key)}"
    return _plain_words(kind)


def _plain_words(kind: object) -> str:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return ", ".join(map(str, kind))
    name: str = getattr(kind, "__name__", "")
    return "time" if name == "AwareDatetime" else _PLAIN.get(kind, name)


def unit_of(annotation: object) -> str:
    """The unit of a key's number; empty where it has none."""
    marks = marks_of(annotation)[1]
    return next((str(mark) for mark in marks if isinstance(mark, Unit)), "")


def bounds_of(annotation: object) -> Bounds:
    """The range of a key's number."""
    found: dict[str, float] = {}
    kind, marks = marks_of(annotation)
    for mark in marks:
        found |= _bound(mark)
    if kind is int and "above" in found:
        found["low"] = found.pop("above") + 1.0
    if any(isinstance(mark, Unit) for mark in marks):
        found.setdefault("high", LARGEST)
    return Bounds(**found)


def _bound(mark: object) -> dict[str, float]:
    if not isinstance(mark, Interval | Ge | Gt | Le | Lt):
        return {}
    given = {name: getattr(mark, sign, None) for sign, name in _SIGNS.items()}
    return {name: _number(bound) for name, bound in given.items() if bound is not None}


_SIGNS = {"ge": "low", "le": "high", "gt": "above", "lt": "under"}


def _number(bound: object) -> float:
    assert isinstance(bound, int | float), "numbers are bounded by numbers"
    return bound


def items_of(annotation: object) -> Bounds:
    """How many items a list or mapping may have."""
    kind, marks = marks_of(annotation)
    if not (is_list(kind) or is_mapping(kind)):
        return Bounds()
    return Bounds(**dict(_lengths(marks)))


def _lengths(marks: list[object]) -> Iterator[tuple[str, float]]:
    for mark in marks:
        if isinstance(mark, MinLen | Len) and mark.min_length:
            yield "low", mark.min_length
        if isinstance(mark, MaxLen | Len) and mark.max_length is not None:
            yield "high", mark.max_length


def range_words(annotation: object) -> str:
    """The range of a key, of what its list holds, and of how many it holds, in words."""
    kind, _ = marks_of(annotation)
    inner = inner_types(kind)[-1:] if is_list(kind) or is_mapping(kind) else []
    each = [text for part in inner if (text := range_words(part))]
    items = str(items_of(annotation)).replace("1 or more", "at least 1")
    unit = unit_of(annotation)
    own = " ".join(filter(None, [str(bounds_of(annotation)), unit]))
    counted = [f"{items} {'item' if items == 'at least 1' else 'items'}"] if items else []
    return ", each ".join(["; ".join(counted + ([own] if own else [])), *each]).removeprefix(", ")
