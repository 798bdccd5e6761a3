"""The template of scenarios, with some text in the place of other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from sim.scenario import TEMPLATE as FOLDER

Refused: TypeAlias = Callable[..., str]
TEMPLATE = (FOLDER / "scenario.yaml").read_text(encoding="utf-8")


def write_changed(folder: Path, *changes: tuple[str, str], name: str = "scenario.yaml") -> str:
    """Write the template with each old text replaced once by the new one; returns the name."""
    text = TEMPLATE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    (folder / name).write_text(text, encoding="utf-8")
    return name
