"""The command as a real process into which faults are injected, and what it leaves behind."""

from __future__ import annotations

import html
import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.effort import PATIENCE_S

ROOT = Path(__file__).parents[2]
SCENARIO = str(ROOT / "sim" / "scenario" / "template" / "scenario.yaml")
STATES = 252
BATCH = 36
PROGRESS = re.compile(
    r"\d+ of \d+ (states of the world|charts|percent of the engine compiled), .* s left"
    r"|compiling the engine once, .*"
)


def line(*options: object) -> list[str]:
    """A command line with seven batches of states of the world, into the folder ``out``."""
    fixed = ("run", SCENARIO, "--policy", "near-closed", "--replicates", STATES, "--out", "out")
    return [str(word) for word in (*fixed, *options)]


def start(
    words: Sequence[str], folder: Path, *, module: str = "sim", **more: Any
) -> subprocess.Popen[str]:
    """Start the command in a folder."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", module, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


@dataclass(frozen=True)
class Pace:
    """How many batches a command may finish before it waits (:mod:`tests.fault_tolerance.paced`).

    Attributes:
        file: where the command reads it.
    """

    file: Path

    def allow(self, batches: int) -> None:
        """Let so many batches be finished in all."""
        new = self.file.with_suffix(".new")
        new.write_text(str(batches), encoding="ascii")
        new.replace(self.file)

    def is_waiting(self, batches: int) -> bool:
        """Whether the command has finished so many, and waits."""
        file = self.file.with_suffix(".kept")
        return file.exists() and file.read_text(encoding="ascii") == str(batches)

    def start(self, words: Sequence[str], folder: Path, **more: Any) -> subprocess.Popen[str]:
        """Start the command in a folder."""
        module = "tests.fault_tolerance.paced"
        return start([str(self.file), *words], folder, module=module, **more)


def wait_until(happens: Callable[[], object], process: subprocess.Popen[str]) -> bool:
    """Whether something happened before the process ended."""
    deadline = time.monotonic() + PATIENCE_S
    while not happens():
        if process.poll() is not None:
            return bool(happens())
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.005)
    return True


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file grow beyond a size; a write beyond it is refused as too large.

    Processes that are started meanwhile are bound by it too.
    """
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def kept(folder: Path) -> set[str]:
    """Names of what is finished and kept for ``out``: a batch each, or pieces on a slow machine."""
    return {path.name for path in folder.glob(".out.*.partial/runs-*")}


def states_of(names: Iterable[str]) -> list[int]:
    """States of the world that files are about in which a state of the world has one run.

    A file is named by its first and its last: those between that had been finished before, by a
    worker that went on while another was lost, are in other files.
    """
    ends = (map(int, re.findall(r"(\d+)-0-0", name)) for name in names)
    return sorted({state for first, last in ends for state in range(first, last + 1)})


def children(process: subprocess.Popen[str]) -> list[int]:
    """Worker processes of a process, forked or spawned."""
    try:
        listed = " ".join(
            each.read_text("ascii") for each in Path(f"/proc/{process.pid}/task").glob("*/children")
        )
    except OSError:  # it has ended
        return []
    lines = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in listed.split()}
    return [pid for pid, words in lines.items() if b"resource_tracker" not in words]


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has asked after counts."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return True
    return re.search(r"^State:\s+[ZX]", status, re.MULTILINE) is not None


def errors(err: str) -> list[str]:
    """Lines of stderr that are not about progress: those come only where a machine is slow."""
    return [each for each in err.splitlines() if not PROGRESS.fullmatch(each)]


def wait_until_gone(pids: Sequence[int]) -> None:
    """Give processes that have lost their parent time to notice."""
    deadline = time.monotonic() + PATIENCE_S
    while not all(map(is_gone, pids)):
        assert time.monotonic() < deadline, "workers outlive their parent"
        time.sleep(0.02)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a results folder, but for the time and the command in them."""
    manifest = json.loads((folder / "manifest.json").read_bytes())["rajasim"]
    found = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }
    if report := found.get("report.html"):
        for reported in ("created", "command"):
            report = report.replace(html.escape(manifest[reported]).encode(), reported.encode())
        found["report.html"] = report
    return found
