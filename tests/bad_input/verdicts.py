"""A case is judged by what its command printed, returned and wrote.

Run as ``python -m tests.bad_input.verdicts`` it judges the numbers that come on stdin.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sim.cli.exit_status import run_command
from tests.bad_input.cases import Case, build, copy_pristine, make_pristine

# A complaint about a file as a whole: none of its lines is to blame.
OF_A_WHOLE_FILE = re.compile(
    r"(is a folder|is not a regular file|does not exist|cannot be read|is .* MiB|"
    r"is not text in UTF-8|does not cover|is not valid YAML: )"
)


@dataclass(frozen=True)
class Verdict:
    """What became of a case.

    Attributes:
        status: exit status; None where the command did not return.
        faults: promises that were not kept.
        message: the first line that was printed.
    """

    case: Case
    status: int | None
    faults: tuple[str, ...]
    message: str


def run_case(number: int, pristine: Path, folder: Path, *, drawing: Callable[[], None]) -> Verdict:
    """Do a case in an empty folder that is the working directory meanwhile.

    Before a command that may draw a whole report, which takes its time, it says so.
    """
    copy_pristine(pristine, folder)
    with contextlib.chdir(folder):
        case = build(number)
        may_draw = case.words[:1] in (["report"], ["run"], ["compare"])
        if may_draw and "--no-report" not in case.words:
            drawing()
        before = snapshot(Path())
        status, out, err, fault = _command(case.words)
        after = snapshot(Path())
        faults = [fault] if fault else list(_faults(case, status, out, err, before == after))
    return Verdict(case, status, tuple(faults), err.split("\n")[0][:300])


def _command(words: list[str]) -> tuple[int | None, str, str, str]:
    """Exit status, what was printed, and what escaped, if anything did."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            return run_command(words), out.getvalue(), err.getvalue(), ""
        except BaseException as escaped:  # also what is no Exception: panics of compiled libraries
            return None, out.getvalue(), err.getvalue(), f"escaped: {escaped!r}"


def _faults(case: Case, status: int | None, out: str, err: str, untouched: bool) -> Iterator[str]:
    if status not in (0, 2):
        yield f"exit status {status}"
    if "Traceback" in err + out:
        yield "a traceback"
    if not (out + err).replace("\n", "").isprintable():
        yield "output that does not print"
    if status != 2:
        return
    if not untouched:
        yield "something was written though the input was refused"
    if not err.strip():
        yield "refused without a word"
    for line in err.splitlines():
        if case.located and not _is_located(line):
            yield f"refused without file and line: {line[:200]}"


def _is_located(line: str) -> bool:
    found = re.match(r"[^\s:][^:]*?(:\d+)?(:\d+)?: ", line)
    if not found:
        return False
    return found[1] is not None or bool(OF_A_WHOLE_FILE.match(line[found.end() :]))


def snapshot(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Everything below a folder: kind, size and time of change, links not followed."""
    found = {}
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            status = (Path(place) / name).lstat()
            size = 0 if stat.S_ISDIR(status.st_mode) else status.st_size
            changed = 0 if stat.S_ISDIR(status.st_mode) else status.st_mtime_ns
            found[str(Path(place) / name)] = (stat.S_IFMT(status.st_mode), size, changed)
    return found


def main() -> None:
    """Work on the numbers that come on stdin, one a line; a verdict a line goes to stdout."""
    import tempfile

    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if "--loud" not in sys.argv:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # compiled libraries print their own despair
    with tempfile.TemporaryDirectory() as name:
        pristine = Path(name) / "pristine"
        pristine.mkdir()
        make_pristine(pristine)
        print("ready", file=answers, flush=True)
        for line in sys.stdin:
            with tempfile.TemporaryDirectory(dir=name) as folder:
                drawing = partial(print, "drawing", file=answers, flush=True)
                verdict = run_case(int(line), pristine, Path(folder), drawing=drawing)
            record = {
                "number": verdict.case.number,
                "kind": verdict.case.kind,
                "words": verdict.case.words,
                "status": verdict.status,
                "faults": verdict.faults,
                "message": verdict.message,
            }
            print(json.dumps(record), file=answers, flush=True)


if __name__ == "__main__":
    main()
