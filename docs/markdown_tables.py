"""Tables of the generated pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a bar or a line break in a cell does not break it."""
    cells = [[_cell(each) for each in row] for row in (heads, ["---"] * len(heads), *rows)]
    return "\n".join("| " + " | ".join(row) + " |" for row in cells)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
