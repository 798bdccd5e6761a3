"""The keys of a record of a scenario file, each with all that a reader needs to know of it.

Everything comes from where a key is declared: its annotation (type, unit, range), its default, and
the ``Attributes:`` of the class's docstring, of which a meaning may end with an example, as
``Example: ``90 min``.``. The schema, the reference page, ``rajasim list`` and ``rajasim explain``
all show these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from typing import Annotated, NamedTuple, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from sim.scenario.key_examples import ALSO_SHOWN, COMMON_MEANINGS, example_of, own_example
from sim.scenario.key_words import holds, range_words, unit_of
from sim.scenario.nodes import Plain
from sim.scenario.yaml_text import as_yaml, from_yaml, plain_value
from sim.text.docstrings import docstring

_ATTRIBUTE = re.compile(r"^    (\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)
_EXAMPLE = re.compile(r"\s*Example: ``(.+?)``\.?$")
_ROLE = re.compile(r":\w+:`~?(?:[\w.]*\.)?(\w+)`")
REQUIRED = "must be given"
NOTHING = "none"


@dataclass(frozen=True)
class Key:
    """A key of a record.

    Attributes:
        name: as files write it.
        meaning: what it says, from the docstring; empty where nobody wrote it down.
        holds: its type, in words.
        unit: unit of its number; empty for none.
        range: what may be given, with the unit.
        default: what holds where it is left out.
        example: a value that it may have.
        annotation: its type with its marks.
        parts: records that it holds.
    """

    name: str
    meaning: str
    holds: str
    unit: str
    range: str
    default: str
    example: Plain
    annotation: object
    parts: tuple[type, ...]

    @property
    def is_required(self) -> bool:
        """Whether it must be given."""
        return self.default == REQUIRED

    @property
    def about(self) -> str:
        """The whole of it in a few sentences, for editors."""
        facts = {"Unit": self.unit, "Range": self.range, "Default": self.default}
        stated = [f"{name}: {text}." for name, text in facts.items() if text not in ("", REQUIRED)]
        return " ".join([sentence(self.meaning), *stated])


class _Declared(NamedTuple):
    """A field of a class: its name in files, annotation, and default where it has one."""

    name: str
    annotation: object
    default: object


def sentence(text: str) -> str:
    """A meaning as a sentence."""
    end = "" if text.endswith((".", "?", "!")) else "."
    return text[:1].upper() + text[1:] + end if text else ""


def first_line(kind: type) -> str:
    """What a type is, in a line."""
    return as_words(docstring(kind).strip().split("\n", maxsplit=1)[0])


def about(kind: type) -> str:
    """What a type is: its docstring up to its attributes."""
    text = docstring(kind).partition("\n\nAttributes:")[0].partition("Attributes:\n")[0]
    return as_words(" ".join(text.split()))


def as_words(text: str) -> str:
    """A docstring's words without its marks, and with ``None`` as a file has it: left out."""
    plain = _ROLE.sub(r"\1", text).replace("``", "`")
    return re.sub(r"\bNone\b", "left out", plain)


@cache
def keys_of(kind: type) -> tuple[Key, ...]:
    """The keys of a record, in order; those of the records inside it are not among them."""
    texts = _texts(kind)
    return tuple(_key(kind, each, texts.get(each.name, "")) for each in _declared(kind))


def all_keys_of(kind: type) -> list[Key]:
    """The keys of a record, and after them those of the records inside it, as ``steps.action``."""
    own = keys_of(kind)
    inner = [
        Key(**{**vars(key), "name": f"{each.name}.{key.name}"})
        for each in own
        for part in each.parts
        for key in all_keys_of(part)
    ]
    return [*own, *inner]


def records_within(kinds: Iterable[type]) -> list[type]:
    """Every record of some kinds, and those inside them, each once, in the order of the keys."""
    found: dict[type, None] = {}
    waiting = list(reversed(list(kinds)))
    while waiting:
        kind = waiting.pop()
        if kind not in found:
            found[kind] = None
            inner = [part for key in keys_of(kind) for part in key.parts]
            waiting += reversed(inner)
    return list(found)


def _texts(kind: type) -> dict[str, str]:
    """What docstrings say of each key; a class says more than those that it is made from."""
    return {
        found[1]: " ".join(found[2].split())
        for part in reversed(kind.__mro__)
        if part is not object
        for found in _ATTRIBUTE.finditer(docstring(part))
    }


def _declared(kind: type) -> Iterator[_Declared]:
    hints = get_type_hints(kind, include_extras=True)
    if issubclass(kind, BaseModel):
        for name, info in kind.model_fields.items():
            missing = info.default is PydanticUndefined
            default = MISSING if missing else info.default
            yield _Declared(info.alias or name, _without_model_marks(hints[name]), default)
        return
    assert is_dataclass(kind), "a record is a model or a dataclass"
    for each in fields(kind):
        made = each.default_factory is not MISSING
        yield _Declared(each.name, hints[each.name], {} if made else each.default)


def _without_model_marks(annotation: object) -> object:
    """An annotation without what only a model's field needs, such as its name in files."""
    if get_origin(annotation) is not Annotated:
        return annotation
    held, *marks = get_args(annotation)
    kept = [mark for mark in marks if not (isinstance(mark, FieldInfo) and mark.alias)]
    return Annotated[(held, *kept)] if kept else held


def _key(kind: type, declared: _Declared, text: str) -> Key:
    name, annotation, default = declared
    found = _EXAMPLE.search(text)
    meaning = _EXAMPLE.sub("", text) or COMMON_MEANINGS.get(name, "")
    parts = tuple(_parts(annotation))
    return Key(
        name=name,
        meaning=as_words(meaning),
        holds=holds(annotation),
        unit=unit_of(annotation),
        range=range_words(annotation),
        default=_default_words(default),
        example=from_yaml(found[1]) if found else _example(kind, declared),
        annotation=annotation,
        parts=parts,
    )


def _default_words(default: object) -> str:
    if default is MISSING:
        return REQUIRED
    if default is None or default == "":
        return NOTHING
    plain = plain_value(default)
    if plain in ([], {}):
        return "that of each of its keys" if isinstance(default, BaseModel) else NOTHING
    return as_yaml(plain)


def _example(kind: type, declared: _Declared) -> Plain:
    """An example that nobody wrote down: of a record its required keys, else one by type."""
    known = own_example(kind, declared.name, declared.annotation)
    if known is not None:
        return known
    default = None if declared.default in (MISSING, None, (), frozenset()) else declared.default
    return example_of(declared.annotation, default, record_example)


def record_example(kind: type) -> dict[str, Plain]:
    """A record with the keys that must be given, or where there are none, with all."""
    also = ALSO_SHOWN.get(kind.__name__, ())
    keys = keys_of(kind)
    needed = {key.name: key.example for key in keys if key.is_required or key.name in also}
    return needed or {key.name: key.example for key in keys}


def _parts(annotation: object) -> Iterator[type]:
    """Records that a key holds."""
    if isinstance(annotation, type) and (
        is_dataclass(annotation) or issubclass(annotation, BaseModel)
    ):
        yield annotation
    if get_origin(annotation) is Annotated:
        yield from _parts(get_args(annotation)[0])
    elif not isinstance(annotation, FieldInfo):
        for each in get_args(annotation):
            yield from _parts(each)
