"""Small pieces of HTML, everything in them escaped: what notebooks show, and what reports share."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence

from markupsafe import Markup

_CELL = Markup('<td style="text-align: left; vertical-align: top">{}</td>')
_COLUMN = Markup('<th scope="col" style="text-align: left">{}</th>')
_HEAD = Markup('<th scope="row" style="text-align: left; vertical-align: top">{}</th>')
_CAPTION = Markup('<caption style="text-align: left">{}</caption>')


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, caption: str = "") -> Markup:
    """A table; the first cell of a row is its head."""
    head = Markup().join(_COLUMN.format(column) for column in columns)
    body = Markup("\n").join(
        Markup("<tr>{}{}</tr>").format(
            _HEAD.format(first), Markup().join(_CELL.format(cell) for cell in others)
        )
        for first, *others in rows
    )
    return Markup("<table>{}\n<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody></table>").format(
        _CAPTION.format(caption) if caption else "", head, body
    )


def foldable(title: str, parts: Sequence[object], *, unfolded: bool) -> Markup:
    """Paragraphs and tables under a title that folds them away."""
    return Markup("<details{}><summary>{}</summary>\n{}\n</details>").format(
        Markup(" open") if unfolded else "",
        title,
        Markup("\n").join(
            part if isinstance(part, Markup) else Markup("<p>{}</p>").format(part) for part in parts
        ),
    )


def picture(address: str, *, words: str) -> Markup:
    """A picture and what it shows in words."""
    return Markup(
        '<img src="{}" alt="{}" style="max-width: 100%; height: auto; background: white">'
    ).format(address, words)


def digests_of_scripts(page: str | None) -> Markup:
    """The scripts of a page, as its policy names them to let them run, and no others."""
    scripts = re.findall(r"<script>(.*?)</script>", page or "", re.DOTALL)
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    named = (f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return Markup(" ".join(named))  # noqa: S704 - base64 in quotes
