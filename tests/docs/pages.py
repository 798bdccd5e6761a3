"""Pages whose blocks do what they say: files are written, commands run, and words are printed.

A block with a title is a file. A block ``sh`` holds commands, a line each, which end well unless a
block ``text`` follows that starts with an error. A block ``text`` holds lines that the command
before it has printed; spaces do not count.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sim.cli.exit_status import run_command

BLOCK = re.compile(r'```(?P<kind>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)```', re.DOTALL)


@dataclass
class PageRun:
    """What running a page came to.

    Attributes:
        commands: lines that were run, in order.
        printed: what each printed.
        failed: those that ended with an error.
    """

    commands: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def run_page(page: Path, capsys: pytest.CaptureFixture[str]) -> PageRun:
    """Do what a page says, in the working folder."""
    done, explained = PageRun(), set()
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        if block["title"]:
            Path(block["title"]).write_text(block["text"], encoding="utf-8")
        elif block["kind"] == "sh":
            for line in block["text"].splitlines():
                _run(line, done, capsys)
        elif block["kind"] == "text":
            explained.add(done.commands[-1])
            missing = [line for line in _words(block["text"]) if line not in _all(done.printed[-1])]
            assert missing == [], f"{done.commands[-1]} printed\n{done.printed[-1]}"
    assert set(done.failed) <= explained, list(zip(done.commands, done.printed, strict=True))
    return done


def _run(line: str, done: PageRun, capsys: pytest.CaptureFixture[str]) -> None:
    program, *arguments = shlex.split(line)
    assert program == "rajasim", line
    status = run_command(arguments)
    captured = capsys.readouterr()
    done.commands.append(line)
    done.printed.append(captured.out + captured.err)
    if status:
        done.failed.append(line)


def _words(text: str) -> Iterator[str]:
    yield from (" ".join(line.split()) for line in text.splitlines() if line.strip())


def _all(text: str) -> str:
    return " ".join(text.split())
