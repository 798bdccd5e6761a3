"""What rajasim raises, and how a problem in a file is reported: where, what, and what to do.

Text that came from a user or a file may hold anything, terminal control codes included. It reaches
a message through :func:`quoted`, and every message is passed through :func:`printable` when shown.
"""

from __future__ import annotations

import difflib
import errno
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

# Comparing names costs the product of their lengths; no name that a person typed is longer.
_LONGEST_NAME = 100
NO_ROOM: Final = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
NO_FOLDER: Final = (errno.ENOTDIR, errno.EEXIST)


def printable(text: str) -> str:
    """The text on one line, with every character that does not print written as its escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def quoted(text: str, *, limit: int = 60) -> str:
    """The text in quotes for a message, printable and at most ``limit`` characters of it."""
    clipped = text if len(text) <= limit else text[:limit] + "…"
    return f"'{printable(clipped)}'"


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that ``name`` most likely was meant to be, or None where nothing is near.

    Capital letters do not count. The answer does not depend on the order of the candidates, and is
    never the name itself: where that is a candidate, it was wrong for another reason.
    """
    if len(name) > _LONGEST_NAME:
        return None
    folded = {known.casefold(): known for known in sorted(candidates) if known != name}
    found = difflib.get_close_matches(name.casefold(), folded, n=1)
    return folded[found[0]] if found else None


def did_you_mean(name: str, candidates: Iterable[str]) -> str | None:
    """A hint with the nearest candidate, as ``did you mean 'crossings'?``, or None."""
    near = nearest(name, candidates)
    return None if near is None else f"did you mean {quoted(near)}?"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where.

    Attributes:
        message: what is wrong.
        path: the file, or ``--set`` for the command line; None where there is no file.
        line: line in the file, from 1, or None for the file as a whole.
        column: column in the line, from 1, or None for the line as a whole.
        key: dotted path of the key that it is about.
        hint: what to do about it, as ``did you mean 'crossings'?``.
    """

    message: str
    path: str | None = None
    line: int | None = None
    column: int | None = None
    key: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = [str(part) for part in (self.path, self.line, self.column) if part is not None]
        where = ":".join(place) + ": " if place else ""
        hint = f" ({self.hint})" if self.hint else ""
        return printable(f"{where}{self.message}{hint}")

    @property
    def position(self) -> tuple[str, int, int]:
        """What problems are sorted by: file, line, column; what has none comes first."""
        return (self.path or "", self.line or 0, self.column or 0)


class RajasimError(Exception):
    """Something that can be reported to a user in one line.

    Attributes:
        exit_status: what the command ends with when nobody catches the error.
    """

    exit_status: ClassVar[int] = 1

    def __str__(self) -> str:
        return printable(super().__str__())


class ScenarioError(RajasimError):
    """A scenario file that cannot be used, with every problem that was found in it.

    Attributes:
        problems: at least one, sorted by file, line and column.
    """

    exit_status = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Gather the problems.

        Raises:
            ValueError: no problem is given.
        """
        self.problems = tuple(sorted(problems, key=lambda problem: problem.position))
        if not self.problems:
            raise ValueError("a ScenarioError needs at least one problem")
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class SenderSearchError(RajasimError):
    """A search over what the transit side does: refused.

    The tool informs responses to pressure; it does not plan pressure.
    """

    exit_status = 2


class InputError(RajasimError):
    """An argument or option that cannot be used."""

    exit_status = 2


class ResultsError(RajasimError):
    """Stored results that are missing, damaged or not what they claim to be."""

    exit_status = 2


class VerificationError(RajasimError):
    """The engine differs from theory."""


class StorageError(RajasimError):
    """Something that could not be written, through no fault of the input."""


class BusyError(RajasimError):
    """A folder at which another process is at work."""


class WorkersLostError(RajasimError):
    """Work that killed every process that took it on."""


class WorkInterrupted(KeyboardInterrupt):
    """An interrupt, with a word on what has become of the work."""


def is_interrupt(error: BaseException) -> bool:
    """Whether an error is an interrupt, or what became of one that arrived in compiled code.

    A signal that is handled while C calls back into Python leaves as the cause of a SystemError.
    """
    cause: BaseException | None = error
    while isinstance(cause, SystemError):
        cause = cause.__cause__
    return isinstance(cause, KeyboardInterrupt)


@contextmanager
def resumable(kept: Callable[[], str]) -> Iterator[None]:
    """Report an interrupt with what is kept of the work, which the same command resumes.

    Args:
        kept: says what is; called once the interrupt is there.

    Raises:
        WorkInterrupted: in the place of an interrupt.
    """
    try:
        yield
    except (KeyboardInterrupt, SystemError) as stop:
        if not is_interrupt(stop):
            raise
        raise WorkInterrupted(
            f"interrupted: {kept()}; the same command again resumes from there"
        ) from stop


@contextmanager
def disk_refusals(path: Path) -> Iterator[None]:
    """Report what the disk refuses: which place, why, and what to do.

    Raises:
        ResultsError: if a folder was wanted where there is a file.
        StorageError: in the place of any other ``OSError``.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        if error.errno in NO_FOLDER:
            raise ResultsError(
                f"{path}: cannot be written to ({reason}); choose another place"
            ) from error
        advice = (
            "make room" if error.errno in NO_ROOM else "make it writable or choose another place"
        )
        raise StorageError(
            f"{path}: could not be written ({reason}); {advice}, then run the command again"
        ) from error
