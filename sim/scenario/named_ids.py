"""The ids that a record names: of crossings, hubs, states and so on, by their marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Annotated, get_args, get_origin, get_type_hints

from sim.world.network import Refers


def ids_named(record: object, kind: str) -> Iterator[str]:
    """Every id of a kind that a record names, in the records inside it too.

    Args:
        record: a policy, for example.
        kind: what :class:`~sim.world.network.Refers` marks, as ``crossing``.
    """
    hints = get_type_hints(type(record), include_extras=True)
    for each in fields(record):  # type: ignore[arg-type]
        yield from _within(getattr(record, each.name), hints[each.name], kind)


def _within(value: object, annotation: object, kind: str) -> Iterator[str]:
    """The ids in a value, by what its type says of it."""
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        if isinstance(value, str) and any(
            isinstance(mark, Refers) and mark.kind == kind for mark in marks
        ):
            yield value
        else:
            yield from _within(value, inner, kind)
    elif is_dataclass(value):
        yield from ids_named(value, kind)
    elif isinstance(value, Mapping):
        of_key, of_value = get_args(annotation)
        for key, held in value.items():
            yield from _within(key, of_key, kind)
            yield from _within(held, of_value, kind)
    elif isinstance(value, tuple | frozenset):
        for held in value:
            yield from _within(held, get_args(annotation)[0], kind)
