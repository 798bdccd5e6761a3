"""Where a command writes: lines, tables and how far the work is, on a terminal or into a pipe."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.text import Text

from sim.errors import printable

if TYPE_CHECKING:
    from rich.progress import Progress
    from rich.table import Table

    from sim.scenario.description import Section

PIPED_WIDTH = 100
GAP = 3  # between two columns of a table
PATIENCE_S = 2.0
SECONDS_BETWEEN_LINES = 5.0
COMPILED = "percent of the engine compiled"


class ReaderLeftError(Exception):
    """The reader of the output has gone, as head does; no fault."""


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise ReaderLeftError


@dataclass(frozen=True)
class Terminal:
    """Where a command writes: results to stdout, notices to stderr; neither where quiet.

    Attributes:
        command: the command line as it would be typed.
    """

    out: Console
    notices: Console
    command: str

    @classmethod
    def open(cls, arguments: Sequence[str]) -> Terminal:
        """Consoles on the present stdout and stderr."""
        quiet = "--quiet" in arguments
        out, notices = (_console(stream, quiet=quiet) for stream in (sys.stdout, sys.stderr))
        return cls(out, notices, shlex.join(["rajasim", *arguments]))

    def say(self, text: str) -> None:
        """A line of the result, never wrapped."""
        self.out.print(Text(printable(text)), soft_wrap=True)

    def note(self, text: str) -> None:
        """A line about progress."""
        self.notices.print(Text(printable(text)), soft_wrap=True)

    def announce(self, text: str) -> None:
        """A line about what begins now, for somebody who waits at a terminal."""
        if self.notices.is_terminal:
            self.note(text)

    def show(self, section: Section) -> None:
        """A title with its lines and its table."""
        self.out.print(Text(f"\n{printable(section.title)}", style="bold"))
        for line in section.lines:
            self.out.print(Text(printable(line)))
        if section.rows:
            self.out.print(_table(section.columns, section.rows, width=self.out.width))


def _console(stream: TextIO, *, quiet: bool) -> Console:
    wide = stream.isatty() or "COLUMNS" in os.environ
    return _Console(file=stream, quiet=quiet, width=None if wide else PIPED_WIDTH, highlight=False)


class ProgressNote:
    """Reports how far the work is after two seconds: a bar, or lines without a terminal.

    Where fewer are done than before, other work has begun: its pace is its own.
    """

    def __init__(self, terminal: Terminal, what: str = "states of the world") -> None:
        self.terminal = terminal
        self.what = what
        self.began = self.reported = time.monotonic()
        self.before = 0
        self.done: int | None = None
        self.bar: Progress | None = None

    def __enter__(self) -> ProgressNote:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def __call__(self, done: int, total: int) -> None:
        """Note that so many of all states are done; of the first call, that they were before."""
        now = time.monotonic()
        is_new = self.done is None or done < self.done
        self.done = done
        if is_new:
            self.began, self.reported, self.before = now, now, done
            self._stop()
        elif now - self.began < PATIENCE_S or done == self.before:
            return
        elif self.terminal.notices.is_terminal:
            self._show(done, total)
        elif now - self.reported >= SECONDS_BETWEEN_LINES or self.reported == self.began:
            self.reported = now
            rate = self._rate(done, now)
            left = (total - done) / rate
            self.terminal.note(f"{done} of {total} {self.what}, {rate:.1f}/s, {left:.0f} s left")

    def _show(self, done: int, total: int) -> None:
        if self.bar is None:
            self.bar = _new_bar(self.terminal)
            self.bar.start()
            self.bar.add_task(self.what, total=total, completed=self.before, rate="")
        task = self.bar.task_ids[0]
        rate = self._rate(done, time.monotonic())
        self.bar.update(task, completed=done, rate=f"{rate:.1f}/s")
        if done >= total:  # another bar may follow, and a terminal shows one at a time
            self._stop()

    def _stop(self) -> None:
        if self.bar is not None:
            self.bar.stop()
            self.bar = None

    def _rate(self, done: int, now: float) -> float:
        """States of the world a second, since this command began."""
        return (done - self.before) / (now - self.began)


def _new_bar(terminal: Terminal) -> Progress:
    from rich.progress import (  # deferred: loads more of rich, only where it is shown
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("left"),
        console=terminal.notices,
        transient=True,
        disable=terminal.notices.quiet,
    )


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, width: int) -> Table:
    from rich.box import SIMPLE_HEAD  # deferred: loads more of rich, only where it is shown
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column, own in zip(columns, _widths(columns, rows, width=width), strict=True):
        table.add_column(column, overflow="fold", width=own)
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    return table


def _widths(columns: Sequence[str], rows: Sequence[Sequence[str]], *, width: int) -> Iterator[int]:
    """Widths of columns that fit beside each other and keep as many words whole as they can.

    Names, in the first column, are kept whole where they take no more than half of the room.
    """
    texts = list(zip(columns, *rows, strict=True))
    full = [max(map(len, column)) for column in texts]
    words = [max(len(word) for text in column for word in text.split()) for column in texts]
    room = max(width - GAP * len(texts), len(texts))
    limit, name = max(words), min(words[0], room // 2)
    while name + sum(min(each, limit) for each in words[1:]) > room and limit > 1:
        limit -= 1
    least = [name, *(min(each, limit) for each in words[1:])]
    share = min(1.0, (room - sum(least)) / max(1, sum(full) - sum(least)))
    return (low + int(share * (high - low)) for low, high in zip(least, full, strict=True))
