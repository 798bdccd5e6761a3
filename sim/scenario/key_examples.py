"""Examples of keys whose docstring has none: out of what they hold, and always valid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Final, Literal, get_args, get_origin

from sim.scenario.key_words import (
    Bounds,
    bounds_of,
    holds,
    inner_types,
    is_list,
    is_mapping,
    marks_of,
)
from sim.scenario.nodes import Plain
from sim.scenario.yaml_text import plain_value
from sim.world.fields import Refers

# Keys that many records have, and that mean the same in all.
COMMON_MEANINGS: Final = {
    "id": "what the file calls it: other parts name it by this",
    "name": "what charts and tables call it",
    "source": "where it comes from: evidence, a paper, or ``expert guess``",
    "lat": "latitude, degrees (WGS 84)",
    "lon": "longitude, degrees (WGS 84)",
}
_IDS: Final[Mapping[str, str]] = {
    "Hub": "town",
    "Crossing": "near",
    "Neighbour": "abroad",
    "Segment": "forest",
    "Origin": "anywhere",
    "GivenGroup": "first",
    "ReceivingState": "home",
}
_NAMED: Final[Mapping[str, str]] = {
    "hub": "town",
    "crossing": "near",
    "gate": "near",
    "neighbour": "abroad",
    "segment": "forest",
    "origin": "anywhere",
    "policy": "open",
    "state": "home",
}
_COMMON: Final[Mapping[str, Plain]] = {"source": "expert guess", "lat": 62, "lon": 30}
# By key and by what it holds.
_BY_KEY: Final[Mapping[tuple[str, str], Plain]] = {
    ("until", "time"): "2024-03-12T00:00+02:00",
    ("until", "day"): "2024-03-12",
    ("trial", "time"): "2024-03-12T00:00+02:00",
    ("hub", "text"): "town",
    ("crossing", "text"): "near",
    ("hours", "text"): "08:00-20:00",
    ("who", "text"): "A court",
    ("when", "text"): "2024-03-05",
    ("state", "text"): "home",
    ("summary", "text"): "Papers were checked at the exit.",
    ("timezone", "text"): "Europe/Oslo",
    ("position", "text"): "A closure must leave one crossing open.",
}
_BY_TYPE: Final[Mapping[object, Plain]] = {
    datetime: "2024-03-05T00:00+02:00",
    date: "2024-03-05",
    str: "text",
    bool: True,
}

# Keys that the example of a record has beside those that must be given: it needs one of several.
ALSO_SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "Step": ("crossings",),
    "Staffing": ("officers",),
    "Reassign": ("officers_after_hours",),
    "Demand": ("steps", "origins"),
    "Segment": ("hub",),
}

RecordExample = Callable[[type], dict[str, Plain]]


def own_example(kind: type, key: str, annotation: object) -> Plain:
    """The example of a key that many records have; None for any other."""
    place = _IDS.get(kind.__name__, "first")
    common = {"id": place, "name": place.capitalize(), **_COMMON}.get(key)
    return common or _BY_KEY.get((key, holds(annotation)))


def example_of(annotation: object, default: object, record: RecordExample) -> Plain:
    """An example of what an annotation allows.

    Args:
        annotation: the type with its marks.
        default: what holds where the key is left out, or None.
        record: gives the example of a record.
    """
    kind, marks = marks_of(annotation)
    named = [_NAMED.get(mark.kind, mark.kind) for mark in marks if isinstance(mark, Refers)]
    if named:
        return named[0]
    if is_list(kind):
        return [example_of(inner_types(kind)[0], None, record)]
    if is_mapping(kind):
        key, value = (example_of(each, None, record) for each in get_args(kind))
        return {"name" if key == "text" else str(key): value}
    if kind in (int, float):
        return _number(bounds_of(annotation), whole=kind is int, default=default)
    if isinstance(default, bool):
        return not default
    return _other(kind, default, record)


def _other(kind: object, default: object, record: RecordExample) -> Plain:
    if get_origin(kind) is Literal:
        return plain_value(
            next(each for each in (*get_args(kind)[1:], *get_args(kind)) if each != default)
        )
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return plain_value(next(each for each in kind if each is not default))
    if isinstance(kind, type):
        return record(kind)
    first = inner_types(kind)
    assert first, f"there is an example of {holds(kind)}"
    return example_of(first[0], None, record)


def _number(bounds: Bounds, *, whole: bool, default: object) -> Plain:
    """The default where it says something, else a number in the middle of a narrow range."""
    if default:
        return plain_value(default)
    low = bounds.low if bounds.low is not None else bounds.above
    low = 0.0 if low is None else max(low, 0.0)
    if whole and low == 1.0:
        return 2
    high = low + 20.0 if bounds.high is None else min(bounds.high, low + 20.0)
    middle = (low + high) / 2.0
    return int(middle) if whole else middle
