"""A worker that does cases, with its time and memory measured from outside.

A case that hangs or takes too much memory ends with its worker, and counts as a fault; a new worker
continues.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.effort import PATIENCE_S

ROOT = Path(__file__).parents[2]
LONGEST_S = 10.0  # of the worker's own time; others may use the machine as well
DRAWING_S = 10.0  # more for a whole report: twelve charts of results without fault take 7
USUAL_START_S = 5.0  # of computing until a worker is ready, where the limits above were set
MOST_BYTES = 2**30
LOOK_EVERY_S = 0.05
PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class MonitoredWorker:
    """A worker process; a context manager that ends it."""

    def __init__(self, *, loud: bool = False) -> None:
        self._loud = loud
        self._worker: subprocess.Popen[str] | None = None
        self._usual_bytes = 0
        self._slower = 1.0  # how many times as slow as usual the machine is

    def __enter__(self) -> MonitoredWorker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def do(self, number: int) -> dict[str, Any]:
        """The verdict of a case; one of a hang or of too much memory is ours."""
        worker = self._worker or self._start()
        assert worker.stdin is not None
        worker.stdin.write(f"{number}\n")
        worker.stdin.flush()
        began = time.monotonic()
        used_s, longest_s = self._cpu_s(worker), self._slower * LONGEST_S
        while time.monotonic() - began < PATIENCE_S:
            answer = self._answer(worker, LOOK_EVERY_S)
            if answer == "drawing\n":
                longest_s += self._slower * DRAWING_S
            elif answer is not None:
                return {**json.loads(answer), "seconds": time.monotonic() - began}
            if worker.poll() is not None:
                return self._give_up(number, f"the process died ({worker.returncode})")
            if self._bytes(worker) - self._usual_bytes > MOST_BYTES:
                return self._give_up(number, f"takes more than {MOST_BYTES / 2**20:.0f} MiB")
            if self._cpu_s(worker) - used_s > longest_s:
                return self._give_up(number, f"takes more than {longest_s:.0f} s")
        return self._give_up(number, f"no answer within {PATIENCE_S:.0f} s")

    def _start(self) -> subprocess.Popen[str]:
        words = [
            sys.executable,
            "-m",
            "tests.bad_input.verdicts",
            *(["--loud"] if self._loud else []),
        ]
        worker = subprocess.Popen(
            words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._worker = worker
        ready = self._answer(worker, PATIENCE_S)
        assert ready == "ready\n", f"the worker did not start: {ready!r}"
        self._usual_bytes = self._bytes(worker)
        self._slower = max(1.0, self._cpu_s(worker) / USUAL_START_S)
        return worker

    def _answer(self, worker: subprocess.Popen[str], within_s: float) -> str | None:
        assert worker.stdout is not None
        ready, _, _ = select.select([worker.stdout], [], [], within_s)
        return (worker.stdout.readline() or None) if ready else None

    def _bytes(self, worker: subprocess.Popen[str]) -> int:
        """Resident memory, where the system reports it; else 0."""
        try:
            pages = Path(f"/proc/{worker.pid}/statm").read_text(encoding="ascii").split()[1]
        except OSError:
            return 0
        return int(pages) * PAGE

    def _cpu_s(self, worker: subprocess.Popen[str]) -> float:
        """Time of all processors that the worker has used, where the system reports it; else 0."""
        try:
            text = Path(f"/proc/{worker.pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            return 0.0
        fields = text.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_S

    def _give_up(self, number: int, fault: str) -> dict[str, Any]:
        self._end()
        unknown: dict[str, Any] = {"kind": "?", "words": [], "status": None, "message": ""}
        return {**unknown, "number": number, "faults": [fault], "seconds": LONGEST_S}

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker.communicate()
            self._worker = None
