"""Locks that die with their process, however it dies.

They are those of POSIX (``flock``). On Windows nothing is locked: two runs into the same folder are
then not aware of each other, and what killed processes left behind is not cleared away.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sim.errors import BusyError, disk_refusals

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


def try_lock(number: int) -> bool:
    """Lock an open file; says whether it worked. The lock ends when the file is closed."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_left_over(path: Path) -> bool:
    """Whether no process holds the lock of a file any more; one that is gone is not left over."""
    if fcntl is None:
        return False
    try:
        with path.open("rb") as file:
            return try_lock(file.fileno())
    except OSError:
        return False


@contextmanager
def exclusive_lock(folder: Path) -> Iterator[None]:
    """Be the only process that writes a folder, which need not exist.

    A lock file is beside the folder meanwhile. Folders above it are made, and are gone again if
    they stay empty.

    Raises:
        BusyError: if another process is at work there.
        StorageError: if nothing can be written beside the folder.
        ResultsError: if a folder above it is a file.
    """
    absolute = folder.absolute()
    path = absolute.with_name(f".{absolute.name}.lock")
    missing = [above for above in absolute.parents if not above.exists()]
    try:
        with disk_refusals(folder):
            absolute.parent.mkdir(parents=True, exist_ok=True)
            number = _take(path, folder)
        try:
            yield
        finally:
            with suppress(OSError):
                path.unlink()
            os.close(number)
    finally:
        for above in missing:
            with suppress(OSError):
                above.rmdir()


def _take(path: Path, folder: Path) -> int:
    """Lock a lock file and write into it who did; returns its number."""
    while True:
        number = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        if not try_lock(number):
            who = os.read(number, 100).decode(errors="replace").strip()
            os.close(number)
            raise BusyError(
                f"{folder}: process {who or 'unknown'} is at work there; wait for it, or choose "
                "another folder with --out"
            )
        if _is_still(path, number):
            break
        os.close(number)  # its last holder removed it meanwhile
    with suppress(OSError):
        os.truncate(number, 0)
        os.write(number, f"{os.getpid()}\n".encode())
    return number


def _is_still(path: Path, number: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(number))
    except FileNotFoundError:
        return False
