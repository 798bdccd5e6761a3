"""A study from its options to its results folder: run, or resumed from partial results."""

from __future__ import annotations

import json
import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final, TypeAlias

from sim._version import __version__
from sim.errors import (
    ResultsError,
    StorageError,
    WorkersLostError,
    WorkInterrupted,
    is_interrupt,
)
from sim.results.store import (
    StoredResults,
    behind_link,
    read_results,
    refuse_foreign,
    write_results,
)
from sim.storage.atomic import clear_staging
from sim.storage.locks import exclusive_lock
from sim.study.comparison import FinishedComparison
from sim.study.execution import Progress, run_replications
from sim.study.manifest_record import Entry, described_study
from sim.study.options import StudyOptions
from sim.study.partial_results import PartialResults
from sim.study.replication import Study
from sim.study.warm_up import compile_engine

PARTS: Final = ("mesa", "numpy", "numba", "polars", "matplotlib", "pydantic", "scipy")
Notice: TypeAlias = Callable[[str], None]


def run_study(
    options: StudyOptions,
    *,
    progress: Progress | None = None,
    notice: Notice | None = None,
    compiling: Progress | None = None,
) -> StoredResults:
    """Results of a study in their folder, whatever of it was done before.

    Args:
        options: what the study is asked to do.
        progress: called with (states of the world done, states of the world in all), first with
            those done before.
        notice: called with a line on what else takes a while, and on what is resumed.
        compiling: called with (percent of the engine compiled, 100), if it is compiled first.

    Raises:
        ResultsError: if the folder holds something else, or cannot be one.
        BusyError: if another process is at work on the folder.
        StorageError: if the disk refused.
        WorkersLostError: if workers died again and again.
        WorkInterrupted: on an interrupt from the keyboard; it says what is kept.
    """
    say = notice or (lambda text: None)
    folder = behind_link(options.folder)
    refuse_foreign(folder)
    with exclusive_lock(folder):
        clear_staging(folder)
        described = {**described_study(options), "versions": _versions()}
        if (finished := _finished_before(folder, described)) is not None:
            say(f"resuming: all {options.replicates} states of the world are finished, in {folder}")
            return finished
        compile_engine(notice=notice, progress=compiling)
        return _run_the_rest(options, folder, described, progress=progress, say=say)


def _finished_before(folder: Path, described: Entry) -> StoredResults | None:
    """What is in a folder, if it is whole and just what is described."""
    try:
        stored = read_results(folder)
    except ResultsError:
        return None
    wanted = json.loads(json.dumps(described, default=str))
    same = all(stored.manifest.get(key) == value for key, value in wanted.items())
    return stored if same else None


def _run_the_rest(
    options: StudyOptions,
    folder: Path,
    described: Entry,
    *,
    progress: Progress | None,
    say: Notice,
) -> StoredResults:
    """Run the states of the world that were not finished before, and write the results of all."""
    began = time.perf_counter()
    partial = PartialResults(folder, described["run_id"], options.runs_of_a_state)
    before = partial.states
    for line in _on_resuming(partial, options.replicates):
        say(line)
    with _saying_what_is_kept(partial, options.replicates):
        study = Study(options)
        runs = run_replications(study, progress=progress, partial=partial)
        frames = FinishedComparison(study, runs).frames
        manifest = {
            **described,
            "kind": "compare" if len(options.policies) > 1 else "run",
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "wall_s": round(time.perf_counter() - began, 3),
            "states_before": before,
            "command": options.command_line,
        }
        stored = write_results(folder, manifest=manifest, **frames)
    partial.discard()
    return stored


@contextmanager
def _saying_what_is_kept(partial: PartialResults, states: int) -> Iterator[None]:
    """Errors that end a study say how much of it is kept."""
    try:
        yield
    except (KeyboardInterrupt, SystemError) as stop:
        if not is_interrupt(stop):
            raise
        raise WorkInterrupted(
            f"interrupted: {partial.counted(states)} are finished and kept; the same command again "
            "resumes from there"
        ) from stop
    except (StorageError, WorkersLostError) as error:
        kept = f"{partial.counted(states)} are finished and kept"
        raise type(error)(f"{error}; {kept}") from error


def _on_resuming(partial: PartialResults, states: int) -> Iterator[str]:
    """What there is to say of earlier work."""
    if partial.runs:
        yield f"resuming: {partial.counted(states)} are finished"
    if partial.damaged:
        yield (
            f"{partial.place}: {partial.damaged} damaged files thrown away; "
            "their states of the world are run again"
        )


def _versions() -> dict[str, str]:
    """Versions of what computes and draws."""
    return {
        "rajasim": __version__,
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        **{name: version(name) for name in PARTS},
    }
