"""Phrases that no native writer would use: they came back often enough to be looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KINDS = {".py", ".j2", ".md", ".yaml", ".ipynb"}
# Records of what was said and decided then, with the words of then.
RECORDS = {ROOT / "docs" / "decisions.md"}
INSTEAD = {
    r"\bdifferences? to\b": "difference from",
    r"\bworth of knowing\b": "value of knowing",
    r"\btold as a number\b": "given as a number",
    r"\bclear in neither\b": "no clear difference in either",
    r"\bminds the people\b": "withdraws when people are stranded",
}


def written() -> Iterator[Path]:
    for room in ("sim", "scenarios", "docs"):
        files = (ROOT / room).rglob("*")
        yield from (path for path in files if path.suffix in KINDS and path not in RECORDS)


@pytest.mark.parametrize("phrase", INSTEAD)
def test_no_phrase_of_translated_english(phrase: str) -> None:
    """Also where a line is broken within it."""
    pattern = re.compile(phrase.replace(" ", r"[\s\"]+"), re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}: {match[0]!r}, say {INSTEAD[phrase]!r}"
        for path in sorted(written())
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
