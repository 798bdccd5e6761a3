"""Partial results: finished runs of a study, kept on disk until all are done, and put together.

One checksummed archive (:mod:`sim.storage.archive`) a piece of work, be it some states of the world
or, where runs take long, part of one. They are beside the results folder, and may be in further
places where other parts of the study were run. Only where each run is found is held in memory. A
file that is damaged is thrown away and its runs are made again; one that is in another's place is
left alone. A run that is there twice is the same twice, and one of the two is taken.
"""

from __future__ import annotations

import shutil
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from sim.engine.signatures import Column
from sim.errors import ResultsError, StorageError, disk_refusals
from sim.storage.archive import Arrays, read_archive, write_archive
from sim.storage.heap import give_back
from sim.study.replication import Replication, chunks

KIND: Final = "batch"
ENDS: Final = "ends of runs"
PARTIAL: Final = ".partial"
OPEN_FILES: Final = 16  # whose runs are held at a time: files follow each other as runs do
CHUNK_BYTES: Final = 24 * 2**20  # of runs that are read at a time
Key: TypeAlias = tuple[int, int, int]  # state of the world, replicate and policy


class PartialResults:
    """The place beside a results folder where finished runs wait for the others.

    Attributes:
        place: the folder; it is made when there is something to keep.
        damaged: files that were found damaged, and thrown away if they were ours.
        foreign: files of other studies in the places of others.
    """

    def __init__(
        self,
        folder: Path,
        run_id: str,
        runs_of_a_state: int = 1,
        *,
        wanted: Collection[Key] | None = None,
    ) -> None:
        """Name the place, and look what is kept there.

        Args:
            folder: the results folder.
            run_id: id of the run, which says what comes of a state of the world.
            runs_of_a_state: runs of all policies that make a state of the world whole.
            wanted: files that begin with other runs are not looked into; all are if None.

        Raises:
            StorageError: if a damaged file cannot be removed.
        """
        self.place = folder.absolute().with_name(f".{folder.absolute().name}.{run_id}{PARTIAL}")
        self.damaged = self.foreign = 0
        self._run_id = run_id
        self._runs_of_a_state = runs_of_a_state
        self._where: dict[Key, Path] = {}
        self._kept: Counter[int] = Counter()
        self._open: OrderedDict[Path, dict[Key, Replication]] = OrderedDict()
        for path in sorted(self.place.glob("runs-*")):
            if wanted is None or _first(path) in wanted:
                self._take_in(path, ours=True)

    def __contains__(self, key: Key) -> bool:
        """Whether a run is kept."""
        return key in self._where

    def __len__(self) -> int:
        """How many runs are kept."""
        return len(self._where)

    @property
    def states(self) -> int:
        """States of the world whose runs are all kept."""
        return sum(runs >= self._runs_of_a_state for runs in self._kept.values())

    def counted(self, states: int) -> str:
        """How much is kept of so many states of the world, in words."""
        besides = len(self) - self.states * self._runs_of_a_state
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
        path = self.place / _name(runs)
        try:
            write_archive(path, KIND, record, _arrays(runs))
        except StorageError:
            with suppress(OSError):
                self.place.rmdir()  # if there was nothing yet
            raise
        self._note(path, [run.key for run in runs])
        give_back()  # what the runs took while they were made

    def take_from(self, folder: Path) -> int:
        """Use what other parts of the study left in a folder too; returns how many runs are new.

        Args:
            folder: a results folder that a part was given with ``--out`` (its partial results are
                beside it), a place of partial results, or a folder that has some.

        Raises:
            ResultsError: if there is nothing of the kind.
        """
        before = len(self)
        beside = folder.absolute().parent.glob(f".{folder.absolute().name}.*{PARTIAL}/runs-*")
        found = [*folder.glob("runs-*"), *folder.glob("*/runs-*"), *beside]
        if not found:
            raise ResultsError(
                f"{folder}: no part of a study is there; name the folder that --part was given "
                "with --out, or one that holds what it left"
            )
        for path in sorted(found):
            if path.parent != self.place:
                self._take_in(path, ours=False)
        return len(self) - before

    def in_order(self, most_bytes: int | None = None) -> Iterator[list[Replication]]:
        """Every run, in order of state of the world, replicate and policy, some at a time.

        Args:
            most_bytes: of their arrays, that are held at a time; 24 MiB if None.
        """
        runs = (self._read(self._where[key])[key] for key in sorted(self._where))
        yield from chunks(runs, CHUNK_BYTES if most_bytes is None else most_bytes)

    def discard(self) -> None:
        """Remove the place with everything in it; those of others stay."""
        self._open.clear()
        shutil.rmtree(self.place, ignore_errors=True)

    def _read(self, path: Path) -> dict[Key, Replication]:
        """The runs of a file, by key; those of the latest files are at hand."""
        if path not in self._open:
            _, arrays = read_archive(path, KIND)
            self._open[path] = {run.key: run for run in _runs(arrays)}
            if len(self._open) > OPEN_FILES:
                self._open.popitem(last=False)
        self._open.move_to_end(path)
        return self._open[path]

    def _take_in(self, path: Path, *, ours: bool) -> None:
        """Note what a file holds; throw it away if it is ours and of no use."""
        try:
            record, arrays = read_archive(path, KIND)
        except ResultsError:
            self.damaged += 1
            if ours:
                _remove(path)
            return
        if record["run_id"] == self._run_id:
            self._note(path, _keys(arrays))
        elif ours:
            _remove(path)
        else:
            self.foreign += 1

    def _note(self, path: Path, keys: Sequence[Key]) -> None:
        new = [key for key in keys if key not in self._where]
        self._where |= dict.fromkeys(new, path)
        self._kept.update(state for state, _, _ in new)


def _keys(arrays: Arrays) -> list[Key]:
    columns = [arrays[name].tolist() for name in ("state", "replicate", "policy")]
    return list(zip(*columns, strict=True))


def _name(runs: Sequence[Replication]) -> str:
    """Of the first run and the last one: no other piece has that first run."""
    first, last = ("-".join(map(str, run.key)) for run in (runs[0], runs[-1]))
    return f"runs-{first}-to-{last}"


def _first(path: Path) -> Key | None:
    """The first run of a file, by its name."""
    numbers = path.name.split("-")[1:4]
    if len(numbers) < 3 or not all(number.isdecimal() for number in numbers):
        return None
    return int(numbers[0]), int(numbers[1]), int(numbers[2])


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
