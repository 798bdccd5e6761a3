"""Replay cases of bad input: ``python -m tests.bad_input 17 23`` or ``0-999``, with a summary.

With ``--keep`` the files of the last case stay in ``bad-input-case/`` for a look.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.bad_input.cases import build, copy_pristine, make_pristine
from tests.bad_input.monitored_worker import MonitoredWorker


def numbers(words: list[str]) -> list[int]:
    found: list[int] = []
    for word in words:
        first, _, last = word.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def keep(number: int) -> None:
    """Write the files of a case where they can be looked at."""
    import contextlib

    folder = Path("bad-input-case")
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=".") as name:
        make_pristine(Path(name))
        copy_pristine(Path(name), folder)
    with contextlib.chdir(folder):
        case = build(number)
    print(f"{folder}: {case.kind}: {case.words}")


def main() -> None:
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    wanted = numbers(words)
    counts: Counter[str] = Counter()
    seconds = 0.0
    with MonitoredWorker(loud="--loud" in sys.argv) as worker:
        for number in wanted:
            verdict = worker.do(number)
            seconds += verdict["seconds"]
            outcome = {0: "valid", 2: "refused"}.get(verdict["status"], "no answer")
            counts["faults" if verdict["faults"] else outcome] += 1
            if verdict["faults"] or len(wanted) < 10:
                print(f"{number} {verdict['kind']}: {verdict['words']}"[:400])
                print(f"    {outcome}: {verdict['message']}")
                for fault in verdict["faults"]:
                    print(f"    FAULT {fault}", flush=True)
    print(dict(counts), f"{seconds:.1f} s")
    if "--keep" in sys.argv:
        keep(wanted[-1])


if __name__ == "__main__":
    main()
