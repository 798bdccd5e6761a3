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

import numpy as np

PACKAGE = Path(__file__).parent


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
    with suppress(OSError, TypeError):
        return inspect.getsource(kind)
    return ""
