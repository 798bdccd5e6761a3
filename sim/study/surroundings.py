"""What must be the same wherever runs of one study are made, for them to be the same to the bit."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Final, TypeAlias

from sim._version import __version__
from sim.errors import RajasimError
from sim.fingerprint import source_fingerprint

COMPUTING: Final = ("numpy", "numba")
Surroundings: TypeAlias = tuple[tuple[str, str], ...]  # names and versions


class DifferentSurroundingsError(RajasimError):
    """A worker elsewhere has other versions than the one who asks."""


@cache
def surroundings() -> Surroundings:
    """Versions of what computes here, and the hash of the source."""
    return (
        ("rajasim", __version__),
        ("source", source_fingerprint()),
        ("python", platform.python_version()),
        *((name, version(name)) for name in COMPUTING),
    )


def require_same(wanted: Surroundings, found: Mapping[str, Surroundings]) -> None:
    """Refuse to compute where versions differ.

    Args:
        wanted: what the one who asks has.
        found: what each worker has, by its name.

    Raises:
        DifferentSurroundingsError: with what differs, and where.
    """
    for where, theirs in found.items():
        held = dict(theirs)
        other = [
            f"{name} {held.get(name, 'none')} instead of {version}"
            for name, version in wanted
            if held.get(name) != version
        ]
        if other:
            raise DifferentSurroundingsError(
                f"{where} has {', '.join(other)}: results would not be the same; install the same "
                "there as here"
            )
