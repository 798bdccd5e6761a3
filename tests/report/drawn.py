"""What a figure shows as text, as a reader would find it."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.text import Text


def drawn_texts(figure: Figure) -> list[str]:
    """Every text of a figure that is not empty; lines that were wrapped are given one by one."""
    found = (text for text in figure.findobj(Text) if isinstance(text, Text))
    return [text.get_text() for text in found if text.get_visible() and text.get_text().strip()]
