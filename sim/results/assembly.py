"""Results tables put together from rows that come run by run, in memory that stays the same.

Rows wait in parts: in memory while they are few, beside the results when they are more. Parts of a
policy follow each other as its runs do, so that a table is its parts one after the other, and what
is computed from other tables (quantiles, variances) reads the columns of one policy at a time.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import polars as pl

from sim.errors import StorageError, disk_refusals
from sim.results.tables.record import POLICY, Manifest, Table, ids

MOST_IN_MEMORY: Final = 64 * 2**20  # bytes of rows, of all tables together
MOST_FRAMES: Final = 64  # of a table and a policy, that wait beside each other
FILES_AT_ONCE: Final = 8  # that are read: they are small
ROW_GROUP: Final = 262_144  # rows


@dataclass
class _Rows:
    """Rows of a table and a policy, in order.

    Attributes:
        folder: where rows wait that are too many.
        numbers: those of the files there that hold the first of them.
        waiting: those after them, in memory.
        bytes: what these take there.
    """

    folder: Path
    numbers: list[int] = field(default_factory=list)
    waiting: list[pl.DataFrame] = field(default_factory=list)
    bytes: int = 0

    @property
    def files(self) -> list[Path]:
        """Where the first of them wait."""
        return list(map(self._file, self.numbers))

    def add(self, frame: pl.DataFrame) -> None:
        """Add rows after the others."""
        self.waiting.append(frame)
        self.bytes += int(frame.estimated_size())
        if len(self.waiting) == MOST_FRAMES:
            self._join()

    def parts(self) -> Iterator[pl.LazyFrame]:
        """All of them, in few pieces."""
        files = self.files
        for first in range(0, len(files), FILES_AT_ONCE):
            yield pl.scan_parquet(files[first : first + FILES_AT_ONCE], glob=False)
        if self.waiting:
            yield self._join().lazy()

    def put_aside(self, number: int) -> None:
        """Move what is in memory into a new file."""
        buffer = io.BytesIO()
        self._join().write_parquet(buffer, compression="lz4")
        self._file(number).write_bytes(buffer.getbuffer())
        self.numbers.append(number)
        self.waiting, self.bytes = [], 0

    def _file(self, number: int) -> Path:
        return self.folder / f"{number:08}.parquet"

    def _join(self) -> pl.DataFrame:
        """All that is in memory in one frame: a frame takes some kilobytes beside its rows."""
        self.waiting = [pl.concat(self.waiting, rechunk=True)]
        return self.waiting[0]


class GatheredRows:
    """Rows of tables, gathered by policy.

    Attributes:
        folder: where rows wait that are too many; it is made when they are.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        """Gather nothing yet.

        Args:
            folder: where rows may wait.
            manifest: what ran; it has the order of policies.
        """
        self.folder = folder
        self._manifest = manifest
        self._policies = ids(manifest, "policies")
        self._rows: dict[str, dict[str, _Rows]] = {}
        self._bytes = 0
        self._files = 0

    def add(self, table: Table, frame: pl.DataFrame) -> None:
        """Add rows of some runs; those of a policy in the order of its runs.

        Raises:
            ResultsError: the frame lacks a column.
        """
        shaped = table.shaped(frame, self._manifest)
        if shaped.is_empty() and table.name in self._rows:
            return
        by_policy = {"": shaped}
        if POLICY.name in shaped.columns:
            cut = shaped.partition_by(POLICY.name, maintain_order=True)
            by_policy = {part[POLICY.name][0] or "": part for part in cut} or {"": shaped}
        for policy, part in by_policy.items():
            rows = self._rows.setdefault(table.name, {}).setdefault(policy, _Rows(self.folder))
            before = rows.bytes
            rows.add(part)
            self._bytes += rows.bytes - before
        if self._bytes > MOST_IN_MEMORY:
            self._make_room()

    def parts(self, table: str, policy: str | None = None) -> Iterator[pl.LazyFrame]:
        """Rows of a table, in order; of one policy, or of all."""
        for rows in self._in_order(table, policy):
            yield from rows.parts()

    def _in_order(self, table: str, policy: str | None = None) -> list[_Rows]:
        of = self._rows.get(table, {})
        order = [name for name in ("", *self._policies) if name in of]
        names = [*order, *sorted(of.keys() - {*order})] if policy is None else [policy]
        return [of[name] for name in names if name in of]

    def write(self, table: Table, path: Path) -> None:
        """Write a table into a new file.

        Raises:
            StorageError: the disk refused what polars writes.
        """
        with disk_refusals(path), path.open("xb") as file:
            if path.suffix == ".csv":
                self._write_csv(table, file)
            else:
                self._write_parquet(table, file)
            file.flush()
            os.fsync(file.fileno())

    def _write_csv(self, table: Table, file: IO[bytes]) -> None:
        header = True
        for part in self.parts(table.name):
            buffer = io.BytesIO()  # what polars says of a full disk has no number to go by
            part.collect().write_csv(buffer, line_terminator="\n", include_header=header)
            file.write(buffer.getbuffer())
            header = False

    def _write_parquet(self, table: Table, file: IO[bytes]) -> None:
        """The same bytes however many parts there are."""
        rows, buffer = self._whole(table.name), io.BytesIO()
        try:
            rows.sink_parquet(
                file if self._files else buffer,
                compression="zstd",
                compression_level=3,
                statistics=True,
                row_group_size=ROW_GROUP,
                maintain_order=True,
            )
        except pl.exceptions.PolarsError as error:
            raise StorageError(f"{file.name}: could not be written ({error})") from error
        file.write(buffer.getbuffer())

    def _whole(self, table: str) -> pl.LazyFrame:
        """A table in one piece; where rows are in files, of files alone, which are read in turn."""
        found = self._in_order(table)
        if not any(rows.numbers for rows in found):
            return pl.concat(list(self.parts(table)))
        self._put_aside([rows for rows in found if rows.waiting])
        return pl.scan_parquet([file for rows in found for file in rows.files], glob=False)

    def end(self) -> None:
        """Say that all rows of runs are there: memory is for what is made of them.

        Where some rows are in files, all are from now on.
        """
        if self._files:
            found = (rows for by_policy in self._rows.values() for rows in by_policy.values())
            self._put_aside([rows for rows in found if rows.waiting])

    def _make_room(self) -> None:
        """Move rows from memory into files until half of the room is free: where most are, first.

        Few files with many rows each: those of small tables go on waiting.
        """
        found = [rows for by_policy in self._rows.values() for rows in by_policy.values()]
        chosen, left = [], self._bytes
        for rows in sorted(found, key=lambda each: each.bytes, reverse=True):
            if left <= MOST_IN_MEMORY // 2:
                break
            chosen.append(rows)
            left -= rows.bytes
        self._put_aside([rows for rows in chosen if rows.waiting])

    def _put_aside(self, chosen: Sequence[_Rows]) -> None:
        self.folder.mkdir(exist_ok=True)
        for rows in chosen:
            self._bytes -= rows.bytes
            rows.put_aside(self._files)
            self._files += 1
