"""A study from its options to its results folder: run, or resumed from partial results."""

from __future__ import annotations

import json
import platform
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final, TypeAlias

from sim._version import __version__
from sim.errors import ResultsError, StorageError, WorkersLostError, resumable
from sim.results.store import (
    StoredResults,
    behind_link,
    read_results,
    refuse_foreign,
    results_in_parts,
)
from sim.storage.atomic import clear_staging
from sim.storage.locks import exclusive_lock, shared_lock
from sim.study.comparison import gather
from sim.study.execution import Crew, Progress, complete
from sim.study.manifest_record import Entry, described_study
from sim.study.options import StudyOptions
from sim.study.partial_results import PartialResults
from sim.study.parts import Part
from sim.study.replication import Study
from sim.study.warm_up import compile_engine

PARTS: Final = ("mesa", "numpy", "numba", "polars", "matplotlib", "pydantic", "scipy")
Notice: TypeAlias = Callable[[str], None]


@dataclass(frozen=True)
class Gathering:
    """How a study comes by its runs.

    Attributes:
        crew: who makes them; as many workers as the study may have if None.
        parts: folders where parts of it may have left some.
    """

    crew: Crew | None = None
    parts: tuple[Path, ...] = ()


@dataclass(frozen=True)
class FinishedPart:
    """What a part of a study leaves.

    Attributes:
        part: which part.
        runs: how many runs are its share.
        place: where they are kept.
    """

    part: Part
    runs: int
    place: Path


ALONE: Final = Gathering()


def run_study(
    options: StudyOptions,
    *,
    progress: Progress | None = None,
    notice: Notice | None = None,
    compiling: Progress | None = None,
    gathering: Gathering = ALONE,
) -> StoredResults:
    """Results of a study in their folder, whatever of it was done before.

    Args:
        options: what the study is asked to do.
        progress: called with (states of the world done, states of the world in all), first with
            those done before.
        notice: called with a line on what else takes a while, and on what is resumed.
        compiling: called with (percent of the engine compiled, 100), if it is compiled first.
        gathering: who else has made runs of it, or makes them.

    Raises:
        ResultsError: if the folder holds something else, or cannot be one; or a folder of parts
            holds none.
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
        partial = PartialResults(folder, described["run_id"], options.runs_of_a_state)
        for line in (*_on_parts(partial, gathering.parts), *_on_resuming(partial, options)):
            say(line)
        with _saying_what_is_kept(partial, options.replicates):
            return _run_the_rest(
                options, folder, described, partial, progress=progress, crew=gathering.crew
            )


def run_part(
    options: StudyOptions,
    part: Part,
    *,
    progress: Progress | None = None,
    notice: Notice | None = None,
    crew: Crew | None = None,
) -> FinishedPart:
    """A share of a study's runs, kept until the study is put together.

    Parts may be run at the same time, into one folder or several.

    Args:
        options: what the whole study is asked to do.
        part: which share of it.
        progress: called with (runs done, runs in all), of this part.
        notice: called with a line on what else takes a while, and on what is resumed.
        crew: who makes the runs; as many workers as the study may have if None.

    Raises:
        BusyError: if the study is just being put together there. Other errors are those of
            :func:`run_study`.
    """
    say = notice or (lambda text: None)
    folder = behind_link(options.folder)
    refuse_foreign(folder)
    numbers = part.share(range(options.runs))
    with shared_lock(folder):
        described = {**described_study(options), "versions": _versions()}
        if _finished_before(folder, described) is not None:
            say(f"all {options.replicates} states of the world are finished, in {folder}")
            return FinishedPart(part, len(numbers), folder)
        compile_engine(notice=notice)
        study = Study(options)
        wanted = set(map(study.key_of, numbers))
        run_id = described["run_id"]
        partial = PartialResults(folder, run_id, options.runs_of_a_state, wanted=wanted)
        if len(partial):
            say(f"resuming: {len(partial)} of {len(numbers)} runs of {part} are finished")
        with _saying_what_is_kept(partial, options.replicates):
            complete(study, partial, numbers=numbers, progress=progress, crew=crew)
    return FinishedPart(part, len(numbers), partial.place)


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
    partial: PartialResults,
    *,
    progress: Progress | None,
    crew: Crew | None,
) -> StoredResults:
    """Run the states of the world that were not finished before, and write the results of all."""
    began = time.perf_counter()
    before = partial.states
    study = Study(options)
    complete(study, partial, progress=progress, crew=crew)
    manifest = {
        **described,
        "kind": "compare" if len(options.policies) > 1 else "run",
        "created": "",
        "wall_s": 0.0,
        "states_before": before,
        "command": options.command_line,
    }
    with results_in_parts(folder, manifest) as rows:
        gather(study, partial, rows)
        manifest["created"] = datetime.now(UTC).isoformat(timespec="seconds")
        manifest["wall_s"] = round(time.perf_counter() - began, 3)
    partial.discard()
    return read_results(folder)


@contextmanager
def _saying_what_is_kept(partial: PartialResults, states: int) -> Iterator[None]:
    """Errors that end a study say how much of it is kept."""

    def kept() -> str:
        return f"{partial.counted(states)} are finished and kept"

    try:
        with resumable(kept):
            yield
    except (StorageError, WorkersLostError) as error:
        raise type(error)(f"{error}; {kept()}") from error


def _on_parts(partial: PartialResults, folders: Iterable[Path]) -> Iterator[str]:
    """What there is to say of what parts left elsewhere, which is taken in."""
    for folder in folders:
        new = partial.take_from(folder)
        yield f"{folder}: {new} runs that were not here"
    if partial.foreign:
        yield (
            f"{partial.foreign} files of parts are of another study (scenario, code, seed or "
            "options differ) and left alone"
        )


def _on_resuming(partial: PartialResults, options: StudyOptions) -> Iterator[str]:
    """What there is to say of earlier work."""
    if len(partial):
        yield f"resuming: {partial.counted(options.replicates)} are finished"
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
        **dict(_of_parts()),
    }


@cache
def _of_parts() -> tuple[tuple[str, str], ...]:
    """What is installed stays so while a program runs, and is looked for on disk."""
    return tuple((name, version(name)) for name in PARTS)
