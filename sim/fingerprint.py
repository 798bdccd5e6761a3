"""What the code was: a hash of the package's own source, for run ids and for compiled caches."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

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
