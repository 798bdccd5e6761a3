"""Tables and lists of pages in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a bar or a line break in a cell does not break it."""
    cells = [[_cell(each) for each in row] for row in (columns, ["---"] * len(columns), *rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def bullets(lines: Iterable[str]) -> str:
    """A list, an item a line."""
    return "\n".join(f"- {' '.join(line.split())}" for line in lines)


def picture(address: str, words: str) -> str:
    """A picture with its words for those who do not see it."""
    safe = " ".join(words.split()).replace("[", "(").replace("]", ")")
    return f"![{safe}]({address})"
