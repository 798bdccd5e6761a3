"""Results tables put together from rows that come run by run, in memory that stays the same.

Rows wait in parts: in memory while they are few, beside the results when they are more. Parts of a
policy follow each other as its runs do, so that a table is its parts one after the other, and what
is computed from other tables (quantiles, variances) reads the columns of one policy at a time.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import polars as pl

from sim.errors import StorageError, disk_refusals
from sim.results.tables.record import POLICY, Manifest, Table, ids

MOST_IN_MEMORY: Final = 64 * 2**20  # bytes of rows, of all tables together
ROW_GROUP: Final = 262_144  # rows


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
        self._parts: dict[str, dict[str, list[pl.DataFrame | Path]]] = {}
        self._bytes = 0
        self._files = 0

    def add(self, table: Table, frame: pl.DataFrame) -> None:
        """Add rows of some runs; those of a policy in the order of its runs.

        Raises:
            ResultsError: the frame lacks a column.
        """
        shaped = table.shaped(frame, self._manifest)
        if shaped.is_empty() and table.name in self._parts:
            return
        by_policy = {"": shaped}
        if POLICY.name in shaped.columns:
            cut = shaped.partition_by(POLICY.name, maintain_order=True)
            by_policy = {part[POLICY.name][0] or "": part for part in cut} or {"": shaped}
        for policy, part in by_policy.items():
            self._parts.setdefault(table.name, {}).setdefault(policy, []).append(part)
            self._bytes += int(part.estimated_size())
        if self._bytes > MOST_IN_MEMORY:
            self._put_aside()

    def parts(self, table: str, policy: str | None = None) -> Iterator[pl.LazyFrame]:
        """Rows of a table, in order; of one policy, or of all."""
        yield from map(_lazy, self._in_order(table, policy))

    def _in_order(self, table: str, policy: str | None = None) -> Iterator[pl.DataFrame | Path]:
        of = self._parts.get(table, {})
        order = [name for name in ("", *self._policies) if name in of]
        names = [*order, *sorted(of.keys() - {*order})] if policy is None else [policy]
        for name in names:
            yield from of.get(name, ())

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
        if not self._files:
            return pl.concat(list(self.parts(table)))
        self._put_aside()
        files = [part for part in self._in_order(table) if isinstance(part, Path)]
        return pl.scan_parquet(files, glob=False)

    def _put_aside(self) -> None:
        """Move all rows from memory into files."""
        self.folder.mkdir(exist_ok=True)
        for by_policy in self._parts.values():
            for parts in by_policy.values():
                for k, part in enumerate(parts):
                    if isinstance(part, pl.DataFrame):
                        parts[k] = self._put(part)
        self._bytes = 0

    def _put(self, part: pl.DataFrame) -> Path:
        path = self.folder / f"{self._files:08}.parquet"
        self._files += 1
        buffer = io.BytesIO()
        part.write_parquet(buffer, compression="lz4")
        path.write_bytes(buffer.getbuffer())
        return path


def _lazy(part: pl.DataFrame | Path) -> pl.LazyFrame:
    return part.lazy() if isinstance(part, pl.DataFrame) else pl.scan_parquet(part, glob=False)
