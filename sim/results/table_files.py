"""Tables as they are read from the files of a results folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final

import polars as pl

from sim.clock import require_zone
from sim.errors import ResultsError, quoted
from sim.results.tables.record import Manifest, Table

HELD_BYTES: Final = 4 * 2**20  # of rows of a table; larger ones are read when they are asked for
ROWS_OVER_FILE: Final = {".parquet": 40, ".csv": 1}  # bytes at most, found in the Finland case
REWRITE: Final = "run the command again, or choose another folder with --out"


def distinct(rows: pl.LazyFrame, *columns: str) -> pl.LazyFrame:
    """What some columns have, in order."""
    return rows.select(columns).unique().sort(pl.all())


def is_large(path: Path, size: int) -> bool:
    """Whether the rows of a file of ``size`` bytes may take more than is held unasked."""
    return size * ROWS_OVER_FILE[path.suffix] > HELD_BYTES


@dataclass(frozen=True)
class TableFile:
    """A table that is read, or some of it, each time that it is asked for.

    Attributes:
        path: its file, which is as the manifest says.
        table: which table it is.
        manifest: of the results that it belongs to.
    """

    path: Path
    table: Table
    manifest: Manifest

    def rows(self, wanted: pl.Expr | None = None) -> pl.DataFrame:
        """Its rows; only those that are wanted, if that is said."""
        read = self._scanned()
        frame = self._collected(read if wanted is None else read.filter(wanted))
        check_columns(self.path, self.table, frame, self.manifest)
        return frame

    def distinct(self, *columns: str) -> pl.DataFrame:
        """What some columns have, in order."""
        return self._collected(distinct(self._scanned(), *columns))

    def _scanned(self) -> pl.LazyFrame:
        schema = self.table.schema
        if self.path.suffix == ".parquet":
            rows = pl.scan_parquet(self.path, glob=False)
        else:
            rows = pl.scan_csv(self.path, schema=schema, glob=False)
        return rows.select(schema.names()).cast(schema)

    def _collected(self, rows: pl.LazyFrame) -> pl.DataFrame:
        try:
            return rows.collect(engine="streaming")
        except pl.exceptions.PolarsError as error:
            reason = " ".join(str(error).split())
            raise ResultsError(f"{self.path}: cannot be read ({reason}); {REWRITE}") from error


def read_table(path: Path, table: Table, content: bytes) -> pl.DataFrame:
    """A table from its bytes: polars would take a path with ``[`` or ``~`` for a pattern."""
    schema = table.schema
    try:
        if path.suffix == ".parquet":
            frame = pl.read_parquet(BytesIO(content), use_pyarrow=False)
        else:
            frame = pl.read_csv(BytesIO(content), schema_overrides=schema, infer_schema_length=None)
        missing = [name for name in schema if name not in frame.columns]
        if not missing:
            return frame.cast(schema)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ResultsError(f"{path}: cannot be read ({reason}); {REWRITE}") from error
    raise ResultsError(f"{path}: lacks the columns {', '.join(missing)}; {REWRITE}")


def check_columns(path: Path, table: Table, frame: pl.DataFrame, manifest: Manifest) -> None:
    """Whether what a table names is in the manifest, and what every row needs is there."""
    if fault := next(_faults(table, frame, manifest), None):
        raise ResultsError(f"{path}: {fault}; {REWRITE}")


def _faults(table: Table, frame: pl.DataFrame, manifest: Manifest) -> Iterator[str]:
    columns = [(column, frame[column.name]) for column in table.columns]
    for column, values in columns:
        if column.known is None:
            continue
        if strangers := {*values.unique().to_list()} - {*column.known(manifest)}:
            yield f"there is no {column.name} {quoted(min(map(str, strangers)))}"
    for column, values in columns:
        if column.required and values.null_count():
            yield f"{column.name} is missing in some rows"
    for column, values in columns:
        if column.is_moment and not all(map(_is_moment, values.unique().to_list())):
            yield f"{column.name} has something that is no time"


def _is_moment(text: str | None) -> bool:
    """Whether a cell is a time with its zone that can be reckoned with."""
    try:
        require_zone(datetime.fromisoformat(text or ""))
    except ValueError:
        return False
    return True
