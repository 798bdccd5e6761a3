"""Checksummed archives: a record and named arrays in one file that shows whether it is whole.

The first line says what the file is, ``rajasim <kind> <format> <bytes> <SHA-256>``; the rest are so
many bytes with that hash, a zip archive of numpy arrays. The record is JSON, and is among them as
text. Nothing is pickled.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.errors import ResultsError
from sim.storage.atomic import write_atomically
from sim.storage.json_object import JsonMapping, JsonObject

FORMAT: Final = 1
RECORD: Final = "record.json"
LONGEST_LINE: Final = 200

Column: TypeAlias = NDArray[Any]
Arrays: TypeAlias = Mapping[str, Column]


def write_archive(path: Path, kind: str, record: JsonMapping, arrays: Arrays) -> None:
    """Write an archive whole or not at all.

    Args:
        path: where; a file that is there is replaced.
        kind: what it is, one word.
        record: anything that JSON can hold.
        arrays: arrays without Python objects, by name.

    Raises:
        StorageError: if it could not be written.
    """
    body = io.BytesIO()
    text = np.frombuffer(json.dumps(record).encode(), dtype=np.uint8)
    np.savez(body, allow_pickle=False, **{RECORD: text, **arrays})
    content = body.getvalue()
    line = f"rajasim {kind} {FORMAT} {len(content)} {hashlib.sha256(content).hexdigest()}\n"
    write_atomically(path, line.encode() + content)


def read_archive(path: Path, kind: str) -> tuple[JsonObject, dict[str, Column]]:
    """The record and the arrays of an archive.

    Raises:
        ResultsError: if there is no such file, or it is damaged, cut short or something else.
    """
    try:
        with path.open("rb") as file:
            line, content = file.readline(LONGEST_LINE), file.read()
    except OSError as error:
        raise ResultsError(f"{path}: cannot be read ({error.strerror or error})") from error
    _check(path, kind, line, content)
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    return json.loads(arrays.pop(RECORD).tobytes()), arrays


def _check(path: Path, kind: str, line: bytes, content: bytes) -> None:
    words = line.decode("ascii", "replace").split()
    if len(words) != 5 or words[:2] != ["rajasim", kind] or not words[3].isdecimal():
        raise ResultsError(f"{path}: is not a rajasim {kind}, or damaged at its beginning")
    if words[2] != str(FORMAT):
        raise ResultsError(
            f"{path}: has format {words[2]}, this rajasim reads {FORMAT}; use the rajasim that "
            "wrote it"
        )
    if len(content) < int(words[3]):
        raise ResultsError(f"{path}: cut short ({len(content)} of {words[3]} bytes)")
    if len(content) > int(words[3]) or hashlib.sha256(content).hexdigest() != words[4]:
        raise ResultsError(f"{path}: damaged (its checksum does not fit)")
