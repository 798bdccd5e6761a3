"""Unfinished work: finished batches of a study, kept beside its results folder until all are done.

One sealed file (:mod:`sim.storage.archive`) a batch of states of the world, the same whoever ran it
and when. A file that is damaged, or belongs to something else, is thrown away and its states of the
world are run again.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.errors import ResultsError, StorageError, disk_refusals
from sim.outcomes.access import Access, AccessSpan
from sim.outcomes.breakdown import ByClass
from sim.outcomes.exposure_totals import Exposure
from sim.outcomes.journeys import Flows, Journeys
from sim.storage.archive import read_archive, write_archive
from sim.study.replication import Replication

KIND: Final = "batch"
STACKED: Final = ("policy", "state", "indicators", "ledger")
IN_A_ROW: Final = ("series", "days", "places", "values")
TABLES: Final[dict[str, Any]] = {"flows": Flows, "journeys": Journeys}
SPAN: Final = ("crossing", "begins_h", "ends_h")
ACCESS: Final = tuple(Access)


class PartialResults:
    """The place beside a results folder where finished batches wait for the others.

    Attributes:
        place: the folder; it is made when there is something to keep.
        states: states of the world that are kept in it.
        damaged: files that were found damaged, and thrown away.
    """

    def __init__(self, folder: Path, run_id: str) -> None:
        """Name the place, and read what is kept there.

        Args:
            folder: the results folder.
            run_id: id of the run, which says what comes of a state of the world.

        Raises:
            StorageError: if a damaged file cannot be removed.
        """
        self.place = folder.absolute().with_name(f".{folder.absolute().name}.{run_id}.unfinished")
        self.states = self.damaged = 0
        self._run_id = run_id
        self._found: dict[str, list[Replication]] = {}
        for path in self.place.glob("states-*"):
            self._take_in(path)

    def take(self, batch: range) -> list[Replication] | None:
        """The runs of a batch that was finished before; None if it was not."""
        return self._found.pop(_name(batch), None)

    def keep(self, batch: range, runs: Sequence[Replication]) -> None:
        """Keep a finished batch.

        Raises:
            StorageError: if it could not be written.
        """
        with disk_refusals(self.place):
            self.place.mkdir(exist_ok=True)
        record = {"run_id": self._run_id}
        try:
            write_archive(self.place / _name(batch), KIND, record, _arrays(runs))
        except StorageError:
            with suppress(OSError):
                self.place.rmdir()  # if there was nothing yet
            raise
        self.states += len(batch)

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
            runs = self._found[path.name] = _runs(arrays)
            self.states += len({run.state for run in runs})
        else:
            _remove(path)


def _name(batch: range) -> str:
    return f"states-{batch[0]:06d}-{batch[-1]:06d}"


def _remove(path: Path) -> None:
    with disk_refusals(path):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _arrays(runs: Sequence[Replication]) -> dict[str, NDArray[Any]]:
    """Runs as columns: what has the same shape in each is stacked, the rest stands in a row."""
    spans = [span for run in runs for span in run.access]
    return {
        **{name: np.array([getattr(run, name) for run in runs]) for name in STACKED},
        "class_people": np.array([run.by_class.people for run in runs]),
        "class_values": np.array([run.by_class.values for run in runs]),
        "place_exposure": np.array([run.exposure.places for run in runs]),
        "class_exposure": np.array([run.exposure.classes for run in runs]),
        **{name: np.concatenate([getattr(run, name) for run in runs]) for name in IN_A_ROW},
        **{
            f"{table}.{name}": np.concatenate([getattr(run, table)[k] for run in runs])
            for table, kind in TABLES.items()
            for k, name in enumerate(kind._fields)
        },
        **{
            f"{table}.ends": np.cumsum([len(getattr(run, table)[0]) for run in runs])
            for table in TABLES
        },
        **{name: np.array([getattr(span, name) for span in spans]) for name in SPAN},
        "access": np.array([ACCESS.index(span.access) for span in spans], dtype=np.int8),
        "value_ends": np.cumsum([len(run.values) for run in runs]),
        "span_ends": np.cumsum([len(run.access) for run in runs]),
    }


def _runs(arrays: dict[str, NDArray[Any]]) -> list[Replication]:
    """The runs that :func:`_arrays` laid out."""
    rows = [np.split(arrays[name], arrays["value_ends"][:-1]) for name in IN_A_ROW]
    tables = {table: _tables(arrays, table) for table in TABLES}
    columns = [arrays[name].tolist() for name in (*SPAN, "access")]
    spans = [
        AccessSpan(crossing, begins_h, ends_h, ACCESS[code])
        for crossing, begins_h, ends_h, code in zip(*columns, strict=True)
    ]
    ends = arrays["span_ends"].tolist()
    return [
        Replication(
            policy=int(arrays["policy"][k]),
            state=int(arrays["state"][k]),
            indicators=arrays["indicators"][k],
            by_class=ByClass(arrays["class_people"][k], arrays["class_values"][k]),
            ledger=arrays["ledger"][k],
            series=rows[0][k],
            days=rows[1][k],
            places=rows[2][k],
            values=rows[3][k],
            flows=tables["flows"][k],
            journeys=tables["journeys"][k],
            exposure=Exposure(arrays["place_exposure"][k], arrays["class_exposure"][k]),
            access=tuple(spans[first:last]),
        )
        for k, (first, last) in enumerate(zip([0, *ends], ends, strict=False))
    ]


def _tables(arrays: dict[str, NDArray[Any]], table: str) -> list[Any]:
    """A table of each run, out of the rows of all."""
    kind, ends = TABLES[table], arrays[f"{table}.ends"][:-1]
    columns = [np.split(arrays[f"{table}.{name}"], ends) for name in kind._fields]
    return [kind(*rows) for rows in zip(*columns, strict=True)]
