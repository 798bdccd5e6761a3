"""Locks that die with their process, however it dies.

They are those of POSIX (``flock``). On Windows, and on file systems without locks (some of clusters
are mounted so), nothing is locked: two runs into the same folder are then not aware of each other,
and what killed processes left behind is not cleared away.
"""

from __future__ import annotations

import errno
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from sim.errors import BusyError, disk_refusals

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


# What file systems say that have no locks.
NO_LOCKS: Final = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP)


class NoLocksWarning(UserWarning):
    """A file system has no locks, so that nothing keeps two runs apart."""


def try_lock(number: int, *, shared: bool = False) -> bool:
    """Lock an open file; says whether it worked. The lock ends when the file is closed.

    Where there are no locks it says so in a warning, and that it worked.

    Args:
        number: of the open file.
        shared: whether others may share the lock.
    """
    if fcntl is None:
        return True
    try:
        return _flock(number, shared=shared)
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        warnings.warn(
            "the file system has no locks: do not let two commands write to the same folder",
            NoLocksWarning,
            stacklevel=2,
        )
        return True


def _flock(number: int, *, shared: bool = False) -> bool:
    """Whether nobody else holds the lock of an open file, which is then held."""
    try:
        fcntl.flock(number, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_left_over(path: Path) -> bool:
    """Whether no process holds the lock of a file any more; one that is gone is not left over."""
    if fcntl is None:
        return False
    try:
        with path.open("rb") as file:
            return _flock(file.fileno())
    except OSError:  # also where there are no locks: it may be in use
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
    with _lock(folder, shared=False):
        yield


@contextmanager
def shared_lock(folder: Path) -> Iterator[None]:
    """Keep away processes that would be the only one, as :func:`exclusive_lock`; others may share.

    Raises:
        BusyError: if a process is at work there that must be the only one.
        StorageError: if nothing can be written beside the folder.
        ResultsError: if a folder above it is a file.
    """
    with _lock(folder, shared=True):
        yield


@contextmanager
def _lock(folder: Path, *, shared: bool) -> Iterator[None]:
    absolute = folder.absolute()
    path = absolute.with_name(f".{absolute.name}.lock")
    missing = [above for above in absolute.parents if not above.exists()]
    try:
        with disk_refusals(folder):
            absolute.parent.mkdir(parents=True, exist_ok=True)
            number = _take(path, folder, shared=shared)
        try:
            yield
        finally:
            with suppress(OSError):
                if not shared or try_lock(number):  # the last who shares it
                    path.unlink()
            os.close(number)
    finally:
        for above in missing:
            with suppress(OSError):
                above.rmdir()


def _take(path: Path, folder: Path, *, shared: bool) -> int:
    """Lock a lock file and write into it who did; returns its number."""
    while True:
        number = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        if not try_lock(number, shared=shared):
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
