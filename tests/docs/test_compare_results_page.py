"""The page about comparing results: its commands and its code run, and print what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import run_page
from tests.docs.test_how_to import HOW_TO, blocks

PAGE = HOW_TO / "compare-two-results.md"


def test_the_page_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    assert run_page(PAGE, capsys).commands[-1] == "rajasim diff results/before results/after"
    (code,) = blocks(PAGE, "python")
    exec(code, {})  # noqa: S102 - the page's own code
    printed = capsys.readouterr().out
    assert "('crossings.gate.registration.servers', 3, 4)" in printed
    assert "R1_person_days" in printed
