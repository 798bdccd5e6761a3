"""What the code and its input were: hashes of the package's own source and of checked records.

For run ids, for compiled caches, and to know whether stored work belongs to what is asked for.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import date, time, timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Final

import numpy as np

PACKAGE = Path(__file__).parent
MAIN: Final = "__main__"  # the module of a notebook, a console, or the script that was started


@cache
def source_fingerprint(*parts: str) -> str:
    """Hash of the Python source of some rooms or files of the package, 16 hexadecimal digits.

    Args:
        parts: names of rooms or files below the package; all of it if none is named.
    """
    roots = [PACKAGE / part for part in parts] or [PACKAGE]
    files = sorted(
        path for root in roots for path in (root.rglob("*.py") if root.is_dir() else [root])
    )
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def record_fingerprint(record: object) -> str:
    """Hash of a record with everything in it, 16 hexadecimal digits; equal for equal records.

    A class that is not the package's own counts with its source, where that can be found.

    Args:
        record: dataclasses, mappings, sequences, sets, arrays, enumerations, texts, numbers, times
            or None, in each other.

    Raises:
        TypeError: if something else is in it.
    """
    digest = hashlib.sha256()
    for part in _parts(record):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()[:16]


def _parts(value: object) -> Iterator[bytes]:
    """A record as a row of texts that no other record has."""
    kind: type = type(value)
    if is_dataclass(value):
        yield f"{kind.__module__}.{kind.__qualname__}".encode()
        yield _source(kind).encode()
        for each in fields(value):
            yield each.name.encode()
            yield from _parts(getattr(value, each.name))
    elif isinstance(value, Mapping):
        yield f"mapping of {len(value)}".encode()
        for key, held in value.items():
            yield from _parts(key)
            yield from _parts(held)
    elif isinstance(value, tuple | list):
        yield f"sequence of {len(value)}".encode()
        for held in value:
            yield from _parts(held)
    elif isinstance(value, frozenset | set):
        yield f"set of {len(value)}".encode()
        yield from sorted(b"".join(_parts(held)) for held in value)
    elif isinstance(value, np.ndarray):
        yield f"array of {value.dtype} {value.shape}".encode()
        yield value.tobytes()
    elif isinstance(value, Enum):
        yield f"{kind.__module__}.{kind.__qualname__}.{value.name}".encode()
    elif isinstance(value, int | float):
        yield repr(float(value)).encode()
    elif value is None or isinstance(value, str | date | time | timedelta):
        yield repr(value).encode()
    else:
        raise TypeError(f"no fingerprint can be taken of a {kind.__qualname__}")


@cache
def _source(kind: type) -> str:
    """Source of a class that is not the package's own."""
    if kind.__module__.partition(".")[0] == PACKAGE.name:
        return ""
    if kind.__module__ != MAIN:
        with suppress(OSError, TypeError):
            return inspect.getsource(kind)
    return code_fingerprint(kind)


def code_fingerprint(thing: Any) -> str:
    """Hash of what a class or function does, as compiled, 16 hexadecimal digits.

    What it uses of a notebook's, console's or script's other functions, classes and plain values
    counts too: they have no file of their own to be found in.

    Args:
        thing: a class or a function.
    """
    digest = hashlib.sha256()
    for part in _compiled(thing, set()):
        digest.update(part.encode())
    return digest.hexdigest()[:16]


def _compiled(thing: Any, seen: set[int]) -> Iterator[str]:
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, type):
        for name, value in vars(thing).items():
            member = getattr(value, "fget", value)
            if isinstance(member, FunctionType) or not name.startswith("__"):
                yield from (name, *_compiled(member, seen))
    elif isinstance(thing, FunctionType):
        yield from _texts(thing.__code__)
        yield repr(thing.__defaults__)
        for name in _names(thing.__code__):
            yield from _compiled(thing.__globals__.get(name), seen) if _is_of_main(thing) else ()
    elif isinstance(thing, bool | int | float | str | tuple | list | dict):
        yield repr(thing)


def _is_of_main(function: FunctionType) -> bool:
    return function.__module__ == MAIN


def _texts(code: CodeType) -> Iterator[str]:
    """Compiled code without where it was written."""
    yield from (code.co_code.hex(), repr(code.co_names), repr(code.co_varnames))
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _texts(each)
        else:
            yield repr(sorted(map(repr, each)) if isinstance(each, frozenset) else each)


def _names(code: CodeType) -> Iterator[str]:
    """Names that compiled code uses, with those of functions within it."""
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _names(each)
