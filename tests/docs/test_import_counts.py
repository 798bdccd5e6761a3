"""The page on published counts: its files are imported as it says, and its words are printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from sim.cli.exit_status import run_command

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "import-counts.md"
BLOCK = re.compile(r'```(?P<kind>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)```', re.DOTALL)


def test_every_example_of_the_page_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    out = Path("observed.csv")
    printed, commands = "", 0
    for block in BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        text = block["text"]
        if block["title"] == out.name:
            assert out.read_text(encoding="utf-8") == text
        elif block["title"]:
            Path(block["title"]).write_text(text, encoding="utf-8")
        elif block["kind"] == "sh":
            out.unlink(missing_ok=True)
            run_command(shlex.split(text)[1:])
            captured = capsys.readouterr()
            printed, commands = captured.out + captured.err, commands + 1
        elif block["kind"] == "text":
            assert printed == text
    assert commands == 8
