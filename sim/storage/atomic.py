"""Files and folders that are written whole or not at all: beside their place, then moved there.

What is written beside carries the name of the place, so that what a killed process left there is
found and cleared away by the next one that writes to the same place.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from sim.errors import disk_refusals
from sim.storage.locks import is_left_over, try_lock

PART: Final = ".part"
STAGING: Final = ".writing"
FRESH: Final = "fresh"
OLD: Final = "old"


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        StorageError: if the disk refused.
    """
    with disk_refusals(path):
        for left in _beside(path, PART):
            if is_left_over(left):
                left.unlink(missing_ok=True)
        beside = _new_beside(path, PART)
        try:
            with beside.open("xb") as file:
                try_lock(file.fileno())
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                beside.replace(path)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise


@contextmanager
def staging_folder(folder: Path) -> Iterator[Path]:
    """An empty folder that takes a folder's place at the end; if all goes well, and else not.

    To be used under the folder's lock (:func:`~sim.storage.locks.exclusive_lock`), as
    :func:`clear_staging` is.
    """
    staging = _new_beside(folder, STAGING)
    fresh, old = staging / FRESH, staging / OLD
    fresh.mkdir(parents=True)
    try:
        yield fresh
        _swap(fresh, folder, attic=old)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _swap(fresh: Path, folder: Path, *, attic: Path) -> None:
    """Move the fresh folder into place; what was there comes back if that fails."""
    replaced = folder.exists()
    if replaced:
        folder.replace(attic)
    try:
        fresh.replace(folder)
    except BaseException:  # an interrupt too must not cost what was there
        if replaced:
            attic.replace(folder)
        raise


def clear_staging(folder: Path) -> None:
    """Remove what killed processes left of :func:`staging_folder`.

    What was in the folder's place and had just been moved away comes back.
    """
    for left in _beside(folder, STAGING):
        if (left / OLD).is_dir() and not folder.exists():
            (left / OLD).replace(folder)
        shutil.rmtree(left, ignore_errors=True)


def _new_beside(path: Path, suffix: str) -> Path:
    absolute = path.absolute()
    return absolute.with_name(f".{absolute.name}.{secrets.token_hex(4)}{suffix}")


def _beside(path: Path, suffix: str) -> list[Path]:
    """What is beside a place and was written for it."""
    absolute = path.absolute()
    length = len(f".{absolute.name}.") + 8 + len(suffix)
    return [
        each
        for each in absolute.parent.iterdir()
        if each.name.startswith(f".{absolute.name}.")
        and each.name.endswith(suffix)
        and len(each.name) == length
    ]
