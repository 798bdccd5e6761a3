"""Partial results: finished runs of a study, kept beside its results folder until all are done.

One checksummed archive (:mod:`sim.storage.archive`) a piece of work, be it some states of the world
or, where runs take long, part of one. A file that is damaged, or belongs to something else, is
thrown away and its runs are made again.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np

from sim.engine.signatures import Column
from sim.errors import ResultsError, StorageError, disk_refusals
from sim.storage.archive import Arrays, read_archive, write_archive
from sim.study.replication import Replication

KIND: Final = "batch"
ENDS: Final = "ends of runs"


class PartialResults:
    """The place beside a results folder where finished runs wait for the others.

    Attributes:
        place: the folder; it is made when there is something to keep.
        runs: what was kept in it before, by state of the world, replicate and policy.
        damaged: files that were found damaged, and thrown away.
    """

    def __init__(self, folder: Path, run_id: str, runs_of_a_state: int = 1) -> None:
        """Name the place, and read what is kept there.

        Args:
            folder: the results folder.
            run_id: id of the run, which says what comes of a state of the world.
            runs_of_a_state: runs of all policies that make a state of the world whole.

        Raises:
            StorageError: if a damaged file cannot be removed.
        """
        self.place = folder.absolute().with_name(f".{folder.absolute().name}.{run_id}.unfinished")
        self.runs: dict[tuple[int, int, int], Replication] = {}
        self.damaged = 0
        self._run_id = run_id
        self._runs_of_a_state = runs_of_a_state
        self._kept: Counter[int] = Counter()
        for path in self.place.glob("runs-*"):
            self._take_in(path)

    @property
    def states(self) -> int:
        """States of the world whose runs are all kept."""
        return sum(runs >= self._runs_of_a_state for runs in self._kept.values())

    def counted(self, states: int) -> str:
        """How much is kept of so many states of the world, in words."""
        besides = self._kept.total() - self.states * self._runs_of_a_state
        runs = "run" if besides == 1 else "runs"
        more = f" and {besides} {runs} of others" if besides else ""
        return f"{self.states} of {states} states of the world{more}"

    def keep(self, runs: Sequence[Replication]) -> None:
        """Keep finished runs.

        Raises:
            StorageError: if they could not be written.
        """
        with disk_refusals(self.place):
            self.place.mkdir(exist_ok=True)
        record = {"run_id": self._run_id}
        try:
            write_archive(self.place / _name(runs), KIND, record, _arrays(runs))
        except StorageError:
            with suppress(OSError):
                self.place.rmdir()  # if there was nothing yet
            raise
        self._kept.update(run.state for run in runs)

    def discard(self) -> None:
        """Remove the place with everything in it."""
        shutil.rmtree(self.place, ignore_errors=True)

    def _take_in(self, path: Path) -> None:
        """Read a file, or throw it away."""
        try:
            record, arrays = read_archive(path, KIND)
        except ResultsError:
            self.damaged += 1
            _remove(path)
            return
        if record["run_id"] == self._run_id:
            runs = _runs(arrays)
            self.runs |= {run.key: run for run in runs}
            self._kept.update(run.state for run in runs)
        else:
            _remove(path)


def _name(runs: Sequence[Replication]) -> str:
    """Of the first run and the last one: no other piece has that first run."""
    first, last = ("-".join(map(str, run.key)) for run in (runs[0], runs[-1]))
    return f"runs-{first}-to-{last}"


def _remove(path: Path) -> None:
    with disk_refusals(path):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _arrays(runs: Sequence[Replication]) -> Arrays:
    """Runs as columns: the rows of all runs one after the other, and where those of each end."""
    return {
        "policy": np.array([run.policy for run in runs]),
        "state": np.array([run.state for run in runs]),
        "replicate": np.array([run.replicate for run in runs]),
        **{name: array for table in runs[0].rows for name, array in _packed(table, runs)},
    }


def _packed(table: str, runs: Sequence[Replication]) -> Iterator[tuple[str, Column]]:
    rows = [run.rows[table] for run in runs]
    for column in rows[0]:
        yield f"{table}.{column}", np.concatenate([each[column] for each in rows])
    yield f"{table}.{ENDS}", np.cumsum([len(next(iter(each.values()))) for each in rows])


def _runs(arrays: Arrays) -> list[Replication]:
    """The runs that :func:`_arrays` laid out."""
    numbers = [arrays[name].tolist() for name in ("policy", "state", "replicate")]
    rows: list[dict[str, dict[str, Column]]] = [{} for _ in numbers[0]]
    for name in arrays:
        table, dot, column = name.partition(".")
        if dot and column != ENDS:
            parts = np.split(arrays[name], arrays[f"{table}.{ENDS}"][:-1])
            for run, part in zip(rows, parts, strict=True):
                run.setdefault(table, {})[column] = part
    return [Replication(*each) for each in zip(*numbers, rows, strict=True)]
