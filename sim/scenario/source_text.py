"""From a file to its text: what cannot be read, and what no scenario file may hold."""

from __future__ import annotations

import re
import stat
import unicodedata
from pathlib import Path

from sim.errors import Problem, ScenarioError, did_you_mean
from sim.scenario.nodes import Location
from sim.scenario.shipped import shipped_scenarios

MAX_BYTES = 2**20

# Control characters, line breaks that editors do not count, and those that turn text around.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


def one_form(text: str) -> str:
    """A text in one form (NFC): letters with their marks are one character wherever they can be.

    Files of different programs write ``ä`` in two ways, which look the same and are not.
    """
    return unicodedata.normalize("NFC", text)


def named_file(folder: Path, name: str) -> Path:
    """A file by the name that another file gives it, in whichever form the disk has its letters."""
    forms = (name, *(unicodedata.normalize(form, name) for form in ("NFC", "NFD")))
    return next((folder / each for each in forms if _exists(folder / each)), folder / name)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def read_text(path: Path) -> str:
    """The text of a scenario file.

    Raises:
        ScenarioError: it is missing, not a regular file, too large, not UTF-8, or holds control
            characters.
    """
    raw = _read_bytes(path)
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        place = location_in(path, before, offset=len(before))
        hint = "save it as UTF-8"
        raise ScenarioError([place.problem("is not text in UTF-8", hint=hint)]) from None
    if found := UNPRINTABLE.search(text):
        place = location_in(path, text, offset=found.start())
        raise ScenarioError([place.problem(unprintable(found[0]))])
    return text


def _read_bytes(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
            raise ScenarioError([Problem(f"is {kind}; name a scenario file", str(path))])
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise ScenarioError([_unreadable(path, error)]) from None
    if len(raw) > MAX_BYTES:
        size = f"{max(status.st_size, len(raw)) / 2**20:.1f} MiB"
        message = f"is {size}; a scenario file has at most {MAX_BYTES // 2**20} MiB"
        raise ScenarioError([Problem(message, str(path))])
    return raw


def _unreadable(path: Path, error: Exception) -> Problem:
    if not isinstance(error, FileNotFoundError):
        reason = getattr(error, "strerror", None) or error
        return Problem(f"cannot be read: {reason}", str(path))
    try:
        beside = [entry.name for entry in path.parent.iterdir() if entry.suffix == ".yaml"]
    except OSError:
        beside = []
    names = [*beside, *(shipped_scenarios() if len(path.parts) == 1 else ())]
    return Problem("does not exist", str(path), hint=did_you_mean(path.name, names))


def location_in(path: Path, text: str, *, offset: int) -> Location:
    """The place of a character of a text, by its offset from 0."""
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    return Location(path, before.count("\n") + 1, len(before) - before.rfind("\n"))


def unprintable(character: str) -> str:
    """The message about a character that may not be in a file."""
    return f"holds the control character U+{ord(character):04X}"
