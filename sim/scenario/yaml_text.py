"""Values as a scenario file would hold them, on one line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path

from pydantic import BaseModel

from sim.engine.codes import Code
from sim.errors import Problem
from sim.scenario.nodes import Plain
from sim.scenario.reading import compose

_BARE = re.compile(r"[A-Za-z][\w./+-]*( [\w./+()-]+)*|\d{4}-\d\d-\d\d(T[\d:]+[+-]\d\d:\d\d)?")
_WORDS = ("true", "false", "null")


def plain_value(value: object) -> Plain:
    """A value of a record as plain data; of a record, what is not as if left out."""
    if isinstance(value, Enum):
        return value.word if isinstance(value, Code) else str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(plain_value(key)): plain_value(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [plain_value(each) for each in value]
    if isinstance(value, frozenset):
        return sorted((plain_value(each) for each in value), key=str)
    if isinstance(value, BaseModel):
        return plain_value(value.model_dump(exclude_defaults=True))
    if is_dataclass(value):
        given = {each.name: getattr(value, each.name) for each in fields(value)}
        defaults = {each.name: each.default for each in fields(value)}
        return plain_value({k: v for k, v in given.items() if v != defaults.get(k, MISSING)})
    assert value is None or isinstance(value, str | int | float), "records hold nothing else"
    return value


def as_yaml(value: Plain) -> str:
    """Plain data as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{as_yaml(k)}: {as_yaml(each)}" for k, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_yaml, value)) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, int):
        return str(value)
    bare = _BARE.fullmatch(value) and value not in _WORDS
    return value if bare else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def from_yaml(text: str) -> Plain:
    """Plain data out of YAML on one line.

    Raises:
        ValueError: it cannot be read.
    """
    problems: list[Problem] = []
    node = compose(text, Path("example"), problems)
    if node is None or problems:
        raise ValueError(f"{text}: {problems[0] if problems else 'is nothing'}")
    return node.plain
