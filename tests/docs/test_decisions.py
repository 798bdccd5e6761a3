"""docs/decisions.md lists what it holds, so that a decision is found."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "decisions.md").read_text(encoding="utf-8")
HEADING = re.compile(r"^(##+) (.+)$", re.MULTILINE)
ENTRY = re.compile(r"^( *)- \[(.+?)\]\(#(.+?)\)$", re.MULTILINE)


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_list_at_the_top_holds_every_heading_in_order() -> None:
    headings = [(len(marks), text) for marks, text in HEADING.findall(PAGE) if len(marks) <= 3]
    listed = [(2 + len(indent) // 4, text) for indent, text, _ in ENTRY.findall(PAGE)]
    assert len(headings) > 100
    assert listed == headings


def test_entries_lead_to_their_headings() -> None:
    assert [link for _, text, link in ENTRY.findall(PAGE) if link != anchor(text)] == []
