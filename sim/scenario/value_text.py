"""Values of a scenario as a reader would write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime


def shown(value: object) -> str:
    """A value of a scenario as a reader would write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {shown(each)}" for key, each in value.items())
    if isinstance(value, tuple | list):
        joint = "; then " if value and isinstance(value[0], tuple) else ", "
        return joint.join(map(shown, value))
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(shown, value)))
    return str(value)
