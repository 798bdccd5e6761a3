"""From a task to results on disk: what stands there is taken, what is left to do is done."""

from __future__ import annotations

import json
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim._version import __version__
from sim.errors import ResultsError, StorageError, WorkersLostError, WorkInterrupted
from sim.study.warm_up import compile_engine

if TYPE_CHECKING:
    from sim.results.store import StoredResults
    from sim.study.execution import Progress
    from sim.study.partial_results import PartialResults
    from sim.study.replication import Study

PARTS = ("mesa", "numpy", "numba", "polars", "matplotlib", "pydantic")


def run_comparison(
    study: Study,
    states: int,
    folder: Path,
    *,
    reference: str,
    workers: int,
    command: str,
    progress: Progress | None = None,
    notice: Callable[[str], None] | None = None,
) -> StoredResults:
    """Results of a comparison in their folder, whatever of it was done before.

    Whoever calls holds the folder alone (:func:`sim.storage.locks.exclusive_lock`).

    Args:
        study: what is compared.
        states: number of states of the world.
        folder: the results folder.
        reference: id of the policy that the others are compared with.
        workers: processes.
        command: the command line, for the manifest.
        progress: called with (states of the world done, states of the world in all), first with
            those done before.
        notice: told in a line what else takes a while, and what is gone on from.

    Raises:
        StorageError: if the disk refused.
        WorkersLostError: if workers died again and again.
        WorkInterrupted: on an interrupt from the keyboard; it tells what is kept.
    """
    from sim.study.comparison import described_comparison

    say = notice or (lambda text: None)
    described = {**described_comparison(study, states, reference), "versions": _versions()}
    if (standing := _standing(folder, described)) is not None:
        say(f"going on: all {states} states of the world are finished and stand in {folder}")
        return standing
    compile_engine(notice=notice)
    return _run_the_rest(
        study,
        states,
        folder,
        described=described,
        workers=workers,
        command=command,
        progress=progress,
        say=say,
    )


def _standing(folder: Path, described: Mapping[str, Any]) -> StoredResults | None:
    """What stands in a folder, if it is whole and just what is described."""
    from sim.results.store import read_results

    try:
        stored = read_results(folder)
    except ResultsError:
        return None
    wanted = json.loads(json.dumps(described, default=str))
    same = all(stored.manifest.get(key) == value for key, value in wanted.items())
    return stored if same else None


def _run_the_rest(
    study: Study,
    states: int,
    folder: Path,
    *,
    described: Mapping[str, Any],
    workers: int,
    command: str,
    progress: Progress | None,
    say: Callable[[str], None],
) -> StoredResults:
    """Run the states of the world that were not finished before, and write the results of all."""
    from sim.results.store import write_results
    from sim.study.comparison import run_comparison
    from sim.study.partial_results import PartialResults

    began = time.perf_counter()
    partial = PartialResults(folder, described["run_id"])
    before = partial.states
    for line in _on_going_on(partial, states):
        say(line)
    try:
        frames = run_comparison(
            study,
            states,
            reference=described["reference"],
            workers=workers,
            progress=progress,
            partial=partial,
        )
        manifest = {
            **described,
            "kind": "compare" if len(study.policies) > 1 else "run",
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "wall_s": round(time.perf_counter() - began, 3),
            "states_before": before,
            "command": command,
        }
        stored = write_results(folder, manifest=manifest, **vars(frames))
    except KeyboardInterrupt as stop:
        raise WorkInterrupted(
            f"interrupted: {partial.states} of {states} states of the world are finished and kept; "
            "the same command again goes on from there"
        ) from stop
    except (StorageError, WorkersLostError) as error:
        raise type(error)(
            f"{error}; {partial.states} of {states} states of the world are finished and kept"
        ) from error
    partial.discard()
    return stored


def _on_going_on(partial: PartialResults, states: int) -> Iterator[str]:
    """What there is to say of earlier work."""
    if partial.states:
        yield f"going on: {partial.states} of {states} states of the world are finished"
    if partial.damaged:
        yield (
            f"{partial.place}: {partial.damaged} damaged files thrown away; their states of the "
            "world are run again"
        )


def _versions() -> dict[str, str]:
    """Versions of what computes and draws."""
    return {
        "rajasim": __version__,
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        **{name: version(name) for name in PARTS},
    }
