"""Where numba keeps machine code: sought before numba is loaded, which fails where it finds none.

A program may be installed where nobody may write and run by somebody without a home, as in a
container. Machine code then goes to a temporary folder, and is made again by every command.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

VARIABLE: Final = "NUMBA_CACHE_DIR"
PREFIX: Final = "rajasim-numba-"


def find_cache_place(package: Path) -> None:
    """Leave numba to its own where it can write beside the code or in a home; else help it.

    Args:
        package: the folder of the code.
    """
    wanted = os.environ.get(VARIABLE)
    if wanted and _is_writable(Path(wanted)):
        return
    if all(_is_writable(each / "__pycache__") for each in (package, package / "engine")):
        return
    if not _is_writable(_users_place()):
        _take_temporary_place()


def is_temporary() -> bool:
    """Whether machine code is kept only as long as this command runs."""
    return Path(os.environ.get(VARIABLE, "")).name.startswith(PREFIX)


def _users_place() -> Path:
    """Where numba keeps code of packages that it may not write into."""
    if sys.platform == "darwin":
        return Path("~/Library/Caches/numba").expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", tempfile.gettempdir())) / "numba" / "Cache"
    caches = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(caches).expanduser() / "numba"


def _is_writable(folder: Path) -> bool:
    """Whether a folder is there, or can be made, and files can be written into it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except (OSError, RuntimeError):
        return False


def _take_temporary_place() -> None:
    """Name a folder that goes with this process; processes that it starts use it too."""
    with suppress(OSError):  # where there is none either, numba's complaint is explained
        folder = tempfile.mkdtemp(prefix=PREFIX)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ[VARIABLE] = folder
        if "numba" in sys.modules:  # it has read the variable already
            sys.modules["numba"].config.CACHE_DIR = folder
