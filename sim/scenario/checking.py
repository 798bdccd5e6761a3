"""From located data to checked records: every problem at its place, in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Final, TypeAlias, TypeVar, get_args, get_type_hints

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from sim.errors import Problem, ScenarioError, did_you_mean, quoted
from sim.scenario.annotations import FORMS
from sim.scenario.document import Document

KeyPath: TypeAlias = Sequence[str | int]
RecordT = TypeVar("RecordT")


_ADAPTERS: Final[dict[type, TypeAdapter[Any]]] = {}  # one takes longer to make than to read with


def leaves(value: object, at: KeyPath = ()) -> Iterator[tuple[KeyPath, object]]:
    """Everything within data or records that holds nothing else, with its key."""
    held: Iterable[tuple[str | int, object]]
    if isinstance(value, Mapping):
        held = value.items()
    elif isinstance(value, list | tuple):
        held = enumerate(value)
    elif is_dataclass(value):
        held = ((each.name, getattr(value, each.name)) for each in fields(value))
    else:
        yield at, value
        return
    for key, each in held:
        yield from leaves(each, (*at, key))


def adapter(kind: type[RecordT]) -> TypeAdapter[RecordT]:
    """What reads records of a kind."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


@dataclass
class Checks:
    """Collects problems and locates them in the files.

    Attributes:
        document: what is checked.
        known_keys: keys that a misspelt one may have meant; asked for only where there is one.
        problems: what was found so far.
    """

    document: Document
    known_keys: Callable[[], Collection[str]]
    problems: list[Problem] = field(default_factory=list)

    def add(self, key: KeyPath, message: str, hint: str | None = None) -> None:
        """Note a problem at the place of a key."""
        place = self.document.locate(key)
        self.problems.append(
            Problem(
                message=message,
                path=str(place.path),
                line=place.line,
                column=place.column,
                key=".".join(map(str, key)),
                hint=hint or None,
            )
        )

    def add_missing(self, key: KeyPath, kind: str, name: str, known: Iterable[str]) -> None:
        """Note that something is named which does not exist, with the nearest name that does."""
        self.add(key, f"there is no {kind} {quoted(name)}", did_you_mean(name, known))

    def validate(
        self,
        kind: type[RecordT],
        data: object,
        at: KeyPath,
        known_ids: Mapping[str, Collection[str]] | None = None,
    ) -> RecordT | None:
        """Data as a record of a kind; None, with problems noted, where it is none.

        Data are read strictly, as JSON is: no number for a time, no text for a number.
        """
        try:
            text = json.dumps(data)
            context = dict(known_ids or {})
            return adapter(kind).validate_json(text, strict=True, context=context)
        except ValidationError as fault:
            errors = [_with_keys_alone(each) for each in fault.errors(include_url=False)]
            for error in (each for each in errors if not _follows(each, errors)):
                self.add((*at, *error["loc"]), *_wording(error, self.known_keys))
            return None

    def parse(self, kind: type[RecordT], data: object) -> RecordT:
        """A whole file's data as a record of a kind.

        Raises:
            ScenarioError: with every problem found, also before.
        """
        parsed = self.validate(kind, data, ())
        self.stop_if_any()
        assert parsed is not None, "what is no record has a problem"
        return parsed

    def stop_if_any(self) -> None:
        """Go no further where something is wrong.

        Raises:
            ScenarioError: with every problem found so far.
        """
        if self.problems:
            raise ScenarioError(tuple(self.problems))


def _with_keys_alone(error: ErrorDetails) -> ErrorDetails:
    """An error whose place is made of keys: pydantic also names which form a value has."""
    return {**error, "loc": tuple(part for part in error["loc"] if part not in FORMS)}


def _follows(error: ErrorDetails, errors: Sequence[ErrorDetails]) -> bool:
    """Whether a list is called too short only since items of it were refused."""
    if error["type"] != "too_short" or len(error["input"]) < error["ctx"]["min_length"]:
        return False
    depth = len(error["loc"])
    return any(len(e["loc"]) > depth and e["loc"][:depth] == error["loc"] for e in errors)


def _wording(
    error: ErrorDetails, known_keys: Callable[[], Collection[str]]
) -> tuple[str, str | None]:
    """A pydantic error in plain words, and a hint."""
    kind, given = error["type"], error.get("input")
    name = str(error["loc"][-1]) if error["loc"] else ""
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        return f"unknown key {name!r}", _hint_on_key(name, known_keys())
    if kind in ("missing", "missing_argument", "missing_keyword_only_argument"):
        return f"missing key {name!r}", None
    if kind.startswith(("datetime", "timezone", "date_")):
        form = "2023-11-18" if kind.startswith("date_") else "2023-11-18T00:00+02:00"
        noun = "a day" if kind.startswith("date_") else "a time with its zone"
        return f"{name}: expected {noun}, as {form}, got {given!r}", None
    if kind in ("model_type", "model_attributes_type", "dataclass_type", "dict_type"):
        return f"{name}: expected keys with values, got {_as_read(given)}", None
    hint = (error.get("ctx") or {}).get("hint")
    if kind == "string_type":
        return f"{name}: expected a text, got {_as_read(given)}", _hint_on_text(given)
    message = error["msg"].removeprefix("Value error, ")
    if kind in ("value_error", "reference", "unit") or isinstance(given, dict | list):
        return f"{name}: {message}", hint
    return f"{name}: {message}, got {given!r}", hint


def _hint_on_key(name: str, known: Collection[str]) -> str | None:
    """What a key may have been meant to be; of one that belongs elsewhere, how to see where."""
    if name in known:
        return f"it is a key of other parts: rajasim explain {name} says of which"
    return did_you_mean(name, known)


def _as_read(given: object) -> str:
    """What was read in the place of a text."""
    kinds = {dict: "keys with values", list: "a list", type(None): "nothing"}
    return kinds.get(type(given), repr(given))


def _hint_on_text(given: object) -> str | None:
    """How to write a text that YAML takes for something else."""
    if given is None:
        return "a # begins a comment; put a text that begins with one in quotes"
    return (
        "put the text in quotes; ': ' in it makes a key"
        if isinstance(given, dict)
        else ("put the text in quotes")
    )


def keys_within(kinds: Iterable[type]) -> frozenset[str]:
    """Every key that may be in records of these kinds, and in the records inside them."""
    waiting = list(kinds)
    visited: set[type] = set()
    keys: set[str] = set()
    while waiting:
        kind = waiting.pop()
        if kind not in visited:
            visited.add(kind)
            members = _member_types(kind)
            keys.update(members)
            waiting += [inner for each in members.values() for inner in _records_in(each)]
    return frozenset(keys)


def _member_types(kind: type) -> dict[str, object]:
    if issubclass(kind, BaseModel):
        return {name: each.annotation for name, each in kind.model_fields.items()}
    assert is_dataclass(kind), "a record is a model or a dataclass"
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}


def _records_in(annotation: object) -> list[type]:
    """Dataclasses and models that a type mentions."""
    if isinstance(annotation, type) and (
        is_dataclass(annotation) or issubclass(annotation, BaseModel)
    ):
        return [annotation]
    return [inner for each in get_args(annotation) for inner in _records_in(each)]
