"""A step on the way to a border."""

from __future__ import annotations

from typing import NamedTuple


class Leg(NamedTuple):
    """A step from one place to the next."""

    start: str
    end: str
    km: float
    hours: float
    checkpoint: float = 0.0
